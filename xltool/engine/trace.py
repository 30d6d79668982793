"""Which cells a result was read from, so that a second department costs only what differs in it.

Extends ``evaluate``. A result whose cells hold the same as before is the same as before, whatever way it was computed:
reads are watched while they happen, nothing is derived from the formulas. A newcomer would compute from the formulas
what depends on what, and forget a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from xltool import expr
from xltool.engine.evaluation import Evaluation, PlaceEnv
from xltool.engine.filled import BLANK, FilledForm, Reading
from xltool.form import Form, Issue, Key, Value
from xltool.form.compiled.form import BoundRule
from xltool.form.layout.calculation_layout import RuleState
from xltool.form.layout.places import Place

_T = TypeVar("_T")
WHOSE = "whose"
"""What is read where a result depends on whose form it is."""


class Kept(Evaluation):
    """An evaluation that remembers the states of rules too: a workbook asks for each several times."""

    def __init__(self, form: Form, filled: FilledForm) -> None:
        super().__init__(form, filled)
        self.states: dict[RuleState, bool | None] = {}

    def fails(self, rule: BoundRule, place: Place) -> bool | None:
        """As ``Evaluation.fails``."""
        state = rule.rule.code, place
        if state not in self.states:
            self.states[state] = super().fails(rule, place)
        return self.states[state]


class Traced(Kept):
    """An evaluation that notes for every value and state, and for any work, what was read.

    What is read is a ``Key`` (a value, or the reading of the cell itself), a ``RuleState``, or whatever ``read`` was told.
    """

    def __init__(self, form: Form, filled: FilledForm) -> None:
        self._open: list[set[object]] = [set()]
        self.reads: dict[Key | RuleState, frozenset[object]] = {}
        super().__init__(form, replace(filled, readings=_Watched(filled.readings, self.read)))

    def read(self, node: object) -> None:
        """Note a read."""
        self._open[-1].add(node)

    def watched(self, work: Callable[[], _T]) -> tuple[_T, frozenset[object]]:
        """Do the work; return its result and what it read."""
        self._open.append(set())
        try:
            result = work()
        finally:
            reads = frozenset(self._open.pop())
        return result, reads

    def identity(self) -> Issue:
        """As ``Evaluation.identity``."""
        self.read(WHOSE)
        return super().identity()

    def value(self, key: Key) -> Value:
        """As ``Evaluation.value``."""
        self.read(key)
        if key not in self.values:
            self.values[key], self.reads[key] = self.watched(lambda: self._value(key))
        return self.values[key]

    def fails(self, rule: BoundRule, place: Place) -> bool | None:
        """As ``Evaluation.fails``."""
        state = rule.rule.code, place
        self.read(state)
        if state not in self.states:
            self.states[state], self.reads[state] = self.watched(lambda: Evaluation.fails(self, rule, place))
        return self.states[state]

    def env(self, place: Place) -> PlaceEnv:
        """As ``Evaluation.env``."""
        return _WatchedEnv(self, place)

    def order(self) -> list[Key | RuleState]:
        """Every value and state, behind those it was read from."""
        found: dict[Key | RuleState, None] = {}
        begun: set[object] = set()

        def add(node: object) -> None:
            if node in begun or node not in self.reads:
                return
            begun.add(node)
            for asked in self.reads[node]:
                add(asked)
            found[node] = None

        for node in self.reads:
            add(node)
        return list(found)


class _WatchedEnv(PlaceEnv):
    """Remembers nothing, so that each reading is noted."""

    __slots__ = ()
    evaluation: Traced

    def __missing__(self, ident: str) -> Value | bool:
        return self.found(ident)

    def column(self, ident: str) -> list[Value]:
        return [self.evaluation.value(key) for key in self.cells(ident)]


class _Watched(Mapping[Key, Reading]):
    """Readings that tell when they are looked at."""

    def __init__(self, readings: Mapping[Key, Reading], read: Callable[[object], None]) -> None:
        self._readings, self._read = readings, read

    def __getitem__(self, key: Key) -> Reading:
        self._read(key)
        return self._readings.get(key, BLANK)

    def __contains__(self, key: object) -> bool:
        self._read(key)
        return key in self._readings

    def __iter__(self) -> Iterator[Key]:
        return iter(self._readings)

    def __len__(self) -> int:
        return len(self._readings)


def followed(base: Traced, order: Iterable[Key | RuleState], filled: FilledForm) -> tuple[Kept, set[object]]:
    """Evaluate another filling of the same shape; return it, and the cells and states that differ from ``base``.

    Only what read something that differs is computed; ``order``: see ``Traced.order``. What is not yet taken over from ``base``
    is not there, so a formula that now takes another branch computes what it finds there.
    """
    readings, others = dict(base.filled.readings.items()), filled.readings
    differs: set[object] = {key for key in {*readings, *others} if readings.get(key, BLANK) != others.get(key, BLANK)}
    result, rules = Kept(base.form, filled), {rule.rule.code: rule for rule in base.form.rules}
    with expr.arithmetic():
        for node in order:
            alike = base.reads[node].isdisjoint(differs)
            if isinstance(node, Key):
                was = base.values[node]
                now = result.values.setdefault(node, was) if alike else result.value(node)
                # 1.0 and 1.00 are equal, but not written alike
                if now is not was and (now != was or str(now) != str(was)):
                    differs.add(node)
            elif alike:
                result.states[node] = base.states[node]
            elif result.fails(rules[node[0]], node[1]) is not base.states[node]:
                differs.add(node)
    return result, differs
