"""What is known at a line of a document, and what was found so far. Imports ``sense``, ``lines``, ``plan``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xltool.form.layout.issue import TableRow
from xltool.read.official.labels import squeeze
from xltool.read.official.matching.lines import LineCell, TableLine
from xltool.read.official.matching.sense import Sense, has_digit, nothing
from xltool.read.official.plan import Piece, Plan, PrintPlan, Slot

HeadCells = tuple[int, int, frozenset[str]]
"""First and last column of a head, and what it may mean."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A cell taken for a piece of a print. ``row`` of the project's table, 0 outside; ``yuan``: its money is in 元.

    ``nature`` and ``unit``: what stands in columns of their own beside a target.
    """

    project: int
    row: int
    piece: Piece
    spot: LineCell
    yuan: bool = False
    nature: str = ""
    unit: str = ""


@dataclass(slots=True)
class Match:
    """What was found.

    ``cells``: outside tables, by project and piece; ``rows``: of the table, by project. ``points``: of levels as
    written; ``written``: parameters in heads. ``unplaced``: cells that fit nothing; ``scored``: points where none belong.
    ``reasons``: by project, what stands beside the reasons' head outside the table.
    ``doubtful``: project and print with a line of figures that was not understood. ``labels``, ``columns``, ``prints``:
    what was recognised.
    """

    cells: dict[tuple[int, Piece], Taken] = field(default_factory=dict)
    table: list[Taken] = field(default_factory=list)
    rows: dict[int, list[TableRow]] = field(default_factory=dict)
    points: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    written: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    unplaced: list[LineCell] = field(default_factory=list)
    scored: list[LineCell] = field(default_factory=list)
    reasons: dict[int, LineCell] = field(default_factory=dict)
    doubtful: set[tuple[int, str]] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    prints: set[str] = field(default_factory=set)
    projects: int = 0

    @property
    def taken(self) -> list[Taken]:
        """Every cell taken."""
        return [*self.cells.values(), *self.table]


class ReadingState:
    """Where the reading of a document stands.

    ``heads``: the columns above the line, of the line ``head_line``. ``in_table``: rows of the table follow;
    ``heads_due``: a second line of its heads may; ``goals_due``: what stands under heads without a row's label does;
    ``goals``: what of it was taken from the line above, and may go on;
    ``closed``: the table's last line was seen. ``yuan``: amounts are in 元; ``said``: so it was written for all that follows.
    """

    def __init__(self, plan: Plan, year: int) -> None:
        self.plan, self.sense, self.result = plan, Sense(plan, year), Match()
        self.print: PrintPlan | None = None
        self.heads: list[HeadCells] = []
        self.head_line: TableLine | None = None
        self.in_table = self.heads_due = self.goals_due = self.closed = False
        self.goals: tuple[Slot, ...] = ()
        self.project = 0
        self.begun: set[int] = set()
        self.yuan = self.said = False
        self.last_row = ("", "")

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The value cells of the current print."""
        return self.print.slots if self.print else ()

    @property
    def under_figures(self) -> bool:
        """Whether the line stands under heads of figures."""
        return self.print is not None and bool(self.heads) and not self.in_table

    def money(self, spots: Iterable[LineCell]) -> None:
        """Notice whether amounts are in 元, from a head such as 项目资金(元)."""
        text = " ".join(squeeze(spot.text) for spot in spots)
        if "万元" in text:
            self.yuan = False
        elif "(元)" in text or "单位:元" in text or "单位为元" in text:
            self.yuan = True
        if "单位:" in text or "单位为" in text:
            self.said = self.yuan

    def column(self, line: TableLine, wanted: str, after: int = -1) -> LineCell | None:
        """Return the cell of a line under a head behind column ``after``, the first that begins here."""
        above = None
        for first, last, labels in self.heads:
            if wanted in labels and first > after:
                found = under(line, first, last)
                if found is not None and found.first > after:
                    if not found.again:
                        return found
                    above = above or found
        return above

    def fill(self, slot: Slot, spot: LineCell) -> None:
        """Take a cell for what the print shows there; a cell that shows several things is taken apart."""
        if len(slot.pieces) == 1:
            self.take(slot.pieces[0], spot)
            return
        shown = [piece for piece in slot.pieces if not piece.text]
        may = "?" if len(shown) == 1 else ""  # 等次：优, or just 优
        pattern = "".join(f"(?:{re.escape(squeeze(p.text))}){may}" if p.text else "(.*?)" for p in slot.pieces)
        match = re.fullmatch(pattern, squeeze(spot.text)) if len(shown) > 1 or not spot.blank else None
        for number, piece in enumerate(shown, start=1):
            text = match[number] if match is not None else spot.text if len(shown) == 1 else ""
            self.take(piece, replace(spot, text=text, number=None))

    def take(self, piece: Piece, spot: LineCell) -> None:
        """Note a cell; of two for the same piece the first that holds something counts."""
        if not piece.field and not piece.parameter:
            return
        info = self.plan.form.fields.get(piece.field)
        project = 0 if info is not None and not info.per_project else max(1, self.project)
        self.project = max(self.project, project)
        old = self.result.cells.get((project, piece))
        if old is None or (old.spot.blank and not spot.blank):
            self.result.cells[project, piece] = Taken(project, 0, piece, spot, self.yuan)

    def add(self, slot: Slot, spot: LineCell) -> None:
        """Add a cell's text to what was taken for a slot in the line above."""
        for piece in slot.pieces:
            at = (max(1, self.project), piece)
            old = self.result.cells.get(at)
            if old is None or old.spot.blank:
                self.take(piece, spot)
            elif not spot.blank:
                self.result.cells[at] = replace(old, spot=replace(old.spot, text=f"{old.spot.text}\n{spot.text}"))

    def has(self, slot: Slot) -> bool:
        """Whether something was found for a slot of this project."""
        taken = (self.result.cells.get((max(1, self.project), piece)) for piece in slot.pieces)
        return any(one is not None and not one.spot.blank for one in taken)

    def leave(self, line: TableLine, used: Sequence[LineCell]) -> None:
        """Note what nothing was found for; labels, signs and notes are no content."""
        sense = self.sense
        rest = [spot for spot in line.filled if spot not in used and not sense.known(spot) and not nothing(spot.text)]
        figures = any(has_digit(spot) for spot in line.filled)
        if self.under_figures and figures and len(rest) == 1 and not has_digit(rest[0]):
            return  # a line of noughts we have no name for
        first = next((spot for spot in line.filled if not sense.side(self.print, spot)), None)
        for spot in rest:
            self.result.unplaced.append(spot)
            amount = has_digit(spot) and len(squeeze(spot.text)) < 16
            if (
                self.print is not None
                and self.under_figures
                and amount
                and first is not None
                and not sense.known(first)
            ):
                self.result.doubtful.add((self.project, self.print.sheet.id))


def under(line: TableLine, first: int, last: int) -> LineCell | None:
    """Return the cell of a line that covers most of some columns."""
    inside = [spot for spot in line.spots if spot.first <= last and first <= spot.last]
    return max(inside, key=lambda spot: min(spot.last, last) - max(spot.first, first), default=None)
