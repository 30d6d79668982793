"""What the bureau typed into its roster and no workbook can carry: replaced where it is read, and told.

Imports ``campaign.roster``, ``notation`` and ``writing``. It happens once, on reading, so that the record of issue, the workbook and the
check of what comes back all speak of the same text. A newcomer would clean at each writing and find “改动” everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from xltool import notation
from xltool.campaign.roster.sheet import DEPARTMENTS, INDICATORS, PROJECTS, Roster, RosterRow
from xltool.notation.parted import parted
from xltool.writing.text import for_cell, told_lost


def tidied(roster: Roster) -> Roster:
    """Return the roster with texts that workbooks can carry; ``notes`` name every cell where something was lost."""
    notes: list[str] = []
    sheets = {
        title: tuple(_row(title, row, notes) for row in rows)
        for title, rows in (
            (DEPARTMENTS, roster.departments),
            (PROJECTS, roster.projects),
            (INDICATORS, roster.indicators),
        )
    }
    return replace(
        roster,
        departments=sheets[DEPARTMENTS],
        projects=sheets[PROJECTS],
        indicators=sheets[INDICATORS],
        notes=(*roster.notes, *notes),
    )


def _row(title: str, row: RosterRow, notes: list[str]) -> RosterRow:
    values = {column: for_cell(text) for column, text in row.values.items()}
    if title == INDICATORS:
        _part(row, values, notes)
    if values == dict(row.values):
        return row
    for column, text in row.values.items():
        if lost := told_lost(text):
            notes.append(f"〔{title}〕{row.cell(column)}：{lost}。如不需要，请在名册里改好后重新生成。")
    return replace(row, values=MappingProxyType(values))


def _part(row: RosterRow, values: dict[str, str], notes: list[str]) -> None:
    """A target with its unit in one cell: departments would be told of a unit that is missing in a cell that is locked."""
    if row["性质"] not in ("≥", "≤", "=") or row["单位"]:
        return
    operator, rest = notation.leading_operator(row["指标值"])
    two = parted(rest) if operator in ("", row["性质"]) else None
    if two is not None:
        values["指标值"], values["单位"] = two
        notes.append(f"〔{INDICATORS}〕{row.cell('指标值')}：“{row['指标值']}”读作 指标值 {two[0]}、单位 {two[1]}。")
