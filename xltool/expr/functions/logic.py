"""Functions that decide rather than calculate, and the remainder. Used only by ``known_numbers`` and ``known_texts``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from xltool.expr.functions.decimals import floored, rounded
from xltool.expr.functions.excel import steady
from xltool.expr.functions.nodes import CodeArgs, WrittenArgs
from xltool.expr.functions.operators import attempt, is_raw, not_zero, tiny, write_divisor
from xltool.expr.language.symbols import UNREADABLE, Scalar


def not_applicable() -> Scalar:
    """NA."""
    raise ArithmeticError


def if_error(c: CodeArgs) -> str:
    """IFERROR."""
    return f"{c.name(_first)}({c.part(0)}, {c.part(1)}, env)"


def _first(first: Callable[[object], Scalar], second: Callable[[object], Scalar], env: object) -> Scalar:
    try:
        return first(env)
    except ArithmeticError:
        pass  # what the second raises is no context of the first
    return second(env)


def all_of(sign: str) -> Callable[[CodeArgs], str]:
    """Return the ``code`` of AND ("&") or OR ("|"): all arguments count, Excel does not stop at the first that decides."""
    return lambda c: f"({f' {sign} '.join(c[index] for index in range(len(c)))})"


def mod(c: CodeArgs) -> str:
    """MOD, with the sign of the divisor."""
    return f"{c.name(_remainder)}({c[0]}, {c[1]}, {c.name(tiny(c.node(1)))})"


def _remainder(number: Decimal, by: Decimal, tiny: Decimal) -> Decimal:
    return rounded(number - not_zero(by, tiny) * floored(number / by), 9)


def is_error(c: CodeArgs) -> str:
    """ISERROR: of a field, whether it could not be read."""
    return f"({attempt(c, 0)} == {c.name(UNREADABLE if is_raw(c.node(0)) else None)})"


def is_number(c: CodeArgs) -> str:
    """ISNUMBER."""
    return f"{c.name(isinstance)}({attempt(c, 0)}, {c.name(Decimal)})"


def write_mod(w: WrittenArgs) -> str:
    """MOD for Excel, whose own gives up on large quotients."""
    return steady(f"{w[0]}-{w[1]}*INT({steady(f'{w[0]}/{write_divisor(w, 1)}')})")


def write_is(test: str, otherwise: str) -> Callable[[WrittenArgs], str]:
    """Return how a test is written: as a comparison for a field as it stands, as a function otherwise."""
    return lambda w: f"({w[0]}{test})" if is_raw(w.node(0)) else f"{otherwise}({w[0]})"
