"""The bound tree, and what a function of the language is. Imports ``symbols``.

A ``Function`` holds both sides of one function: how it is written in Python (``code``) and in Excel (``write``). How a
field is taken (strictly, as it is, as a whole column) is decided once, by ``bind``, and stored in ``Ref.use``; neither
side decides it again. Operators are functions too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from xltool.expr.language.symbols import Scalar, Symbol, Type

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


class Use(Enum):
    """How a field written directly as an argument is taken."""

    STRICT = "strict"  # must be filled, else the expression does not apply
    TERM = "term"  # as STRICT, but "—" is 0: a part of a sum; see ``sums``
    RAW = "raw"  # as it is: blank, "—" and "#?" too
    COLUMN = "column"  # the whole column; only for fields that are one
    SPREAD = "spread"  # the whole column if it is one, else RAW; never left in a bound tree


@dataclass(frozen=True, slots=True)
class Param:
    """One argument position.

    ``type`` None takes anything (and takes part in the result's type if the function has none of its
    own). ``bare`` wants a field's name and nothing else, ``fold`` folds a literal text as department
    text is folded, ``fixed`` wants a literal, ``words`` the name of a list of words.
    """

    type: Type | None = None
    use: Use = Use.STRICT
    bare: bool = False
    fold: bool = False
    fixed: bool = False
    words: bool = False


@dataclass(frozen=True, slots=True)
class Const:
    """A literal, or a parameter of the form."""

    value: Scalar
    type: Type
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """A field; ``use`` is never ``SPREAD``."""

    symbol: Symbol
    use: Use = Use.STRICT

    @property
    def type(self) -> Type:
        """The field's type."""
        return self.symbol.type

    @property
    def unit(self) -> str:
        """The field's unit."""
        return self.symbol.unit


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words, folded."""

    words: tuple[str, ...]
    type: Type = Type.TEXT
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Apply:
    """A function or operator with its bound arguments (of a number comparison: left, right, tolerance)."""

    name: str
    function: Function
    args: tuple[Node, ...]
    type: Type
    unit: str = ""


Node = Const | Ref | Words | Apply


class CodeArgs(Protocol):
    """The arguments as ``Function.code`` sees them: Python text, safe to put between operators."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> str: ...

    def node(self, index: int) -> Node:
        """Return the argument's tree."""
        ...

    def values(self, index: int) -> str:
        """Return the text of a column's values, or of the one value in a tuple."""
        ...

    def name(self, value: object) -> str:
        """Return the name under which the code finds a value or a function. What a form says is never written as text."""
        ...

    def part(self, index: int) -> str:
        """Return the name of a function that computes the argument from ``env``, for what may not apply by itself."""
        ...


def called(function: Callable[..., object]) -> Callable[[CodeArgs], str]:
    """Return the ``code`` of a function that needs nothing but its arguments' values."""
    return lambda c: f"{c.name(function)}({', '.join(c[index] for index in range(len(c)))})"


class WrittenArgs(Protocol):
    """The arguments as ``Function.write`` sees them: Excel text, safe to put between operators."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> str: ...

    def node(self, index: int) -> Node:
        """Return the argument's tree."""
        ...

    def ranges(self, index: int) -> Sequence[str]:
        """Return a column's ranges, or the one expression."""
        ...

    def whole(self, index: int) -> str:
        """Return the Excel text of a number rounded down to an integer."""
        ...


def no_unit(_args: Sequence[Node]) -> str:
    """Return ""."""
    return ""


def first_unit(args: Sequence[Node]) -> str:
    """Return the first unit any argument has."""
    return next((arg.unit for arg in args if arg.unit), "")


def no_check(_args: Sequence[Node]) -> str:
    """Return "": nothing to object to."""
    return ""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language, both sides.

    The last ``optional`` parameters may be left out; the last ``repeat`` parameters may be given
    again and again, as a group. ``result`` None: the common type of the arguments of any type.
    ``check`` returns what is wrong with the bound arguments, in Chinese, or "".
    """

    usage: str
    summary: str
    params: tuple[Param, ...]
    code: Callable[[CodeArgs], str]
    write: Callable[[WrittenArgs], str]
    result: Type | None = Type.NUMBER
    optional: int = 0
    repeat: int = 0
    unit: Callable[[Sequence[Node]], str] = no_unit
    check: Callable[[Sequence[Node]], str] = no_check
