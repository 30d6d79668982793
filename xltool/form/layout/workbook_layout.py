"""Where everything stands. The only place that knows addresses.

A layout follows from form and issue alone, so the program that reads a return rebuilds the very layout
the workbook was generated with. Rows and columns are 0-based, as XlsxWriter and calamine count; row 0 and
column 0 of every input sheet are hidden and hold the markers by which ``xltool.read`` finds moved cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeVar

from xltool.form.compiled.form import BoundRule, Form, subtotals
from xltool.form.definition.model import (
    Axis,
    Field,
    FieldsBlock,
    FieldType,
    GridBlock,
    InputSheet,
    Per,
    PrintSheet,
    TableBlock,
)
from xltool.form.layout.issue import Issue, Key, TableRow
from xltool.form.layout.places import Place, items_of
from xltool.form.layout.print_layout import PrintLayout, lay_out, title_of

GUIDE, ATTACHED, CHECKS, CALC, LISTS, IDENTITY = "填报说明", "附页", "校验", "计算", "选项", "_xltool"
ATTACHED_AREA = "附页打印范围"
"""The name of the cells of 附页 that hold something."""
LINE, MARKER = 17.0, "xltool:"
_S = TypeVar("_S", InputSheet, PrintSheet)
MARKER_ROW = MARKER_COL = 0


class Role(StrEnum):
    """What a box is for; generate picks its look, read collects the inputs."""

    HEADING = "heading"
    TITLE = "title"
    NOTE = "note"
    HEADER = "header"
    LABEL = "label"
    UNIT = "unit"
    INPUT = "input"
    COMPUTED = "computed"
    CONSTANT = "constant"
    HINT = "hint"


def sheet_prefix(title: str) -> str:
    """Return what stands before a cell of another sheet in a formula.

    >>> sheet_prefix("项目1"), sheet_prefix("O'Neill")
    ("'项目1'!", "'O''Neill'!")
    """
    doubled = title.replace("'", "''")
    return f"'{doubled}'!"


class Address(NamedTuple):
    """A cell of a sheet, 0-based; or of a Word table or a text, where ``place`` says it as people do (第12行第5列, 第3段)."""

    sheet: str
    row: int
    col: int
    place: str = ""

    @property
    def a1(self) -> str:
        """``C5``, or the place where there are no letters and numbers to go by."""
        return self.place or f"{column_letters(self.col)}{self.row + 1}"

    @property
    def absolute(self) -> str:
        """``'项目1'!$C$5``."""
        return f"{sheet_prefix(self.sheet)}${column_letters(self.col)}${self.row + 1}"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell or merged area with one purpose."""

    row: int
    col: int
    role: Role
    rows: int = 1
    cols: int = 1
    text: str = ""
    key: Key | None = None
    field: Field | None = None


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """One input sheet: its boxes and row heights (points); widths are the definition's, from column B.

    ``cells``: where its fields stand. ``columns``: how many it has, where it was issued with another number than now.
    """

    title: str
    source: InputSheet
    project: int
    boxes: tuple[Box, ...]
    cells: Mapping[Key, Address]
    heights: Mapping[int, float]
    last_row: int
    columns: int = 0

    @property
    def hint_col(self) -> int:
        """The column of 填报提示."""
        return self.columns or len(self.source.widths)

    @cached_property
    def names(self) -> Mapping[int, tuple[tuple[int, str], ...]]:
        """The texts of ours that name a row, by row: its label, or the blocks of a table's row, with their columns."""
        result: dict[int, tuple[tuple[int, str], ...]] = {}
        for box in self.boxes:
            if box.text and (box.role is Role.LABEL or (box.role is Role.CONSTANT and box.key is not None)):
                result[box.row] = (*result.get(box.row, ()), (box.col, box.text))
        return MappingProxyType(result)

    @property
    def marker(self) -> str:
        """What cell A1 says, so that a renamed sheet is still found."""
        return f"{MARKER}{self.source.id}:{self.project}"


class Placed(Protocol):
    """Where the fields of one filled form stand: in our workbook, or in an official form read as it is."""

    @property
    def form(self) -> Form:
        """The form."""
        ...

    @property
    def issue(self) -> Issue:
        """Its dimensions for this department."""
        ...

    @property
    def cells(self) -> Mapping[Key, Address]:
        """Where the fields stand; those that stand nowhere are absent."""
        ...

    @property
    def titles(self) -> Sequence[str]:
        """The sheets (or tables) in reading order."""
        ...

    @property
    def rules(self) -> Sequence[BoundRule]:
        """The rules that apply."""
        ...

    def marked(self, rule: BoundRule, place: Place) -> tuple[Key, ...]:
        """The fields a broken rule marks at a place, the leading one first; empty if it is not to be told here."""
        ...


