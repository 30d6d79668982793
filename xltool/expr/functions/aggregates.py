"""Both sides of the functions over columns. Imports ``nodes``, ``operators``.

A cell whose formula shows nothing holds ``""``, which Excel's COUNTA counts and COUNTIFS reads as a pattern.
So counting is written with SUMPRODUCT over plain comparisons, and a criterion is a value, never "≥5" or "a*".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property

from xltool.expr.functions.nodes import Args, Node, Ref, Run, Use, WrittenArgs
from xltool.expr.functions.operators import upper, write_same_text
from xltool.expr.language.errors import ExprError
from xltool.expr.language.symbols import Env, Scalar, Type


class ColumnValues(list[Scalar]):
    """The values of a column. ``capitals``: its texts as they are compared, None for what is no text."""

    @cached_property
    def capitals(self) -> list[str | None]:
        """Made once: a count asks for them in every row."""
        return [upper(value) if isinstance(value, str) else None for value in self]


def over_all(function: Callable[[Sequence[Scalar]], Scalar]) -> Callable[[Args], Run]:
    """Return the ``run`` of a function of the values of all arguments, columns value by value."""

    def make(args: Args) -> Run:
        parts = [args.values(index) for index in range(len(args))]
        if len(parts) == 1:
            part = parts[0]
            return lambda env: function(part(env))
        return lambda env: function([value for part in parts for value in part(env)])

    return make


def over_numbers(function: Callable[[list[Decimal]], Scalar]) -> Callable[[Args], Run]:
    """Return the ``run`` of a function of the numbers among all values; what is no number is passed over."""
    return over_all(lambda values: function([value for value in values if isinstance(value, Decimal)]))


def over_some(function: Callable[[list[Decimal]], Scalar]) -> Callable[[Args], Run]:
    """Return ``over_numbers`` that raises ZeroDivisionError where there is no number."""

    def some(numbers: list[Decimal]) -> Scalar:
        if not numbers:
            raise ZeroDivisionError
        return function(numbers)

    return over_numbers(some)


def all_ranges(w: WrittenArgs) -> list[str]:
    """Return the Excel text of all arguments, each range by itself."""
    return [text for index in range(len(w)) for text in w.ranges(index)]


def write_over(name: str) -> Callable[[WrittenArgs], str]:
    """Return the writer of a function that takes all ranges and gives 0 for none."""

    def write(w: WrittenArgs) -> str:
        ranges = all_ranges(w)
        return f"{name}({','.join(ranges)})" if ranges else "0"

    return write


def write_extreme(name: str) -> Callable[[WrittenArgs], str]:
    """Return the writer of MIN, MAX or AVERAGE, which do not apply to no numbers at all."""

    def write(w: WrittenArgs) -> str:
        ranges = all_ranges(w)
        if not ranges:
            return "NA()"
        text = ",".join(ranges)
        fields = all(isinstance(node := w.node(i), Ref) and node.use is not Use.STRICT for i in range(len(w)))
        return f"IF(COUNT({text})=0,NA(),{name}({text}))" if fields else f"{name}({text})"

    return write


def write_count_if(test: str) -> Callable[[WrittenArgs], str]:
    """Return the writer of a count of the cells for which ``cell{test}`` holds."""

    def write(w: WrittenArgs) -> str:
        return _total([f"SUMPRODUCT(--({text}{test}))" for text in all_ranges(w)])

    return write


def _total(parts: Sequence[str]) -> str:
    return f"({'+'.join(parts)})" if parts else "0"


def _matches(args: Args, first: int) -> Callable[[Env], list[bool]]:
    """Return what tells for each row whether all pairs (column, criterion) from ``first`` on agree."""
    pairs = [(args.values(index), args[index + 1]) for index in range(first, len(args), 2)]

    def run(env: Env) -> list[bool]:
        rows: list[bool] | None = None
        for column, wanted in pairs:
            hits = _equal(column(env), wanted(env))
            rows = hits if rows is None else [a and b for a, b in zip(rows, hits, strict=True)]
        return rows or []

    return run


def _equal(values: Sequence[Scalar], wanted: Scalar) -> list[bool]:
    if isinstance(wanted, str):  # equal in capitals is what ``same_text`` means
        capitals, text = (values if isinstance(values, ColumnValues) else ColumnValues(values)).capitals, upper(wanted)
        return [capital == text for capital in capitals]
    kind = type(wanted)
    return [type(value) is kind and value == wanted for value in values]


def count_ifs(args: Args) -> Run:
    """Count the rows where every pair agrees."""
    matches = _matches(args, 0)
    return lambda env: Decimal(sum(matches(env)))


def sum_ifs(args: Args) -> Run:
    """Add the numbers of the first column over the rows where every later pair agrees."""
    column, matches = args.values(0), _matches(args, 1)

    def run(env: Env) -> Scalar:
        rows = zip(column(env), matches(env), strict=True)
        return sum((value for value, hit in rows if hit and isinstance(value, Decimal)), Decimal(0))

    return run


def write_ifs(first: int) -> Callable[[WrittenArgs], str]:
    """Return the writer of COUNTIFS (``first`` 0) or SUMIFS (1): one SUMPRODUCT for each range."""

    def write(w: WrittenArgs) -> str:
        columns = [w.ranges(index) for index in (*range(first), *range(first, len(w), 2))]
        if len({len(ranges) for ranges in columns}) != 1:
            raise ExprError("条件计数、条件求和里的几列不在同一张表")
        parts = []
        for at in range(len(columns[0])):
            tests = [
                f"--({_write_equal(w.ranges(i)[at], w.node(i), w[i + 1], w.node(i + 1))})"
                for i in range(first, len(w), 2)
            ]
            parts.append(f"SUMPRODUCT({','.join(tests + [w.ranges(i)[at] for i in range(first)])})")
        return _total(parts)

    return write


def _write_equal(cells: str, column: Node, wanted: str, criterion: Node) -> str:
    if column.type is Type.TEXT:
        return write_same_text(cells, column, wanted, criterion)
    return f"{cells}={wanted}"


def reached(args: Args) -> Run:
    """Count the rows where the number of the first column is not below that of the second."""
    column, wanted = args.values(0), args.values(1)

    def run(env: Env) -> Scalar:
        rows = zip(column(env), wanted(env), strict=True)
        return Decimal(sum(isinstance(a, Decimal) and isinstance(b, Decimal) and a >= b for a, b in rows))

    return run


def write_reached(w: WrittenArgs) -> str:
    """Write REACHED: one SUMPRODUCT for each range."""
    columns = (w.ranges(0), w.ranges(1))
    if len(columns[0]) != len(columns[1]):
        raise ExprError("REACHED 的两列不在同一张表")
    pairs = zip(*columns, strict=True)
    return _total([f"SUMPRODUCT(--ISNUMBER({a}),--ISNUMBER({b}),--({a}>={b}))" for a, b in pairs])


def check_ifs(first: int) -> Callable[[Sequence[Node]], str]:
    """Return the check that each criterion has the type of its column."""

    def check(args: Sequence[Node]) -> str:
        for index in range(first, len(args), 2):
            column, wanted = args[index], args[index + 1]
            if column.type is not wanted.type:
                return f"第{index + 1}项是{column.type.word}列，第{index + 2}项的条件却是{wanted.type.word}"
        return ""

    return check
