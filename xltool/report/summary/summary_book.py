"""汇总.xlsx: the campaign in one workbook.

Imports the other ``report`` modules; they hold the content, this is the order of the sheets. The same
outcomes give the same bytes, so two runs can be compared with any file comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from xltool.progress import Progress, followed, silent
from xltool.report.summary import figures, tables, tiers
from xltool.report.summary.data import Brief, Expected, SummaryData
from xltool.report.summary.gather import Gathered, gather
from xltool.report.summary.overview import overview
from xltool.report.summary.quadrants import quadrants
from xltool.report.workbook.book import Book, Table

__all__ = [
    "TABLES",
    "Brief",
    "Expected",
    "Gathered",
    "SummaryData",
    "gather",
    "tables_in",
    "write_gathered",
    "write_summary",
]

TABLES = (
    tables.receipt,
    tables.departments,
    tables.projects,
    tables.lines,
    tables.problems,
    tables.statistics,
    tables.by_department,
    figures.figures,
    figures.funds,
)


_OF_SCORES = (tables.departments, tables.projects)


def tables_in(made: Gathered) -> Iterator[Table]:
    """Yield the tables, each made when it is asked for."""
    return (make(made) for make in _shown(made))


def _shown(made: Gathered) -> Iterator[Callable[[Gathered], Table]]:
    """Rankings only of scores, 主管部门等次 only where the roster says whose a project is, 主管部门小计 whose a unit is."""
    for table in TABLES:
        if table in _OF_SCORES and not made.data.scored:
            continue
        yield table
        if table is tables.receipt and made.tiered:
            yield tiers.subtotals
        if table is tables.projects and made.data.authorities:
            yield tables.authorities


def write_summary(path: Path, data: SummaryData) -> None:
    """Write the summary workbook; ``path`` is replaced in one step or not touched."""
    made = gather(data)
    try:
        write_gathered(path, made)
    finally:
        made.close()


def write_gathered(path: Path, made: Gathered, more: Sequence[Table] = (), progress: Progress = silent) -> None:
    """Write what was gathered, ``more`` tables at its end; ``path`` is replaced in one step or not touched."""
    with Book(made.data.title) as book:
        overview(book, made)
        if made.data.scored:
            quadrants(book, made)
        tables, count = chain(tables_in(made), more), len([*_shown(made), *more])
        for table in followed(tables, count, progress, lambda one: f"汇总表 {one.name}"):
            for part in figures.in_parts(table, made.data.sections):
                book.table(part)
        book.save(path)
