"""Old binary workbooks (.xls, .et) through xlrd. calamine reads a formula that gives "" as 0 there."""

from __future__ import annotations

from io import StringIO
from types import MappingProxyType
from typing import Any

from xltool.read import notices
from xltool.read.limits import LIMITS, Limits
from xltool.read.sniff import refuse
from xltool.read.values import Cell, Content, Raw, RawBook, RawSheet, SheetXml, moment, number


def read_xls(data: bytes, limits: Limits = LIMITS) -> RawBook:
    """Read a compound file with a ``Workbook`` stream.

    Raises:
        Refused: encrypted, damaged or too large.
    """
    import xlrd
    from xlrd.biffh import XLRDError

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=StringIO(), on_demand=True)
    except XLRDError as error:
        text = str(error).lower()
        if "encrypted" in text or "password" in text:
            raise refuse(notices.ENCRYPTED) from None
        if "WordDocument".encode("utf-16-le") in data:
            raise refuse(notices.NOT_A_TABLE, what="Word 文档") from None
        if "OLE2" in str(error) or "size" in text or "truncated" in text or "extends" in text:
            raise refuse(notices.UNFINISHED, what="文件没有结尾") from None
        raise refuse(notices.DAMAGED, what="内容 XLRDError") from None
    if book.nsheets > limits.sheets:
        raise refuse(notices.TOO_LARGE, what=f"{book.nsheets} 张工作表")
    return RawBook("xls", tuple(_sheet(book, index, limits) for index in range(book.nsheets)))


def _sheet(book: Any, index: int, limits: Limits) -> RawSheet:
    import xlrd

    sheet = book.sheet_by_index(index)
    cells: dict[Cell, Raw] = {}
    errors: dict[Cell, str] = {}
    for row in range(sheet.nrows):
        for col, cell in enumerate(sheet.row(row)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                errors[row, col] = xlrd.error_text_from_code.get(int(cell.value), "#VALUE!")
            elif cell.ctype == xlrd.XL_CELL_DATE:
                cells[row, col] = _date(xlrd, cell.value, book.datemode)
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                cells[row, col] = bool(cell.value)
            elif cell.ctype == xlrd.XL_CELL_NUMBER:
                cells[row, col] = number(repr(cell.value))
            elif cell.value not in ("", None):
                cells[row, col] = str(cell.value)
        if len(cells) > limits.cells:
            raise refuse(notices.TOO_LARGE, what=f"一张表 {len(cells)} 格以上")
    title, hidden = sheet.name, bool(sheet.visibility)
    book.unload_sheet(index)
    content = Content(cells, SheetXml(None, MappingProxyType(errors)))
    return RawSheet(title, hidden, lambda: content)


def _date(xlrd: Any, value: float, mode: int) -> Raw:
    """A number outside the calendar stays the number it is."""
    try:
        return moment(xlrd.xldate.xldate_as_datetime(float(value), mode)) if value >= 1 else number(repr(value))
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return number(repr(value))
