"""Tables in a workbook: one look, one page set-up, and no way for a text to become a formula.

Imports ``report.text``, ``report.looks`` and ``files``. Only this module and ``summary_overview`` touch XlsxWriter.
A newcomer would call ``sheet.write``: it turns a department's ``=…`` into a formula and its ``http://``
into a link, so here every cell goes through ``Sheet.put``.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from xltool.files import write_atomic
from xltool.report.looks import BASE, LOOKS, STATE_LOOK
from xltool.report.text import for_cell, lines_needed, row_height

HEADER_ROW = 2
MOST_ROWS = 1_048_576 - HEADER_ROW - 2  # of one sheet, with a row of sums
_FITTED_ROWS = 100_000  # beyond, rows keep the usual height: nobody prints them
_MADE = datetime.datetime(2000, 1, 1)  # the same file twice is the same bytes
_PAGE_WIDTH = 260  # columns of text that are still legible on one landscape A4 page


class Kind(Enum):
    """What a column holds; decides alignment, number format and wrapping."""

    TEXT = "text"
    CENTER = "center"
    STATE = "state"
    COUNT = "#,##0"
    POINTS = "0.00"
    AMOUNT = "#,##0.00"
    PERCENT = "0.00%"
    GENERAL = "General"


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a file: ``external:`` and a path relative to the workbook, escaped as a URL."""

    text: str
    target: str


