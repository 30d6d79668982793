"""The tables of a file as sheets of paper: every place belongs to a cell, blank rows included. Imports ``read.tables``.

``read.tables`` drops the rows of a workbook in which nothing is written; on a blank form they are what is to be filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xltool.form.layout.workbook_layout import Address
from xltool.ooxml.limits import LIMITS, Limits
from xltool.read.book.opening import open_book
from xltool.read.book.values import RawBook, RawSheet, as_verdict
from xltool.read.tables.build import Budget, Draft, grid
from xltool.read.tables.grid import Document, Grid, GridCell, Paragraph
from xltool.read.tables.kinds import document_kind
from xltool.read.tables.open import open_document
from xltool.read.tables.sheets import shown_as
from xltool.writing.text import clean

WIDEST, HIGHEST = 40, 300
"""No official form has more columns or rows."""
_BOOKS = ("xlsx", "xls", "ods")
_SAID = 40
_COLON = re.compile(r"[:：]\s*(?:万?元|[\s\u3000_]*)$|[:：].*[:：]")
_LONGEST = 400  # of a printed text


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell of a paper: ``rows`` × ``cols`` places from (``row``, ``col``), 0-based. ``a1``: where it stands in the file."""

    row: int
    col: int
    rows: int
    cols: int
    text: str
    a1: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is printed there."""
        return not self.text.strip()


@dataclass(frozen=True)
class BlankPaper:
    """One table of a file. ``before``, ``after``: the paragraphs around it; ``where``: what it is called in messages."""

    cells: tuple[BlankCell, ...]
    width: int
    height: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    where: str

    @cached_property
    def places(self) -> dict[tuple[int, int], BlankCell]:
        """The cell at every place."""
        return {
            (row, col): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rows)
            for col in range(cell.col, cell.col + cell.cols)
        }

    def own(self, row: int) -> list[BlankCell]:
        """The cells that begin in a row, from the left."""
        return [cell for cell in self.cells if cell.row == row]

    def reaching(self, row: int) -> list[BlankCell]:
        """The cells that reach into a row from above."""
        return [cell for cell in self.cells if cell.row < row < cell.row + cell.rows]

    @cached_property
    def document(self) -> Document:
        """The paper as the recogniser of official forms reads it; addresses are places of the paper."""
        cells = (
            GridCell(cell.row, cell.col, cell.text, Address("", cell.row, cell.col), cell.rows, cell.cols)
            for cell in self.cells
        )
        return Document("paper", (Grid(tuple(cells)),))


def papers_of(data: bytes, name: str = "", limits: Limits = LIMITS) -> list[BlankPaper]:
    """Return the tables of a file that can be official forms, in order.

    Raises:
        Refused: the file cannot be read; the finding says why and what to do.
    """
    if document_kind(data, name, limits) in _BOOKS:
        with as_verdict():
            return list(_of_book(open_book(data, name, limits), limits))
    return list(_of_document(open_document(data, name, limits)))


def _of_document(document: Document) -> Iterator[BlankPaper]:
    items = document.items
    tables = [at for at, item in enumerate(items) if isinstance(item, Grid)]
    for number, at in enumerate(tables):
        table = items[at]
        last = tables[number - 1] if number else -1
        following = tables[number + 1] if number + 1 < len(tables) else len(items)
        before, after = _said(items[last + 1 : at]), _said(items[at + 1 : following])
        if isinstance(table, Grid):
            for inside in _with_inner(table):
                yield from _evened(inside, before, after, f"第 {number + 1} 个表格")


def _with_inner(table: Grid) -> Iterator[Grid]:
    yield table
    for cell in table.cells:
        for inner in cell.inner:
            yield from _with_inner(inner)


def _said(items: Sequence[object]) -> tuple[str, ...]:
    return tuple(clean(item.text)[:_LONGEST] for item in items[-_SAID:] if isinstance(item, Paragraph))


def _of_book(book: RawBook, limits: Limits) -> Iterator[BlankPaper]:
    budget = Budget(limits)
    for sheet in book.sheets:
        if not sheet.hidden and (drafts := _drafts(sheet)):
            yield from _evened(
                grid(sheet.title, _lines_joined(drafts), budget), (), (), f"工作表“{clean(sheet.title)}”"
            )


def _drafts(sheet: RawSheet) -> list[Draft]:
    """A cell for every place between the first and the last that is used, blank ones too; none for a list of data."""
    texts = {place: text for place, value in sheet.cells.items() if (text := shown_as(value).strip())}
    if not texts:
        return []
    top, left = min(row for row, _ in texts), min(col for _, col in texts)
    merges = [area for area in sheet.facts.merges if area[0] >= top and area[1] >= left]
    bottom = max(row for row, _ in texts)
    near = [area for area in merges if area[0] <= bottom]
    bottom = max([bottom, *(area[2] for area in near if area[:2] in texts)])
    right = max([*(col for _, col in texts), *(area[3] for area in merges if area[0] <= bottom)])
    if bottom - top >= HIGHEST * 2 or right - left >= WIDEST * 5:
        return []
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for area in merges:
        end = min(area[2], bottom), min(area[3], right)
        inside = [(row, col) for row in range(area[0], end[0] + 1) for col in range(area[1], end[1] + 1)]
        if inside and covered.isdisjoint(inside):
            spans[inside[0]] = end
            covered.update(inside)
    drafts = []
    for place in ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1)):
        if place in covered and place not in spans:
            continue
        end = spans.get(place, place)
        size = end[0] - place[0] + 1, end[1] - place[1] + 1
        drafts.append(Draft(*place, texts.get(place, ""), "", *size, address=Address(sheet.title, *place)))
    return drafts


def _lines_joined(drafts: list[Draft]) -> list[Draft]:
    """A line that nobody merged (填报单位：… in one cell, 金额单位：… in another) covers its row, above and below the form."""
    by_row: dict[int, list[Draft]] = {}
    for draft in drafts:
        by_row.setdefault(draft.row, []).append(draft)
    lines = [row for row in sorted(by_row) if _is_line(by_row[row])]
    full = [row for row in by_row if row not in lines]
    first, last = min(full, default=0), max(full, default=-1)
    right = max((draft.col + draft.cols for draft in drafts), default=0)
    result = []
    for row, line in sorted(by_row.items()):
        texts = [draft for draft in line if draft.text]
        if row not in lines or first < row < last or not texts:
            result += line
            continue
        ends = [*(draft.col for draft in texts[1:]), right]
        starts = [min(draft.col for draft in line), *ends[:-1]]
        result += [replace(d, col=at, cols=end - at) for d, at, end in zip(texts, starts, ends, strict=True)]
    return result


def _is_line(line: Sequence[Draft]) -> bool:
    """Whether a row is one line of words rather than cells to fill in."""
    texts = [draft for draft in line if draft.text]
    blanks = [draft for draft in line if not draft.text]
    plain = all(draft.rows == 1 for draft in line) and all(draft.cols == 1 for draft in blanks)
    return plain and (not texts or (len(texts) == 1 and len(line) != 2) or all(_COLON.search(d.text) for d in texts))


def _evened(table: Grid, before: tuple[str, ...], after: tuple[str, ...], where: str) -> Iterator[BlankPaper]:
    """The table with a blank cell wherever it has none, and without what overlaps; nothing if it is too large."""
    width, height = table.width, table.height
    if not 1 < width <= WIDEST or not 1 < height <= HIGHEST:
        return
    taken: set[tuple[int, int]] = set()
    cells: list[BlankCell] = []
    for cell in table.cells:
        places = [(r, c) for r in range(cell.row, cell.row + cell.rows) for c in range(cell.col, cell.col + cell.cols)]
        if taken.isdisjoint(places):
            taken.update(places)
            text = clean(cell.text)[:_LONGEST]
            cells.append(BlankCell(cell.row, cell.col, cell.rows, cell.cols, text, cell.address.a1))
    cells += (BlankCell(r, c, 1, 1, "") for r in range(height) for c in range(width) if (r, c) not in taken)
    yield BlankPaper(_without_gaps(cells), width, height, before, after, where)


def _without_gaps(cells: Iterable[BlankCell]) -> tuple[BlankCell, ...]:
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.col)))
