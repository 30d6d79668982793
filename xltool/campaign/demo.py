"""The built-in example: a small county's campaign with every kind of return, from ``demo.yaml``.

Departments are filled in through the very templates that ``generate`` issues. Only data is invented;
reading, checking, scoring and the summary are the real ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected
from xltool.campaign.issue import signing
from xltool.campaign.issue.outbox import generate_all, issued
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import create
from xltool.engine.filled import from_values
from xltool.files import safe_name, write_atomic
from xltool.form import Form, Issue, Key, form_by_id, library
from xltool.form.definition.strict import load
from xltool.form.layout import workbook_layout as layouts
from xltool.progress import Progress

Texts = Mapping[str, str]


def _nothing() -> Texts:
    return MappingProxyType({})


_SEALED_WITH = "xltool demo"  # the example is the same every time; a real campaign's secret is random
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class DemoProject:
    """A project: values by field name, indicator rows by column name. ``approved``: the roster has the indicators."""

    code: str
    name: str
    values: Texts = field(default_factory=_nothing)
    indicators: tuple[Texts, ...] = ()
    approved: bool = False


@dataclass(frozen=True, slots=True)
class DemoDepartment:
    """A department and its return. No ``file``: nothing came back. ``base``: starts from the clean example."""

    code: str
    name: str
    note: str
    projects: tuple[DemoProject, ...]
    file: str = ""
    base: bool = True
    values: Texts = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class DemoBase:
    """A complete and correct return that invented departments start from."""

    values: Texts
    project: Texts
    indicators: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class Demo:
    """The whole example."""

    form: str
    year: int
    title: str
    deadline: str
    base: DemoBase
    departments: tuple[DemoDepartment, ...] = field(default=())


def load_demo() -> Demo:
    """Read the example of the library: the first form's that has one."""
    demo: Demo = load(min(library().glob("*/demo.yaml")), Demo)
    return demo


def roster_of(demo: Demo) -> Roster:
    """Return the roster the example's bureau would have."""
    departments, projects, indicators = [], [], []
    for department in demo.departments:
        departments.append({"部门编码": department.code, "部门名称": department.name})
        for project in department.projects:
            values = _project_values(demo, department, project)
            projects.append(
                {
                    "部门编码": department.code,
                    "项目编码": project.code,
                    "项目名称": project.name if project.name != "—" else "",
                    "主管部门": values.get("主管部门", ""),
                    "实施单位": values.get("实施单位", ""),
                    "年初预算数": values.get("资金总额年初预算数", "") if project.approved else "",
                }
            )
            if project.approved:
                rows = project.indicators or demo.base.indicators
                indicators += [{"项目编码": project.code, **row} for row in rows]
    return Roster(_rows(departments), _rows(projects), _rows(indicators))


def _rows(values: list[dict[str, str]]) -> tuple[RosterRow, ...]:
    return tuple(RosterRow(line, MappingProxyType(row)) for line, row in enumerate(values, start=2))


def _project_values(demo: Demo, department: DemoDepartment, project: DemoProject) -> dict[str, str]:
    base = dict(demo.base.project) if department.base else {}
    return {**base, **project.values}


def values_of(demo: Demo, department: DemoDepartment, form: Form, issue: Issue) -> dict[Key, Decimal | str]:
    """Return what the example's department types, cell by cell."""
    result: dict[Key, Decimal | str] = {}
    base = dict(demo.base.values) if department.base else {}
    for name, text in {**base, **department.values}.items():
        _type(result, form, name, text, 0)
    for number, project in enumerate(department.projects, start=1):
        for name, text in _project_values(demo, department, project).items():
            _type(result, form, name, text, number)
        for table in form.project_tables:
            free = {(row.level1, row.level2): [] for row in issue.rows(number, table)}  # type: dict[tuple[str, str], list[int]]
            for index, row in enumerate(issue.rows(number, table), start=1):
                free[row.level1, row.level2].append(index)
            for indicator in project.indicators or (demo.base.indicators if department.base else ()):
                place = free[indicator["一级指标"], indicator["二级指标"]].pop(0)
                for name, text in indicator.items():
                    if name not in ("一级指标", "二级指标"):
                        _type(result, form, name, text, number, place)
    return {key: value for key, value in result.items() if key not in issue.locked}


def _type(result: dict[Key, Decimal | str], form: Form, name: str, text: str, project: int, row: int = 0) -> None:
    """A plain number typed into a number cell becomes a number, everything else stays the text it is."""
    item = form.field(name)
    key = Key(project, item.id, row)
    if text == "":
        result.pop(key, None)
    else:
        result[key] = Decimal(text) if item.is_number and _NUMBER.match(text) else str(text)


def build(folder: Path, progress: Progress) -> Collected:
    """Make the example campaign in ``folder``: issue, fill in, collect, summarise.

    Raises:
        CampaignError: the folder already is a campaign.
    """
    from xltool.generate.workbook import write

    demo = load_demo()
    form = form_by_id(demo.form)
    campaign = create(folder, demo.form, demo.year, demo.title, demo.deadline)
    roster = roster_of(demo)
    write_roster(campaign.roster, roster)
    signing.ensure(campaign, _SEALED_WITH)
    generate_all(campaign, form, roster, progress)
    issues = issued(campaign).by_department()
    for number, department in enumerate(demo.departments, start=1):
        if not department.file:
            continue
        path = campaign.inbox / safe_name(department.file)
        if path.suffix != ".xlsx":
            write_atomic(path, b"%PDF-1.4\n% scanned pages\n")
        else:
            issue = issues[department.code]
            filled = from_values(form, issue, values_of(demo, department, form, issue))
            write_atomic(path, write(layouts.build(form, issue), filled))
        progress(number, len(demo.departments), path.name)
    return collect(campaign, progress)
