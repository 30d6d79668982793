"""Old binary workbooks (.xls, .et) through xlrd. calamine reads a formula that gives "" as 0 there.

Formulas, locks and validations stay unknown: xlrd does not show them. Rows are kept as long as they are, because
one stray cell at IV65536 would otherwise make 16 million.
"""

from __future__ import annotations

from io import StringIO
from types import MappingProxyType
from typing import Any

from xltool.read import notices
from xltool.read.formats import is_percent
from xltool.read.limits import LIMITS, Limits
from xltool.read.sniff import refuse
from xltool.read.values import (
    LAYOUT_NAMES,
    BookFacts,
    Cell,
    Content,
    Percent,
    Raw,
    RawBook,
    RawSheet,
    SheetFacts,
    SheetXml,
    moment,
    number,
)

_STREAMS = (("_VBA_PROJECT", "宏"), ("\x01Ole10Native", "嵌入的文件"), ("MBD0", "嵌入的文件"))


def read_xls(data: bytes, limits: Limits = LIMITS) -> RawBook:
    """Read a compound file with a ``Workbook`` stream.

    Raises:
        Refused: encrypted, damaged or too large.
    """
    from xlrd.biffh import XLRDError

    try:
        try:
            book = _opened(data, formats=True)
        except XLRDError:
            raise
        except Exception:  # formats are damaged, or of a kind xlrd does not know: the values may be whole
            book = _opened(data, formats=False)
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
    active = tuple(dict.fromkeys(what for name, what in _STREAMS if name.encode("utf-16-le") in data))
    names = tuple(item.name for item in book.name_obj_list if not LAYOUT_NAMES.search(item.name))
    percents = _percents(book)
    sheets = [_sheet(book, index, percents, limits) for index in range(book.nsheets)]
    comments = sum(count for _, count in sheets)
    return RawBook("xls", tuple(sheet for sheet, _ in sheets), BookFacts(names, active=active, comments=comments))


def _opened(data: bytes, formats: bool) -> Any:
    import xlrd

    return xlrd.open_workbook(
        file_contents=data, logfile=StringIO(), formatting_info=formats, ragged_rows=True, on_demand=True
    )


def _sheet(book: Any, index: int, percents: frozenset[int], limits: Limits) -> tuple[RawSheet, int]:
    """A sheet and how many comments are on it."""
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
                value = number(repr(cell.value))
                cells[row, col] = Percent(value) if cell.xf_index in percents else value
            elif cell.value not in ("", None):
                cells[row, col] = str(cell.value)
        if len(cells) > limits.cells:
            raise refuse(notices.TOO_LARGE, what=f"一张表 {len(cells)} 格以上")
    facts = SheetFacts(
        merges=tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_cols=tuple((col, col) for col, info in sheet.colinfo_map.items() if info.hidden),
    )
    title, hidden, comments = sheet.name, bool(sheet.visibility), len(sheet.cell_note_map)
    book.unload_sheet(index)
    content = Content(cells, SheetXml(None, MappingProxyType(errors)), facts)
    return RawSheet(title, hidden, lambda: content), comments


def _percents(book: Any) -> frozenset[int]:
    """The cell formats that show a percentage."""
    if not book.formatting_info:
        return frozenset()
    codes = {key: item.format_str for key, item in book.format_map.items()}
    found = enumerate(item.format_key for item in book.xf_list)
    return frozenset(index for index, key in found if is_percent(key, codes.get(key, "")))


def _date(xlrd: Any, value: float, mode: int) -> Raw:
    """A number outside the calendar stays the number it is."""
    try:
        return moment(xlrd.xldate.xldate_as_datetime(float(value), mode)) if value >= 1 else number(repr(value))
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return number(repr(value))
