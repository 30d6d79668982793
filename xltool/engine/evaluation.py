"""What follows from a filled form, in Python: computed fields, rule states and message texts.

The Excel side of the same is ``engine.formulas``; the parity test holds them together. Values are
computed when asked for and remembered; the form's verification has excluded circles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from xltool import expr, notation
from xltool.engine.filled import FilledForm, ReadingKind
from xltool.expr import NA, ColumnValues
from xltool.form import Form, Issue, Key, Value
from xltool.form.compiled.form import (
    CELL,
    CELL_NAME,
    CELL_REST,
    CELL_TEXT,
    CELL_UNIT,
    GROUP_POINTS,
    ITEM_NAME,
    ITEM_TEXT,
    LEVEL_NAME,
    LEVEL_POINTS,
    LEVEL_REQUIRED,
    BoundRule,
    item_column,
    words_of,
)
from xltool.form.definition.model import FieldType
from xltool.form.definition.official import TYPED_ID
from xltool.form.layout.places import Place

_T = TypeVar("_T")
_DEFAULT = ReadingKind.DEFAULT  # asked for every value; a name of the enumeration is looked up slowly


class _Source(NamedTuple):
    """How the value of a field is found; ``level``: 1 or 2 for the 一级 or 二级 of a table's row."""

    per_project: bool
    table: str
    item: str
    level: int
    computed: bool
    assumed: bool


@lru_cache(maxsize=32)
def _sources(form: Form) -> Mapping[str, _Source]:
    """The same for every filling of a form."""
    levels = {FieldType.LEVEL1: 1, FieldType.LEVEL2: 2}
    return {
        ident: _Source(
            info.per_project,
            info.table,
            info.item,
            levels.get(info.field.type, 0),
            bool(info.field.compute),
            info.field.assumed,
        )
        for ident, info in form.fields.items()
    }


class Evaluation:
    """All results of one filled form. Holds no state beyond what it has already computed."""

    def __init__(self, form: Form, filled: FilledForm) -> None:
        self.form, self.filled = form, filled
        self.values: dict[tuple[int, str, int], Value] = {}
        self.columns: dict[tuple[object, ...], ColumnValues] = {}
        self._envs: dict[Place, PlaceEnv] = {}
        self._once: dict[object, Any] = {}
        self.sources = _sources(form)

    def identity(self) -> Issue:
        """Return whose form it is, for what depends on that and on no cell."""
        return self.filled.issue

    def value(self, key: Key) -> Value:
        """Return a cell's value as the workbook's formulas see it (``""`` where a formula does not apply)."""
        value = self.values.get(key)
        if value is None:
            value = self.values[key] = self._value(key)
        return value

    def _value(self, key: Key) -> Value:
        source = self.sources[key.id]
        if source.level:
            row = self.filled.issue.rows(key.project, source.table)[key.row - 1]
            return row.level1 if source.level == 1 else row.level2
        reading = self.filled.reading(key)
        agreed = source.assumed and self.filled.stated is not None
        if (source.computed and not agreed) or reading.kind is _DEFAULT:
            value = self.by_formula(key)
            return reading.value if self.filled.stated is not None and self._only_written(key, value) else value
        return reading.value

    def _only_written(self, key: Key, value: Value) -> bool:
        """Whether an official form has a computed figure and nothing it could be computed from: a total from other pages."""
        if value != "" or not isinstance(self.filled.reading(key).value, Decimal):
            return False
        idents = (symbol.id for symbol in self.form.computed[key.id].refs)
        return not any(
            Key(key.project if self.sources[i].per_project else 0, i) in self.filled.readings
            for i in idents
            if i in self.sources
        )

    def typed(self, place: Place, ident: str) -> Value:
        """Return what stands on an official form in the cell of a computed field or of a parameter.

        A number written with fewer digits than we compute (98% for 97.96%) is the computed one.
        """
        info = self.form.fields.get(ident)
        if info is None:
            return (self.filled.stated or {}).get((place.project, ident), "")
        key = Key(place.project if info.per_project else 0, ident, place.first if info.table else 0)
        written, ours = self.filled.reading(key).value, self.by_formula(key)
        if isinstance(written, Decimal) and isinstance(ours, Decimal):
            digits = written.normalize().as_tuple().exponent
            shown = max(-int(digits), 2 if info.field.unit == "%" else 0) if isinstance(digits, int) else 0
            if abs(written - ours) <= Decimal(5).scaleb(-shown - 1):
                return ours
        return written

    def by_formula(self, key: Key) -> Value:
        """Return what the formula of a computed cell, or the default formula of an input, gives; ``""`` where it does not apply."""
        source = self.sources[key.id]
        place = Place(key.project, source.table, key.row, key.row, 0, None, source.item)
        result = expr.evaluate(self.form.computed[key.id], self.env(place))
        return "" if result is NA or isinstance(result, bool) else result

    def env(self, place: Place) -> PlaceEnv:
        """Return the values as a formula at ``place`` sees them."""
        found = self._envs.get(place)
        if found is None:
            found = self._envs[place] = PlaceEnv(self, place)
        return found

    def once(self, make: Callable[..., _T], *of: Any) -> _T:
        """Return what ``make`` makes of this form, made when it is first asked for."""
        if make not in self._once:
            self._once[make] = make(*of, self)
        made: _T = self._once[make]
        return made

    def fails(self, rule: BoundRule, place: Place) -> bool | None:
        """Return True if the rule is broken here, False if it holds, None if it does not apply."""
        return expr.broken(rule.breaks, self.env(place))

    def failing(self, rule: BoundRule, places: Iterable[Place]) -> list[Place]:
        """Return the places where a rule is broken."""
        with expr.arithmetic():
            breaks, env = rule.breaks, self.env
            return [place for place in places if breaks(env(place))]

    def message(self, rule: BoundRule, place: Place) -> str:
        """Return the rule's text with this place's figures."""
        return expr.render(rule.say, self.env(place))


