"""One sheet of an .xlsx, cell by cell: values, formulas, errors and state. Imports ``package``, ``values``.

Positions come from the cells, never from ``<dimension>``; cells without a reference stand one after the other, as
the standard says. Strict and transitional names are read alike; what bears the name of a row or a cell in any other
namespace, or stands elsewhere, is no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from types import MappingProxyType
from typing import Any

from xltool.files import cause
from xltool.form.layout.workbook_layout import column_letters
from xltool.ooxml.gate import PARSING, Archive, elements, root_of, xml_part
from xltool.ooxml.limits import Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.areas import Area, Cell, merged
from xltool.read.book.cell_looks import DATE, PERCENT, PLAIN, WHOLE, Look
from xltool.read.book.formats import date_of
from xltool.read.book.values import (
    PICTURE,
    NotANumberError,
    Percent,
    Raw,
    SheetContent,
    SheetFacts,
    SheetXml,
    moment,
    number,
    position,
)

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_ROW, _T = "row", "t"
_TAGS = ("{*}row", "{*}col", "{*}sheetFormatPr", "{*}sheetProtection", "{*}dataValidation", "{*}mergeCells")
_SMALL = 4_000_000
_OWN = frozenset(
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
)
_CELLS = tuple(f"{{{space}}}c" for space in sorted(_OWN))
_YES = ("1", "true")
_COLUMNS = {column_letters(index): index for index in range(100)}


class _LocalNames(dict[Any, str]):
    """Tag → its name, if it is one of the format's own; "" for anything else."""

    def __missing__(self, tag: Any) -> str:
        space, _, name = tag[1:].rpartition("}") if isinstance(tag, str) else ("", "", "")
        known = self[tag] = name if space in _OWN else ""
        return known


_NAMES = _LocalNames()


class Context:
    """What all sheets of a workbook share. ``struck``: what is struck out of a shared text, by its number."""

    def __init__(
        self,
        strings: tuple[str, ...],
        struck: Mapping[int, str],
        formats: Sequence[Look],
        since_1904: bool,
        limits: Limits,
    ) -> None:
        self.strings, self.struck, self.formats = strings, struck, formats
        self.since_1904, self.limits = since_1904, limits


class SheetWalk:
    """Reads one sheet."""

    def __init__(self, context: Context, archive: Archive, part: str) -> None:
        self.context, self.archive, self.part = context, archive, part
        self.cells: dict[Cell, Raw] = {}
        self.formulas: dict[Cell, str] = {}
        self.errors: dict[Cell, str] = {}
        self.seen: set[Cell] = set()
        self.local = _NAMES
        self.validations: list[Area] = []
        self.merges: list[Area] = []
        self.hidden_rows: set[int] = set()
        self.hidden_cols: list[tuple[int, int]] = []
        self.looks: dict[Cell, Look] = {}
        self.no_height = False
        self.protected = False
        self.row = -1

    def done(self) -> SheetContent:
        """Walk the part.

        Raises:
            Refused: damaged, ambiguous or too large.
        """
        data = xml_part(self.archive, self.part, self.context.limits)
        count = elements(data, "v", self.context.limits.cells)
        if count > self.context.limits.cells:
            raise refuse(file_notices.TOO_LARGE, what=f"一张表 {count} 格")
        for element in walked(data, _TAGS):
            self._element(element)
        facts = SheetFacts(
            self.protected,
            tuple(self.validations),
            tuple(self.merges),
            frozenset(self.hidden_rows),
            merged(self.hidden_cols),
            self.no_height,
        )
        xml = SheetXml(MappingProxyType(self.formulas), MappingProxyType(self.errors), MappingProxyType(self.looks))
        return SheetContent(MappingProxyType(self.cells), xml, facts)

    def _element(self, element: Any) -> None:
        name = self.local[element.tag]
        if name == _ROW:
            if self.local[element.getparent().tag] == "sheetData":
                self._row(element)
        elif name == "col":
            if element.get("hidden") in _YES or _is_zero(element.get("width")):
                self.hidden_cols.append((int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1))
        elif name == "sheetFormatPr":
            self.no_height = element.get("zeroHeight") in _YES
        elif name == "sheetProtection":
            self.protected = element.get("sheet") in _YES
        elif element.tag.endswith("}dataValidation"):  # those of an extension count too
            if element.get("type", "none") != "none":
                self.validations += _areas(element)
        elif len(element) > self.context.limits.merges:
            raise refuse(file_notices.TOO_LARGE, what=f"合并单元格 {len(element)} 处")
        else:
            self.merges += [area for item in element if (area := _area(item.get("ref") or ""))]

    def _row(self, element: Any) -> None:
        stated = element.get("r")
        self.row = int(stated) - 1 if stated else self.row + 1
        if not 0 <= self.row < 1_048_576:
            raise refuse(file_notices.TOO_LARGE, what=f"行号 {self.row + 1}")
        if element.get("hidden") in _YES or _is_zero(element.get("ht")):
            self.hidden_rows.add(self.row)
        row, ending, col = self.row, str(self.row + 1), -1
        for cell in element.iterchildren(*_CELLS):
            reference = cell.get("r")
            if not reference:
                col += 1
            elif reference.endswith(ending) and (known := _COLUMNS.get(reference[: -len(ending)])) is not None:
                col = known
            else:
                place = position(reference)
                if place is None or place[0] != row:
                    raise refuse(file_notices.DAMAGED, what=f"格的位置“{reference[:20]}”")
                col = place[1]
            if col >= 16_384:
                raise refuse(file_notices.DAMAGED, what=f"第 {ending} 行的格超出最右一列")
            if len(cell):
                self._cell(cell, (row, col))

    def _cell(self, cell: Any, place: Cell) -> None:
        kind, text, inline, struck, has_value = cell.get("t"), "", "", "", False
        for child in cell:
            name = self.local[child.tag]
            if name == "v":
                if len(child):
                    raise refuse(file_notices.DAMAGED, what=f"第 {place[0] + 1} 行有一格的内容不是文字")
                text, has_value = child.text or "", True
            elif name == "f":
                self.formulas[place] = child.text or ""
            elif name == "is":
                inline, struck = written(child)
                has_value = True
        if place in self.seen:
            raise refuse(file_notices.DAMAGED, what=f"第 {place[0] + 1} 行有一格出现两次")
        self.seen.add(place)
        if len(self.seen) > self.context.limits.cells:
            raise refuse(file_notices.TOO_LARGE, what=f"一张表 {len(self.seen)} 格以上")
        if not has_value:
            return
        if kind == "e":
            self.errors[place] = PICTURE if cell.get("vm") else text or "#VALUE!"
            return
        style = cell.get("s")
        look = self._look(style) if style else PLAIN
        try:
            value = self._value(kind, inline if kind == "inlineStr" else text, look)
        except NotANumberError:
            self.errors[place] = text.strip()[:40]
            return
        if value == "":
            return
        self.cells[place] = value
        if kind == "s":
            struck = self.context.struck.get(int(text), "")
        if struck:
            self.looks[place] = replace(look, struck=struck)
        elif look is not PLAIN:
            self.looks[place] = look

    def _value(self, kind: str | None, text: str, look: Look) -> Raw:
        if kind == "s":
            index = int(text)
            if not 0 <= index < len(self.context.strings):
                raise refuse(file_notices.DAMAGED, what="文本编号超出范围")
            return self.context.strings[index]
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind in ("str", "inlineStr"):
            return unescape(text) if kind == "str" else text
        if kind == "d":
            return text.removesuffix("T00:00:00").replace("T", " ")
        if text.strip() == "":
            return ""
        value = number(text)
        if look.kind == DATE:
            return self._date(float(value), value)
        return Percent(value) if look.kind == PERCENT else value

    def _look(self, style: str) -> Look:
        index = int(style)
        return self.context.formats[index] if index < len(self.context.formats) else PLAIN

    def _date(self, serial: float, value: Raw) -> Raw:
        if 0 < serial < 1:
            seconds = round(serial * 86400)
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        made = date_of(serial, self.context.since_1904)
        return moment(made) if made else value


