"""What only shows when all returns lie side by side: for the bureau's eyes, never in a department's file.

Imports ``campaign.collect``, ``campaign.copies`` and ``campaign.last_year``. Each return is opened once and
shrunk to its facts; every check is a function of all facts and stands in ``CHECKS``. A newcomer would put
these findings into the marked copies, and tell one department about another's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from statistics import median

from xltool import notation
from xltool.campaign.collected import Collected, Opened
from xltool.campaign.compare.alert import Alert, Facts, ProjectFacts
from xltool.campaign.compare.last_year import LastYear, last_year_of
from xltool.campaign.compare.similar_texts import Copies
from xltool.campaign.roster.controls import department_controls, project_controls
from xltool.campaign.roster.sheet import Roster
from xltool.examine.outcome import Figure, Outcome
from xltool.form import Form
from xltool.score import ProjectScore
from xltool.writing.measure import points

_FEWEST_INDICATORS = 5
_FEWEST_RATES = 8
_FAR = 5.0  # times the usual distance from the median
_SHARE_OF_FULL = 0.5
_TOLERANCE = Decimal("0.005")


class Watch:
    """Sees the outcome of every department once, keeps its facts, and says in the end what shows across all."""

    def __init__(self, form: Form, roster: Roster, last_year: LastYear | None = None) -> None:
        self._form, self._roster, self._last_year = form, roster, last_year
        controls = (*department_controls(roster).values(), *project_controls(roster, form).values())
        self._controlled = {name for figures in controls for name in figures}
        self._copies, self._facts, self._found = Copies(form), list[Facts](), list[Alert]()

    def add(self, outcome: Outcome) -> None:
        """Take a department's outcome; it needs its entries."""
        self._facts.append(_facts(outcome, self._controlled))
        self._copies.add(outcome)
        if self._last_year is not None:
            self._found += self._last_year.compare(outcome)

    def alerts(self) -> tuple[Alert, ...]:
        """Return everything that was found, by code and department."""
        found = [*self._found, *self._copies.alerts()]
        for check in CHECKS:
            found += check(self._facts, self._roster, self._form)
        return tuple(sorted(found, key=lambda alert: (alert.code, alert.department, alert.place, alert.text)))


def alerts(collected: Collected, opened: Opened) -> tuple[Alert, ...]:
    """Return everything the checks across departments find among the returns that count."""
    with last_year_of(collected) as last_year:
        watch = Watch(collected.form, collected.roster, last_year)
        for receipt in collected.chosen.values():
            if receipt.head.state.counted:
                watch.add(opened.version(receipt.head, entries=True))
    return watch.alerts()


def _facts(outcome: Outcome, controlled: Collection[str]) -> Facts:
    issue, scores = outcome.issue, outcome.scores
    projects = scores.projects if scores else ()
    return Facts(
        issue.department if issue else "",
        issue.department_name if issue else "",
        tuple(
            _project(
                project, outcome.project_figures[index] if index < len(outcome.project_figures) else (), controlled
            )
            for index, project in enumerate(projects)
        ),
        *_kept(outcome.figures, controlled),
    )


