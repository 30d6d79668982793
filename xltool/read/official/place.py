"""Where the fields stand on an official form, and which rules may speak of it. Imports ``form``, ``engine``, ``plan``.

The counterpart of ``form.layout.Layout`` for a file nobody of us laid out. A newcomer would take a field that was not
found for a blank one: "not filled in" would be said of a cell that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xltool.expr import Bound
from xltool.expr.functions.nodes import Apply, Node, Ref, Use
from xltool.form import Form, Issue, Key
from xltool.form.compiled.form import REQUIRED, BoundRule
from xltool.form.definition.official import TYPED_ID
from xltool.form.layout.places import Place
from xltool.form.layout.workbook_layout import Address, keys_at


@dataclass(frozen=True, eq=False)
class OfficialPlaces:
    """``cells``: the fields that were found. ``printed``: fields the form has a cell for; ``told``: fields its text tells.

    ``doubtful``: by project, fields whose sum cannot be checked because a line beside them was not understood.
    """

    form: Form
    issue: Issue
    cells: Mapping[Key, Address]
    titles: tuple[str, ...]
    printed: frozenset[str]
    told: frozenset[str]
    doubtful: frozenset[tuple[int, str]] = frozenset()

    @property
    def rules(self) -> tuple[BoundRule, ...]:
        """The rules for official forms."""
        return self.form.official_rules

    def marked(self, rule: BoundRule, place: Place) -> tuple[Key, ...]:
        """Return where to tell a broken rule: its own cells, or else the cells it compares; nowhere if it rests on what is not there."""
        if self._rests_on_nothing(rule, place):
            return ()
        keys = keys_at(self, rule, place)
        if rule.rule.on == REQUIRED:
            # A blank figure on an official form means that there was none.
            return tuple(key for key in keys if not self.form.fields[key.id].field.is_number)
        if keys or rule.on_cells:
            return keys
        return tuple(key for ident in _ids(rule.expect) for key in self._of(ident, place) if key in self.cells)

    def _rests_on_nothing(self, rule: BoundRule, place: Place) -> bool:
        if any((place.project, ident) in self.doubtful for ident in _ids(rule.expect)):
            return True
        asked, blank = _asked(rule)
        unseen = {ident for ident in asked if self._given(ident) and not self._found(ident, place)}
        # What the form has no place for is blank to whoever asks for a reason, but no figure to add up.
        return bool(unseen & (self.printed | self.told) & blank) or any(
            ident not in self.told for ident in unseen - blank
        )

    def _given(self, ident: str) -> bool:
        info = self.form.fields.get(ident)
        return info is not None and info.field.is_input

    def _found(self, ident: str, place: Place) -> bool:
        info = self.form.fields[ident]
        if info.table:
            numbers = [place.project] if place.project else range(len(self.issue.projects) + 1)
            return any(
                Key(number, ident, row) in self.cells
                for number in numbers
                for row in range(1, len(self.issue.rows(number, info.table)) + 1)
            )
        return any(key in self.cells for key in self._of(ident, place))

    def _of(self, ident: str, place: Place) -> Iterator[Key]:
        """The cells an id means at a place."""
        ident = ident.replace("*", place.item)
        info = self.form.fields.get(ident)
        if info is None:
            return
        if not info.per_project:
            yield from (Key(0, ident, row) for row in (place.rows if info.table else range(1)))
            return
        for number in [place.project] if place.project else range(1, len(self.issue.projects) + 1):
            if not info.table:
                yield Key(number, ident)
            else:
                yield from (Key(number, ident, row) for row in place.rows)


def _ids(bound: Bound) -> list[str]:
    return [symbol.id.removeprefix(TYPED_ID) for symbol in bound.refs]


@lru_cache(maxsize=4096)
def _asked_of(bound: Bound) -> tuple[frozenset[str], frozenset[str]]:
    """The fields a formula takes as they are, blank or not, and those of them it asks for blankness.

    A text inside T() is no text where the form has none: units and natures need not be written.
    """
    asked: set[str] = set()
    blank: set[str] = set()
    nodes: list[Node] = [bound.root]
    while nodes:
        node = nodes.pop()
        if not isinstance(node, Apply) or node.name == "T":
            continue
        for arg in node.args:
            if isinstance(arg, Ref) and arg.use is Use.RAW and not arg.symbol.id.startswith(TYPED_ID):
                asked.add(arg.symbol.id)
                if node.name == "ISBLANK":
                    blank.add(arg.symbol.id)
            nodes.append(arg)
    return frozenset(asked), frozenset(blank)


def _asked(rule: BoundRule) -> tuple[frozenset[str], frozenset[str]]:
    parts = [_asked_of(bound) for bound in (rule.expect, rule.when) if bound is not None]
    return frozenset().union(*(one for one, _ in parts)), frozenset().union(*(two for _, two in parts))
