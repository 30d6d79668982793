"""Which layout a return has: ours, or the one it was issued with before somebody changed the form.

Imports ``locate``, ``identity``, ``form.layout.mapping``. Equal fingerprints mean equal layouts. Otherwise every field is looked
for where the workbook says it was issued, and read only if it is still the same field; what cannot be placed is said.
Nothing is ever read by a position of today's layout in a file of another. What was issued before there were
fingerprints is read only if its places and headings are today's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xltool.engine.filled import Reading, ReadingKind
from xltool.findings import Finding
from xltool.form import Form, Issue, Key
from xltool.form.layout import mapping
from xltool.form.layout.places import cells
from xltool.form.layout.workbook_layout import Address, Box, Layout, Role, SheetLayout
from xltool.notation import fold
from xltool.ooxml.refused import Refused
from xltool.read import file_notices
from xltool.read.returned.identity import Identity
from xltool.read.returned.locate import FoundSheet, Marked, markers

_NOT_THERE = "（这张表没有这一格）"
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where to look for what. ``layout``: the sheets as they were issued; a field that has no box there was not issued.

    ``changed``: fields that are another field or have another unit now, which are not read; ``renamed``: fields with
    another heading now; ``gone``: by marker what was issued and is no field of ours any more. ``by_headings``: nothing but
    the headings can tell that the layout is ours; ``strict``: not even the places do, so every heading must agree.
    """

    layout: Layout
    relaid: bool = False
    changed: frozenset[str] = frozenset()
    renamed: frozenset[str] = frozenset()
    gone: Mapping[str, Mapping[Key, tuple[int, int]]] = field(default_factory=lambda: MappingProxyType({}))
    by_headings: bool = False
    strict: bool = False


def arrange(layout: Layout, identity: Identity) -> Arrangement:
    """Return how a return is to be read.

    Raises:
        Refused: it has another layout, and its own cannot be told for sure.
    """
    theirs = "" if identity.named else layout.issue.layout
    if theirs and theirs == mapping.fingerprint(layout):
        return Arrangement(layout)
    carried = identity.carried()
    if theirs:
        if carried is None or carried.fingerprint != theirs:
            raise Refused(file_notices.OTHER_LAYOUT.finding())
        return _as_issued(layout, carried)
    if carried is not None and not _same_places(layout, carried):
        raise Refused(file_notices.OTHER_LAYOUT.finding())
    return Arrangement(layout, by_headings=True, strict=carried is None)


def fitting(form: Form, issue: Issue) -> Issue:
    """Return an issue issued for an earlier state of the form as far as the form still has its fields.

    Raises:
        Refused: the form no longer has its blocks.
    """
    if not blocks_known(form, issue):
        raise Refused(file_notices.OTHER_LAYOUT.finding())
    if all(key.id in form.fields for key in issue.prefill):
        return issue
    known = set(cells(form, issue))
    prefill = {key: value for key, value in issue.prefill.items() if key in known}
    return replace(issue, prefill=MappingProxyType(prefill), locked=issue.locked & prefill.keys())


def blocks_known(form: Form, issue: Issue) -> bool:
    """Whether every row of the issue belongs to a table and a block of the form, of the department or of projects."""
    used = {
        (table, tables is not issue.tables, row.level1, row.level2)
        for tables in (issue.tables, *(project.tables for project in issue.projects))
        for table, rows in tables.items()
        for row in rows
    }
    per_project = form.project_tables
    known = {
        (table, table in per_project, level.name, group.name)
        for table, block in form.tables.items()
        for level in block.levels
        for group in level.groups
    }
    return used <= known


def _same_places(layout: Layout, carried: mapping.LayoutMap) -> bool:
    ours = {
        sheet.marker: {b.key: (b.row, b.col) for b in sheet.boxes if b.key is not None and b.role is Role.INPUT}
        for sheet in layout.inputs
    }
    theirs = {
        marker: {key: place for key, place in places.items() if key in carried.typed}
        for marker, places in carried.cells.items()
    }
    return {name: places for name, places in theirs.items() if places} == {
        name: places for name, places in ours.items() if places
    }


def _as_issued(layout: Layout, carried: mapping.LayoutMap) -> Arrangement:
    boxes = {box.key: box for sheet in layout.inputs for box in sheet.boxes if box.key is not None}
    inputs, gone = [], {}
    for marker, places in carried.cells.items():
        left = {key: place for key, place in places.items() if key not in boxes and key in carried.typed}
        if left:
            gone[marker] = left
    for sheet in layout.inputs:
        places = carried.cells.get(sheet.marker, {})
        moved = tuple(replace(boxes[key], row=row, col=col) for key, (row, col) in places.items() if key in boxes)
        inputs.append(_sheet(sheet, moved))
    ours = mapping.headings(layout.form)
    issued = {ident: heading for ident, heading in carried.headings.items() if ident in ours}
    owners: dict[str, set[str]] = {}
    for ident, heading in ours.items():
        owners.setdefault(heading.digest, set()).add(ident)
    different = {ident for ident, heading in issued.items() if heading.digest != ours[ident].digest}
    taken = {ident for ident in different if owners.get(issued[ident].digest)}
    units = {ident for ident, heading in issued.items() if heading.unit != ours[ident].unit}
    cells_now = {**layout.cells, **{key: cell for sheet in inputs for key, cell in sheet.cells.items()}}
    return Arrangement(
        replace(layout, inputs=tuple(inputs), cells=MappingProxyType(cells_now)),
        relaid=True,
        changed=frozenset(taken | units),
        renamed=frozenset(different - taken - units),
        gone=gone,
    )


