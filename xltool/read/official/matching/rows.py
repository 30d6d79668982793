"""Rows of the table: one indicator each. Imports ``state``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from xltool.form.definition.model import FieldType
from xltool.form.layout.issue import TableRow
from xltool.read.official.labels import points_in, squeeze
from xltool.read.official.matching.lines import LineCell, TableLine
from xltool.read.official.matching.state import ReadingState, Taken, under
from xltool.read.official.plan import Piece

_LEVELS = (FieldType.LEVEL1, FieldType.LEVEL2)
_SPARE = re.compile(r"(?:指标|目标)[0-9]{0,2}[:、.]?[/—-]*|[….·]{1,12}")
_SIGNS = frozenset("—-/*\\")


def closes(state: ReadingState, line: TableLine) -> bool:
    """Whether a line is one below the table: 总分; 合计 of the funds above it is not."""
    if state.print is None or not line.filled or (state.print.table_id and not state.result.rows.get(state.project)):
        return False
    first = line.filled[0]
    return bool(state.sense.meant(first) & state.print.closing) and not state.sense.levels.known(first.text)


def fits(state: ReadingState, line: TableLine) -> bool:
    """Whether a line is a row of the table: it has cells in several columns, or names a block."""
    cells = {id(spot) for first, last, _ in state.heads if (spot := under(line, first, last)) is not None}
    return len(cells) >= max(3, len(state.heads) // 2) or any(state.sense.levels.known(s.text) for s in line.spots)


def take_row(state: ReadingState, line: TableLine) -> None:
    """Take a row of the table; a blank one counts if it stands in a block."""
    if not fits(state, line):
        return
    found, levels, used = _cells(state, line)
    names = (levels.get(FieldType.LEVEL1, ""), levels.get(FieldType.LEVEL2, ""))
    if _unused(spot.text for _, spot in found.values()):  # said to be out of use: no row, and no block that lacks one
        state.last_row = state.sense.levels.row(*names, state.last_row)
        return
    if _spare(spot.text for _, spot in found.values()):
        found = {ident: (piece, replace(spot, text="", number=None)) for ident, (piece, spot) in found.items()}
    if not any(squeeze(text) for text in levels.values()) and all(spot.blank for _, spot in found.values()):
        return
    rows = state.result.rows.setdefault(state.project, [])
    state.last_row = state.sense.levels.row(*names, state.last_row)
    rows.append(TableRow(*state.last_row))
    beside = {ident: spot.text for ident, (piece, spot) in found.items() if piece.shown is None}
    for piece, spot in found.values():
        _, unit, nature = piece.shown or ("", "", "")
        state.result.table.append(
            Taken(state.project, len(rows), piece, spot, state.yuan, beside.get(nature, ""), beside.get(unit, ""))
        )
    sides = [spot for spot in line.spots if state.sense.side(state.print, spot)]
    state.leave(line, [*used, *sides])


def _spare(texts: Iterable[str]) -> bool:
    """Whether a row only holds what the bureau printed for further indicators: 指标2：, ……."""
    words = [word for text in texts if (word := squeeze(text)) and not set(word) <= _SIGNS]
    return bool(words) and all(_SPARE.fullmatch(word) for word in words)


def _unused(texts: Iterable[str]) -> bool:
    """Whether a row only says that there is none: /, 无, nought points."""
    words = [word for text in texts if (word := squeeze(text))]
    return any(word == "无" or set(word) <= _SIGNS for word in words) and all(
        word == "无" or set(word) <= _SIGNS or not word.strip("0.") for word in words
    )


def _cells(
    state: ReadingState, line: TableLine
) -> tuple[dict[str, tuple[Piece, LineCell]], dict[FieldType, str], list[LineCell]]:
    """The row's cells by field, the names of its blocks, and all cells used."""
    found: dict[str, tuple[Piece, LineCell]] = {}
    levels: dict[FieldType, str] = {}
    used: list[LineCell] = []
    for slot in state.print.table if state.print else ():
        spot = state.column(line, slot.head)
        if spot is None or spot in used:
            continue
        used.append(spot)
        for piece in slot.pieces:
            info = state.plan.form.fields.get(piece.field)
            if info is not None and info.field.type in _LEVELS:
                levels[info.field.type] = spot.text
                _points(state, spot)
            elif piece.field and not (spot.again and info is not None and info.field.unit == "分"):
                found[piece.field] = (piece, spot)  # points merged over several rows count once
    for label, ident in state.sense.extra.items():
        spot = state.column(line, label)
        if ident in found and not found[ident][1].blank:
            continue  # the form's own column says it
        if spot is not None and (spot not in used or ident not in found):
            found[ident] = (Piece(field=ident), spot)
            used.append(spot)
    return found, levels, used


def _points(state: ReadingState, spot: LineCell) -> None:
    """The points written behind a 一级: 产出指标(50分)."""
    points, name = points_in(spot.text), state.sense.levels.first(spot.text)
    if points is not None and name:
        state.result.points.setdefault((state.project, name), points)
