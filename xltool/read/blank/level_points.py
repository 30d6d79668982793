"""The blocks of indicators a paper prints, with their points, and what the form's parameters become.

Imports ``likeness``. Points come from the paper (“产出指标（50分）”, 分值 10, 总分 100); what it does not say is the base's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from xltool import expr
from xltool.expr.language.tree import Name
from xltool.form.compiled.form import FULL_MARKS
from xltool.form.definition.model import FieldType, TableBlock
from xltool.ooxml.refused import refuse
from xltool.read.blank import blank_notices
from xltool.read.blank.likeness import Likeness
from xltool.read.blank.printed_words import named
from xltool.read.official.labels import label_of, points_in, squeeze

_EXECUTION = "执行"
_INDICATORS, _POINTS = "指标", "分值"


@dataclass(slots=True)
class PaperGroup:
    """A 二级: its name in the form, as the paper prints it, and how many rows it has."""

    name: str
    said: str
    rows: int = 0
    points: Decimal | None = None


@dataclass(slots=True)
class PaperLevel:
    """A 一级 with its 二级; ``points`` as printed behind it; ``parameter``: the name of what holds them."""

    name: str
    said: str
    points: Decimal | None
    groups: list[PaperGroup] = field(default_factory=list)
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """The parameters that become other numbers, and new ones, by name; ``weights``: what adds up to ``full``."""

    levels: tuple[PaperLevel, ...]
    told: Mapping[str, Decimal]
    values: Mapping[str, Decimal]
    weights: tuple[str, ...]
    full: Decimal
    decisions: tuple[str, ...]


def table_of(one: Likeness) -> TableBlock | None:
    """The table of indicators the print repeats."""
    return one.form.tables.get(one.print.table_id)


def levels_of(one: Likeness) -> tuple[PaperLevel, ...]:
    """Return the blocks in the order of the paper."""
    columns = {info.field.type: col for col, p in one.columns.items() if (info := one.form.fields.get(p.field))}
    result: list[PaperLevel] = []
    for row, number in one.rows.items():
        found = one.match.rows[1][number - 1]
        texts = [
            one.paper.places[row, columns[kind]].text if kind in columns else ""
            for kind in (FieldType.LEVEL1, FieldType.LEVEL2)
        ]
        level = next((level for level in result if level.name == found.level1), None)
        if level is None:
            level = PaperLevel(found.level1, _said(texts[0], found.level1), points_in(texts[0]))
            result.append(level)
        name = found.level2 or found.level1
        group = next((group for group in level.groups if group.name == name), None)
        if group is None:
            group = PaperGroup(name, _said(texts[1], name), 0, points_in(texts[1]))
            level.groups.append(group)
        group.rows += not one.spare(row)
    return tuple(result)


def _said(text: str, name: str) -> str:
    """A block's name as printed, without points and line breaks."""
    return label_of(text) or name


def marks_of(one: Likeness, levels: tuple[PaperLevel, ...]) -> Marks:
    """Return the points of a paper.

    Raises:
        Refused: they do not add up to full marks.
    """
    spec, table = one.form.spec, table_of(one)
    numbers = {str(p.name): p.value for p in spec.parameters}
    told = _told(one)
    full = told.pop(FULL_MARKS, spec.full_marks)
    if table is None or not levels:
        return Marks(levels, told, {n: v for n, v in told.items() if v != numbers.get(n)}, (), full, ())
    of_level = {str(level.name): str(level.points) for level in table.levels}
    shared = len(set(of_level.values())) == 1 and len(of_level) > 1
    others = tuple(str(name) for name in spec.weights if name not in of_level.values())
    if len(others) == 1 and others[0] not in told and (points := _execution(one)) is not None:
        told[others[0]] = points
    taken = [*numbers, *one.form.ids]
    for level in levels:
        level.parameter = of_level.get(level.name) or (next(iter(of_level.values())) if shared else "")
        if not level.parameter:
            level.parameter = named(level.said.removesuffix(_INDICATORS) + _POINTS, taken, _POINTS)
            taken.append(level.parameter)
        if level.points is not None and not shared:
            told[level.parameter] = level.points
    if shared and levels[0].parameter not in told and all(level.points is not None for level in levels):
        told[levels[0].parameter] = sum((level.points or Decimal(0) for level in levels), Decimal(0))
    weights = (*others, *dict.fromkeys(level.parameter for level in levels))
    values, decisions = _filled(weights, others, told, numbers, full)
    if sum(values.values()) != full:
        parts = "、".join(f"{name} {value:f}" for name, value in values.items())
        raise refuse(blank_notices.POINTS, sum=f"{sum(values.values()):f}", full=f"{full:f}", parts=parts)
    changed = {name: value for name, value in (told | values).items() if numbers.get(name) != value}
    return Marks(levels, told, changed, weights, full, decisions)


