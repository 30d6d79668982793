"""主管部门小计: how the units of every 主管部门 stand, a row each, and the sums of all.

Imports ``report.book``, ``report.standing`` and ``report.summary_gather``. The figures are those of the whole campaign, taken
over fewer units: the same computation, so the rows add up to what 概览 says. A newcomer would count again.
"""

from __future__ import annotations

from collections.abc import Iterable

from xltool.findings import State
from xltool.report.standing import Counts, counts
from xltool.report.summary.data import Standing
from xltool.report.summary.gather import Gathered
from xltool.report.wording import INCOMPLETE
from xltool.report.workbook.book import CellValue, Column, ColumnKind, Footer, Table
from xltool.writing.measure import number

NAME = "主管部门小计"
_WIDE = 30
_POINTS = (Column("有得分的", 10, ColumnKind.COUNT, total=True), Column("平均得分", 11, ColumnKind.POINTS))
NOTE = "按名册“部门”表的主管部门归类，没有写主管部门的单位单独一行。部门数据、项目资金的小计列在那两张表的合计下面。"
_OF_POINTS = "平均得分是有核定得分的单位的平均。"


def subtotals(made: Gathered) -> Table:
    """Return the table of a campaign whose roster has tiers."""
    groups: dict[str, list[Standing]] = {}
    for standing in made.standings:
        if standing.on_roster:
            groups.setdefault(standing.authority or standing.name, []).append(standing)
    found = {name: counts(map(made.stand, standings)) for name, standings in groups.items()}
    return table_of(made.data.title, found, made.counts, made.data.scored)


def table_of(title: str, found: dict[str, Counts], whole: Counts, scored: bool = True) -> Table:
    """Return the table. ``found``: 主管部门 to its figures; ``whole``: those of all units; ``scored``: the form has points."""
    grades = list(dict.fromkeys(grade for one in found.values() for grade in one.grades if grade != INCOMPLETE))
    columns = (
        Column("主管部门", _WIDE),
        Column("应报", 8, ColumnKind.COUNT, total=True),
        Column("已报", 8, ColumnKind.COUNT, total=True),
        Column("收到率", 9, ColumnKind.CENTER),
        *(Column(state.value, 10, ColumnKind.COUNT, total=True) for state in whole.shown),
        *_POINTS[: 2 * scored],
        *(Column(grade, 9, ColumnKind.COUNT, total=True) for grade in grades),
    )
    rows = [(name, *_cells(one, whole.shown, grades, scored)) for name, one in found.items()]
    mean = number(whole.mean)
    at = [index for index, column in enumerate(columns) if column.kind is ColumnKind.POINTS]
    footers = (Footer("全部单位平均", {at[0]: mean}),) if at and mean is not None else ()
    return Table(
        NAME, f"{title}：{NAME}", NOTE + _OF_POINTS * scored, columns, rows, fixed=1, totals=True, footers=footers
    )


def _cells(one: Counts, states: Iterable[State], grades: Iterable[str], scored: bool) -> Iterable[CellValue]:
    yield one.expected
    yield one.came
    yield one.rate
    for state in states:
        yield one.of(state)
    if scored:
        yield one.scored
        yield number(one.mean)
    for grade in grades:
        yield one.grades.get(grade, 0)
