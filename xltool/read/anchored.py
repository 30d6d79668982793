"""Reads a workbook by the anchors it carries, without knowing the form version it was made from.

Only for taking over what was filled in (``xltool migrate``); a return is read by ``read.reader``, which
does not believe what a file says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xltool.form import Key
from xltool.form.layout import Address
from xltool.ooxml.limits import LIMITS, Limits
from xltool.read.identity import Identity, identify
from xltool.read.locate import markers
from xltool.read.values import Raw, RawBook, RawSheet, open_book

_MARKER = re.compile(r"xltool:[^:]+:[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Carried:
    """One filled cell of an older workbook. ``computed``: it still holds a formula of ours."""

    key: Key
    value: Raw
    address: Address
    computed: bool


def read_anchored(data: bytes, limits: Limits = LIMITS) -> tuple[Identity, tuple[Carried, ...]]:
    """Return identity and filled cells of a workbook of any version.

    Raises:
        Refused: it cannot be read or is none of ours.
    """
    book = open_book(data, limits=limits)
    return identify(book), tuple(_cells(book))


def _cells(book: RawBook) -> Iterator[Carried]:
    sheets = {marker: (sheet, *markers(sheet, place)[:2]) for sheet in book.sheets for place, marker in _marked(sheet)}
    for sheet in book.sheets:
        if sheet.text(0, 0) != "xltool":
            continue
        for (row, col), text in sorted(sheet.cells.items()):
            kind = sheet.text(row, 0)
            if col != 1 or kind not in ("anchors", "anchor"):
                continue
            marker, *words = _anchor(kind, str(text))
            if marker not in sheets:
                continue
            for key, at_row, at_col in zip(*[iter(words)] * 3, strict=False):
                found = _cell(Key.parse(key), *sheets[marker], int(at_row), int(at_col))
                if found is not None:
                    yield found


def _anchor(kind: str, text: str) -> list[str]:
    """The marker of a sheet, then field, row and column of each place; the first workbooks had one place a cell."""
    words = text.split(" ")
    return words if kind == "anchors" else [*words[1:2], *words[:1], *words[2:]]


def _marked(sheet: RawSheet) -> Iterator[tuple[tuple[int, int], str]]:
    for place, value in sheet.cells.items():
        if isinstance(value, str) and _MARKER.match(value):
            yield place, value
            return


def _cell(key: Key, sheet: RawSheet, rows: dict[int, int], cols: dict[int, int], row: int, col: int) -> Carried | None:
    if row not in rows or col not in cols:
        return None
    place = (rows[row], cols[col])
    value = sheet.cells.get(place, "")
    formula = (sheet.xml.formulas or {}).get(place)
    return Carried(key, value, Address(sheet.title, *place), formula is not None) if value != "" else None