def _sheet(sheet: SheetLayout, boxes: tuple[Box, ...]) -> SheetLayout:
    cells_there = {box.key: Address(sheet.title, box.row, box.col) for box in boxes if box.key is not None}
    return replace(
        sheet,
        boxes=boxes,
        cells=MappingProxyType(cells_there),
        last_row=max((box.row for box in boxes), default=0),
        columns=max((box.col for box in boxes), default=1),
    )


def absent(layout: Layout, arrangement: Arrangement, readings: Mapping[Key, Reading]) -> dict[Key, Reading]:
    """Return blank readings for what has no place in the file: nothing was filled in there, and no cell is marked for it."""
    result = {}
    for sheet in layout.inputs:
        for box in sheet.boxes:
            if box.key is not None and box.key not in readings and box.field is not None and arrangement.relaid:
                kind = ReadingKind.DEFAULT if box.field.default else ReadingKind.BLANK
                result[box.key] = Reading(kind=kind, address=Address(sheet.title, box.row, box.col, _NOT_THERE))
    return result


def said(ours: Layout, arrangement: Arrangement, sheets: Sequence[FoundSheet], marked: Marked) -> Iterator[Finding]:
    """Yield what has to be said of a return with another layout than ours."""
    form = ours.form
    if arrangement.relaid:
        renamed = f"，其中{_some(_names(form, arrangement.renamed))}改了名称" if arrangement.renamed else ""
        yield file_notices.RELAID.finding(renamed=renamed)
    placed = {key for sheet in arrangement.layout.inputs for key in sheet.cells}
    new = {box.key.id for sheet in ours.inputs for box in sheet.boxes if box.key is not None and box.role is Role.INPUT and box.key not in placed}  # fmt: skip
    if new:
        yield file_notices.NEW_FIELDS.finding(count=len(new), names=_some(_names(form, new)))
    for issued, item in zip(arrangement.layout.inputs, sheets, strict=True):
        places = [
            item.cell(b.row, b.col) for b in issued.boxes if b.key is not None and b.key.id in arrangement.changed
        ]
        found = sorted(place for place in places if place is not None and place in item.sheet.cells)
        if found:
            addresses = tuple(Address(item.sheet.title, *place).a1 for place in found)
            yield file_notices.OTHER_FIELD.finding(item.sheet.title, addresses, count=len(found))
    for marker, lost in arrangement.gone.items():
        for sheet, corner in marked.get(marker, ())[:1]:
            rows, cols, _ = markers(sheet, corner)
            where = sorted((rows[row], cols[col]) for row, col in lost.values() if row in rows and col in cols)
            filled = tuple(Address(sheet.title, *place).a1 for place in where if place in sheet.cells)
            if filled:
                yield file_notices.DROPPED.finding(sheet.title, filled, count=len(filled))


def check_headings(arrangement: Arrangement, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    """Yield headings that are not today's, where nothing but they can tell that the layout is.

    Labels in front of rows are looked at for every return; here those above columns.

    Raises:
        Refused: a heading of ours stands where another of ours should.
    """
    for source, item in zip(arrangement.layout.inputs, sheets, strict=True):
        for roles in ((Role.LABEL,), (Role.HEADER,), (Role.CONSTANT,)):
            boxes = [box for box in source.boxes if box.role in roles and box.text]
            known = {fold(box.text) for box in boxes}
            for box in boxes:
                place = item.cell(box.row, box.col)
                seen = item.sheet.text(*place) if place is not None else ""
                if place is None or fold(seen) == fold(box.text):
                    continue
                if arrangement.strict or fold(seen) in known:
                    raise Refused(file_notices.OTHER_LAYOUT.finding())
                if box.role is Role.HEADER:
                    shown, cell = seen[:30] or "空", Address(item.sheet.title, *place).a1
                    yield file_notices.LABEL_CHANGED.finding(
                        item.sheet.title, (cell,), box.text, shown, box.text, ours=box.text, now=shown
                    )


def _names(form: Form, idents: Iterator[str] | frozenset[str] | set[str]) -> list[str]:
    wanted = set(idents)
    return [f"“{info.field.name}”" for ident, info in form.fields.items() if ident in wanted]


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown}等 {len(names)} 栏"
