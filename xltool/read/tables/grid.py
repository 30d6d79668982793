"""What every reader of documents gives: paragraphs and tables in the order of the page, each with a place a person finds.

Imports ``form.layout.workbook_layout`` for addresses. A newcomer would give each format its own table class; the recogniser of
official forms only ever sees these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xltool.findings import Finding
from xltool.form.layout.workbook_layout import Address


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph outside tables; ``address`` says ``正文`` ``第3段`` (a lone cell of a sheet: its own A1)."""

    text: str
    address: Address


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell as a person sees it: it covers ``rows`` × ``cols`` places from (``row``, ``col``), 0-based.

    ``text``: its paragraphs joined by ``\\n``, as accepted (tracked changes). ``number``: the stored number where
    the format stores one (sheets), with ``text`` as shown. ``inner``: tables inside the cell.
    """

    row: int
    col: int
    text: str
    address: Address
    rows: int = 1
    cols: int = 1
    number: Decimal | None = None
    inner: tuple[Grid, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table: its cells from the top left; every place it covers belongs to one cell or to none."""

    cells: tuple[GridCell, ...]

    @cached_property
    def places(self) -> dict[tuple[int, int], GridCell]:
        """The cell at every covered place; of overlapping cells the first."""
        result: dict[tuple[int, int], GridCell] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rows):
                for col in range(cell.col, cell.col + cell.cols):
                    result.setdefault((row, col), cell)
        return result

    @property
    def height(self) -> int:
        """Number of rows."""
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((cell.col + cell.cols for cell in self.cells), default=0)

    def row(self, number: int) -> tuple[GridCell, ...]:
        """The cells that cover a row, from the left, each once."""
        found = {id(c): c for col in range(self.width) if (c := self.places.get((number, col))) is not None}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Document:
    """``items`` in the order of the page; ``kind``: ``docx``, ``xlsx``, ``xls``, ``ods``, ``html``, ``pdf``, ``doc``, ``text``.

    ``findings``: what the reader left out or had to decide (text boxes, tracked changes).
    """

    kind: str
    items: tuple[Paragraph | Grid, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def grids(self) -> Iterator[Grid]:
        """The tables, in order."""
        return (item for item in self.items if isinstance(item, Grid))
