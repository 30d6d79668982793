"""Whether the numbers of a scoring policy fit together: weights, tiers, steps, grade bands.

Used only by ``form.compiled.compiler``. What must hold is itself data (``constraints`` of the form), so a form that
changes a parameter is held to the demands of the form it extends; only the weights are checked here in
Python, because they follow from the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from xltool import expr
from xltool.expr import Bound, ExprError, Scalar, Scope, Type
from xltool.form.definition.model import Constraint, FormSpec, GridBlock, Level, Parameter, Per, TableBlock
from xltool.form.definition.strict import Problem, file_of, line_of


class _NoCells:
    """Constraints speak of parameters only, which are constants; there is no cell to look at."""

    def __getitem__(self, ident: str) -> Scalar:
        raise KeyError(ident)

    def column(self, ident: str) -> Sequence[Scalar]:
        raise KeyError(ident)


NO_CELLS = _NoCells()


def check(
    spec: FormSpec, tables: Mapping[str, TableBlock], homes: Mapping[str, Per], constants: Scope, file: str
) -> list[Problem]:
    """Return what is contradictory among a form's parameters, at the line that should change; ``homes``: whose a table is."""
    per_project = [table for name, table in tables.items() if homes[name] is Per.PROJECT]
    return [
        *_weights(spec, per_project, file),
        *(line for table in tables.values() for level in table.levels for line in _groups(spec, level, file)),
        *_overall(spec, tables, file),
        *_constraints(spec, constants, file),
    ]


def constant(bound: Bound | None) -> Decimal | None:
    """Return the number a formula of parameters only gives; None where it asks for a cell, or is no number."""
    if bound is None or bound.refs:
        return None
    value = expr.evaluate(bound, NO_CELLS)
    return value if isinstance(value, Decimal) else None


def full(spec: FormSpec, grids: Mapping[str, GridBlock], computed: Mapping[str, Bound]) -> Iterator[tuple[str, str]]:
    """Yield where the points of the items of the department-wide self-evaluation, numbers of the form, do not add up."""
    overall = spec.scoring.overall
    grid = grids.get(overall.grid) if overall else None
    if overall is None or grid is None:
        return
    column = next((axis.id for axis in grid.columns if overall.weight in (axis.id, axis.name)), "")
    values = [constant(computed.get(f"{grid.grid}.{row.id}.{column}")) for row in grid.rows]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return
    total = sum(known, Decimal(0))
    if total != spec.full_marks:
        yield (
            overall.grid,
            f"“{grid.title or grid.grid}”各项分值合计是 {total}，应当是满分 {spec.full_marks}；"
            "请核对各项分值，或把 full_marks 改成本表的满分",
        )
    for name, wanted in grid.points.items():
        total = sum((value for value, names in zip(known, grid.levels, strict=True) if name in names), Decimal(0))
        if total != wanted:
            yield name, f"“{name}”各项分值合计是 {total}，points 写的是 {wanted}"


def _problem(text: str, message: str, file: str) -> Problem:
    return Problem(file_of(text) or file, line_of(text), message)


def _weights(spec: FormSpec, tables: Sequence[TableBlock], file: str) -> Iterator[Problem]:
    parameters = {str(parameter.name): parameter for parameter in spec.parameters}
    pointed = {
        name: "一级指标" if level.points else "二级指标"
        for table in tables
        for level in table.levels
        for name in level.parameters
    }
    names = [*spec.weights, *pointed]
    unknown = [name for name in names if name not in parameters]
    yield from (_problem(name, f"分值“{name}”没有在 parameters 里定义", file) for name in unknown)
    missing = [name for name in pointed if spec.weights and name not in spec.weights]
    yield from (_problem(name, f"{pointed[name]}的分值“{name}”没有列在 weights 里", file) for name in missing)
    if unknown:
        return
    total = sum(parameters[name].value for name in spec.weights)
    if spec.weights and total != spec.full_marks:
        parts = " + ".join(f"{name} {parameters[name].value}" for name in spec.weights)
        text = _own([parameters[name] for name in spec.weights], file) or spec.weights[0]
        yield _problem(text, f"分值合计是 {total}，应当是 {spec.full_marks}：{parts}", file)


def _groups(spec: FormSpec, level: Level, file: str) -> Iterator[Problem]:
    """The points of the 二级 of a 一级: of all of them or of none, and what they add up to."""
    parameters = {str(parameter.name): parameter for parameter in spec.parameters}
    names = [group.points for group in level.groups if group.points]
    if not names:
        return
    for name in names:
        if name not in parameters:
            yield _problem(name, f"二级指标的分值“{name}”没有在 parameters 里定义", file)
    bare = [group.name for group in level.groups if not group.points]
    if bare:
        yield _problem(bare[0], f"“{level.name}”下面有的二级指标写了 points，“{bare[0]}”没有写", file)
    elif level.points in parameters and all(name in parameters for name in names):
        total = sum(parameters[name].value for name in names)
        if total != parameters[level.points].value:
            parts = " + ".join(f"{name} {parameters[name].value}" for name in names)
            text = _own([parameters[name] for name in (*names, level.points)], file) or names[0]
            yield _problem(
                text, f"“{level.name}”是 {parameters[level.points].value} 分，二级指标合计是 {total}：{parts}", file
            )


def _overall(spec: FormSpec, tables: Mapping[str, TableBlock], file: str) -> Iterator[Problem]:
    """The points of the department-wide self-evaluation, where its tables have any, add up to 满分."""
    parameters = {str(parameter.name): parameter for parameter in spec.parameters}
    names: list[str] = []
    for item in spec.scoring.overall.items if spec.scoring.overall else ():
        own = [item.weight]
        if item.table in tables:
            own = [name for level in tables[item.table].levels for name in level.parameters]
        if not own or any(name not in parameters for name in own):
            return
        names += own
    total = sum(parameters[name].value for name in names)
    if names and total != spec.full_marks:
        parts = " + ".join(f"{name} {parameters[name].value}" for name in names)
        text = _own([parameters[name] for name in names], file) or names[0]
        yield _problem(text, f"部门整体分值合计是 {total}，应当是 {spec.full_marks}：{parts}", file)


def _own(parameters: Sequence[Parameter], file: str) -> str:
    """The first parameter this file itself has set: most likely the one to change."""
    return next((parameter.id for parameter in parameters if file_of(parameter.id) == file), "")


def _constraints(spec: FormSpec, constants: Scope, file: str) -> Iterator[Problem]:
    for constraint in spec.constraints:
        try:
            bound = expr.bind(expr.parse(constraint.that), constants)
        except ExprError as error:
            yield _problem(constraint.that, f"constraints：{error.message}（这里只能用参数和满分）", file)
            continue
        if bound.type is not Type.BOOL:
            yield _problem(constraint.that, "constraints：that 应当是一个成立或不成立的式子", file)
        elif expr.evaluate(bound, NO_CELLS) is not True:
            yield _broken(spec, constraint, file)


def _broken(spec: FormSpec, constraint: Constraint, file: str) -> Problem:
    used = [parameter for parameter in spec.parameters if parameter.name in constraint.that]
    values = "、".join(f"{parameter.name} {parameter.value}" for parameter in used)
    own = constraint.that if file_of(constraint.that) == file else spec.form
    return _problem(_own(used, file) or own, f"{constraint.say}；现在是 {values}", file)
