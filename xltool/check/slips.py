"""Amounts given in 元 where 万元 are asked for: which cells, and from what size on an amount is doubtful.

Imports ``spots`` and below. The form says which of its rules find such a slip (``slip: true``); the roster knows the
rest. A newcomer would let every rule that adds or compares the figure speak, and give one slip three findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from xltool import expr
from xltool.engine.evaluation import Evaluation, PlaceEnv
from xltool.expr import Symbol
from xltool.expr.functions.nodes import COMPARISONS, Apply
from xltool.findings import Severity
from xltool.form import Key, Value
from xltool.form.compiled.form import DEPARTMENT, PROJECT, BoundRule
from xltool.form.layout.places import Place, of_rule
from xltool.form.layout.workbook_layout import Placed

SLIP = 5000
"""A figure this many times another was meant in 元 (10,000 times, with room for a real change)."""
_OUTGROWS = 50
"""So was an amount this many times every other of a sum, if the sum holds with it in 万元; of a bound, ``SLIP`` times."""
_YUAN = 10_000
_RATE = Decimal(50)  # 5,000 %: no rate is that high, unless one of its amounts is a slip


@dataclass(frozen=True, slots=True)
class Slips:
    """``keys``: the amounts that are thousands of times too large; ``named``: those the roster contradicts.

    ``smallest``: by project (0: the department), the amount from which on amounts are doubtful. ``dwarfing``: amounts
    found by a sum or a bound, each with the code of the rule that tells of it.
    """

    keys: frozenset[Key] = frozenset()
    named: frozenset[Key] = frozenset()
    smallest: Mapping[int, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    dwarfing: Mapping[Key, str] = field(default_factory=lambda: MappingProxyType({}))

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
        if any(rule.rule.code == code and key.project == project for key, code in self.dwarfing.items()):
            return False
        return any(key.id in wanted and not key.row and key.project == project for key in self.keys)

    def doubts(self, key: Key, value: Decimal, unit: str) -> bool:
        """Whether a figure must not be added to others unseen."""
        if key in self.dwarfing or (unit == "%" and key in self.keys):
            return True
        least = self.smallest.get(key.project)
        return least is not None and unit.endswith("元") and abs(value) >= least


def slipped(ours: Decimal, theirs: Decimal) -> bool:
    """Whether one of two amounts is thousands of times the other.

    >>> slipped(Decimal(60), Decimal(600000)), slipped(Decimal(60), Decimal(70))
    (True, False)
    """
    return 0 < ours * SLIP <= abs(theirs) or 0 < abs(theirs) * SLIP <= ours


def slips(layout: Placed, evaluation: Evaluation) -> Slips:
    """Return the amounts of a filled form that were given in 元."""
    return evaluation.once(_slips, layout)


def _slips(layout: Placed, evaluation: Evaluation) -> Slips:
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
        for place in evaluation.failing(rule, of_rule(form, rule, issue)):
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
    dwarfing: dict[Key, str] = {}
    told: dict[tuple[int, Decimal], str] = {}
    for key, size, code in _dwarfing(layout, evaluation):
        bound = smallest.get(key.project)
        if key not in keys and (bound is None or size < bound):
            # A figure that is carried to another cell is told where it was found first.
            dwarfing.setdefault(key, told.setdefault((key.project, size), code))
    keys.update(dwarfing)
    for project in {*smallest, *(key.project for key in dwarfing)}:
        for ident, info in form.fields.items():
            if info.table or not info.field.is_number or info.per_project != (project > 0):
                continue
            value, from_here = evaluation.value(Key(project, ident)), smallest.get(project)
            if info.field.unit == "%":
                from_here = _RATE
            elif not info.field.unit.endswith("元"):
                continue
            if isinstance(value, Decimal) and from_here is not None and abs(value) >= from_here:
                keys.add(Key(project, ident))
    return Slips(frozenset(keys), frozenset(named), MappingProxyType(smallest), MappingProxyType(dwarfing))


def _dwarfing(layout: Placed, evaluation: Evaluation) -> Iterator[tuple[Key, Decimal, str]]:
    """Amounts many times every other amount of a sum or a bound that does not hold, each with the rule's code."""
    form = layout.form
    for rule in layout.rules:
        root = rule.expect.root
        if rule.rule.on not in (DEPARTMENT, PROJECT) or rule.rule.severity is not Severity.CORRECT or rule.rule.slip:
            continue
        if not (isinstance(root, Apply) and root.name in COMPARISONS):
            continue
        ids = [
            symbol.id
            for symbol in rule.expect.refs
            if symbol.id in form.fields and form.fields[symbol.id].field.unit.endswith("元")
        ]
        for place in of_rule(form, rule, evaluation.filled.issue) if len(ids) > 1 else ():
            keys = [Key(place.project if form.fields[ident].per_project else 0, ident) for ident in ids]
            amounts = {key: abs(value) for key in keys if isinstance(value := evaluation.value(key), Decimal) and value}
            if len(amounts) > 1:
                largest = max(amounts, key=lambda key: amounts[key])
                times = amounts[largest] / max(value for key, value in amounts.items() if key != largest)
                if times < (_OUTGROWS if root.name == "=" else SLIP) or not evaluation.fails(rule, place):
                    continue
                if root.name != "=" or _adds_up(rule, evaluation, place, largest.id):
                    yield largest, amounts[largest], str(rule.rule.code)


class _InYuan(PlaceEnv):
    """The values with one of them divided; 0 leaves it out."""

    def __init__(self, evaluation: Evaluation, place: Place, ident: str, by: int) -> None:
        super().__init__(evaluation, place)
        self.ident, self.by = ident, by

    def value(self, symbol: Symbol) -> Value | bool:
        """Return what a name means at this place, were it given in 元."""
        value = super().value(symbol)
        if symbol.id != self.ident or not isinstance(value, Decimal):
            return value
        return value / self.by if self.by else Decimal(0)


def _adds_up(rule: BoundRule, evaluation: Evaluation, place: Place, ident: str) -> bool:
    """Whether a sum holds once an amount is taken for 元, and does not without the amount."""
    taken, left_out = (expr.broken(rule.expect, None, _InYuan(evaluation, place, ident, by)) for by in (_YUAN, 0))
    return taken is False and left_out is not False
