"""What long texts say against the figures of the same form. Imports ``notices``, ``locations``.

Totals and their parts inside a sentence, the goals' figures against the indicators, goals that only repeat the
project's name: no formula can take a text apart, so this is asked here only. Which fields are the goals is said in the
form (``roles``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xltool import notation
from xltool.check import return_notices
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.engine.evaluation import Evaluation
from xltool.engine.text_totals import unequal
from xltool.findings import Finding
from xltool.form import Form, Key
from xltool.form.definition.model import FieldType
from xltool.form.layout.workbook_layout import Placed
from xltool.notation.words import FIGURE_UNITS, canonical

_MEASURED = re.compile(r"(?P<figure>[0-9]+(?:\.[0-9]+)?)(?P<unit>[一-鿿]{1,4})")
_SIGNS = re.compile(r"[\s，。；、,.;:：“”\"()（）《》!！]")
_NUMBERING = re.compile(
    r"(?:(?<=[。；;,，、])|^)(?:目标|任务|指标)?(?:[0-9]{1,2}[、.．:：)）](?![0-9])|[(（][0-9一二三四五六七八九十]{1,2}[)）]|[一二三四五六七八九十]{1,2}[、是])"
)
_FILLERS = re.compile(
    "按时|及时|全面|顺利|有序|继续|认真|切实|确保|保证|保障|做好|搞好|抓好|完成|开展|推进|落实|实施|加强|进行|用于|支付|"
    "本年度|本年|全年|年度|[0-9]{4}年度?|年|本单位|我单位|单位|工作|项目|经费|资金|费用|支出|补助|任务|目标|的|好|等|及|和|与"
)
_SHORTEST = 2
_BEFORE = 10
"""How many characters before a figure may say what it counts."""


def texts(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Yield what the long texts contradict: themselves, the indicators, or the purpose of a goal."""
    form = layout.form
    long = {ident for ident, info in form.fields.items() if info.field.type is FieldType.LONG and not info.table}
    for key in layout.cells:
        if key.id not in long or (evaluation.filled.stated is not None and not form.fields[key.id].per_project):
            continue  # the paragraphs of a report are looked at where they are read
        text = _bare(evaluation, key)
        for told in unequal(text):
            finding = return_notices.TEXT_PARTS.finding(
                *_at(layout, evaluation, key),
                told.total,
                total=f"{told.head}{told.total}",
                sum=notation.show_number(told.added, ""),
                unit=told.unit,
                gap=notation.show_number(told.gap, ""),
            )
            yield finding, order_of(layout, order, key)
    yield from _goals(layout, evaluation, order)


