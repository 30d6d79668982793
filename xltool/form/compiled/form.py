"""The compiled form: every name resolved, every formula typed, everything verified.

Stands between the YAML (``form.definition``) and all users of a form; ``compiler`` makes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from xltool import notation
from xltool.expr import Bound, BoundTemplate, Env, breaks
from xltool.form.definition.model import (
    Axis,
    Field,
    FieldsBlock,
    FieldType,
    FormSpec,
    GridBlock,
    InputSheet,
    Per,
    Rule,
    TableBlock,
)
from xltool.form.definition.strict import YamlText, file_of, line_of

DEPARTMENT, PROJECT, REQUIRED, NUMBERS = "department", "project", "required", "numbers"
DATES, CHOSEN = "dates", "multiple"
ON_CELLS = (REQUIRED, NUMBERS, DATES, CHOSEN)
"""What a rule on single cells can be on: those to be filled in, with a figure, with a day, with several words of a list."""
CELL_NAME, CELL_UNIT, CELL_TEXT, CELL = "本格名称", "本格单位", "本格原文", "本格"
CELL_REST = "本格余词"
FULL_MARKS = "满分"
FILED_LATER, LAST_MONTH = "填报年差", "期末月"
ITEM_NAME = "本项名称"
LEVEL_NAME, LEVEL_POINTS, LEVEL_REQUIRED, GROUP_POINTS = "本级名称", "本级分值", "本级必填", "二级分值"
ITEM_TEXT = "本项说明"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field and where it belongs: ``table`` is empty unless it is a column.

    ``grid`` and ``item``: the grid of items and the row of it that the field is a cell of.
    """

    field: Field
    sheet: InputSheet
    table: str = ""
    grid: str = ""
    item: str = ""

    @property
    def per_project(self) -> bool:
        """Whether the field occurs once per project (or once per row of a project's table)."""
        return self.sheet.per is Per.PROJECT


@dataclass(frozen=True)
class BoundRule:
    """A rule ready to run on both sides. ``at``: ids of the marked fields, or 本格. ``grid``: checked per item, or per block of items."""

    rule: Rule
    expect: Bound
    when: Bound | None
    say: BoundTemplate
    at: tuple[str, ...]
    grid: str = ""

    @cached_property
    def breaks(self) -> Callable[[Env], bool | None]:
        """What tells whether the rule is broken; made when it is first asked for."""
        return breaks(self.expect, self.when)

    @property
    def on_cells(self) -> bool:
        """Whether the rule speaks of single cells (``ON_CELLS``)."""
        return self.rule.on in ON_CELLS

    @property
    def table(self) -> str:
        """The table of a row or block rule, empty otherwise."""
        plain = self.grid or self.rule.on in (DEPARTMENT, PROJECT, *ON_CELLS)
        return "" if plain else self.rule.on.partition(".")[0]

    @property
    def level(self) -> int:
        """1 or 2 for rules on blocks, else 0."""
        return {"level1": 1, "level2": 2}.get(self.rule.on.partition(".")[2], 0)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A verified form; two are the same only if they are one object.

    ``computed`` holds the formulas of fields (``compute`` or ``default``) by id; ``rules`` are those our workbook
    shows, ``returned_rules`` those it is checked by when it comes back, ``official_rules`` those of an official form read
    as it is. ``composed``: the whole definition as a text where the form is not of the library, for whoever must find it
    elsewhere (another process, next year).
    """

    spec: FormSpec
    fields: Mapping[str, FieldInfo]
    ids: Mapping[str, str]
    tables: Mapping[str, TableBlock]
    grids: Mapping[str, GridBlock]
    computed: Mapping[str, Bound]
    rules: tuple[BoundRule, ...]
    returned_rules: tuple[BoundRule, ...]
    official_rules: tuple[BoundRule, ...]
    prints: Mapping[tuple[str, int, int], Bound]
    composed: str = ""

    def __repr__(self) -> str:
        return f"<Form {self.spec.form} 第 {self.spec.version} 版 {self.spec.title}>"

    @property
    def id(self) -> str:
        """The form's id, the name of its folder."""
        return self.spec.form

    def field(self, name: str) -> Field:
        """Return a field by id or name; raises KeyError."""
        return self.fields[self.ids.get(name, name)].field

    @property
    def project_tables(self) -> Mapping[str, TableBlock]:
        """The tables every project has, without those of the department."""
        blocks = (block for sheet in self.spec.sheets if sheet.per is Per.PROJECT for block in sheet.blocks)
        return {str(block.table): block for block in blocks if isinstance(block, TableBlock)}

    def item_name(self, item: str) -> str:
        """Return 本项名称, the name of a row of a grid, ``""`` if there is none."""
        return next((str(row.name) for row in self._items() if row.id == item), "")

    def item_text(self, item: str) -> str:
        """Return 本项说明, the prompt of a row of a grid, ``""`` if there is none."""
        return next((str(row.prompt) for row in self._items() if row.id == item), "")

    def _items(self) -> Iterator[Axis]:
        return (row for grid in self.grids.values() for row in grid.rows)

    def level_points(self, table: TableBlock, level1: str, level2: str = "") -> Decimal | None:
        """Return the points of a 一级, or of its 二级 (those of the 一级 where only that has points); None where there are none."""
        level = next((one for one in table.levels if one.name == level1), None)
        if level is None:
            return None
        own = next((group.points for group in level.groups if level2 and group.name == level2 and group.points), "")
        names = (own,) if own else level.parameters
        values = [item.value for name in names for item in self.spec.parameters if item.name == name]
        return sum(values, Decimal(0)) if values else None


