"""汇总.xlsx: the campaign in one workbook.

Imports the other ``report`` modules; they hold the content, this is the order of the sheets. The same
outcomes give the same bytes, so two runs can be compared with any file comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xltool.report import summary_tables as tables
from xltool.report.book import Book, Table
from xltool.report.summary_data import Brief, Expected, SummaryData
from xltool.report.summary_overview import overview

__all__ = ["TABLES", "Brief", "Expected", "SummaryData", "write_summary"]

TABLES = (
    tables.receipt,
    tables.departments,
    tables.projects,
    tables.lines,
    tables.problems,
    tables.statistics,
    tables.by_department,
    tables.figures,
    tables.funds,
)


def write_summary(path: Path, data: SummaryData, more: Sequence[Table] = ()) -> None:
    """Write the summary workbook, ``more`` tables at its end; ``path`` is replaced in one step or not touched."""
    book = Book(data.title)
    overview(book, data)
    for table in TABLES:
        book.table(table(data))
    for one in more:
        book.table(one)
    book.save(path)
