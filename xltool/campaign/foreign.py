"""Tables of somebody else's workbooks as texts, the way a person sees them: 95%, 2022-11-30, 1234.5.

For files the bureau itself exported (the platform), never for returns. Number formats matter here: the platform
keeps 95% as 0.95 with a percent format, and 100% as 1.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from xltool.campaign.roster import RosterError

Table = list[list[str]]


def tables(path: Path) -> dict[str, Table]:
    """Return the sheets of an .xlsx, .xls or .ods file by name, in order.

    Raises:
        RosterError: the file cannot be opened.
    """
    readers: dict[bytes, Callable[[bytes], dict[str, Table]]] = {b"PK\x03\x04": _xlsx, b"\xd0\xcf\x11\xe0": _xls}
    try:
        data = path.read_bytes()
        return readers.get(data[:4], _other)(data)
    except Exception as error:  # the libraries raise whatever they meet
        raise RosterError([f"{path.name} 打不开：{error}。请用 Excel 或 WPS 打开，另存为 .xlsx。"]) from None


def _xlsx(data: bytes) -> dict[str, Table]:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    return {
        sheet.title: [[_text(cell.value, cell.number_format) for cell in line] for line in sheet.iter_rows()]
        for sheet in book.worksheets
    } or _other(data)  # .ods is a zip too


def _xls(data: bytes) -> dict[str, Table]:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, formatting_info=True)

    def value(cell: Any) -> str:
        if cell.ctype == xlrd.XL_CELL_DATE:
            return _text(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode), "")
        if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            return ""
        return _text(cell.value, book.format_map[book.xf_list[cell.xf_index].format_key].format_str)

    return {
        sheet.name: [[value(cell) for cell in sheet.row(row)] for row in range(sheet.nrows)] for sheet in book.sheets()
    }


def _other(data: bytes) -> dict[str, Table]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    return {
        title: [[_text(value, "") for value in line] for line in book.get_sheet_by_name(title).to_python(False)]
        for title in book.sheet_names
    }


def _text(value: Any, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if "%" in number_format:
            return format(float(value) * 100, ".12g") + "%"
        return format(float(value), ".15g")
    return str(value).strip()