@dataclass(frozen=True)
class Layout:
    """The whole workbook of one department. ``cells`` gives every visible field's cell."""

    form: Form
    issue: Issue
    inputs: tuple[SheetLayout, ...]
    cells: Mapping[Key, Address]

    @property
    def titles(self) -> tuple[str, ...]:
        """The input sheets, in order."""
        return tuple(sheet.title for sheet in self.inputs)

    @property
    def rules(self) -> tuple[BoundRule, ...]:
        """The rules our workbook is checked by when it comes back."""
        return self.form.returned_rules

    def marked(self, rule: BoundRule, place: Place) -> tuple[Key, ...]:
        """Return ``keys_at``: in our workbook every field of a rule stands somewhere."""
        return keys_at(self, rule, place)

    @cached_property
    def prints(self) -> tuple[PrintLayout, ...]:
        """The official forms; only asked for when a workbook is written."""
        return tuple(
            lay_out(self.form, self.issue, *instance) for instance in _instances(self.form.spec.prints, self.issue)
        )

    @cached_property
    def print_titles(self) -> frozenset[str]:
        """The tabs of the official forms."""
        return frozenset(title_of(*instance) for instance in _instances(self.form.spec.prints, self.issue))

    @cached_property
    def computed_titles(self) -> frozenset[str]:
        """The tabs that hold only what the workbook computed itself or what we know anyway."""
        return frozenset((*self.print_titles, GUIDE, ATTACHED, CHECKS, CALC, LISTS, IDENTITY))

    def sheet_of(self, source: str, project: int) -> SheetLayout:
        """Return an input sheet by the id of its definition."""
        return next(sheet for sheet in self.inputs if sheet.source.id == source and sheet.project == project)


@lru_cache(maxsize=16_384)
def column_letters(col: int) -> str:
    """Return ``A`` for 0, ``AA`` for 26."""
    before, letter = divmod(col, 26)
    return (column_letters(before - 1) if before else "") + chr(65 + letter)


def build(form: Form, issue: Issue) -> Layout:
    """Lay a form out for one department."""
    locked: dict[int, set[Key]] = {}
    for key in issue.locked:
        locked.setdefault(key.project, set()).add(key)
    inputs = []
    cells: dict[Key, Address] = {}
    for sheet, number in _instances(form.spec.sheets, issue):
        rows = tuple(issue.rows(number, block.table) for block in sheet.blocks if isinstance(block, TableBlock))
        inputs.append(_input(form, sheet.id, number, rows, frozenset(locked.get(number, ()))))
        cells |= inputs[-1].cells
    return Layout(form, issue, tuple(inputs), MappingProxyType(cells))


@lru_cache(maxsize=128)
def _input(
    form: Form, sheet: str, project: int, rows: tuple[tuple[TableRow, ...], ...], locked: frozenset[Key]
) -> SheetLayout:
    """Lay out one input sheet. Most departments have the same ones, so they are remembered.

    ``rows``: of each of its tables.
    """
    source = next(item for item in form.spec.sheets if item.id == sheet)
    return _Input(source, project, rows, locked).done()


def _instances(sheets: tuple[_S, ...], issue: Issue) -> Iterator[tuple[_S, int]]:
    """Department sheets once; per-project sheets project by project, side by side."""
    for sheet in sheets:
        if sheet.per is Per.DEPARTMENT:
            yield sheet, 0
    for number in range(1, len(issue.projects) + 1):
        for sheet in sheets:
            if sheet.per is Per.PROJECT:
                yield sheet, number


