"""The bound tree, what a function of the language is, and how a tree becomes a Python function. Imports ``symbols``.

A ``Function`` holds both sides of one function: ``run`` for Python, ``write`` for Excel. How a field is
taken (strictly, as it is, as a whole column) is decided once, by ``bind``, and stored in ``Ref.use``; neither
side decides it again. Operators are functions too. A rule is run for thousands of files, so ``run`` does not
compute: it returns what computes, with everything that the rule alone decides already decided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Protocol

from xltool.expr.language.symbols import NONE, UNREADABLE, Env, Scalar, Symbol, Type

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


Run = Callable[[Env], Any]
"""Computes a value from the values of one filled form; ``bind`` has seen to it that its type fits.

A value that is missing leaves through ``ArithmeticError``, like a division by zero.
"""


class Args:
    """The arguments as ``Function.run`` sees them: what computes each of them."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self._nodes = nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, index: int) -> Run:
        return runner(self._nodes[index])

    def node(self, index: int) -> Node:
        """Return the argument's tree."""
        return self._nodes[index]

    def values(self, index: int) -> Callable[[Env], Sequence[Scalar]]:
        """Return what gives a column's values, or the one value."""
        node = self._nodes[index]
        if isinstance(node, Ref) and node.use is Use.COLUMN:
            symbol = node.symbol
            return lambda env: env.column(symbol)
        run = runner(node)
        return lambda env: (run(env),)


def runner(node: Node) -> Run:
    """Return what computes a node's value."""
    if isinstance(node, Apply):
        return node.function.run(Args(node.args))
    if isinstance(node, Const):
        constant = node.value
        return lambda _env: constant
    if isinstance(node, Ref) and node.use is not Use.COLUMN:
        symbol = node.symbol
        if node.use is Use.TERM:
            return _term(symbol)
        return _strict(symbol) if node.use is Use.STRICT else lambda env: env.value(symbol)
    raise TypeError(f"{node!r} has no single value")


def _strict(symbol: Symbol) -> Run:
    """Return what gives a field's value, and does not apply where it is missing or unreadable."""
    kind = {Type.NUMBER: Decimal, Type.TEXT: str, Type.BOOL: bool}[symbol.type]
    missing = ("", UNREADABLE) if symbol.type is Type.TEXT else ()

    def run(env: Env) -> Scalar:
        value = env.value(symbol)
        if not isinstance(value, kind) or value in missing:
            raise ArithmeticError(symbol.id)
        return value

    return run


def _term(symbol: Symbol) -> Run:
    """Return what gives a number field's value in a sum, where an explicit none is 0."""

    def run(env: Env) -> Scalar:
        value = env.value(symbol)
        if isinstance(value, Decimal):
            return value
        if value == NONE:
            return Decimal(0)
        raise ArithmeticError(symbol.id)

    return run


def true_at(node: Node) -> Callable[[Env], bool]:
    """Return what tells whether a condition is true; false and not applicable are one here.

    So the parts of an AND need not all be asked, as they must be where the difference counts.
    """
    if isinstance(node, Apply) and node.name == "AND":
        tests = [true_at(arg) for arg in node.args]

        def every(env: Env) -> bool:
            for test in tests:  # noqa: SIM110 -- all() over a generator takes as long as the tests
                if not test(env):
                    return False
            return True

        return every
    run = runner(node)

    def test(env: Env) -> bool:
        try:
            return run(env) is True
        except ArithmeticError:
            return False

    return test


def over(function: Callable[..., Scalar]) -> Callable[[Args], Run]:
    """Return the ``run`` of a function that needs nothing but its arguments' values."""

    def make(args: Args) -> Run:
        runs = [args[index] for index in range(len(args))]
        if len(runs) == 1:
            one = runs[0]
            return lambda env: function(one(env))
        if len(runs) == 2:
            left, right = runs
            return lambda env: function(left(env), right(env))
        return lambda env: function(*[run(env) for run in runs])

    return make


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
    run: Callable[[Args], Run]
    write: Callable[[WrittenArgs], str]
    result: Type | None = Type.NUMBER
    optional: int = 0
    repeat: int = 0
    unit: Callable[[Sequence[Node]], str] = no_unit
    check: Callable[[Sequence[Node]], str] = no_check


@dataclass(frozen=True)
class Bound:
    """A rule whose names are known fields and whose types fit."""

    root: Node

    @cached_property
    def run(self) -> Run:
        """What computes the rule, made when it is first asked for."""
        return runner(self.root)

    @cached_property
    def holds(self) -> Callable[[Env], bool]:
        """What tells whether the rule is true."""
        return true_at(self.root)

    @property
    def type(self) -> Type:
        """The type of the result."""
        return self.root.type

    @property
    def unit(self) -> str:
        """The unit of the result, "" if none can be told."""
        return self.root.unit

    @property
    def refs(self) -> tuple[Symbol, ...]:
        """The fields used, in order, each once; parameters (constants) are not among them."""
        found: dict[Symbol, None] = {}
        _collect(self.root, found)
        return tuple(found)

    @cached_property
    def field_calls(self) -> tuple[tuple[str, tuple[Symbol, ...]], ...]:
        """The functions applied to nothing but fields: name and fields."""
        found: list[tuple[str, tuple[Symbol, ...]]] = []
        nodes: list[Node] = [self.root]
        while nodes:
            node = nodes.pop()
            if isinstance(node, Apply):
                nodes += node.args
                if node.args and all(isinstance(arg, Ref) for arg in node.args):
                    found.append((node.name, tuple(arg.symbol for arg in node.args if isinstance(arg, Ref))))
        return tuple(found)

    @property
    def comparison(self) -> tuple[Bound, str, Bound] | None:
        """Left side, operator and right side, if the rule as a whole is a comparison."""
        root = self.root
        if not isinstance(root, Apply) or root.name not in COMPARISONS:
            return None
        return Bound(root.args[0]), root.name, Bound(root.args[1])


def _collect(node: Node, found: dict[Symbol, None]) -> None:
    if isinstance(node, Ref):
        found.setdefault(node.symbol)
    elif isinstance(node, Apply):
        for arg in node.args:
            _collect(arg, found)
