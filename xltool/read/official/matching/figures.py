"""Lines with labels: a value beside each, or figures under heads; the line of the total. Imports ``state``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from xltool.read.official.labels import label_of, squeeze
from xltool.read.official.matching.lines import LineCell, TableLine
from xltool.read.official.matching.rows import closes
from xltool.read.official.matching.sense import has_digit, nothing
from xltool.read.official.matching.state import ReadingState
from xltool.read.official.plan import Piece, Slot

_WORDS = re.compile(r"\n|　[ 　]*　[ 　]*| {4,}")
"""What parts several labels in one cell, each with its value: 填表人：某　　单位负责人（签字）：某."""


def take_goals(state: ReadingState, line: TableLine) -> bool:
    """Take what stands under heads and has no label of its own; return whether the line was that."""
    if any(state.sense.is_label(spot) for spot in line.filled):
        state.goals_due = False
        return False
    slots = [slot for slot in state.slots if not slot.row and slot.head]
    cells = [(slot, state.column(line, slot.head)) for slot in slots]
    found = [(slot, spot) for slot, spot in cells if spot is not None and not spot.again]
    if not found:
        return False
    state.goals_due = False
    for slot, spot in found:
        state.fill(slot, spot)
    state.goals = tuple(slot for slot, _ in found)
    state.leave(line, [spot for _, spot in found])
    return True


def take_more_goals(state: ReadingState, line: TableLine) -> bool:
    """Take a further line of the goals, beside which the block's title still reaches down; return whether it was one."""
    cells = [(slot, state.column(line, slot.head)) for slot in state.goals]
    found = [(slot, spot) for slot, spot in cells if spot is not None and not spot.again]
    beside = any(spot.again and state.sense.side(state.print, spot) for spot in line.spots)
    if not found or not beside or any(state.sense.is_label(spot) for spot in line.filled):
        state.goals = ()
        return False
    for slot, spot in found:
        state.add(slot, spot)
    state.leave(line, [spot for _, spot in found])
    return True


def take_line(state: ReadingState, line: TableLine) -> None:
    """Take the values of a line's labels; what is left over is noted."""
    used: list[LineCell] = []
    closing = closes(state, line)
    if closing:
        state.in_table, state.closed = False, True
        line = line.stretched()
    for index, spot in enumerate(line.spots):
        if spot.again or spot.blank or spot in used:
            continue
        _begins_project(state, spot)
        if found := _labelled(state, line, index):
            used += [spot, *found]
    if closing:
        used += _total(state, line)
    state.leave(line, used)


def _begins_project(state: ReadingState, spot: LineCell) -> None:
    """The first label of the print again: another project begins."""
    if state.sense.meant(spot) & state.sense.first_rows:
        if state.project == 0 or state.project in state.begun or state.result.rows.get(state.project):
            state.project += 1
            state.yuan = state.said
        state.begun.add(state.project)


def _labelled(state: ReadingState, line: TableLine, index: int) -> list[LineCell]:
    """Take what belongs to the label at ``index``; return the cells taken."""
    spot = line.spots[index]
    meant = state.sense.meant(spot)
    for print_ in sorted(state.plan.prints, key=lambda print_: print_ is not state.print):
        slots = [slot for slot in print_.slots if slot.row and slot.row in meant]
        headed = [slot for slot in slots if slot.head]
        if headed and print_ is state.print and (found := _under_heads(state, line, spot, headed)):
            state.result.labels.add(headed[0].row)
            return found
        if plain := [slot for slot in slots if not slot.head]:
            state.result.labels.add(plain[0].row)
            return _in_turn(state, line, index, plain)
    value = _right(line, index)
    if value is not None and state.under_figures and (slot := _goal(state, meant, value)) is not None:
        state.fill(slot, value)
        return [value]
    ident = state.sense.prefixes.get(label_of(spot.text))
    if ident and value is not None:
        state.take(Piece(field=ident), value)
        return [value]
    if value is not None and not value.blank and label_of(spot.text) in state.sense.reasons:
        state.result.reasons.setdefault(max(1, state.project), value)
        return [spot, value]
    parts = [_prefixed(state, part, spot) for part in _WORDS.split(spot.text)]
    return [spot] if any(parts) else []


def _goal(state: ReadingState, meant: frozenset[str], value: LineCell) -> Slot | None:
    """A head of the goals that is written as a label with its text beside it."""
    if any(state.sense.meant(value) & heads for print_ in state.plan.prints for heads in print_.heads):
        return None
    slots = (slot for print_ in state.plan.prints if print_.per_project for slot in print_.slots)
    return next((slot for slot in slots if not slot.row and slot.head in meant), None)


