"""What a review came to, kept beside the summary: 复核结果.json. Imports ``settings``, ``files``.

Numbers are kept as texts, so 0.10 stays 0.10. A newcomer would read the results out of the difference sheet that people edit.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import read_own, write_atomic

FOLDER, FILE = "复核", "复核结果.json"
_BYTES = 100_000_000
FORMAT = 1
_NUMBERS = ("stated", "computed", "review", "penalty", "final")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A unit that was reviewed: its points before and after, what was taken off besides, and its grade then and now.

    ``version``: the digest of the return it was made from.
    """

    department: str
    name: str
    code: str
    title: str
    reviewer: str
    stated: Decimal | None
    computed: Decimal | None
    review: Decimal
    penalty: Decimal
    final: Decimal
    grade_before: str
    grade: str
    version: str = ""

    @property
    def id(self) -> str:
        """The unit."""
        return f"{self.department}/{self.code or self.title}"


def path_of(campaign: Campaign) -> Path:
    """Return where the results lie."""
    return campaign.summary.parent / FOLDER / FILE


def keep(campaign: Campaign, results: tuple[Reviewed, ...]) -> None:
    """Write the results.

    Raises:
        TargetLockedError: they cannot be written.
    """
    items = [{k: str(v) if isinstance(v, Decimal) else v for k, v in asdict(item).items()} for item in results]
    text = json.dumps({"format": FORMAT, "reviewed": items}, ensure_ascii=False, indent=0)
    write_atomic(path_of(campaign), text.encode("utf-8", "replace"))


def kept(campaign: Campaign) -> tuple[Reviewed, ...]:
    """Return the results of the last ``xltool review collect``; none if there was none.

    Raises:
        CampaignError: they are damaged.
    """
    path = path_of(campaign)
    if not path.is_file():
        return ()
    try:
        data = json.loads(read_own(path, _BYTES))
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        return tuple(
            Reviewed(**{name: _read(name, value) for name, value in item.items()}) for item in data["reviewed"]
        )
    except (ValueError, KeyError, TypeError, InvalidOperation):
        raise CampaignError(f"{path} 损坏了，读不出复核结果。请删除它，再运行 xltool review collect。") from None


def _read(name: str, value: Any) -> Any:
    return Decimal(value) if name in _NUMBERS and value is not None else value


def reviewed_before(campaign: Campaign) -> set[str]:
    """Return the ids of the units a campaign reviewed."""
    return {item.id for item in kept(campaign)}
