"""Everything in 收回 becomes outcomes, 退回 and 汇总. Every file is accounted for.

Which of several files of one department counts: the gravest verdict loses, then the later file time,
then the later name; identical files count once. The choice is shown in 收件情况.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from xltool.campaign.outbox import issued
from xltool.campaign.roster import Roster, read_roster
from xltool.campaign.settings import Campaign
from xltool.examine import Outcome, examine
from xltool.findings import Severity, Status
from xltool.form import Form, form_by_id

_ORDER = (Status.SKIPPED, Status.REJECTED, Status.WITH_FINDINGS, Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Collected:
    """One run of collect. ``chosen`` maps department codes to the outcome that counts."""

    campaign: Campaign
    roster: Roster
    outcomes: tuple[Outcome, ...]
    chosen: Mapping[str, Outcome]
    marked: Mapping[str, str]

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """Code and name of departments from which nothing usable came."""
        return tuple(
            (row["部门编码"], row["部门名称"]) for row in self.roster.departments if row["部门编码"] not in self.chosen
        )


def returned_files(folder: Path) -> list[Path]:
    """Return every file below 收回, in a fixed order."""
    return sorted(
        (path for path in folder.rglob("*") if path.is_file()), key=lambda path: str(path.relative_to(folder))
    )


def collect(campaign: Campaign, progress: Callable[[int, int, str], None]) -> Collected:
    """Examine all returns, write the marked copies and 汇总.xlsx.

    Raises:
        RosterError, CampaignError, DefinitionError: the bureau's own files cannot be used.
        TargetLockedError: an output is open in Excel.
    """
    from xltool.report.annotate import hand_back

    form = form_by_id(campaign.form)
    roster = read_roster(campaign.roster, form)
    shapes = issued(campaign)
    forms: dict[str, Form] = {form.id: form}
    files = returned_files(campaign.inbox)
    outcomes: dict[str, Outcome] = {}
    rank: dict[str, tuple[int, int, str]] = {}
    seen: dict[str, str] = {}
    marked: dict[str, str] = {}
    for number, path in enumerate(files, start=1):
        name = str(path.relative_to(campaign.inbox))
        outcome, data = _examine(path, name, forms.get, shapes, seen)
        outcomes[name] = outcome
        rank[name] = (_ORDER.index(outcome.status), path.stat().st_mtime_ns, name)
        if outcome.status is not Status.SKIPPED and any(f.severity is not Severity.NOTICE for f in outcome.findings):
            marked[name] = hand_back(path.stem, data, outcome, campaign.returned).name
        progress(number, len(files), name)
    chosen: dict[str, Outcome] = {}
    for name in sorted(outcomes, key=lambda name: rank[name]):
        shape = outcomes[name].shape
        if shape is not None and not outcomes[name].skipped:
            chosen[shape.department] = outcomes[name]
    result = Collected(campaign, roster, tuple(outcomes.values()), MappingProxyType(chosen), MappingProxyType(marked))
    _summarise(result, form)
    return result


def _examine(
    path: Path, name: str, form_of: Callable[[str], Form | None], shapes: Mapping[str, object], seen: dict[str, str]
) -> tuple[Outcome, bytes]:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest in seen and data:
        return Outcome(name, (), skipped=f"与“{seen[digest]}”内容相同"), data
    seen[digest] = name
    return examine(name, data, form_of, shapes), data  # type: ignore[arg-type]


def _summarise(result: Collected, form: Form) -> None:
    from xltool.report.summary import Expected, SummaryData, write_summary

    campaign = result.campaign
    write_summary(
        campaign.summary,
        SummaryData(
            title=campaign.title,
            year=campaign.year,
            form_title=form.spec.title,
            expected=tuple(Expected(row["部门编码"], row["部门名称"]) for row in result.roster.departments),
            outcomes=result.outcomes,
            chosen=result.chosen,
            links={name: f"../退回/{copy}" for name, copy in result.marked.items()},
        ),
    )
