"""Amounts given in 元 where 万元 are asked for: which cells, and from what size on an amount is doubtful.

Imports ``spots`` and below. The form says which of its rules find such a slip (``slip: true``); the roster knows the
rest. A newcomer would let every rule that adds or compares the figure speak, and give one slip three findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from xltool.engine.evaluation import Evaluation
from xltool.form import Key
from xltool.form.compiled.form import BoundRule
from xltool.form.layout.places import Place, of_rule
from xltool.form.layout.workbook_layout import Placed

SLIP = 5000
"""A figure this many times another was meant in 元 (10,000 times, with room for a real change)."""
_RATE = Decimal(50)  # 5,000 %: no rate is that high, unless one of its amounts is a slip


@dataclass(frozen=True, slots=True)
class Slips:
    """``keys``: the amounts that are thousands of times too large; ``named``: those the roster contradicts.

    ``smallest``: by project (0: the department), the amount from which on amounts are doubtful.
    """

    keys: frozenset[Key] = frozenset()
    named: frozenset[Key] = frozenset()
    smallest: Mapping[int, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    def told_elsewhere(self, rule: BoundRule, place: Place, keys: tuple[Key, ...]) -> bool:
        """Whether a failing rule only follows from a slip that another finding names."""
        if not self.keys:
            return False
        project = place.project or (place.cell.project if place.cell else 0)
        if rule.rule.slip:
            return any(key.project == project and not key.row for key in self.named)
        if any(key.row and key.row == keys[0].row and key.project == project for key in self.keys):
            return True
        wanted = {symbol.id for symbol in rule.expect.refs}
        return any(key.id in wanted and not key.row and key.project == project for key in self.keys)

    def doubts(self, key: Key, value: Decimal, unit: str) -> bool:
        """Whether a figure must not be added to others unseen."""
        least = self.smallest.get(key.project)
        if least is None:
            return False
        return abs(value) >= _RATE if unit == "%" else unit.endswith("元") and abs(value) >= least


def slipped(ours: Decimal, theirs: Decimal) -> bool:
    """Whether one of two amounts is thousands of times the other.

    >>> slipped(Decimal(60), Decimal(600000)), slipped(Decimal(60), Decimal(70))
    (True, False)
    """
    return 0 < ours * SLIP <= abs(theirs) or 0 < abs(theirs) * SLIP <= ours


def slips(layout: Placed, evaluation: Evaluation) -> Slips:
    """Return the amounts of a filled form that were given in 元."""
    form, issue = layout.form, evaluation.filled.issue
    keys: set[Key] = set()
    named: set[Key] = set()
    smallest: dict[int, Decimal] = {}

    def note(project: int, least: Decimal) -> None:
        smallest[project] = min(smallest.get(project, least), least)

    for key, ours in issue.prefill.items():
        if key in issue.locked or not isinstance(ours, Decimal) or key.id not in form.fields:
            continue
        theirs = evaluation.value(key)
        if isinstance(theirs, Decimal) and slipped(ours, theirs):
            keys.add(key)
            named.add(key)
            if theirs > ours:
                note(key.project, ours * SLIP)
    for rule in (rule for rule in layout.rules if rule.rule.slip):
        for place in of_rule(form, rule, issue):
            if not evaluation.fails(rule, place):
                continue
            marked = layout.marked(rule, place)
            if place.rows:  # targets and actuals are texts with units: the row as a whole is doubtful
                keys.update(marked)
                continue
            amounts = {
                key: value for key in marked if isinstance(value := evaluation.value(key), Decimal) and value > 0
            }
            if not amounts:
                continue
            least, most = min(amounts.values()) * SLIP, max(amounts.values())
            keys.update(key for key, value in amounts.items() if value >= min(least, most))
            note(place.project, min(least, most))
    for ident, info in form.fields.items():
        if not info.table and info.field.is_number and info.field.unit.endswith("元"):
            for project, least in smallest.items():
                value = evaluation.value(Key(project, ident)) if info.per_project == (project > 0) else ""
                if isinstance(value, Decimal) and abs(value) >= least:
                    keys.add(Key(project, ident))
    return Slips(frozenset(keys), frozenset(named), MappingProxyType(smallest))
