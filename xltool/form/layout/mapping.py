"""The layout as a workbook carries it: which field stands where, under which heading. Imports ``form.layout.workbook_layout``.

A version typed by hand says nothing of the layout once somebody forgets to raise it. The fingerprint is a digest of
everything that decides which cell is read as which field; the rows it is made from travel in the hidden sheet, so a
workbook of another layout can be read by the places it was issued with. A newcomer would hash ``form.yaml``: then
a reworded rule would make every return strange, and a changed roster none.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from types import MappingProxyType

from xltool.form.compiled.form import Form, block_fields
from xltool.form.layout.issue import Key
from xltool.form.layout.workbook_layout import Box, Layout, Role, SheetLayout

Rows = tuple[tuple[str, str], ...]
PLACES, HEADINGS, UNITS, REST = "places", "headings", "units", "rest"
ANCHORS = ("anchors", "anchor")
"""What workbooks carried before there was a fingerprint: the places of what is typed, one by one."""

_PER_ROW = 250  # runs in one cell, far below the 32,767 characters a cell may hold
_READ = (Role.LABEL, Role.HEADER, Role.TITLE, Role.UNIT)
_RUN = re.compile(r"(=?)([^\s/=]+)(?:/([0-9]{1,5})-([0-9]{1,5}))?\Z")
_MOST_PLACES = 100_000
_NO_UNIT = "-"
_LETTERS = 3  # of a heading's digest: 18 bits, because every letter weighs in a mail


@dataclass(frozen=True, slots=True)
class Heading:
    """What a field is called, as a short digest, and the unit of its numbers."""

    digest: str
    unit: str


@dataclass(frozen=True, slots=True)
class LayoutMap:
    """A layout as carried. ``cells``: sheet marker to field to (row, column), 0-based; ``typed``: those people fill in."""

    cells: Mapping[str, Mapping[Key, tuple[int, int]]]
    typed: frozenset[Key]
    headings: Mapping[str, Heading]
    fingerprint: str


def rows_of(layout: Layout) -> Rows:
    """Return what the hidden sheet says of the layout: kind and text of each row."""
    return (
        *(row for sheet in layout.inputs for row in _places(sheet)),
        *_fields(layout),
        (REST, _digest("".join(map(_rest, layout.inputs)))),
    )


def fingerprint(layout: Layout) -> str:
    """Return the digest of a layout; equal for two layouts exactly if every cell means the same in both."""
    return _of(rows_of(layout))


@lru_cache(maxsize=32)
def headings(form: Form) -> Mapping[str, Heading]:
    """Return the heading of every field that stands on a sheet, by field id."""
    result: dict[str, Heading] = {}
    for block in (block for sheet in form.spec.sheets for block in sheet.blocks):
        for item in block_fields(block):
            if not item.hidden:
                text = f"{block.title}\n{item.label or item.name}"
                digest = base64.b64encode(hashlib.sha256(text.encode()).digest()[:3]).decode("ascii")[:_LETTERS]
                result[item.id] = Heading(digest, item.unit.replace(" ", "") or _NO_UNIT)
    return MappingProxyType(result)


def parse(rows: Iterable[tuple[str, str]]) -> LayoutMap | None:
    """Read what a hidden sheet says of its layout; None if it says nothing. It comes from a return, so nothing is trusted.

    Raises:
        ValueError: whatever is wrong with it.
    """
    ours = tuple(row for row in rows if row[0] in (PLACES, HEADINGS, UNITS, REST, *ANCHORS))
    cells: dict[str, dict[Key, tuple[int, int]]] = {}
    typed: set[Key] = set()
    ids: list[str] = []
    for kind, text in ours:
        if kind not in (PLACES, *ANCHORS):
            continue
        words = text.split(" ")
        marker, *words = [*words[1:2], *words[:1], *words[2:]] if kind == "anchor" else words
        here = cells.setdefault(marker, {})
        for place in zip(*[iter(words)] * 3, strict=True):
            for key, row, col, fixed in _run(marker, *place) if kind == PLACES else _one(*place):
                here[key] = row, col
                ids.append(key.id)
                if not fixed:
                    typed.add(key)
            if len(ids) > _MOST_PLACES:
                raise ValueError("too many places")
    if not cells:
        return None
    texts = {kind: "".join(text for other, text in ours if other == kind) for kind in (HEADINGS, UNITS)}
    found = _headings(ids, texts[HEADINGS], texts[UNITS]) if texts[HEADINGS] else {}
    return LayoutMap(cells, frozenset(typed), found, _of(ours))


def _of(rows: Rows) -> str:
    return _digest("\n".join(f"{kind} {text}" for kind, text in rows))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _one(key: str, row: str, col: str) -> Iterator[tuple[Key, int, int, bool]]:
    yield Key.parse(key), int(row), int(col), False


def _run(marker: str, name: str, row: str, col: str) -> Iterator[tuple[Key, int, int, bool]]:
    """Rows of a table that stand below each other are one run: ``actual/1-18 23 8``."""
    match = _RUN.match(name)
    if match is None:
        raise ValueError(name)
    fixed, ident, first, last = match.groups()
    project, top, numbers = int(marker.rpartition(":")[2]), int(row), range(1)
    if first is not None:
        numbers = range(int(first), int(last) + 1)
    for offset, number in enumerate(numbers):
        yield Key(project, ident, number), top + offset, int(col), bool(fixed)


@lru_cache(maxsize=256)
def _places(sheet: SheetLayout) -> Rows:
    runs: list[list[str | int]] = []  # mark and id, column, first and last row of the table, first row of the sheet
    keyed = [(box.key, box) for box in sheet.boxes if box.key is not None]
    for key, box in sorted(keyed, key=lambda item: (item[0].id, item[1].col, item[0].row)):
        name, row = f"{'' if box.role is Role.INPUT else '='}{key.id}", key.row
        last = runs[-1] if runs else None
        if row and last and last[:2] == [name, box.col] and last[3] == row - 1 and last[5] == box.row - 1:
            last[3], last[5] = row, box.row
        else:
            runs.append([name, box.col, row, row, box.row, box.row])
    texts = [f"{name}/{first}-{last} {top} {col}" if first else f"{name} {top} {col}" for name, col, first, last, top, _ in runs]  # fmt: skip
    return tuple(
        (PLACES, " ".join((sheet.marker, *texts[start : start + _PER_ROW])))
        for start in range(0, max(1, len(texts)), _PER_ROW)
    )


@lru_cache(maxsize=256)
def _ids(sheet: SheetLayout) -> tuple[str, ...]:
    """The fields of a sheet in the order of its places."""
    return tuple(sorted({box.key.id for box in sheet.boxes if box.key is not None}))


def _fields(layout: Layout) -> Iterator[tuple[str, str]]:
    """The headings of the fields in the order in which their places name them, without their ids: that takes half the room."""
    known = headings(layout.form)
    found = [known[ident] for ident in dict.fromkeys(ident for sheet in layout.inputs for ident in _ids(sheet))]
    yield HEADINGS, "".join(heading.digest for heading in found)
    runs = ((unit, len(list(run))) for unit, run in groupby(heading.unit for heading in found))
    yield UNITS, " ".join(f"{unit} {count}" for unit, count in runs)


def _headings(ids: Iterable[str], digests: str, units: str) -> dict[str, Heading]:
    """Inverse of ``_fields``."""
    words = units.split(" ") if units else []
    runs = ((unit, int(count)) for unit, count in zip(*[iter(words)] * 2, strict=True))
    each = list(islice((unit for unit, count in runs for _ in range(count)), _MOST_PLACES))
    cut = [digests[start : start + _LETTERS] for start in range(0, len(digests), _LETTERS)]
    return {ident: Heading(digest, unit) for ident, digest, unit in zip(dict.fromkeys(ids), cut, each, strict=True)}


@lru_cache(maxsize=256)
def _rest(sheet: SheetLayout) -> str:
    """What else decides, as a digest: tab and headings as they stand, and what the boxes are."""
    boxes = [
        (box.row, box.col, box.rows, box.cols, box.role.value, str(box.key), _kind(box), _heading(box))
        for box in sheet.boxes
        if box.key is not None or box.role in _READ
    ]
    return _digest(repr((sheet.title, sheet.marker, boxes)))


def _kind(box: Box) -> str:
    return box.field.type.value if box.field is not None else ""


def _heading(box: Box) -> str:
    """A block's title without the note behind it, which may be reworded."""
    return box.text.partition("　　")[0] if box.role in _READ else ""
