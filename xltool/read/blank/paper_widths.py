"""How wide the columns of a draft are: as the base's for what they show, else as their words need. Imports ``showing``.

The paper's own widths are not asked for: a web page has none, and Word's often say something else than what is seen.
"""

from __future__ import annotations

from xltool.read.blank.likeness import Likeness
from xltool.read.blank.showing import Showing

_LEAST, _MOST = 5, 10
_WIDE = 130
"""Wider than this, a form is printed across."""


def widths_of(one: Likeness, showing: Showing) -> list[int]:
    """Return the widths of a paper's columns, in characters."""
    paper, base = one.paper, _of_base(one)
    result = [0.0] * paper.width
    for head in one.heads:
        piece = one.columns.get(head.col)
        known = base.get(str(showing.value((piece,))["value"]), 0) if piece is not None else 0
        needed = max((len(part) for part in head.text.split("\n")), default=0)
        wide = known or 2.0 * min(needed, 5) + 2
        for col in range(head.col, head.col + head.cols):
            result[col] = max(result[col], wide / head.cols)
    for col in range(paper.width):
        single = [c for c in paper.cells if c.col == col and c.cols == 1 and not c.blank]
        longest = max((max(map(len, c.text.split("\n"))) for c in single), default=4)
        if not result[col]:
            result[col] = max(7, min(_MOST, longest + 3)) if one.heads else max(12, min(30, longest * 2 + 1))
    return [max(_LEAST, round(wide)) for wide in result]


def is_wide(widths: list[int]) -> bool:
    """Whether a form with these columns is printed across."""
    return sum(widths) > _WIDE


def _of_base(one: Likeness) -> dict[str, int]:
    """The widths of the base's columns, by the formula in the row that repeats."""
    sheet = one.print.sheet
    result: dict[str, int] = {}
    for row in sheet.rows:
        col = len(sheet.widths) - sum(cell.cols for cell in row.cells)
        for cell in row.cells if row.each else ():
            result[str(cell.value)] = sum(sheet.widths[col : col + cell.cols])
            col += cell.cols
    return result
