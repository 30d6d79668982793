"""红黄灯 of one return: of its department and of each project. The lights themselves are those of ``standing.light``.

Imports ``examine.outcome``, ``standing``. One place for 汇总, letters and JSON; what the rate of a project is, is said here alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from xltool.examine.outcome import Outcome
from xltool.report.standing import Light, light
from xltool.writing.measure import number

if TYPE_CHECKING:
    from xltool.form import Form


@dataclass(frozen=True, slots=True)
class Lights:
    """``projects``: in the order of the scores; ``NONE`` where nothing is known, and everywhere while the form has no lights."""

    department: Light
    projects: tuple[Light, ...]


def lights(outcome: Outcome, form: Form) -> Lights:
    """Return the lights of a return of a form."""
    policy, scores = form.spec.results, outcome.scores
    known = dict(rates(outcome, str(form.spec.roles.execution_rate)))
    projects = scores.projects if scores else ()
    return Lights(
        light(policy, scores.total if scores else None),
        tuple(light(policy, part.total, known.get(at, ("", None))[1]) for at, part in enumerate(projects)),
    )


def rates(outcome: Outcome, name_of_rate: str) -> Iterator[tuple[int, tuple[str, float]]]:
    """Yield the execution rate of each project, where it is known, with its name, by its place."""
    projects = outcome.scores.projects if outcome.scores else ()
    planned = outcome.issue.projects if outcome.issue else ()
    names = [project.name for project in projects] or [project.name for project in planned]
    for index, name in enumerate(names):
        values = outcome.project_figures[index] if index < len(outcome.project_figures) else ()
        rate = next((f.value for f in values if f.name == name_of_rate and not f.doubtful), None)
        if rate is None and not any(f.doubtful for f in values) and index < len(projects):
            line = next((line for line in projects[index].lines if name_of_rate and name_of_rate in line.level1), None)
            rate = _ratio(line.actual, line.target) if line else None
        if (value := number(rate)) is not None:
            yield index, (name or f"项目{index + 1}", value)


def _ratio(actual: str, target: str) -> Decimal | None:
    try:
        return Decimal(actual.replace(",", "")) / Decimal(target.replace(",", ""))
    except (InvalidOperation, ZeroDivisionError):
        return None
