"""A printed row that repeats for a grid of items, written out: one row per item, its 一级 and 二级 merged down.

Used only by ``form.compiled.compiler``. A grid has the same rows for everybody, so what is written out is a print like any
other, and nothing behind the compiler knows of it. ``each: 网格`` repeats for every item, ``each: 网格.level1`` (``level2``) for
every block: before the items as its heading, behind them as its subtotal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from xltool import expr
from xltool.expr import ExprError
from xltool.expr.language.tree import Call, Expr, Literal, Name
from xltool.form.compiled.form import ITEM_NAME, ITEM_TEXT, LEVEL_NAME, LEVEL_POINTS, item_id
from xltool.form.definition.model import GridBlock, PrintCell, PrintRow
from xltool.form.definition.strict import YamlText, file_of, line_of

LEVELS: Mapping[str, int] = {"level1": 1, "level2": 2}
_ITEM = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the print for some rows of the grid: ``depth`` 1 and 2 a block, 3 an item."""

    row: PrintRow
    depth: int
    items: range


def written_out(
    rows: Sequence[PrintRow], grids: Mapping[str, GridBlock], ids: Mapping[str, str]
) -> tuple[PrintRow, ...]:
    """Return the rows of a print with those that repeat for items written out; ``ids``: id of every name."""
    result: list[PrintRow] = []
    for name, group in groupby(rows, key=lambda row: row.each.partition(".")[0]):
        if name not in grids:
            result += group
            continue
        grid = grids[name]
        lines = list(_lines(list(group), grid, range(len(grid.rows)), 0))
        result += [_row(grid, ids, lines, number) for number in range(len(lines))]
    return tuple(result)


def _depth(row: PrintRow) -> int:
    return LEVELS.get(row.each.partition(".")[2], _ITEM)


def _lines(group: Sequence[PrintRow], grid: GridBlock, items: range, depth: int) -> Iterator[_Line]:
    """The rows of one block: its own in their order, and what is deeper once for every block in it."""
    for own, part in groupby(group, key=lambda row: _depth(row) == depth):
        rows = list(part)
        if own:
            yield from (_Line(row, depth, items) for row in rows)
            continue
        below = min(map(_depth, rows))
        blocks = grid.runs(below) if below < _ITEM else tuple(range(at, at + 1) for at in items)
        for block in blocks:
            if block[0] in items:
                yield from _lines(rows, grid, block, below)


def _row(grid: GridBlock, ids: Mapping[str, str], lines: Sequence[_Line], number: int) -> PrintRow:
    line = lines[number]
    cells: list[PrintCell] = []
    for cell in line.row.cells:
        level = LEVELS.get(cell.rows, 0)
        if not level or line.depth < _ITEM:
            cells.append(_cell(grid, ids, cell, line.items, line.depth))
            continue
        block = next(run for run in grid.runs(level) if line.items[0] in run)
        if line.items[0] == block[0]:
            last = max(at for at, one in enumerate(lines) if one.depth > level and one.items[0] in block)
            made = _cell(grid, ids, cell, block, level)
            cells.append(replace(made, rows=str(last - number + 1)))
    return replace(line.row, cells=tuple(cells), each="", id=line.row.id if number == 0 else "")


def _cell(grid: GridBlock, ids: Mapping[str, str], cell: PrintCell, items: range, depth: int) -> PrintCell:
    if not cell.value:
        return cell
    level1, level2 = grid.levels[items[0]]
    name = level1 if depth == 1 else level2
    fixed: dict[str, Literal] = {}
    if depth == _ITEM:
        row = grid.rows[items[0]]
        fixed = {ITEM_NAME: Literal(str(row.name)), ITEM_TEXT: Literal(str(row.prompt))}
    else:
        fixed = {LEVEL_NAME: Literal(name)}
        fixed |= {LEVEL_POINTS: Literal(grid.points[name])} if name in grid.points else {}
    columns = {item_id(grid.grid, column.id): column for column in grid.columns}
    try:
        tree = expr.parse(cell.value)
    except ExprError:
        return cell  # told where it is bound

    def shown(node: Name) -> str:
        if node.name in fixed:
            value = fixed[node.name].value
            return expr.literal(value)
        column = columns.get(ids.get(node.name, ""))
        if column is None:
            return node.name
        found = [made for at in items if (made := grid.cell(grid.rows[at], column))]
        return ", ".join(_known(str(made.name), str(made.id)) for made in found) or "NA()"

    words = _words(tree, fixed)
    if words is not None:
        return replace(cell, value="", text=_like(cell.value, words))
    return replace(cell, value=_like(cell.value, _replaced(cell.value, tree, shown)))


def _like(old: str, new: str) -> YamlText:
    return YamlText(new, line_of(old), file_of(old))


def _words(node: Expr, fixed: Mapping[str, Literal]) -> str | None:
    """What a formula of names and fixed texts alone says; None if it asks for anything else."""
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, Name):
        value = fixed[node.name].value if node.name in fixed else None
        return value if isinstance(value, str) else None
    parts = [_words(arg, fixed) for arg in node.args] if node.name == "&" else [None]
    return "".join(part for part in parts if part is not None) if None not in parts else None


def _known(name: str, ident: str) -> str:
    """A cell's name as a formula may write it, else its id."""
    try:
        return name if expr.parse(name) == Name(name) else ident
    except ExprError:
        return ident


def _replaced(text: str, tree: Expr, shown: Callable[[Name], str]) -> str:
    """The text of a formula with other names in it."""
    names: list[Name] = []
    nodes: list[Expr] = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Call):
            nodes += node.args
        elif isinstance(node, Name):
            names.append(node)
    for name in sorted(names, key=lambda one: -one.position):
        text = text[: name.position] + shown(name) + text[name.position + len(name.name) :]
    return text
