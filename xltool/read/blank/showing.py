"""How a print writes what it shows: the formulas of the base's ``prints``, by what they show. Imports ``likeness``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal

from xltool.form.compiled.form import FULL_MARKS
from xltool.form.definition.model import FieldType, PrintCell
from xltool.read.blank.additions import YamlEntry
from xltool.read.blank.evened import BlankCell
from xltool.read.blank.likeness import Likeness, one_address
from xltool.read.blank.printed_words import Guess, joined, literal, printed, segments, with_year
from xltool.read.official.labels import label_of, points_in, squeeze
from xltool.read.official.matching.lines import LineCell
from xltool.read.official.plan import Piece, pieces_of

_TEXTS = (FieldType.TEXT, FieldType.LONG, FieldType.CHOICE, FieldType.MULTIPLE)
_GAP = "　　　　"
_OWNER = 3  # letters before the year: a unit's name
_ROOM = re.compile(r"(?<=年度)[\s\u3000_×]{3,}(?=\w)")
"""Where a title leaves room for the project's name."""


def number(value: str, unit: str) -> YamlEntry:
    """A print cell with a figure."""
    made: YamlEntry = {"value": value}
    return made | ({"unit": unit} if unit else {})


class Showing:
    """The base's print cells, and texts of the paper as formulas where they hold something that changes."""

    def __init__(self, one: Likeness) -> None:
        self.one, self.form = one, one.form
        self.cells: dict[frozenset[Piece], tuple[PrintCell, Decimal]] = {}
        for sheet in self.form.spec.prints:
            for row in sheet.rows:
                for cell in row.cells:
                    pieces = frozenset(pieces_of(self.form, cell.value)) if cell.value else frozenset()
                    if pieces and not any(piece.text for piece in pieces):
                        self.cells.setdefault(pieces, (cell, row.height))
        fields = (piece.field for piece in one.columns.values())
        self.beside = frozenset(fields)
        official = self.form.spec.official
        self.year = str(official.year) or "0"

    def value(self, pieces: Sequence[Piece]) -> YamlEntry:
        """The print cell of what stands at a place."""
        known = self.cells.get(frozenset(pieces))
        raw = len(pieces) == 1 and pieces[0].shown is not None and bool({*pieces[0].shown[1:]} & self.beside - {""})
        if known is not None and not raw:
            cell = known[0]
            made: YamlEntry = {"value": str(cell.value)}
            made |= {"unit": str(cell.unit)} if cell.unit else {}
            return made | ({"style": str(cell.style)} if cell.style == "left" else {})
        piece = pieces[0]
        if piece.parameter:
            names = {str(p.id): str(p.name) for p in self.form.spec.parameters}
            return {
                "value": FULL_MARKS if piece.parameter == FULL_MARKS else names.get(piece.parameter, "0"),
                "unit": "分",
            }
        field = self.form.fields[piece.field].field
        return self.named(str(field.name), Guess(field.type, str(field.unit)))

    def computed(self, label: BlankCell, head: BlankCell | None) -> YamlEntry:
        """What the base's print computes in a row with this label (under this head); nothing if it has no such cell."""
        rows = self.meant(label)
        heads = self.meant(head) if head is not None else frozenset(("",))
        for slot in self.one.print.slots:
            if slot.row in rows and slot.head in heads and slot.value and all(piece.unknown for piece in slot.pieces):
                return number(slot.value, slot.unit)
        return {}

    def beside_label(self, label: BlankCell, printed_already: Collection[str]) -> str:
        """The field of the base that a label of another word asks for, by its id; "" if none or shown elsewhere."""
        words = self.meant(label)
        heads = {slot.head for slot in self.one.print.table for piece in slot.pieces if piece.field in self.one.scored}
        stated = self.one.sense.ident(self.form.spec.scoring.stated)
        named = [self.form.ids.get(word, "") for word in sorted(words)] + ([stated] if words & heads else [])
        for ident in named:
            info = self.form.fields.get(ident)
            if info is not None and not (info.table or info.grid or info.field.hidden or ident in printed_already):
                return ident
        return ""

    def meant(self, cell: BlankCell) -> frozenset[str]:
        """The labels a printed text may stand for."""
        return self.one.sense.meant(LineCell(cell.text, one_address(cell), cell.col, cell.col))

    def height(self, pieces: Sequence[Piece]) -> Decimal:
        """How high the base's row with it is."""
        known = self.cells.get(frozenset(pieces))
        return known[1] if known is not None else Decimal(0)

    @staticmethod
    def named(name: str, kind: Guess) -> YamlEntry:
        """The print cell of a field by its name."""
        if kind.type not in _TEXTS:
            return number(name, kind.unit)
        made: YamlEntry = {"value": f"T({name})"}
        return made | ({"style": "left"} if kind.type is FieldType.LONG else {})

    def text(self, cell: BlankCell) -> YamlEntry:
        """A printed text: fixed, or a formula where it names the year, points or a field behind a colon."""
        if cell.blank:
            return {"text": ""}
        dated = with_year(cell.text, self.year, self.one.year) if len(cell.text) < 40 else ""
        made = self.points(cell) or self.said(cell.text) or dated
        return {"value": made} if made else {"text": printed(cell.text)}

    def points(self, cell: BlankCell) -> str:
        """得分（20分×执行率）, its number the form's parameter; "" if no parameter stands there."""
        points = points_in(cell.text)
        if points is None:
            return ""
        meant = self.meant(cell)
        names = {str(p.id): str(p.name) for p in self.form.spec.parameters}
        name = next((names.get(ident, "") for label, ident in self.one.print.written if label in meant), "")
        text, number = printed(cell.text), f"{points:f}"
        if not name or text.count(number) != 1:
            return ""
        before, _, after = text.partition(number)
        return joined([literal(before), name, literal(after)])

    def said(self, text: str) -> str:
        """填表人：　　联系电话：, each followed by its field; "" if the form has none of them."""
        prefixes = self.one.sense.prefixes
        parts = segments(printed(text))
        if not any(label_of(label) in prefixes for label, _ in parts):
            return ""
        made: list[str] = []
        for label, value in parts:
            ident = prefixes.get(label_of(label), "")
            gap = "　　" if made else ""
            kept = value if squeeze(value) in ("万元", "元") else ""
            made.append(literal(f"{gap}{label}：{kept}"))
            if ident in self.form.fields:
                field = self.form.fields[ident].field
                made.append(f"T({field.name})" if field.type in _TEXTS else str(field.name))
        return joined(made)

    def title(self, text: str, filled: bool) -> YamlEntry:
        """The title: the year becomes the campaign's; of a filled form the unit's and the project's names go."""
        plain = " ".join(printed(text).split("\n"))
        if filled and self.one.year and (at := plain.find(str(self.one.year))) > _OWNER:
            plain = plain[at:]
        plain = f"（{plain}）" if plain == "年度" else plain
        made = with_year(plain, self.year, self.one.year)
        if not made and plain.startswith("年度"):
            made = joined([self.year, literal(plain)])
        name = self.one.sense.ident(str(self.form.spec.official.project_name))
        if made and self.one.print.per_project and name in self.form.fields and (gap := _ROOM.search(made)) is not None:
            made = f'{made[: gap.start()]}"&T({self.form.fields[name].field.name})&"{made[gap.end() :]}'
        return {"value": made} if made else {"text": plain}

    def footer(self, texts: Sequence[str]) -> str:
        """The line for signatures: labels with what is filled in elsewhere, and room behind them."""
        prefixes, made = self.one.sense.prefixes, []
        for label in (label for text in texts for label, _ in segments(printed(text))):
            info = self.form.fields.get(prefixes.get(label_of(label), ""))
            known = info is not None and not info.table and info.field.type in _TEXTS
            made.append(f"{label}：{f'{{{info.field.name}}}' if info is not None and known else ''}{_GAP}{_GAP}")
        return "".join(made).rstrip("　")
