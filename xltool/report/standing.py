"""How a campaign stands: each figure computed once, for the console, 汇总, 通报, letters, lists and JSON.

Imports ``findings`` and the form's policy. What was sent back, is blank or answers an older issue has no score anywhere. A newcomer would
let every output count for itself, and one rounds while another includes what was sent back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from xltool.findings import State

if TYPE_CHECKING:
    from xltool.form.definition.result_policy import ResultPolicy

_K = TypeVar("_K", bound=Hashable)
INCOMPLETE = State.INCOMPLETE.value
_CENT = Decimal("0.01")
SHOWN = (State.PASSED, State.TO_CORRECT, State.INCOMPLETE, State.REJECTED, State.OUTDATED, State.BLANK, State.MISSING)
"""In the order in which counts are told."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One department of the roster: its state, its total and grade."""

    state: State
    total: Decimal | None = None
    grade: str = ""

    @property
    def score(self) -> Decimal | None:
        """The total that is shown, ranked and averaged; None for what does not count."""
        return self.total if self.state.counted else None


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a campaign. ``mean`` is rounded half-up to 2 decimals, over the departments with a score; ``grades`` are
    those of departments that count, 资料不全 where there is none.
    """

    expected: int
    states: Mapping[State, int] = field(default_factory=lambda: MappingProxyType({}))
    scored: int = 0
    mean: Decimal | None = None
    grades: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, *states: State) -> int:
        """Return how many departments are in one of the states."""
        return sum(self.states.get(state, 0) for state in states)

    @property
    def came(self) -> int:
        """How many have handed in something that is not blank."""
        return sum(count for state, count in self.states.items() if state.came)

    @property
    def missing(self) -> int:
        """How many have not: nothing came, or a blank template."""
        return self.expected - self.came

    @property
    def rate(self) -> str:
        """The share that has handed in, in whole per cent rounded half-up; — without a roster."""
        if not self.expected:
            return "—"
        share = Decimal(100 * self.came) / self.expected
        return f"{share.quantize(Decimal(1), ROUND_HALF_UP)}%"

    @property
    def mean_text(self) -> str:
        """The mean as it is shown."""
        return "—" if self.mean is None else f"{self.mean:.2f}"

    def sentence(self) -> str:
        """Return the counts in words, the same at the end of collect, in status and in the list."""
        return f"应报 {self.expected} 个，已报 {self.came} 个（收到率 {self.rate}）：{self.told()}。"

    def told(self) -> str:
        """Return how many departments are in which state, in words; rare states only where there are any."""
        return "，".join(f"{state.value} {self.of(state)} 个" for state in self.shown)

    @property
    def shown(self) -> tuple[State, ...]:
        """The states that are told: rare ones only where there are any."""
        return tuple(state for state in SHOWN if self.of(state) or state in _ALWAYS)


class Light(StrEnum):
    """红黄灯; ``NONE`` where neither score nor rate is known."""

    RED = "红灯"
    YELLOW = "黄灯"
    GREEN = "绿灯"
    NONE = ""


def light(policy: ResultPolicy, total: Decimal | float | None, rate: Decimal | float | None = None) -> Light:
    """Return the light of a project (or of a department, which has no rate of its own): the worse of score and rate.

    ``rate``: 1 is 100 %.
    """
    if not policy.lights or (total is None and rate is None):
        return Light.NONE
    low_score = (
        total is not None and total < policy.red_score.value,
        total is not None and total < policy.yellow_score.value,
    )
    low_rate = (rate is not None and rate < policy.red_rate.value, rate is not None and rate < policy.yellow_rate.value)
    if low_score[0] or low_rate[0]:
        return Light.RED
    over = rate is not None and rate > policy.most_rate.value
    return Light.YELLOW if low_score[1] or low_rate[1] or over else Light.GREEN


_ALWAYS = (State.PASSED, State.TO_CORRECT, State.MISSING)


def counts(stands: Iterable[Stand]) -> Counts:
    """Return the figures of the departments of the roster."""
    found = tuple(stands)
    scores = [score for stand in found if (score := stand.score) is not None]
    mean = (sum(scores, Decimal(0)) / len(scores)).quantize(_CENT, ROUND_HALF_UP) if scores else None
    states = MappingProxyType(dict(Counter(stand.state for stand in found)))
    grades = Counter(stand.grade if stand.score is not None else INCOMPLETE for stand in found if stand.state.counted)
    return Counts(len(found), states, len(scores), mean, MappingProxyType(dict(sorted(grades.items()))))


def ranks(totals: Mapping[_K, Decimal | float | None]) -> Mapping[_K, int]:
    """Return the rank of everything with a total: the highest is first, equal totals share a rank."""
    known = [value for value in totals.values() if value is not None]
    above: dict[Decimal | float, int] = {}
    for place, value in enumerate(sorted(known, reverse=True)):
        above.setdefault(value, place)
    return MappingProxyType({key: above[value] + 1 for key, value in totals.items() if value is not None})
