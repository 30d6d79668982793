"""Where a formula of the form is evaluated: once per department, project, row, block or cell.

The same enumeration decides which findings can exist, which cells the calculation sheet has and in
which order results are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from xltool.form.compiled.form import (
    CHOSEN,
    DATES,
    DEPARTMENT,
    NUMBERS,
    PROJECT,
    BoundRule,
    FieldInfo,
    Form,
    item_column,
)
from xltool.form.definition.model import FieldType, GridBlock
from xltool.form.layout.issue import Issue, Key


class Place(NamedTuple):
    """One spot: ``project`` 0 is the department. ``first``/``last`` are table rows from 1, 0 outside tables.
    ``level``: 1 or 2 where the place is a 一级 or 二级 block, 0 where it is a row.

    ``cell`` names the one cell a rule on ``required`` or ``numbers`` speaks of, ``item`` the row of a grid
    of items. A 一级 or 二级 of such a grid has the grid's id as ``table`` and its rows from 1.
    """

    project: int = 0
    table: str = ""
    first: int = 0
    last: int = 0
    level: int = 0
    cell: Key | None = None
    item: str = ""

    @property
    def rows(self) -> range:
        """The table rows this place covers."""
        return range(self.first, self.last + 1) if self.first else range(0)


def rows(issue: Issue, table: str) -> Iterator[Place]:
    """Every row of a table, in the department or in every project."""
    return iter(_rows(table, tuple(len(issue.rows(number, table)) for number in range(len(issue.projects) + 1))))


@lru_cache(maxsize=64)
def _rows(table: str, counts: tuple[int, ...]) -> tuple[Place, ...]:
    """The rows of a table, of which there are so many in each project: the same for every rule and most departments."""
    return tuple(Place(number, table, row, row) for number, count in enumerate(counts) for row in range(1, count + 1))


def blocks(issue: Issue, table: str, level: int) -> Iterator[Place]:
    """Every 一级 (``level`` 1) or 二级 (2) block of a table, in the department or in every project."""
    for number in range(len(issue.projects) + 1):
        labelled = enumerate(issue.rows(number, table), start=1)
        for _, run in groupby(labelled, key=lambda item: (item[1].level1, item[1].level2)[:level]):
            indexes = [index for index, _ in run]
            yield Place(number, table, indexes[0], indexes[-1], level)


def items(grid: GridBlock, project: int) -> Iterator[Place]:
    """Every row of a grid of items."""
    return (Place(project, item=row.id) for row in grid.rows)


def item_blocks(grid: GridBlock, project: int, level: int) -> Iterator[Place]:
    """Every 一级 or 二级 of a grid of items."""
    return (Place(project, grid.grid, run[0] + 1, run[-1] + 1, level) for run in grid.runs(level))


def items_of(form: Form, name: str, place: Place) -> tuple[str, ...]:
    """Return what an id means at a place: a column of a grid of items is its cell in this row, or, for a block of items, those of its rows."""
    if not item_column(name) or place.item or not place.level:
        return (name.replace("*", place.item),)
    return tuple(name.replace("*", row.id) for row in form.grids[place.table].rows[place.first - 1 : place.last])


def projects(issue: Issue) -> Iterator[Place]:
    """Every project."""
    for number in range(1, len(issue.projects) + 1):
        yield Place(number)


def of_rule(form: Form, rule: BoundRule, issue: Issue) -> Iterator[Place]:
    """Every place where a rule is checked, in reading order."""
    if rule.grid:
        grid = form.grids[rule.grid]
        department = any(info.grid == rule.grid and not info.per_project for info in form.fields.values())
        for number in (0,) if department else range(1, len(issue.projects) + 1):
            yield from item_blocks(grid, number, rule.level) if rule.level else items(grid, number)
    elif rule.rule.on == DEPARTMENT:
        yield Place()
    elif rule.rule.on == PROJECT:
        yield from projects(issue)
    elif rule.on_cells:
        counts = tuple(
            tuple(len(issue.rows(number, table)) for table in form.tables) for number in range(len(issue.projects) + 1)
        )
        yield from _on_cells(form, rule.rule.on, counts)
    elif rule.level:
        yield from blocks(issue, rule.table, rule.level)
    elif rule.rule.own:
        yield from (place for place in rows(issue, rule.table) if not _approved(rule, place, issue))
    else:
        yield from rows(issue, rule.table)


def _approved(rule: BoundRule, place: Place, issue: Issue) -> bool:
    """Whether the bureau approved every cell of a row that a rule would mark."""
    return all(Key(place.project, ident, place.first) in issue.locked for ident in rule.at)


@lru_cache(maxsize=64)
def _on_cells(form: Form, on: str, counts: tuple[tuple[int, ...], ...]) -> tuple[Place, ...]:
    """The places of a rule on single cells; ``counts``: the rows of each table in each project. The same for most departments."""
    wanted = {ident: info for ident, info in form.fields.items() if _speaks_of(on, info)}
    rows_of = {table: at for at, table in enumerate(form.tables)}
    keys = _keys(wanted, len(counts), lambda number, table: counts[number][rows_of[table]])
    return tuple(Place(key.project, cell=key) for key in keys)


def _speaks_of(on: str, info: FieldInfo) -> bool:
    """Whether a rule on single cells means the cells of a field."""
    item = info.field
    wanted = {
        NUMBERS: item.is_number and not item.is_date,
        DATES: item.is_date,
        CHOSEN: item.type is FieldType.MULTIPLE,
    }.get(on, item.required and not info.table)
    return wanted and item.is_input and not item.hidden


def cells(form: Form, issue: Issue) -> Iterator[Key]:
    """Every cell of the form for this department: department level, then project by project."""
    return cells_of(form.fields, issue)


def cells_of(fields: Mapping[str, FieldInfo], issue: Issue) -> Iterator[Key]:
    """Every cell of some fields, in the same order."""
    return _keys(fields, len(issue.projects) + 1, lambda number, table: len(issue.rows(number, table)))


def _keys(fields: Mapping[str, FieldInfo], numbers: int, count: Callable[[int, str], int]) -> Iterator[Key]:
    for number in range(numbers):
        for ident, info in fields.items():
            if info.per_project == (number > 0):
                if not info.table:
                    yield Key(number, ident)
                else:
                    yield from (Key(number, ident, row) for row in range(1, count(number, info.table) + 1))
