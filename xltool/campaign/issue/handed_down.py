"""上级.json: the campaign of a 主管部门, run with the workbooks that the bureau issued.

Imports ``campaign.settings``, ``files`` and ``form``. The bureau's secret stays with the bureau: the 主管部门 gets the seals of
its own units' workbooks, so that it can tell them from others and make none itself, and a key of its own to sign what it
hands up. A newcomer would hand down the secret, and with it the seals of every other department.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import read_own
from xltool.form import Issue

FILE, FORMAT = "上级.json", 1
_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class HandedDown:
    """What the bureau handed down. ``seals``: issue number to seal; ``key``: to sign by; ``made``: when, in ISO 8601."""

    authority: str
    bureau: str
    key: str
    seals: Mapping[str, str]
    made: str

    def sealed(self, issue: Issue, path: Path) -> Issue:
        """Return an issue with the seal its workbook carries.

        Raises:
            CampaignError: it is none of those that were handed down.
        """
        if issue.issue_id not in self.seals:
            raise CampaignError(
                f"{path} 与下发记录对不上（缺 {issue.issue_id} 的签章）。请用财政局给的批次包再建立一次。"
            )
        return replace(issue, seal=self.seals[issue.issue_id])

    def to_json(self) -> str:
        """Return the text of 上级.json."""
        data = {
            "format": FORMAT,
            "authority": self.authority,
            "bureau": self.bureau,
            "key": self.key,
            "seals": dict(self.seals),
            "made": self.made,
        }
        return json.dumps(data, ensure_ascii=False, indent=0)


def path_of(campaign: Campaign) -> Path:
    """Return where it lies."""
    return campaign.folder / FILE


def handed_down(campaign: Campaign) -> HandedDown | None:
    """Return what was handed down; None for a campaign of the bureau's own.

    Raises:
        CampaignError, UnusableFileError: it is damaged.
    """
    path = path_of(campaign)
    return parsed(read_own(path, _BYTES), str(path)) if path.exists() else None


def parsed(data: bytes, name: str) -> HandedDown:
    """Read the text of 上级.json.

    Raises:
        CampaignError: it is damaged, or of a later version of the tool.
    """
    try:
        found: Any = json.loads(data.decode("utf-8-sig"))
        version = found["format"]
        if version == FORMAT:
            texts = [found[name] for name in ("authority", "bureau", "key", "made")]
            seals = dict(found["seals"])
            if not all(isinstance(text, str) for text in (*texts, *seals, *seals.values())) or not found["authority"]:
                raise TypeError
            authority, bureau, key, made = texts
            return HandedDown(authority, bureau, key, MappingProxyType(seals), made)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise CampaignError(f"{name} 已损坏，读不出来。请用财政局给的批次包再建立一次。") from None
    raise CampaignError(f"{name} 是别的版本的 xltool 写的（第 {str(version)[:9]} 版）。请更新 xltool 后再运行。")
