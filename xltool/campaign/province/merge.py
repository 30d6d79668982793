"""Many campaigns become one 汇总.xlsx and one set of Parquet files.

Imports the other ``province`` modules and ``report``. Departments are ranked anew, over all counties; the long tables (a row
for every indicator, for every finding) are only in the Parquet files: no workbook holds a million rows usefully.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from xltool.campaign.province.clashes import Clash, clashes
from xltool.campaign.province.joined import COUNTY, columns, table_names, write
from xltool.campaign.province.sources import Source, about
from xltool.campaign.summarise import DATA
from xltool.files import probe
from xltool.findings import State
from xltool.progress import Progress, followed, silent
from xltool.report.standing import INCOMPLETE, SHOWN, Counts, Stand, counts
from xltool.report.summary.figures import FIGURES, FUNDS, LEFT_OUT, NOT_ADDED, kind_of
from xltool.report.summary.tables import DEPARTMENTS, LINES, PROBLEMS, ranked
from xltool.report.workbook.book import Book, CellValue, Column, ColumnKind, Data, Table
from xltool.writing.measure import number

FILE = "汇总.xlsx"
_STATISTICS = "问题统计"
_STATES = {state.value: state for state in State}


@dataclass(frozen=True, slots=True)
class Merged:
    """What was written: rows by table, what to look at, how many departments there are and from how many something came."""

    rows: dict[str, int]
    clashes: tuple[Clash, ...]
    departments: int
    returned: int


def merge(sources: Sequence[Source], out: Path, title: str = "", progress: Progress = silent) -> Merged:
    """Write the merged tables into ``out``.

    Raises:
        CampaignError: a file is damaged.
        TargetLockedError: an output is open elsewhere.
    """
    probe(out)
    found = tuple(clashes(sources))
    names = tuple(table_names(sources))
    rows = {table: write(out / DATA, sources, table) for table in followed(names, len(names), progress, str)}
    title = title or f"{len(sources)} 个批次合并汇总"
    overview = [_county(source) for source in sources]
    with Book(title) as book:
        for table in (
            _overview(title, overview),
            _clashes(title, found),
            _ranking(title, sources),
            _statistics(title, sources),
            _figures(title, sources, FIGURES),
            _figures(title, sources, FUNDS),
        ):
            book.table(table)
        book.save(out / FILE)
    return Merged(rows, found, sum(row.counts.expected for row in overview), sum(row.counts.came for row in overview))


@dataclass(frozen=True, slots=True)
class _County:
    source: Source
    counts: Counts


def _county(source: Source) -> _County:
    scores = {code: (points, grade) for code, points, grade in source.values(DEPARTMENTS, "部门编码", "得分", "等次")}
    stands = []
    for code, word in source.values(FIGURES, "部门编码", "状态"):
        points, grade = scores.get(code, (None, None))
        state = _STATES.get(word, State.MISSING)
        stands.append(Stand(state, None if points is None else Decimal(str(points)), grade or ""))
    return _County(source, counts(stands))


def _overview(title: str, counties: Sequence[_County]) -> Table:
    """A row for every county, in the words and figures of its own 汇总."""
    shown = [state for state in SHOWN if any(row.counts.of(state) for row in counties)]
    best: dict[str, float] = {}
    for row in counties:
        for points, grade in row.source.values(DEPARTMENTS, "得分", "等次"):
            best[grade or INCOMPLETE] = max(points or 0.0, best.get(grade or INCOMPLETE, 0.0))
    grades = sorted(best, key=lambda grade: (grade == INCOMPLETE, -best[grade]))
    heads = (
        Column(COUNTY, 18),
        Column("批次", 36),
        *(Column(name, 12, ColumnKind.CENTER) for name in ("年度", "表样", "表样版本")),
        *(Column(name, 9, ColumnKind.COUNT, total=True) for name in ("应报部门", "已报")),
        Column("收到率", 9, ColumnKind.CENTER),
        *(Column(state.value, 9, ColumnKind.COUNT, total=True) for state in shown),
        Column("平均得分", 10, ColumnKind.POINTS),
        *(Column(grade, 9, ColumnKind.COUNT, total=True) for grade in grades),
        *(Column(name, 10, ColumnKind.COUNT, total=True) for name in ("指标行", "问题")),
    )
    rows: list[tuple[CellValue, ...]] = [
        (
            row.source.label,
            *(row.source.said(key) for key in ("campaign", "year", "form", "form_version")),
            row.counts.expected,
            row.counts.came,
            row.counts.rate,
            *(row.counts.of(state) for state in shown),
            number(row.counts.mean),
            *(row.counts.grades.get(grade, 0) for grade in grades),
            row.source.rows(LINES),
            row.source.rows(PROBLEMS),
        )
        for row in counties
    ]
    note = f"每个批次一行，状态、收到率、平均得分的算法与它自己的汇总相同（名册以外的部门也计入）。逐条的“{LINES}”“{PROBLEMS}”在“{DATA}”文件夹的 Parquet 文件里，每行写明区县和批次。"
    return Table("批次一览", f"{title}：批次一览", note, heads, rows, fixed=1, totals=True)


def _clashes(title: str, found: Sequence[Clash]) -> Table:
    heads = (Column("类别", 12, ColumnKind.CENTER), Column("内容", 30), Column("区县或表", 34), Column("说明", 90))
    note = "合并时对不上的，都列在这里；没有删掉任何一行，请与区县核实。"
    return Table("重复与不一致", f"{title}：重复与不一致", note, heads, found)


def _ranking(title: str, sources: Sequence[Source]) -> Table:
    names = ("部门编码", "部门", "得分", "等次", "名次", "项目数")
    rows = [(source.label, *values) for source in sources for values in source.values(DEPARTMENTS, *names)]
    heads = (
        Column("名次", 8, ColumnKind.CENTER, data=Data.INTEGER),
        Column(COUNTY, 18),
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 34),
        Column("得分", 11, ColumnKind.POINTS),
        Column("等次", 9, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("区县内名次", 12, ColumnKind.CENTER, data=Data.INTEGER),
        Column("项目数", 9, ColumnKind.COUNT),
    )
    made = ((rank, *row) for rank, row in ranked(rows, lambda row: row[3]))
    note = "全部区县的部门一起排，同分同名次；没有得分的列在最后。编码重复的部门各占一行。"
    return Table(DEPARTMENTS, f"{title}：部门得分排名", note, heads, made, fixed=4)


def _statistics(title: str, sources: Sequence[Source]) -> Table:
    counts: dict[tuple[str, str], list[int]] = {}
    examples: dict[tuple[str, str], str] = {}
    for source in sources:
        for code, level, count, departments, example in source.values(
            _STATISTICS, "编号", "级别", "条数", "部门数", "例如"
        ):
            key = (code or "", level or "")
            sums = counts.setdefault(key, [0, 0, 0])
            for index, value in enumerate((count or 0, departments or 0, 1)):
                sums[index] += value
            examples.setdefault(key, example or "")
    heads = (
        Column("编号", 10, ColumnKind.CENTER),
        Column("级别", 8, ColumnKind.STATE),
        *(Column(name, 9, ColumnKind.COUNT) for name in ("条数", "部门数", "区县数")),
        Column("例如", 80),
    )
    order = sorted(counts, key=lambda key: (-counts[key][0], key))
    rows: list[tuple[CellValue, ...]] = [(*key, *counts[key], examples[key]) for key in order]
    note = "各区县“问题统计”的合计，条数多的在前；部门数按区县相加。"
    return Table(_STATISTICS, f"{title}：问题统计", note, heads, rows)


def _figures(title: str, sources: Sequence[Source], name: str) -> Table:
    kinds, _ = columns(sources, name)
    units: dict[str, str] = {}
    for source in sources:
        for column, unit in _units(source, name).items():
            units.setdefault(column, unit)
    shown = [
        Column(
            column,
            14,
            kind_of(units[column]) if column in units else ColumnKind.CENTER,
            total=units.get(column, "") not in NOT_ADDED,
        )
        for column in kinds
    ]
    left = f"；“{LEFT_OUT}”一栏写明的，也空白、不加" if LEFT_OUT in kinds else ""
    note = f"各区县的数放在一起；合计只加金额、人数等可以相加的列。空白是没有填报，或这个区县的表样没有这一栏{left}。"
    lead = Column(COUNTY, 18)
    return Table(
        name, f"{title}：{name}", note, (lead, *shown), _rows(sources, name, list(kinds)), fixed=3, totals=True
    )


def _rows(sources: Sequence[Source], name: str, wanted: Sequence[str]) -> Iterator[tuple[CellValue, ...]]:
    for source in sources:
        for values in source.values(name, *wanted):
            yield (source.label, *values)


def _units(source: Source, table: str) -> dict[str, str]:
    found: dict[str, Any] = about(source.paths[table]).get("columns", {}) if table in source.paths else {}
    return {name: str(item.get("unit", "")) for name, item in found.items() if item.get("type") == "number"}
