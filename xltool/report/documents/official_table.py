"""An official form, or a table of the report, filled in: rows of cells with their spans, as Word and any other page need them.

Imports ``engine``, ``form``. The same ``prints`` that the workbook paints and the reader inverts. A newcomer would leave a blank
cell blank: what the department still owes is said there, and what it does not owe stays blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from xltool import expr, notation
from xltool.engine import paper_code
from xltool.engine.evaluation import Evaluation
from xltool.expr import NA
from xltool.expr.functions.decimals import GENERAL
from xltool.form import Form, Key
from xltool.form.definition.model import Per, PrintCell, PrintRow, PrintSheet
from xltool.form.definition.paper import CODE, EACH_PROJECT, FOOT, foot_text, foot_words, to_fill
from xltool.form.layout.places import Place

_FOOTER, _CODE = 30.0, 12.0  # points
_ROOM = 0.16
"""The share of the page's width that takes 〔待补：指标名称〕 on two lines."""


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell: it covers ``cols`` columns and ``rows`` rows."""

    text: str
    style: str
    cols: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class PaperTable:
    """One filled form. ``widths``: of its columns, in characters; ``rows``: cells from the left, those covered from above left out.

    ``heights``: of the rows, in points; ``heads``: rows repeated on every page.
    """

    title: str
    widths: tuple[int, ...]
    rows: tuple[tuple[PaperCell, ...], ...]
    heights: tuple[float, ...]
    heads: int
    landscape: bool

    @property
    def titled(self) -> bool:
        """Whether it begins with its name; the lines where people sign do not."""
        return self.rows[0][0].style == "title"


@dataclass(frozen=True)
class Paper:
    """What a filled form looks like. ``missing``: cells the department still owes; ``hidden``: fields not to be shown."""

    evaluation: Evaluation
    missing: Set[Key] = frozenset()
    hidden: Set[str] = frozenset()
    _rows_used: dict[tuple[str, int, int], list[int]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def form(self) -> Form:
        """The form."""
        return self.evaluation.form

    def tables(self, sheet: PrintSheet) -> list[PaperTable]:
        """Return a print once for the department or for every project."""
        projects = range(1, len(self.evaluation.filled.issue.projects) + 1)
        return [self.table(sheet, number) for number in ((0,) if sheet.per is Per.DEPARTMENT else projects)]

    def table(self, sheet: PrintSheet, project: int) -> PaperTable:
        """Return a print, filled in for a project (0: the department)."""
        rows: list[tuple[PaperCell, ...]] = []
        heights: list[float] = []
        for number, row in enumerate(sheet.rows):
            if row.each == EACH_PROJECT:
                places = [Place(n) for n in range(1, len(self.evaluation.filled.issue.projects) + 1)]
                made = [self._row(sheet, number, row, place, 0) for place in places]
            elif row.each:
                made = list(self._repeated(sheet, number, row, project))
            else:
                made = [self._row(sheet, number, row, Place(project), self._below(sheet, number, project))]
            made = [cells for cells in made if cells is not None]
            rows += [cells for cells in made if cells is not None]
            heights += [float(row.height)] * len(made)
        if sheet.footer and not self.hidden:  # a row of the table: it stays with it, and no text begins with it
            rows.append((PaperCell(self._foot(sheet, Place(project)), "footer", len(sheet.widths)),))
            heights.append(_FOOTER)
        if (
            sheet in self.form.spec.prints
            and not self.hidden
            and (code := paper_code.code(self.evaluation, sheet, project))
        ):
            rows.append((PaperCell(f"{CODE} {code}", "code", len(sheet.widths)),))
            heights.append(_CODE)
        widths, heads = sheet.widths, sheet.repeat_rows
        return PaperTable(sheet.title, widths, tuple(rows), tuple(heights), heads, sheet.landscape)

    def _foot(self, sheet: PrintSheet, place: Place) -> str:
        """The line for signatures; what is not filled in leaves room for a pen."""
        words = foot_words(str(sheet.footer))
        values = [self._value(sheet, FOOT, number, place) if word.shown else "" for number, word in enumerate(words)]
        return foot_text(words, [notation.text_of(value) for value in values])

    def _row(
        self, sheet: PrintSheet, number: int, row: PrintRow, place: Place, below: int
    ) -> tuple[PaperCell, ...] | None:
        """A row; None if it holds only what is not to be shown."""
        shows = [self._shows_hidden(sheet, number, c) for c, cell in enumerate(row.cells) if cell.value]
        if shows and all(shows):
            return None
        return tuple(self._cell(sheet, number, c, cell, place, below) for c, cell in enumerate(row.cells))

    def _repeated(self, sheet: PrintSheet, number: int, row: PrintRow, project: int) -> Iterator[tuple[PaperCell, ...]]:
        used = self._used(sheet, number, project)
        table = self.evaluation.filled.issue.rows(project, str(row.each))
        runs = [_firsts([(table[at].level1, table[at].level2)[:depth] for at in used]) for depth in (1, 2)]
        for order, at in enumerate(used):
            place = Place(project, str(row.each), at + 1, at + 1)
            cells = []
            for c, cell in enumerate(row.cells):
                level = {"level1": 0, "level2": 1}.get(cell.rows)
                if level is None:
                    cells.append(self._cell(sheet, number, c, cell, place, 0))
                elif order in runs[level]:
                    text = self._text(sheet, number, c, cell, place)
                    cells.append(PaperCell(text, str(cell.style), cell.cols, runs[level][order]))
            yield tuple(cells)

    def _used(self, sheet: PrintSheet, number: int, project: int) -> list[int]:
        """The rows of the table of a printed row in which something is printed; all while there is none."""
        known = self._rows_used.get((str(sheet.id), number, project))
        if known is None:
            known = self._rows_used[str(sheet.id), number, project] = self._find_used(sheet, number, project)
        return known

    def _find_used(self, sheet: PrintSheet, number: int, project: int) -> list[int]:
        row = sheet.rows[number]
        count = len(self.evaluation.filled.issue.rows(project, str(row.each)))
        own = [(c, cell) for c, cell in enumerate(row.cells) if cell.rows not in ("level1", "level2")]
        used = [
            at
            for at in range(count)
            if any(self._value(sheet, number, c, Place(project, str(row.each), at + 1, at + 1)) for c, _ in own)
        ]
        return used or list(range(count))

    def _below(self, sheet: PrintSheet, number: int, project: int) -> int:
        """How many rows a cell beside the whole table covers: its head and its rows."""
        table = next((n for n, row in enumerate(sheet.rows) if n > number and row.each), None)
        if table is None or sheet.rows[table].each == EACH_PROJECT:
            return 1
        return len(self._used(sheet, table, project)) + 1

    def _cell(self, sheet: PrintSheet, number: int, c: int, cell: PrintCell, place: Place, below: int) -> PaperCell:
        down = below if cell.rows == "table" else int(cell.rows) if cell.rows.isdigit() else 1
        return PaperCell(self._text(sheet, number, c, cell, place), str(cell.style), cell.cols, down)

    def _text(self, sheet: PrintSheet, r: int, c: int, cell: PrintCell, place: Place) -> str:
        if not cell.value:
            return str(cell.text).replace("\\n", "\n")
        if self._shows_hidden(sheet, r, c):
            return ""
        value = self._value(sheet, r, c, place)
        if isinstance(value, Decimal):
            units = self.form.spec.units
            return expr.formatted(value, units[cell.unit].format if cell.unit in units else GENERAL)
        return value or self._owed(sheet, r, c, place)

    def _value(self, sheet: PrintSheet, r: int, c: int, place: Place) -> Decimal | str:
        bound = self.form.prints.get((str(sheet.id), r, c))
        value = expr.evaluate(bound, self.evaluation.env(place)) if bound is not None else ""
        return "" if value is NA or isinstance(value, bool) else value

    def _shows_hidden(self, sheet: PrintSheet, r: int, c: int) -> bool:
        bound = self.form.prints.get((str(sheet.id), r, c))
        return bound is not None and any(symbol.id in self.hidden for symbol in bound.refs)

    def _owed(self, sheet: PrintSheet, r: int, c: int, place: Place) -> str:
        """What is to be said in a blank cell: what the department owes there; nothing if it owes nothing."""
        bound = self.form.prints.get((str(sheet.id), r, c))
        for symbol in bound.refs if bound is not None and self.missing else ():
            info = self.form.fields.get(symbol.id)
            if info is None:
                continue
            asked = [symbol.id]
            if info.field.compute:
                asked = [one.id for one in self.form.computed[symbol.id].refs if one.id in self.form.fields]
            owed = next((ident for ident in asked if self._key(ident, place) in self.missing), "")
            if owed and self._narrow(sheet, r, c):
                return to_fill("")
            if owed:
                return to_fill(
                    str(
                        info.field.name
                        if info.field.compute and not info.field.hidden
                        else self.form.fields[owed].field.name
                    )
                )
        return ""

    def _narrow(self, sheet: PrintSheet, r: int, c: int) -> bool:
        """Whether a cell has no room to say what is missing; its head says it."""
        cells = sheet.rows[r].cells
        before = sum(cell.cols for cell in cells[:c]) + len(sheet.widths) - sum(cell.cols for cell in cells)
        share = sum(sheet.widths[before : before + cells[c].cols]) / sum(sheet.widths)
        return share < _ROOM

    def _key(self, ident: str, place: Place) -> Key:
        info = self.form.fields[ident]
        return Key(place.project if info.per_project else 0, ident, place.first if info.table else 0)


def _firsts(labels: Sequence[tuple[str, ...]]) -> dict[int, int]:
    """The first row of every block, and how many it has."""
    result, at = {}, 0
    for _, block in groupby(labels):
        count = len(list(block))
        result[at] = count
        at += count
    return result
