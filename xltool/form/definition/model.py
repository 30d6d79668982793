"""The shape of a ``form.yaml``: every class here is a table of keys that an author may write.

Loaded 1:1 by ``form.definition.strict``; ``form.compiled.compiler`` then resolves names and expressions. To add a property to
fields, rules or sheets, add it here and use it where it matters; the loader needs no change.
Formulas and message templates are kept as text here, bound ones live in ``form.bind.Form``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from xltool.findings import Severity
from xltool.form.definition.official import OfficialForm
from xltool.form.definition.paper import Per as Per
from xltool.form.definition.paper import PrintCell as PrintCell
from xltool.form.definition.paper import PrintRow as PrintRow
from xltool.form.definition.paper import PrintSheet as PrintSheet
from xltool.form.definition.paper import ReportOutline
from xltool.form.definition.result_policy import ResultPolicy
from xltool.form.definition.review_policy import ReviewPolicy
from xltool.form.definition.roles import GridTotal, Roles, Timing
from xltool.form.definition.roles import Years as Years
from xltool.form.definition.scoring import Constraint as Constraint
from xltool.form.definition.scoring import Scoring

LAST_YEAR = "上年"
"""``prefill: 上年.栏目`` takes a figure from the department's return of last year."""


class Where(StrEnum):
    """Whose figures a rule is for: those of our workbook, of an official form or report read as it is, or both.

    ``bureau``: both, but looked at by the bureau only; the workbook does not show it.
    """

    BOTH = "both"
    BUREAU = "bureau"
    WORKBOOK = "workbook"
    OFFICIAL = "official"


class FieldType(StrEnum):
    """What a cell takes: one line, several lines, a number, a day, a word or words of a list, a block's own name."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    LEVEL1 = "level1"
    LEVEL2 = "level2"


_NUMBERS, _LEVELS = (FieldType.NUMBER, FieldType.DATE), (FieldType.LEVEL1, FieldType.LEVEL2)
DATE_CELL = 'yyyy"年"m"月"d"日"'
DATE_UNIT = "日期"
"""The unit of every date field; a form may say of it, as of any unit, how it is shown."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How numbers of one unit are shown in messages, and how far two may differ and still be equal."""

    format: str = "general"
    tolerance: Decimal = Decimal(0)
    cell: str = "General"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the scoring policy, usable by name in every formula; ``source`` is its basis."""

    id: str
    name: str
    value: Decimal
    source: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class WordList:
    """Words with one meaning (for INLIST) or the choices of a drop-down list."""

    words: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One cell to fill in or compute; in a table, one column.

    ``compute``: a locked formula. ``default``: a formula the department may type over.
    ``prefill``: ``名册表.列`` of the roster, or ``上年.栏目`` of last year's return; ``locked``: once prefilled it may
    not be changed.
    ``hidden``: an intermediate result that lives only on the calculation sheet. ``minimum``, ``maximum``: of a number that
    is typed in, in the field's unit ("%" as a fraction); none or no end where None.
    ``assumed``: the formula is an agreement of this form, not of the official one; unknown where that is read.
    """

    id: str
    name: str
    label: str = ""
    type: FieldType = FieldType.TEXT
    unit: str = ""
    required: bool = False
    compute: str = ""
    default: str = ""
    prefill: str = ""
    locked: bool = False
    hidden: bool = False
    choices: str = ""
    prompt: str = ""
    lines: int = 1
    minimum: Decimal | None = Decimal(0)
    assumed: bool = False
    maximum: Decimal | None = None

    def __post_init__(self) -> None:
        """A day is a number with a unit of its own, so that it is shown and compared as one."""
        if self.type is FieldType.DATE:
            object.__setattr__(self, "unit", DATE_UNIT)

    @property
    def is_number(self) -> bool:
        """Whether the value is a number rather than text; a day is Excel's serial number."""
        return self.type in _NUMBERS

    @property
    def is_date(self) -> bool:
        """Whether the value is a day."""
        return self.type is FieldType.DATE

    @property
    def is_input(self) -> bool:
        """Whether the department types here."""
        return not self.compute and self.type not in _LEVELS