def _under_heads(state: ReadingState, line: TableLine, label: LineCell, slots: Sequence[Slot]) -> list[LineCell]:
    """The figures of a row, by their columns; points where the print has a sign are told apart."""
    found: list[LineCell] = []
    for slot in slots:
        spot = state.column(line, slot.head, label.last)
        if spot is not None and spot not in found and not spot.again:
            found.append(spot)
            state.fill(slot, spot)
    if found:
        found += [*_weight(state, line, label, slots), *_beside(state, line, label)]
    rows, scored = {slot.row for slot in slots}, {slot.head for slot in state.slots if slot.unit == "分"}
    for row, head in sorted(state.print.fixed if state.print else ()):
        spot = state.column(line, head, label.last) if row in rows else None
        if spot is not None and spot not in found and not spot.again:  # merged with the total's: not the source's own
            found.append(spot)
            if head in scored and has_digit(spot) and not nothing(spot.text):
                state.result.scored.append(spot)
    return found


def _beside(state: ReadingState, line: TableLine, label: LineCell) -> list[LineCell]:
    """What stands in columns the print does not have, such as the reason beside the amounts."""
    found = []
    for head, ident in state.sense.extra_of_figures.items():
        spot = state.column(line, head, label.last)
        if spot is not None and not spot.again and not state.sense.known(spot) and not nothing(spot.text):
            state.take(Piece(field=ident), spot)
            found.append(spot)
    return found


def _weight(state: ReadingState, line: TableLine, label: LineCell, slots: Sequence[Slot]) -> list[LineCell]:
    """The points of a row of figures, where the form at hand has a column for them and the print has none."""
    heads, meant = state.sense.points_heads, state.sense.meant(label)
    parameter = next((name for row, name in state.sense.weights.items() if row in meant), "")
    if not parameter or any(slot.head in heads for slot in slots):
        return []
    spot = next((s for head in sorted(heads) if (s := state.column(line, head, label.last)) is not None), None)
    if spot is None:
        return []
    state.take(Piece(parameter=parameter), spot)
    return [spot]


def _in_turn(state: ReadingState, line: TableLine, index: int, slots: Sequence[Slot]) -> list[LineCell]:
    """The cells behind a label, up to the next label."""
    values: list[LineCell] = []
    for spot in line.spots[index + 1 :]:
        if spot.again or (not spot.blank and state.sense.is_label(spot)):
            break
        values.append(spot)
    taken = [(slot, values[slot.turn]) for slot in slots if slot.turn < len(values)]
    for slot, spot in taken:
        state.fill(slot, spot)
    return [spot for _, spot in taken]


def _right(line: TableLine, index: int) -> LineCell | None:
    spot = line.spots[index + 1] if index + 1 < len(line.spots) else None
    return None if spot is None or spot.again else spot


def _prefixed(state: ReadingState, text: str, spot: LineCell) -> bool:
    """单位名称：某局, label and value in one cell."""
    head, colon, rest = text.replace(":", "：").partition("：")
    ident = state.sense.prefixes.get(label_of(head), "") if colon else ""
    value = rest.strip()
    if ident and value:
        state.take(Piece(field=ident), replace(spot, text=value, number=None))
    return bool(ident)


def _total(state: ReadingState, line: TableLine) -> list[LineCell]:
    """The line of the total: figures in their order where the columns do not tell, and the grade's word."""
    grade, words = state.plan.form.spec.official.grade, state.plan.form.spec.scoring.grades
    meant = state.sense.meant(line.filled[0])
    slots = [slot for slot in state.slots if slot.head and slot.row in meant]
    missing = [slot for slot in slots if not state.has(slot)]
    taken: list[LineCell] = []
    for spot in line.filled[1:]:
        plain = squeeze(spot.text).strip("()等次级:")
        word = next((word for word in words if plain in (word, f"{word}秀", f"{word}好")), "")
        if word and grade:
            state.take(Piece(field=state.sense.ident(grade)), replace(spot, text=word, number=None))
            taken.append(spot)
    known = {id(one.spot) for one in state.result.cells.values()}
    left = [spot for spot in line.filled[1:] if has_digit(spot) and id(spot) not in known]
    for slot, spot in zip(reversed(missing), reversed(left), strict=False):
        state.fill(slot, spot)
        taken.append(spot)
    return taken
