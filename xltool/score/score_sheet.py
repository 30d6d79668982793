"""The score sheet: points per line with the working, totals and grades. Data alone, ``reckoning`` fills it.

Imports nothing of ours: it travels between processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One scored line. Points are None where they cannot be determined; ``working`` then says why.

    ``final``: the points that count (never above the rule's), ``system``: by rule, ``stated``: by the department.
    """

    level1: str
    level2: str
    name: str
    target: str
    actual: str
    weight: Decimal | None
    system: Decimal | None
    stated: Decimal | None
    final: Decimal | None
    working: str
    reason: str
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class ProjectScore:
    """A project's lines and total; ``total`` None and ``grade`` "" while a line cannot be determined."""

    code: str
    name: str
    total: Decimal | None
    grade: str
    stated: Decimal | None
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """The department's total (mean of its projects unless the form says otherwise), grade and projects.

    ``overall``: its department-wide self-evaluation, None where the form has none. ``scored``: whether the form has scores;
    without them the lines tell targets and actuals only, and no total is missing.
    """

    total: Decimal | None
    grade: str
    projects: tuple[ProjectScore, ...]
    overall: ProjectScore | None = None
    scored: bool = True

    @property
    def parts(self) -> tuple[ProjectScore, ...]:
        """Everything that has score lines: the department-wide self-evaluation, then the projects."""
        return (self.overall, *self.projects) if self.overall else self.projects
