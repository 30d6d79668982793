"""Both sides of the functions over columns. Imports ``nodes``, ``operators``.

A cell whose formula shows nothing holds ``""``, which Excel's COUNTA counts and COUNTIFS reads as a pattern.
So counting is written with SUMPRODUCT over plain comparisons, and a criterion is a value, never "≥5" or "a*".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property

from xltool.expr.functions.nodes import CodeArgs, Node, Ref, Use, WrittenArgs
from xltool.expr.functions.operators import upper, write_same_text
from xltool.expr.language.errors import ExprError
from xltool.expr.language.symbols import Scalar, Type


class ColumnValues(list[Scalar]):
    """The values of a column. ``capitals``: its texts as they are compared, None for what is no text."""

    @cached_property
    def capitals(self) -> list[str | None]:
        """Made once: a count asks for them in every row."""
        return [upper(value) if isinstance(value, str) else None for value in self]


def over_all(function: Callable[[Sequence[Scalar]], Scalar]) -> Callable[[CodeArgs], str]:
    """Return the ``code`` of a function of the values of all arguments, columns value by value."""

    def code(c: CodeArgs) -> str:
        if len(c) == 1:
            return f"{c.name(function)}({c.values(0)})"
        return f"{c.name(function)}([{', '.join(f'*{c.values(index)}' for index in range(len(c)))}])"

    return code


def over_numbers(function: Callable[[list[Decimal]], Scalar]) -> Callable[[CodeArgs], str]:
    """Return the ``code`` of a function of the numbers among all values; what is no number is passed over."""
    return over_all(lambda values: function([value for value in values if isinstance(value, Decimal)]))


def over_some(function: Callable[[list[Decimal]], Scalar]) -> Callable[[CodeArgs], str]:
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


def _pairs(c: CodeArgs, first: int) -> str:
    return ", ".join(f"({c.values(index)}, {c[index + 1]})" for index in range(first, len(c), 2))


def _matches(*pairs: tuple[Sequence[Scalar], Scalar]) -> list[bool]:
    """Tell for each row whether all pairs (column, criterion) agree."""
    rows: list[bool] | None = None
    for column, wanted in pairs:
        hits = _equal(column, wanted)
        rows = hits if rows is None else [a and b for a, b in zip(rows, hits, strict=True)]
    return rows or []


def _equal(values: Sequence[Scalar], wanted: Scalar) -> list[bool]:
    if isinstance(wanted, str):  # equal in capitals is what ``same_text`` means
        capitals, text = _capitals(values), upper(wanted)
        return [capital == text for capital in capitals]
    kind = type(wanted)
    return [type(value) is kind and value == wanted for value in values]


def _capitals(values: Sequence[Scalar]) -> list[str | None]:
    return (values if isinstance(values, ColumnValues) else ColumnValues(values)).capitals


def count_ifs(c: CodeArgs) -> str:
    """Count the rows where every pair agrees."""
    return f"{c.name(_count)}({_pairs(c, 0)})"


def _count(*pairs: tuple[Sequence[Scalar], Scalar]) -> Decimal:
    if len(pairs) == 1 and isinstance(pairs[0][1], str):
        return Decimal(_capitals(pairs[0][0]).count(upper(pairs[0][1])))
    return Decimal(sum(_matches(*pairs)))


def sum_ifs(c: CodeArgs) -> str:
    """Add the numbers of the first column over the rows where every later pair agrees."""
    return f"{c.name(_sum)}({c.values(0)}, {_pairs(c, 1)})"


def _sum(column: Sequence[Scalar], *pairs: tuple[Sequence[Scalar], Scalar]) -> Decimal:
    rows = zip(column, _matches(*pairs), strict=True)
    return sum((value for value, hit in rows if hit and isinstance(value, Decimal)), Decimal(0))


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


def reached(c: CodeArgs) -> str:
    """Count the rows where the number of the first column is not below that of the second."""
    return f"{c.name(_reached)}({c.values(0)}, {c.values(1)})"


def _reached(column: Sequence[Scalar], wanted: Sequence[Scalar]) -> Decimal:
    rows = zip(column, wanted, strict=True)
    return Decimal(sum(isinstance(a, Decimal) and isinstance(b, Decimal) and a >= b for a, b in rows))


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
