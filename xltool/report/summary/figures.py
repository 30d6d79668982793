"""部门数据 and 项目资金: the departments' own figures with sums, held against what the roster says.

Imports ``report.book`` and ``report.summary_gather``. A newcomer would add up everything: sums of shares, points and
years mean nothing, and a control total over departments that have not reported proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from xltool.report.summary.gather import DOUBTFUL, Figures, Gathered
from xltool.report.workbook.book import Column, ColumnKind, Footer, Table
from xltool.report.workbook.spool import Fresh

NOT_ADDED = ("", "%", "分", "年", "年度")
FIGURES, FUNDS = "部门数据", "项目资金"
LEFT_OUT = "疑按元填，未计入"
MOST = 60
"""Figures beside each other on one sheet of the workbook."""
_LEAD = 3
_CONTROL, _GAP, _ABSENT = "名册控制数", "合计减控制数", "名册中还没有计入的"
_NOTE = "合计只加金额、人数等可以相加的列，看来按“元”填的标明、不加；名册里有同名栏目的，下面列出名册控制数（只加本栏有数的行）和差额，以及名册中没有报来或没有计入的。"


def figures(made: Gathered) -> Table:
    """部门数据: one row per department, one column per figure."""
    rows = Fresh(lambda: ((s.code, s.name, s.state.value, *made.figures.row(s.code)) for s in made.standings))
    lead = (Column("部门编码", 14, ColumnKind.CENTER), Column("部门", 24), Column("状态", 9, ColumnKind.STATE))
    owners = [(standing.code, standing.code) for standing in made.standings]
    return Table(
        FIGURES,
        f"{made.data.title}：部门数据",
        f"各部门填报的数据；未报、退回的部门空白。{_NOTE}",
        (*lead, *_columns(made.figures, made.data.labels)),
        rows,
        fixed=2,
        totals=True,
        footers=(
            *_controls(made.figures, len(lead), owners, made.data.controls),
            *subtotals(made, made.figures, len(lead), [(s.code, s.authority) for s in made.standings], 1),
        ),
    )


def funds(made: Gathered) -> Table:
    """项目资金: one row per project, one column per figure."""
    rows = Fresh(lambda: ((*names, *made.funds.row(index)) for index, names in enumerate(made.projects)))
    lead = (Column("部门", 24), Column("项目编码", 14, ColumnKind.CENTER), Column("项目", 36))
    owners = [(index, code) for index, (_, code, _) in enumerate(made.projects)]
    return Table(
        FUNDS,
        f"{made.data.title}：项目资金",
        f"每个项目一行，取自各部门填报的项目资金表。{_NOTE}",
        (*lead, *_columns(made.funds, made.data.labels)),
        rows,
        fixed=3,
        totals=True,
        footers=(
            *_controls(made.funds, len(lead), owners, made.data.project_controls),
            *subtotals(made, made.funds, len(lead), list(enumerate(made.owners))),
        ),
    )


def for_programs(table: Table) -> Table:
    """Return a table with the figures that were not counted named in a column of words: among numbers they are missing."""
    if table.name not in (FIGURES, FUNDS):
        return table
    names = [column.name for column in table.columns]
    rows = list(table.rows)
    left = [
        "、".join(name for name, value in zip(names, row, strict=True) if str(value).endswith(DOUBTFUL)) for row in rows
    ]
    if not any(left):
        return table
    return replace(
        table,
        columns=(*table.columns, Column(LEFT_OUT, 40)),
        rows=[(*row, words) for row, words in zip(rows, left, strict=True)],
    )


def subtotals(
    made: Gathered, found: Figures, lead: int, owners: Sequence[tuple[object, str]], label: int = 0
) -> tuple[Footer, ...]:
    """Return the sums of every 主管部门 with several units over the columns that can be added, in the order they occur.

    Args:
        made: the summary's content.
        found: the figures.
        lead: columns before the first figure.
        owners: whose row a figure is in, and the 主管部门; ``""`` for none.
        label: the column the 主管部门 is named in.
    """
    sums: dict[str, dict[int, Decimal]] = {}
    several = made.several
    for owner, authority in owners:
        if authority not in several:
            continue
        own, row = sums.setdefault(authority, {}), found.row(owner)
        for (_, unit), at in found.columns.items():
            value = row[at]
            if isinstance(value, float) and unit not in NOT_ADDED:
                own[lead + at] = own.get(lead + at, Decimal(0)) + Decimal(str(value))
    return tuple(
        Footer(f"其中：{name}", {at: float(value) for at, value in own.items()}, label)
        for name, own in sums.items()
        if own
    )


def in_parts(table: Table, sections: Mapping[str, str]) -> Iterator[Table]:
    """Give a table as sheets that one can look at: a wide one of figures cut between sheets of the form.

    Args:
        table: of the summary, with any number of columns.
        sections: what a figure is called to the sheet of the form it is filled in on.
    """
    wide = table.columns[_LEAD:]
    if table.name not in (FIGURES, FUNDS) or len(wide) <= MOST:
        yield table
        return
    runs: list[tuple[list[str], list[int]]] = []
    for at, column in enumerate(wide, start=_LEAD):
        section = sections.get(column.name, "")
        left = sum(sections.get(other.name, "") == section for other in table.columns[at:])
        new = not runs or section not in runs[-1][0]
        if not runs or len(runs[-1][1]) == MOST or (new and len(runs[-1][1]) + min(left, MOST) > MOST):
            runs.append(([], []))
        if section not in runs[-1][0]:
            runs[-1][0].append(section)
        runs[-1][1].append(at)
    rows = [tuple(row) for row in table.rows]
    for number, (told, places) in enumerate(runs, start=1):
        kept = (*range(_LEAD), *places)
        where = {old: new for new, old in enumerate(kept)}
        footers = [
            replace(one, values={where[at]: value for at, value in one.values.items() if at in where})
            for one in table.footers
        ]
        yield replace(
            table,
            name=table.name if number == 1 else f"{table.name}{number}",
            title=f"{table.title}（{'、'.join(told)}）",
            columns=tuple(table.columns[at] for at in kept),
            rows=[tuple(row[at] for at in kept) for row in rows],
            footers=tuple(one for one in footers if one.values),
        )


def _columns(found: Figures, labels: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(_column(labels.get(name, name), unit) for name, unit in found.columns)


def figure_name(name: str, unit: str) -> str:
    """Return what the column of a figure is called, in one line.

    >>> figure_name("全年执行数", "万元"), figure_name("人均", "")
    ('全年执行数（万元）', '人均')
    """
    return f"{name}（{unit}）" if unit else name


def kind_of(unit: str) -> ColumnKind:
    """Return how figures of a unit are shown: shares, points and money with two decimals, all else as it is."""
    if unit.endswith("元"):
        return ColumnKind.AMOUNT
    return {"%": ColumnKind.PERCENT, "分": ColumnKind.POINTS}.get(unit, ColumnKind.GENERAL)


def _column(name: str, unit: str) -> Column:
    header = f"{name}\n（{unit}）" if unit else name
    return Column(header, max(13, min(20, len(name) * 2 + 3)), kind_of(unit), total=unit not in NOT_ADDED, unit=unit)


def _controls(
    found: Figures, lead: int, owners: Sequence[tuple[object, str]], controls: Mapping[str, Mapping[str, Decimal]]
) -> tuple[Footer, ...]:
    """The roster's sums and the gaps, for the columns the roster knows; over the rows that have both figures."""
    sums: dict[int, Decimal] = {}
    whole: dict[str, Decimal] = {}
    for told in controls.values():
        for name, amount in told.items():
            whole[name] = whole.get(name, Decimal(0)) + amount
    ours: dict[int, float] = {}
    for owner, code in owners:
        known = controls.get(code)
        if not known:
            continue
        row = found.row(owner)
        for (name, unit), at in found.columns.items():
            value = row[at]
            if isinstance(value, float) and name in known and unit not in NOT_ADDED:
                sums[at] = sums.get(at, Decimal(0)) + known[name]
                ours[at] = ours.get(at, 0.0) + value
    if not sums:
        return ()
    totals = {lead + at: float(value) for at, value in sums.items()}
    gaps = {lead + at: round(ours[at] - float(value), 6) for at, value in sums.items()}
    absent = {
        lead + at: float(whole[name] - sums[at])
        for (name, _), at in found.columns.items()
        if at in sums and whole[name] > sums[at]
    }
    return (Footer(_CONTROL, totals), Footer(_GAP, gaps), *((Footer(_ABSENT, absent),) if absent else ()))
