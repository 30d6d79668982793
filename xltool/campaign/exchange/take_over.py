"""What stands on an official form or in a report goes into the workbook issued to the department, so that it goes on there.

Imports ``examine`` (the file itself is only ever opened by its workers) and ``migrate``. Projects are matched by the
roster's code, rows by the indicator's name within their block, then by the free rows of the block in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xltool import notation
from xltool.campaign.collected import desk_of
from xltool.campaign.exchange.migrate import Migrated
from xltool.campaign.issue.outbox import issued
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.settings import Campaign
from xltool.engine.filled import from_values
from xltool.examine import Entry, Examining, Job, Pool
from xltool.examine.jobs import unchanged
from xltool.form import Form, Issue, Key
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.workbook_layout import Address
from xltool.notation.spoken import measure
from xltool.ooxml.refused import Refused
from xltool.read import file_notices
from xltool.read.official.labels import squeeze
from xltool.read.returned.anchored import Carried


def take_over(job: Job, campaign: Campaign, form: Form, roster: Roster) -> Migrated:
    """Return the department's issued workbook with what its official form says.

    Raises:
        Refused: the file cannot be read, is no official form, or nothing was issued to its department.
    """
    with Pool(lambda: desk_of(campaign, form, roster), 1) as pool:
        (outcome,) = pool.run([Examining(job, unchanged)])
    if outcome.issue is None or not outcome.official:
        raise Refused(outcome.findings[0])
    issue = issued(campaign).latest(outcome.issue.department)
    if issue is None:
        raise Refused(file_notices.NOT_ISSUED.finding(department=outcome.issue.department_name[:40] or "部门不明"))
    return carried_into(form, issue, outcome.issue, outcome.entries)


def carried_into(form: Form, issue: Issue, theirs: Issue, entries: Sequence[Entry]) -> Migrated:
    """Put what was typed on an official form where it belongs in an issued workbook."""
    from xltool.generate.workbook import write

    layout = layouts.build(form, issue)
    place = _Places(form, theirs, issue, {entry.key: entry.typed for entry in entries})
    values: dict[Key, Decimal | str | bool] = {}
    left: list[Carried] = []
    for entry in entries:
        key = place.of(entry.key)
        text = _content(form, entry.key, entry.typed)
        if key is None or key not in layout.cells:
            left.append(Carried(entry.key, entry.typed, Address(entry.sheet, 0, 0, entry.cell), False))
        elif key not in issue.locked:
            values[key] = text
        elif squeeze(str(issue.prefill[key])) != squeeze(str(text)):
            left.append(Carried(entry.key, entry.typed, Address(entry.sheet, 0, 0, entry.cell), False))
    return Migrated(write(layout, from_values(form, issue, values)), len(values), tuple(left))


class _Places:
    """Where a field of the official form stands in the workbook."""

    def __init__(self, form: Form, theirs: Issue, ours: Issue, typed: Mapping[Key, str]) -> None:
        self.form = form
        self.projects = _projects(theirs, ours)
        self.rows: dict[tuple[int, str, int], int] = {}
        for number, target in self.projects.items():
            for table in form.project_tables:
                self._match(number, target, table, theirs, ours, typed)

    def of(self, key: Key) -> Key | None:
        """Return the workbook's key; None if there is no place."""
        if not key.project:
            return key
        project = self.projects.get(key.project)
        if project is None:
            return None
        if not key.row:
            return key._replace(project=project)
        row = self.rows.get((key.project, self.form.fields[key.id].table, key.row))
        return key._replace(project=project, row=row) if row else None

    def _match(
        self, number: int, target: int, table: str, theirs: Issue, ours: Issue, typed: Mapping[Key, str]
    ) -> None:
        item = next((item for item in self.form.spec.scoring.items if item.table == table), None)
        if item is None:
            return
        name = self.form.ids[item.name]
        free = {row: (line.level1, line.level2) for row, line in enumerate(ours.rows(target, table), start=1)}
        known = {row: squeeze(str(ours.prefill.get(Key(target, name, row), ""))) for row in free}
        pending = []
        for row, line in enumerate(theirs.rows(number, table), start=1):
            text = squeeze(typed.get(Key(number, name, row), ""))
            block = (line.level1, line.level2)
            same = next((at for at in free if text and known[at] == text and free[at] == block), None)
            if same is None:
                pending.append((row, block))
            else:
                self.rows[number, table, row] = same
                del free[same]
        for row, block in pending:
            empty = next((at for at in free if free[at] == block and not known[at]), None)
            if empty is not None:
                self.rows[number, table, row] = empty
                del free[empty]


def _projects(theirs: Issue, ours: Issue) -> dict[int, int]:
    """Their project's number → ours: by code, then by name; a single one is the single one."""
    codes = {project.code: number for number, project in enumerate(ours.projects, start=1) if project.code}
    names = {squeeze(project.name): number for number, project in enumerate(ours.projects, start=1) if project.name}
    found: dict[int, int] = {}
    for number, project in enumerate(theirs.projects, start=1):
        target = codes.get(project.code) or names.get(squeeze(project.name))
        if target is None and len(theirs.projects) == len(ours.projects) == 1:
            target = 1
        if target is not None and target not in found.values():
            found[number] = target
    return found


def _content(form: Form, key: Key, typed: str) -> Decimal | str:
    """What to write into the workbook: a figure as a number, a target without the sign and unit that have cells of their own."""
    item = form.fields[key.id].field
    if item.is_number and not item.is_date:
        number = notation.read_number(squeeze(typed), item.unit).value
        return typed if number is None else number
    shown = {
        text.id
        for bound in form.computed.values()
        for call, (text, *more) in bound.field_calls
        if call == "SHOWN" and len(more) > 3
    }
    return measure(typed).text if key.id in shown else typed
