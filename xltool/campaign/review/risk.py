"""How much there is to be doubted about a project: risk points, each with its reason. Pure; imports ``form``, ``examine``.

A unit is what is reviewed as a whole: a project, or the department-wide self-evaluation. A newcomer would review departments: of
thirty projects one is looked at, and it should be that one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from xltool import notation
from xltool.examine.outcome import Outcome
from xltool.findings import Severity
from xltool.form.definition.review_policy import PolicyNumber, ReviewPolicy
from xltool.score import ProjectScore

WHOLE = "部门整体"
_CENT = Decimal("0.01")
_LOW = 2
"""Grades from the third on (中, 差) are low."""


@dataclass(frozen=True, slots=True)
class ReviewUnit:
    """What may be reviewed. ``id``: department and project code, the same in every run; ``reasons``: the risk in words."""

    department: str
    name: str
    code: str
    title: str
    stated: Decimal | None
    total: Decimal | None
    amount: Decimal | None
    risk: Decimal = Decimal(0)
    reasons: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Department and project."""
        return unit_id(self.department, self.code, self.title)


def unit_id(department: str, code: str, title: str) -> str:
    """Return what a unit is known by: the project's code, or its name where it has none."""
    return f"{department}/{code or title}"


def units_of(
    outcome: Outcome,
    policy: ReviewPolicy,
    low_grades: Collection[str],
    before: Mapping[str, str],
    seen: Collection[str],
) -> tuple[ReviewUnit, ...]:
    """Return the units of a return with the risk points that follow from it alone.

    Args:
        outcome: the return that counts.
        policy: the form's.
        low_grades: the grades that count as low.
        before: last year's grade by unit id.
        seen: ids of units that were reviewed before.
    """
    if outcome.scores is None or outcome.issue is None:
        return ()
    return tuple(_unit(outcome, part, policy, low_grades, before, seen) for part in outcome.scores.parts)


def _unit(
    outcome: Outcome,
    part: ProjectScore,
    policy: ReviewPolicy,
    low_grades: Collection[str],
    before: Mapping[str, str],
    seen: Collection[str],
) -> ReviewUnit:
    shape = outcome.issue
    unit = ReviewUnit(
        shape.department if shape else "",
        shape.department_name if shape else "",
        part.code,
        part.name,
        part.stated,
        part.total,
        _amount(part),
    )
    sheets = {line.sheet for line in part.lines if line.sheet}
    others = {line.sheet for one in (outcome.scores.parts if outcome.scores else ()) for line in one.lines} - sheets
    wrong = sum(f.severity is not Severity.NOTICE and f.sheet not in others for f in outcome.findings)
    above = (part.stated or Decimal(0)) - (part.total if part.total is not None else part.stated or Decimal(0))
    last = before.get(unit.id, "")
    full = bool(part.lines) and all(line.final is not None and line.final == line.weight for line in part.lines)
    found = (
        (policy.finding, Decimal(wrong), f"须改 {wrong} 条"),
        (policy.full_marks, Decimal(full), "各项都是满分"),
        (policy.above, max(Decimal(0), above), f"自评高于核定 {notation.show_number(above, '')} 分"),
        (policy.last_low, Decimal(last in low_grades), f"上年是“{last}”"),
        (policy.never, Decimal(unit.id not in seen), "没有复核过"),
    )
    return _with(unit, found)


def with_amounts(units: Sequence[ReviewUnit], policy: ReviewPolicy) -> tuple[ReviewUnit, ...]:
    """Return the units with the points for their budgets, by rank: the largest has them all; equal ones are equal."""
    known = sorted({unit.amount for unit in units if unit.amount})
    ranks = {amount: rank for rank, amount in enumerate(known, start=1)}
    result = []
    for unit in units:
        if unit.amount and policy.amount.value:
            share = Decimal(ranks[unit.amount]) / len(known)
            said = f"预算 {notation.show_number(unit.amount, '')} 万元"
            unit = _with(unit, ((policy.amount, share, said),))
        result.append(unit)
    return tuple(result)


def _with(unit: ReviewUnit, found: Sequence[tuple[PolicyNumber, Decimal, str]]) -> ReviewUnit:
    risk, reasons = unit.risk, list(unit.reasons)
    for number, times, said in found:
        points = min(number.most, number.value * times).quantize(_CENT, ROUND_HALF_UP)
        if points > 0:
            risk += points
            reasons.append(f"{said}（{notation.show_number(points, '')}）")
    return replace(unit, risk=risk, reasons=tuple(reasons))


def _amount(part: ProjectScore) -> Decimal | None:
    """The budget of a project: what the first line, that of the execution, is held against."""
    return notation.read_number(part.lines[0].target, "万元").value if part.lines else None


def low_of(grades: Sequence[str]) -> frozenset[str]:
    """Return the grades that count as low."""
    return frozenset(grades[_LOW:])
