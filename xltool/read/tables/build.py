"""From the cells a format gives, at whatever row and column it says, to a ``Grid`` of a size a reader can walk.

Imports ``model``, ``limits``. Rows and columns in which no cell begins are dropped: what a span of a thousand
millions covers is never counted out, and a newcomer's clamping to some width is not needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xltool.form.layout.workbook_layout import Address
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.tables.grid import Grid, GridCell, Paragraph

BODY = "正文"
_SPARSE = 10


@dataclass(slots=True)
class Draft:
    """A cell as its format places it; spans may be of any size. ``place``: as a person says it."""

    row: int
    col: int
    text: str
    place: str = ""
    rows: int = 1
    cols: int = 1
    number: Decimal | None = None
    inner: tuple[Grid, ...] = ()
    address: Address | None = None


class Budget:
    """How many places the tables of one document may cover."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.left = self.most = limits.cells

    def spend(self, places: int) -> None:
        """Count places.

        Raises:
            Refused: more than any form has.
        """
        self.left -= places
        if self.left < 0:
            raise refuse(file_notices.TOO_LARGE, what=f"表格超过 {self.most} 格")


def grid(sheet: str, drafts: Sequence[Draft], budget: Budget) -> Grid:
    """Return the table. ``sheet``: what it is called in addresses (表1).

    Raises:
        Refused: it covers too many places.
    """
    rows, cols = sorted({draft.row for draft in drafts}), sorted({draft.col for draft in drafts})
    if len(rows) * len(cols) > budget.most * _SPARSE:
        raise refuse(file_notices.TOO_LARGE, what=f"表格 {len(rows)} 行 {len(cols)} 列")
    cells = []
    for draft in drafts:
        row, col = bisect_left(rows, draft.row), bisect_left(cols, draft.col)
        height = max(1, bisect_left(rows, draft.row + draft.rows) - row)
        width = max(1, bisect_left(cols, draft.col + draft.cols) - col)
        budget.spend(height * width)
        address = draft.address or Address(sheet, row, col, draft.place)
        cells.append(GridCell(row, col, draft.text, address, height, width, draft.number, draft.inner))
    cells.sort(key=lambda cell: (cell.row, cell.col))
    return Grid(tuple(cells))


def place(row: int, col: int, within: str = "") -> str:
    """Return how a person finds a cell, from 0-based numbers: ``col`` counts the cells of the row that are seen.

    >>> place(11, 4), place(0, 1, "第3行第2列")
    ('第12行第5列', '第3行第2列内第1行第2列')
    """
    return f"{within}{'内' if within else ''}第{row + 1}行第{col + 1}列"


def joined(paragraphs: Iterable[str]) -> str:
    """Return the text of a cell; blank paragraphs around it only centre it."""
    return "\n".join(text.strip() for text in paragraphs).strip()


class Prose:
    """Paragraphs outside tables, numbered as a person counts them: blank ones do not count."""

    def __init__(self) -> None:
        self.count = 0

    def take(self, text: str) -> Paragraph | None:
        """Return the next paragraph, None if it is blank."""
        text = text.strip()
        if not text:
            return None
        self.count += 1
        return Paragraph(text, Address(BODY, self.count - 1, 0, f"第{self.count}段"))
