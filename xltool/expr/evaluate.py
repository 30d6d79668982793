"""A bound rule and the values of a form → the result. Imports ``nodes``, ``symbols``, ``decimals``.

Inside, "does not apply" travels as ``ArithmeticError`` (so that decimal's own division by zero and
overflow need no care); outside it is the value ``NA``. Nothing a department writes raises.
"""

from __future__ import annotations

from decimal import localcontext

from xltool.expr.decimals import CONTEXT
from xltool.expr.nodes import Bound
from xltool.expr.symbols import NA, Env, NotApplicable, Value


def evaluate(bound: Bound, env: Env) -> Value | NotApplicable:
    """Return the value of a rule, or ``NA`` where it does not apply. Never raises for data."""
    with localcontext(CONTEXT):
        try:
            result: Value = bound.run(env)
        except ArithmeticError:
            return NA
        return result


def broken(expect: Bound, when: Bound | None, env: Env) -> bool | None:
    """Tell whether a condition is broken; None where it, or the condition for asking, does not apply."""
    with localcontext(CONTEXT):
        if when is not None and not when.holds(env):
            return None
        try:
            return not expect.run(env)
        except ArithmeticError:
            return None
