"""One sheet of an .xlsx, cell by cell: values, formulas, errors and state. Imports ``package``, ``values``.

Positions come from the cells, never from ``<dimension>``; cells without a reference stand one after the other, as
the standard says. Names are matched without their namespace, so Strict and transitional files are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Any

from xltool.form.layout import column_letters
from xltool.read import notices
from xltool.read.formats import date_of
from xltool.read.limits import Limits
from xltool.read.package import PARSING, Archive, elements, root_of, xml_part
from xltool.read.sniff import refuse
from xltool.read.values import Area, Cell, Content, Percent, Raw, SheetFacts, SheetXml, moment, number, position

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_ROW, _C, _T = "row", "c", "t"
_TAGS = ("{*}row", "{*}col", "{*}sheetProtection", "{*}dataValidation", "{*}mergeCells")
_SMALL = 4_000_000
DATE, PERCENT = "date", "percent"
_COLUMNS = {column_letters(index): index for index in range(100)}


class _LocalNames(dict[Any, str]):
    """Tag → its name without the namespace; a comment has none."""

    def __missing__(self, tag: Any) -> str:
        name = self[tag] = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        return name


class Context:
    """What all sheets of a workbook share."""

    def __init__(self, strings: tuple[str, ...], formats: Sequence[str], since_1904: bool, limits: Limits) -> None:
        self.strings, self.formats, self.since_1904, self.limits = strings, formats, since_1904, limits


class Walk:
    """Reads one sheet."""

    def __init__(self, context: Context, archive: Archive, part: str) -> None:
        self.context, self.archive, self.part = context, archive, part
        self.cells: dict[Cell, Raw] = {}
        self.formulas: dict[Cell, str] = {}
        self.errors: dict[Cell, str] = {}
        self.seen: set[Cell] = set()
        self.local = _LocalNames()
        self.validations: list[Area] = []
        self.merges: list[Area] = []
        self.hidden_rows: set[int] = set()
        self.hidden_cols: list[tuple[int, int]] = []
        self.protected = False
        self.row = -1

    def done(self) -> Content:
        """Walk the part.

        Raises:
            Refused: damaged, ambiguous or too large.
        """
        from lxml import etree

        data = xml_part(self.archive, self.part, self.context.limits)
        count = elements(data, "v", self.context.limits.cells)
        if count > self.context.limits.cells:
            raise refuse(notices.TOO_LARGE, what=f"一张表 {count} 格")
        try:
            for element in _elements(data):
                self._element(element)
        except etree.LxmlError as error:
            raise refuse(notices.DAMAGED, what=f"内容 {type(error).__name__}") from None
        facts = SheetFacts(
            self.protected,
            tuple(self.validations),
            tuple(self.merges),
            frozenset(self.hidden_rows),
            tuple(self.hidden_cols),
        )
        xml = SheetXml(MappingProxyType(self.formulas), MappingProxyType(self.errors))
        return Content(MappingProxyType(self.cells), xml, facts)

    def _element(self, element: Any) -> None:
        name = self.local[element.tag]
        if name == _ROW:
            self._row(element)
        elif name == "col":
            if element.get("hidden") in ("1", "true"):
                self.hidden_cols.append((int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1))
        elif name == "sheetProtection":
            self.protected = element.get("sheet") in ("1", "true")
        elif name == "dataValidation":
            if element.get("type", "none") != "none":
                self.validations += _areas(
                    element.get("sqref") or " ".join(i.text or "" for i in element.iter("{*}sqref"))
                )
        elif len(element) > self.context.limits.merges:
            raise refuse(notices.TOO_LARGE, what=f"合并单元格 {len(element)} 处")
        else:
            self.merges += [area for item in element for area in _areas(item.get("ref") or "")]

    def _row(self, element: Any) -> None:
        stated = element.get("r")
        self.row = int(stated) - 1 if stated else self.row + 1
        if not 0 <= self.row < 1_048_576:
            raise refuse(notices.TOO_LARGE, what=f"行号 {self.row + 1}")
        if element.get("hidden") in ("1", "true"):
            self.hidden_rows.add(self.row)
        row, ending, col = self.row, str(self.row + 1), -1
        for cell in element:
            if self.local[cell.tag] != _C:
                continue
            reference = cell.get("r")
            if not reference:
                col += 1
            elif reference.endswith(ending) and (known := _COLUMNS.get(reference[: -len(ending)])) is not None:
                col = known
            else:
                place = position(reference)
                if place is None or place[0] != row:
                    raise refuse(notices.DAMAGED, what=f"格的位置“{reference[:20]}”")
                col = place[1]
            if col >= 16_384:
                raise refuse(notices.DAMAGED, what=f"第 {ending} 行的格超出最右一列")
            if len(cell):
                self._cell(cell, (row, col))

    def _cell(self, cell: Any, place: Cell) -> None:
        kind, text, inline, has_value = cell.get("t"), "", "", False
        for child in cell:
            name = self.local[child.tag]
            if name == "v":
                text, has_value = child.text or "", True
            elif name == "f":
                self.formulas[place] = child.text or ""
            elif name == "is":
                inline, has_value = text_of(child), True
        if place in self.seen:
            raise refuse(notices.DAMAGED, what=f"第 {place[0] + 1} 行有一格出现两次")
        self.seen.add(place)
        if len(self.seen) > self.context.limits.cells:
            raise refuse(notices.TOO_LARGE, what=f"一张表 {len(self.seen)} 格以上")
        if not has_value:
            return
        if kind == "e":
            self.errors[place] = text or "#VALUE!"
            return
        value = self._value(kind, inline if kind == "inlineStr" else text, cell.get("s"))
        if value != "":
            self.cells[place] = value

    def _value(self, kind: str | None, text: str, style: str | None) -> Raw:
        if kind == "s":
            index = int(text)
            if not 0 <= index < len(self.context.strings):
                raise refuse(notices.DAMAGED, what="文本编号超出范围")
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
        shown = self._format(style) if style else ""
        if shown == DATE:
            return self._date(float(value), value)
        return Percent(value) if shown == PERCENT else value

    def _format(self, style: str) -> str:
        index = int(style)
        return self.context.formats[index] if index < len(self.context.formats) else ""

    def _date(self, serial: float, value: Raw) -> Raw:
        if 0 < serial < 1:
            seconds = round(serial * 86400)
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        made = date_of(serial, self.context.since_1904)
        return moment(made) if made else value


def _elements(data: bytes) -> Iterator[Any]:
    """The elements of a sheet that matter. A small sheet becomes a tree, which is faster; a large one never does."""
    from lxml import etree

    if len(data) <= _SMALL:
        yield from root_of(data).iter(*_TAGS)
        return
    for _, element in etree.iterparse(BytesIO(data), tag=_TAGS, **PARSING):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _areas(text: str) -> list[Area]:
    result = []
    for area in text.split()[:20_000]:
        first, _, last = area.partition(":")
        start, end = position(first), position(last or first)
        if start and end:
            result.append((*start, *end))
    return result


def text_of(item: Any) -> str:
    """The text of a string item: its own or its runs', without the phonetic guide."""
    if len(item) == 1 and _local(item[0]) == _T:
        return unescape(item[0].text or "")
    parts = []
    for child in item:
        name = _local(child)
        if name == _T:
            parts.append(child.text or "")
        elif name == "r":
            parts += [run.text or "" for run in child if _local(run) == _T]
    return unescape("".join(parts))


def unescape(text: str) -> str:
    """Return text with ``_x000D_`` written out.

    >>> unescape("a_x000D_b")
    'a\\rb'
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