def item_id(grid: str, column: str) -> str:
    """Return the id of a column of a grid of items; ``*`` stands for the row."""
    return f"{grid}.*.{column}"


def grid_labels(form: Form) -> Mapping[str, str]:
    """Return what the cells of a grid are called in lists, by name, where the form gave their column a label of its own.

    资金总额全年执行数 of a form that calls the column 1—6月执行数 is 资金总额1—6月执行数; a name that is taken is left.
    """
    found: dict[str, str] = {}
    blocks = (block for sheet in form.spec.sheets for block in sheet.blocks if isinstance(block, GridBlock))
    for block in blocks:
        for column in block.columns:
            if column.label and column.label != column.name:
                label = str(column.label).replace("\n", "")
                found |= {f"{row.name}{column.name}": f"{row.name}{label}" for row in block.rows}
    told = Counter(found.values())
    return MappingProxyType({name: to for name, to in found.items() if told[to] == 1 and to not in form.ids})


def heading_of(form: Form, name: str) -> str:
    """Return what a table calls a figure: the label of its column in a grid, else its own; ``""`` for a name the form has not."""
    grids = (block for sheet in form.spec.sheets for block in sheet.blocks if isinstance(block, GridBlock))
    for column, rows in ((column, block.rows) for block in grids for column in block.columns):
        if any(f"{row.name}{column.name}" == name for row in rows):
            return str(column.label or column.name).replace("\n", "")
    item = form.field(name) if name in form.ids else None
    return str(item.label or item.name).replace("\n", "") if item else ""


def words_of(form: Form, ident: str) -> tuple[str, ...]:
    """Return the words that may be chosen in a field, folded as what is typed is."""
    words = form.spec.lists[form.fields[ident].field.choices].words
    return tuple(notation.fold(word) for word in words)


def item_column(ident: str) -> bool:
    """Whether an id names a column of a grid of items rather than one cell."""
    return ".*." in ident


def block_fields(block: FieldsBlock | GridBlock | TableBlock) -> tuple[Field, ...]:
    """Return the fields of a block in reading order."""
    if isinstance(block, FieldsBlock):
        return block.fields
    if isinstance(block, TableBlock):
        return block.columns
    cells: list[Field | None] = []
    for run in block.runs(1):
        cells += [block.cell(block.rows[at], column) for at in run for column in block.columns]
        cells += subtotals(block, run)
    return tuple(cell for cell in cells if cell is not None)


def subtotals(grid: GridBlock, block: range) -> tuple[Field, ...]:
    """Return the fields below a 一级 of a grid of items, one per column of its ``subtotals``; ``block``: the rows, from 0."""
    head = grid.rows[block[0]]
    found = []
    for column in (column for column in grid.columns if head.level1 and column.name in grid.subtotals):
        cells = [cell.id for at in block if (cell := grid.cell(grid.rows[at], column))]
        name, ident = f"{head.level1}{column.name}小计", f"{grid.grid}_sum.{head.id}.{column.id}"
        text = YamlText(f"SUM({', '.join(cells)})", line_of(column.id), file_of(column.id))
        found += [Field(ident, name, type=FieldType.NUMBER, unit=column.unit, compute=text)] if cells else []
    return tuple(found)
