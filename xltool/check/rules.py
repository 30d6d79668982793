"""Runs a form's rules over a filled form and words the findings.

One problem, one line: places of one rule with the same text on one sheet become one finding with all
its cells. A rule that cannot be said in a formula goes here as a function of (layout, evaluation) and
into ``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from xltool import expr, notation
from xltool.check import return_notices
from xltool.check.alike import alike
from xltool.check.appearance import looks
from xltool.check.issued import issued
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.check.ranges import beyond, ranges
from xltool.check.readers import beside, note_of, text_readers
from xltool.check.slips import Slips, slips
from xltool.check.texts import texts
from xltool.check.unscored import unscored
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import Reading, ReadingKind
from xltool.expr.functions.nodes import Ref
from xltool.findings import Finding, Severity
from xltool.form import Form, Key
from xltool.form.compiled.form import NUMBERS, BoundRule
from xltool.form.compiled.policy_texts import of_year
from xltool.form.definition.model import FieldType
from xltool.form.layout.places import Place, cells_of, of_rule
from xltool.form.layout.workbook_layout import Address, Placed

_Group = tuple[str, str, str]
"""Code, sheet, message."""


def check(layout: Placed, evaluation: Evaluation) -> tuple[Finding, ...]:
    """Return all findings of a filled form: grave ones first, then in reading order."""
    order = {title: index for index, title in enumerate(layout.titles)}
    grouped: dict[_Group, list[Finding]] = {}
    first: dict[_Group, tuple[int, int, int]] = {}
    for function in (*CHECKS, unscored):
        if function is unscored and any(found[0].severity is not Severity.NOTICE for found in grouped.values()):
            break  # the total comes with the corrections
        for finding, place in function(layout, evaluation, order):
            key = (finding.code, finding.sheet, finding.message)
            grouped.setdefault(key, []).append(finding)
            first.setdefault(key, place)
    _put_together(layout, grouped, first)
    ranked = sorted(grouped, key=lambda key: (grouped[key][0].severity.rank, first[key], key))
    return tuple(_joined(grouped[key]) for key in ranked)


_FEW, _NAMED = 3, 5


def _put_together(
    layout: Placed, grouped: dict[_Group, list[Finding]], first: dict[_Group, tuple[int, int, int]]
) -> None:
    """A copied block breaks one rule in many rows, each with a text of its own: one finding for each sheet."""
    words = {rule.rule.code: str(rule.rule.several) for rule in layout.rules if rule.rule.several}
    for code, sheet in dict.fromkeys((code, sheet) for code, sheet, _ in grouped if code in words):
        several = [key for key in grouped if key[:2] == (code, sheet)]
        if len(several) < _FEW:
            continue
        seen = [f"“{grouped[key][0].seen}”" for key in several]
        which = "、".join(seen[:_NAMED]) + (f" 等 {len(seen)} 个" if len(seen) > _NAMED else "")
        message = words[code].format(count=len(several), which=which)
        found = [replace(one, message=message) for key in several for one in grouped.pop(key)]
        key = (code, sheet, message)
        grouped[key], first[key] = found, min(first[old] for old in several)


def _joined(findings: list[Finding]) -> Finding:
    if len(findings) == 1:
        return findings[0]
    cells = dict.fromkeys(cell for finding in findings for cell in finding.cells)
    labels = dict.fromkeys(label for finding in findings for label in finding.label.split("、"))
    return replace(findings[0], cells=tuple(cells), label="、".join(labels))


def _rules(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    found = slips(layout, evaluation)
    for several, other in found.unlike:
        yield _unlike(layout, evaluation, several, other), order_of(layout, order, several[0])
    for rule, place, keys in _broken(layout, evaluation, found):
        yield _finding(layout, evaluation, rule, place, keys), order_of(layout, order, keys[0])


def _broken(
    layout: Placed, evaluation: Evaluation, found: Slips, within: Set[Key] | None = None
) -> Iterator[tuple[BoundRule, Place, tuple[Key, ...]]]:
    """The broken rules worth telling, each with the cells to be corrected; ``within``: only rules that mark one of these."""
    for rule in layout.rules:
        places = of_rule(layout.form, rule, layout.issue)
        if within is not None:
            places = (place for place in places if not within.isdisjoint(layout.marked(rule, place)))
        for place in evaluation.failing(rule, places):
            keys = _in_use(evaluation, layout.marked(rule, place))
            if not keys or found.told_elsewhere(rule, place, keys):
                continue
            if not _said_as_such(layout, evaluation, keys[0]):
                yield rule, place, keys


def owed(layout: Placed, evaluation: Evaluation) -> frozenset[Key]:
    """Return the blank cells of which a finding says that something has to stand there.

    The same rules as ``check``, of them only those that mark a blank cell: a fifth of the time.
    """
    fields, reading = layout.form.fields, evaluation.filled.reading
    blank = {key for key in layout.cells if fields[key.id].field.is_input and reading(key).kind is ReadingKind.BLANK}
    return frozenset(
        key
        for rule, _, keys in (_broken(layout, evaluation, slips(layout, evaluation), blank) if blank else ())
        if rule.rule.severity is not Severity.NOTICE
        for key in keys
        if key in blank and layout.cells[key].sheet == layout.cells[keys[0]].sheet
    )


def _said_as_such(layout: Placed, evaluation: Evaluation, key: Key) -> bool:
    """What cannot be read, or cannot stand there, is said once, and not what follows from it."""
    unreadable = evaluation.filled.reading(key).kind is ReadingKind.ERROR
    return unreadable or bool(_off_list(layout, evaluation, key) or beyond(layout, evaluation, key))


def _in_use(evaluation: Evaluation, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Of a whole column only the cells that hold something are to be corrected; all, if none does."""
    rows = [key for key in keys if key.row]
    filled = {key for key in rows if evaluation.value(key) != ""}
    if len({key.row for key in rows}) <= 1 or not filled:
        return keys
    return tuple(key for key in keys if not key.row or key in filled)


