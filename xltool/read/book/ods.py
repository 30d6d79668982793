"""One pass over an .ods: values, formulas, error values. calamine fails on gnumeric's and hides errors."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from xltool.ooxml.gate import opened, tree
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.areas import Area, Cell, merged
from xltool.read.book.cell_looks import PLAIN, WHOLE, Look
from xltool.read.book.values import (
    BookFacts,
    NotANumberError,
    Percent,
    Raw,
    RawBook,
    RawSheet,
    SheetContent,
    SheetFacts,
    SheetXml,
    number,
)

_HIDDEN = ("collapse", "filter")
_OWN = ("{urn:oasis:names:tc:opendocument:xmlns:", "{urn:org:documentfoundation:names:", "{http://openoffice.org/")
_LINKED = re.compile(r"'([a-z]+:.*)'#")  # a hidden table that only keeps what an outside file held
_ERROR = re.compile(r"(#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+|错误:\d+)\Z")
_MONEY = re.compile(r"[¥￥$€£]|RMB|CNY", re.IGNORECASE)
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)")


def read_ods(data: bytes, limits: Limits = LIMITS) -> RawBook:
    """Read all sheets.

    Raises:
        Refused: damaged or larger than any workbook of ours.
    """
    with opened(data, limits) as archive:
        root = tree(archive, "content.xml", limits)
        tables = [table for sheet in root.iter("{*}spreadsheet") for table in sheet.iterchildren("{*}table")]
        links = [found for table in tables if (found := _LINKED.match(_get(table, "name")))]
        tables = [table for table in tables if not _LINKED.match(_get(table, "name"))]
        if not tables:
            raise refuse(file_notices.DAMAGED, what="没有工作表")
        if len(tables) > limits.sheets:
            raise refuse(file_notices.TOO_LARGE, what=f"{len(tables)} 张工作表")
        hidden = _hidden_styles(root)
        struck = _struck_styles(root)
        sheets = tuple(_Table(table, struck, limits).done(_get(table, "style-name") in hidden) for table in tables)
        properties = {}
        if "meta.xml" in archive.namelist():
            for item in tree(archive, "meta.xml", limits).iter("{*}user-defined"):
                properties[_get(item, "name")] = "".join(item.itertext()).strip()
        comments = sum(1 for table in tables for _ in table.iter("{*}annotation"))
        outside = tuple(dict.fromkeys(link[1] for link in links))
        facts = BookFacts((), outside, _active(archive), comments, MappingProxyType(properties))
        return RawBook("ods", sheets, facts)


def _active(archive: zipfile.ZipFile) -> tuple[str, ...]:
    names = archive.namelist()
    macros = any(
        name.startswith(("Basic/", "Scripts/")) and not name.endswith(("script-lc.xml", "/")) for name in names
    )
    objects = any(re.match(r"Object[^/]*(/content\.xml)?\Z", name) for name in names)
    return tuple(what for what, found in (("宏", macros), ("嵌入的文件", objects)) if found)


def _get(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _hidden_styles(root: Any) -> set[str]:
    return {
        _get(style, "name")
        for style in root.iter("{*}style")
        for item in style.iterchildren("{*}table-properties")
        if _get(item, "display") == "false"
    }


def _local(element: Any) -> str:
    """The name of an element of the format; "" for anything from elsewhere."""
    space, _, name = element.tag.rpartition("}") if isinstance(element.tag, str) else ("", "", "")
    return name if space.startswith(_OWN) else ""


def _count(element: Any, name: str) -> int:
    text = _get(element, name)
    return max(1, int(text[:8])) if text.isdigit() else 1


class _Table:
    """Reads one sheet. Repeated blanks are skipped, repeated values are counted before they are built."""

    def __init__(self, table: Any, struck: set[str], limits: Limits) -> None:
        self.table, self.struck, self.limits = table, struck, limits
        self.cells: dict[Cell, Raw] = {}
        self.formulas: dict[Cell, str] = {}
        self.errors: dict[Cell, str] = {}
        self.looks: dict[Cell, Look] = {}
        self.validations: list[Area] = []
        self.merges: list[Area] = []
        self.hidden_rows: set[int] = set()
        self.hidden_cols: list[tuple[int, int]] = []
        self.row = 0

    def done(self, hidden: bool) -> RawSheet:
        self._columns()
        self._rows(self.table)
        facts = SheetFacts(
            _get(self.table, "protected") == "true",
            tuple(self.validations),
            tuple(self.merges),
            frozenset(self.hidden_rows),
            merged(self.hidden_cols),
        )
        xml = SheetXml(MappingProxyType(self.formulas), MappingProxyType(self.errors), MappingProxyType(self.looks))
        content = SheetContent(MappingProxyType(self.cells), xml, facts)
        return RawSheet(_get(self.table, "name"), hidden, lambda: content)

    def _columns(self) -> None:
        col = 0
        for column in self.table.iter("{*}table-column"):
            repeat = _count(column, "number-columns-repeated")
            if _get(column, "visibility") in _HIDDEN:
                self.hidden_cols.append((col, col + repeat - 1))
            col += repeat

    def _rows(self, parent: Any) -> None:
        for child in parent:
            name = _local(child)
            if name == "table-row":
                repeat = _count(child, "number-rows-repeated")
                spans = self._line(child, repeat)
                found = sum(cols for _, cols, _ in spans)
                if found and (len(self.cells) + found * repeat > self.limits.cells):
                    raise refuse(file_notices.TOO_LARGE, what=f"一张表 {self.limits.cells} 格以上")
                if found and _get(child, "visibility") in _HIDDEN:
                    self.hidden_rows.update(range(self.row, self.row + repeat))
                for col, cols, cell in spans:
                    self._put([(self.row + down, col + right) for down in range(repeat) for right in range(cols)], cell)
                self.row += repeat
                if self.row > 1_100_000:
                    raise refuse(file_notices.TOO_LARGE, what=f"{self.row} 行")
            elif name in ("table-row-group", "table-rows", "table-header-rows"):
                self._rows(child)

    def _line(self, row: Any, rows: int) -> list[tuple[int, int, Any]]:
        """The cells of a row that hold something: first column, how many columns, the element."""
        col, found = 0, []
        for cell in row:
            if _local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            repeat = _count(cell, "number-columns-repeated")
            if _get(cell, "content-validation-name"):
                self.validations.append((self.row, col, self.row + rows - 1, col + repeat - 1))
            down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                self.merges.append((self.row, col, self.row + down - 1, col + right - 1))
                if len(self.merges) > self.limits.merges:
                    raise refuse(file_notices.TOO_LARGE, what=f"合并单元格 {len(self.merges)} 处")
            if len(cell) or _get(cell, "value-type") or _get(cell, "formula"):
                if col + repeat > 16_384:
                    raise refuse(file_notices.TOO_LARGE, what=f"{col + repeat} 列")
                found.append((col, repeat, cell))
            col += repeat
        return found

    def _put(self, places: list[Cell], cell: Any) -> None:
        """Read a cell once, however often it is repeated."""
        formula = _get(cell, "formula")
        if formula:
            self.formulas.update(dict.fromkeys(places, formula.partition("=")[2] or formula))
        text, struck = _paragraphs(cell, self.struck)
        if (
            _get(cell, "value-type") in ("string", "float", "")
            and _ERROR.match(text)
            and (formula or _calc_error(cell))
        ):
            self.errors.update(dict.fromkeys(places, text))
            return
        try:
            value = _value(cell, text)
        except NotANumberError as error:
            self.errors.update(dict.fromkeys(places, str(error)[:40]))
            return
        if value != "":
            self.cells.update(dict.fromkeys(places, value))
        look = PLAIN
        if isinstance(value, Decimal) and not isinstance(value, Percent) and value and not _says(text, value):
            look = Look(plain=False, text=text)
        if struck:
            look = replace(look, struck=struck)
        if look is not PLAIN:
            self.looks.update(dict.fromkeys(places, look))


def _says(text: str, value: Decimal) -> bool:
    """Whether a number as it is shown is the number, rounded or not."""
    text = _MONEY.sub("", text.replace("−", "-")).replace(",", "").strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    try:
        shown = Decimal(text)
    except InvalidOperation:
        return False
    return shown.is_finite() and abs(shown - value) <= Decimal(10) ** shown.as_tuple().exponent  # type: ignore[operator]


def _calc_error(cell: Any) -> bool:
    return any(key.endswith("}value-type") and value == "error" for key, value in cell.attrib.items())


def _value(cell: Any, text: str) -> Raw:
    kind = _get(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        value = number(_get(cell, "value"))
        return Percent(value) if kind == "percentage" else value
    if kind == "boolean":
        return _get(cell, "boolean-value") == "true"
    if kind == "date":
        return _get(cell, "date-value").removesuffix("T00:00:00").replace("T", " ")
    if kind == "time":
        match = _TIME.match(_get(cell, "time-value"))
        return f"{match[1]:0>2}:{match[2]:0>2}:{match[3]:0>2}" if match else text
    return text


def _paragraphs(cell: Any, struck: set[str]) -> tuple[str, str]:
    """The text of a cell and what is struck out of it; see ``sheet_xml.written``."""
    out: list[str] = []
    lines = [_flat(child) for child in cell if _local(child) == "p"]
    if _get(cell, "style-name") in struck:
        return "\n".join(lines), WHOLE if any(lines) else ""
    if struck:
        kept = [_flat(child, struck, out) for child in cell if _local(child) == "p"]
        if any(part.strip() for part in out):
            return ("\n".join(kept), "".join(out)) if any(line.strip() for line in kept) else ("\n".join(lines), WHOLE)
    return "\n".join(lines), ""


def _flat(element: Any, struck: Collection[str] = (), out: list[str] | None = None) -> str:
    """Text of a paragraph; the blanks, tabs and breaks ODF writes as elements. What is struck out goes into ``out``."""
    parts = [element.text or ""]
    for child in element:
        name = _local(child)
        if name == "s":
            parts.append(" " * min(_count(child, "c"), 1000))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name == "span" and out is not None and _get(child, "style-name") in struck:
            out.append(_flat(child))
        elif name not in ("annotation", "note"):
            parts.append(_flat(child, struck, out))
        parts.append(child.tail or "")
    return "".join(parts)


def _struck_styles(root: Any) -> set[str]:
    return {
        _get(style, "name")
        for style in root.iter("{*}style")
        for item in style.iterchildren("{*}text-properties")
        if {_get(item, f"text-line-through-{kind}") for kind in ("style", "type")} - {"", "none"}
    }
