"""Tables in a workbook: one look, one page set-up, and no way for a text to become a formula.

Imports ``writing``, ``writing.measure``, ``report.looks`` and ``files``. A newcomer would call ``sheet.write``: it guesses what a
text is, so here every cell goes through ``Sheet.put``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from xltool.files import write_atomic
from xltool.report.workbook.looks import BASE, LOOKS, STATE_LOOK
from xltool.report.workbook.stream import Stream
from xltool.writing.measure import lines_needed, row_height
from xltool.writing.text import for_header
from xltool.writing.workbook import TextBook, column_name

HEADER_ROW = 2
MOST_ROWS = 1_048_576 - HEADER_ROW - 4  # of one sheet, with rows of sums
_FITTED_ROWS = 100_000  # beyond, rows keep the usual height: nobody prints them
_LINKED_ROWS = 10_000
"""Beyond, of rows with the same link the first has it: Excel takes 65,530 of a sheet, and each takes a kilobyte."""
_SPOOLED = 8_000_000  # bytes of the finished file that stay in memory
_PAGE_WIDTH = 260  # columns of text that are still legible on one landscape A4 page


class ColumnKind(Enum):
    """What a column holds; decides alignment, number format and wrapping."""

    TEXT = "text"
    CENTER = "center"
    STATE = "state"
    COUNT = "#,##0"
    POINTS = "0.00"
    AMOUNT = "#,##0.00"
    PERCENT = "0.00%"
    GENERAL = "General"


class Data(Enum):
    """What other programs take a column for: few texts that occur again and again, a day or a time in ISO 8601."""

    TEXT = "text"
    CATEGORY = "category"
    INTEGER = "integer"
    NUMBER = "number"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a file: ``external:`` and a path relative to the workbook, escaped as a URL."""

    text: str
    target: str


_TEXTS = (ColumnKind.TEXT, ColumnKind.CENTER)
CellValue = str | int | float | Link | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``total``: the last row adds it up. ``width`` in half-width characters.

    ``data``: what it is for other programs, where its kind does not say; ``unit``: of its figures.
    """

    header: str
    width: float
    kind: ColumnKind = ColumnKind.TEXT
    total: bool = False
    data: Data | None = None
    unit: str = ""

    @property
    def name(self) -> str:
        """The header in one line, what other programs call the column."""
        return self.header.replace("\n", "")


@dataclass(frozen=True, slots=True)
class Footer:
    """A row below the sums: its label, and figures by the index of their column; ``at``: the column of the label."""

    label: str
    values: Mapping[int, float]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet with one table.

    ``fixed``: columns that stay in view; ``totals`` adds a row of sums, ``footers`` stand below it. ``optional``: the sheet is
    hidden, and so never printed, while there is nothing in it.
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[CellValue]]
    fixed: int = 0
    totals: bool = False
    footers: tuple[Footer, ...] = ()
    optional: bool = False


class Book:
    """A workbook being written into temporary files; ``save`` puts it in place in one step, ``content`` hands it out."""

    def __init__(self, title: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="xltool-", ignore_cleanup_errors=True)
        self._stream: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115 - closed with the book
        options = {"tmpdir": self._folder.name, "default_format_properties": dict(BASE)}
        self.made: Any = TextBook(self._stream, options)
        self.made.set_properties({"title": title})
        self._title = title
        self._formats: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind, saved or not."""
        for sheet in self.made.worksheets():
            if sheet.constant_memory and sheet.row_data_fh is not None:
                sheet.row_data_fh.close()
        self.made.fileclosed = True
        self._stream.close()
        self._folder.cleanup()

    def look(self, name: str, num_format: str = "") -> Any:
        """Return a named format, created once."""
        if (name, num_format) not in self._formats:
            properties = {**BASE, **LOOKS[name], **({"num_format": num_format} if num_format else {})}
            self._formats[name, num_format] = self.made.add_format(properties)
        return self._formats[name, num_format]

    def sheet(self, name: str, title: str, landscape: bool = True, streamed: bool = False) -> ReportSheet:
        """Add a sheet with its title row and page set-up. ``streamed``: rows come in order and leave memory."""
        self.made.constant_memory = streamed
        made = self.made.add_worksheet(name, Stream)
        self.made.constant_memory = False
        made.hide_gridlines(2)
        made.set_paper(9)
        if landscape:
            made.set_landscape()
        made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        made.fit_to_pages(1, 0)
        made.set_footer(f"&L{for_header(self._title, 60)}&C&A&R第 &P 页，共 &N 页")
        sheet = ReportSheet(self, made)
        sheet.put(0, 0, title, "title")
        made.set_row(0, 28)
        return sheet

    def chart(self, kind: str) -> Any:
        """Return a new chart (``column``, ``bar``) whose fonts hold for Chinese text, too; XlsxWriter names them for Latin only."""
        chart = self.made.add_chart({"type": kind})

        def fonts(attributes: list[tuple[str, Any]]) -> None:
            for tag in ("a:latin", "a:ea"):
                chart._xml_empty_tag(tag, attributes)

        chart._write_a_latin = fonts
        return chart

    def table(self, table: Table) -> None:
        """Add a sheet that holds one table; more sheets where one cannot hold all rows."""
        rows, number = iter(table.rows), 1
        ahead = list(islice(rows, 1))
        while ahead or number == 1:
            name = table.name if number == 1 else f"{table.name}({number})"
            _write(self.sheet(name, table.title, streamed=True), table, chain(ahead, rows))
            ahead, number = list(islice(rows, 1)), number + 1

    def save(self, path: Path) -> None:
        """Write the workbook in one step.

        Raises:
            TargetLockedError: the target cannot be replaced; it is left as it was.
        """
        write_atomic(path, self._finished())

    def content(self) -> bytes:
        """Return the workbook."""
        return self._finished().read()

    def _finished(self) -> IO[bytes]:
        self.made.close()
        self._stream.seek(0)
        return self._stream


