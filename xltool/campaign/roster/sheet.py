"""The roster 名册.xlsx: departments, projects and approved indicators, and what follows for each workbook.

Mistakes of the roster are the bureau's own, so they stop the run, all at once, with sheet and cell.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xltool.engine.filled import read_value
from xltool.files import AUTHOR, write_atomic
from xltool.form import Form, Issue, Key, Project, TableRow, Value
from xltool.form.definition.model import LAST_YEAR, TableBlock
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.mapping import fingerprint
from xltool.writing.text import for_cell

if TYPE_CHECKING:
    from xltool.campaign.roster.columns import Columns
    from xltool.campaign.roster.workbook_tables import OwnTable

DEPARTMENTS, PROJECTS, INDICATORS = "部门", "项目", "指标"
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        DEPARTMENTS: ("部门编码", "部门名称"),
        PROJECTS: ("部门编码", "项目编码", "项目名称", "主管部门", "实施单位", "年初预算数", "全年预算数"),
        INDICATORS: ("项目编码", "一级指标", "二级指标", "三级指标", "性质", "指标值", "单位", "分值"),
    }
)
_MADE = datetime.datetime(2000, 1, 1)  # the same roster twice is the same bytes
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"  # stands for a code whose digits are lost
_MOST = 30_000  # lines of a sheet; a province has some thousand departments
_NEEDED = {
    DEPARTMENTS: ("部门编码", "部门名称"),
    PROJECTS: ("部门编码", "项目编码"),
    INDICATORS: ("项目编码", "二级指标", "三级指标"),
}


class RosterError(Exception):
    """The roster has mistakes; ``problems`` lists them with sheet and cell."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of a roster sheet: texts by column, its line number (1-based) and the columns' letters for messages."""

    line: int
    values: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def cell(self, column: str) -> str:
        """Where a value stands: ``C5``, or ``第 5 行`` if the roster has no such column."""
        letters = self.columns.get(column, "")
        return f"{letters}{self.line}" if letters else f"第 {self.line} 行"


@dataclass(frozen=True, slots=True)
class Roster:
    """All lines of the three sheets. ``notes``: what was not used or not taken as it stands, for the officer to know."""

    departments: tuple[RosterRow, ...]
    projects: tuple[RosterRow, ...] = ()
    indicators: tuple[RosterRow, ...] = ()
    notes: tuple[str, ...] = ()

    def projects_of(self, department: str) -> tuple[RosterRow, ...]:
        """The projects of one department, in the roster's order."""
        return tuple(row for row in self.projects if row["部门编码"] == department)

    def indicators_of(self, project: str) -> tuple[RosterRow, ...]:
        """The approved indicators of one project."""
        return tuple(row for row in self.indicators if row["项目编码"] == project)


def own_columns(form: Form, title: str) -> list[str]:
    """The columns a form takes from a roster sheet beyond those every roster has."""
    taken = (info.field.prefill.partition(".") for info in form.fields.values())
    return list(dict.fromkeys(column for sheet, _, column in taken if sheet == title and column not in COLUMNS[title]))


