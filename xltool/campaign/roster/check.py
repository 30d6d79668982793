"""What can be wrong with a roster, each mistake by its cell.

Used only by ``campaign.roster``. A wrong roster would be printed into every department's workbook, so
everything found here stops the run; a figure that merely looks like 元 can be confirmed by writing its unit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from xltool import notation
from xltool.campaign.roster.sheet import DEPARTMENTS, INDICATORS, PROJECTS, Roster, RosterRow
from xltool.engine.filled import ReadingKind, read_value
from xltool.form import Form
from xltool.form.definition.model import Field, TableBlock

# 元 for 万元 makes a figure 10,000 times too large; half of that is already beyond any real difference
# between projects of one county, and the figure must be large enough to be 元 at all.
SLIP, LARGE = Decimal(5000), Decimal(10000)


def check(roster: Roster, form: Form) -> Iterator[str]:
    """Yield every mistake as 〔表〕格：what is there, what it does not fit."""
    yield from _duplicates(DEPARTMENTS, "部门编码", roster.departments)
    yield from _duplicates(PROJECTS, "项目编码", roster.projects)
    departments = {row["部门编码"] for row in roster.departments}
    projects = {row["项目编码"] for row in roster.projects}
    for row in roster.projects:
        if row["部门编码"] and row["部门编码"] not in departments:
            yield _at(PROJECTS, row, "部门编码", f"部门编码“{row['部门编码']}”不在〔{DEPARTMENTS}〕里。")
    money = [item for item in _prefilled(form, PROJECTS) if item.is_number]
    for item in money:
        yield from _numbers(PROJECTS, roster.projects, item)
    yield from _slips(roster.projects, money)
    for item in _prefilled(form, DEPARTMENTS):
        if item.is_number:
            yield from _numbers(DEPARTMENTS, roster.departments, item)
    for row in roster.indicators:
        if row["项目编码"] and row["项目编码"] not in projects:
            yield _at(INDICATORS, row, "项目编码", f"项目编码“{row['项目编码']}”不在〔{PROJECTS}〕里。")
    for table in form.project_tables.values():
        yield from _indicators(roster, form, table)


def _at(title: str, row: RosterRow, column: str, message: str) -> str:
    return f"〔{title}〕{row.cell(column)}：{message}"


def _prefilled(form: Form, sheet: str) -> list[Field]:
    """The fields a roster sheet fills in beforehand."""
    return [info.field for info in form.fields.values() if info.field.prefill.startswith(f"{sheet}.")]


def _column(item: Field) -> str:
    return item.prefill.partition(".")[2]


def _number(item: Field, text: str) -> Decimal | None:
    reading = read_value(item, text)
    return reading.value if reading.kind is ReadingKind.VALUE and isinstance(reading.value, Decimal) else None


def _duplicates(title: str, column: str, rows: Sequence[RosterRow]) -> Iterator[str]:
    seen: dict[str, RosterRow] = {}
    for row in rows:
        if row[column] and row[column] in seen:
            yield _at(title, row, column, f"{column}“{row[column]}”与 {seen[row[column]].cell(column)} 重复。")
        seen.setdefault(row[column], row)


def _numbers(title: str, rows: Sequence[RosterRow], item: Field) -> Iterator[str]:
    column = _column(item)
    for row in rows:
        reading = read_value(item, row[column])
        if row[column] and reading.kind is not ReadingKind.VALUE:
            unit = f"（{item.unit}）" if item.unit else ""
            advice = reading.problem.partition("；")[2]
            more = f"{advice}。" if advice else ""
            yield _at(title, row, column, f"“{column}”填的是“{row[column]}”，应当是数{unit}。{more}")


def _slips(rows: Sequence[RosterRow], money: Sequence[Field]) -> Iterator[str]:
    """A bare number thousands of times its neighbours in the row or the column looks like 元."""
    for item in money:
        column = _column(item)
        numbers = {row.line: value for row in rows if (value := _number(item, row[column])) and value > 0}
        ranked = sorted(numbers.values())
        for row in rows:
            value = numbers.get(row.line)
            if value is None or value < LARGE or not row[column].replace(",", "").replace(".", "").isdigit():
                continue
            beside = [
                number for other in money if other is not item and (number := _number(other, row[_column(other)]))
            ]
            usual = [_median_beside(ranked, value)] if len(ranked) >= 4 else []
            near = next((number for number in (*beside, *usual) if 0 < number * SLIP <= value), None)
            if near is not None:
                yield _at(
                    PROJECTS,
                    row,
                    column,
                    f"“{column}”填的是 {row[column]}，是同行或同列其他数（{near.normalize():f}）的几千倍，像是按“元”填的。"
                    f"名册金额单位是万元；确实是 {row[column]} 万元的，请写成“{row[column]}万元”。",
                )


def _median_beside(ranked: Sequence[Decimal], value: Decimal) -> Decimal:
    """The median of sorted numbers without one of them.

    >>> _median_beside([Decimal(1), Decimal(2), Decimal(3), Decimal(9)], Decimal(9))
    Decimal('2')
    """
    at, rest = bisect_left(ranked, value), len(ranked) - 1

    def nth(index: int) -> Decimal:
        return ranked[index + (index >= at)]

    return (nth((rest - 1) // 2) + nth(rest // 2)) / 2 if rest % 2 == 0 else nth(rest // 2)


def _target(row: RosterRow) -> str:
    """A department cannot correct an approved target that nobody can read, so the bureau is told."""
    nature, text, unit = row["性质"], row["指标值"], row["单位"]
    sign = notation.operator_of(text)
    number = notation.read_measure(text, unit)
    if not text:
        return ""
    if nature in ("≥", "≤", "=") and number.value is None:
        clash = f"“{text}”{number.problem}" if number.problem else f"“{text}”读不出数"
        return f"性质是 {nature}，指标值{clash}；文字描述的请把性质改为“定性”。"
    if nature in ("≥", "≤") and sign and sign != nature:
        return f"性质是 {nature}，指标值“{text}”写的是 {sign}，两处不一致。"
    if nature == "区间" and notation.read_interval(text) is None:
        return f"性质是区间，指标值“{text}”读不出“3-5”这样的区间。"
    if nature == "时限" and notation.read_deadline(text, 2000) is None:
        return f"性质是时限，指标值“{text}”读不出日期。"
    return ""


def _indicators(roster: Roster, form: Form, table: TableBlock) -> Iterator[str]:
    level_of = {str(group.name): str(level.name) for level in table.levels for group in level.groups}
    nature = form.ids.get(form.spec.roles.nature, "")
    natures = {word for item in table.columns if item.id == nature for word in form.spec.lists[item.choices].words}
    seen: dict[tuple[str, str], RosterRow] = {}
    for row in roster.indicators:
        group, name = row["二级指标"], (row["项目编码"], row["三级指标"])
        if group and group not in level_of:
            allowed = "、".join(sorted(level_of))
            yield _at(INDICATORS, row, "二级指标", f"二级指标“{group}”不是本表样的二级指标（{allowed}）。")
        elif group and row["一级指标"] and row["一级指标"] != level_of[group]:
            yield _at(INDICATORS, row, "一级指标", f"{group}属于“{level_of[group]}”，填的是“{row['一级指标']}”。")
        if row["性质"] and natures and row["性质"] not in natures:
            yield _at(INDICATORS, row, "性质", f"性质“{row['性质']}”不认识，可以填 {'、'.join(sorted(natures))}。")
        if problem := _target(row):
            yield _at(INDICATORS, row, "指标值", problem)
        if all(name) and name in seen:
            yield _at(INDICATORS, row, "三级指标", f"“{name[1]}”与 {seen[name].cell('三级指标')} 重复。")
        seen.setdefault(name, row)
    weight = next((item for item in table.columns if item.prefill == f"{INDICATORS}.分值"), None)
    if weight is not None:
        yield from _numbers(INDICATORS, roster.indicators, weight)
        yield from _weights(roster, form, table, weight, level_of)


def _weights(roster: Roster, form: Form, table: TableBlock, weight: Field, level_of: dict[str, str]) -> Iterator[str]:
    """Where a project's indicators all have points, every 一级 block must add up to its own."""
    blocks = [(str(level.name), "") for level in table.levels if not any(group.points for group in level.groups)]
    blocks += [(str(level.name), str(group.name)) for level in table.levels for group in level.groups if group.points]
    wanted = {(one, two): points for one, two in blocks if (points := form.level_points(table, one, two)) is not None}
    tolerance = form.spec.units[weight.unit].tolerance if weight.unit in form.spec.units else Decimal(0)
    ordered = sorted(roster.indicators, key=lambda row: (row["项目编码"], row.line))
    for project, rows in groupby(ordered, key=lambda row: row["项目编码"]):
        lines = [row for row in rows if row["二级指标"] in level_of]
        values = {row.line: _number(weight, row["分值"]) for row in lines}
        if not lines:
            continue
        complete = all(value is not None for value in values.values())
        for (level, group), target in wanted.items():
            block = [row for row in lines if level_of[row["二级指标"]] == level and group in ("", row["二级指标"])]
            total = sum((values[row.line] or Decimal(0) for row in block), Decimal(0))
            if not complete and group:
                continue
            if not complete:
                yield from _room(table, block, [values[row.line] for row in block], level, target, tolerance)
            elif abs(total - target) > tolerance:
                where = f"（{block[0].cell('分值')} 至 {block[-1].cell('分值')}）" if block else ""
                row = block[0] if block else lines[0]
                yield _at(
                    INDICATORS,
                    row,
                    "分值",
                    f"项目“{project}”的{group or level}分值合计 {total} 分{where}，应当是 {target.normalize():f} 分。",
                )


def _room(
    table: TableBlock,
    block: Sequence[RosterRow],
    values: Sequence[Decimal | None],
    level: str,
    target: Decimal,
    tolerance: Decimal,
) -> Iterator[str]:
    """Approved points that leave the department no way to reach the points of the block are the bureau's to correct."""
    known = [value for value in values if value is not None]
    if not known:
        return
    total, missing = sum(known, Decimal(0)), len(values) - len(known)
    groups = next(one.groups for one in table.levels if str(one.name) == level)
    free = any(group.required and not any(row["二级指标"] == group.name for row in block) for group in groups)
    over = total > target + tolerance or (missing and total >= target)
    if over or (not missing and not free and abs(total - target) > tolerance):
        left = f"，还有 {missing} 个指标没有分值" if missing else ""
        yield _at(
            INDICATORS,
            block[0],
            "分值",
            f"项目“{block[0]['项目编码']}”的{level}批复分值合计 {total} 分{left}，这一块是 {target.normalize():f} 分，部门怎么填都不对。",
        )
