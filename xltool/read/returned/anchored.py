"""Reads a workbook by the places it carries, without knowing the form version it was made from.

Only for taking over what was filled in (``xltool migrate``); a return is read by ``read.reader``, which
does not believe what a file says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xltool.form import Key
from xltool.form.layout.workbook_layout import Address
from xltool.ooxml.limits import LIMITS, Limits
from xltool.read.book.opening import open_book
from xltool.read.book.values import Raw, RawBook, RawSheet
from xltool.read.returned.identity import Identity, identify
from xltool.read.returned.locate import markers

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
    identity = identify(book)
    return identity, tuple(_cells(book, identity))


def _cells(book: RawBook, identity: Identity) -> Iterator[Carried]:
    carried = identity.carried()
    sheets = {marker: (sheet, *markers(sheet, place)[:2]) for sheet in book.sheets for place, marker in _marked(sheet)}
    for marker, places in carried.cells.items() if carried else ():
        if marker not in sheets:
            continue
        for key, (row, col) in sorted(places.items(), key=lambda item: item[1]):
            found = _cell(key, *sheets[marker], row, col) if carried and key in carried.typed else None
            if found is not None:
                yield found


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
