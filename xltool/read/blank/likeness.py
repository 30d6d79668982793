"""Which form a paper is most like, and what stands where on it, by the inverse of that form's ``prints``.

Imports ``read.official``: the recogniser that reads filled forms reads a blank one, too; it notes blank cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xltool.form import Form
from xltool.form.compiled.form import FULL_MARKS
from xltool.form.definition.model import FieldType, Per
from xltool.form.layout.workbook_layout import Address
from xltool.read.blank.evened import BlankCell, BlankPaper
from xltool.read.official.labels import squeeze
from xltool.read.official.matching.lines import LineCell, TableLine, lines_of
from xltool.read.official.matching.match import match_lines
from xltool.read.official.matching.sense import Sense
from xltool.read.official.matching.state import Match
from xltool.read.official.plan import Piece, PrintPlan, plan_of

LEAST = 5
"""So many labels of a form must be there; fewer happen in any table."""
_YEAR = re.compile(r"(20[0-9]{2})\s*年")
_DOTS = re.compile(r"[….·]{1,12}")
_LEVELS = (FieldType.LEVEL1, FieldType.LEVEL2)
Spot = tuple[int, int]


@dataclass(frozen=True)
class Likeness:
    """A paper read with the map of one form's print."""

    paper: BlankPaper
    form: Form
    match: Match
    lines: tuple[TableLine, ...]
    year: int

    @cached_property
    def sense(self) -> Sense:
        """What its labels may mean."""
        return Sense(plan_of(self.form), self.year)

    @cached_property
    def print(self) -> PrintPlan:
        """The print whose labels are there."""
        found = self.match.labels
        prints = self.sense.plan.prints
        return max(prints, key=lambda p: (p.sheet.id in self.match.prints, len(p.labels & found), -len(p.labels)))

    @cached_property
    def taken(self) -> dict[Spot, tuple[Piece, ...]]:
        """What the cells outside the table show."""
        result: dict[Spot, list[Piece]] = {}
        for one in self.match.cells.values():
            result.setdefault((one.spot.address.row, one.spot.address.col), []).append(one.piece)
        self._total(result)
        return {spot: tuple(pieces) for spot, pieces in result.items()}

    def _total(self, taken: dict[Spot, list[Piece]]) -> None:
        """Full marks printed in the line of the total are no score; the score's place is below the scores."""
        stated, full = self.sense.ident(self.form.spec.scoring.stated), f"{self.form.spec.full_marks:f}"
        for spot, pieces in list(taken.items()):
            if any(piece.field == stated for piece in pieces) and squeeze(self.paper.places[spot].text) == full:
                taken[spot] = [Piece(parameter=FULL_MARKS)]
                cols = [col for col, piece in self.columns.items() if piece.field in self.scored]
                below = [cell for col in cols if (cell := self.paper.places[spot[0], col]).blank]
                taken |= {(cell.row, cell.col): pieces for cell in below[:1]}

    @cached_property
    def rows(self) -> dict[int, int]:
        """The rows of the paper that are rows of the table, with their number in it (from 1)."""
        found: dict[int, int] = {}
        for one in self.match.table:
            if one.project <= 1:
                found[one.row] = max(found.get(one.row, -1), one.spot.address.row)
        return {row: number for number, row in sorted(found.items())}

    @cached_property
    def columns(self) -> dict[int, Piece]:
        """What the table's columns show, by the first column of their head."""
        result: dict[int, Piece] = {}
        for one in self.match.table:
            result.setdefault(one.spot.first, one.piece)
        for cell in self.heads:
            meant = self.sense.meant(LineCell(cell.text, one_address(cell), cell.col, cell.col))
            for slot in self.print.table:
                info = self.form.fields.get(slot.pieces[0].field if slot.pieces else "")
                if slot.head in meant and info is not None and info.field.type in _LEVELS:
                    result[cell.col] = slot.pieces[0]
        return result

    @cached_property
    def head_rows(self) -> tuple[int, ...]:
        """The rows with the heads of the table: one, or two."""
        if not self.rows:
            return ()
        known = self.print.table_heads | self.sense.extra.keys()
        found: list[int] = []
        row = min(self.rows) - 1
        while row >= 0 and len(found) < 2:
            cells = [cell for cell in self.paper.own(row) if not cell.blank]
            meant = [self.sense.meant(LineCell(c.text, one_address(c), c.col, c.col)) for c in cells]
            if sum(bool(words & known) for words in meant) < 2:
                break
            found.insert(0, row)
            row -= 1
        return tuple(found)

    @cached_property
    def heads(self) -> list[BlankCell]:
        """The head of every column of the table: the lowest cell of the heads, from the left; not the title at the side."""
        if not self.head_rows:
            return []
        last, result = self.head_rows[-1], []
        for col in range(self.paper.width):
            cell = self.paper.places[last, col]
            if cell not in result and cell.row in self.head_rows and cell.row + cell.rows - 1 <= last:
                result.append(cell)
        return result

    @cached_property
    def scored(self) -> frozenset[str]:
        """The fields in which units score themselves."""
        return frozenset(self.sense.ident(item.self) for item in self.form.spec.scoring.items)

    @property
    def has_points(self) -> bool:
        """Whether anything on the paper is scored: a column of scores, or rows with them."""
        pieces = [*self.columns.values(), *(piece for pieces in self.taken.values() for piece in pieces)]
        return any(piece.field in self.scored for piece in pieces)

    @cached_property
    def fit(self) -> Decimal:
        """How well the paper fits: cells with a meaning, less labels of the print that are missing and blocks unknown."""
        kinds = Counter(piece for pieces in self.taken.values() for piece in pieces)
        named = sum(bool(set(self.sense.titles) & {squeeze(text)}) for text in self.titles)
        missing = len(self.print.labels - self.match.labels - {""})
        known = {(str(lv.name), str(g.name)) for t in self.form.tables.values() for lv in t.levels for g in lv.groups}
        rows = self.match.rows.get(1, [])
        blocks = {(row.level1, row.level2) for row in rows}
        firsts = {row.level1 for row in rows} ^ {first for first, _ in known}
        heads = {label for label in self.match.labels if label}
        exact = {squeeze(cell.text) for cell in self.paper.cells}
        bare = sum(any(label in text for text in exact) for label in heads)
        return (
            Decimal(len(kinds) + len(self.match.columns) + len(set(self.columns.values())))
            + Decimal(bare) / 4
            + min(1, named)
            - Decimal(missing) / 2
            - Decimal(min(8, len(blocks - known))) / 4
            - (Decimal(len(firsts)) / 2 if rows else 0)
            - Decimal(len(self.match.unplaced)) / 2
        )

    @property
    def titles(self) -> list[str]:
        """Texts that stand alone, before the table or in it."""
        alone = [cell.text for cell in self.paper.cells if cell.cols == self.paper.width and not cell.blank]
        return [*self.paper.before, *alone]

    def spare(self, row: int) -> bool:
        """Whether a row of the table only says that there may be more: ……."""
        return any(_DOTS.fullmatch(squeeze(cell.text)) for cell in self.paper.own(row) if not cell.blank)


