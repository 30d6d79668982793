"""Last year's ledger: its figures for this year's workbooks, and this year against it: carried sums, dropped or lowered indicators, texts taken over unchanged.

Imports ``campaign.collect``. Last year is another campaign folder, named in ``xltool.toml`` as ``last_year``;
departments and projects are matched by code, then by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from types import MappingProxyType

from xltool import notation
from xltool.campaign.collected import Collected, Opened, open_collected
from xltool.campaign.compare.alert import Alert
from xltool.campaign.compare.similar_texts import SHORTEST
from xltool.campaign.intake.rounds import label_of
from xltool.campaign.settings import Campaign, open_campaign
from xltool.examine.outcome import Figure, Outcome
from xltool.form import Form
from xltool.form.definition.model import LAST_YEAR
from xltool.score import ProjectScore, ScoreLine
from xltool.writing.measure import points

_TOLERANCE = Decimal("0.005")


class LastYear:
    """Last year's campaign, opened for comparison department by department."""

    def __init__(self, form: Form, before: Opened) -> None:
        self._form, self._before, self._chosen = form, before, before.collected.chosen

    def compare(self, outcome: Outcome) -> Iterator[Alert]:
        """Yield what does not fit last year; nothing if the department has nothing there."""
        receipt = self._chosen.get(outcome.issue.department) if outcome.issue else None
        if receipt is not None:
            yield from compare_years(self._form, self._before.version(receipt.head, entries=True), outcome)


def figures_before(campaign: Campaign, form: Form) -> Mapping[str, Mapping[str, str]]:
    """Return last year's figures the form asks for, by department code and field name; empty if there are none.

    They come from the return that counts, as it was understood then (24万元 is 24); what looked filled in in 元 is left out.

    Raises:
        RosterError, CampaignError, DefinitionError: last year's campaign cannot be opened.
    """
    wanted = {name for _, name in _pairs(form)}
    if campaign.last_year is None or not wanted:
        return MappingProxyType({})
    result: dict[str, Mapping[str, str]] = {}
    with open_collected(open_campaign(campaign.last_year)).open() as before:
        for code, receipt in before.collected.chosen.items():
            figures = before.version(receipt.head).figures
            known = {
                item.name: str(item.value)
                for item in figures
                if item.name in wanted and item.value is not None and not item.doubtful
            }
            if known:
                result[code] = MappingProxyType(known)
    return MappingProxyType(result)


def _pairs(form: Form) -> Iterator[tuple[str, str]]:
    """The fields filled in from last year's return, each with the field there."""
    for info in form.fields.values():
        source, _, name = info.field.prefill.partition(".")
        if source == LAST_YEAR:
            yield info.field.name, name


@contextmanager
def last_year_of(collected: Collected) -> Iterator[LastYear | None]:
    """Open last year's campaign; None if none is set."""
    if collected.campaign.last_year is None:
        yield None
        return
    with open_collected(open_campaign(collected.campaign.last_year)).open() as before:
        yield LastYear(collected.form, before)


def compare_years(form: Form, old: Outcome, new: Outcome) -> Iterator[Alert]:
    """Yield what one department's two years do not agree on."""
    code = new.issue.department if new.issue else ""
    name = new.issue.department_name if new.issue else ""
    yield from _carried(code, name, form, old, new)
    known = {project.code: project for project in (old.scores.projects if old.scores else ())}
    by_name = {project.name: project for project in known.values()}
    for project in new.scores.projects if new.scores else ():
        earlier = known.get(project.code) or by_name.get(project.name)
        if earlier is not None:
            yield from _indicators(code, name, earlier, project)
    texts = {" ".join(e.typed.split()): e for e in old.entries if len(e.typed) >= SHORTEST}
    for entry in new.entries:
        if len(entry.typed) >= SHORTEST and " ".join(entry.typed.split()) in texts:
            place = f"〔{entry.sheet}〕{entry.cell} {label_of(form, new.issue, entry.key)}"
            yield Alert("PL07", code, name, place, "与上年的文字完全相同。", "100%")


def _carried(code: str, name: str, form: Form, old: Outcome, new: Outcome) -> Iterator[Alert]:
    """What last year said against what is said of last year; what the projects carry over cannot be more."""
    roles = form.spec.roles
    opening, end, part = (str(name) for name in (roles.opening, roles.closing, roles.carried))
    for here, there in dict.fromkeys([(opening, end), *_pairs(form)]):
        before, now = _figure(old.figures, there), _figure(new.figures, here)
        if before is not None and now is not None and abs(now - before) > _TOLERANCE:
            text = f"{here} {points(now)}，与上年的{there} {points(before)} 不等，差 {points(now - before)}。"
            yield Alert("PL07", code, name, here, text, points(now - before))
    closing = _figure(old.figures, end)
    if closing is None:
        return
    carried = [value for figures in new.project_figures if (value := _figure(figures, part)) is not None]
    total = sum(carried, Decimal(0))
    if carried and total - closing > _TOLERANCE:
        text = f"{part}合计 {points(total)}，多于上年的{end} {points(closing)}。"
        yield Alert("PL07", code, name, part, text, points(total - closing))


def _indicators(code: str, name: str, old: ProjectScore, new: ProjectScore) -> Iterator[Alert]:
    ours = {notation.fold(line.name): line for line in new.lines if line.level2}
    for line in old.lines:
        if not line.level2 or not line.name:
            continue
        now = ours.get(notation.fold(line.name))
        if now is None:
            yield Alert("PL07", code, name, new.name, f"上年的指标“{line.name}”（{line.target}）今年没有了。", "取消")
        elif lowered(line, now):
            text = f"指标“{line.name}”由上年的 {line.target} 降为 {now.target}。"
            yield Alert("PL07", code, name, new.name, text, "降低")


def lowered(old: ScoreLine, new: ScoreLine) -> bool:
    """Return whether a target asks for less than last year's; False where that cannot be told."""
    before, after = notation.read_measure(old.target, ""), notation.read_measure(new.target, "")
    if (
        before.value is None
        or after.value is None
        or notation.operator_of(old.target) != notation.operator_of(new.target)
    ):
        return False
    at_most = notation.operator_of(old.target) in ("≤", "<")
    return after.value > before.value if at_most else after.value < before.value


def _figure(figures: tuple[Figure, ...], name: str) -> Decimal | None:
    return next((figure.value for figure in figures if figure.name == name), None)