class ReportSheet:
    """A sheet that takes texts as texts."""

    def __init__(self, book: Book, made: Any) -> None:
        self.book, self.made = book, made

    def put(self, row: int, column: int, value: CellValue, look: str, num_format: str = "") -> None:
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
            code = self.made.write_string(row, column, value, style)
        else:
            code = self.made.write_number(row, column, value, style)
        if code:
            raise ValueError(f"cell {row}, {column} was not written: {code}")

    def format(self, column: Column, value: CellValue) -> int:
        """Return the index of the format that ``value`` has in a column."""
        return int(self.book.look(*_look(column, value))._get_xf_index())

    def merged(self, row: int, first: int, last: int, text: str, look: str) -> None:
        """Write a text over several columns."""
        style = self.book.look(look)
        self.made.merge_range(row, first, row, last, "", style)
        if code := self.made.write_string(row, first, text, style):
            raise ValueError(f"cell {row}, {first} was not written: {code}")

    def _link(self, row: int, column: int, link: Link, look: str) -> int:
        style = self.book.look("link" if look == "text" else look)
        code = self.made.write_url(row, column, link.target, style, string=link.text)
        if code:  # too long, or too many links on the sheet: the text must still be there
            code = self.made.write_string(row, column, link.text, self.book.look(look))
        return int(code)


