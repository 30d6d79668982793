"""A bound rule and the values of a form → the result. Imports ``nodes``, ``symbols``, ``decimals``.

Inside, "does not apply" travels as ``ArithmeticError`` (so that decimal's own division by zero and
overflow need no care); outside it is the value ``NA``. Nothing a department writes raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from xltool.expr.decimals import CONTEXT, floored
from xltool.expr.nodes import Apply, Bound, Const, Node, Ref, Use
from xltool.expr.symbols import NA, UNREADABLE, Env, NotApplicable, Symbol, Type, Value


def evaluate(bound: Bound, env: Env) -> Value | NotApplicable:
    """Return the value of a rule, or ``NA`` where it does not apply. Never raises for data."""
    with localcontext(CONTEXT):
        try:
            return _value(bound.root, env)
        except ArithmeticError:
            return NA


def _value(node: Node, env: Env) -> Value:
    if isinstance(node, Apply):
        return node.function.run(_Args(node.args, env))
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Ref) and node.use is not Use.COLUMN:
        value = env.value(node.symbol)
        return value if node.use is Use.RAW else _strict(node.symbol, value)
    raise TypeError(f"{node!r} has no single value")


def _strict(symbol: Symbol, value: Value) -> Value:
    if symbol.type is Type.NUMBER:
        fits = isinstance(value, Decimal)
    elif symbol.type is Type.TEXT:
        fits = isinstance(value, str) and value not in ("", UNREADABLE)
    else:
        fits = isinstance(value, bool)
    if not fits:
        raise ArithmeticError(symbol.id)
    return value


@dataclass(frozen=True, slots=True)
class _Args:
    args: tuple[Node, ...]
    env: Env

    def __len__(self) -> int:
        return len(self.args)

    def node(self, index: int) -> Node:
        return self.args[index]

    def value(self, index: int) -> Value:
        return _value(self.args[index], self.env)

    def values(self, index: int) -> Sequence[Value]:
        node = self.args[index]
        if isinstance(node, Ref) and node.use is Use.COLUMN:
            return self.env.column(node.symbol)
        return (self.value(index),)

    def number(self, index: int) -> Decimal:
        value = self.value(index)
        assert isinstance(value, Decimal)  # noqa: S101  # bind has checked the types
        return value

    def whole(self, index: int) -> int:
        return int(floored(self.number(index)))

    def text(self, index: int) -> str:
        value = self.value(index)
        assert isinstance(value, str)  # noqa: S101  # bind has checked the types
        return value

    def truth(self, index: int) -> bool:
        value = self.value(index)
        assert isinstance(value, bool)  # noqa: S101  # bind has checked the types
        return value
