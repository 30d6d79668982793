"""The names that only exist where a formula stands: 本级名称 in a block, 本项名称 in a row of items, 本格 in a single cell."""

from __future__ import annotations

from collections.abc import Mapping

from xltool.expr import Type
from xltool.form.compiled.form import (
    CELL,
    CELL_NAME,
    CELL_REST,
    CELL_TEXT,
    CELL_UNIT,
    CHOSEN,
    GROUP_POINTS,
    ITEM_NAME,
    ITEM_TEXT,
    LEVEL_NAME,
    LEVEL_POINTS,
    LEVEL_REQUIRED,
    ON_CELLS,
)
from xltool.form.compiled.item_rows import LEVELS
from xltool.form.definition.model import GridBlock, TableBlock


def of_place(on: str, tables: Mapping[str, TableBlock], grids: Mapping[str, GridBlock]) -> tuple[tuple[str, Type], ...]:
    """Return the names, with their types, that a formula at ``on`` may use beside the fields and parameters."""
    table, _, level = on.partition(".")
    if on in grids:
        return ((ITEM_NAME, Type.TEXT), (ITEM_TEXT, Type.TEXT))
    if table in grids:
        return _of_items(grids[table], LEVELS.get(level, 0))
    if table in tables:
        return _of_table(tables[table])
    if on not in ON_CELLS:
        return ()
    # ISBLANK and ISERROR, all that can be asked of 本格, do not depend on its type.
    told = (CELL, CELL_NAME, CELL_UNIT, CELL_TEXT, *((CELL_REST,) if on == CHOSEN else ()))
    return tuple((name, Type.TEXT) for name in told)


def _of_items(grid: GridBlock, depth: int) -> tuple[tuple[str, Type], ...]:
    blocks = [str(grid.levels[run[0]][depth - 1]) for run in grid.runs(depth)] if depth else []
    pointed = all(name in grid.points for name in blocks)
    return ((LEVEL_NAME, Type.TEXT), *(((LEVEL_POINTS, Type.NUMBER),) if pointed else ()))


def _of_table(table: TableBlock) -> tuple[tuple[str, Type], ...]:
    levels = table.levels
    return (
        (LEVEL_NAME, Type.TEXT),
        *(((LEVEL_POINTS, Type.NUMBER),) if all(one.parameters for one in levels) else ()),
        (LEVEL_REQUIRED, Type.NUMBER),
        *(((GROUP_POINTS, Type.NUMBER),) if all(g.points for one in levels for g in one.groups) else ()),
    )
