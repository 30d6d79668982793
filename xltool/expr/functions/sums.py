"""What an explicit none ("—") means in a sum: 0, as long as the sum has a figure. Imports ``nodes``, ``symbols``.

A department writes "—" where there was nothing of a kind; that must not switch off the rule that adds it up. A sum of
nothing but "—" has no figure and does not apply. See macros_docs/decisions/0018. Decided once, on the bound tree,
so that both sides do the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xltool.expr.functions.nodes import (
    COMPARISONS,
    Apply,
    CodeArgs,
    Const,
    Function,
    Node,
    Ref,
    Use,
    WrittenArgs,
    first_unit,
)
from xltool.expr.language.symbols import Scalar, Type

_SIGNS = ("+", "-", "u-", "u+")
_ADDING = ("SUM", "SUMIFS")
FIGURES = "Σ"
"""The name of the function around a sum of nothing but fields: it asks for one figure among them."""


def lenient(node: Node) -> Node:
    """Return a bound tree in which the fields of sums, and a field compared with a sum, take "—" for 0."""
    return _inside(node, of_sum=False)


def _inside(node: Node, of_sum: bool) -> Node:
    if not isinstance(node, Apply):
        return node
    summing = node.name in _SIGNS
    node = replace(node, args=tuple(_inside(arg, summing) for arg in node.args))
    if summing and not of_sum:
        return _whole(node)
    if node.name in COMPARISONS and node.args[0].type is Type.NUMBER:
        left, right, *rest = node.args
        return replace(node, args=(_beside(left, right), _beside(right, left), *rest))
    return node


def _whole(node: Apply) -> Node:
    """A sum as a whole. One field with constants (分值+0) is no sum."""
    terms = [term for term in _terms(node) if not isinstance(term, Const)]
    refs = [term for term in terms if _is_field(term)]
    if len(terms) < 2 or not refs:
        return node
    summed = _loosened(node)
    if len(refs) < len(terms):
        return summed
    figures = tuple(replace(ref, use=Use.RAW) for ref in refs if isinstance(ref, Ref))
    return Apply(FIGURES, _WITH_FIGURE, (summed, *figures), node.type, node.unit)


def _terms(node: Node) -> Iterator[Node]:
    if isinstance(node, Apply) and node.name in _SIGNS:
        for arg in node.args:
            yield from _terms(arg)
    else:
        yield node


def _loosened(node: Node) -> Node:
    if isinstance(node, Apply) and node.name in _SIGNS:
        return replace(node, args=tuple(_loosened(arg) for arg in node.args))
    return replace(node, use=Use.TERM) if isinstance(node, Ref) and _is_field(node) else node


def _is_field(node: Node) -> bool:
    return isinstance(node, Ref) and node.use is Use.STRICT and node.type is Type.NUMBER


def _beside(node: Node, other: Node) -> Node:
    """A field compared with a sum is the total of it, and a total can be "—" no more than its parts add up to 0."""
    return replace(node, use=Use.TERM) if isinstance(node, Ref) and _is_field(node) and _is_sum(other) else node


def _is_sum(node: Node) -> bool:
    if not isinstance(node, Apply):
        return False
    if node.name == "ROUND":
        return _is_sum(node.args[0])
    if node.name in _SIGNS:
        return sum(not isinstance(term, Const) for term in _terms(node)) > 1
    return node.name in (*_ADDING, FIGURES)


def _with_figure(c: CodeArgs) -> str:
    figures = ", ".join(c[index] for index in range(1, len(c)))
    return f"({c[0]} if {c.name(_figured)}({figures}) else None)"


def _figured(*values: Scalar) -> bool:
    if all(isinstance(value, str) for value in values):
        raise ArithmeticError
    return True


def _write_with_figure(w: WrittenArgs) -> str:
    return f"IF(COUNT({','.join(w[index] for index in range(1, len(w)))})=0,NA(),{w[0]})"


_WITH_FIGURE = Function("", "", (), _with_figure, _write_with_figure, unit=first_unit)
