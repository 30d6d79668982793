"""Where everything stands on the official forms. Part of ``form.layout.workbook_layout``; knows nothing of values.

Rows 0-based from the top. A form with a table is laid out in three parts: fixed rows, the table and the rows that
close it (a flow, because their number depends on what is filled in), and fixed rows that hold long texts. Of several tables the
last flows; those above it have as many rows as were issued, blank or not, with their cells merged as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

from xltool.form.compiled.form import Form
from xltool.form.definition.model import InputSheet, PrintCell, PrintSheet
from xltool.form.layout.issue import Issue, TableRow
from xltool.form.layout.places import Place


@dataclass(frozen=True, slots=True)
class PrintBox:
    """A cell or merged area of an official form; ``formula`` names its entry in ``Form.prints``."""

    row: int
    col: int
    rows: int
    cols: int
    cell: PrintCell
    formula: tuple[str, int, int] | None
    place: Place

    @property
    def middle(self) -> int:
        """The column in whose place what it holds stands where rows flow: ``generate.sheets.flow`` merges no cells."""
        return self.col + self.cols // 2


@dataclass(frozen=True, slots=True)
class Flow:
    """The part of an official form whose length depends on what is filled in; see ``generate.sheets.flow``.

    ``items``: the table's rows, then the rows that close it, each a list of boxes (their ``row`` is the item's
    number). ``runs``: for every table row and level, the first and last table row of its block. ``side``: the
    cell that stands beside all rows. There are as many rows as a page has (``LEAST``, less ``above``, the rows of other
    tables), or ``SPARE`` more than the table.
    """

    LEAST: ClassVar[int] = 18
    SPARE: ClassVar[int] = 2

    top: int
    height: float
    count: int
    items: tuple[tuple[PrintBox, ...], ...]
    runs: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    side: PrintBox | None
    above: int = 0

    @property
    def room(self) -> int:
        """How many rows there are; the last closing row is the signature's."""
        return max(self.LEAST - self.above, self.count + self.SPARE) + len(self.items) - self.count + 1


@dataclass(frozen=True, slots=True, eq=False)
class PrintLayout:
    """One official form: its boxes and row heights (points), and the part that flows; two are the same if they are one object."""

    title: str
    source: PrintSheet
    boxes: tuple[PrintBox, ...]
    heights: Mapping[int, float]
    last_row: int
    flow: Flow | None = None


def title_of(source: InputSheet | PrintSheet, project: int) -> str:
    """Return the tab name of a sheet's instance."""
    return source.title.replace("{n}", str(project))


def lay_out(form: Form, issue: Issue, sheet: PrintSheet, project: int) -> PrintLayout:
    """Lay out an official form: fixed rows, then the table's rows as a flow, then what is too long to flow."""
    return _laid_out(form, sheet.id, project, tuple(issue.rows(project, line.each) for line in sheet.rows if line.each))


@lru_cache(maxsize=64)
def _laid_out(form: Form, ident: str, project: int, filled: tuple[tuple[TableRow, ...], ...]) -> PrintLayout:
    """Most departments have the same ones. ``filled``: the rows of its tables."""
    sheet = next(item for item in form.spec.prints if item.id == ident)
    tables = [number for number, line in enumerate(sheet.rows) if line.each]
    at = tables[-1] if tables else len(sheet.rows)
    page = _Page(sheet, project, dict(zip(tables[:-1], filled, strict=False)))
    for number in range(at):
        page.rows(number)
    if not tables:
        return page.done(None)
    line, rows = sheet.rows[at], filled[-1]
    closing = at + 1
    while closing < len(sheet.rows) and not any(_long(cell) for cell in sheet.rows[closing].cells):
        closing += 1
    side = next((box for box in page.boxes if box.cell.rows == "table" and box.row + 1 == page.top), None)
    start = side.col + side.cell.cols if side else 0
    items = [
        page.boxes_of(at, number, Place(project, line.each, number + 1, number + 1), start)
        for number in range(len(rows))
    ]
    items += [
        page.boxes_of(number, len(rows) + number - at - 1, Place(project), 0) for number in range(at + 1, closing)
    ]
    runs = _runs(rows)
    flow = Flow(page.top, float(line.height), len(rows), tuple(items), runs, side, sum(map(len, page.tables.values())))
    page.top += flow.room
    for number in range(closing, len(sheet.rows)):
        page.row(number)
    return page.done(flow)


