"""Which cell of a document holds which field: the lines are gone through once, with the plan of the print as the map.

Imports ``plan``, ``labels``, ``lines``. A newcomer would look for cells by position: a row more in a funds block or a
column less in the table, and every figure would be another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xltool.form.bind import LEVEL_POINTS
from xltool.form.model import FieldType
from xltool.form.shape import TableRow
from xltool.read.official.labels import label_of, points_in, squeeze
from xltool.read.official.levels import Levels
from xltool.read.official.lines import Line, Spot
from xltool.read.official.plan import Piece, Plan, PrintPlan, Slot

Head = tuple[int, int, frozenset[str]]
"""First and last column of a head, and what it may mean."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A cell taken for a piece of a print. ``row`` of the project's table, 0 outside; ``yuan``: its money is in 元."""

    project: int
    row: int
    piece: Piece
    spot: Spot
    yuan: bool = False
    nature: str = ""
    unit: str = ""


@dataclass(slots=True)
class Match:
    """What was found. ``rows``: the table rows by project; ``points``: of levels as written, by project and level."""

    taken: list[Taken] = field(default_factory=list)
    rows: dict[int, list[TableRow]] = field(default_factory=dict)
    points: dict[tuple[int, str], tuple[str, Spot]] = field(default_factory=dict)
    unplaced: list[Spot] = field(default_factory=list)
    written: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    scored: list[Spot] = field(default_factory=list)
    doubtful: set[tuple[int, str]] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    heads: dict[int, frozenset[str]] = field(default_factory=dict)
    projects: int = 0
    tables: set[str] = field(default_factory=set)


