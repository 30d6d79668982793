"""The rows of a paper as rows of ``prints``: texts as they stand, cells that show fields of the base, and new fields.

Imports ``showing``, ``additions``, ``level_points``. The rows of the table of indicators become one that repeats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from xltool.form.compiled.form import LEVEL_POINTS
from xltool.form.definition.model import FieldType, GridBlock
from xltool.read.blank.additions import Additions, YamlEntry, grid_of
from xltool.read.blank.evened import BlankCell
from xltool.read.blank.level_points import PaperLevel
from xltool.read.blank.likeness import Likeness, one_address
from xltool.read.blank.paper_widths import widths_of
from xltool.read.blank.printed_words import guess, label_text, literal, options, segments
from xltool.read.blank.showing import Showing, number
from xltool.read.official.labels import squeeze
from xltool.read.official.matching.lines import LineCell
from xltool.read.official.matching.sense import nothing
from xltool.read.official.plan import Piece

TABLE = "table"
_SIGNED = re.compile(r"填表|填报人|负责人|盖章|签字|签名|审核人|经办")
_NOTES = re.compile(r"\s*(?:注|备注|说明|填表说明|填报说明)\s*[:：]|\s*[0-9]{1,2}[、.．]")
_NUMBERED = ("序号",)
_LONG_ROW, _TITLE_ROW = 60, 36


@dataclass(slots=True)
class _Region:
    """The heads above a block of rows, and the row at which the block ends."""

    row: int
    heads: list[BlankCell]
    end: int
    fields: dict[int, set[str]] = field(default_factory=dict)


class PaperRows:
    """Lays out one paper; ``rows``: of the print; ``notes``: texts below the table that have no place in it."""

    def __init__(self, one: Likeness, levels: tuple[PaperLevel, ...], filled: bool) -> None:
        self.one, self.paper, self.levels, self.filled = one, one.paper, levels, filled
        self.showing, self.additions = Showing(one), Additions(one)
        self.rows: list[YamlEntry] = []
        self.notes: list[str] = []
        self.signed: list[str] = []
        self.first = min(one.rows, default=self.paper.height)
        self.last = max(one.rows, default=-1)
        self.side = self._side()
        self.region: _Region | None = None
        self.grid_rows: dict[int, str] = {}
        self.grid_columns: dict[int, str] = {}
        self.titled = False
        self.written: set[tuple[int, int]] = set()  # where somebody wrote something beside a label of a filled form
        self.shown = {piece.field for pieces in one.taken.values() for piece in pieces}
        self.widths = widths_of(one, self.showing)

    # what kind of row

    def lay_out(self) -> None:
        """Lay out all rows."""
        self._before()
        for row in range(self.paper.height):
            if row in self.one.head_rows:
                self._head(row)
            elif row == self.first:
                self._repeated()
            elif self.first < row <= self.last:
                continue
            elif not self._is_spacer(row):
                self._row(row)
        for text in self.paper.after:
            if _SIGNED.search(text) and segments(text):
                self.signed.append(text)
            elif _NOTES.match(text):
                self.notes.append(text)

    def _side(self) -> BlankCell | None:
        """The title beside the table: it reaches over its rows from the heads down, or stands beside all of them."""
        if self.last < 0:
            return None
        cell = self.paper.places[self.first, 0]
        if cell.row < self.first:
            return cell
        tall = cell.row + cell.rows > self.last and len(self.one.rows) > 1
        return cell if tall and cell.col not in self.one.columns else None

    def _is_spacer(self, row: int) -> bool:
        own = self.paper.own(row)
        plain = all(cell.blank and cell.rows == 1 and (row, cell.col) not in self.one.taken for cell in own)
        return plain and not self.paper.reaching(row) and not (self.region and row < self.region.end)

    def _is_head(self, row: int) -> bool:
        own = [cell for cell in self.paper.own(row) if cell.rows == 1 or cell.blank]
        if any((row, cell.col) in self.one.taken for cell in self.paper.own(row)) or row + 1 >= self.paper.height:
            return False
        labels, blanks = [c for c in own if not c.blank], [c for c in own if c.blank]
        if len(labels) < 2 or len(blanks) > 1 or (blanks and blanks[0].col > labels[0].col):
            return False
        spots = [LineCell(cell.text, one_address(cell), cell.col, cell.col) for cell in labels]
        if self.filled and not any(self.one.sense.known(spot) for spot in spots):
            return False
        below = [self.paper.places[row + 1, cell.col] for cell in labels]
        return all(
            c.row == row + 1 and (c.blank or (c.row, c.col) in self.one.taken or self.filled) for c in below[-2:]
        )

    def _enter(self, row: int) -> None:
        """Notice heads; they hold as long as what stands beside them, or until others come."""
        if self._is_head(row):
            sides = [c for c in self.paper.cells if c.row <= row < c.row + c.rows and c.rows > 1 and c.col == 0]
            end = sides[0].row + sides[0].rows if sides else self.paper.height
            heads = [cell for cell in self.paper.own(row) if cell.rows == 1 and not cell.blank]
            self.region = _Region(row, heads, min(end, self.first if self.last >= 0 else end))
            for (at, col), pieces in self.one.taken.items():
                if row < at < self.region.end and (head := self._over(self.paper.places[at, col])) is not None:
                    self.region.fields.setdefault(head.col, set()).update(piece.field for piece in pieces)
            self.grid_rows, self.grid_columns = {}, {}
        elif self.region is not None and row >= self.region.end:
            self.region = None

    def _over(self, cell: BlankCell) -> BlankCell | None:
        heads = self.region.heads if self.region else []
        return next((h for h in heads if h.col <= cell.col and cell.col + cell.cols <= h.col + h.cols), None)

    # rows

    def _before(self) -> None:
        """Title, year and unit lines above the table."""
        said = [text for text in self.paper.before if len(text) < 60 and not re.match(r"附[件表录]", squeeze(text))]
        for text in said[-4:]:
            self._wide(text)

    def _wide(self, text: str) -> None:
        made = self.showing.said(text)
        if made:
            self._add([{"value": made, "cols": self.paper.width, "style": "left"}], 22)
        elif not self.titled and "表" in text and not segments(text):
            self.titled = True
            self._add(
                [self.showing.title(text, self.filled) | {"cols": self.paper.width, "style": "title"}], _TITLE_ROW
            )
        elif len(squeeze(text)) > 2:
            self._add([self.showing.title(text, self.filled) | {"cols": self.paper.width}], 22)

    def _row(self, row: int) -> None:
        own = self.paper.own(row)
        if len(own) == 1 and own[0].cols == self.paper.width and not own[0].blank:
            self._alone(row, own[0])
            return
        self._enter(row)
        cells: list[YamlEntry] = []
        height = Decimal(0)
        if self.last >= 0 and row > self.last and self.side is not None and not any(c.col == 0 for c in own):
            cells.append({"text": "", "cols": self.side.cols})
        for cell in own:
            if cell is self.side:
                cells.append(_sized(cell, self.showing.text(cell), self.one.head_rows[-1] - row))
                continue
            made, high = self._cell(cell)
            height = max(height, high)
            cells.append(_sized(cell, made, self._down(cell)))
        self._add(cells, max(int(height), self._needed(row)))

    def _alone(self, row: int, cell: BlankCell) -> None:
        """A text over the whole width: title, line of the unit, note, line for signatures."""
        if (row, cell.col) in self.one.taken:
            made, high = self._cell(cell)
            self._add([_sized(cell, made, 1)], max(int(high), 22))
        elif row < self.first and self.last >= 0:
            self._wide(cell.text)
        elif _SIGNED.search(cell.text) and segments(cell.text):
            self.signed.append(cell.text)
        elif _NOTES.match(cell.text) or len(cell.text) > 80:
            self.notes.append(cell.text)
        else:
            self._wide(cell.text)

    def _down(self, cell: BlankCell) -> int:
        """How many rows a cell reaches down outside the table."""
        end = self.first if cell.row < self.first and self.last >= 0 else self.paper.height
        return max(1, min(cell.rows, end - cell.row))

    def _needed(self, row: int) -> int:
        lines = [1]
        for cell in self.paper.own(row):
            wide = max(1.0, sum(self.widths[cell.col : cell.col + cell.cols]) - 1)
            needed = sum(max(1, -int(-(len(part) * 2) // wide)) for part in cell.text.split("\n"))
            lines.append(-(-needed // cell.rows))
        return min(120, 7 + 15 * max(lines))

    def _add(self, cells: list[YamlEntry], height: int, **more: object) -> None:
        self.rows.append({"height": height, **more, "cells": cells})

    # cells

    def _cell(self, cell: BlankCell) -> tuple[YamlEntry, Decimal]:
        """What a cell of the print is, and how high its row has to be."""
        pieces = tuple(p for p in self.one.taken.get((cell.row, cell.col), ()) if p.field or p.parameter)
        if pieces:
            made = self.showing.value(pieces)
            wide = {"style": "left"} if str(made["value"]).startswith("T(") and cell.cols > 1 else {}
            return made | wide, self.showing.height(pieces)
        if squeeze(cell.text) in ("—", "-", "--", "——", "/"):
            return {"text": squeeze(cell.text)}, Decimal(0)
        left = self._label_left(cell)
        words = options(cell.text)
        if words and left is not None:
            name, kind = self.additions.plain(left.text, _where(cell), words)
            return self.showing.named(name, kind) | {"style": "left"}, Decimal(0)
        if not cell.blank:
            if not (self.filled and self._is_value(cell, left)):
                return self.showing.text(cell), Decimal(0)
            self.written.add((cell.row, cell.col))
        return self._blank(cell, left)

    def _label_left(self, cell: BlankCell) -> BlankCell | None:
        """The text next to the left of a cell."""
        if cell.col == 0:
            return None
        left = self.paper.places[cell.row, cell.col - 1]
        at = (left.row, left.col)
        return left if not left.blank and at not in self.one.taken and at not in self.written else None

    def _is_value(self, cell: BlankCell, left: BlankCell | None) -> bool:
        """Of a filled form: whether a text is what somebody wrote beside a label, or at the end of a row."""
        spot = LineCell(cell.text, one_address(cell), cell.col, cell.col)
        ours = self.one.sense.known(spot) or self.one.sense.is_label(spot)
        if left is None:
            return not ours and cell.col > 0 and cell.col + cell.cols == self.paper.width and not self._in_heads(cell)
        return not ours and (self._over(cell) is not None or left.cols <= cell.cols or any(map(str.isdigit, cell.text)))

    def _in_heads(self, cell: BlankCell) -> bool:
        return self.region is not None and self.region.row == cell.row

    def _blank(self, cell: BlankCell, left: BlankCell | None) -> tuple[YamlEntry, Decimal]:
        head = self._over(cell) if self.region and cell.row < self.region.end else None
        own = [c for c in self.paper.own(cell.row) if c.rows == 1 and not c.blank and c.col < cell.col]
        label = next((c for c in own if (c.row, c.col) not in self.one.taken), None)
        if head is not None and label is not None and self.region is not None:
            return self._figure(cell, head, label, self.region), Decimal(0)
        if self._in_heads(cell):
            return {"text": ""}, Decimal(0)
        if left is None or nothing(left.text) or left.row + left.rows <= cell.row:
            return {"text": ""}, Decimal(0)
        if made := self.showing.computed(left, None):
            return made, Decimal(0)
        if ident := self.showing.beside_label(left, self.shown):
            self.shown.add(ident)
            return self.showing.value((Piece(field=ident),)), Decimal(
                _LONG_ROW if cell.cols * 2 > self.paper.width else 0
            )
        wide = cell.cols * 2 > self.paper.width and cell.row > self.last >= 0
        name, kind = self.additions.plain(left.text, _where(left), wide=wide)
        high = Decimal(_LONG_ROW if kind.type is FieldType.LONG else 0)
        made = self.showing.named(name, kind)
        return made | ({"style": "left"} if cell.cols > 1 and "unit" not in made else {}), high

    def _figure(self, cell: BlankCell, head: BlankCell, label: BlankCell, region: _Region) -> YamlEntry:
        """A blank cell of a block of figures that the base has not: of a new row, of a new column, or neither."""
        if made := self.showing.computed(label, head):
            return made
        row_ids = [p.field for c in self.paper.own(cell.row) for p in self.one.taken.get((c.row, c.col), ())]
        in_row = [found for ident in row_ids if (found := grid_of(self.one, ident))]
        fields = region.fields.get(head.col, set())
        in_column = [found for ident in sorted(fields) if (found := grid_of(self.one, ident))]
        if in_column and not in_row:
            block, _, column = in_column[0]
            if cell.row not in self.grid_rows:
                after = self._row_above(cell.row, block) or str(block.rows[-1].id)
                self.grid_rows[cell.row] = self.additions.row(block, after, label.text, _where(label))
            axis = next(one for one in block.columns if one.id == column)
            return number(f"{self.grid_rows[cell.row]}{axis.name}", str(axis.unit))
        if in_row and not in_column and not fields and guess(head.text).type is FieldType.LONG:
            if head.col in self.grid_columns:
                return {"text": ""}
            self.grid_columns[head.col], kind = self.additions.plain(head.text, _where(head))
            return self.showing.named(self.grid_columns[head.col], kind)
        if in_row and not in_column and not fields:
            block, row, _ = in_row[0]
            if head.col not in self.grid_columns:
                after = in_row[-1][2]
                self.grid_columns[head.col] = self.additions.column(block, after, head.text, _where(head))
            axis = next(one for one in block.rows if one.id == row)
            name = self.grid_columns[head.col]
            columns = self.additions.grid_columns[block.grid]
            return number(f"{axis.name}{name}", next(str(c.get("unit", "")) for c in columns if c["name"] == name))
        if in_row or in_column or fields:
            return {"text": ""}
        name, kind = self.additions.plain(f"{label_text(label.text)}{label_text(head.text)}", _where(cell))
        return self.showing.named(name, kind)

    def _row_above(self, row: int, block: GridBlock) -> str:
        """The grid's row printed last above a row."""
        added = {str(one["name"]): str(one["id"]) for one in self.additions.grid_rows.get(block.grid, ())}
        known = {at: added[name] for at, name in self.grid_rows.items() if at < row and name in added}
        for (at, _), pieces in self.one.taken.items():
            found = [one for piece in pieces if (one := grid_of(self.one, piece.field)) and one[0].grid == block.grid]
            known |= {at: found[0][1]} if found and at < row else {}
        return known[max(known)] if known else ""

    # the table

    def _head(self, row: int) -> None:
        last = row == self.one.head_rows[-1]
        cells: list[YamlEntry] = []
        own = self.paper.own(row)
        side = self.side
        beside = range(side.cols) if side is not None else range(0)
        if side is not None and last:
            cells.append(_sized(side, self.showing.text(side), TABLE))
        elif side is not None and side.row == row:
            cells.append(_sized(side, {"text": ""}, self.one.head_rows[-1] - row))
        heads = [cell for cell in own if cell is not side and cell.col not in beside]
        cells += [_sized(cell, self.showing.text(cell), min(cell.rows, self.first - row)) for cell in heads]
        self._add(cells, self._needed(row))

    def _repeated(self) -> None:
        cells: list[YamlEntry] = []
        beside = range(self.side.cols) if self.side is not None else range(0)
        previous = ""
        for head in self.one.heads:
            if head.col in beside:
                continue
            piece = self.one.columns.get(head.col)
            if piece is not None:
                made = self._column(piece.field) or self.showing.value((piece,))
                previous = piece.field
            elif squeeze(head.text) in _NUMBERED or head.blank:
                made = {"text": ""}
            else:
                name, kind = self.additions.table_column(head.text, previous, _where(head))
                previous = str(self.additions.columns[-1]["id"])
                made = self.showing.named(name, kind)
            cells.append(made | ({"cols": head.cols} if head.cols > 1 else {}))
        self._add(cells, 28, each=str(self.one.print.table_id))
        self.region = None

    def _column(self, ident: str) -> YamlEntry:
        """The names of the blocks as the paper prints them, with the points if it prints those."""
        info = self.one.form.fields.get(ident)
        if info is None or info.field.type not in (FieldType.LEVEL1, FieldType.LEVEL2):
            return {}
        name, first = str(info.field.name), info.field.type is FieldType.LEVEL1
        shared = len({level.parameter for level in self.levels}) == 1 < len(self.levels)
        pairs = {g.name: g.said for level in self.levels for g in ([level] if first else level.groups)}
        if first and shared:
            pairs |= {lv.name: f"{lv.said}\n({lv.points:f}分)" for lv in self.levels if lv.points is not None}
        text = name
        for ours, said in reversed([(ours, said) for ours, said in pairs.items() if ours != said]):
            text = f"IF({name}={literal(ours)}, {literal(said)}, {text})"
        if first and not shared and any(level.points is not None for level in self.levels):
            text = f'{text}&"\n("&{LEVEL_POINTS}&"分)"'
        return {"value": text, "rows": "level1" if first else "level2"}


def _sized(cell: BlankCell, made: YamlEntry, rows: int | str) -> YamlEntry:
    size: YamlEntry = {"cols": cell.cols} if cell.cols > 1 else {}
    return made | size | ({"rows": str(rows)} if rows not in (0, 1) else {})


def _where(cell: BlankCell) -> str:
    return cell.a1
