"""The tree of a parsed rule. Imports nothing of ours.

Operators are calls too (``a + b`` is ``Call("+", (a, b))``, ``-a`` is ``Call("u-", (a,))``), so there
are only three kinds of node. Positions do not take part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text or truth written in the rule."""

    value: Decimal | str | bool
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A field, a parameter or (in INLIST) a list of words."""

    name: str
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function (upper case) or an operator with its operands."""

    name: str
    args: tuple[Expr, ...]
    position: int = field(default=-1, compare=False)


Expr = Literal | Name | Call
