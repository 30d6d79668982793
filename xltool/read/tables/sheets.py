"""A workbook in the layout of the official form: every visible sheet one table, at the addresses of the sheet.

Imports ``values``, ``build``. The readers of workbooks do the reading; here blank cells get a place, too, because
what is missing on a form must have an address.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal

from xltool.findings import Finding
from xltool.form.layout.workbook_layout import Address
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.areas import Cell
from xltool.read.book.opening import open_book
from xltool.read.book.values import Percent, Raw, RawBook, RawSheet
from xltool.read.tables import document_notices
from xltool.read.tables.build import Budget, Draft, grid
from xltool.read.tables.grid import Document, Grid


def read_sheets(data: bytes, name: str = "", limits: Limits = LIMITS) -> Document:
    """Read the visible sheets of a workbook.

    Raises:
        Refused: as ``open_book``; also where there is nothing on any visible sheet.
    """
    book = open_book(data, name, limits)
    budget, spans = Budget(limits), Budget(limits)
    sheets = [sheet for sheet in book.sheets if not sheet.hidden]
    items = tuple(made for sheet in sheets if (made := _grid(sheet, budget, spans)))
    if not items:
        raise refuse(document_notices.NO_CONTENT)
    return Document(book.kind, items, tuple(_findings(book)))


def shown_as(value: Raw) -> str:
    """Return a stored value as people see it, with all its digits.

    >>> shown_as(Percent("0.97")), shown_as(Decimal("280.020")), shown_as(Decimal("1E+3")), shown_as(True)
    ('97%', '280.020', '1000', 'TRUE')
    """
    if isinstance(value, Percent):
        return value.shown
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).upper() if isinstance(value, bool) else value


def _grid(sheet: RawSheet, budget: Budget, spans: Budget) -> Grid | None:
    """A cell for every place of the used rows and columns that no other cell covers; None for an empty sheet."""
    shown = {place: shown_as(value).strip() for place, value in sheet.cells.items()} | dict(sheet.xml.errors)
    used = [place for place, text in shown.items() if text]
    rows, cols = sorted({row for row, _ in used}), sorted({col for _, col in used})
    if len(rows) * len(cols) > budget.left:
        raise refuse(file_notices.TOO_LARGE, what=f"表格 {len(rows)} 行 {len(cols)} 列")
    merged, covered = dict[Cell, tuple[int, int]](), set[Cell]()
    for top, left, bottom, right in sheet.facts.merges:
        inside_rows = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
        inside_cols = cols[bisect_left(cols, left) : bisect_right(cols, right)]
        spans.spend(len(inside_rows) * len(inside_cols))
        places = [(row, col) for row in inside_rows for col in inside_cols]
        if places and covered.isdisjoint(places):
            merged[places[0]] = bottom, right
            covered.update(places[1:])
    drafts = []
    for place in ((row, col) for row in rows for col in cols):
        if place in covered:
            continue
        bottom, right = merged.get(place, place)
        value = sheet.cells.get(place)
        stored = Decimal(value) if isinstance(value, Decimal) else None
        rows_over, cols_over = bottom - place[0] + 1, right - place[1] + 1
        address = Address(sheet.title, *place)
        drafts.append(Draft(*place, shown.get(place, ""), "", rows_over, cols_over, stored, address=address))
    return grid(sheet.title, drafts, budget) if drafts else None


def _findings(book: RawBook) -> Iterator[Finding]:
    if hidden := [sheet.title for sheet in book.sheets if sheet.hidden]:
        yield document_notices.HIDDEN_SHEETS.finding(
            what="、".join(f"“{title}”" for title in hidden[:5]) + "等" * (len(hidden) > 5)
        )
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        formulas = sheet.xml.formulas or {}
        # A formula that gives "" has no result either: only a sheet without a single one was never calculated.
        if formulas and not any(place in sheet.cells or place in sheet.xml.errors for place in formulas):
            places = sorted(formulas)[:20]
            yield file_notices.NO_RESULT.finding(
                sheet.title, tuple(Address(sheet.title, *place).a1 for place in places)
            )
        facts = sheet.facts
        if facts.hidden_rows or facts.hidden_cols:
            count = sum(facts.hides(place) for place in sheet.cells)
            if count:
                yield file_notices.HIDDEN_DATA.finding(sheet.title, what=f"隐藏的行或列里 {count} 格")
    if book.facts.active:
        yield document_notices.ACTIVE.finding(what="、".join(book.facts.active))
    if book.facts.comments:
        yield document_notices.COMMENTS.finding(count=book.facts.comments)
