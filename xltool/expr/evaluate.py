"""A bound rule and the values of a form → the result. Imports ``nodes``, ``symbols``, ``decimals``.

Inside, "does not apply" travels as ``ArithmeticError`` (so that decimal's own division by zero and
overflow need no care); outside it is the value ``NA``. Nothing a department writes raises.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import getcontext, setcontext
from typing import TypeVar

from xltool.expr.functions.decimals import CONTEXT
from xltool.expr.functions.nodes import Bound
from xltool.expr.language.symbols import NA, Env, NotApplicable, Scalar

_T = TypeVar("_T")
_U = TypeVar("_U")


def evaluate(bound: Bound, env: Env) -> Scalar | NotApplicable:
    """Return the value of a rule, or ``NA`` where it does not apply. Never raises for data."""
    return _attempt(bound.run, env, NA)


def broken(expect: Bound, when: Bound | None, env: Env) -> bool | None:
    """Tell whether a condition is broken; None where it, or the condition for asking, does not apply."""

    def ask(env: Env) -> bool | None:
        return None if when is not None and not when.holds(env) else not expect.run(env)

    return _attempt(ask, env, None)


def _attempt(run: Callable[[Env], _T], env: Env, otherwise: _U) -> _T | _U:
    """Run in our arithmetic; ``localcontext`` would copy the context every time."""
    before = getcontext()
    try:
        if before is CONTEXT:  # asked for by what already runs in it
            return run(env)
        setcontext(CONTEXT)
        return run(env)
    except ArithmeticError:
        return otherwise
    finally:
        if before is not CONTEXT:
            setcontext(before)
