"""What a written label may mean on the forms of a plan. Imports ``plan``, ``labels``, ``levels``.

Everything that can be asked of a text alone, answered once; ``state`` adds where the text stands.
"""

from __future__ import annotations

from functools import cached_property

from xltool.read.official.labels import label_of, squeeze
from xltool.read.official.matching.levels import Levels
from xltool.read.official.matching.lines import LineCell
from xltool.read.official.plan import Plan, PrintPlan

_TITLE = 50
_SIGNS = ("—", "-", "/", "\\", "--", "——", "*")


class Sense:
    """The labels of a plan's prints, and the words the form has for them."""

    def __init__(self, plan: Plan, year: int) -> None:
        self.plan, self.year = plan, year
        official = plan.form.spec.official
        self.levels = Levels(plan.form)
        self.beside = {label_of(word): self.ident(name) for word, name in official.labels.items()}
        named = {label_of(word): self.ident(name) for word, name in official.columns.items()}
        self.extra = {word: ident for word, ident in named.items() if plan.form.fields[ident].table}
        self.extra_of_figures = {word: ident for word, ident in named.items() if word not in self.extra}
        self.names = frozenset(label_of(word) for word in official.department)
        self.reasons = frozenset(label_of(word) for word in official.reasons)
        self.ignored = tuple(label_of(word) for word in official.ignored)
        self.weights = {label_of(row): self.ident(name) for row, name in official.weights.items()}

    def ident(self, name: str) -> str:
        """Return a field's or parameter's id."""
        return self.plan.form.ids.get(name, name)

    def meant(self, spot: LineCell) -> frozenset[str]:
        """Return the labels a cell may stand for; a year becomes 本年 or 上年."""
        text = squeeze(spot.text)
        for year, word in ((self.year, "本"), (self.year - 1, "上")):
            text = text.replace(f"{year}年", f"{word}年") if year > 1 and len(text) < 20 else text
        return self.plan.words.meant(text)

    @cached_property
    def rows(self) -> frozenset[str]:
        """The labels of rows, of all prints."""
        return frozenset(slot.row for print_ in self.plan.prints for slot in print_.slots if slot.row)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every label of every print."""
        return frozenset(label for print_ in self.plan.prints for label in print_.labels | print_.sides)

    @cached_property
    def titles(self) -> frozenset[str]:
        """The words of the forms' titles."""
        words = (squeeze(piece.text).removeprefix("年度") for p in self.plan.prints for piece in p.title)
        return frozenset(word for word in words if len(word) > 3)

    @cached_property
    def points_heads(self) -> frozenset[str]:
        """How the tables call the column of the points: 分值, 权重."""
        form = self.plan.form
        weights = {self.ident(item.weight) for item in form.spec.scoring.items if item.weight}
        own = {s.head for p in self.plan.prints for s in p.table for piece in s.pieces if piece.field in weights}
        return frozenset(word for head in own for word in self.plan.words.meant(head))

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Labels that stand before their value in one cell (单位名称：), with the field."""
        found = {
            label_of(slot.pieces[0].text): slot.pieces[1].field
            for print_ in self.plan.prints
            for slot in print_.slots
            if len(slot.pieces) == 2 and slot.pieces[0].text and slot.pieces[1].field
        }
        department = self.ident(self.plan.form.spec.official.department_name)
        return found | dict.fromkeys(self.names, department) | self.beside

    @cached_property
    def first_rows(self) -> frozenset[str]:
        """The label with which a print for a project begins."""
        firsts = (next((s.row for s in p.slots if s.row), "") for p in self.plan.prints if p.per_project)
        return frozenset(first for first in firsts if first)

    def is_label(self, spot: LineCell) -> bool:
        """Whether a cell is a label with its value beside it."""
        return bool(self.meant(spot) & self.rows) or label_of(spot.text) in self.prefixes

    def known(self, spot: LineCell) -> bool:
        """Whether a cell is a label, a sign or a note: no content."""
        text = squeeze(spot.text)
        if text in _SIGNS or self.meant(spot) & self.labels or label_of(text).startswith(self.ignored):
            return True
        return len(text) < _TITLE and any(title in text for title in self.titles)

    def side(self, print_: PrintPlan | None, spot: LineCell) -> bool:
        """Whether a cell stands beside several rows as their title."""
        return print_ is not None and bool(self.meant(spot) & print_.sides)


def nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing: 0.00, 0%, a sign.

    >>> nothing("0.00"), nothing("—"), nothing("无"), nothing("10")
    (True, True, True, False)
    """
    return not squeeze(text).strip("0.%-—/\\*") or squeeze(text) == "无"


def has_digit(spot: LineCell) -> bool:
    """Whether there is a digit in a cell."""
    return any(char.isdigit() for char in spot.text)
