"""What the summary workbook is made from, and where every department stands.

Imports ``examine.outcome``. A newcomer would list only the files that count; the bureau must find every
file of the folder again, so files of no department and superseded files have rows of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from xltool.examine.outcome import Outcome
from xltool.findings import Status
from xltool.report.wording import MISSING, VERDICT, code_of, department


@dataclass(frozen=True, slots=True)
class Expected:
    """A department of the roster."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SummaryData:
    """One campaign. ``chosen``: department code to the outcome that counts; ``links``: file to relative path."""

    title: str
    year: int
    form_title: str
    expected: tuple[Expected, ...]
    outcomes: tuple[Outcome, ...]
    chosen: Mapping[str, Outcome]
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one department stands. ``outcome`` is None if nothing usable came; ``others``: further files of it."""

    code: str
    name: str
    outcome: Outcome | None
    others: tuple[Outcome, ...] = ()
    on_roster: bool = True
    adopted: bool = True

    @property
    def state(self) -> str:
        """The state in words."""
        return VERDICT[self.outcome.status] if self.outcome else MISSING

    @property
    def counted(self) -> bool:
        """Whether its figures and scores enter the summary: what was sent back does not."""
        return self.outcome is not None and self.adopted and self.outcome.status is not Status.REJECTED


def standings(data: SummaryData) -> tuple[Standing, ...]:
    """Return every department: the roster in its order, then chosen returns of departments not on it."""
    sent: dict[str, list[Outcome]] = {}
    for outcome in data.outcomes:
        if code_of(outcome):
            sent.setdefault(code_of(outcome), []).append(outcome)
    known = {item.code for item in data.expected}
    extra = [Expected(code, department(chosen)) for code, chosen in data.chosen.items() if code not in known]
    return tuple(
        _standing(data, item, sent.get(item.code, []), item.code in known) for item in (*data.expected, *extra)
    )


def strangers(data: SummaryData) -> tuple[Outcome, ...]:
    """Return the outcomes that belong to no department, skipped files last."""
    codes = {standing.code for standing in standings(data)}
    files = {outcome.file for outcome in data.chosen.values()}
    found = [o for o in data.outcomes if code_of(o) not in codes and o.file not in files]
    return tuple(sorted(found, key=lambda outcome: bool(outcome.skipped)))


def current(data: SummaryData) -> tuple[tuple[str, Outcome], ...]:
    """Return (department name, outcome) of all that still needs attention: no superseded and no skipped file."""
    own = [(standing.name, standing.outcome) for standing in standings(data) if standing.outcome]
    return (*own, *((department(outcome), outcome) for outcome in strangers(data) if not outcome.skipped))


def _standing(data: SummaryData, item: Expected, sent: list[Outcome], on_roster: bool) -> Standing:
    chosen = data.chosen.get(item.code)
    adopted = chosen is not None
    if chosen is None and sent:
        chosen = sent[-1]  # nothing was adopted, but something came: not the same as nothing at all
    others = tuple(outcome for outcome in sent if chosen is None or outcome.file != chosen.file)
    return Standing(item.code, item.name, chosen, others, on_roster, adopted or chosen is None)