def write_roster(path: Path, roster: Roster, form: Form | None = None) -> None:
    """Write a roster workbook with what ``form`` takes from it; codes are text so that leading zeros stay."""
    from xltool.writing.workbook import TextBook

    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    book.set_properties({"title": "名册", "author": AUTHOR, "created": _MADE})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "font_name": "宋体"})
    text = book.add_format({"num_format": "@", "border": 1, "font_name": "宋体"})
    parts = {DEPARTMENTS: roster.departments, PROJECTS: roster.projects, INDICATORS: roster.indicators}
    for title, rows in parts.items():
        sheet = book.add_worksheet(title)
        columns = [*COLUMNS[title], *(own_columns(form, title) if form else ())]
        for col, column in enumerate(columns):
            sheet.write_string(0, col, column, head)
            wide = max([len(column), *(len(row[column]) for row in rows)])
            sheet.set_column(col, col, min(44, 6 + 2 * wide), text)
        for line, row in enumerate(rows, start=1):
            for col, column in enumerate(columns):
                sheet.write_string(line, col, row[column], text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    book.close()
    write_atomic(path, target.getvalue())


def read_roster(path: Path, form: Form) -> Roster:
    """Read and check a roster.

    Raises:
        RosterError: with every mistake found, by sheet and cell.
        UnusableFileError: the file cannot be opened.
    """
    from xltool.campaign.roster import check as roster_check
    from xltool.campaign.roster.columns import Columns
    from xltool.campaign.roster.tidying import tidied
    from xltool.campaign.roster.workbook_tables import tables

    found = tables(path)
    problems: list[str] = []
    notes: list[str] = []
    sheets: dict[str, tuple[RosterRow, ...]] = {}
    for title in COLUMNS:
        if title not in found:
            if title != INDICATORS:
                problems.append(f"〔{title}〕缺少这张工作表。")
            sheets[title] = ()
            continue
        columns = Columns(found[title], (*COLUMNS[title], *own_columns(form, title)), figures(form, title))
        sheets[title] = tuple(_rows(found[title], columns, problems))
        problems += columns.problems
        problems += [
            f"〔{title}〕第 1 行没有“{column}”一栏，表样要从这一栏取数。"
            for column in own_columns(form, title)
            if column not in columns.letters
        ]
        notes += columns.notes
    roster = tidied(Roster(sheets[DEPARTMENTS], sheets[PROJECTS], sheets[INDICATORS], tuple(notes)))
    if not any(_UNKNOWN in row.values.values() for rows in sheets.values() for row in rows):
        problems += roster_check.check(roster, form)  # with codes lost, whatever names them would seem wrong
    if problems:
        raise RosterError(problems)
    return roster


def figures(form: Form, title: str) -> tuple[str, ...]:
    """The names that are control figures when a column of the sheet is called so."""
    numbers = (info.field.name for info in form.fields.values() if info.field.is_number and not info.table)
    return tuple(map(str, numbers)) if title == DEPARTMENTS else ()


def _rows(table: OwnTable, columns: Columns, problems: list[str]) -> Iterator[RosterRow]:
    needed = {column: columns.letters.get(column, "") for column in _NEEDED[table.title]}
    problems += [f"〔{table.title}〕第 1 行缺少栏目“{name}”。" for name, letters in needed.items() if not letters]
    lines = list(table.lines(1))
    if len(lines) > _MOST:
        problems.append(f"〔{table.title}〕有 {len(lines)} 行，上限是 {_MOST} 行。请分成几个批次。")
        return
    for number, line in lines:
        values = {name: line[col] for col, name in columns.names.items() if col in line}
        if not values:
            continue
        problems += [
            f"〔{table.title}〕{letters}{number + 1}：“{name}”没有填。"
            for name, letters in needed.items()
            if letters and not values.get(name)
        ]
        for col, name in columns.names.items():
            if doubt := table.doubts.get((number, col)):
                problems.append(f"{table.at(number, col)}：“{name}”{doubt}。")
                values[name] = _UNKNOWN if name in needed else ""
        yield RosterRow(number + 1, MappingProxyType(values), columns.letters)


@dataclass(slots=True)
class _Prefill:
    form: Form
    values: dict[Key, Value] = field(default_factory=dict)
    locked: set[Key] = field(default_factory=set)

    def put(self, source: str, values: Mapping[str, str], project: int, table: str = "", row: int = 0) -> None:
        for ident, info in self.form.fields.items():
            sheet, _, column = info.field.prefill.partition(".")
            text = for_cell(values.get(column, ""))  # last year's are a department's
            if sheet != source or info.table != table or info.per_project != (project > 0):
                continue
            key = Key(project, ident, row)
            # What the bureau approved without a unit has none; points it left open are for the department to fill in.
            fixed_blank = bool(row) and info.field.locked and not info.field.is_number
            if text or fixed_blank:
                self.values[key] = read_value(info.field, text).value if info.field.is_number else text
                if info.field.locked:
                    self.locked.add(key)


def issue_for(
    form: Form, roster: Roster, department: RosterRow, year: int, before: Mapping[str, str] = MappingProxyType({})
) -> Issue:
    """Return the issue of one department's workbook; its issue id follows from its content and layout.

    ``before``: last year's figures of the department, by field name.
    """
    code, prefill = department["部门编码"], _Prefill(form)
    prefill.put("批次", {"年度": str(year)}, 0)
    prefill.put(DEPARTMENTS, department.values, 0)
    prefill.put(LAST_YEAR, before, 0)
    projects = []
    for number, row in enumerate(roster.projects_of(code), start=1):
        prefill.put(PROJECTS, row.values, number)
        approved = roster.indicators_of(row["项目编码"])
        tables = {name: tuple(_table(block, approved, prefill, number)) for name, block in form.tables.items()}
        projects.append(Project(row["项目编码"], row["项目名称"], MappingProxyType(tables)))
    issue = Issue(
        form=str(form.id),
        version=str(form.spec.version),
        year=year,
        department=code,
        department_name=department["部门名称"],
        issue_id="",
        projects=tuple(projects),
        prefill=MappingProxyType(prefill.values),
        locked=frozenset(prefill.locked),
    )
    issue = replace(issue, layout=fingerprint(layouts.build(form, issue)))
    digest = hashlib.sha256(issue.to_json().encode("ascii")).hexdigest()
    return replace(issue, issue_id=digest[:16])


def _table(block: TableBlock, approved: Sequence[RosterRow], prefill: _Prefill, project: int) -> Iterator[TableRow]:
    """Approved indicators give their rows.

    A 二级 without any gets the form's default rows if it must be filled, or if its whole 一级 has none: the points
    of that 一级 need a place.
    """
    number = 0
    for level in block.levels:
        groups = {group.name for group in level.groups}
        untouched = not any(row["二级指标"] in groups for row in approved)
        for group in level.groups:
            rows = [row for row in approved if row["二级指标"] == group.name]
            for row in rows:
                number += 1
                prefill.put(INDICATORS, row.values, project, block.table, number)
                yield TableRow(str(level.name), str(group.name), approved=True)
            if not rows and (group.required or untouched):
                for _ in range(group.rows):
                    number += 1
                    yield TableRow(str(level.name), str(group.name))