def _write(sheet: ReportSheet, table: Table, rows: Iterator[Sequence[CellValue]]) -> None:
    """Write rows until there are none left or the sheet is full."""
    made = sheet.made
    sheet.put(1, 0, table.note, "note")
    made.set_row(HEADER_ROW, max(20.0, *(row_height(lines_needed(c.header, c.width - 1)) for c in table.columns)))
    for index, column in enumerate(table.columns):
        made.set_column(index, index, column.width)
        sheet.put(HEADER_ROW, index, column.header, "header")
    usual = [sheet.format(column, None) for column in table.columns]
    varying = [(index, column) for index, column in enumerate(table.columns) if column.kind not in _TEXTS]
    added = [index for index, column in enumerate(table.columns) if column.total]
    sums = dict.fromkeys(added, 0.0)
    last, above = HEADER_ROW, list[Link]()
    for last, cells in enumerate(islice(rows, MOST_ROWS), start=HEADER_ROW + 1):
        height = _height(table.columns, cells) if last <= _FITTED_ROWS else None
        links = [value for value in cells if isinstance(value, Link)]
        if links and links == above and last > _LINKED_ROWS:
            cells, links = [value.text if isinstance(value, Link) else value for value in cells], []
        else:
            above = links
        if links:
            for index, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
                sheet.put(last, index, value, *_look(column, value))
            if height is not None:
                made.set_row(last, height)
        else:
            styles = usual.copy()
            for index, column in varying:
                if isinstance(cells[index], str):
                    styles[index] = sheet.format(column, cells[index])
            made.put_row(last, height, cells, styles)
        for index in added:
            value = cells[index]
            if isinstance(value, int | float):
                sums[index] += value
    filled = last > HEADER_ROW
    # Without a sum, the row below the filter would be one more of the list.
    summed = filled and table.totals and bool(added or table.footers)
    if summed:
        _footers(sheet, table, last + 1, sums)
    made.freeze_panes(HEADER_ROW + 1, table.fixed)
    made.autofilter(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(table.columns) - 1)
    made.repeat_rows(HEADER_ROW)
    total_width = sum(column.width for column in table.columns)
    if total_width > _PAGE_WIDTH:
        made.fit_to_pages(-int(-total_width // 180), 0)
        if table.fixed:
            made.repeat_columns(0, table.fixed - 1)
        _title_in_header(made, table, last + (1 + len(table.footers) if summed else 0))
    if not filled:
        sheet.put(HEADER_ROW + 1, 0, "暂无数据", "note")
        if table.optional:
            made.hide()


def _title_in_header(made: Any, table: Table, last: int) -> None:
    """Printed over several pages side by side: the title stands above each, not cut off at the repeated columns."""
    title, note = (for_header(text, 100) for text in (table.title, table.note))
    made.set_header(f"&L&14 {title}\n&9 {note}", {"margin": 0.3})
    made.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.7)
    made.print_area(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(table.columns) - 1)


def _height(columns: Sequence[Column], cells: Sequence[CellValue]) -> float:
    lines = 1
    for column, value in zip(columns, cells, strict=True):
        shown = value.text if isinstance(value, Link) else value
        if isinstance(shown, str) and (len(shown) * 2 > column.width - 3 or "\n" in shown):
            lines = max(lines, lines_needed(shown, column.width - 3))
    return row_height(lines)


def _look(column: Column, value: CellValue) -> tuple[str, str]:
    """The look and the number format of a cell; text among numbers (a reason, a dash) stands in the middle."""
    if column.kind is ColumnKind.STATE:
        return STATE_LOOK.get(str(value), "center"), ""
    if column.kind in _TEXTS:
        return column.kind.value, ""
    return ("center", "") if isinstance(value, str) and value else ("number", column.kind.value)


def _footers(sheet: ReportSheet, table: Table, row: int, sums: Mapping[int, float]) -> None:
    """The sums as formulas, and below them what they are held against."""
    for at, footer in enumerate((Footer("合计", sums), *table.footers), start=row):
        sheet.made.set_row(at, max(20.0, row_height(lines_needed(footer.label, table.columns[footer.at].width - 2))))
        for index, column in enumerate(table.columns):
            if index not in footer.values:
                sheet.put(at, index, footer.label if index == footer.at else None, "total")
            elif at > row:
                sheet.put(at, index, footer.values[index], "total_number", column.kind.value)
            else:
                letter = column_name(index)
                # SUBTOTAL, because Excel takes a row of SUMs right below a filter for one more row of the list; and
                # 109, so that the sum is of the rows that are shown.
                formula = f"=SUBTOTAL(109,{letter}{HEADER_ROW + 2}:{letter}{row})"
                style = sheet.book.look("total_number", column.kind.value)
                sheet.made.write_formula(row, index, formula, style, round(footer.values[index], 6))
