"""A second reader beside ours: python-calamine, cell by cell. Light to import: it also runs in killable processes."""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineWorkbook

from xltool.read.book.areas import Cell
from xltool.read.book.values import Raw, RawBook


def differences(book: RawBook, data: bytes) -> list[tuple[str, Cell, Raw, Raw]]:
    """Every cell in which calamine sees something else; errors are blanks to it."""
    other = CalamineWorkbook.from_filelike(BytesIO(data))
    result: list[tuple[str, Cell, Raw, Raw]] = []
    for sheet in book.sheets:
        lines = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        theirs = {
            (row, col): value
            for row, line in enumerate(lines)
            for col, raw in enumerate(line)
            if (value := plain(raw)) != ""
        }
        for place in sorted(theirs.keys() | sheet.cells.keys()):
            one, two = sheet.cells.get(place, ""), theirs.get(place, "")
            empty_formula = book.kind == "xls" and one == "" and two == 0
            if one != two and place not in sheet.xml.errors and not empty_formula:
                result.append((sheet.title, place, one, two))
    return result


def plain(value: object) -> Raw:
    """A library's value as ours."""
    if value is None:
        return ""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return Decimal(format(value, ".15g"))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)
