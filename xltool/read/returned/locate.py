"""Finding the cells of a layout in a file that may have been rearranged.

Two independent anchors, cross-checked: the hidden markers (row 1, column A; they move with rows, columns
and tab names) and the layout's own positions with the visible labels. Markers win; where they are gone,
position and label serve, and that is reported.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xltool.findings import Finding
from xltool.form.layout.workbook_layout import MARKER, Address, Layout, Role, SheetLayout
from xltool.notation import fold
from xltool.read import file_notices
from xltool.read.book.areas import Cell
from xltool.read.book.values import Raw, RawBook, RawSheet

_ROW = re.compile(r"r([0-9]{1,6})\|")
_COL = re.compile(r"c([0-9]{1,4})\Z")


@dataclass(slots=True)
class FoundSheet:
    """Where one input sheet's rows and columns stand now (layout index → index in the file).

    ``reordered``: rows stand in another order than issued, as after sorting. ``anchors``: the first cell of a merge, by the
    cells of ours that it covers.
    """

    sheet: RawSheet
    rows: Mapping[int, int]
    cols: Mapping[int, int]
    findings: list[Finding] = field(default_factory=list)
    reordered: bool = False
    anchors: Mapping[Cell, Cell] = field(default_factory=dict)

    def cell(self, row: int, col: int) -> tuple[int, int] | None:
        """Return the cell's position in the file, None if its row or column is gone."""
        if row in self.rows and col in self.cols:
            return self.rows[row], self.cols[col]
        return None


Marked = Mapping[str, Sequence[tuple[RawSheet, Cell]]]
"""By marker: the sheets that carry it, and where it stands."""


def marked_sheets(book: RawBook, layout: Layout) -> Marked:
    """Return which sheets carry a sheet's marker.

    What only shows results is not looked through, unless a marker of the layout is found nowhere else.
    """
    found = _marked(sheet for sheet in book.sheets if sheet.title not in layout.computed_titles)
    return found if all(sheet.marker in found for sheet in layout.inputs) else _marked(book.sheets)


def _marked(sheets: Iterable[RawSheet]) -> Marked:
    found: dict[str, list[tuple[RawSheet, Cell]]] = {}
    for sheet in sheets:
        places: dict[str, Cell] = {}
        for place, value in sheet.cells.items():
            if isinstance(value, str) and value.startswith(MARKER) and (value not in places or place == (0, 0)):
                places[value] = place
        for marker, place in places.items():
            found.setdefault(marker, []).append((sheet, place))
    return found


def locate(book: RawBook, layout: SheetLayout, marked: Marked) -> FoundSheet | None:
    """Find a sheet of the layout and the way its rows and columns moved; None if the sheet is gone."""
    findings: list[Finding] = []
    found = _sheet(book, layout, marked, findings)
    if found is None:
        return None
    sheet, corner = found
    if sheet.title != layout.title:
        findings.append(file_notices.RENAMED.finding(sheet.title, title=layout.title, now=sheet.title))
    if corner is None:
        corner = (0, 0)
    rows, cols, copies = markers(sheet, corner)
    if copies:
        cells = tuple(Address(sheet.title, row, 1).a1 for row in copies)
        findings.append(file_notices.COPIED_ROWS.finding(sheet.title, cells))
    wanted_rows = {box.row for box in layout.boxes}
    wanted_cols = set(range(1, layout.hint_col + 1))
    lost = (wanted_rows - rows.keys()) | (wanted_cols - cols.keys())
    moved = any(now != was for was, now in (*rows.items(), *cols.items()))
    whole = not lost
    rows, cols = _complete(rows, wanted_rows), _complete(cols, wanted_cols)
    located = FoundSheet(sheet, rows, cols, findings)
    if lost:
        _by_labels(located, layout)
        findings.append(file_notices.NO_MARKERS.finding(sheet.title))
    elif _resorted(located, layout):
        findings.append(file_notices.RESORTED.finding(sheet.title))
    elif moved:
        findings.append(file_notices.MOVED.finding(sheet.title))
    if located.rows is not rows or moved:
        located.reordered = any(after < before for (_, before), (_, after) in pairwise(sorted(located.rows.items())))
    located.anchors = _anchors(located, layout)
    if whole:
        _unread(located, set(copies))
    _check_labels(located, layout)
    return located


def markers(sheet: RawSheet, corner: tuple[int, int]) -> tuple[dict[int, int], dict[int, int], list[int]]:
    """Return where the issued rows and columns stand now, and rows whose marker is a copy of another's.

    ``corner`` is the place of the sheet's own marker; the others stand in its row and column.
    """
    by_row = sorted((place[0], value) for place, value in sheet.cells.items() if place[1] == corner[1])
    by_col = sorted((place[1], value) for place, value in sheet.cells.items() if place[0] == corner[0])
    rows, copies = _markers(_ROW, by_row)
    cols, _ = _markers(_COL, by_col)
    return rows, cols, copies


