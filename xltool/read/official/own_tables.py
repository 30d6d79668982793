"""The tables of our own report: told by their first row, read by the inverse of what wrote them.

Imports ``plan``, ``matching``, ``fill``. They repeat what the sentences say, so a sentence counts first. A newcomer would leave
them to the official forms: “预算数” and “决算数” mean other fields there.
"""

from __future__ import annotations

from collections.abc import Sequence

from xltool.engine.filled import Reading, ReadingKind
from xltool.form import Form, Key
from xltool.read.official.fill import readings_of
from xltool.read.official.labels import label_of
from xltool.read.official.matching.lines import TableLine
from xltool.read.official.matching.match import match_lines
from xltool.read.official.plan import own_tables_of, plan_of_table


def parted(form: Form, lines: Sequence[TableLine]) -> tuple[list[TableLine], dict[str, list[TableLine]]]:
    """Return the lines of all other tables, and those of the report's own, by the table's id."""
    known = {label_of(str(table.title)): str(table.id) for table in form.spec.report.tables}
    found: dict[int, str] = {}
    for number, line in ((line.table, line) for line in lines if known):
        if number not in found:
            lone = label_of(line.filled[0].text) if len(line.filled) == 1 else ""
            found[number] = known.get(lone, "")
    others = [line for line in lines if not found.get(line.table)]
    own: dict[str, list[TableLine]] = {}
    for line in lines:
        if ident := found.get(line.table):
            own.setdefault(ident, []).append(line)
    return others, own


def readings(form: Form, own: dict[str, list[TableLine]], year: int) -> dict[Key, Reading]:
    """Return what the report's own tables hold."""
    result: dict[Key, Reading] = {}
    for table in own_tables_of(form).values():
        if lines := own.get(str(table.id)):
            found, _ = readings_of(form, match_lines(plan_of_table(form, str(table.id)), lines, year))
            result |= {key: reading for key, reading in found.items() if reading.kind is not ReadingKind.BLANK}
    return result