def one_address(cell: BlankCell) -> Address:
    """The place of a cell as the recogniser calls it."""
    return Address("", cell.row, cell.col)


def likeness(paper: BlankPaper, form: Form) -> Likeness:
    """Read a paper as one form's."""
    lines = lines_of(paper.document)
    year = year_of(paper)
    return Likeness(paper, form, match_lines(plan_of(form), lines, year), lines, year)


def year_of(paper: BlankPaper) -> int:
    """Return the year a paper is about: of its title, else the latest a label names; 0 if none."""
    wide = [cell.text for cell in paper.cells if cell.cols == paper.width]
    for text in (*paper.before, *wide):
        if (found := _YEAR.search(text)) is not None:
            return int(found[1])
    years = [int(year) for cell in paper.cells if len(cell.text) < 20 for year in _YEAR.findall(cell.text)]
    return max(years, default=0)


def likest(papers: Sequence[BlankPaper], forms: Sequence[Form]) -> Likeness | None:
    """Return the paper and form that go together best; None where there are no papers."""
    found = [likeness(paper, form) for paper in papers for form in forms]
    # Of equals the form with the fewest fields: what is not on the paper need not be there.
    return max(found, key=lambda one: (one.fit, -len(one.form.fields)), default=None)


def is_known(one: Likeness) -> bool:
    """Whether a paper holds enough of a form to be one."""
    return len(one.match.labels - {""}) >= LEAST


def per_department(one: Likeness) -> bool:
    """Whether the paper is one for the whole department."""
    return one.print.sheet.per is Per.DEPARTMENT