def _finding(layout: Placed, evaluation: Evaluation, rule: BoundRule, place: Place, keys: tuple[Key, ...]) -> Finding:
    where = [spot_of(layout, evaluation, key) for key in keys]
    sheet = where[0].sheet
    names = dict.fromkeys(layout.form.fields[key.id].field.name for key in keys)
    reading = evaluation.filled.reading(keys[0])
    # What the figure would be in our unit, if reading could tell.
    advice = reading.problem.partition("；")[2] if rule.rule.on == NUMBERS else ""
    return Finding(
        code=str(rule.rule.code),
        severity=rule.rule.severity,
        message=str(evaluation.message(rule, place)),
        remedy=of_year(rule.rule.do, layout.issue.year) + (f"{advice}。" if advice else ""),
        sheet=str(sheet),
        cells=tuple(dict.fromkeys(cell.a1 for cell in where if cell.sheet == sheet)),
        label="、".join(names),
        seen=_brief(reading.typed or _shown(evaluation.value(keys[0]))),
        expected=_expected(evaluation, rule, place),
    )


def _unlike(layout: Placed, evaluation: Evaluation, keys: tuple[Key, ...], other: Key) -> Finding:
    """An amount that only the same figure of another year shows to be in 元."""
    where, form = [spot_of(layout, evaluation, key) for key in keys], layout.form
    items, values = [form.fields[key.id].field for key in (*keys, other)], [*map(evaluation.value, (keys[0], other))]
    shown = [f"{notation.text_of(value)} {items[0].unit}" for value in values]
    return return_notices.UNLIKE.finding(
        where[0].sheet,
        tuple(dict.fromkeys(cell.a1 for cell in where if cell.sheet == where[0].sheet)),
        "、".join(item.name for item in items[:-1]),
        shown[0],
        what=items[0].name,
        typed=shown[0],
        other=items[-1].name,
        theirs=shown[1],
        unit=items[0].unit,
    )


def _brief(text: str) -> str:
    """A long text is recognised by its beginning."""
    return text if len(text) <= 60 else f"{text[:60]}…"


def _shown(value: Decimal | str) -> str:
    return notation.text_of(value)


def _expected(evaluation: Evaluation, rule: BoundRule, place: Place) -> str:
    """What the cell should have held, where the rule says just one value for this cell; else nothing."""
    comparison = rule.expect.comparison
    if comparison is None or [symbol.id for symbol in comparison[0].refs] != [rule.at[0]]:
        return ""
    left, operator, right = comparison
    # What a column has to add up to must not be taken for what its first cell should hold.
    if operator != "=" or not isinstance(left.root, Ref):
        return ""
    value = expr.evaluate(right, evaluation.env(place))
    if isinstance(value, Decimal):
        units = evaluation.form.spec.units
        return expr.formatted(value, units[right.unit].format if right.unit in units else "general")
    return ""