def _kept(figures: Sequence[Figure], controlled: Collection[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """The figures the roster knows, and the rates: of ten thousand returns no more than is compared."""
    known = [(figure, figure.value) for figure in figures if figure.value is not None]
    return (
        {figure.name: value for figure, value in known if figure.name in controlled},
        {figure.name: value for figure, value in known if figure.unit == "%"},
    )


def _project(project: ProjectScore, figures: Sequence[Figure], controlled: Collection[str]) -> ProjectFacts:
    indicators = [(line.level2, line.name.strip(), line.target.strip()) for line in project.lines if line.level2]
    known = [line for line in project.lines if line.weight is not None]
    full = bool(known) and all(line.stated == line.weight for line in known)
    return ProjectFacts(
        project.code,
        project.name,
        hash(tuple(indicators)) if len(indicators) >= _FEWEST_INDICATORS else None,
        len(indicators),
        full,
        *_kept(figures, controlled),
    )


def _same_indicators(facts: Sequence[Facts], _roster: Roster, _form: Form) -> Iterator[Alert]:
    groups: dict[int, list[tuple[Facts, ProjectFacts]]] = {}
    for department in facts:
        for project in department.projects:
            if project.indicators is not None:
                groups.setdefault(project.indicators, []).append((department, project))
    for group in groups.values():
        if len({department.code for department, _ in group}) > 1:
            first, project = group[0]
            text = (
                f"{project.count} 个指标（名称、指标值）完全相同：{_named([f'{d.name}“{p.name}”' for d, p in group])}。"
            )
            yield Alert("PL02", first.code, first.name, project.name, text, str(len(group)))


def _full_marks(facts: Sequence[Facts], _roster: Roster, _form: Form) -> Iterator[Alert]:
    full = [d for d in facts if d.projects and all(project.full for project in d.projects)]
    scored = [d for d in facts if d.projects]
    if len(full) > 1 and len(full) >= len(scored) * _SHARE_OF_FULL:
        text = f"{len(scored)} 个部门中有 {len(full)} 个的全部指标自评满分，自评没有区分度。"
        yield Alert("PL03", "", "全部部门", "", text, f"{len(full) / len(scored):.0%}")
    for department in full:
        text = f"{len(department.projects)} 个项目的全部指标自评满分，建议抽查。"
        yield Alert("PL03", department.code, department.name, "", text, "满分")


def _outliers(facts: Sequence[Facts], _roster: Roster, _form: Form) -> Iterator[Alert]:
    series: dict[str, list[tuple[Facts, str, Decimal]]] = {}
    for department in facts:
        for rate, value in department.rates.items():
            series.setdefault(rate, []).append((department, "", value))
        for project in department.projects:
            for rate, value in project.rates.items():
                series.setdefault(rate, []).append((department, project.name, value))
    for name, values in series.items():
        if len(values) < _FEWEST_RATES:
            continue
        middle = median(value for *_, value in values)
        usual = max(median(abs(value - middle) for *_, value in values), Decimal("0.02"))
        for department, where, value in values:
            if abs(value - middle) > usual * Decimal(_FAR):
                text = f"{name} {value:.2%}，全部 {len(values)} 个的中位数是 {middle:.2%}。"
                yield Alert("PL04", department.code, department.name, where, text, f"{value:.2%}")


def _control_totals(facts: Sequence[Facts], roster: Roster, form: Form) -> Iterator[Alert]:
    departments, planned = department_controls(roster), project_controls(roster, form)
    for department in facts:
        for name, value in departments.get(department.code, {}).items():
            if name in department.figures:
                yield from _unequal(department, "", name, department.figures[name], value)
        for project in department.projects:
            for name, value in planned.get(project.code, {}).items():
                if name in project.figures:
                    yield from _unequal(department, project.name, name, project.figures[name], value)


def _unequal(department: Facts, project: str, name: str, theirs: Decimal, ours: Decimal) -> Iterator[Alert]:
    if abs(theirs - ours) > _TOLERANCE:
        text = f"{name}填报 {points(theirs)}，名册是 {points(ours)}，差 {points(theirs - ours)}。"
        yield Alert("PL05", department.code, department.name, project, text, points(theirs - ours))


def _shared_projects(facts: Sequence[Facts], _roster: Roster, _form: Form) -> Iterator[Alert]:
    groups: dict[str, list[tuple[Facts, ProjectFacts]]] = {}
    for department in facts:
        for project in department.projects:
            name = notation.fold(project.name)
            if len(name) >= 4:
                groups.setdefault(name, []).append((department, project))
    for name, group in groups.items():
        if len({department.code for department, _ in group}) > 1:
            first = group[0][0]
            text = f"这个项目由 {len(group)} 个部门填报：{_named([d.name for d, _ in group])}。请核对是否重复。"
            yield Alert("PL06", first.code, first.name, name, text, str(len(group)))


def _named(names: Sequence[str], limit: int = 8) -> str:
    unique = list(dict.fromkeys(names))
    return "、".join(unique[:limit]) + (f" 等 {len(unique)} 个" if len(unique) > limit else "")


Check = Callable[[Sequence[Facts], Roster, Form], Iterator[Alert]]
CHECKS: tuple[Check, ...] = (_same_indicators, _full_marks, _outliers, _control_totals, _shared_projects)
