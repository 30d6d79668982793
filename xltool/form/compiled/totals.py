"""The total row of a grid and its parts as names of the rule language. Used only by ``form.compiled.compiler``.

A form declares its own rows (sources of funds, kinds of spending); the rules on their total name the parts together, so
they follow. A newcomer would write the rows out in every rule, and a form with other rows would have to copy those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xltool.expr import Symbol, Type
from xltool.form.definition.model import Axis, FormSpec, GridBlock
from xltool.form.definition.roles import GridTotal


def _grids(spec: FormSpec) -> Iterator[tuple[GridBlock, GridTotal]]:
    for sheet in spec.sheets:
        for block in sheet.blocks:
            if isinstance(block, GridBlock) and block.total is not None:
                yield block, block.total


def _rows(block: GridBlock, total: GridTotal) -> list[Axis]:
    return [row for row in block.rows if row.part and row.id != total.row]


def parts_of(spec: FormSpec) -> dict[str, tuple[str, ...]]:
    """Return what stands for several cells (资金来源全年预算数) → their ids, in the order of the rows."""
    found: dict[str, tuple[str, ...]] = {}
    for block, total in _grids(spec):
        for column in block.columns:
            cells = (block.cell(row, column) for row in _rows(block, total))
            found[f"{total.parts}{column.name}"] = tuple(cell.id for cell in cells if cell is not None)
    return found


def words_of(spec: FormSpec) -> dict[str, Symbol]:
    """Return what the parts are called together → their names in words, a constant of the form."""
    return {
        str(total.parts): Symbol(
            total.parts, total.parts, Type.TEXT, constant="、".join(row.name for row in _rows(block, total))
        )
        for block, total in _grids(spec)
    }


def problems(spec: FormSpec, taken: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield the text at whose line to tell, and what is wrong; ``taken`` are the names of fields and parameters."""
    seen: set[str] = set()
    for block, total in _grids(spec):
        row, name = total.row, total.parts
        if row not in [axis.id for axis in block.rows]:
            yield row, f"网格“{block.grid}”的 total 里的行“{row}”不在 rows 里"
        elif not _rows(block, total):
            yield row, f"网格“{block.grid}”写了 total，除合计外没有别的行；请去掉 total，或增加行"
        if block.items:
            yield row, f"网格“{block.grid}”写了 items: true，不能再写 total"
        for said in (str(name), *(f"{name}{column.name}" for column in block.columns)):
            if said in taken or said in seen:
                yield name, f"名称“{said}”重复，已经用在别处；请换 total 里的 parts"
            seen.add(said)
