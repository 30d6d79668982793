"""A bound rule → one Python function, made from source as dataclasses make their methods. Imports ``nodes``, ``symbols``.

A rule is asked at thousands of places, and a call costs as much as a comparison; so a rule is one function, not a
function for each node. Nothing that a form says becomes source: what the code needs, fields, words, numbers and the
functions it calls, are its parameters k0, k1 …, given as defaults. There are no builtins. Rules of one shape are one source text
and share its code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from types import CodeType, FunctionType
from typing import Any

from xltool.expr.functions.nodes import COMPARISONS, Apply, Const, Node, Ref, Use
from xltool.expr.language.symbols import NONE, UNREADABLE, Env, Scalar, Symbol, Type

Run = Callable[[Env], Any]
"""Computes a value from the values of one filled form; ``bind`` has seen to it that its type fits.

A value that is missing leaves through ``ArithmeticError``, like a division by zero.
"""

_DEEP = 24
"""Nodes within nodes written as one text; what is deeper is a function of its own, since Python has limits too."""
_ZERO = Decimal(0)


def _number(value: Scalar) -> Scalar:
    if isinstance(value, Decimal):
        return value
    raise ArithmeticError


def _term(value: Scalar) -> Scalar:
    """A number in a sum, where an explicit none is 0."""
    return _ZERO if value == NONE else _number(value)


def _text(value: Scalar) -> Scalar:
    if isinstance(value, str) and value not in ("", UNREADABLE):
        return value
    raise ArithmeticError


def _truth(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        return value
    raise ArithmeticError


_STRICT = {Type.NUMBER: _number, Type.TEXT: _text, Type.BOOL: _truth}


class _Source:
    """The text of one function, and what its names mean."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._values: list[object] = []

    def name(self, value: object) -> str:
        """Return the parameter that holds ``value``."""
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"k{len(self._values)}"
            self._values.append(value)  # which also keeps its id
        return name

    def text(self, node: Node, depth: int = 0) -> str:
        """Return the Python text of a node's value."""
        if isinstance(node, Apply):
            if depth > _DEEP:
                return f"{self.name(computes(node))}(env)"
            return node.function.code(_Args(self, node.args, depth + 1))
        if isinstance(node, Const):
            return self.name(node.value)
        if isinstance(node, Ref) and node.use is not Use.COLUMN:
            value = f"env[{self.name(node.symbol.id)}]"
            if node.use is Use.RAW:
                return value
            return f"{self.name(_term if node.use is Use.TERM else _STRICT[node.type])}({value})"
        raise TypeError(f"{node!r} has no single value")

    def function(self, body: str) -> Run:
        """Return the function with this body."""
        head = ", ".join(["env", *(f"k{number}" for number in range(len(self._values)))])
        return FunctionType(_compiled(f"def rule({head}):{body}"), {"__builtins__": {}}, None, tuple(self._values))


@dataclass(frozen=True, slots=True)
class _Args:
    source: _Source
    args: tuple[Node, ...]
    depth: int

    def __len__(self) -> int:
        return len(self.args)

    def __getitem__(self, index: int) -> str:
        return self.source.text(self.args[index], self.depth)

    def node(self, index: int) -> Node:
        return self.args[index]

    def values(self, index: int) -> str:
        node = self.args[index]
        if isinstance(node, Ref) and node.use is Use.COLUMN:
            return f"env.column({self.name(node.symbol.id)})"
        return f"({self[index]},)"

    def name(self, value: object) -> str:
        return self.source.name(value)

    def part(self, index: int) -> str:
        return self.source.name(computes(self.args[index]))


@lru_cache(maxsize=4096)
def _compiled(source: str) -> CodeType:
    """The code of a function, from the one place where text becomes code."""
    module = compile(source, "<rule>", "exec", dont_inherit=True, optimize=0)
    return next(const for const in module.co_consts if isinstance(const, CodeType))


def computes(node: Node) -> Run:
    """Return what computes a node's value."""
    source = _Source()
    return source.function(f" return {source.text(node)}")


def breaks(expect: Bound, when: Bound | None = None) -> Callable[[Env], bool | None]:
    """Return what tells whether a condition is broken; None where it, or the condition for asking, does not apply.

    Where the condition for asking is false or does not apply is one here, so the parts of its AND need not all be asked,
    as they must be where the difference counts.
    """
    source = _Source()
    asked = "".join(f"\n  if not {source.text(part)}: return None" for part in _parts(when.root)) if when else ""
    expected = f"\n  return not {source.text(expect.root)}"
    return source.function(f"\n try:{asked}{expected}\n except {source.name(ArithmeticError)}: return None")


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, Apply) and node.name == "AND":
        for arg in node.args:
            yield from _parts(arg)
    else:
        yield node


@dataclass(frozen=True)
class Bound:
    """A rule whose names are known fields and whose types fit."""

    root: Node

    @cached_property
    def run(self) -> Run:
        """What computes the rule, made when it is first asked for."""
        return computes(self.root)

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
