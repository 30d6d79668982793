"""Round n against round n-1: what a department changed, which findings are closed, which are new.

Imports ``examine``. Cells are compared by what they are, not where they stand, so inserted rows change
nothing. A newcomer would compare messages: a figure that moved a little is still the same finding.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xltool.examine.outcome import Entry, Outcome
from xltool.findings import Finding
from xltool.form import Form, Issue, Key


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that holds something else now; ``before`` or ``after`` is empty where the cell was blank."""

    label: str
    sheet: str
    cell: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Round:
    """The difference between two versions of one department."""

    changes: tuple[Change, ...]
    closed: tuple[Finding, ...]
    still: tuple[Finding, ...]
    new: tuple[Finding, ...]

    def sentence(self) -> str:
        """Return the difference as one line for the department."""
        before = len(self.closed) + len(self.still)
        return (
            f"与上一版相比：改动 {len(self.changes)} 格；上一版的 {before} 条问题已改好 {len(self.closed)} 条，"
            f"仍有 {len(self.still)} 条；新出现 {len(self.new)} 条。"
        )


def compare(form: Form, before: Outcome, after: Outcome) -> Round:
    """Return what changed. Both outcomes need their entries."""
    closed, still, new = _matched(before.findings, after.findings)
    return Round(tuple(_changes(form, before, after)), closed, still, new)


def _matched(
    before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Same code at the same cells first; then the same code under the same label, because rows move."""
    old, fresh, still = list(before), list(after), []
    for sameness in (_at_cells, _under_label):
        waiting: dict[tuple[object, ...], deque[Finding]] = {}
        for finding in old:
            waiting.setdefault(sameness(finding), deque()).append(finding)
        rest, met = [], set()
        for finding in fresh:
            partners = waiting.get(sameness(finding))
            if partners:
                met.add(id(partners.popleft()))
                still.append(finding)
            else:
                rest.append(finding)
        old, fresh = [finding for finding in old if id(finding) not in met], rest
    order = {id(finding): number for number, finding in enumerate(after)}
    return tuple(old), tuple(sorted(still, key=lambda item: order.get(id(item), 0))), tuple(fresh)


def _at_cells(finding: Finding) -> tuple[object, ...]:
    return (finding.code, finding.sheet, finding.label, finding.cells)


def _under_label(finding: Finding) -> tuple[object, ...]:
    return (finding.code, finding.sheet, finding.label)


def _changes(form: Form, before: Outcome, after: Outcome) -> Iterable[Change]:
    old = {entry.key: entry for entry in before.entries}
    new = {entry.key: entry for entry in after.entries}
    for key in sorted({*old, *new}):
        one, other = old.get(key), new.get(key)
        if (one.typed.strip() if one else "") != (other.typed.strip() if other else ""):
            place = other or one
            if place is not None:
                label = label_of(form, after.issue, key)
                yield Change(label, place.sheet, place.cell, _typed(one), _typed(other))


def _typed(entry: Entry | None) -> str:
    return entry.typed if entry else ""


def label_of(form: Form, issue: Issue | None, key: Key) -> str:
    """Return a cell's name for people: the field, with its project and row where there are several."""
    info = form.fields.get(key.id)
    name = info.field.name if info else key.id
    projects: Sequence[object] = issue.projects if issue else ()
    parts = [f"项目{key.project}"] if key.project and len(projects) > 1 else []
    return "·".join([*parts, f"{name}第 {key.row} 行" if key.row else name])
