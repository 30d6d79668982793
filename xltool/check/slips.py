"""Amounts given in 元 where 万元 are asked for: which cells, and from what size on an amount is doubtful.

Imports ``kin`` and below. The form says which of its rules find such a slip (``slip: true``); the roster, sums, bounds
and the same figure of another year know the rest. A newcomer would let every rule that adds or compares the figure
speak, and give one slip three findings.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from xltool import expr
from xltool.check.kin import SLIP, is_amount, kin, outgrown
from xltool.check.return_notices import UNLIKE
from xltool.engine.evaluation import Evaluation, PlaceEnv
from xltool.expr.functions.nodes import COMPARISONS, Apply
from xltool.findings import Severity
from xltool.form import Form, Key, Value
from xltool.form.compiled.form import DEPARTMENT, PROJECT, BoundRule
from xltool.form.layout.places import Place, of_rule
from xltool.form.layout.workbook_layout import Placed

_OUTGROWS = 50
"""Meant in 元 was an amount this many times every other of a sum, if the sum holds with it in 万元; of a bound, ``SLIP`` times."""
_YUAN = 10_000
_ALIKE = 2
"""What a department spent on projects is hardly more than so many times its projects here."""
_RATE = Decimal(50)  # 5,000 %: no rate is that high, unless one of its amounts is a slip


@dataclass(frozen=True, slots=True)
class Slips:
    """``keys``: the amounts that are thousands of times too large; ``named``: those the roster contradicts.

    ``smallest``: by project (0: the department), the amount from which on amounts are doubtful. ``dwarfing``: amounts
    found by a sum, a bound or their kin, each with the code of what tells of it. ``unlike``: those that only their kin
    shows, and the largest of the others of it. ``items``: the scored rows, by project, whose rate comes from one.
    """

    keys: frozenset[Key] = frozenset()
    named: frozenset[Key] = frozenset()
    smallest: Mapping[int, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    dwarfing: Mapping[Key, str] = field(default_factory=lambda: MappingProxyType({}))
    unlike: tuple[tuple[tuple[Key, ...], Key], ...] = ()
    items: frozenset[tuple[int, str, str]] = frozenset()

    def told_elsewhere(self, rule: BoundRule, place: Place, keys: tuple[Key, ...]) -> bool:
        """Whether a failing rule only follows from a slip that another finding names."""
        if not self.keys:
            return False
        project = place.project or (place.cell.project if place.cell else 0)
        if rule.rule.slip:
            return any(key.project == project and not key.row for key in self.named)
        if any(key.row and key.row == keys[0].row and key.project == project for key in self.keys):
            return True
        if place.item and (project, rule.grid, place.item) in self.items:
            return True
        wanted = {symbol.id for symbol in rule.expect.refs}
        if any(rule.rule.code == code and key.project == project for key, code in self.dwarfing.items()):
            return False
        # A sum or a maximum over all projects follows from a slip in any of them.
        return any(key.id in wanted and not key.row and (key.project == project or not project) for key in self.keys)

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
            amounts = _compared(form, rule, place, evaluation, marked)
            if not amounts:
                continue
            least, most = min(amounts.values()), max(amounts.values())
            large = min(least * SLIP, most)
            # A sum of all projects is a slip of each that is more than the whole.
            found = {
                key for key, value in amounts.items() if value >= (large if key.project == place.project else least)
            }
            keys.update(found)
            for project in {key.project for key in found}:
                note(project, large if project == place.project else least)
    dwarfing: dict[Key, str] = {}
    told: dict[tuple[int, Decimal], str] = {}
    for key, size, code in _dwarfing(layout, evaluation):
        bound = smallest.get(key.project)
        if key not in keys and (bound is None or size < bound):
            # A figure that is carried to another cell is told where it was found first.
            dwarfing.setdefault(key, told.setdefault((key.project, size), code))
    unlike = tuple(_unlike(layout, evaluation, keys | dwarfing.keys(), told, smallest))
    dwarfing.update({key: UNLIKE.code for several, _ in unlike for key in several})
    keys.update(dwarfing)
    for project in {*smallest, *(key.project for key in keys)}:
        keys |= _as_large(evaluation, project, smallest.get(project), keys)
    if 0 not in smallest and _all_in_yuan(layout, evaluation, keys):
        note(0, min(smallest.values()))
        keys |= _as_large(evaluation, 0, smallest[0], keys)
    items = frozenset((key.project, form.fields[key.id].grid, form.fields[key.id].item) for key in keys)
    return Slips(
        frozenset(keys), frozenset(named), MappingProxyType(smallest), MappingProxyType(dwarfing), unlike, items
    )


def _as_large(evaluation: Evaluation, project: int, least: Decimal | None, keys: Container[Key]) -> set[Key]:
    """The amounts of a project, or the department, from ``least`` on, and the rates that follow from a slip."""
    form, found = evaluation.form, set[Key]()
    for ident, info in form.fields.items():
        if info.table or not info.field.is_number or info.per_project != (project > 0):
            continue
        key, from_here = Key(project, ident), least
        if info.field.unit == "%":
            from_here = Decimal(0) if _from_slip(form, key, keys) else _RATE
        elif not info.field.unit.endswith("元"):
            continue
        value = evaluation.value(key)
        if isinstance(value, Decimal) and from_here is not None and abs(value) >= from_here:
            found.add(key)
    return found


def _all_in_yuan(layout: Placed, evaluation: Evaluation, keys: Container[Key]) -> bool:
    """Whether a rule compares a figure of the department with those of its projects, all given in 元, and it is as large."""
    form = layout.form
    for rule in (rule for rule in layout.rules if rule.rule.on == DEPARTMENT and not rule.rule.slip):
        ids = [symbol.id for symbol in rule.expect.refs if is_amount(form, symbol.id)]
        each, own = ([i for i in ids if form.fields[i].per_project == per] for per in (True, False))
        numbers = range(1, len(evaluation.filled.issue.projects) + 1)
        parts = _amounts(evaluation, (Key(number, ident) for ident in each for number in numbers))
        whole = _amounts(evaluation, (Key(0, ident) for ident in own))
        if parts and whole and all(key in keys for key in parts):
            small, large = sorted((sum(parts.values()), sum(whole.values())))
            return large <= small * _ALIKE
    return False


def _amounts(evaluation: Evaluation, keys: Iterable[Key]) -> dict[Key, Decimal]:
    values = ((key, evaluation.value(key)) for key in keys)
    return {key: abs(value) for key, value in values if isinstance(value, Decimal) and value}


def _from_slip(form: Form, key: Key, keys: Container[Key]) -> bool:
    """Whether a rate is computed from a doubtful amount."""
    bound = form.computed.get(key.id)
    idents = [symbol.id for symbol in bound.refs if is_amount(form, symbol.id)] if bound else []
    return any(Key(key.project if form.fields[ident].per_project else 0, ident) in keys for ident in idents)


def _compared(
    form: Form, rule: BoundRule, place: Place, evaluation: Evaluation, marked: tuple[Key, ...]
) -> dict[Key, Decimal]:
    """The amounts a broken rule holds against each other; what it adds up over all projects is each of them."""
    asked = dict.fromkeys(marked)
    for ident in (symbol.id for symbol in rule.expect.refs if is_amount(form, symbol.id)):
        every = form.fields[ident].per_project and not place.project
        numbers = range(1, len(evaluation.filled.issue.projects) + 1) if every else (place.project,)
        asked |= dict.fromkeys(Key(number if form.fields[ident].per_project else 0, ident) for number in numbers)
    return _amounts(evaluation, (key for key in asked if is_amount(form, key.id)))


def _unlike(
    layout: Placed,
    evaluation: Evaluation,
    known: Container[Key],
    told: Mapping[tuple[int, Decimal], str],
    smallest: Mapping[int, Decimal],
) -> Iterator[tuple[tuple[Key, ...], Key]]:
    """Amounts thousands of times the same figure of another year, where nothing else told of them."""
    form, seen = layout.form, set[tuple[int, Decimal]]()
    for group in kin(form):
        projects = range(1, len(evaluation.filled.issue.projects) + 1) if form.fields[group[0]].per_project else (0,)
        for project in projects:
            values = {ident: evaluation.value(Key(project, ident)) for ident in group}
            amounts = {ident: abs(value) for ident, value in values.items() if isinstance(value, Decimal)}
            large, other = outgrown(amounts)
            keys = tuple(
                Key(project, ident)
                for ident in large
                if Key(project, ident) not in known
                and (project, amounts[ident]) not in {*told, *seen}
                and (project not in smallest or amounts[ident] < smallest[project])
            )
            if keys:
                seen |= {(project, amounts[key.id]) for key in keys}
                yield keys, Key(project, other)


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

    def found(self, ident: str) -> Value | bool:
        """Return what a name means at this place, were it given in 元."""
        value = super().found(ident)
        if ident != self.ident or not isinstance(value, Decimal):
            return value
        return value / self.by if self.by else Decimal(0)


def _adds_up(rule: BoundRule, evaluation: Evaluation, place: Place, ident: str) -> bool:
    """Whether a sum holds once an amount is taken for 元, and does not without the amount."""
    breaks = expr.breaks(rule.expect)
    taken, left_out = (expr.broken(breaks, _InYuan(evaluation, place, ident, by)) for by in (_YUAN, 0))
    return taken is False and left_out is not False