class Matcher:
    """Goes through the lines of a document."""

    def __init__(self, plan: Plan, year: int) -> None:
        self.plan, self.year = plan, year
        self.official = plan.form.spec.official
        self.result = Match()
        self.levels = Levels(plan.form)
        self.print: PrintPlan | None = None
        self.heads: list[Head] = []
        self.head_line: Line | None = None
        self.in_table = False
        self.goals_due = False
        self.project = 0
        self.yuan = False
        self.seen: set[tuple[int, str, int]] = set()
        self.last_row: tuple[str, str] = ("", "")
        self.table_heads_due = False
        every = [print_ for print_ in plan.prints]
        self.rows_of = {print_.sheet.id: {slot.row for slot in print_.slots if slot.row} for print_ in every}
        self.beside = {label_of(word): self._ident(name) for word, name in self.official.labels.items()}
        self.extra = {label_of(word): self._ident(name) for word, name in self.official.columns.items()}
        self.names = {label_of(word) for word in self.official.department}
        self.name_ids = {print_.sheet.id: self._first(print_) for print_ in every}

    def _ident(self, name: str) -> str:
        return self.plan.form.ids.get(name, name)

    def _first(self, print_: PrintPlan) -> str:
        return next((slot.row for slot in print_.slots if slot.row and print_.per_project), "")

    def run(self, lines: Sequence[Line]) -> Match:
        """Match all lines."""
        table = -1
        for line in lines:
            if line.table != table:
                table = line.table
                self.table_begins(line)
            self.line(line)
        self.result.projects = self.project
        return self.result

    def table_begins(self, line: Line) -> None:
        """A new table goes on with the last one's columns only if it is as wide and begins without heads."""
        if self.head_line is not None and line.width != self.head_line.width:
            self.in_table, self.heads = False, []

    def line(self, line: Line) -> None:
        if "单位" in "".join(map(squeeze, (spot.text for spot in line.own))) or any(
            "(元)" in squeeze(s.text) for s in line.own
        ):
            self.money(line.own)
        if not line.filled:
            if self.in_table:
                self.indicator(line)
            elif self.goals_due:
                self.goals(line)
            return
        if self.is_head(line):
            return
        if self.in_table and not self.closes(line):
            if self.fits_table(line):
                self.indicator(line)
                return
            self.in_table = self.in_table and self.note(line)
        if self.goals_due and self.goals(line):
            return
        self.data(line)

    # money

    def money(self, spots: Iterable[Spot]) -> None:
        """Whether amounts are in 元, from a head such as 项目资金(元)."""
        text = " ".join(squeeze(spot.text) for spot in spots)
        if "万元" in text:
            self.yuan = False
        elif "(元)" in text or "单位:元" in text or "单位为元" in text:
            self.yuan = True

    # heads

    def meant(self, spot: Spot) -> frozenset[str]:
        text = squeeze(spot.text)
        for year, word in ((self.year, "本"), (self.year - 1, "上")):
            text = text.replace(f"{year}年", f"{word}年") if year > 1 and len(text) < 20 else text
        return self.plan.words.meant(text)

    def is_head(self, line: Line) -> bool:
        """Take a line of heads: of the table, or of a block of figures."""
        meant = [(spot, self.meant(spot)) for spot in line.spots]
        best: tuple[int, PrintPlan, frozenset[str]] | None = None
        for print_ in self.plan.prints:
            for heads in print_.heads:
                hits = {label for _, labels in meant for label in labels if label in heads}
                count = sum(bool(labels & heads) for spot, labels in meant if not spot.again)
                if count >= 2 and len(hits) >= 2 and (best is None or count > best[0]):
                    best = (count, print_, heads)
        if self.in_table and self.head_line is not None and line.table == self.head_line.table and self.table_heads_due:
            sub = [(spot, labels) for spot, labels in meant if not spot.again and not spot.blank]
            known = (self.print.table_heads if self.print else frozenset()) | self.extra.keys()
            if sub and sum(bool(labels & known) for _, labels in sub) * 2 > len(sub):
                self.table_heads_due = False
                over = [
                    head for head in self.heads if not any(s.first <= head[1] and head[0] <= s.last for s, _ in sub)
                ]
                self.heads = sorted(
                    [*over, *((s.first, s.last, labels) for s, labels in sub)], key=lambda head: head[0]
                )
                return True
        self.table_heads_due = False
        if best is None:
            return False
        count, print_, heads = best
        body = [spot for spot, labels in meant if not spot.again and not spot.blank]
        others = sum(not labels & (heads | print_.sides | self.extra.keys()) for spot, labels in meant if spot in body)
        rows = self.rows_of[print_.sheet.id]
        if (
            others > count
            or any(labels & rows - heads and not labels & heads for spot, labels in meant if spot in body[:1])
            and count < 3
        ):
            return False
        is_table = bool(print_.table) and len({h for _, labels in meant for h in labels & print_.table_heads}) >= 4
        if is_table and self.in_table and self.print is print_:
            pass  # the heads again, on another page
        if not is_table and any(len(labels & heads) for _, labels in meant) and self.in_table:
            self.in_table = False
        self.print, self.head_line = print_, line
        self.heads = [(spot.first, spot.last, labels) for spot, labels in meant]
        self.result.labels |= {label for _, labels in meant for label in labels & (print_.labels)}
        self.written(print_, line)
        self.result.tables.add(print_.sheet.id)
        self.money(line.own)
        self.in_table = is_table
        self.table_heads_due = is_table
        self.goals_due = not is_table and any(not slot.row and slot.head in heads for slot in print_.slots)
        if print_.per_project:
            if self.project == 0 or (is_table and self.result.rows.get(self.project) and self.table_closed):
                self.project += 1
            if is_table:
                self.table_closed = False
                known = frozenset(label for _, labels in meant for label in labels)
                self.result.heads[self.project] = self.result.heads.get(self.project, frozenset()) | known
        return True

    def written(self, print_: PrintPlan, line: Line) -> None:
        """The parameters written in heads: 得分(20分×执行率)."""
        for label, parameter in print_.written:
            for spot in line.own:
                points = points_in(spot.text)
                if points is not None and label in self.meant(spot):
                    self.result.written.setdefault(
                        (max(1, self.project) if print_.per_project else 0, parameter), points
                    )

    table_closed = False

    def column(self, line: Line, wanted: str, after: int = -1) -> Spot | None:
        """The cell of a line under a head, the first one behind column ``after``."""
        for first, last, labels in self.heads:
            if wanted in labels and first > after:
                found = self.under(line, first, last)
                if found is not None and found.first > after:
                    return found
        return None

    def under(self, line: Line, first: int, last: int) -> Spot | None:
        """The cell of a line that covers most of some columns."""
        inside = [spot for spot in line.spots if spot.first <= last and first <= spot.last]
        return max(inside, key=lambda s: min(s.last, last) - max(s.first, first), default=None)

    # what stands under heads without a label of its own: the goals

    def goals(self, line: Line) -> bool:
        assert self.print is not None
        if any(self.is_label(spot) for spot in line.filled):
            self.goals_due = False
            return False
        slots = [slot for slot in self.print.slots if not slot.row and slot.head]
        found = [
            (slot, spot) for slot in slots if (spot := self.column(line, slot.head)) is not None and not spot.again
        ]
        if not found:
            return False
        self.goals_due = False
        for slot, spot in found:
            self.fill(slot, spot)
        self.leave(line, [spot for _, spot in found])
        return True

    # the table

    def closes(self, line: Line) -> bool:
        """Whether the line is one below the table: 总分."""
        if self.print is None:
            return False
        first = line.filled[0]
        return bool(self.meant(first) & self.print.closing) and not self.levels.known(first.text)

    def fits_table(self, line: Line) -> bool:
        """Whether a line is a row of the table: cells in several of its columns."""
        cells = {id(spot) for first, last, labels in self.heads if (spot := self.under(line, first, last)) is not None}
        return len(cells) >= max(3, len(self.heads) // 2) or any(self.levels.known(spot.text) for spot in line.spots)

    def note(self, line: Line) -> bool:
        """Stay in the table over a line that is none of its rows (注：…)."""
        return len(line.own) <= 1

    def indicator(self, line: Line) -> None:
        assert self.print is not None
        if not self.fits_table(line):
            return
        number = len(self.result.rows.setdefault(self.project, [])) + 1
        spots: dict[str, Spot] = {}
        types: dict[FieldType, str] = {}
        pieces: dict[str, Piece] = {}
        used: list[Spot] = []
        for slot in self.print.table:
            spot = self.column(line, slot.head)
            if spot is None or spot in used:
                continue
            used.append(spot)
            for piece in slot.pieces:
                info = self.plan.form.fields.get(piece.field)
                if info is not None and info.field.type in (FieldType.LEVEL1, FieldType.LEVEL2):
                    types[info.field.type] = spot.text
                    if any(one.parameter == LEVEL_POINTS for one in slot.pieces) or info.field.type is FieldType.LEVEL1:
                        self.level_points(spot)
                elif piece.field:
                    spots[piece.field], pieces[piece.field] = spot, piece
        for label, ident in self.extra.items():
            spot = self.column(line, label)
            if spot is not None and (spot not in used or not spots.get(ident)):
                spots[ident], pieces[ident] = spot, Piece(field=ident)
                used.append(spot)
        sides = [spot for spot in line.spots if self.meant(spot) & self.print.sides]
        content = [spot for ident, spot in spots.items() if not spot.blank]
        level1, level2 = types.get(FieldType.LEVEL1, ""), types.get(FieldType.LEVEL2, "")
        if not content and not any(squeeze(text) for text in (level1, level2)):
            return
        self.last_row = self.levels.row(level1, level2, self.last_row)
        self.result.rows[self.project].append(TableRow(*self.last_row))
        natures = {ident: spot for ident, spot in spots.items() if pieces[ident].shown is None}
        for ident, spot in spots.items():
            piece = pieces[ident]
            nature = unit = ""
            if piece.shown is not None:
                _, unit_id, nature_id = piece.shown
                nature = natures[nature_id].text if nature_id in natures else ""
                unit = natures[unit_id].text if unit_id in natures else ""
            self.result.taken.append(Taken(self.project, number, piece, spot, self.yuan, nature, unit))
        self.leave(line, [*used, *sides])

    def level_points(self, spot: Spot) -> None:
        points = points_in(spot.text)
        name = self.levels.first(spot.text)
        if points is not None and name:
            self.result.points.setdefault((self.project, name), (str(points), spot))

    # everything else

    def data(self, line: Line) -> None:
        """A row of figures with a label, labels with a value beside them, or nothing we know."""
        used: list[Spot] = []
        closing = self.print is not None and bool(line.filled) and self.closes(line)
        if closing:
            self.in_table, self.table_closed = False, True
            line = line.stretched()
        spots = line.spots
        for index, spot in enumerate(spots):
            if spot.again or spot.blank or spot in used:
                continue
            self.begins_project(spot)
            found = self.labelled(line, index, closing)
            if found:
                used += [spot, *found]
        if closing and self.print is not None:
            used += self.total(line, used)
        self.leave(line, used)

    def begins_project(self, spot: Spot) -> None:
        """The first label of the print again: another project begins."""
        meant = self.meant(spot)
        for print_ in self.plan.prints:
            first = self.name_ids[print_.sheet.id]
            if first and first in meant and print_.per_project:
                if (
                    self.project == 0
                    or any(seen[0] == self.project and seen[1] == first for seen in self.seen)
                    or (self.result.rows.get(self.project))
                ):
                    self.project += 1
                    self.yuan = False
                self.seen.add((self.project, first, 0))

    def prints(self) -> list[PrintPlan]:
        """The prints to look in, the current one first."""
        return sorted(self.plan.prints, key=lambda print_: print_ is not self.print)

    def labelled(self, line: Line, index: int, closing: bool) -> list[Spot]:
        """Take what belongs to the label at ``index``; return the cells taken."""
        spot = line.spots[index]
        meant = self.meant(spot)
        for print_ in self.prints():
            slots = [slot for slot in print_.slots if slot.row and slot.row in meant]
            if not slots:
                continue
            headed = [slot for slot in slots if slot.head]
            if headed and print_ is self.print and (found := self.under_heads(line, spot, headed)):
                self.result.labels.add(headed[0].row)
                return found
            plain = [slot for slot in slots if not slot.head]
            if plain and not closing:
                self.result.labels.add(plain[0].row)
                return self.in_turn(line, index, plain)
            if plain:
                return self.in_turn(line, index, plain)
        if (
            self.print is not None
            and self.heads
            and not self.in_table
            and (found := self.goal_beside(line, index, meant))
        ):
            return found
        label = label_of(spot.text)
        value = self.right(line, index)
        if label in self.beside and value is not None:
            self.take(Piece(field=self.beside[label]), value)
            return [value]
        if label in self.names and value is not None:
            self.take(Piece(field=self._ident(self.official.department_name)), value)
            return [value]
        return self.prefixed(spot)

    def goal_beside(self, line: Line, index: int, meant: frozenset[str]) -> list[Spot]:
        """A head of the goals written as a label with its text beside it."""
        for print_ in self.prints():
            slots = [slot for slot in print_.slots if not slot.row and slot.head in meant and print_.per_project]
            value = self.right(line, index)
            if slots and value is not None and not any(self.meant(value) & heads for heads in print_.heads):
                self.fill(slots[0], value)
                return [value]
        return []

    def under_heads(self, line: Line, label: Spot, slots: Sequence[Slot]) -> list[Spot]:
        found: list[Spot] = []
        for slot in slots:
            spot = self.column(line, slot.head, label.last)
            if spot is None or spot in found or spot.again:
                continue
            found.append(spot)
            self.fill(slot, spot)
        assert self.print is not None
        for row, parameter in self.official.weights.items():
            points = self.points_head()
            if (
                found
                and label_of(row) in self.meant(label)
                and points
                and not any(points & {slot.head} for slot in slots)
            ):
                spot = next((s for head in points if (s := self.column(line, head, label.last)) is not None), None)
                if spot is not None and spot not in found:
                    found.append(spot)
                    self.take(Piece(parameter=self._ident(parameter)), spot)
        for row, head in self.print.fixed:
            if (
                row in {slot.row for slot in slots}
                and (spot := self.column(line, head, label.last)) is not None
                and spot not in found
            ):
                found.append(spot)
                if any(char.isdigit() for char in spot.text) and not _is_text(head):
                    self.result.scored.append(spot)
        return found

    def points_head(self) -> frozenset[str]:
        """How the form's tables call the column of the points: 分值, 权重."""
        weights = {self._ident(item.weight) for item in self.plan.form.spec.scoring.items}
        own = {s.head for p in self.plan.prints for s in p.table for piece in s.pieces if piece.field in weights}
        return frozenset(word for head in own for word in self.plan.words.meant(head))

    def in_turn(self, line: Line, index: int, slots: Sequence[Slot]) -> list[Spot]:
        """The cells behind a label, up to the next label."""
        values: list[Spot] = []
        for spot in line.spots[index + 1 :]:
            if spot.again or (not spot.blank and self.is_label(spot)):
                break
            values.append(spot)
        taken: list[Spot] = []
        for slot in slots:
            if slot.turn < len(values):
                self.fill(slot, values[slot.turn])
                taken.append(values[slot.turn])
        return taken

    def is_label(self, spot: Spot) -> bool:
        meant = self.meant(spot)
        rows = {row for rows in self.rows_of.values() for row in rows}
        return bool(meant & rows) or label_of(spot.text) in self.beside.keys() | self.names

    def right(self, line: Line, index: int) -> Spot | None:
        return line.spots[index + 1] if index + 1 < len(line.spots) and not line.spots[index + 1].again else None

    def prefixed(self, spot: Spot) -> list[Spot]:
        """单位名称：某局, label and value in one cell."""
        return [spot] if any([self.prefix(part, spot) for part in spot.text.split("\n")]) else []

    def prefix(self, text: str, spot: Spot) -> bool:
        head, colon, rest = text.replace(":", "：").partition("：")
        rest = rest.split("    ")[0].split("　　")[0].strip()
        label = label_of(head)
        ident = self.beside.get(label) or (self._ident(self.official.department_name) if label in self.names else "")
        for print_ in self.plan.prints:
            for slot in print_.slots:
                if len(slot.pieces) == 2 and slot.pieces[0].text and label_of(slot.pieces[0].text) == label:
                    ident = ident or slot.pieces[1].field
        if colon and ident and rest:
            self.take(Piece(field=ident), Spot(rest, spot.address, spot.first, spot.last))
        return bool(colon and ident)

    def total(self, line: Line, used: Sequence[Spot]) -> list[Spot]:
        """The row of the total: its figures in their order where the columns do not tell, and the grade's word."""
        assert self.print is not None
        label = line.filled[0]
        slots = [slot for slot in self.print.slots if slot.row in self.meant(label) and slot.head]
        rest = [spot for spot in line.filled[1:]]
        words = self.plan.form.spec.scoring.grades
        taken: list[Spot] = []
        figures = [spot for spot in rest if any(char.isdigit() for char in spot.text)]
        for spot in rest:
            grade = next(
                (word for word in words if squeeze(spot.text).strip("()等次:") in (word, f"{word}秀", f"{word}好")), ""
            )
            if grade and self.official.grade:
                self.take(
                    Piece(field=self._ident(self.official.grade)), Spot(grade, spot.address, spot.first, spot.last)
                )
                taken.append(spot)
        missing = [slot for slot in slots if not any(self.has(piece) for piece in slot.pieces)]
        left = [spot for spot in figures if spot not in used or self.blank_beside(spot)]
        for slot, spot in zip(reversed(missing), reversed(left), strict=False):
            self.fill(slot, spot)
            taken.append(spot)
        return taken

    def blank_beside(self, spot: Spot) -> bool:
        """Whether a figure was not taken for anything yet."""
        return not any(t.spot is spot for t in self.result.taken)

    def has(self, piece: Piece) -> bool:
        return any(t.project == self.project and t.piece == piece and not t.spot.blank for t in self.result.taken)

    def fill(self, slot: Slot, spot: Spot) -> None:
        """Take a cell for what the print shows there; a cell that shows several things is taken apart."""
        if len(slot.pieces) == 1:
            self.take(slot.pieces[0], spot)
            return
        shown = [piece for piece in slot.pieces if piece.field or piece.parameter or piece.unknown]
        pattern = "".join("(.*?)" if piece in shown else f"(?:{re.escape(squeeze(piece.text))})?" for piece in slot.pieces)
        match = re.fullmatch(pattern, squeeze(spot.text)) if len(shown) > 1 or not spot.blank else None
        for number, piece in enumerate(shown, start=1):
            text = match[number] if match is not None else spot.text if len(shown) == 1 else ""
            self.take(piece, Spot(text, spot.address, spot.first, spot.last, None))

    def take(self, piece: Piece, spot: Spot) -> None:
        """Note a cell; of two for the same piece the first that holds something counts."""
        if not piece.field and not piece.parameter:
            return
        info = self.plan.form.fields.get(piece.field)
        project = 0 if info is not None and not info.per_project else max(1, self.project)
        self.project = max(self.project, project)
        for old in self.result.taken:
            if (old.project, old.row, old.piece) == (project, 0, piece):
                if not old.spot.blank or spot.blank:
                    return
                self.result.taken.remove(old)
                break
        self.result.taken.append(Taken(project, 0, piece, spot, self.yuan))

    def leave(self, line: Line, used: Sequence[Spot]) -> None:
        """What nothing was found for; labels, signs and notes are no content."""
        rest = [spot for spot in line.filled if spot not in used and not self.known(spot) and not _nothing(spot.text)]
        figures = [spot for spot in line.filled if any(char.isdigit() for char in spot.text)]
        if (
            self.print is not None
            and self.heads
            and not self.in_table
            and len(rest) == 1
            and figures
            and rest[0] not in figures
        ):
            return  # a line of noughts we have no name for
        for spot in rest:
            self.result.unplaced.append(spot)
            first = next((one for one in line.filled if not self.side(one)), None)
            amounts = any(char.isdigit() for char in spot.text) and len(squeeze(spot.text)) < 16
            if (
                self.print is not None
                and self.heads
                and not self.in_table
                and amounts
                and first is not None
                and not self.known(first)
            ):
                self.result.doubtful.add((self.project, self.print.sheet.id))

    def side(self, spot: Spot) -> bool:
        return self.print is not None and bool(self.meant(spot) & self.print.sides)

    def known(self, spot: Spot) -> bool:
        text = squeeze(spot.text)
        meant = self.meant(spot)
        labels = {label for print_ in self.plan.prints for label in print_.labels | print_.sides}
        if meant & labels or text in ("—", "-", "/", "\\", "--", "——", "*"):
            return True
        return any(label_of(text).startswith(label_of(word)) for word in self.official.ignored)


def _nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing: 0.00, 0%, a sign."""
    return not squeeze(text).strip("0.%-—/\\*") or squeeze(text) == "无"


def _is_text(head: str) -> bool:
    return head in ("评价标准", "指标说明")