def walked(data: bytes, tags: Sequence[str]) -> Iterator[Any]:
    """Yield the elements of a sheet that matter. A small sheet becomes a tree, which is faster; a large one never does.

    Raises:
        Refused: not well-formed.
    """
    from lxml import etree

    if len(data) <= _SMALL:
        yield from root_of(data).iter(*tags)
        return
    try:
        for _, element in etree.iterparse(BytesIO(data), tag=tags, **PARSING):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.LxmlError as error:
        raise refuse(file_notices.DAMAGED, what=f"内容 {cause(error)}") from None


def _areas(element: Any) -> list[Area]:
    text = element.get("sqref") or " ".join(item.text or "" for item in element.iter("{*}sqref"))
    return [found for area in text.split()[:20_000] if (found := _area(area))]


def _area(text: str) -> Area | None:
    first, _, last = text.partition(":")
    start, end = position(first), position(last or first)
    return (*start, *end) if start and end else None


def _is_zero(size: str | None) -> bool:
    return size is not None and size.strip("0.") == "" and "0" in size


def written(item: Any) -> tuple[str, str]:
    """The text of a string item, its own or its runs', and what is struck out of it; without the phonetic guide.

    A struck-out text is no longer there for whoever reads the sheet, unless nothing else is: then it is the text
    and all of it is struck out.
    """
    if len(item) == 1 and _NAMES[(only := item[0]).tag] == _T:
        return unescape(_plain(only)), ""
    parts: list[tuple[str, bool]] = []
    for child in item:
        name = _NAMES[child.tag]
        if name == _T:
            parts.append((_plain(child), False))
        elif name == "r":
            out = any(mark.get("val", "1") in _YES for mark in child.iter("{*}strike"))
            parts += [(_plain(run), out) for run in child if _NAMES[run.tag] == _T]
    struck = unescape("".join(text for text, out in parts if out))
    kept = unescape("".join(text for text, out in parts if not out))
    if struck.strip() and not kept.strip():
        return struck, WHOLE
    return (kept, struck) if struck.strip() else (unescape("".join(text for text, _ in parts)), "")


def _plain(item: Any) -> str:
    if len(item):
        raise refuse(file_notices.DAMAGED, what="一段文字里有不认识的内容")
    return item.text or ""


def unescape(text: str) -> str:
    """Return text with ``_x000D_`` written out; two halves of a character are one, half a one is lost.

    >>> unescape("a_x000D_b"), unescape("唐_xD842__xDFB7_"), unescape("_xD842_!")
    ('a\\rb', '唐𠮷', '�!')
    """
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
