"""What the roster makes of a form for one department: its issue.

Imports ``campaign.roster.sheet``. Approved indicators give their rows, prefilled and locked; the issue id follows from
all of it. A newcomer would number the issues: then the same roster twice would be two issues.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xltool.campaign.roster.sheet import DEPARTMENTS, INDICATORS, PROJECTS, Roster, RosterRow
from xltool.engine.filled import read_value
from xltool.form import Form, Issue, Key, Project, TableRow, Value
from xltool.form.definition.model import LAST_YEAR, TableBlock
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.mapping import fingerprint
from xltool.writing.text import for_cell


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
    form: Form,
    roster: Roster,
    department: RosterRow,
    year: int,
    before: Mapping[str, str] = MappingProxyType({}),
    spare: int = 0,
) -> Issue:
    """Return the issue of one department's workbook; its issue id follows from its content and layout.

    ``before``: last year's figures of the department, by field name. ``spare``: rows every 二级 has beyond its own.
    """
    code, prefill = department["部门编码"], _Prefill(form)
    prefill.put("批次", {"年度": str(year)}, 0)
    prefill.put(DEPARTMENTS, department.values, 0)
    prefill.put(LAST_YEAR, before, 0)
    projects = []
    for number, row in enumerate(roster.projects_of(code), start=1):
        prefill.put(PROJECTS, row.values, number)
        approved = roster.indicators_of(row["项目编码"])
        blocks = form.project_tables.items()
        tables = {name: tuple(_table(block, approved, prefill, number, spare)) for name, block in blocks}
        projects.append(Project(row["项目编码"], row["项目名称"], MappingProxyType(tables)))
    own = {name: block for name, block in form.tables.items() if name not in form.project_tables}
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
        tables=MappingProxyType({name: tuple(_table(block, (), prefill, 0, spare)) for name, block in own.items()}),
    )
    issue = replace(issue, layout=fingerprint(layouts.build(form, issue)))
    digest = hashlib.sha256(issue.to_json().encode("ascii")).hexdigest()
    return replace(issue, issue_id=digest[:16])


def _table(
    block: TableBlock, approved: Sequence[RosterRow], prefill: _Prefill, project: int, spare: int
) -> Iterator[TableRow]:
    """Approved indicators give their rows, and every 二级 has ``spare`` more, which may stay blank.

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
            default = group.rows if not rows and (group.required or untouched) else 0
            for _ in range(default + spare):
                number += 1
                yield TableRow(str(level.name), str(group.name))
