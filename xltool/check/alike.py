"""Indicators of one project that are the same under slightly different names. Imports ``notices``, ``spots``.

A workbook cannot compare every text with every other, so this is asked here only. To add words refines a name
(重点单位, 受益群众), to exchange words tells two things apart (男 and 女, 县级 and 乡级, 人数 and 人次): only a name that
contains all characters of the other, in order, is taken for a repetition, and only where target and actual
are the same too. What the form's own rules report (equal names) is left to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from xltool.check import return_notices
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.engine.evaluation import Evaluation
from xltool.form import Key
from xltool.form.definition.scoring import ScoredItem
from xltool.form.layout.workbook_layout import Placed

SHORTEST = 4
"""A name of fewer characters (数量, 满意度) is part of many others without being the same."""
LONGEST = 500
"""A longer text is no name, and is not compared with others."""
SHARE = 0.6
"""How much of the longer name the shorter one must be."""


def alike(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Yield the indicators that repeat another one of the same project."""
    form, issue = layout.form, evaluation.filled.issue
    for item in (item for item in form.spec.scoring.items if item.table and item.target and item.actual):
        name = form.ids[item.name]
        for project in range(1, len(issue.projects) + 1):
            for first, second in _pairs(evaluation, item, project):
                keys = [Key(project, name, row) for row in (first, second)]
                if set(keys) <= issue.locked:
                    continue  # both approved as they are
                cells = [spot_of(layout, evaluation, key) for key in keys]
                texts = [str(evaluation.value(key)) for key in keys]
                finding = return_notices.ALIKE.finding(
                    cells[1].sheet,
                    tuple(cell.a1 for cell in cells if cell.sheet == cells[1].sheet),
                    item.name,
                    texts[1],
                    one=texts[0],
                    other=texts[1],
                )
                yield finding, order_of(layout, order, keys[0])


def _pairs(evaluation: Evaluation, item: ScoredItem, project: int) -> Iterator[tuple[int, int]]:
    """Rows with the same target and actual, by which most rows never meet, whose names are alike."""
    form = evaluation.form
    ids = [form.ids[name] for name in (item.target, item.actual, item.name)]
    same: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in range(1, len(evaluation.filled.issue.rows(project, item.table)) + 1):
        target, actual, name = (str(evaluation.value(Key(project, ident, row))) for ident in ids)
        if target and actual and name and len(name) <= LONGEST:
            same.setdefault((target, actual), []).append((row, name))
    for rows in same.values():
        yield from ((one[0], other[0]) for one, other in combinations(rows, 2) if repeats(one[1], other[1]))


def repeats(one: str, other: str) -> bool:
    """Whether one name is the other with words added.

    >>> repeats("服务对象满意度", "受益服务对象满意度"), repeats("男职工满意度", "女职工满意度"), repeats("次数", "培训次数")
    (True, False, False)
    """
    short, long = sorted((one, other), key=len)
    if not SHORTEST <= len(short) < len(long) or len(short) < SHARE * len(long):
        return False
    rest = iter(long)
    return all(char in rest for char in short)
