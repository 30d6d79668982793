"""Takes a filled workbook of an older form version over into the current template.

What the department typed is matched by field, project and row; what has no place any more, or stands where
the bureau now prescribes something else, is listed and never lost silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from xltool.engine.filled import from_values
from xltool.examine import Desk
from xltool.form import Form, Issue, Key, Project, TableRow
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.issues import Issues
from xltool.form.layout.mapping import fingerprint
from xltool.read.returned.anchored import Carried, read_anchored
from xltool.read.returned.identity import Identity
from xltool.writing.text import for_cell, told_lost


@dataclass(frozen=True, slots=True)
class Migrated:
    """The new workbook; ``moved`` cells were taken over, ``left`` were not (with their old place).

    ``changed``: of those moved, where characters that no file can keep were replaced, and what they were.
    ``outdated``: the form has been changed since the campaign issued its workbooks, so this one was never issued.
    """

    workbook: bytes
    moved: int
    left: tuple[Carried, ...]
    changed: tuple[tuple[Carried, str], ...] = ()
    outdated: bool = False


def carried_by(data: bytes, desk: Desk) -> tuple[Identity, tuple[Carried, ...]]:
    """Return what an older workbook carries, for ``migrate``.

    Raises:
        Refused: it cannot be read or is none of ours.
    """
    return read_anchored(data, desk.limits)


def migrate(
    identity: Identity,
    carried: Iterable[Carried],
    form_of: Callable[[str], Form | None],
    issued: Issues | None = None,
) -> Migrated:
    """Return the current template with the older workbook's entries.

    Args:
        identity: what the older workbook says of itself.
        carried: its filled cells.
        form_of: gives the current form by id.
        issued: the issues of a campaign by issue id; the department's latest one is used. Without it the
            issue is taken from the older workbook.

    Raises:
        Refused: its form is unknown.
    """
    from xltool.generate.workbook import write

    form, issue = _target(identity, form_of, issued)
    layout = layouts.build(form, issue)
    outdated = bool(issue.layout) and issue.layout != fingerprint(layout)
    if outdated:
        issue = replace(issue, layout=fingerprint(layout), seal="")
        layout = replace(layout, issue=issue)
    values: dict[Key, Decimal | str | bool] = {}
    left: list[Carried] = []
    changed: list[tuple[Carried, str]] = []
    before = _issue_of(identity)
    for cell in carried:
        key = _place(form, cell.key, before, issue)
        fits = key in layout.cells and form.fields[key.id].field.is_input and key not in issue.locked if key else False
        if key is not None and key in issue.prefill and before is not None and before.year != issue.year:
            if str(cell.value) == str(issue.prefill[key]):
                continue
            fits = False  # what the bureau filled in for this year is not what was said of another
        if fits and key is not None and not cell.computed:
            values[key] = for_cell(cell.value) if isinstance(cell.value, str) else cell.value
            if lost := told_lost(cell.value) if isinstance(cell.value, str) else "":
                changed.append((cell, lost))
        elif not fits:
            left.append(cell)
    written = write(layout, from_values(form, issue, values))
    return Migrated(written, len(values), tuple(left), tuple(changed), outdated and issued is not None)


def _issue_of(identity: Identity) -> Issue | None:
    """The issue the older workbook was made with, as far as it can still be read."""
    try:
        return Issue.from_json(identity.issue)
    except ValueError:
        return None


def _place(form: Form, key: Key, before: Issue | None, now: Issue) -> Key | None:
    """Where a field of the older workbook stands now: its project by code, its row by block and order in the block."""
    info = form.fields.get(key.id)
    if info is None or before is None or not (key.project or key.row):
        return key if info is not None else None
    codes = [project.code for project in now.projects]
    if key.project and (key.project > len(before.projects) or before.projects[key.project - 1].code not in codes):
        return None
    project = 1 + codes.index(before.projects[key.project - 1].code) if key.project else 0
    if not key.row:
        return key._replace(project=project)
    blocks = [
        [(row.level1, row.level2) for row in rows]
        for rows in (before.rows(key.project, info.table), now.rows(project, info.table))
    ]
    if key.row > len(blocks[0]):
        return None
    block = blocks[0][key.row - 1]
    order = blocks[0][: key.row].count(block)
    rows = [number for number, label in enumerate(blocks[1], start=1) if label == block]
    return key._replace(project=project, row=rows[order - 1]) if order <= len(rows) else None


def _target(identity: Identity, form_of: Callable[[str], Form | None], issued: Issues | None) -> tuple[Form, Issue]:
    from xltool.ooxml.refused import Refused
    from xltool.read import file_notices
    from xltool.read.returned.identity import issue_of

    form = form_of(identity.form)
    if form is None:
        raise Refused(file_notices.UNKNOWN_FORM.finding(form=identity.form[:40]))
    issue = issued.latest(identity.department) if issued is not None else None
    if issued is not None and issue is None:
        raise Refused(file_notices.NOT_ISSUED.finding(department=identity.department[:40] or "部门不明"))
    return form, issue or _adapted(form, issue_of(identity))


def _adapted(form: Form, issue: Issue) -> Issue:
    """The older issue as far as the current form has its tables, blocks and fields."""

    def known(tables: Mapping[str, tuple[TableRow, ...]]) -> Mapping[str, tuple[TableRow, ...]]:
        return MappingProxyType(
            {
                table: tuple(row for row in rows if _known(form, table, row.level1, row.level2))
                for table, rows in tables.items()
                if table in form.tables
            }
        )

    projects = tuple(Project(project.code, project.name, known(project.tables)) for project in issue.projects)
    prefill = {key: value for key, value in issue.prefill.items() if key.id in form.fields}
    return replace(
        issue,
        version=str(form.spec.version),
        projects=projects,
        tables=known(issue.tables),
        prefill=MappingProxyType(prefill),
        locked=frozenset(key for key in issue.locked if key in prefill),
    )


def _known(form: Form, table: str, level1: str, level2: str) -> bool:
    levels = form.tables[table].levels
    return any(level.name == level1 and any(group.name == level2 for group in level.groups) for level in levels)