def _sheet(
    book: RawBook, layout: SheetLayout, marked: Marked, findings: list[Finding]
) -> tuple[RawSheet, Cell | None] | None:
    """The sheet by its marker, wherever the marker is now; else by its name."""
    named = book.sheet(layout.title)
    pairs = marked.get(layout.marker, ())
    if not pairs:
        return (named, None) if named else None
    # Two sheets with one marker: somebody copied the sheet. The one with our name counts, and it is said.
    used = next((pair for pair in pairs if pair[0] is named), pairs[0])
    others = "、".join(f"“{sheet.title}”" for sheet, _ in pairs if sheet is not used[0])
    if others:
        findings.append(file_notices.COPIED_SHEET.finding(used[0].title, used=used[0].title, others=others))
    return used


def _markers(pattern: re.Pattern[str], texts: Iterable[tuple[int, Raw]]) -> tuple[dict[int, int], list[int]]:
    """Index by marker, and where markers stand a second time (copied rows)."""
    result: dict[int, int] = {}
    copies: list[int] = []
    for index, text in texts:
        match = pattern.match(text) if isinstance(text, str) else None
        if match and result.setdefault(int(match[1]), index) != index:
            copies.append(index)
    return result, copies


def _resorted(located: FoundSheet, layout: SheetLayout) -> bool:
    """Rows sorted under the hidden markers: their own names show it, and tell where each row stands now."""
    names: dict[tuple[str, ...], list[int]] = {}
    seen: dict[int, tuple[str, ...]] = {}
    for row, own in layout.names.items():
        names.setdefault(tuple(fold(text) for _, text in own), []).append(row)
        seen[row] = tuple(
            fold(located.sheet.text(*place)) if (place := located.cell(row, col)) else "" for col, _ in own
        )
    changed = {row for ours, rows in names.items() for row in rows if seen[row] != ours}
    if not changed or sorted(seen[row] for row in changed) != sorted(
        ours for ours, rows in names.items() for row in rows if row in changed
    ):
        return False
    rows = dict(located.rows)
    free: dict[tuple[str, ...], list[int]] = {}  # by name: where it stands, the first one last
    for row in sorted(changed & located.rows.keys(), reverse=True):
        free.setdefault(seen[row], []).append(located.rows[row])
    for ours, targets in names.items():
        for target in targets:
            if target in changed and free.get(ours):
                rows[target] = free[ours].pop()
    located.rows = rows
    return True


def _unread(located: FoundSheet, copies: set[int]) -> None:
    """What stands in rows or columns somebody inserted is read by nobody, and that must be said."""
    rows, cols = set(located.rows.values()), set(located.cols.values())
    inner_rows, inner_cols = range(min(rows), max(rows)), range(min(cols), max(cols) + 1)
    lost = sorted(
        place
        for place in located.sheet.cells
        if place[0] in inner_rows
        and place[1] in inner_cols
        and ((place[0] not in rows and place[0] not in copies) or (place[1] not in cols and place[0] in rows))
    )
    if lost:
        cells = tuple(Address(located.sheet.title, *place).a1 for place in lost[:20])
        located.findings.append(file_notices.UNREAD.finding(located.sheet.title, cells, count=len(lost)))


def _anchors(located: FoundSheet, layout: SheetLayout) -> dict[Cell, Cell]:
    """Cells of ours under a merge that begins in another one: nobody sees what stands there, or a mark on it."""
    inputs = [box for box in layout.boxes if box.role is Role.INPUT]
    places = {place for box in inputs if (place := located.cell(box.row, box.col))}
    cols: dict[int, list[int]] = {}
    for row, col in sorted(places):
        cols.setdefault(row, []).append(col)
    found: dict[Cell, Cell] = {}
    for top, left, bottom, right in located.sheet.facts.merges:
        within = range(top, bottom + 1) if bottom - top < len(cols) else [row for row in cols if top <= row <= bottom]
        for row in within:
            found |= {
                (row, col): (top, left)
                for col in cols.get(row, ())
                if left <= col <= right and (row, col) != (top, left)
            }
    return found


def _complete(found: dict[int, int], wanted: set[int]) -> dict[int, int]:
    """Fill gaps by the shift of the nearest marker before (or after) that survived."""
    result = dict(found)
    taken, known = set(found.values()), sorted(found)
    for index in sorted(wanted - found.keys()):
        near = known[max(0, bisect_left(known, index) - 1)] if known else None
        guess = index + (found[near] - near if near is not None else 0)
        if guess not in taken and guess >= 0:
            result[index] = guess
    return result


def _by_labels(located: FoundSheet, layout: SheetLayout) -> None:
    """Without markers: put each row where its label stands, if that is one place only."""
    labels = [box for box in layout.boxes if box.role is Role.LABEL and box.text]
    texts: dict[str, list[int]] = {}
    cols, wanted = set(located.cols.values()), {box.text: fold(box.text) for box in labels}
    longest = 2 * max(map(len, wanted), default=0) + 100  # a longer text is no label
    for (row, col), value in located.sheet.cells.items():
        if isinstance(value, str) and col in cols and len(value) <= longest:
            texts.setdefault(fold(value), []).append(row)
    rows = dict(located.rows)
    for box in labels:
        now = texts.get(wanted[box.text], [])
        if len(now) == 1:
            rows[box.row] = now[0]
    located.rows = rows


def _check_labels(located: FoundSheet, layout: SheetLayout) -> None:
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
                file_notices.LABEL_CHANGED.finding(
                    located.sheet.title, (cell,), box.text, shown, box.text, ours=box.text, now=shown
                )
            )
