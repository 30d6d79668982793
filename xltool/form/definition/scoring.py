"""What a form says of its scores: which computed fields are the points, the working and the grades. Part of ``form.definition.model``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """Where the parts of one scored line stand; all are field or column names.

    ``system``: points by rule · ``self``: points the department gave · ``final``: points that count ·
    ``working``: how the points came about, in words.
    """

    name: str
    weight: str
    system: str
    self: str
    final: str
    working: str
    table: str = ""
    target: str = ""
    actual: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OverallScoring:
    """The department-wide self-evaluation: a grid of items, its columns, and the fields with its result."""

    grid: str
    weight: str
    system: str
    self: str
    final: str
    actual: str
    reason: str
    working: str
    total: str
    grade: str
    stated: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """Which computed fields are the score of a project and of the department.

    ``counted``: 1 for a project that is to be scored, 0 for one that is not (never carried out). ``overall``: the
    department-wide self-evaluation, where the form has one.
    """

    items: tuple[ScoredItem, ...]
    total: str
    grade: str
    stated: str
    department_total: str
    department_grade: str
    grades: tuple[str, ...]
    counted: str = ""
    overall: OverallScoring | None = None
