"""How large and how odd a definition file may be: it may come from a stranger. Used only by ``form.definition.strict``.

Everything is judged while the YAML is read, before anything is built from it: a newcomer would check afterwards,
when an alias has already become a billion nodes and 1e99999999 an integer of a hundred million digits.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from yaml.composer import Composer
from yaml.events import AliasEvent
from yaml.nodes import Node

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
    """The library's composer, which stops at the line where a file becomes too deep or too large."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0
        self._sizes: dict[str | None, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Return the next node.

        Raises:
            TooMuchError: too deep, too many, or an alias that means itself.
        """
        event: Any = self.peek_event()  # type: ignore[attr-defined]  # of the parser it is joined with
        if isinstance(event, AliasEvent):
            if event.anchor not in self._sizes and event.anchor in self.anchors:
                raise TooMuchError(f"*{event.anchor} 引用了自己", event)
            self._count += self._sizes.get(event.anchor, 0)
        self._count, self._depth = self._count + 1, self._depth + 1
        if self._count > _NODES:
            raise TooMuchError(f"内容太多（超过 {_NODES} 项）", event)
        if self._depth > _DEPTH:
            raise TooMuchError(TOO_DEEP, event)
        before = self._count
        node = super().compose_node(parent, index)
        self._depth -= 1
        if not isinstance(event, AliasEvent) and event.anchor is not None:
            self._sizes[event.anchor] = self._count - before + 1
        return node


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
