"""A document as lines of cells, whatever it was. Imports ``read.tables.grid``.

Every row of every table is a line; a cell that reaches down from above stands in it again, marked so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from xltool.form.definition.paper import GAP, without_code, without_to_fill
from xltool.form.layout.workbook_layout import Address
from xltool.read.official.labels import squeeze
from xltool.read.tables.grid import Document, Grid, GridCell, Paragraph

_MONEY = re.compile(r"单位[:为](万?元)")
_SHORT = 80
"""A paragraph that names the unit of the table below it is a line, not a text."""


@dataclass(frozen=True, slots=True)
class LineCell:
    """A cell of a line: it covers the columns ``first`` to ``last``. ``again``: it began in a line above."""

    text: str
    address: Address
    first: int
    last: int
    number: Decimal | None = None
    again: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stands there."""
        return not squeeze(self.text)


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of table number ``table`` (from 0); ``width``: the table's columns."""

    table: int
    width: int
    spots: tuple[LineCell, ...]

    @property
    def own(self) -> tuple[LineCell, ...]:
        """The cells that begin in this line."""
        return tuple(spot for spot in self.spots if not spot.again)

    @property
    def filled(self) -> tuple[LineCell, ...]:
        """The cells that begin here and hold something."""
        return tuple(spot for spot in self.spots if not spot.again and not spot.blank)

    def stretched(self) -> TableLine:
        """The line as wide as its table: where cells are missing (a text knows no merged cells), the first one is wider."""
        missing = self.width - 1 - max((spot.last for spot in self.spots), default=-1)
        if missing <= 0 or len(self.spots) < 2:
            return self
        head, *rest = self.spots
        moved = [LineCell(s.text, s.address, s.first + missing, s.last + missing, s.number, s.again) for s in rest]
        wide = LineCell(head.text, head.address, head.first, head.last + missing, head.number, head.again)
        return TableLine(self.table, self.width, (wide, *moved))


def lines_of(document: Document) -> tuple[TableLine, ...]:
    """Return all lines of all tables, a table inside a cell after the one it stands in."""
    return tuple(line for number, grid in enumerate(_grids(document.grids)) for line in _lines(number, grid))


def money_before(document: Document) -> dict[int, bool]:
    """Whether amounts are in 元, by the number of the table before which that is written: 单位：元 or 单位：万元."""
    result: dict[int, bool] = {}
    said: bool | None = None
    number = 0
    for item in document.items:
        if isinstance(item, Paragraph):
            found = _MONEY.findall(squeeze(item.text)) if len(squeeze(item.text)) < _SHORT else []
            said = found[-1] == "元" if found else said
            continue
        if said is not None:
            result[number] = said
        said = None
        number += sum(1 for _ in _grids([item]))
    return result


def _grids(grids: Iterator[Grid] | Sequence[Grid]) -> Iterator[Grid]:
    for grid in grids:
        yield grid
        for cell in grid.cells:
            yield from _grids(cell.inner)


def _lines(number: int, grid: Grid) -> Iterator[TableLine]:
    width = grid.width
    corner = next((cell for cell in grid.cells if not cell.address.place), None)
    for row in range(grid.height):
        spots = [_spot(cell, row) for cell in grid.row(row)]
        if corner is not None and spots:
            spots += _blanks(grid, corner, row)
        if spots:
            yield TableLine(number, width, tuple(sorted(spots, key=lambda spot: spot.first)))


def _blanks(grid: Grid, corner: GridCell, row: int) -> Iterator[LineCell]:
    """The cells of a sheet's row that hold nothing: a file does not mention them, people see them."""
    sheet, top, left = corner.address.sheet, corner.address.row - corner.row, corner.address.col - corner.col
    for col in range(grid.width):
        if (row, col) not in grid.places:
            yield LineCell("", Address(sheet, top + row, left + col), col, col)


def _spot(cell: GridCell, row: int) -> LineCell:
    text = "" if cell.inner and not cell.text.strip() else without_code(without_to_fill(cell.text))
    return LineCell(text, cell.address, cell.col, cell.col + cell.cols - 1, cell.number, cell.row != row)


def paragraphs_of(document: Document) -> tuple[Paragraph, ...]:
    """Return the paragraphs that say something."""
    said = (
        item
        for item in document.items
        if isinstance(item, Paragraph) and squeeze(without_code(without_to_fill(item.text)))
    )
    told = ((item, without_code(without_to_fill(item.text, GAP))) for item in said)
    return tuple(item if text == item.text else replace(item, text=text) for item, text in told)