class _Input:
    """Builds one input sheet top down."""

    def __init__(
        self, sheet: InputSheet, project: int, rows: tuple[tuple[TableRow, ...], ...], locked: frozenset[Key]
    ) -> None:
        self.sheet, self.project, self.rows, self.locked = sheet, project, iter(rows), locked
        self.boxes: list[Box] = []
        self.heights: dict[int, float] = {}
        self.row = 1
        self.wide = len(sheet.widths)

    def done(self) -> SheetLayout:
        self.add(1, Role.HEADING, cols=self.wide, text=self.sheet.heading)
        self.heights[self.row] = 36
        self.row += 1
        if self.sheet.note:
            self.add(1, Role.NOTE, cols=self.wide, text=self.sheet.note)
            self.row += 1
        for block in self.sheet.blocks:
            if block.title:
                text = f"{block.title}　　{block.note}" if block.note else block.title
                self.add(1, Role.TITLE, cols=self.wide, text=text)
                self.heights[self.row] = 24
                self.row += 1
            if isinstance(block, FieldsBlock):
                self.fields(block)
            elif isinstance(block, GridBlock):
                self.grid(block)
            else:
                self.table(block)
        title = title_of(self.sheet, self.project)
        cells = {box.key: Address(title, box.row, box.col) for box in self.boxes if box.key}
        return SheetLayout(
            title,
            self.sheet,
            self.project,
            tuple(self.boxes),
            MappingProxyType(cells),
            MappingProxyType(self.heights),
            self.row - 1,
        )

    def add(self, col: int, role: Role, **more: object) -> None:
        self.boxes.append(Box(self.row, col, role, **more))  # type: ignore[arg-type]

    def hint(self, col: int) -> None:
        self.add(col, Role.HINT, cols=self.wide - col + 1)

    def value(self, col: int, item: Field, cols: int = 1, row: int = 0) -> None:
        key = Key(self.project, item.id, row)
        locked = key in self.locked
        role = Role.INPUT if item.is_input and not locked else Role.CONSTANT if item.is_input else Role.COMPUTED
        self.add(col, role, cols=cols, key=key, field=item)

    def fields(self, block: FieldsBlock) -> None:
        spans = self.sheet.spans
        for item in block.fields:
            if item.hidden:
                continue
            self.add(1, Role.LABEL, cols=spans.label, text=item.label or item.name)
            col = 1 + spans.label
            self.value(col, item, spans.value)
            self.add(col + spans.value, Role.UNIT, cols=spans.unit, text="" if item.unit == "%" else item.unit)
            self.hint(col + spans.value + spans.unit)
            self.heights[self.row] = max(22.0, item.lines * LINE + 4)
            self.row += 1

    def grid(self, block: GridBlock) -> None:
        starts = self.columns(block)
        below = {
            block.rows[run[-1]].id: {item.id.rpartition(".")[2]: item for item in subtotals(block, run)}
            for run in block.runs(1)
        }
        self.add(1, Role.HEADER, cols=self.sheet.spans.label, text="项目")
        for column, col in starts:
            self.add(col, Role.HEADER, cols=column.cols, text=column.label or column.name)
        last = starts[-1][1] + starts[-1][0].cols
        self.add(last, Role.HEADER, cols=self.wide - last + 1, text="填报提示")
        self.row += 1
        for row, levels in zip(block.rows, block.levels, strict=True):
            label = row.label or "·".join(filter(None, (*levels, row.name)))
            self.add(1, Role.LABEL, cols=self.sheet.spans.label, text=label)
            for column, col in starts:
                if item := block.cell(row, column):
                    self.value(col, item, column.cols)
            self.hint(last)
            self.heights[self.row] = max([22.0, *(column.lines * LINE + 4 for column, _ in starts)])
            self.row += 1
            if sums := below.get(row.id):
                self.add(1, Role.LABEL, cols=self.sheet.spans.label, text=f"{levels[0]}　小计")
                for column, col in starts:
                    if item := sums.get(column.id):
                        self.value(col, item, column.cols)
                self.hint(last)
                self.row += 1

    def columns(self, block: GridBlock) -> list[tuple[Axis, int]]:
        col, result = 1 + self.sheet.spans.label, []
        for column in (column for column in block.columns if not column.hidden):
            result.append((column, col))
            col += column.cols
        return result

    def table(self, block: TableBlock) -> None:
        shown = [item for item in block.columns if not item.hidden]
        for col, item in enumerate(shown, start=1):
            self.add(col, Role.HEADER, text=item.label or item.name)
        self.add(len(shown) + 1, Role.HEADER, cols=self.wide - len(shown), text="填报提示")
        self.heights[self.row] = 34
        self.row += 1
        for number, row in enumerate(next(self.rows), start=1):
            for col, item in enumerate(shown, start=1):
                if item.type is FieldType.LEVEL1:
                    self.add(col, Role.CONSTANT, text=row.level1, key=Key(self.project, item.id, number), field=item)
                elif item.type is FieldType.LEVEL2:
                    self.add(col, Role.CONSTANT, text=row.level2, key=Key(self.project, item.id, number), field=item)
                else:
                    self.value(col, item, row=number)
            self.hint(len(shown) + 1)
            self.heights[self.row] = 2 * LINE
            self.row += 1


def keys_at(layout: Placed, rule: BoundRule, place: Place) -> tuple[Key, ...]:
    """Return the visible fields a rule marks at a place, the leading one first.

    A column named by a rule on a block or a project means all its rows there.
    """
    keys: list[Key] = [place.cell] if place.cell is not None else []
    for ident in () if keys else (ident for name in rule.at for ident in items_of(layout.form, name, place)):
        if ident not in layout.form.fields:
            continue
        info = layout.form.fields[ident]
        count = len(layout.issue.projects)
        numbers = [0] if not info.per_project else [place.project] if place.project else range(1, count + 1)
        for number in numbers:
            if not info.table:
                keys.append(Key(number, ident))
            else:
                here = place.rows if place.table == info.table else range(0)
                rows = here or range(1, len(layout.issue.rows(number, info.table)) + 1)
                keys += [Key(number, ident, row) for row in rows]
    return tuple(key for key in keys if key in layout.cells)
