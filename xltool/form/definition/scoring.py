"""What a form says of its scores: which computed fields are the points, the working and the grades. Part of ``form.definition.model``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Constraint:
    """What must hold between parameters: ``that`` a formula of parameters only, ``say`` the demand in words.

    ``id``: by it a form that extends this one overrides or removes it; whatever it does not name still holds there.
    """

    that: str
    say: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """Where the parts of one scored line stand; all are field or column names.

    ``system``: points by rule · ``self``: points the department gave · ``final``: points that count ·
    ``working``: how the points came about, in words. All of them are blank in a form without scores.
    """

    name: str
    weight: str = ""
    system: str = ""
    self: str = ""
    final: str = ""
    working: str = ""
    table: str = ""
    target: str = ""
    actual: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OverallScoring:
    """The department-wide self-evaluation and the fields with its result.

    Either a ``grid`` of items with its columns, or ``items``: single lines and tables of the department.
    """

    total: str
    grade: str
    stated: str
    grid: str = ""
    weight: str = ""
    system: str = ""
    self: str = ""
    final: str = ""
    actual: str = ""
    reason: str = ""
    working: str = ""
    items: tuple[ScoredItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoring:
    """Which computed fields are the score of a project and of the department.

    ``counted``: 1 for a project that is to be scored, 0 for one that is not (never carried out). ``overall``: the
    department-wide self-evaluation, where the form has one. A form without ``total`` has no scores at all: its items
    are what is evaluated, and say nothing of points.
    """

    items: tuple[ScoredItem, ...] = ()
    total: str = ""
    grade: str = ""
    stated: str = ""
    department_total: str = ""
    department_grade: str = ""
    grades: tuple[str, ...] = ()
    counted: str = ""
    overall: OverallScoring | None = None

    @property
    def scored(self) -> bool:
        """Whether there are scores and grades."""
        return bool(self.total)


_REST = ("items", "total", "grades", "counted", "overall")
_TOTALS = tuple(item.name for item in fields(Scoring) if item.name not in _REST)
"""What has to be there with ``total``."""
_POINTS = ("weight", "system", "self", "final", "working")


def unknown_scoring(scoring: Scoring, known: Collection[str], grids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what is missing or not of the form: the text at whose line to tell, and what."""
    if scoring.scored:
        lacking = [key for key in _TOTALS if not getattr(scoring, key)]
        if lacking:
            yield scoring.total, f"scoring 写了 total，还要写 {'、'.join(lacking)}"
    else:
        extra = [(key, getattr(scoring, key)) for key in (*_TOTALS, "counted") if getattr(scoring, key)]
        if scoring.overall:
            extra.append(("overall", scoring.overall.total))
        extra += [(key, getattr(item, key)) for item in scoring.items for key in _POINTS if getattr(item, key)]
        for key, text in extra:
            yield text, f"scoring 没有写 total，这个表样就没有得分，不能写 {key}"
    names = [scoring.total, *(getattr(scoring, key) for key in _TOTALS), scoring.counted]
    if overall := scoring.overall:
        names += [overall.total, overall.grade, overall.stated, overall.weight, overall.system, overall.self]
        names += [overall.final, overall.actual, overall.reason, overall.working]
        lacking = [key for key in (*_POINTS, "actual", "reason") if not getattr(overall, key)]
        if bool(overall.grid) is bool(overall.items):
            yield overall.total, "scoring.overall 写 grid 或 items，两样写一样"
        elif overall.grid and lacking:
            yield overall.grid, f"scoring.overall 写了 grid，还要写 {'、'.join(lacking)}"
        elif overall.grid and overall.grid not in grids:
            yield overall.grid, f"scoring 里的“{overall.grid}”不是写了 items: true 的 grid"
    for item in (*scoring.items, *(overall.items if overall else ())):
        if scoring.scored and (lacking := [key for key in _POINTS if not getattr(item, key)]):
            yield item.name, f"scoring 的“{item.name}”缺少 {'、'.join(lacking)}"
        names += [item.system, item.self, item.final, item.working, item.weight, item.target, item.actual, item.reason]
        names += [item.name] if item.table else []
    for name in names:
        if name and name not in known:
            yield name, f"scoring 里的“{name}”不是本表的栏目或参数"
