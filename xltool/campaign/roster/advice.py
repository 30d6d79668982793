"""What is worth a look on a roster that can be used: nothing here stops ``generate``.

Imports ``sheet``. Mistakes are ``check``'s; what is told here may well be meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from xltool.campaign.roster.sheet import DEPARTMENTS, PROJECTS, Roster, RosterRow
from xltool.form import Form
from xltool.form.definition.model import Per

_NAMED = 8


def advice(roster: Roster, form: Form) -> Iterator[str]:
    """Yield what to look at, one sentence each, cells first."""
    if not roster.departments:
        yield f"〔{DEPARTMENTS}〕还没有部门。"
        return
    yield from _without_projects(roster, form)
    yield from _same_names(DEPARTMENTS, "部门名称", roster.departments, ())
    yield from _same_names(PROJECTS, "项目名称", roster.projects, ("部门编码",))
    yield from _unnamed(roster)
    yield from _superiors(roster)
    indicated = {row["项目编码"] for row in roster.indicators}
    bare = [row for row in roster.projects if row["项目编码"] not in indicated]
    if indicated and bare:
        yield _many(PROJECTS, "项目编码", bare, "没有批复的指标，由部门自己填")


def units_without_projects(roster: Roster, form: Form) -> list[RosterRow]:
    """Return the departments that would get a workbook in which there is nothing to fill in by project."""
    if not any(sheet.per is Per.PROJECT for sheet in form.spec.sheets):
        return []
    having = {row["部门编码"] for row in roster.projects}
    return [row for row in roster.departments if row["部门编码"] not in having]


def _without_projects(roster: Roster, form: Form) -> Iterator[str]:
    if bare := units_without_projects(roster, form):
        yield _many(DEPARTMENTS, "部门名称", bare, f"在〔{PROJECTS}〕里没有项目，下发的表里就没有项目表")


def _same_names(title: str, column: str, rows: Sequence[RosterRow], also: Sequence[str]) -> Iterator[str]:
    found: dict[tuple[str, ...], list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row[column]:
            found[(row[column], *(row[name] for name in also))].append(row)
    for (name, *_), same in found.items():
        if len(same) > 1:
            cells = "、".join(row.cell(column) for row in same)
            yield f"〔{title}〕{cells}：“{name}”写了 {len(same)} 次，编码不同。是一个的请合并。"


def _unnamed(roster: Roster) -> Iterator[str]:
    if bare := [row for row in roster.projects if not row["项目名称"]]:
        yield _many(PROJECTS, "项目编码", bare, "没有项目名称，部门要自己填")


def _superiors(roster: Roster) -> Iterator[str]:
    rows = roster.departments
    having = [row for row in rows if row["主管部门"]]
    if not having:
        return
    above = {row["主管部门"] for row in having}
    if bare := [row for row in rows if not row["主管部门"] and row["部门名称"] not in above]:
        yield _many(DEPARTMENTS, "部门名称", bare, "没有主管部门，打包发送时单独一份")
    names = {row["部门名称"] for row in rows}
    strange = [row for row in having if row["主管部门"] not in names]
    for name in dict.fromkeys(row["主管部门"] for row in strange):
        cells = "、".join([row.cell("主管部门") for row in strange if row["主管部门"] == name][:_NAMED])
        yield f"〔{DEPARTMENTS}〕{cells}：主管部门“{name}”自己不在名册里。名称写得不一样的请改成一样；不下发给它的不用管。"


def _many(title: str, column: str, rows: Sequence[RosterRow], what: str) -> str:
    named = "、".join(f"{row[column]}（{row.cell(column)}）" for row in rows[:_NAMED])
    more = f"等 {len(rows)} 个" if len(rows) > _NAMED else ""
    return f"〔{title}〕{named}{more}：{what}。"
