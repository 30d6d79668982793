"""The inverse of ``prints``: which label leads to which field. Imports ``form``, ``expr``, ``labels``.

A value cell of the print is found on a foreign form by words, never by position: by the label of its row, by the
head of its column where the rows above are heads, and by its turn behind the label where there is no head.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xltool import expr
from xltool.expr.language.tree import Call, Expr, Literal, Name
from xltool.form import Form
from xltool.form.compiled.form import FULL_MARKS, LEVEL_POINTS
from xltool.form.definition.model import Per, PrintCell, PrintSheet
from xltool.read.official.labels import Vocabulary, label_of

SHOWN, TITLE = "SHOWN", "title"
THIS_YEAR, LAST_YEAR = "本", "上"
"""How a label of the print says a year: 本年决算数, 上年决算数."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what a print cell shows: ``text``, a field, a parameter, or ``unknown`` (computed for show only).

    ``shown``: the fields (text, unit, nature) that SHOWN writes as one.
    """

    text: str = ""
    field: str = ""
    parameter: str = ""
    shown: tuple[str, str, str] | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A value cell of a print: its row's label, its column's head, its turn behind the label (from 0) where it has no head.

    ``value``: the print cell's formula.
    """

    pieces: tuple[Piece, ...]
    row: str
    head: str
    turn: int
    unit: str = ""
    value: str = ""


@dataclass(frozen=True)
class PrintPlan:
    """One official form. ``heads``: the sets of column heads; ``table``: head → slot of a row that repeats.

    ``written``: labels in which a parameter's points stand. ``closing``: labels of the rows below the table. ``fixed``: (row, head) where the form prints a fixed text such as "—".
    """

    sheet: PrintSheet
    slots: tuple[Slot, ...]
    heads: tuple[frozenset[str], ...]
    table_id: str
    table: tuple[Slot, ...]
    closing: frozenset[str]
    fixed: frozenset[tuple[str, str]]
    sides: frozenset[str]
    written: frozenset[tuple[str, str]]
    title: tuple[Piece, ...]

    @property
    def per_project(self) -> bool:
        """Whether there is one per project."""
        return self.sheet.per is Per.PROJECT

    @property
    def labels(self) -> frozenset[str]:
        """Every label of the form."""
        rows = {slot.row for slot in self.slots if slot.row}
        heads = {head for heads in self.heads for head in heads}
        return frozenset(rows | heads | {slot.head for slot in self.table} | self.closing)

    @property
    def table_heads(self) -> frozenset[str]:
        """The heads of the columns of the table."""
        return frozenset(slot.head for slot in self.table)


@dataclass(frozen=True)
class Plan:
    """All official forms of one definition, and the words for their labels."""

    form: Form
    prints: tuple[PrintPlan, ...]
    words: Vocabulary


@lru_cache(maxsize=32)
def plan_of(form: Form) -> Plan:
    """Return the inverse of a form's prints."""
    return Plan(form, tuple(_print(form, sheet) for sheet in form.spec.prints), Vocabulary(form.spec.official.aliases))


@lru_cache(maxsize=32)
def own_tables_of(form: Form) -> Mapping[str, PrintSheet]:
    """Return the tables that only our report has and that can be read back, by the words of their first row."""
    tables = (table for table in form.spec.report.tables if not any(row.each for row in table.rows))
    return {label_of(first.text): table for table in tables if (first := table.rows[0].cells[0]).style == TITLE}


@lru_cache(maxsize=64)
def plan_of_table(form: Form, ident: str) -> Plan:
    """Return the inverse of one of the report's tables."""
    (table,) = (table for table in form.spec.report.tables if table.id == ident)
    return Plan(form, (_print(form, table),), Vocabulary({}))


def pieces_of(form: Form, text: str) -> tuple[Piece, ...]:
    """Return what a print cell's formula shows, part by part."""
    return tuple(_pieces(form, expr.parse(text)))


def _pieces(form: Form, node: Expr) -> Iterator[Piece]:
    if isinstance(node, Literal):
        yield Piece(text=str(node.value))
    elif isinstance(node, Name) and form.ids.get(node.name, node.name) == form.ids.get(form.spec.official.year):
        yield Piece(text=THIS_YEAR)
    elif isinstance(node, Call) and node.name == "-" and isinstance(node.args[0], Name):
        yield from (Piece(text=LAST_YEAR) for piece in _pieces(form, node.args[0]) if piece.text == THIS_YEAR)
    elif isinstance(node, Name):
        yield _named(form, node.name)
    elif isinstance(node, Call) and node.name == "&":
        for arg in node.args:
            yield from _pieces(form, arg)
    elif isinstance(node, Call) and node.name in ("T", "TEXT"):
        yield from _pieces(form, node.args[0])
    else:
        yield Piece(unknown=True)


def _named(form: Form, name: str) -> Piece:
    ident = form.ids.get(name, name)
    info = form.fields.get(ident)
    if info is None:
        return Piece(parameter=FULL_MARKS if name == FULL_MARKS else LEVEL_POINTS if name == LEVEL_POINTS else ident)
    made = expr.parse(info.field.compute) if info.field.compute else None
    if (made := _shown(made)) is not None:
        names = [form.ids.get(arg.name, arg.name) for arg in made.args if isinstance(arg, Name)]
        nature = names[4] if len(names) > 4 else ""
        return Piece(field=names[0], shown=(names[0], names[1], nature))
    return Piece(field=ident)


def _shown(made: Expr | None) -> Call | None:
    """The SHOWN in a formula, also in a branch of an IF."""
    if not isinstance(made, Call):
        return None
    found = (_shown(arg) for arg in made.args[1:]) if made.name == "IF" else ()
    return made if made.name == SHOWN else next((call for call in found if call is not None), None)


