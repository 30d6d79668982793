"""报送包: what a 主管部门 hands up to the bureau, one zip with the returns it accepted and a signed list.

Imports ``campaign.collected``, ``campaign.intake`` and ``campaign.issue``. The returns go as they came, byte by byte; the list says
what was found in them, what was not handed in, who made it and when. It is written from the ledger, so what has changed in
收回 since the last collect has to be collected first. A newcomer would send 汇总.xlsx: scores nobody can check again.
"""

from __future__ import annotations

import datetime
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

from xltool import __version__
from xltool.campaign.collected import Collected, Receipt
from xltool.campaign.intake.handed_up import list_of
from xltool.campaign.intake.inbox import Contents
from xltool.campaign.intake.walk import walk
from xltool.campaign.issue.handed_down import handed_down
from xltool.campaign.ledger.store import Ledger
from xltool.campaign.settings import Campaign, CampaignError
from xltool.campaign.status import DepartmentLine, standings
from xltool.files import DistinctNames, safe_name, write_atomic
from xltool.findings import State
from xltool.read import PACKAGE, Refused

FOLDER = "报送"
ACCEPTED = (State.PASSED, State.INCOMPLETE)
"""States of returns that go into a package: nothing has to be sent again."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was packed. ``left``: units of which nothing is in it, with their state."""

    path: Path
    authority: str
    units: int
    left: tuple[DepartmentLine, ...]


def submit(collected: Collected, now: datetime.datetime, to: Path | None = None, by: str = "") -> Submitted:
    """Write the package of a 主管部门.

    Args:
        collected: its campaign as the last collect left it.
        now: when, for the list.
        to: the zip, or a folder for it; by default 报送 in the campaign's folder.
        by: who; by default the contact of the settings.

    Raises:
        CampaignError: the campaign was not begun from a 批次包; there is something to collect first, or nothing to hand up.
        TargetLockedError: it cannot be written.
    """
    campaign = collected.campaign
    above = handed_down(campaign)
    if above is None:
        raise CampaignError(
            "这个批次不是用财政局给的批次包建立的，不能汇总报送。"
            "请向财政局要批次包（财政局用 xltool pack --with-campaign 做出），运行  xltool init 文件夹 --from 批次包  建立批次。"
        )
    found = standings(collected, now.date())
    chosen, names = collected.chosen, DistinctNames()
    target, units = BytesIO(), list[dict[str, Any]]()
    left = []
    with Ledger(campaign.summary.parent, writing=False) as ledger:
        _up_to_date(campaign, ledger)
        contents = Contents(campaign.inbox, ledger.archives())
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # workbooks are compressed already
            for line in found.lines:
                unit: dict[str, Any] = {"code": line.code, "name": line.name, "state": line.state.value}
                if line.state in ACCEPTED:
                    receipt = chosen[line.code]
                    suffix = PurePath(line.file).suffix.lower()
                    stem = f"{safe_name(line.code)}_{safe_name(line.name, 40)}"
                    name = names(Path(f"{stem}{suffix}")) + suffix
                    archive.writestr(_entry(name, receipt), _bytes(contents, receipt))
                    unit |= {**_figures(line), "file": name, "sha256": receipt.head.sha256, "came_as": line.file}
                else:
                    left.append(line)
                units.append(unit)
            about = {
                "authority": above.authority,
                "campaign": campaign.title,
                "form": campaign.form,
                "form_version": str(collected.form.spec.version),
                "tool_version": __version__,
                "made": now.astimezone().isoformat(timespec="seconds"),
                "by": by.strip() or campaign.contact.strip(),
            }
            archive.writestr(zipfile.ZipInfo(PACKAGE, now.timetuple()[:6]), list_of(units, about, above.key))
    if len(left) == len(found.lines):
        raise CampaignError("还没有可以汇总报送的自评表：各单位的都没有报，或者需要修改。请看  xltool status")
    path = _target(campaign, above.authority, to)
    write_atomic(path, target.getvalue())
    return Submitted(path, above.authority, len(found.lines) - len(left), tuple(left))


def _target(campaign: Campaign, authority: str, to: Path | None) -> Path:
    name = f"{safe_name(authority, 40)}_{campaign.year}年报送包.zip"
    path = campaign.folder / FOLDER / name if to is None else to / name if to.is_dir() else to
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _figures(line: DepartmentLine) -> dict[str, Any]:
    total = None if line.total is None else str(line.total)
    return {"total": total, "grade": line.grade, "notices": line.notices, "came": line.came}


def _entry(name: str, receipt: Receipt) -> zipfile.ZipInfo:
    """A member with the time of the file, by which the bureau tells which of two came later."""
    try:
        when = datetime.datetime.fromtimestamp(receipt.head.modified / 1e9).timetuple()[:6]
        return zipfile.ZipInfo(name, max(when, (1980, 1, 1, 0, 0, 0)))
    except (OverflowError, OSError, ValueError):
        return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _bytes(contents: Contents, receipt: Receipt) -> bytes:
    """The return as it came.

    Raises:
        CampaignError: it is no longer what was examined.
    """
    try:
        data = contents.job(receipt.head.path).content()
    except (OSError, Refused):
        data = b""
    if hashlib.sha256(data).hexdigest() != receipt.head.sha256:
        raise CampaignError(f"“收回”里的“{receipt.head.path}”核对以后变了。请先运行 xltool collect，再汇总报送。")
    return data


def _up_to_date(campaign: Campaign, ledger: Ledger) -> None:
    """Refuse what has not been looked at yet.

    Raises:
        CampaignError: something in 收回 is new, changed or gone.
    """
    known = {path: (seen.size, seen.modified) for path, seen in ledger.archives().items()}
    inside = tuple(f"{path}/" for path in known)
    known |= {
        path: (seen.size, seen.modified)
        for path, seen in ledger.present().items()
        if path not in known and not path.startswith(inside)
    }
    there = {place.name: (place.size, place.modified) for place in walk(campaign.inbox)}
    changed = sorted(_differing(known, there))
    if changed:
        some = "、".join(changed[:3]) + (f" 等 {len(changed)} 个" if len(changed) > 3 else "")
        raise CampaignError(f"“收回”里有还没有核对的变化：{some}。请先运行 xltool collect，再汇总报送。")


def _differing(one: dict[str, tuple[int, int]], other: dict[str, tuple[int, int]]) -> Iterator[str]:
    return (name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
