"""名册.xlsx read and checked.

Imports the other modules of this room. Mistakes of the roster are the bureau's own, so they stop the run, all at once,
with sheet and cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from xltool.campaign.roster.check import check
from xltool.campaign.roster.columns import Columns
from xltool.campaign.roster.sheet import (
    COLUMNS,
    DEPARTMENTS,
    INDICATORS,
    NEEDED,
    PROJECTS,
    Roster,
    RosterError,
    RosterRow,
    own_columns,
)
from xltool.campaign.roster.tidying import tidied
from xltool.campaign.roster.workbook_tables import OwnTable, tables
from xltool.form import Form

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"  # stands for a code whose digits are lost


_MOST = 30_000  # lines of a sheet; a province has some thousand departments


def read_roster(path: Path, form: Form) -> Roster:
    """Read and check a roster.

    Raises:
        RosterError: with every mistake found, by sheet and cell.
        UnusableFileError: the file cannot be opened.
    """

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
        problems += check(roster, form)  # with codes lost, whatever names them would seem wrong
    if problems:
        raise RosterError(problems)
    return roster


def figures(form: Form, title: str) -> tuple[str, ...]:
    """The names that are control figures when a column of the sheet is called so."""
    numbers = (info.field.name for info in form.fields.values() if info.field.is_number and not info.table)
    return tuple(map(str, numbers)) if title == DEPARTMENTS else ()


def _rows(table: OwnTable, columns: Columns, problems: list[str]) -> Iterator[RosterRow]:
    needed = {column: columns.letters.get(column, "") for column in NEEDED[table.title]}
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
