"""The corpus: published official forms re-typed as data, each with everything there is to find in it.

A table is a list of rows, a row its cells parted by `` | ``; ``→3`` covers three columns, ``↓5`` five rows. A place is
``table.row.cell``: the cell's number counts the cells one sees in its row, those that reach down from above too. ``expect``: every 退回 and 须改; ``noted``: every
提示 apart from those that say how the file was read (ZS); ``unplaced``: the cells that fit nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.official import paper
from xltool.form.strict import load
from xltool.read.tables.model import Document

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    place: str
    year: str
    source: str
    form: str
    tables: tuple[tuple[str, ...], ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    published: bool = True
    """False: a layout made up to show one way of writing, not a form somebody published."""

    def rows(self) -> list[list[list[str]]]:
        return [[[cell.strip() for cell in f"{row} ".split("|")] for row in table] for table in self.tables]

    def document(self) -> Document:
        said = [paper.paragraph(text, number) for number, text in enumerate(self.before, start=1)]
        grids = [paper.grid(rows, number) for number, rows in enumerate(self.rows(), start=1)]
        last = [paper.paragraph(text, len(said) + number) for number, text in enumerate(self.after, start=1)]
        return Document("docx", (*said, *grids, *last))


@cache
def cases() -> dict[str, Case]:
    return {path.stem: load(path, Case) for path in sorted(FOLDER.glob("*.yaml"))}
