"""Lines of heads: of a block of figures, of the goals, of the table. Imports ``state``."""

from __future__ import annotations

from xltool.read.official.labels import points_in, squeeze
from xltool.read.official.matching.lines import LineCell, TableLine
from xltool.read.official.matching.state import ReadingState
from xltool.read.official.plan import PrintPlan

_FEWEST, _TABLE = 2, 4
"""So many heads of a form make a line of heads; so many make the table's."""

Meant = list[tuple[LineCell, frozenset[str]]]


def take_heads(state: ReadingState, line: TableLine) -> bool:
    """Take a line of heads; return whether it was one."""
    meant = [(spot, state.sense.meant(spot)) for spot in line.spots]
    if _second_line(state, line, meant):
        return True
    state.heads_due = False
    best = _best(state, meant)
    if best is None:
        return False
    count, print_, heads = best
    own = [(spot, labels) for spot, labels in meant if not spot.again and not spot.blank]
    strange = sum(not labels & (heads | print_.sides | state.sense.extra.keys()) for _, labels in own)
    rows = {slot.row for slot in print_.slots}
    named = bool(own) and bool(own[0][1] & rows - heads) and not own[0][1] & heads
    if strange > count or (named and count <= _FEWEST):
        return False  # a row of figures that has such words in it
    _begin(state, line, meant, print_, heads)
    return True


def _best(state: ReadingState, meant: Meant) -> tuple[int, PrintPlan, frozenset[str]] | None:
    """The heads of the prints of which most stand in the line."""
    best: tuple[int, PrintPlan, frozenset[str]] | None = None
    for print_ in state.plan.prints:
        for heads in print_.heads:
            hits = {label for _, labels in meant for label in labels & heads}
            count = sum(bool(labels & heads) for spot, labels in meant if not spot.again)
            if count >= _FEWEST and len(hits) >= _FEWEST and (best is None or count > best[0]):
                best = (count, print_, heads)
    return best


def _second_line(state: ReadingState, line: TableLine, meant: Meant) -> bool:
    """Heads in two lines: 指标情况 over 年度指标值 and 全年实际值."""
    if not state.heads_due or state.print is None or state.head_line is None or line.table != state.head_line.table:
        return False
    own = [(spot, labels) for spot, labels in meant if not spot.again and not spot.blank]
    known = state.print.table_heads | state.sense.extra.keys()
    if not own or sum(bool(labels & known) for _, labels in own) * 2 <= len(own):
        return False
    above = [head for head in state.heads if not any(s.first <= head[1] and head[0] <= s.last for s, _ in own)]
    state.heads = sorted([*above, *((s.first, s.last, labels) for s, labels in own)], key=lambda head: head[0])
    state.heads_due = False
    return True


def _begin(state: ReadingState, line: TableLine, meant: Meant, print_: PrintPlan, heads: frozenset[str]) -> None:
    """What follows stands under these heads."""
    result = state.result
    state.print, state.head_line = print_, line
    state.heads = [(spot.first, spot.last, labels) for spot, labels in _points_told(state, meant, heads)]
    is_table = bool(print_.table) and len({h for _, labels in meant for h in labels & print_.table_heads}) >= _TABLE
    state.in_table = state.heads_due = is_table
    state.goals_due = not is_table and any(not slot.row and slot.head in heads for slot in print_.slots)
    if print_.per_project and (
        state.project == 0 or (is_table and state.closed and bool(state.result.rows.get(state.project)))
    ):
        state.project += 1
    if is_table:
        state.closed = False
    state.money(line.own)
    result.prints.add(print_.sheet.id)
    for _, labels in meant:
        result.labels |= labels & print_.labels
        result.columns |= labels & state.sense.extra.keys() - print_.labels
    _written(state, line, print_)


def _points_told(state: ReadingState, meant: Meant, heads: frozenset[str]) -> Meant:
    """Where several heads are 得分 and none 分值, the last is the score and those before it are the points."""
    points = heads & state.sense.points_heads
    if not points or any(labels & points for _, labels in meant):
        return meant
    words = [squeeze(spot.text) for spot, _ in meant]
    return [
        (spot, points if labels & heads and words[at] in words[at + 1 :] else labels)
        for at, (spot, labels) in enumerate(meant)
    ]


def _written(state: ReadingState, line: TableLine, print_: PrintPlan) -> None:
    """The parameters written in heads: 得分(20分×执行率)."""
    project = max(1, state.project) if print_.per_project else 0
    for label, parameter in print_.written:
        for spot in line.own:
            points = points_in(spot.text)
            if points is not None and label in state.sense.meant(spot):
                state.result.written.setdefault((project, parameter), points)