class _Page:
    """Builds the fixed rows of an official form top down."""

    def __init__(self, sheet: PrintSheet, project: int, tables: Mapping[int, tuple[TableRow, ...]]) -> None:
        self.sheet, self.project, self.tables = sheet, project, tables
        self.boxes: list[PrintBox] = []
        self.heights: dict[int, float] = {}
        self.taken: set[tuple[int, int]] = set()
        self.top = 0

    def rows(self, number: int) -> None:
        """A row, or those of a table that does not flow."""
        each = self.sheet.rows[number].each
        runs = _runs(self.tables.get(number, ()))
        for at, levels in enumerate(runs):
            down = {
                f"level{depth}": last - at + 1 if first == at else 0 for depth, (first, last) in enumerate(levels, 1)
            }
            self.row(number, Place(self.project, each, at + 1, at + 1), down)
        if not each:
            below = {"table": len(self.tables[number + 1]) + 1} if number + 1 in self.tables else {}
            self.row(number, Place(self.project), below)

    def row(self, number: int, place: Place | None = None, down: Mapping[str, int] = MappingProxyType({})) -> None:
        boxes = self.boxes_of(number, self.top, place or Place(self.project), None, down)
        self.taken |= {(b.row + i, b.col + j) for b in boxes for i in range(b.rows) for j in range(b.cols)}
        self.boxes += boxes
        self.heights[self.top] = float(self.sheet.rows[number].height)
        self.top += 1

    def boxes_of(
        self,
        number: int,
        row: int,
        place: Place,
        start: int | None = None,
        below: Mapping[str, int] = MappingProxyType({}),
    ) -> tuple[PrintBox, ...]:
        """The boxes of a row; with ``start``, those of an item that flows, from that column on.

        ``below``: how many rows a cell covers that is as tall as its block or the table; 0 where one above covers it.
        """
        result, col = [], start or 0
        for c, cell in enumerate(self.sheet.rows[number].cells):
            while start is None and (row, col) in self.taken:
                col += 1
            formula = (self.sheet.id, number, c) if cell.value else None
            down = int(cell.rows) if cell.rows.isdigit() else below.get(cell.rows, 1)
            if not down:
                continue
            result.append(PrintBox(row, col, down, cell.cols, cell, formula, place))
            col += cell.cols
        return tuple(result)

    def done(self, flow: Flow | None) -> PrintLayout:
        title, boxes = title_of(self.sheet, self.project), tuple(self.boxes)
        return PrintLayout(title, self.sheet, boxes, MappingProxyType(self.heights), self.top - 1, flow)


def _long(cell: PrintCell) -> bool:
    """Whether a cell needs merged columns for a long text, so that its row cannot flow."""
    return bool(cell.value) and cell.cols > 1 and cell.style == "left"


def _runs(rows: Sequence[TableRow]) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    """For every row of a table the first and last row of its 一级 and of its 二级."""
    labels = [[(row.level1, row.level2)[:depth] for row in rows] for depth in (1, 2)]
    return tuple((_run(labels[0], number), _run(labels[1], number)) for number in range(len(rows)))


def _run(labels: Sequence[Sequence[str]], number: int) -> tuple[int, int]:
    first = last = number
    while first > 0 and labels[first - 1] == labels[number]:
        first -= 1
    while last + 1 < len(labels) and labels[last + 1] == labels[number]:
        last += 1
    return first, last
