"""How large and how odd a definition file may be: it may come from a stranger. Used only by ``form.definition.strict``.

Everything is judged while the YAML is read, before anything is built from it: a newcomer would check afterwards,
when an alias has already become a billion nodes and 1e99999999 an integer of a hundred million digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from yaml.composer import Composer, ComposerError
from yaml.events import AliasEvent, MappingEndEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

BYTES = 1_000_000
"""Of one file; the largest form has 65,000."""
_NODES = 60_000  # keys and values, aliases expanded; the largest form has 7,000
_DEPTH = 30
_ITEMS = 2_000  # of one list
_TEXT = 8_000  # characters of one text; Excel takes 8,192 in a formula
_DIGITS = 15  # what a spreadsheet keeps
_WHOLE = 9_999  # rows, columns, years
_UNSEEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")


TOO_DEEP = f"套得太深（超过 {_DEPTH} 层）"


class TooMuchError(Exception):
    """The file is beyond what a form can be: what, and in which line (1-based)."""

    def __init__(self, problem: str, event: Any) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, event.start_mark.line + 1


class BoundedComposer(Composer):
    """The library's composer, which stops at the line where a file becomes too deep or too large.

    Nodes are made here and not by the library, which asks the parser four times what comes next: half the time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0
        self._sizes: dict[str | None, int] = {}

    def compose_node(self, _parent: Any, _index: Any) -> Any:
        """Return the next node.

        Raises:
            TooMuchError: too deep, too many, or an alias that means itself.
        """
        return self._node(self.get_event())  # type: ignore[attr-defined]  # of the parser it is joined with

    def _node(self, event: Any) -> Any:
        kind, anchor = type(event), event.anchor
        if kind is AliasEvent:
            if anchor not in self._sizes and anchor in self.anchors:
                raise TooMuchError(f"*{anchor} 引用了自己", event)
            self._count += self._sizes.get(anchor, 0)
        self._count += 1
        if self._count > _NODES:
            raise TooMuchError(f"内容太多（超过 {_NODES} 项）", event)
        if self._depth >= _DEPTH:
            raise TooMuchError(TOO_DEEP, event)
        if kind is AliasEvent:
            if anchor not in self.anchors:
                raise ComposerError(None, None, f"found undefined alias {anchor!r}", event.start_mark)
            return self.anchors[anchor]
        if anchor is not None and anchor in self.anchors:
            first = self.anchors[anchor].start_mark
            said = f"found duplicate anchor {anchor!r}; first occurrence"
            raise ComposerError(said, first, "second occurrence", event.start_mark)
        if kind is ScalarEvent:
            node: Any = ScalarNode(
                self._tag(ScalarNode, event, event.value), event.value, event.start_mark, event.end_mark, event.style
            )
            if anchor is not None:
                self.anchors[anchor], self._sizes[anchor] = node, 1
            return node
        return self._collection(event, SequenceNode if kind is SequenceStartEvent else MappingNode)

    def _collection(self, event: Any, kind: type[SequenceNode | MappingNode]) -> Any:
        node = kind(self._tag(kind, event, None), [], event.start_mark, None, event.flow_style)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        before, self._depth = self._count, self._depth + 1
        ended = SequenceEndEvent if kind is SequenceNode else MappingEndEvent
        following: Callable[[], Any] = self.get_event  # type: ignore[attr-defined]
        while type(inner := following()) is not ended:
            child = self._node(inner)
            node.value.append(child if kind is SequenceNode else (child, self._node(following())))
        node.end_mark = inner.end_mark
        self._depth -= 1
        if event.anchor is not None:
            self._sizes[event.anchor] = self._count - before + 1
        return node

    def _tag(self, kind: type[Node], event: Any, value: str | None) -> str:
        if event.tag is not None and event.tag != "!":
            return str(event.tag)
        return str(self.resolve(kind, value, event.implicit))  # type: ignore[attr-defined]


def unseen(text: str) -> re.Match[str] | None:
    """Return the first character that nobody sees and YAML does not take."""
    return _UNSEEN.search(text)


def of_text(text: str) -> str:
    """Return what is wrong with a text, ``""`` if nothing is."""
    if len(text) > _TEXT:
        return f"有 {len(text)} 个字，上限是 {_TEXT} 个"
    found = unseen(text)
    return f"含有看不见的控制字符（U+{ord(found[0]):04X}），请删除" if found else ""


def of_list(node: Node) -> str:
    """Return what is wrong with a list, ``""`` if nothing is."""
    return f"有 {len(node.value)} 项，上限是 {_ITEMS} 项" if len(node.value) > _ITEMS else ""


def of_number(number: Decimal, whole: bool) -> str:
    """Return what is wrong with a number, ``""`` if nothing is; exact and quick whatever its exponent.

    >>> of_number(Decimal("1e99999999"), True), of_number(Decimal("-0.01"), False), of_number(Decimal("NaN"), False)
    ('应在 0 到 9999 之间', '', '应当是数')
    """
    if not number.is_finite():
        return "应当是数"
    if whole:
        return "" if 0 <= number <= _WHOLE and _exact(number) else f"应在 0 到 {_WHOLE} 之间"
    return "" if _exact(number) else f"最多 {_DIGITS} 位数字"


def _exact(number: Decimal) -> bool:
    _, digits, exponent = number.as_tuple()
    return isinstance(exponent, int) and -_DIGITS <= exponent <= _DIGITS and len(digits) + max(0, exponent) <= _DIGITS
