"""The ruled tables of a PDF, put together again over the pages they were printed on.

Imports ``lines``, ``build``. A table that begins a page between the same edges goes on from the page before; so
do a merged cell and a row that the page break cut in two. All distances are points.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xltool.read.tables.build import Draft, place
from xltool.read.tables.pdf.lines import PageLine, lines_of, room_left, wrapped

_EDGE = 3.0
"""By how much two edges may differ and be the same."""
_HEADS = 12
"""Rows of a table among which a head may be that the next page repeats."""


@dataclass(slots=True)
class RuledBox:
    """A ruled box and the lines in it; ``top`` and ``bottom`` from the top of the table."""

    left: float
    top: float
    right: float
    bottom: float
    lines: list[PageLine]

    def above(self, other: RuledBox) -> bool:
        """Whether the other is as wide, at the same edges."""
        return abs(self.left - other.left) < _EDGE and abs(self.right - other.right) < _EDGE


@dataclass(slots=True)
class RuledTable:
    """A table of one page or, once others were appended, of several. ``split``: rows that were cut in two."""

    left: float
    right: float
    cells: list[RuledBox]
    height: float
    split: int = 0

    def continues(self, other: RuledTable) -> bool:
        """Whether the table of the next page stands between the same edges."""
        return abs(self.left - other.left) < _EDGE and abs(self.right - other.right) < _EDGE

    def append(self, other: RuledTable) -> None:
        """Take over the cells of the next page."""
        cells = _without_heads(self.cells, other.cells)
        shift = self.height - min((cell.top for cell in cells), default=0.0)
        for cell in cells:
            cell.top += shift
            cell.bottom += shift
        first = [cell for cell in cells if cell.top - self.height < _EDGE]
        last = [cell for cell in self.cells if self.height - cell.bottom < _EDGE]
        gone = self._stitched(last, first)
        self.cells += [cell for cell in cells if id(cell) not in gone]
        self.height = max((cell.bottom for cell in self.cells), default=self.height)

    def _stitched(self, last: Sequence[RuledBox], first: Sequence[RuledBox]) -> set[int]:
        """Lengthen cells that the page break cut; return which of the new ones were their lower halves."""
        pairs = [(old, new) for new in first for old in last if old.above(new)][: len(first)]
        top, bottom = max((c.top for c in last), default=0.0), min((c.bottom for c in first), default=0.0)
        merged = [p for p in pairs if not p[1].lines and (p[0].top < top - _EDGE or p[1].bottom > bottom + _EDGE)]
        kept = {id(new) for _, new in merged}
        row = [pair for pair in pairs if id(pair[1]) not in kept]
        if len(pairs) == len(first) and _cut_in_two(row, self._padding()):
            self.split += 1
            merged += row
        for old, new in merged:
            old.bottom = new.bottom
            old.lines += new.lines
        return {id(new) for _, new in merged}

    def _padding(self) -> float:
        """The inner margin of cells: what the line nearest to its edge leaves."""
        return max(0.0, min((line.left - cell.left for cell in self.cells for line in cell.lines), default=0.0))

    def drafts(self) -> list[Draft]:
        """Return the cells by rows and columns."""
        tops, lefts = _edges([cell.top for cell in self.cells]), _edges([cell.left for cell in self.cells])
        padding = self._padding()
        placed = []
        for cell in self.cells:
            row, col = _at(tops, cell.top), _at(lefts, cell.left)
            rows, cols = max(1, _until(tops, cell.bottom) - row), max(1, _until(lefts, cell.right) - col)
            text = wrapped(cell.lines, cell.right - cell.left - 2 * padding).strip()
            placed.append(Draft(row, col, text, "", rows, cols))
        placed.sort(key=lambda draft: (draft.row, draft.col))
        seen: dict[int, list[int]] = {}
        for draft in placed:
            draft.place = place(draft.row, sum(col < draft.col for col in seen.get(draft.row, [])))
            for row in range(draft.row, draft.row + draft.rows):
                seen.setdefault(row, []).append(draft.col)
        return placed


def cells_of(boxes: Sequence[tuple[float, float, float, float]], chars: Sequence[Any], above: float) -> list[RuledBox]:
    """Return the cells of a table on a page whose top is ``above``; a character finds its cell by its band of the page."""
    cells = [RuledBox(left, top - above, right, bottom - above, []) for left, top, right, bottom in boxes]
    tops = _edges([cell.top for cell in cells])
    bands: list[list[int]] = [[] for _ in tops]
    for number, cell in enumerate(cells):
        for band in range(_at(tops, cell.top), _until(tops, cell.bottom)):
            bands[band].append(number)
    inside: list[list[Any]] = [[] for _ in cells]
    for char in chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2 - above
        near = bands[max(0, bisect_right(tops, y) - 1)]
        owner = next(
            (n for n in near if cells[n].left <= x <= cells[n].right and cells[n].top <= y <= cells[n].bottom), None
        )
        if owner is not None:
            inside[owner].append(char)
    for cell, found in zip(cells, inside, strict=True):
        cell.lines = lines_of(found)
    return cells


def _cut_in_two(pairs: Sequence[tuple[RuledBox, RuledBox]], padding: float) -> bool:
    """Whether the first row of a page is the end of a row: text goes on from a full line, figures are not repeated."""
    if any(new.lines and not old.lines for old, new in pairs):
        return False
    figures = any(not new.lines and any(map(str.isdigit, _text(old))) for old, new in pairs)
    return figures and any(
        new.lines and not room_left(old.lines[-1], new.lines[0], old.right - old.left - 2 * padding)
        for old, new in pairs
    )


def _text(cell: RuledBox) -> str:
    return "".join(line.text for line in cell.lines)


def _without_heads(before: Sequence[RuledBox], cells: list[RuledBox]) -> list[RuledBox]:
    """Leave out the first rows of a page that repeat heads of the table."""
    rows, earlier = _rows(cells), _rows(before)
    heads = {earlier[row] for row in sorted(earlier)[:_HEADS] if sum(map(bool, earlier[row])) > 2}
    if rows.get(0) not in heads or len(rows) < 2:
        return cells
    second = _edges([cell.top for cell in cells])[1]
    return [cell for cell in cells if cell.top > second - _EDGE]


def _rows(cells: Sequence[RuledBox]) -> dict[int, tuple[str, ...]]:
    tops = _edges([cell.top for cell in cells])
    rows: dict[int, list[tuple[float, str]]] = {}
    for cell in cells:
        rows.setdefault(_at(tops, cell.top), []).append((cell.left, _text(cell)))
    return {row: tuple(text for _, text in sorted(found)) for row, found in rows.items()}


def _edges(values: Sequence[float]) -> list[float]:
    """Return edges from the left or top, those that differ by less than ``_EDGE`` once."""
    result: list[float] = []
    for edge in sorted(values):
        if not result or edge - result[-1] > _EDGE:
            result.append(edge)
    return result


def _at(edges: Sequence[float], edge: float) -> int:
    return bisect_right(edges, edge + _EDGE) - 1


def _until(edges: Sequence[float], edge: float) -> int:
    return bisect_right(edges, edge - _EDGE)