def _goals(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    form, roles = layout.form, layout.form.spec.roles
    shown = next(
        (
            (item.name, item.target, item.actual)
            for item in form.spec.scoring.items
            if item.table and item.target and item.actual
        ),
        None,
    )
    for project in range(1, len(evaluation.filled.issue.projects) + 1):
        for role, of_result in ((roles.goal, False), (roles.goal_result, True)):
            key = Key(project, form.ids.get(role, ""))
            if key not in layout.cells:
                continue
            text = _bare(evaluation, key)
            if not of_result and roles.project_name:
                name = _bare(evaluation, Key(project, form.ids[roles.project_name]))
                # On an official form a goal that stands in the name word for word is the form's own rule.
                if _only_name(text, name) and not (evaluation.filled.stated is not None and text in name):
                    finding = return_notices.GOAL_NAME.finding(
                        *_at(layout, evaluation, key), text[:40], goal=text[:40], name=name[:40]
                    )
                    yield finding, order_of(layout, order, key)
            copied = (
                of_result
                and (goal := _bare(evaluation, Key(project, form.ids.get(roles.goal, ""))))
                and goal.rstrip("。") in text
            )
            if (
                of_result
                and not copied
                and _same_but_numbers(_bare(evaluation, Key(project, form.ids.get(roles.goal, ""))), text)
            ):
                yield (
                    return_notices.GOAL_COPIED.finding(*_at(layout, evaluation, key), text[:40]),
                    order_of(layout, order, key),
                )
                copied = True
            if shown and not copied:  # a copied goal is the form's own rule
                for finding in _figures(layout, evaluation, key, shown[0], shown[2] if of_result else shown[1]):
                    yield finding, order_of(layout, order, key)


def _only_name(goal: str, name: str) -> bool:
    """Whether a goal is the project's name with nothing but words of doing around it; the very name is the form's own rule.

    >>> _only_name("做好业务培训经费工作。", "业务培训经费"), _only_name("开展业务培训6场", "业务培训经费")
    (True, False)
    """
    if not goal or not name or goal == name:
        return False
    core, of_name = (_FILLERS.sub("", _SIGNS.sub("", text)) for text in (goal, name))
    return len(core) >= _SHORTEST and core in of_name


def _same_but_numbers(goal: str, result: str) -> bool:
    """Whether two texts differ in nothing but numbering and signs, and have sentences enough to be numbered.

    >>> _same_but_numbers("目标1：考核第一名。目标2：先进单位。", "1.考核第一名。2.先进单位。")
    True
    >>> _same_but_numbers("新建1.5公里道路", "新建1.6公里道路"), _same_but_numbers("", "")
    (False, False)
    """
    one, other = (_SIGNS.sub("", _NUMBERING.sub("", text)) for text in (goal, result))
    return len(one) > _SHORTEST and one == other


def _figures(layout: Placed, evaluation: Evaluation, key: Key, name: str, shown: str) -> Iterator[Finding]:
    """Figures of a goal against the indicators with the same unit and a name of the same words."""
    form, text = layout.form, _bare(evaluation, key)
    value_id, unit_id = _shown_of(form, shown)
    if not text or not value_id:
        return
    item = form.fields[form.ids[name]]
    rows: list[tuple[str, str, Decimal]] = []
    for row in range(1, len(evaluation.filled.issue.rows(key.project, item.table)) + 1):
        label = _bare(evaluation, Key(key.project, form.ids[name], row))
        unit = canonical(_bare(evaluation, Key(key.project, unit_id, row)))
        typed = notation.text_of(evaluation.value(Key(key.project, value_id, row)))
        value = notation.read_measure(typed, unit).value if unit not in ("", "%") else None
        if label and value is not None:
            rows.append((label, unit, value))
    elsewhere = {(unit, value) for _, unit, value in rows}
    for label, unit, value in rows:
        near = [
            found
            for found in _MEASURED.finditer(text)
            if _counts(found["unit"], unit) and _alike(label, text[max(0, found.start() - _BEFORE) : found.start()])
        ]
        if near and not any((unit, Decimal(found["figure"])) in elsewhere for found in near):
            here, there = f"{near[0]['figure']}{unit}", f"{notation.show_number(value, '')}{unit}"
            yield return_notices.GOAL_FIGURE.finding(
                *_at(layout, evaluation, key), here, there, here=here, name=label[:20], there=there
            )


def _shown_of(form: Form, name: str) -> tuple[str, str]:
    """The text and unit columns that a shown target or actual is made of."""
    bound = form.computed.get(form.ids[name])
    symbols = next((symbols for call, symbols in bound.field_calls if call == "SHOWN"), ()) if bound else ()
    return (symbols[0].id, symbols[1].id) if len(symbols) > 1 else ("", "")


def _counts(text: str, unit: str) -> bool:
    """Whether the words behind a figure begin with a unit, and with no longer one: 人次 is not 人.

    >>> _counts("人次", "人"), _counts("名职工", "人"), _counts("万粒种子", "万粒")
    (False, True, True)
    """
    known = next((text[:end] for end in range(len(text), 0, -1) if text[:end] in FIGURE_UNITS), "")
    return canonical(known) == unit if len(known) >= len(unit) else text.startswith(unit)


def _alike(label: str, before: str) -> bool:
    """Whether an indicator's name and the words before a figure share three characters in a row."""
    return any(label[at : at + 3] in before for at in range(len(label) - 2))


def _bare(evaluation: Evaluation, key: Key) -> str:
    return notation.fold(notation.text_of(evaluation.value(key))).replace(" ", "").replace("\n", "")


def _at(layout: Placed, evaluation: Evaluation, key: Key) -> tuple[str, tuple[str, ...], str]:
    cell = spot_of(layout, evaluation, key)
    return cell.sheet, (cell.a1,), layout.form.fields[key.id].field.name
