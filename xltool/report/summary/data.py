"""What the summary workbook is made from, and where every department stands.

Imports ``examine.outcome``. A newcomer would list only the files that count; the bureau must find every
file of the folder again, so files of no department and superseded files have rows of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from xltool.examine.outcome import Outcome
from xltool.findings import State
from xltool.form.definition.result_policy import ResultPolicy
from xltool.form.definition.review_policy import ResultUse
from xltool.report.wording import code_of, department

Controls = Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Expected:
    """A department of the roster. ``authority``: its 主管部门, ``""`` where the campaign has none."""

    code: str
    name: str
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list of files shows of an outcome; ``open`` gives the whole, which need not stay in memory."""

    file: str
    code: str
    name: str
    state: State
    counts: tuple[int, ...]
    skipped: str
    open: Callable[[], Outcome]

    @classmethod
    def of(cls, outcome: Outcome | Brief) -> Brief:
        """Return the brief of an outcome that is at hand."""
        if isinstance(outcome, Brief):
            return outcome
        return cls(
            outcome.file,
            code_of(outcome),
            department(outcome),
            outcome.state,
            tuple(outcome.counts().values()),
            outcome.skipped,
            lambda: outcome,
        )


@dataclass(frozen=True, slots=True)
class SummaryData:
    """One campaign. ``chosen``: department code to the outcome that counts.

    ``links`` and ``sources``: file to the relative path of its marked copy and of itself. ``remarks``: file to what is
    to be said of it in 收件情况, such as why it was chosen; ``absent``: department code to what is to be said where
    nothing lies there. ``execution_rate`` and ``amount``: the names of a project's rate and of what it is weighed by.
    ``amount_label`` and ``rate_label``: what the form's tables call them.
    ``labels``: figures to what the form calls them, where it gave a column of a grid a label of its own.
    ``sections``: figures to the sheet of the form they are filled in on. ``blocks`` and ``grades``: the form's 一级 and its
    words of a grade, in its order. ``results`` and ``uses``: the form's lights, and what follows from a grade.
    ``authorities``: project code to its 主管部门, where the roster says it. ``vias``: file to the 主管部门 that handed it up,
    in words. ``controls`` and ``project_controls``: what the roster says of figures, by department and by project code.
    """

    title: str
    year: int
    form_title: str
    expected: tuple[Expected, ...]
    outcomes: Iterable[Outcome | Brief]
    chosen: Mapping[str, Outcome | Brief]
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    remarks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    controls: Controls = field(default_factory=lambda: MappingProxyType({}))
    project_controls: Controls = field(default_factory=lambda: MappingProxyType({}))
    execution_rate: str = ""
    amount: str = ""
    amount_label: str = "全年预算数"
    rate_label: str = "预算执行率"
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    blocks: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    results: ResultPolicy = field(default_factory=ResultPolicy)
    uses: Mapping[str, ResultUse] = field(default_factory=lambda: MappingProxyType({}))
    authorities: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    scored: bool = True
    vias: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def rate_word(self) -> str:
        """The rate at the head of a narrow column."""
        return "执行率" if "执行率" in self.rate_label else self.rate_label

    def briefs(self) -> tuple[Brief, ...]:
        """Return all files in order."""
        return tuple(map(Brief.of, self.outcomes))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one department stands. ``brief`` is None if nothing usable came; ``others``: further files of it."""

    code: str
    name: str
    brief: Brief | None
    others: tuple[Brief, ...] = ()
    on_roster: bool = True
    adopted: bool = True
    authority: str = ""

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that counts, opened when asked for."""
        return self.brief.open() if self.brief else None

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.brief.state if self.brief else State.MISSING

    @property
    def counted(self) -> bool:
        """Whether its figures and scores enter the summary: what was sent back does not."""
        return self.brief is not None and self.adopted and self.brief.state.counted


def standings(data: SummaryData) -> tuple[Standing, ...]:
    """Return every department: the roster in its order, then chosen returns of departments not on it."""
    sent: dict[str, list[Brief]] = {}
    for brief in data.briefs():
        if brief.code:
            sent.setdefault(brief.code, []).append(brief)
    known = {item.code for item in data.expected}
    extra = [Expected(code, Brief.of(chosen).name) for code, chosen in data.chosen.items() if code not in known]
    return tuple(
        _standing(data, item, sent.get(item.code, []), item.code in known) for item in (*data.expected, *extra)
    )


def strangers(data: SummaryData) -> tuple[Brief, ...]:
    """Return the files that belong to no department, skipped files last."""
    codes = {item.code for item in data.expected} | set(data.chosen)
    files = {Brief.of(chosen).file for chosen in data.chosen.values()}
    found = [brief for brief in data.briefs() if brief.code not in codes and brief.file not in files]
    return tuple(sorted(found, key=lambda brief: bool(brief.skipped)))


def _standing(data: SummaryData, item: Expected, sent: list[Brief], on_roster: bool) -> Standing:
    chosen = Brief.of(data.chosen[item.code]) if item.code in data.chosen else None
    adopted = chosen is not None
    if chosen is None and sent:
        chosen = sent[-1]  # nothing was adopted, but something came: not the same as nothing at all
    others = tuple(brief for brief in sent if chosen is None or brief.file != chosen.file)
    return Standing(item.code, item.name, chosen, others, on_roster, adopted or chosen is None, item.authority)
