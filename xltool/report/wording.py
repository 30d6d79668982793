"""Words that several reports share, so that a finding reads the same everywhere.

Imports ``findings`` and ``examine.outcome``. Fixed words stay within GBK: many consoles and printers of
the departments know nothing else. Findings are listed by weight, inside one weight as they were found.
"""

from __future__ import annotations

from collections.abc import Iterable

from xltool.examine.outcome import Outcome, Waived
from xltool.findings import Finding, State

MISSING = State.MISSING.value
INCOMPLETE = State.INCOMPLETE.value
SHOWN_CELLS = 6


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order in which they are listed."""
    return sorted(findings, key=lambda finding: finding.severity.rank)


def cells_text(cells: tuple[str, ...], limit: int = SHOWN_CELLS) -> str:
    """Return addresses as text.

    >>> cells_text(("C4", "C5"))
    'C4、C5'
    """
    if len(cells) <= limit + 2:  # "等 7 格" that leaves out one helps nobody
        return "、".join(cells)
    return f"{'、'.join(cells[:limit])} 等 {len(cells)} 格"


def place(finding: Finding) -> str:
    """Return where a finding is, ``〔三公经费〕C4``; empty for the file as a whole."""
    sheet = f"〔{finding.sheet}〕" if finding.sheet else ""
    return sheet + cells_text(finding.cells)


def named(finding: Finding, limit: int) -> str:
    """Return the message, led by the items it is about where it names none of them; ``limit``: of how many.

    >>> from xltool.findings import Severity
    >>> named(Finding("BT01", Severity.CORRECT, "还没有填写。", "", label="全年执行数"), 3)
    '全年执行数：还没有填写。'
    """
    names = [name for name in finding.label.split("、") if name]
    if not names or any(name in finding.message for name in names):
        return finding.message
    return f"{'、'.join(names[:limit])}{'等' if len(names) > limit else ''}：{finding.message}"


def department(outcome: Outcome) -> str:
    """Return the department's name as the return states it, empty if it could not be read."""
    return outcome.issue.department_name if outcome.issue else ""


def code_of(outcome: Outcome) -> str:
    """Return the department's code, empty if it could not be read."""
    return outcome.issue.department if outcome.issue else ""


def waived_text(item: Waived) -> str:
    """Return why a finding is not held against the department."""
    until = f"，有效期至 {item.until}" if item.until else ""
    return f"经批准不作要求：{item.reason}（批准人 {item.approver}{until}）"