@dataclass(frozen=True, slots=True)
class FieldsBlock:
    """Labels down the left, one value each."""

    MARK: ClassVar[str] = "fields"
    fields: tuple[Field, ...]
    id: str = ""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A row or column of a grid; properties given here hold for all its cells.

    ``type``, ``lines``, ``hidden``, ``compute``, ``default`` and ``assumed`` are taken from columns only. ``level1``,
    ``level2``: of a row of a grid of items, the 一级 and 二级 that begin with it; the rows that follow belong to them too.
    ``part``: false of a row that the grid's total does not count (其中).
    """

    id: str
    name: str
    label: str = ""
    unit: str = ""
    required: bool = False
    prompt: str = ""
    cols: int = 1
    type: FieldType = FieldType.NUMBER
    lines: int = 1
    hidden: bool = False
    compute: str = ""
    default: str = ""
    assumed: bool = False
    level1: str = ""
    level2: str = ""
    part: bool = True


@dataclass(frozen=True, slots=True)
class CellOverride:
    """What one cell of a grid does differently from its row and column."""

    absent: bool = False
    required: bool | None = None
    compute: str = ""
    default: str = ""
    prefill: str = ""


@dataclass(frozen=True, slots=True)
class GridBlock:
    """Rows by columns; the cell's id is ``grid.row.column``, its name row name + column name.

    ``items``: every row is a scored item. Formulas in its columns then name columns and mean this row,
    rules may be ``on`` the grid (once per row), and elsewhere a column's name means all its cells.
    ``points``: what the items of a 一级 or 二级 add up to, by its name. ``subtotals``: names of columns that are added up
    below every 一级; such a field is called 一级's name + column's name + 小计. ``total``: one row is the sum of the
    others, which rules name together.
    """

    MARK: ClassVar[str] = "grid"
    grid: str
    rows: tuple[Axis, ...]
    columns: tuple[Axis, ...]
    title: str = ""
    note: str = ""
    items: bool = False
    total: GridTotal | None = None
    cells: Mapping[str, CellOverride] = field(default_factory=lambda: MappingProxyType({}))
    points: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    subtotals: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """The 一级 and 二级 of every row, blank where it has none."""
        result: list[tuple[str, str]] = []
        first = second = ""
        for row in self.rows:
            second = row.level2 or ("" if row.level1 else second)
            first = row.level1 or first
            result.append((first, second))
        return tuple(result)

    def runs(self, level: int) -> tuple[range, ...]:
        """The rows of every 一级 (1) or 二级 (2) block, from 0, in order; every row is in one."""
        starts = [at for at, row in enumerate(self.rows) if at == 0 or row.level1 or (level == 2 and row.level2)]
        return tuple(range(at, after) for at, after in zip(starts, [*starts[1:], len(self.rows)], strict=True))

    def cell(self, row: Axis, column: Axis) -> Field | None:
        """Return the field where ``row`` and ``column`` meet, None if the form has no cell there."""
        own = self.cells.get(f"{row.id}.{column.id}", CellOverride())
        if own.absent:
            return None
        return Field(
            id=f"{self.grid}.{row.id}.{column.id}",
            name=row.name + column.name,
            label=f"{row.label or row.name} {column.label or column.name}",
            type=column.type,
            unit=row.unit or column.unit,
            required=(row.required or column.required) if own.required is None else own.required,
            compute=own.compute or column.compute,
            default=own.default or column.default,
            hidden=column.hidden,
            assumed=column.assumed,
            lines=column.lines,
            prefill=own.prefill,
            prompt=row.prompt or column.prompt,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A 二级指标: how many rows the form gives it when the roster says nothing; ``points``: as of a ``Level``."""

    name: str
    rows: int = 2
    required: bool = True
    points: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A 一级指标; ``points``: the parameter its rows must add up to, blank where there are no points or its 二级 have them."""

    name: str
    groups: tuple[Group, ...]
    points: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that its points are the sum of; none where it has no points."""
        return (self.points,) if self.points else tuple(group.points for group in self.groups if group.points)


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table whose rows belong to 二级 groups of 一级 levels, or (``rows``) simply a number of rows, with ``points`` in all."""

    MARK: ClassVar[str] = "table"
    table: str
    name: str
    columns: tuple[Field, ...]
    levels: tuple[Level, ...] = ()
    title: str = ""
    note: str = ""
    rows: int = 0
    points: str = ""

    def __post_init__(self) -> None:
        """A table of plain rows is one block of its own name, so that nothing else has to know the difference."""
        if self.rows and not self.levels:
            block = Level(self.name, (Group(self.name, self.rows, required=False),), self.points)
            object.__setattr__(self, "levels", (block,))


@dataclass(frozen=True, slots=True)
class Spans:
    """How many sheet columns a label, a value and a unit take; the rest of the row is the 填报提示."""

    label: int = 1
    value: int = 1
    unit: int = 1


@dataclass(frozen=True, slots=True)
class InputSheet:
    """An input sheet. ``title`` of a per-project sheet contains ``{n}``."""

    id: str
    title: str
    heading: str
    widths: tuple[int, ...]
    blocks: tuple[FieldsBlock | GridBlock | TableBlock, ...]
    per: Per = Per.DEPARTMENT
    spans: Spans = Spans()
    note: str = ""
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold.

    ``on``: ``department``, ``project``, the id of a table or of a grid of items (each row), ``<table>.level1`` / ``<table>.level2``
    (each block; columns then mean the block's rows), or ``required`` / ``numbers`` (each such cell, as 本格).
    ``at``: the cells to mark, the first one leading. ``say``: facts, then the rule (in the workbook
    it is the 填报提示); ``do``: one action. ``where: official``: what is computed in our workbook but typed by hand on an
    official form; such a rule may write 所填 before the name of a computed field or of a printed parameter. ``open``: while
    it is broken something is still to be filled in (待填), which the workbook says without red; the bureau asks for it all the same.
    ``slip``: what it finds is an amount in 元 for 万元, and nothing else is said of that amount. ``several``: what to say
    where it fails at three places or more of one sheet ({count}, {which}); such findings become one. ``own``: asked only
    of what the department wrote itself, not of a row whose cells the bureau approved. ``off``: kept with its words, and not
    used.
    """

    code: str
    name: str
    on: str
    expect: str
    at: tuple[str, ...]
    severity: Severity
    say: str
    do: str
    source: str
    when: str = ""
    tolerance: Decimal | None = None
    where: Where = Where.BOTH
    open: bool = False
    slip: bool = False
    several: str = ""
    off: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """A rule that matters to whoever fills in, in one sentence for 填报说明; left out where the form has no such rule."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A whole ``form.yaml``, as written."""

    form: str
    version: str
    title: str
    region: str
    source: str
    units: Mapping[str, Unit]
    parameters: tuple[Parameter, ...]
    lists: Mapping[str, WordList]
    sheets: tuple[InputSheet, ...]
    prints: tuple[PrintSheet, ...]
    rules: tuple[Rule, ...]
    instructions: tuple[str, ...]
    scoring: Scoring = field(default_factory=Scoring)
    full_marks: Decimal = Decimal(0)
    weights: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    official: OfficialForm = field(default_factory=OfficialForm)
    report: ReportOutline = field(default_factory=ReportOutline)
    review: ReviewPolicy = field(default_factory=ReviewPolicy)
    results: ResultPolicy = field(default_factory=ResultPolicy)
    roles: Roles = field(default_factory=Roles)
    timing: Timing = field(default_factory=Timing)
    years: Years = field(default_factory=Years)
    extends: str = ""