def _filled(
    weights: tuple[str, ...],
    others: tuple[str, ...],
    told: Mapping[str, Decimal],
    numbers: Mapping[str, Decimal],
    full: Decimal,
) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    """All weights: as told, else the base's; if those do not add up, what is left is shared out and that is said."""
    values = {name: told.get(name, numbers.get(name, Decimal(0))) for name in weights}
    open_ones = [name for name in weights if name not in told]
    left = full - sum((told[name] for name in weights if name in told), Decimal(0))
    if not open_ones or sum(values.values()) == full:
        said = "、".join(f"{name} {values[name]:f} 分" for name in open_ones)
        return values, (f"空表上没有写的分值沿用基础表样：{said}。请核对。",) if said else ()
    if left == 0 and set(open_ones) <= set(others):
        return values | dict.fromkeys(open_ones, Decimal(0)), (
            f"空表上各级指标的分值已经是 {full:f} 分，{'、'.join(open_ones)}先写 0 分：请定执行率是否计分。",
        )
    if left <= 0:
        return values, ()
    share = (left / len(open_ones)).quantize(Decimal("0.1"))
    values |= dict.fromkeys(open_ones, share)
    values[open_ones[-1]] += left - share * len(open_ones)
    said = "、".join(f"{name} {values[name].normalize():f} 分" for name in open_ones)
    return values, (f"空表上没有写{'、'.join(open_ones)}，先把余下的 {left:f} 分平均：{said}。请按文件改。",)


def _told(one: Likeness) -> dict[str, Decimal]:
    """The parameters whose number stands on the paper, by name."""
    names = {str(p.id): str(p.name) for p in one.form.spec.parameters} | {FULL_MARKS: FULL_MARKS}
    result: dict[str, Decimal] = {}
    for (_, ident), value in one.match.written.items():
        if ident in names:
            result[names[ident]] = value
    for spot, pieces in one.taken.items():
        number = _number(one.paper.places[spot].text)
        ident = _parameter(one, pieces[0].field) or pieces[0].parameter
        if number is not None and len(pieces) == 1 and ident in names:
            result[names[ident]] = number
    return result


def _parameter(one: Likeness, ident: str) -> str:
    """The parameter a computed field only repeats (the points of a scored item), "" for any other."""
    info = one.form.fields.get(ident)
    made = expr.parse(info.field.compute) if info is not None and info.field.compute else None
    if not isinstance(made, Name):
        return ""
    return next((str(p.id) for p in one.form.spec.parameters if made.name in (p.id, p.name)), "")


def _execution(one: Likeness) -> Decimal | None:
    """The points written behind whatever speaks of execution: 预算执行率（10分）."""
    head = min(one.head_rows, default=0)
    cells = [c for c in one.paper.cells if c.row < head and _EXECUTION in squeeze(c.text) and c.cols < one.paper.width]
    found = {points for cell in cells if (points := points_in(cell.text)) is not None}
    return found.pop() if len(found) == 1 else None


def _number(text: str) -> Decimal | None:
    plain = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)分?", squeeze(text))
    try:
        return Decimal(plain[1]).normalize() + 0 if plain else None
    except InvalidOperation:
        return None