Cell = str | int | float | Link | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``total``: the last row adds it up. ``width`` in half-width characters."""

    header: str
    width: float
    kind: Kind = Kind.TEXT
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet with one table. ``fixed``: columns that stay in view; ``totals`` adds a row of sums."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    fixed: int = 0
    totals: bool = False


class Book:
    """A workbook in memory; ``save`` puts it in place in one step."""

    def __init__(self, title: str) -> None:
        self._stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.made: Any = xlsxwriter.Workbook(self._stream, {**options, "default_format_properties": dict(BASE)})
        self.made.set_properties({"title": for_cell(title)[:255], "created": _MADE})
        self._title = title
        self._formats: dict[tuple[str, str], Any] = {}

    def look(self, name: str, num_format: str = "") -> Any:
        """Return a named format, created once."""
        if (name, num_format) not in self._formats:
            properties = {**BASE, **LOOKS[name], **({"num_format": num_format} if num_format else {})}
            self._formats[name, num_format] = self.made.add_format(properties)
        return self._formats[name, num_format]

    def sheet(self, name: str, title: str, landscape: bool = True, streamed: bool = False) -> Sheet:
        """Add a sheet with its title row and page set-up. ``streamed``: rows come in order and leave memory."""
        self.made.constant_memory = streamed
        made = self.made.add_worksheet(name)
        self.made.constant_memory = False
        made.hide_gridlines(2)
        made.set_paper(9)
        if landscape:
            made.set_landscape()
        made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        made.fit_to_pages(1, 0)
        shown = for_cell(self._title)[:60].replace("&", "&&")
        made.set_footer(f"&L{shown}&C&A&R第 &P 页，共 &N 页")
        sheet = Sheet(self, made)
        sheet.put(0, 0, title, "title")
        made.set_row(0, 28)
        return sheet

    def table(self, table: Table) -> None:
        """Add a sheet that holds one table; more sheets where one cannot hold all rows."""
        rows, number = iter(table.rows), 1
        ahead = list(islice(rows, 1))
        while ahead or number == 1:
            name = table.name if number == 1 else f"{table.name}({number})"
            _write(self.sheet(name, table.title, streamed=True), table, chain(ahead, rows))
            ahead, number = list(islice(rows, 1)), number + 1

    def save(self, path: Path) -> None:
        """Write the workbook; nothing is left behind when it fails."""
        self.made.close()
        write_atomic(path, self._stream.getvalue())


class Sheet:
    """A sheet that takes texts as texts."""

    def __init__(self, book: Book, made: Any) -> None:
        self.book, self.made = book, made

    def put(self, row: int, column: int, value: Cell, look: str, num_format: str = "") -> None:
        """Write one cell.

        Raises:
            ValueError: the cell is outside the sheet.
        """
        style = self.book.look(look, num_format)
        if value is None or value == "":
            code = self.made.write_blank(row, column, None, style)
        elif isinstance(value, Link):
            code = self._link(row, column, value, look)
        elif isinstance(value, str):
            code = self.made.write_string(row, column, for_cell(value), style)
        else:
            code = self.made.write_number(row, column, value, style)
        if code:
            raise ValueError(f"cell {row}, {column} was not written: {code}")

    def merged(self, row: int, first: int, last: int, text: str, look: str) -> None:
        """Write a text over several columns."""
        style = self.book.look(look)
        self.made.merge_range(row, first, row, last, "", style)
        if code := self.made.write_string(row, first, for_cell(text), style):
            raise ValueError(f"cell {row}, {first} was not written: {code}")

    def _link(self, row: int, column: int, link: Link, look: str) -> int:
        text = for_cell(link.text)
        style = self.book.look("link" if look == "text" else look)
        code = -1
        if for_cell(link.target) == link.target and "\n" not in link.target:
            code = self.made.write_url(row, column, link.target, style, string=text)
        if code:  # too long, or too many links on the sheet: the text must still be there
            code = self.made.write_string(row, column, text, self.book.look(look))
        return int(code)


def _write(sheet: Sheet, table: Table, rows: Iterator[Sequence[Cell]]) -> None:
    """Write rows until there are none left or the sheet is full."""
    made = sheet.made
    sheet.put(1, 0, table.note, "note")
    made.set_row(HEADER_ROW, max(20.0, *(row_height(lines_needed(c.header, c.width - 1)) for c in table.columns)))
    for index, column in enumerate(table.columns):
        made.set_column(index, index, column.width)
        sheet.put(HEADER_ROW, index, column.header, "header")
    sums = [0.0] * len(table.columns)
    last = HEADER_ROW
    for last, cells in enumerate(islice(rows, MOST_ROWS), start=HEADER_ROW + 1):
        lines = 1
        for index, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
            _put(sheet, last, index, column, value)
            shown = value.text if isinstance(value, Link) else value
            if isinstance(shown, str) and len(shown) * 2 > column.width - 3:
                lines = max(lines, lines_needed(shown, column.width - 3))
            if column.total and isinstance(value, int | float):
                sums[index] += value
        if last <= _FITTED_ROWS:
            made.set_row(last, row_height(lines))
    filled = last > HEADER_ROW
    if table.totals and filled:
        _totals(sheet, table, last + 1, sums)
    made.freeze_panes(HEADER_ROW + 1, table.fixed)
    made.autofilter(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(table.columns) - 1)
    made.repeat_rows(HEADER_ROW)
    total_width = sum(column.width for column in table.columns)
    if total_width > _PAGE_WIDTH:
        made.fit_to_pages(-int(-total_width // 180), 0)
        if table.fixed:
            made.repeat_columns(0, table.fixed - 1)
    if not filled:
        sheet.put(HEADER_ROW + 1, 0, "暂无数据", "note")


def _put(sheet: Sheet, row: int, index: int, column: Column, value: Cell) -> None:
    if column.kind is Kind.STATE:
        sheet.put(row, index, value, STATE_LOOK.get(str(value), "center"))
    elif column.kind in (Kind.TEXT, Kind.CENTER):
        sheet.put(row, index, value, column.kind.value)
    elif isinstance(value, str):
        sheet.put(row, index, value, "center")
    else:
        sheet.put(row, index, value, "number", column.kind.value)


def _totals(sheet: Sheet, table: Table, row: int, sums: Sequence[float]) -> None:
    sheet.made.set_row(row, 20)
    for index, column in enumerate(table.columns):
        if not column.total:
            sheet.put(row, index, "合计" if index == 0 else None, "total")
            continue
        letter = xlsxwriter.utility.xl_col_to_name(index)
        formula = f"=SUM({letter}{HEADER_ROW + 2}:{letter}{row})"
        sheet.made.write_formula(
            row, index, formula, sheet.book.look("total_number", column.kind.value), round(sums[index], 6)
        )
