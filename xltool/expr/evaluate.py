"""A bound rule and the values of a form → the result. Imports ``python``, ``symbols``, ``decimals``.

Inside, "does not apply" travels as ``ArithmeticError`` (so that decimal's own division by zero and
overflow need no care); outside it is the value ``NA``. Nothing a department writes raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Context, getcontext, setcontext

from xltool.expr.functions.decimals import CONTEXT
from xltool.expr.functions.python import Bound
from xltool.expr.language.symbols import NA, Env, NotApplicable, Scalar


def evaluate(bound: Bound, env: Env) -> Scalar | NotApplicable:
    """Return the value of a rule, or ``NA`` where it does not apply. Never raises for data."""
    before = _ours()
    try:
        value: Scalar = bound.run(env)
    except ArithmeticError:
        return NA
    finally:
        if before is not CONTEXT:
            setcontext(before)
    return value


def broken(breaks: Callable[[Env], bool | None], env: Env) -> bool | None:
    """Tell whether a condition is broken, as ``breaks`` does, in our arithmetic."""
    before = _ours()
    try:
        return breaks(env)
    finally:
        if before is not CONTEXT:
            setcontext(before)


@contextmanager
def arithmetic() -> Iterator[None]:
    """Our arithmetic for many rules one after the other: each of them need not change to it and back."""
    before = _ours()
    try:
        yield
    finally:
        setcontext(before)


def _ours() -> Context:
    """Change to our arithmetic; return what it was before. ``localcontext`` would copy the context every time."""
    before = getcontext()
    if before is not CONTEXT:  # else asked for by what already runs in it
        setcontext(CONTEXT)
    return before
