"""A return held against what the campaign issued last: year, form, projects, approved indicators, whether it is blank.

Imports ``notices`` and ``form``. The record of issue keeps its order, so a department's last entry is what it should
answer. A newcomer would accept whatever the campaign has ever issued, and score targets that no longer hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from xltool import notation
from xltool.engine.filled import FilledForm, ReadingKind
from xltool.findings import Finding
from xltool.form import DefinitionError, Form, Issue, Key, form_by_id, known_ids
from xltool.form.layout.issues import Issues
from xltool.notation import fold
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.returned.identity import Identity

_SHOWN = 4


def named_by(identity: Identity | None, issued: Issues | None) -> str:
    """Return the code of the department a refused file says it is from, ``""`` if there is none of that code and name."""
    issue = _stated(identity)
    if issue is None or not issued:
        return ""
    ours = issued.latest(issue.department)
    return issue.department if ours is not None and fold(ours.department_name) == fold(issue.department_name) else ""


def _stated(identity: Identity | None) -> Issue | None:
    """What a file says it was issued with; None where a program cut that off."""
    if identity is None or not identity.issue:
        return None
    try:
        return Issue.from_json(identity.issue)
    except ValueError:
        return None


def refuse_foreign(
    identity: Identity, form: Form | None, issued: Issues | None, form_of: Callable[[str], Form | None]
) -> None:
    """Pass a workbook of this campaign's year and form, and what nothing better can be said of.

    ``form_of`` gives the campaign's own form by its id.

    Raises:
        Refused: it is of another year or, though one of ours, not of this campaign's form.
    """
    last = issued.last if issued else None
    if issued is None or last is None:
        return
    if identity.issue_id not in issued:
        theirs = _stated(identity)
        if theirs is not None and theirs.year and theirs.year != last.year:
            raise refuse(
                file_notices.WRONG_YEAR,
                theirs=theirs.year,
                ours=last.year,
                department=theirs.department_name[:40] or "部门不明",
            )
    if form is None and identity.form in known_ids():
        raise refuse(file_notices.OTHER_FORM, theirs=_title(identity.form, form_of), ours=_title(last.form, form_of))


def _title(form: str, form_of: Callable[[str], Form | None]) -> str:
    own = form_of(form)
    try:
        return str((own or form_by_id(form)).spec.title)
    except DefinitionError:
        return form


def superseded(form: Form, issue: Issue, issued: Issues | None) -> tuple[Finding | None, Issue]:
    """Compare what a workbook was issued with to what its department was issued last.

    Returns:
        What is to be said, None if nothing; and the issue with the latest figures of the roster, which the
        department may change.
    """
    newest = issued.latest(issue.department) if issued else None
    if newest is None or newest.issue_id == issue.issue_id:
        return None, issue
    grave = [*_projects(issue, newest), *_approved(form, issue, newest)]
    if grave:
        return file_notices.SUPERSEDED.finding(what=_listed(grave)), issue
    changes = list(_rest(form, issue, newest))
    if not changes:
        return None, issue
    figures = {key: value for key, value in newest.prefill.items() if key in issue.prefill and key not in issue.locked}
    return file_notices.REISSUED.finding(what=_listed(changes)), _with(issue, figures)


def _with(issue: Issue, figures: Mapping[Key, Decimal | str]) -> Issue:
    return replace(issue, prefill=MappingProxyType({**issue.prefill, **figures}))


def _listed(changes: list[str]) -> str:
    more = f"等 {len(changes)} 处" if len(changes) > _SHOWN else ""
    return "；".join(changes[:_SHOWN]) + more


def _projects(issue: Issue, newest: Issue) -> Iterator[str]:
    before = {project.code: project.name for project in issue.projects}
    now = {project.code: project.name for project in newest.projects}
    yield from (f"增加了项目“{(now[code] or code)[:40]}”" for code in now if code not in before)
    yield from (f"取消了项目“{(before[code] or code)[:40]}”" for code in before if code not in now)


def _approved(form: Form, issue: Issue, newest: Issue) -> Iterator[str]:
    """Approved indicators by project and name: added, taken away, changed."""
    places = {project.code: number for number, project in enumerate(newest.projects, start=1)}
    for number, project in enumerate(issue.projects, start=1):
        if project.code not in places:
            continue
        for table in form.project_tables:
            before, now = (
                _rows(form, one, at, str(table)) for one, at in ((issue, number), (newest, places[project.code]))
            )
            where = f"项目“{(project.name or project.code)[:40]}”"
            for name in dict.fromkeys((*before, *now)):
                if name not in before:
                    yield f"{where}增加了批复指标“{name[:40]}”"
                elif name not in now:
                    yield f"{where}取消了批复指标“{name[:40]}”"
                else:
                    yield from (f"{where}指标“{name[:40]}”的{text}" for text in _changes(form, before[name], now[name]))


def _rows(form: Form, issue: Issue, project: int, table: str) -> dict[str, dict[str, Decimal | str]]:
    """What was approved in a table, by the name of the line; a name that occurs again is told apart by its number."""
    names = {form.ids[item.name] for item in form.spec.scoring.items if item.table == table}
    found: dict[str, dict[str, Decimal | str]] = {}
    lines: dict[int, dict[str, Decimal | str]] = {}
    for key in issue.locked:
        info = form.fields.get(key.id)
        if key.project == project and key.row and info is not None and info.table == table and key in issue.prefill:
            lines.setdefault(key.row, {})[key.id] = issue.prefill[key]
    for row in sorted(lines):
        name = next((str(value) for ident, value in lines[row].items() if ident in names), "") or f"第 {row} 行"
        while name in found:
            name += "（又一）"
        found[name] = lines[row]
    return found


def _changes(form: Form, before: Mapping[str, Decimal | str], now: Mapping[str, Decimal | str]) -> Iterator[str]:
    for ident in sorted({*before, *now}):
        one, two = before.get(ident, ""), now.get(ident, "")
        if one != two:
            yield f"{form.fields[ident].field.name}由 {_text(one)} 改为 {_text(two)}"


def _text(value: Decimal | str) -> str:
    return notation.text_of(value)[:40] or "空"


def _rest(form: Form, issue: Issue, newest: Issue) -> Iterator[str]:
    """What else was filled in beforehand and is different now: names, budgets."""
    for key in sorted({*issue.prefill, *newest.prefill}):
        info = form.fields.get(key.id)
        one, two = issue.prefill.get(key, ""), newest.prefill.get(key, "")
        if info is not None and not key.row and one != two:
            where = f"项目“{issue.projects[key.project - 1].name[:40]}”的" if key.project else ""
            yield f"{where}{info.field.name}由 {_text(one)} 改为 {_text(two)}"


def blank(form: Form, filled: FilledForm) -> bool:
    """Whether nobody has typed anything into a workbook we issued."""
    prefill = filled.issue.prefill
    return not any(
        reading.typed
        and reading.address is not None
        and reading.kind is not ReadingKind.DEFAULT
        and form.fields[key.id].field.is_input
        and key not in filled.issue.locked
        and not (key in prefill and reading.value == prefill[key])
        and not _given(form, filled, key, reading.value)
        for key, reading in filled.readings.items()
    )


def _given(form: Form, filled: FilledForm, key: Key, value: Decimal | str) -> bool:
    """The names of the blocks of a table are there before anybody types."""
    info = form.fields[key.id]
    if not info.table:
        return False
    rows = filled.issue.rows(key.project, info.table)
    return 0 < key.row <= len(rows) and value in rows[key.row - 1][:2]