class PlaceEnv(dict[str, Value | bool]):
    """One place's view of the values, which do not change, by the ids of names; see ``Form.scope`` for what they mean where.

    Holds what has been asked for: a name is looked up without a call from the second time on.
    """

    __slots__ = ("evaluation", "place")

    def __init__(self, evaluation: Evaluation, place: Place) -> None:
        super().__init__()
        self.evaluation, self.place = evaluation, place

    def __missing__(self, ident: str) -> Value | bool:
        value = self[ident] = self.found(ident)
        return value

    def found(self, ident: str) -> Value | bool:
        """Return what a name means at this place."""
        source = self.evaluation.sources.get(ident)
        if source is None:
            return self._special(ident)
        place = self.place
        key = Key(place.project if source.per_project else 0, ident, place.first if source.table else 0)
        return self.evaluation.value(key)

    def _special(self, ident: str) -> Value | bool:
        """A name that is no field: of the cell, the block or the grid's row the place is at."""
        place, form = self.place, self.evaluation.form
        if place.cell is not None and ident in (CELL, CELL_NAME, CELL_UNIT, CELL_TEXT, CELL_REST):
            if ident == CELL:
                return self.evaluation.value(place.cell)
            if ident == CELL_REST:
                text = self.evaluation.value(place.cell)
                return notation.besides(str(text), words_of(form, place.cell.id))
            if ident == CELL_TEXT:
                reading = self.evaluation.filled.reading(place.cell)
                return "" if reading.kind is ReadingKind.ERROR else reading.typed
            item = form.fields[place.cell.id].field
            return item.name if ident == CELL_NAME else item.unit
        if ident.startswith(TYPED_ID):
            return self.evaluation.typed(place, ident.removeprefix(TYPED_ID).replace("*", place.item))
        if ident in (ITEM_NAME, ITEM_TEXT):
            return form.item_name(place.item) if ident == ITEM_NAME else form.item_text(place.item)
        if ident in (LEVEL_NAME, LEVEL_POINTS, LEVEL_REQUIRED, GROUP_POINTS):
            return level_value(form, self.evaluation.filled, place, ident)
        cell = ident.replace("*", place.item)
        return self.evaluation.value(Key(place.project if form.fields[cell].per_project else 0, cell))

    def column(self, ident: str) -> Sequence[Value | bool]:
        """A column is the same at every row of a project; only a block sees a part of it."""
        evaluation, place = self.evaluation, self.place
        seen = (ident, place.project, place.table, place.first, place.last) if place.level else (ident, place.project)
        values = evaluation.columns.get(seen)
        if values is None:
            values = evaluation.columns[seen] = ColumnValues(evaluation.value(key) for key in self.cells(ident))
        return values

    def cells(self, ident: str) -> list[Key]:
        """The cells of a column."""
        return column_keys(self.evaluation.form, self.evaluation.filled, self.place, ident)


def column_keys(form: Form, filled: FilledForm, place: Place, ident: str) -> list[Key]:
    """Return the cells a column's name means at ``place``: a block's rows, a project's, or all projects'."""
    issue = filled.issue
    if item_column(ident):
        grid = form.grids[ident.partition(".")[0]]
        rows = grid.rows[place.first - 1 : place.last] if place.table == grid.grid and place.level else grid.rows
        idents = [ident.replace("*", row.id) for row in rows]
        return [key for ident in idents if ident in form.fields for key in _everywhere(form, issue, place, ident)]
    info = form.fields[ident]
    numbers = [place.project] if place.project else range(1, len(issue.projects) + 1)
    if not info.per_project:
        numbers = [0]
    if not info.table:
        return [Key(number, ident) for number in numbers]
    if place.table == info.table and place.level:
        return [Key(place.project, ident, row) for row in place.rows]
    return [Key(number, ident, row) for number in numbers for row in range(1, len(issue.rows(number, info.table)) + 1)]


def _everywhere(form: Form, issue: Issue, place: Place, ident: str) -> list[Key]:
    """A cell of a grid in the department, in this project, or in all projects."""
    if not form.fields[ident].per_project:
        return [Key(0, ident)]
    numbers = [place.project] if place.project else range(1, len(issue.projects) + 1)
    return [Key(number, ident) for number in numbers]


def level_value(form: Form, filled: FilledForm, place: Place, name: str) -> Value:
    """Return 本级名称, 本级分值, 二级分值 or 本级必填 at a row or block."""
    if grid := form.grids.get(place.table):
        own = grid.levels[place.first - 1][place.level - 1]
        return own if name == LEVEL_NAME else grid.points.get(own, "")
    rows = filled.issue.rows(place.project, place.table)
    row = rows[place.first - 1]
    level = next((level for level in form.tables[place.table].levels if level.name == row.level1), None)
    if name == LEVEL_NAME:
        return row.level2 if place.level == 2 else row.level1
    if level is None:
        return ""
    if name in (LEVEL_POINTS, GROUP_POINTS):
        second = row.level2 if name == GROUP_POINTS or place.level == 2 else ""
        points = form.level_points(form.tables[place.table], row.level1, second)
        if filled.stated is not None:
            # No finding about an official form may rest on points that nobody wrote there.
            points = filled.stated.get((place.project, second or level.name))
        return "" if points is None else points
    group = next((group for group in level.groups if group.name == row.level2), None)
    # Where the bureau has approved indicators of a 一级, it has also decided which 二级 there are.
    approved = any(one.approved for one in rows if one.level1 == row.level1)
    return Decimal(int(group is not None and group.required and not approved))
