"""Which cell of a document holds which field: the lines are gone through once, with the plan of the print as the map.

Imports ``heads``, ``rows``, ``figures``. A newcomer would look for cells by position: a row more in a funds block or a
column less in the table, and every figure would be another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from xltool.read.official.labels import squeeze
from xltool.read.official.matching.figures import take_goals, take_line, take_more_goals
from xltool.read.official.matching.heads import take_heads
from xltool.read.official.matching.lines import TableLine
from xltool.read.official.matching.rows import closes, fits, take_row
from xltool.read.official.matching.state import Match, ReadingState
from xltool.read.official.plan import Plan


def match_lines(
    plan: Plan, lines: Sequence[TableLine], year: int, yuan: Mapping[int, bool] = MappingProxyType({})
) -> Match:
    """Return what the lines of a document hold of a plan's forms; ``yuan``: tables said to be in 元 or not, by number."""
    state, table = ReadingState(plan, year), -1
    for line in lines:
        if line.table != table:
            table = line.table
            _begin_table(state, line)
            state.yuan = state.said = yuan.get(table, state.said)
        _take(state, line)
    state.result.projects = state.project
    return state.result


def _begin_table(state: ReadingState, line: TableLine) -> None:
    """Another table goes on with the last one's columns only if it is as wide: the form over two pages."""
    if state.head_line is not None and line.width != state.head_line.width:
        state.in_table, state.heads = False, []


def _take(state: ReadingState, line: TableLine) -> None:
    if any("单位" in text or "(元)" in text for text in (squeeze(spot.text) for spot in line.own)):
        state.money(line.own)
    if not line.filled:
        if state.in_table:
            take_row(state, line)
        elif state.goals_due:
            take_goals(state, line)
        return
    if take_heads(state, line):
        return
    if state.in_table and not closes(state, line):
        if fits(state, line):
            take_row(state, line)
            return
        state.in_table = len(line.own) <= 1  # a note between the rows
    if (state.goals and take_more_goals(state, line)) or (state.goals_due and take_goals(state, line)):
        return
    take_line(state, line)
