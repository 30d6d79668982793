"""The corpus: published official forms re-typed as data, each with everything there is to find in it.

A table is a list of rows, a row its cells parted by `` | ``; ``→3`` covers three columns, ``↓5`` five rows. A place is
``table.row.cell``: the cell's number counts the cells one sees in its row, those that reach down from above too. ``expect``: every 退回 and 须改; ``noted``: every
提示 apart from those that say how the file was read (ZS); ``unplaced``: the cells that fit nothing. Both lists are an
officer's, written before the program was run on the form; a change after that is told in the file's comment. Where the
program still disagrees it is told too: ``missed`` of them it does not say, ``more`` (提示: ``more_noted``) it says beside
them. Figures: corpus.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.official import paper
from xltool.form.definition.strict import load
from xltool.read.tables.grid import Document

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
    missed: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    more_noted: tuple[str, ...] = ()
    family: str = ""
    published: bool = True
    """False: a layout made up to show one way of writing, not a form somebody published."""

    @property
    def kind(self) -> str:
        """The family of forms it is counted under."""
        known = {"hubei": "湖北", "sichuan": "四川平台", "hunan-department": "部门整体"}
        return self.family or known.get(self.form.rpartition("-")[0], "项目")

    @property
    def musts(self) -> list[str]:
        """The 退回 and 须改 the program says."""
        return sorted((Counter(self.expect) - Counter(self.missed) + Counter(self.more)).elements())

    @property
    def notices(self) -> list[str]:
        """The 提示 the program says."""
        return sorted((Counter(self.noted) - Counter(self.missed) + Counter(self.more_noted)).elements())

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


@cache
def held() -> dict[str, Case]:
    """The forms that were held out; see ``test_heldout``."""
    return {path.stem: load(path, Case) for path in sorted(FOLDER.with_name("heldout").glob("*.yaml"))}
