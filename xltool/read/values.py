"""Raw cell values of a whole workbook: python-calamine for the values, our walk for what it hides.

.xls goes through xlrd: calamine reads a formula that gives "" as 0 there, and shows error values as blanks.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import Any

from xltool.read import notices
from xltool.read.package import NOTHING, Cell, Refused, SheetXml, inspect, kind_of

Raw = Decimal | str | bool


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One tab: its values (blank cells are absent), formulas and error values."""

    title: str
    cells: Mapping[Cell, Raw]
    xml: SheetXml

    def text(self, row: int, col: int) -> str:
        """Return a cell as text, ``""`` if blank."""
        value = self.cells.get((row, col), "")
        return value if isinstance(value, str) else str(value)


@dataclass(frozen=True, slots=True)
class RawBook:
    """All tabs in order."""

    kind: str
    sheets: tuple[RawSheet, ...]

    def sheet(self, title: str) -> RawSheet | None:
        """Return a tab by name."""
        return next((sheet for sheet in self.sheets if sheet.title == title), None)


def open_book(data: bytes) -> RawBook:
    """Read every value of a workbook (.xlsx, .xls, .ods).

    Raises:
        Refused: it cannot be read; the finding says why and what to do.
    """
    kind = kind_of(data)
    extra = inspect(data) if kind == "xlsx" else {}
    try:
        sheets = _xls(data) if kind == "xls" else _calamine(data, extra)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine's PanicException is a BaseException
        raise Refused(notices.DAMAGED.finding(what=type(error).__name__)) from None
    return RawBook(kind, sheets)


def _calamine(data: bytes, extra: Mapping[str, SheetXml]) -> tuple[RawSheet, ...]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    names = book.sheet_names
    return tuple(RawSheet(name, _values(book.get_sheet_by_name(name)), extra.get(name, NOTHING)) for name in names)


def _xls(data: bytes) -> tuple[RawSheet, ...]:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, logfile=StringIO())
    sheets = []
    for sheet in book.sheets():
        cells: dict[Cell, Raw] = {}
        errors: dict[Cell, str] = {}
        for row in range(sheet.nrows):
            for col, cell in enumerate(sheet.row(row)):
                if cell.ctype == xlrd.XL_CELL_ERROR:
                    errors[row, col] = xlrd.error_text_from_code.get(int(cell.value), "#VALUE!")
                elif cell.ctype == xlrd.XL_CELL_DATE:
                    cells[row, col] = _raw(xlrd.xldate.xldate_as_datetime(float(cell.value), book.datemode))
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    cells[row, col] = bool(cell.value)
                elif cell.value not in ("", None):
                    cells[row, col] = _raw(cell.value)
        sheets.append(RawSheet(sheet.name, cells, SheetXml(None, MappingProxyType(errors))))
    return tuple(sheets)


def _values(sheet: Any) -> dict[Cell, Raw]:
    result: dict[Cell, Raw] = {}
    for row, line in enumerate(sheet.to_python(skip_empty_area=False)):
        for col, value in enumerate(line):
            if value != "" and value is not None:
                result[row, col] = _raw(value)
    return result


def _raw(value: Any) -> Raw:
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        # Excel keeps 15 digits; more would show the noise of binary fractions.
        return Decimal(format(value, ".15g"))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)