@dataclass(slots=True)
class _Cell:
    """A cell of a print row with the columns it covers; ``side``: it reaches down over the rows that follow."""

    first: int
    last: int
    source: PrintCell
    pieces: tuple[Piece, ...]
    side: bool

    @property
    def label(self) -> str:
        """Its words, "" if it shows a field."""
        if any(piece.field or piece.unknown for piece in self.pieces) or not self.is_text:
            return ""
        label = label_of("".join(piece.text or "0" for piece in self.pieces))
        return label if re.search(r"\w", label) else ""

    @property
    def is_text(self) -> bool:
        return any(piece.text and not piece.field for piece in self.pieces)


def _print(form: Form, sheet: PrintSheet) -> PrintPlan:
    rows = list(_rows(form, sheet))
    slots: list[Slot] = []
    heads: list[frozenset[str]] = []
    table: list[Slot] = []
    closing: set[str] = set()
    fixed: set[tuple[str, str]] = set()
    sides: set[str] = set()
    written: set[tuple[str, str]] = set()
    title: tuple[Piece, ...] = ()
    table_id = ""
    active: list[_Cell] = []
    beside = False
    body: list[tuple[list[_Cell], list[_Cell], bool]] = []  # the heads above, the cells, whether below the table
    for number, (cells, reaches) in enumerate(rows):
        source = sheet.rows[number]
        sides |= {cell.label for cell in cells if cell.side and cell.label}
        written |= {(cell.label, p.parameter) for cell in cells if cell.label for p in cell.pieces if p.parameter}
        if len(cells) == 1 and cells[0].last - cells[0].first + 1 == len(sheet.widths) and not table_id and not active:
            title = title or cells[0].pieces
            if not any(piece.field for piece in cells[0].pieces):
                continue
        if source.each and sheet.per is Per.DEPARTMENT:
            active, beside = [], False  # rows of the department are told as not placed, never taken for a project's
            continue
        if source.each:
            table_id = str(source.each)
            table = [
                Slot(cell.pieces, "", head, 0, str(cell.source.unit))
                for cell in cells
                if (head := _head(active, cell)) and any(p.field for p in cell.pieces)
            ]
            continue
        own = [cell for cell in cells if not cell.side]
        labels = [cell for cell in own if cell.label]
        values = [
            cell for cell in own if any(p.field or p.parameter or p.unknown for p in cell.pieces) and not cell.label
        ]
        if len(labels) >= 2 and not values:
            active, beside = own, any(cell.side for cell in cells)
            heads.append(frozenset(cell.label for cell in labels))
            continue
        if active and not reaches and not table_id and beside:
            active = []
        body.append((list(active), cells, bool(table_id)))
    columns = Counter(cell.first for above, cells, _ in body if above for cell in cells if cell.label and not cell.side)
    for above, cells, below in body:
        slots += _slots(above, cells, columns, fixed)
        if below:
            closing |= {cell.label for cell in cells[:1] if cell.label}
    return PrintPlan(
        sheet,
        tuple(slots),
        tuple(heads),
        table_id,
        tuple(table),
        frozenset(closing),
        frozenset(fixed),
        frozenset(sides),
        frozenset(written),
        title,
    )


def _slots(
    above: list[_Cell], cells: list[_Cell], columns: Counter[int], fixed: set[tuple[str, str]]
) -> Iterator[Slot]:
    """The value cells of one row."""
    labels = [cell for cell in cells if cell.label]
    main = max(
        (cell for cell in labels if not cell.side), key=lambda cell: (columns[cell.first], -cell.first), default=None
    )
    turn: Counter[str] = Counter()
    for cell in cells:
        head = _head(above, cell)
        left = next((one for one in reversed(labels) if one.first < cell.first), None)
        row = (main if head and main is not None and main.first < cell.first else None) or left
        if cell.label:
            if head and main is not None and cell is not main:
                fixed.add((main.label, head))
            continue
        if head and cell.source.text and main is not None:
            fixed.add((main.label, head))  # a sign such as "—"
        if not any(piece.field or piece.parameter or piece.unknown for piece in cell.pieces):
            continue
        name = "" if row is None or (row.side and head) else row.label
        yield Slot(cell.pieces, name, head, turn[name], str(cell.source.unit), str(cell.source.value))
        turn[name] += 1


def _head(active: list[_Cell], cell: _Cell) -> str:
    """The head that covers a cell."""
    return next((one.label for one in active if one.label and one.first <= cell.first and cell.last <= one.last), "")


def _rows(form: Form, sheet: PrintSheet) -> Iterator[tuple[list[_Cell], bool]]:
    """Every row's own cells, and whether a cell from above reaches into it."""
    below = [0] * len(sheet.widths)
    for row in sheet.rows:
        if row.each:
            below = [1 if deep > 900 else 0 for deep in below]
        reaches = any(below)
        free = [at for at, deep in enumerate(below) if deep == 0]
        cells: list[_Cell] = []
        after = [max(0, deep - 1) for deep in below]
        for source in row.cells:
            taken, free = free[: source.cols], free[source.cols :]
            if not taken:
                break
            deep = int(source.rows) if source.rows.isdigit() else 999 if source.rows == "table" else 1
            pieces = pieces_of(form, source.value) if source.value else (Piece(text=source.text),)
            side = deep > 1 or source.rows == "table"
            cells.append(_Cell(taken[0], taken[-1], source, pieces, side))
            for at in taken:
                after[at] = deep - 1
        yield cells, reaches
        below = [0] * len(below) if row.each else after
