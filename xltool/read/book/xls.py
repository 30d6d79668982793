"""Old binary workbooks (.xls, .et) through xlrd. calamine reads a formula that gives "" as 0 there.

Formulas, locks and validations stay unknown: xlrd does not show them. Rows are kept as long as they are, because
one stray cell at IV65536 would otherwise make 16 million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import StringIO
from types import MappingProxyType
from typing import Any

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.areas import Cell, merged
from xltool.read.book.cell_looks import PERCENT, PLAIN, WHOLE, Look, look_of
from xltool.read.book.formats import is_percent
from xltool.read.book.values import (
    LAYOUT_NAMES,
    BookFacts,
    NotANumberError,
    Percent,
    Raw,
    RawBook,
    RawSheet,
    SheetContent,
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
            raise refuse(file_notices.ENCRYPTED) from None
        if "WordDocument".encode("utf-16-le") in data:
            raise refuse(file_notices.NOT_A_TABLE, what="Word 文档") from None
        if "OLE2" in str(error) or "size" in text or "truncated" in text or "extends" in text:
            raise refuse(file_notices.UNFINISHED, what="文件没有结尾") from None
        raise refuse(file_notices.DAMAGED, what="内容 XLRDError") from None
    if book.nsheets > limits.sheets:
        raise refuse(file_notices.TOO_LARGE, what=f"{book.nsheets} 张工作表")
    active = tuple(dict.fromkeys(what for name, what in _STREAMS if name.encode("utf-16-le") in data))
    names = tuple(item.name for item in book.name_obj_list if not LAYOUT_NAMES.search(item.name))
    looks, codes = _looks(book), _codes(book)
    sheets = [_sheet(book, index, looks, codes, limits) for index in range(book.nsheets)]
    comments = sum(count for _, count in sheets)
    return RawBook("xls", tuple(sheet for sheet, _ in sheets), BookFacts(names, active=active, comments=comments))


def _opened(data: bytes, formats: bool) -> Any:
    import xlrd

    return xlrd.open_workbook(
        file_contents=data, logfile=StringIO(), formatting_info=formats, ragged_rows=True, on_demand=True
    )


def _sheet(
    book: Any, index: int, formats: Mapping[int, Look], codes: Mapping[int, str], limits: Limits
) -> tuple[RawSheet, int]:
    """A sheet and how many comments are on it."""
    import xlrd

    sheet = book.sheet_by_index(index)
    cells: dict[Cell, Raw] = {}
    errors: dict[Cell, str] = {}
    looks: dict[Cell, Look] = {}
    shown: dict[Cell, str] = {}
    for row in range(sheet.nrows):
        for col, cell in enumerate(sheet.row(row)):
            look = formats.get(cell.xf_index, PLAIN) if cell.xf_index is not None else PLAIN
            if look is not PLAIN and cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                looks[row, col] = look
            if cell.ctype == xlrd.XL_CELL_ERROR:
                errors[row, col] = xlrd.error_text_from_code.get(int(cell.value), "#VALUE!")
            elif cell.ctype == xlrd.XL_CELL_DATE:
                cells[row, col] = _date(xlrd, cell.value, book.datemode)
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                cells[row, col] = bool(cell.value)
            elif cell.ctype == xlrd.XL_CELL_NUMBER:
                try:
                    value = number(repr(cell.value))
                except NotANumberError:
                    errors[row, col] = repr(cell.value)
                    continue
                cells[row, col] = Percent(value) if look.kind == PERCENT else value
                if cell.xf_index in codes:
                    shown[row, col] = codes[cell.xf_index]
            elif cell.value not in ("", None):
                runs = sheet.rich_text_runlist_map.get((row, col), ())
                cells[row, col], struck = (
                    _kept(book, str(cell.value), runs, look.struck) if runs else (str(cell.value), look.struck)
                )
                if struck != look.struck:
                    looks[row, col] = replace(look, struck=struck)
        if len(cells) > limits.cells:
            raise refuse(file_notices.TOO_LARGE, what=f"一张表 {len(cells)} 格以上")
    facts = SheetFacts(
        merges=tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_cols=merged((col, col) for col, info in sheet.colinfo_map.items() if info.hidden),
    )
    title, hidden, comments = sheet.name, bool(sheet.visibility), len(sheet.cell_note_map)
    book.unload_sheet(index)
    content = SheetContent(cells, SheetXml(None, MappingProxyType(errors), MappingProxyType(looks)), facts)
    return RawSheet(title, hidden, lambda: content, codes=lambda: shown), comments


def _looks(book: Any) -> dict[int, Look]:
    """How the cells of each format look; the plain ones left out."""
    if not book.formatting_info:
        return {}
    codes = {key: item.format_str for key, item in book.format_map.items()}
    found = {
        index: look_of(item.format_key, codes.get(item.format_key, ""), _struck(book, item.font_index))
        for index, item in enumerate(book.xf_list)
    }
    return {index: look for index, look in found.items() if look is not PLAIN}


def _struck(book: Any, font: int) -> bool:
    return 0 <= font < len(book.font_list) and bool(book.font_list[font].struck_out)


def _kept(book: Any, text: str, runs: Sequence[tuple[int, int]], whole: str) -> tuple[str, str]:
    """A text without what is struck out of it, and that; see ``sheet_xml.written``. Before the first run the cell's font holds."""
    kept, struck, at, out = "", "", 0, bool(whole)
    for start, font in (*runs, (len(text), -1)):
        kept, struck = (kept, struck + text[at:start]) if out else (kept + text[at:start], struck)
        at, out = start, _struck(book, font)
    if not struck.strip():
        return text, ""
    return (kept, struck) if kept.strip() else (text, WHOLE)


def _codes(book: Any) -> Mapping[int, str]:
    """The cell formats that may show another text than the number, see ``number_formats``."""
    if not book.formatting_info:
        return {}
    built_in = 164  # what comes before is decimals, dates and percentages
    codes = {key: item.format_str for key, item in book.format_map.items() if key >= built_in}
    found = enumerate(codes.get(item.format_key, "") for item in book.xf_list)
    return {index: code for index, code in found if code and not is_percent(built_in, code)}


def _date(xlrd: Any, value: float, mode: int) -> Raw:
    """A number outside the calendar stays the number it is."""
    try:
        return moment(xlrd.xldate.xldate_as_datetime(float(value), mode)) if value >= 1 else number(repr(value))
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return number(repr(value))
