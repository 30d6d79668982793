"""Both sides of the functions over columns. Imports ``nodes``, ``operators``.

A cell whose formula shows nothing holds ``""``, which Excel's COUNTA counts and COUNTIFS reads as a pattern.
So counting is written with SUMPRODUCT over plain comparisons, and a criterion is a value, never "≥5" or "a*".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from xltool.expr.errors import ExprError
from xltool.expr.nodes import Args, Node, Ref, Use, Written
from xltool.expr.operators import same_text, write_same_text
from xltool.expr.symbols import Type, Value


def everything(args: Args) -> list[Value]:
    """Return the values of all arguments."""
    return [value for index in range(len(args)) for value in args.values(index)]


def numbers(args: Args) -> list[Decimal]:
    """Return the numbers among the values of all arguments; what is no number is passed over."""
    return [value for value in everything(args) if isinstance(value, Decimal)]


def some_numbers(args: Args) -> list[Decimal]:
    """Return ``numbers``; raise ZeroDivisionError if there are none."""
    found = numbers(args)
    if not found:
        raise ZeroDivisionError
    return found


def all_ranges(w: Written) -> list[str]:
    """Return the Excel text of all arguments, each range by itself."""
    return [text for index in range(len(w)) for text in w.ranges(index)]


def write_over(name: str) -> Callable[[Written], str]:
    """Return the writer of a function that takes all ranges and gives 0 for none."""

    def write(w: Written) -> str:
        ranges = all_ranges(w)
        return f"{name}({','.join(ranges)})" if ranges else "0"

    return write


def write_extreme(name: str) -> Callable[[Written], str]:
    """Return the writer of MIN, MAX or AVERAGE, which do not apply to no numbers at all."""

    def write(w: Written) -> str:
        ranges = all_ranges(w)
        if not ranges:
            return "NA()"
        text = ",".join(ranges)
        fields = all(isinstance(node := w.node(i), Ref) and node.use is not Use.STRICT for i in range(len(w)))
        return f"IF(COUNT({text})=0,NA(),{name}({text}))" if fields else f"{name}({text})"

    return write


def write_count_if(test: str) -> Callable[[Written], str]:
    """Return the writer of a count of the cells for which ``cell{test}`` holds."""

    def write(w: Written) -> str:
        return _total([f"SUMPRODUCT(--({text}{test}))" for text in all_ranges(w)])

    return write


def _total(parts: Sequence[str]) -> str:
    return f"({'+'.join(parts)})" if parts else "0"


def _matches(args: Args, first: int) -> list[bool]:
    """Tell for each row whether all pairs (column, criterion) from ``first`` on agree."""
    rows: list[bool] | None = None
    for index in range(first, len(args), 2):
        wanted = args.value(index + 1)
        hits = [_equal(value, wanted) for value in args.values(index)]
        rows = hits if rows is None else [a and b for a, b in zip(rows, hits, strict=True)]
    return rows or []


def _equal(value: Value, wanted: Value) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return same_text(value, wanted)
    return type(value) is type(wanted) and value == wanted


def count_ifs(args: Args) -> Value:
    """Count the rows where every pair agrees."""
    return Decimal(sum(_matches(args, 0)))


def sum_ifs(args: Args) -> Value:
    """Add the numbers of the first column over the rows where every later pair agrees."""
    rows = zip(args.values(0), _matches(args, 1), strict=True)
    return sum((value for value, hit in rows if hit and isinstance(value, Decimal)), Decimal(0))


def write_ifs(first: int) -> Callable[[Written], str]:
    """Return the writer of COUNTIFS (``first`` 0) or SUMIFS (1): one SUMPRODUCT for each range."""

    def write(w: Written) -> str:
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


def check_ifs(first: int) -> Callable[[Sequence[Node]], str]:
    """Return the check that each criterion has the type of its column."""

    def check(args: Sequence[Node]) -> str:
        for index in range(first, len(args), 2):
            column, wanted = args[index], args[index + 1]
            if column.type is not wanted.type:
                return f"第{index + 1}项是{column.type.word}列，第{index + 2}项的条件却是{wanted.type.word}"
        return ""

    return check
