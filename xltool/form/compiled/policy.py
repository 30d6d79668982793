"""Whether the numbers of a scoring policy fit together: weights, tiers, steps, grade bands.

Used only by ``form.compiled.compiler``. What must hold is itself data (``constraints`` of the form), so a form that
changes a parameter is held to the demands of the form it extends; only the weights are checked here in
Python, because they follow from the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltool import expr
from xltool.expr import ExprError, Scalar, Scope, Symbol, Type
from xltool.form.definition.model import Constraint, FormSpec, Parameter, TableBlock
from xltool.form.definition.strict import Problem, file_of, line_of


class _NoCells:
    """Constraints speak of parameters only, which are constants; there is no cell to look at."""

    def value(self, symbol: Symbol) -> Scalar:
        raise KeyError(symbol.name)

    def column(self, symbol: Symbol) -> Sequence[Scalar]:
        raise KeyError(symbol.name)


NO_CELLS = _NoCells()


def check(spec: FormSpec, tables: Sequence[TableBlock], constants: Scope, file: str) -> list[Problem]:
    """Return what is contradictory among a form's parameters, at the line that should change."""
    return [*_weights(spec, tables, file), *_constraints(spec, constants, file)]


def _problem(text: str, message: str, file: str) -> Problem:
    return Problem(file_of(text) or file, line_of(text), message)


def _weights(spec: FormSpec, tables: Sequence[TableBlock], file: str) -> Iterator[Problem]:
    parameters = {str(parameter.name): parameter for parameter in spec.parameters}
    names = [*spec.weights, *(level.points for table in tables for level in table.levels if level.points)]
    unknown = [name for name in names if name not in parameters]
    yield from (_problem(name, f"分值“{name}”没有在 parameters 里定义", file) for name in unknown)
    missing = [
        level.points
        for table in tables
        for level in table.levels
        if spec.weights and level.points and level.points not in spec.weights
    ]
    yield from (_problem(name, f"一级指标的分值“{name}”没有列在 weights 里", file) for name in missing)
    if unknown:
        return
    total = sum(parameters[name].value for name in spec.weights)
    if spec.weights and total != spec.full_marks:
        parts = " + ".join(f"{name} {parameters[name].value}" for name in spec.weights)
        text = _own([parameters[name] for name in spec.weights], file) or spec.weights[0]
        yield _problem(text, f"分值合计是 {total}，应当是 {spec.full_marks}：{parts}", file)


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
