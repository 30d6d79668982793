"""What is known of one returned file after examining it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from xltool.engine.printed_code import PaperCode
from xltool.findings import Finding, Severity, State, Status, state_of, status_of
from xltool.form import Issue, Key
from xltool.score import ScoreSheet

ISSUED, OFFICIAL = "下发表", "正式表"
"""What a return was: the workbook we issued, or the official form as others keep it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the department level for the summary: name, unit, value (None: not given).

    ``doubtful``: it seems to have been given in 元, or follows from one that was; it is shown, never added.
    """

    name: str
    unit: str
    value: Decimal | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What the department typed into one cell, as it stands there. Blank cells have no entry."""

    key: Key
    typed: str
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding the bureau has decided not to hold against the department: why, who approved, until when."""

    finding: Finding
    reason: str
    approver: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings and scores of one file. ``issue`` and ``scores`` are None if the file could not be read.

    ``figures``: the department's numbers; ``project_figures``: each project's, in order. ``title``: the form's.
    ``skipped``: the file is none of our business (a lock file, a system file); it has no findings.
    ``entries``: what was typed, for comparing files; ``waived``: findings under an approved exception, which
    are not among ``findings`` and do not weigh on the verdict. ``official``: read from an official form or report
    instead of the workbook we issued. ``papers``: the 校验码 of its printed official forms. ``named``: code of the department a refused file says it is from, without proof.
    """

    file: str
    findings: tuple[Finding, ...]
    issue: Issue | None = None
    scores: ScoreSheet | None = None
    figures: tuple[Figure, ...] = ()
    project_figures: tuple[tuple[Figure, ...], ...] = ()
    title: str = ""
    seconds: float = field(default=0.0, compare=False)
    skipped: str = ""
    entries: tuple[Entry, ...] = ()
    waived: tuple[Waived, ...] = ()
    official: bool = False
    named: str = ""
    papers: tuple[PaperCode, ...] = ()

    @property
    def status(self) -> Status:
        """The verdict."""
        return Status.SKIPPED if self.skipped else status_of(self.findings)

    @property
    def state(self) -> State:
        """The verdict in the words of every list."""
        if self.skipped:
            return State.SKIPPED
        complete = self.scores is not None and (self.scores.total is not None or not self.scores.scored)
        return state_of(self.findings, complete)

    @property
    def source(self) -> str:
        """What was sent in: 下发表, 正式表, or "" for what could not be read."""
        return "" if self.scores is None else OFFICIAL if self.official else ISSUED

    def counts(self) -> Mapping[str, int]:
        """How many findings of each severity (退回, 须改, 提示), in that order."""
        return MappingProxyType({level.value: sum(f.severity is level for f in self.findings) for level in Severity})
