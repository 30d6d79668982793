"""Small workbooks for tests: a form, a shape, values by the names people know."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster, RosterRow
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.examine import Outcome, examine
from xltool.form import Form, Issue, Key, form_by_id
from xltool.form.layout import workbook_layout as layouts
from xltool.generate.workbook import write

FORM_ID = "hunan-2022"


def row(**values: str) -> RosterRow:
    return RosterRow(2, MappingProxyType(values))


def issue(form: Form, projects: int = 1, indicators: tuple[RosterRow, ...] = ()) -> Issue:
    department = row(部门编码="101001", 部门名称="县教育局")
    roster = Roster(
        (department,),
        tuple(
            row(部门编码="101001", 项目编码=f"P{number}", 项目名称=f"项目{number}") for number in range(1, projects + 1)
        ),
        indicators,
    )
    return issue_for(form, roster, department, 2022)


def keyed(form: Form, values: Mapping[str, object], project: int = 1) -> dict[Key, Decimal | str]:
    """``{"资金总额年初预算数": 24, "实际完成值/3": "≥3"}``: a name, with ``/row`` for a table."""
    result: dict[Key, Decimal | str] = {}
    for name, value in values.items():
        text, _, number = name.partition("/")
        item = form.field(text)
        per_project = form.fields[item.id].per_project
        key = Key(project if per_project else 0, item.id, int(number or 0))
        result[key] = value if isinstance(value, str) else Decimal(str(value))
    return result


def evaluation(form: Form, values: Mapping[str, object], projects: int = 1) -> Evaluation:
    made = issue(form, projects)
    return Evaluation(form, from_values(form, made, keyed(form, values)))


def workbook(form: Form, made: Issue, values: Mapping[Key, Decimal | str | bool]) -> bytes:
    return write(layouts.build(form, made), from_values(form, made, values))


def examined(data: bytes, name: str = "回收表.xlsx", form: Form | None = None) -> Outcome:
    ours = form or form_by_id(FORM_ID)
    return examine(name, data, lambda ident: ours if ident == ours.id else None)


def codes(outcome: Outcome) -> list[str]:
    return [f"{finding.code} {finding.sheet}!{'+'.join(finding.cells)}" for finding in outcome.findings]
