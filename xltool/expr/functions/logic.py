"""Functions that decide rather than calculate, and the remainder. Used only by ``known_numbers`` and ``known_texts``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from xltool.expr.functions.decimals import floored, rounded
from xltool.expr.functions.excel import steady
from xltool.expr.functions.nodes import Args, Run, WrittenArgs, over
from xltool.expr.functions.operators import attempt, divisor, is_raw, write_divisor
from xltool.expr.language.symbols import UNREADABLE, Env, Scalar


def not_applicable() -> Scalar:
    """NA."""
    raise ArithmeticError


def choose(a: Args) -> Run:
    """IF: only the one taken is computed."""
    test, yes, no = a[0], a[1], a[2]
    return lambda env: yes(env) if test(env) else no(env)


def if_error(a: Args) -> Run:
    """IFERROR."""
    first, second = a[0], a[1]

    def run(env: Env) -> Scalar:
        try:
            value: Scalar = first(env)
        except ArithmeticError:
            value = second(env)
        return value

    return run


def truths(decide: Callable[[list[bool]], bool]) -> Callable[[Args], Run]:
    """Return the ``run`` of AND or OR: all arguments count, Excel does not stop at the first that decides."""

    def make(a: Args) -> Run:
        tests = [a[index] for index in range(len(a))]
        return lambda env: decide([test(env) for test in tests])

    return make


def mod(a: Args) -> Run:
    """MOD, with the sign of the divisor."""
    checked = divisor(a, 1)
    return over(lambda number, by: rounded(number - checked(by) * floored(number / by), 9))(a)


def is_error(a: Args) -> Run:
    """ISERROR: of a field, whether it could not be read."""
    value = attempt(a[0])
    wrong = UNREADABLE if is_raw(a.node(0)) else None
    return lambda env: value(env) == wrong


def is_number(a: Args) -> Run:
    """ISNUMBER."""
    value = attempt(a[0])
    return lambda env: isinstance(value(env), Decimal)


def write_mod(w: WrittenArgs) -> str:
    """MOD for Excel, whose own gives up on large quotients."""
    return steady(f"{w[0]}-{w[1]}*INT({steady(f'{w[0]}/{write_divisor(w, 1)}')})")


def write_is(test: str, otherwise: str) -> Callable[[WrittenArgs], str]:
    """Return how a test is written: as a comparison for a field as it stands, as a function otherwise."""
    return lambda w: f"({w[0]}{test})" if is_raw(w.node(0)) else f"{otherwise}({w[0]})"
