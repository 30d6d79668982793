"""A project that cannot be scored although nothing else has to be corrected. Imports ``notices``, ``spots``.

Without a total there is no 通过: what a rule has not found, such as a qualitative result that fits no grade, is said
here, with the lines that lack points.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xltool.check import return_notices
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.engine.evaluation import Evaluation
from xltool.form import Key
from xltool.form.definition.scoring import ScoredItem
from xltool.form.layout.workbook_layout import Layout, Placed

_MOST = 5


def unscored(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Yield the projects that count and have no total. An official form may have no points at all: nothing is said there."""
    form, scoring = layout.form, layout.form.spec.scoring
    if not scoring.counted or not isinstance(layout, Layout):
        return
    total, counted, stated = (form.ids[name] for name in (scoring.total, scoring.counted, scoring.stated))
    for number in range(1, len(layout.issue.projects) + 1):
        if evaluation.value(Key(number, counted)) != 1 or isinstance(evaluation.value(Key(number, total)), Decimal):
            continue
        lacking = [name for item in scoring.items for name in _lacking(evaluation, item, number)]
        what = "、".join(f"“{name}”" for name in lacking[:_MOST]) + (
            f"等 {len(lacking)} 项" if len(lacking) > _MOST else ""
        )
        key = Key(number, stated)
        cell = spot_of(layout, evaluation, key)
        finding = return_notices.UNSCORED.finding(
            cell.sheet,
            (cell.a1,),
            form.fields[stated].field.name,
            what=f"{what}的得分算不出来" if what else "各项得分不全",
        )
        yield finding, order_of(layout, order, key)


def _lacking(evaluation: Evaluation, item: ScoredItem, project: int) -> Iterator[str]:
    """The lines in use that have no points."""
    form = evaluation.form
    if not item.table:
        if not isinstance(evaluation.value(Key(project, form.ids[item.final])), Decimal):
            yield str(item.name)
        return
    final, working, name = (form.ids[field] for field in (item.final, item.working, item.name))
    for row in range(1, len(evaluation.filled.issue.rows(project, item.table)) + 1):
        used = evaluation.value(Key(project, working, row)) != ""
        if used and not isinstance(evaluation.value(Key(project, final, row)), Decimal):
            yield str(evaluation.value(Key(project, name, row))) or f"第 {row} 行"
