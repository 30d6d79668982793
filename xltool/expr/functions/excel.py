"""A bound rule and the addresses of a workbook → an Excel formula. Imports ``nodes``, ``symbols``, ``decimals``.

Only what Excel 2010, WPS and LibreOffice share, and nothing that needs Ctrl+Shift+Enter. "Does not apply"
is an Excel error; the caller wraps the formula in IFERROR. Text is compared with EXACT(UPPER()), because "="
compares by the rules of the reader's country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xltool.expr.functions.decimals import STEADY
from xltool.expr.functions.nodes import Apply, Const, Node, Ref, Use
from xltool.expr.functions.python import Bound
from xltool.expr.language.errors import ExprError
from xltool.expr.language.symbols import NONE, UNREADABLE, Cells, Scalar, Type

MAX_FORMULA = 8192
MAX_NESTING = 60
"""Functions within functions: Excel takes 64 and calls the file damaged beyond; the caller adds some of its own."""
_NESTING = re.compile(
    r"""\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|(?P<call>[A-Za-z_][A-Za-z0-9_.]*\()|(?P<open>\()|(?P<close>\))"""
)
_MAX_TEXT = 255
_LITERAL = re.compile(rf'"(?!(?:{re.escape(UNREADABLE)})?"$)(?:[^"]|"")*"|[0-9.]+')
"""A filled text or a number as ``literal`` writes them."""


def to_excel(bound: Bound, cells: Cells) -> str:
    """Return the formula without its leading "=".

    Raises:
        ExprError: the formula is longer than Excel takes (8192 characters).
    """
    return _node(bound.root, cells)


def literal(value: Scalar) -> str:
    """Return a literal as Excel writes it; long texts are joined from pieces of 255.

    >>> literal(Decimal("-1.50")), literal('a"b'), literal(True)
    ('(-1.50)', '"a""b"', 'TRUE')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return f"({text})" if value < 0 else text
    pieces = [value[at : at + _MAX_TEXT] for at in range(0, len(value), _MAX_TEXT)] or [""]
    quoted = ['"' + piece.replace('"', '""') + '"' for piece in pieces]
    return quoted[0] if len(quoted) == 1 else f"({'&'.join(quoted)})"


def steady(text: str) -> str:
    """Return the Excel text of a number without the noise of binary arithmetic; see ``decimals``."""
    return f"ROUND({text},{STEADY})"


def within_limit(text: str) -> str:
    """Return ``text``; raise ExprError if Excel would not take it as a formula."""
    if len(text) > MAX_FORMULA - 200:  # room for the "=" and the IFERROR of the caller
        raise ExprError(f"公式写进表里太长（超过 {MAX_FORMULA} 个字符）。请拆成几条规则")
    return text


def nesting(formula: str) -> int:
    """Return how deep functions stand in functions; brackets and texts do not count.

    >>> nesting('IF(A1="(((",SUM((1),2),3)')
    2
    """
    deepest = depth = 0
    calls: list[bool] = []
    for match in _NESTING.finditer(formula):
        if match["close"]:
            depth -= bool(calls) and calls.pop()
        elif match["call"] or match["open"]:
            calls.append(bool(match["call"]))
            depth += calls[-1]
            deepest = max(deepest, depth)
    return deepest


def beyond_excel(formula: str) -> str:
    """Return why Excel would not take a formula, ``""`` if it does. Brackets are counted first, which is quick."""
    if len(formula) >= MAX_FORMULA:
        return f"有 {len(formula)} 个字符，Excel 最多 {MAX_FORMULA} 个"
    if formula.count("(") > MAX_NESTING and (deep := nesting(formula)) > MAX_NESTING:
        return f"函数套了 {deep} 层，最多 {MAX_NESTING} 层"
    return ""


def _node(node: Node, cells: Cells) -> str:
    if isinstance(node, Apply):
        return within_limit(node.function.write(_Written(node.args, cells)))
    if isinstance(node, Const):
        return literal(node.value)
    if isinstance(node, Ref) and node.use is not Use.COLUMN:
        cell = cells.cell(node.symbol)
        if node.use is not Use.RAW and _LITERAL.fullmatch(cell):  # a name or a number of the form: nothing to ask
            return cell
        if node.use is Use.TERM:
            return f'IF(OR(ISNUMBER({cell}),{cell}="{NONE}"),N({cell}),NA())'
        return cell if node.use is Use.RAW else _strict(node, cell)
    raise TypeError(f"{node!r} has no single value")


def _strict(node: Ref, cell: str) -> str:
    if node.type is Type.NUMBER:
        return f"IF(ISNUMBER({cell}),{cell},NA())"
    if node.type is Type.TEXT:
        return f'IF(OR({cell}="",{cell}="{UNREADABLE}"),NA(),{cell})'
    return f"IF(ISLOGICAL({cell}),{cell},NA())"


@dataclass(frozen=True, slots=True)
class _Written:
    args: tuple[Node, ...]
    cells: Cells

    def __len__(self) -> int:
        return len(self.args)

    def __getitem__(self, index: int) -> str:
        return _node(self.args[index], self.cells)

    def node(self, index: int) -> Node:
        return self.args[index]

    def ranges(self, index: int) -> Sequence[str]:
        node = self.args[index]
        if isinstance(node, Ref) and node.use is Use.COLUMN:
            return self.cells.column(node.symbol)
        return (self[index],)

    def whole(self, index: int) -> str:
        node = self.args[index]
        if isinstance(node, Const) and isinstance(node.value, Decimal) and node.value == node.value.to_integral_value():
            return literal(node.value)
        return f"INT({steady(self[index])})"
