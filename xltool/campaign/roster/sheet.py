"""The roster 名册.xlsx as data: lines of departments, projects and approved indicators; and an empty one to fill in.

Imports ``form`` and ``writing``. How it is read is said in ``reading``, what follows from it in ``issuing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xltool.files import write_atomic
from xltool.form import Form
from xltool.writing.palette import HEADER_FILL, SONG

DEPARTMENTS, PROJECTS, INDICATORS = "部门", "项目", "指标"
POINTS = "分值"
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        DEPARTMENTS: ("部门编码", "部门名称", "主管部门", "联系人", "联系电话"),
        PROJECTS: ("部门编码", "项目编码", "项目名称", "主管部门", "实施单位", "年初预算数", "全年预算数"),
        INDICATORS: ("项目编码", "一级指标", "二级指标", "三级指标", "性质", "指标值", "单位", POINTS),
    }
)
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        DEPARTMENTS: ("部门编码", "部门名称"),
        PROJECTS: ("部门编码", "项目编码"),
        INDICATORS: ("项目编码", "二级指标", "三级指标"),
    }
)
"""What every line must have."""
MONEY = ("年初预算数", "全年预算数")
"""In 万元."""


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
    _projects: Mapping[str, tuple[RosterRow, ...]] = field(init=False, repr=False, compare=False)
    _indicators: Mapping[str, tuple[RosterRow, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_projects", _by(self.projects, "部门编码"))
        object.__setattr__(self, "_indicators", _by(self.indicators, "项目编码"))

    def projects_of(self, department: str) -> tuple[RosterRow, ...]:
        """The projects of one department, in the roster's order."""
        return self._projects.get(department, ())

    @property
    def sizes(self) -> str:
        """How many there are of each, in words."""
        departments, projects, indicators = len(self.departments), len(self.projects), len(self.indicators)
        return f"{departments} 个部门、{projects} 个项目、{indicators} 个批复的指标"

    @property
    def authorities(self) -> Mapping[str, tuple[RosterRow, ...]]:
        """The units of every 主管部门, itself first among them; a unit without one stands for itself."""
        found: dict[str, list[RosterRow]] = {}
        for row in self.departments:
            found.setdefault(authority_of(row), []).append(row)
        return MappingProxyType(
            {name: tuple(sorted(rows, key=lambda row: row["部门名称"] != name)) for name, rows in found.items()}
        )

    @property
    def tiered(self) -> bool:
        """Whether any unit has a 主管部门 other than itself."""
        return any(authority_of(row) != row["部门名称"] for row in self.departments)

    def indicators_of(self, project: str) -> tuple[RosterRow, ...]:
        """The approved indicators of one project."""
        return self._indicators.get(project, ())


def _by(rows: Iterable[RosterRow], column: str) -> Mapping[str, tuple[RosterRow, ...]]:
    """The rows by what stands in a column: looked for in all of them, a large roster would take minutes."""
    found: dict[str, list[RosterRow]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return MappingProxyType({text: tuple(group) for text, group in found.items()})


def authority_of(row: RosterRow) -> str:
    """Return the 主管部门 a unit belongs to: the one the roster names, else the unit itself."""
    return row["主管部门"] or row["部门名称"] or row["部门编码"]


def columns_of(form: Form | None, title: str) -> list[str]:
    """The columns of an empty roster sheet: those every roster has and those the form takes; no points where it has none."""
    if form is None:
        return list(COLUMNS[title])
    taken = {info.field.prefill for info in form.fields.values()}
    return [
        *(name for name in COLUMNS[title] if (title, name) != (INDICATORS, POINTS) or f"{title}.{name}" in taken),
        *own_columns(form, title),
    ]


def own_columns(form: Form, title: str) -> list[str]:
    """The columns a form takes from a roster sheet beyond those every roster has."""
    taken = (info.field.prefill.partition(".") for info in form.fields.values())
    return list(dict.fromkeys(column for sheet, _, column in taken if sheet == title and column not in COLUMNS[title]))


def write_roster(path: Path, roster: Roster, form: Form | None = None) -> None:
    """Write a roster workbook with what ``form`` takes from it; codes are text so that leading zeros stay."""
    write_atomic(path, roster_workbook(roster, form))


def roster_workbook(roster: Roster, form: Form | None = None) -> bytes:
    """Return the workbook that ``write_roster`` writes."""
    from xltool.writing.workbook import TextBook

    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    book.set_properties({"title": "名册"})
    head = book.add_format({"bold": True, "bg_color": HEADER_FILL, "border": 1, "font_name": SONG})
    text = book.add_format({"num_format": "@", "border": 1, "font_name": SONG})
    parts = {DEPARTMENTS: roster.departments, PROJECTS: roster.projects, INDICATORS: roster.indicators}
    for title, rows in parts.items():
        sheet = book.add_worksheet(title)
        columns = columns_of(form, title)
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
    return target.getvalue()