def _readings(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """What reading itself noticed: error values, normalised notation, computed cells that show something else."""
    for key in layout.cells:
        item, reading = layout.form.fields[key.id].field, evaluation.filled.reading(key)
        where = spot_of(layout, evaluation, key)
        if item.compute and evaluation.filled.stated is not None:
            notice = None  # typed by hand on an official form: the form's own rules look at it
        elif item.compute:
            notice = _computed(evaluation, key, reading)
        elif reading.kind is ReadingKind.ERROR:
            what = reading.problem or f"错误值“{reading.typed}”"
            notice = return_notices.ERROR_VALUE.finding(
                where.sheet, (where.a1,), item.name, reading.typed or what, what=what
            )
        elif reading.note.startswith(notation.STORED_AS_TEXT):
            notice = return_notices.STORED_AS_TEXT.finding(where.sheet, (where.a1,), item.name, reading.typed)
        elif (
            item.default
            and evaluation.filled.stated is None
            and reading.kind is ReadingKind.BLANK
            and evaluation.by_formula(key) != ""
        ):
            notice = return_notices.EMPTIED.finding(
                where.sheet, (where.a1,), item.name, "", _shown(evaluation.by_formula(key))
            )
        elif reading.note:
            notice = _converted(where, item.name, reading.typed, reading.note)
        else:
            notice = None
        if notice is not None:
            yield notice, order_of(layout, order, key)


def _choices(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Pasting and other programs get round a drop-down list; the list of the form decides, never the one in the file."""
    for key in layout.cells:
        words = _off_list(layout, evaluation, key)
        if words:
            cell, shown = spot_of(layout, evaluation, key), _brief(evaluation.filled.reading(key).typed)
            name = layout.form.fields[key.id].field.name
            finding = return_notices.OFF_LIST.finding(
                cell.sheet, (cell.a1,), name, shown, words, typed=shown, words=words
            )
            yield finding, order_of(layout, order, key)


def _off_list(layout: Placed, evaluation: Evaluation, key: Key) -> str:
    """The words that could have been chosen, ``""`` if one of them was."""
    choices, reading = layout.form.fields[key.id].field.choices, evaluation.filled.reading(key)
    if (
        not choices
        or layout.form.fields[key.id].field.type is FieldType.MULTIPLE
        or reading.kind is not ReadingKind.VALUE
        or key in layout.issue.locked
    ):
        return ""
    if evaluation.filled.stated is not None and key.id not in _asked(layout.form):
        return ""  # a local form has words of its own, and no rule or formula asks for this one
    words = layout.form.spec.lists[choices].words
    return "" if reading.value in {notation.fold(word) for word in words} else "、".join(words)


@lru_cache(maxsize=32)
def _asked(form: Form) -> frozenset[str]:
    """The fields that any formula or rule of a form looks at."""
    rules = [*form.official_rules, *form.returned_rules]
    bound = [*form.computed.values(), *(one for rule in rules for one in (rule.expect, rule.when) if one is not None)]
    return frozenset(symbol.id for one in bound for symbol in one.refs)


def _measures(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Targets, actuals and days are texts; where a formula took one for a number or a day in a way worth knowing, say so."""
    form = layout.form
    for name, (text, *more), result in text_readers(layout):
        info = form.fields[text.id]
        for key in cells_of({text.id: info}, evaluation.filled.issue):
            others = [evaluation.value(beside(form, key, symbol.id)) for symbol in more]
            typed = _shown(evaluation.value(key))
            note = note_of(name, typed, *others) if typed else ""
            read = not result or isinstance(evaluation.value(beside(form, key, result)), Decimal)
            told = name == "NUM" and evaluation.filled.reading(key).note  # how it was read has been said
            if note and read and not told:
                cell = spot_of(layout, evaluation, key)
                yield _converted(cell, info.field.name, typed, note), order_of(layout, order, key)


def _converted(where: Address, label: str, typed: str, note: str) -> Finding:
    note = note.removeprefix(f"填的是“{typed.strip()}”，")
    return return_notices.CONVERTED.finding(where.sheet, (where.a1,), label, typed, typed=typed, note=note)


def _computed(evaluation: Evaluation, key: Key, reading: Reading) -> Finding | None:
    """A computed cell is never believed; if its formula is gone or it shows something else, that is said."""
    ours = evaluation.value(key)
    if reading.address is None or (reading.typed == "" and reading.formula):
        return None
    same = reading.value == ours
    if isinstance(reading.value, Decimal) and isinstance(ours, Decimal):
        same = abs(reading.value - ours) <= Decimal("0.005")
    if same and (reading.formula or reading.typed == ""):
        return None
    item, shown, cell = evaluation.form.fields[key.id].field, _shown(ours) or "空", reading.address
    if reading.typed == "":
        return return_notices.EMPTIED.finding(cell.sheet, (cell.a1,), item.name, "", shown)
    notice = return_notices.STALE if reading.formula else return_notices.OVERWRITTEN
    return notice.finding(cell.sheet, (cell.a1,), item.name, reading.typed, shown, typed=reading.typed, value=shown)


CHECKS: tuple[Callable[[Placed, Evaluation, dict[str, int]], Iterator[FindingAt]], ...] = (
    _rules,
    _choices,
    ranges,
    looks,
    _readings,
    _measures,
    alike,
    issued,
    texts,
)
