"""A reviewer's workbook read back, in a worker, through the same gate as a department's return.

Imports ``book``, ``read``. Cells are found by the hidden sheet; what the sheet shows of the self-score is held against it. A newcomer would
trust the file because a colleague sent it: it was mailed about like any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal

from xltool import notation
from xltool.campaign.review.review_book import IDENTITY, MARK, NAME, NOTE, REASON, REVIEW, STATED, TOP
from xltool.examine import Desk
from xltool.ooxml.refused import Refused
from xltool.read import file_notices as notices
from xltool.read import open_book
from xltool.read.book.values import RawSheet

_UNITS, _LINES = 2000, 2000
_NO_BOOK = replace(notices.NOT_OURS.finding(), message="这不是发给复核人的复核表，或者里面的复核标识不在了。")


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line as the reviewer left it. ``review`` None: blank or unreadable, then ``typed`` says what stands there.

    ``stated``: the self-score as the sheet shows it; ``issued``: as it was when the sheet was written.
    """

    name: str
    review: Decimal | None
    typed: str
    reason: str
    note: str
    stated: str
    issued: str
    cell: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit of a reviewer's workbook. ``version``: the digest of the return it was written from; ``lost``: the sheet is gone."""

    id: str
    version: str
    title: str
    marks: tuple[ReviewLine, ...]
    lost: bool = False


@dataclass(frozen=True, slots=True)
class ReadBook:
    """A reviewer's workbook."""

    campaign: str
    reviewer: str
    sheets: tuple[Sheet, ...]


def read_review(data: bytes, desk: Desk) -> ReadBook:
    """Return what a reviewer filled in.

    Raises:
        Refused: it cannot be opened, or is no workbook for a review.
    """
    tabs = {sheet.title: sheet for sheet in open_book(data, "复核表.xlsx", desk.limits).sheets}
    known = tabs[IDENTITY].cells if IDENTITY in tabs else {}
    said = [str(known.get((row, 0), "")) for row in range(3)]
    if said[0] != MARK:
        raise Refused(_NO_BOOK)
    sheets = []
    for row in range(3, 3 + _UNITS):
        text = known.get((row, 0))
        if not isinstance(text, str):
            break
        try:
            unit = json.loads(text)
            sheets.append(_sheet(unit, tabs))
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            raise Refused(_NO_BOOK) from None
    return ReadBook(said[1], said[2], tuple(sheets))


def _sheet(unit: dict[str, object], tabs: dict[str, RawSheet]) -> Sheet:
    ident, version, lines = str(unit["id"]), str(unit["version"]), unit["lines"]
    if not isinstance(lines, list) or len(lines) > _LINES:
        raise ValueError("lines")
    names = [str(line[0]) for line in lines]
    tab = tabs.get(str(unit["sheet"])) or next((t for t in tabs.values() if _top(t, names) is not None), None)
    top = _top(tab, names) if tab is not None else None
    if tab is None or top is None:
        return Sheet(ident, version, str(unit["sheet"]), (), lost=True)
    marks = [_mark(tab, top + at, str(name), str(stated)) for at, (name, stated) in enumerate(lines)]
    return Sheet(ident, version, tab.title, tuple(marks))


def _top(tab: RawSheet, names: list[str]) -> int | None:
    """Where the lines begin: rows may have been put above, never between."""
    column = {row: str(value)[:40] for (row, col), value in tab.cells.items() if col == NAME}
    starts = sorted(column, key=lambda row: (abs(row - TOP), row))
    return next(
        (s for s in starts if all(column.get(s + at, "").strip() == name.strip() for at, name in enumerate(names))),
        None,
    )


def _mark(tab: RawSheet, row: int, name: str, issued: str) -> ReviewLine:
    cells = tab.cells
    raw = cells.get((row, REVIEW), "")
    number = notation.read_number(raw if isinstance(raw, Decimal | str) else str(raw), "分")
    typed = notation.text_of(raw).strip()
    stated = cells.get((row, STATED), "")
    texts = [notation.text_of(cells.get((row, col), "")).strip() for col in (REASON, NOTE)]
    return ReviewLine(name, number.value, typed, texts[0], texts[1], notation.text_of(stated), issued, f"H{row + 1}")
