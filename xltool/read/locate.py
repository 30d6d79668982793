"""Finding the cells of a layout in a file that may have been rearranged.

Two independent anchors, cross-checked: the hidden markers (row 1, column A; they move with rows, columns
and tab names) and the layout's own positions with the visible labels. Markers win; where they are gone,
position and label serve, and that is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xltool.findings import Finding
from xltool.form.layout import Address, Role, SheetLayout
from xltool.notation import fold
from xltool.read import notices
from xltool.read.values import RawBook, RawSheet

_ROW = re.compile(r"r([0-9]{1,6})\|")
_COL = re.compile(r"c([0-9]{1,4})\Z")


@dataclass(slots=True)
class Located:
    """Where one input sheet's rows and columns stand now (layout index → index in the file)."""

    sheet: RawSheet
    rows: Mapping[int, int]
    cols: Mapping[int, int]
    findings: list[Finding] = field(default_factory=list)

    def cell(self, row: int, col: int) -> tuple[int, int] | None:
        """Return the cell's position in the file, None if its row or column is gone."""
        if row in self.rows and col in self.cols:
            return self.rows[row], self.cols[col]
        return None


def locate(book: RawBook, layout: SheetLayout) -> Located | None:
    """Find a sheet of the layout and the way its rows and columns moved; None if the sheet is gone."""
    found = _sheet(book, layout)
    if found is None:
        return None
    sheet, corner = found
    findings: list[Finding] = []
    if sheet.title != layout.title:
        findings.append(notices.RENAMED.finding(sheet.title, title=layout.title, now=sheet.title))
    if corner is None:
        corner = (0, 0)
    rows, cols = markers(sheet, corner)
    wanted_rows = {box.row for box in layout.boxes}
    wanted_cols = set(range(1, layout.hint_col + 1))
    lost = (wanted_rows - rows.keys()) | (wanted_cols - cols.keys())
    moved = any(now != was for was, now in (*rows.items(), *cols.items()))
    rows, cols = _complete(rows, wanted_rows), _complete(cols, wanted_cols)
    located = Located(sheet, rows, cols, findings)
    if lost:
        _by_labels(located, layout)
        findings.append(notices.NO_MARKERS.finding(sheet.title))
    elif moved:
        findings.append(notices.MOVED.finding(sheet.title))
    _check_labels(located, layout)
    return located


def markers(sheet: RawSheet, corner: tuple[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return where the issued rows and columns stand now, by the markers in line with the sheet's own marker."""
    rows = _markers(_ROW, ((row, sheet.text(row, corner[1])) for row in _span(sheet, 0)))
    return rows, _markers(_COL, ((col, sheet.text(corner[0], col)) for col in _span(sheet, 1)))


def _sheet(book: RawBook, layout: SheetLayout) -> tuple[RawSheet, tuple[int, int] | None] | None:
    """The sheet by its marker, wherever the marker is now; else by its name."""
    named = book.sheet(layout.title)
    candidates = ([named] if named else []) + [sheet for sheet in book.sheets if sheet is not named]
    for sheet in candidates:
        for place, value in sheet.cells.items():
            if value == layout.marker:
                return sheet, place
    return (named, None) if named else None


def _span(sheet: RawSheet, axis: int) -> range:
    return range(max((place[axis] for place in sheet.cells), default=-1) + 1)


def _markers(pattern: re.Pattern[str], texts: Iterable[tuple[int, str]]) -> dict[int, int]:
    result: dict[int, int] = {}
    for index, text in texts:
        match = pattern.match(text)
        if match:
            result.setdefault(int(match[1]), index)
    return result


def _complete(found: dict[int, int], wanted: set[int]) -> dict[int, int]:
    """Fill gaps by the shift of the nearest marker before (or after) that survived."""
    result = dict(found)
    taken = set(found.values())
    for index in sorted(wanted - found.keys()):
        before = max((known for known in found if known < index), default=None)
        after = min((known for known in found if known > index), default=None)
        near = before if before is not None else after
        guess = index + (found[near] - near if near is not None else 0)
        if guess not in taken and guess >= 0:
            result[index] = guess
    return result


def _by_labels(located: Located, layout: SheetLayout) -> None:
    """Without markers: put each row where its label stands, if that is one place only."""
    labels = [box for box in layout.boxes if box.role is Role.LABEL and box.text]
    texts: dict[str, list[int]] = {}
    for (row, col), value in located.sheet.cells.items():
        if isinstance(value, str) and col in located.cols.values():
            texts.setdefault(fold(value), []).append(row)
    rows = dict(located.rows)
    for box in labels:
        now = texts.get(fold(box.text), [])
        if len(now) == 1:
            rows[box.row] = now[0]
    located.rows = rows


def _check_labels(located: Located, layout: SheetLayout) -> None:
    for box in layout.boxes:
        if box.role is not Role.LABEL or not box.text:
            continue
        place = located.cell(box.row, box.col)
        if place is None:
            continue
        seen = located.sheet.text(*place)
        if fold(seen) != fold(box.text):
            cell = Address(located.sheet.title, *place).a1
            shown = seen[:30] or "空"
            located.findings.append(
                notices.LABEL_CHANGED.finding(
                    located.sheet.title, (cell,), box.text, shown, box.text, ours=box.text, now=shown
                )
            )
