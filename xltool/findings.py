"""What the tool has to say about a return: findings, and nothing else.

Bottom of the import order: imports nothing of ours. A finding is data; how it looks on a terminal,
in a comment or in a letter is decided in ``xltool.report``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

RESULT_SHEET = "审核结果"
"""The sheet our marked copy adds; a department may fill in that copy and send it back."""


class Severity(StrEnum):
    """How much a finding weighs. The words are what users read."""

    REJECT = "退回"
    CORRECT = "须改"
    NOTICE = "提示"

    @property
    def rank(self) -> int:
        """0 is the gravest; findings are listed in this order."""
        return list(Severity).index(self)


class Status(StrEnum):
    """The verdict on one returned file. HELD: whose it is has to be confirmed first; it counts for nobody."""

    ACCEPTED = "accepted"
    WITH_FINDINGS = "accepted_with_findings"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    HELD = "held"


class State(StrEnum):
    """Where a return or a department stands: the one vocabulary of every output. The words are what users read."""

    MISSING = "未报"
    BLANK = "空表"
    HELD = "待认领"
    REJECTED = "退回"
    OUTDATED = "旧版"
    TO_CORRECT = "待修改"
    INCOMPLETE = "资料不全"
    PASSED = "通过"
    SKIPPED = "跳过"

    @property
    def came(self) -> bool:
        """Whether something was handed in: an untouched template is as good as nothing."""
        return self not in (State.MISSING, State.BLANK, State.HELD, State.SKIPPED)

    @property
    def counted(self) -> bool:
        """Whether its figures and scores enter means, ranks and totals."""
        return self in (State.TO_CORRECT, State.INCOMPLETE, State.PASSED)

    @property
    def open(self) -> bool:
        """Whether the department has to send it again."""
        return self in (State.REJECTED, State.OUTDATED, State.TO_CORRECT)


BLANK_RETURN, OUTDATED_RETURN = "WJ39", "WJ36"
"""Codes of the two findings that make a state of their own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, one line, all its cells.

    ``sheet`` and ``cells`` are as they stand in the department's own file (``C5``, upper case, no ``$``);
    both are empty when the finding is about the file as a whole. ``message`` states the facts and the
    rule, ``remedy`` one action; neither contains an internal id.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    sheet: str = ""
    cells: tuple[str, ...] = ()
    label: str = ""
    seen: str = ""
    expected: str = ""

    @property
    def cell(self) -> str:
        """The first cell, where a reader should be taken."""
        return self.cells[0] if self.cells else ""


def status_of(findings: Iterable[Finding]) -> Status:
    """Return the verdict: the gravest finding decides."""
    severities = {finding.severity for finding in findings}
    if Severity.REJECT in severities:
        return Status.REJECTED
    return Status.WITH_FINDINGS if severities else Status.ACCEPTED


def state_of(findings: Iterable[Finding], scored: bool) -> State:
    """Return where a file that was read stands. ``scored``: whether it has a total."""
    found = tuple(findings)
    codes = {finding.code for finding in found}
    for code, state in ((BLANK_RETURN, State.BLANK), (OUTDATED_RETURN, State.OUTDATED)):
        if code in codes:
            return state
    severities = {finding.severity for finding in found}
    if Severity.REJECT in severities:
        return State.REJECTED
    if Severity.CORRECT in severities:
        return State.TO_CORRECT
    return State.PASSED if scored else State.INCOMPLETE


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of finding that no form can express, because it is about the file and not its figures.

    ``say`` and ``do`` are ``str.format`` texts. Every package keeps its notices in one literal tuple
    ``NOTICES``; ``xltool rules`` lists them together with the form's rules.
    """

    code: str
    name: str
    severity: Severity
    say: str
    do: str
    source: str

    def finding(
        self,
        sheet: str = "",
        cells: tuple[str, ...] = (),
        label: str = "",
        seen: str = "",
        expected: str = "",
        **figures: object,
    ) -> Finding:
        """Return a finding of this kind; ``figures`` fill the placeholders of ``say`` and ``do``."""
        message, remedy = self.say.format(**figures), self.do.format(**figures)
        return Finding(self.code, self.severity, message, remedy, str(sheet), cells, str(label), seen, expected)
