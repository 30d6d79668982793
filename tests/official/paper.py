"""Documents for tests, built without any file: tables as rows of texts, the dump of a Word file as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xltool.form.layout import Address
from xltool.read.tables.model import Document, Grid, GridCell, Paragraph

_SPAN = re.compile(r"(.*?)(?:→(\d+))?(?:↓(\d+))?\Z", re.DOTALL)


def grid(rows: Sequence[Sequence[str]], number: int = 1) -> Grid:
    """Cells as texts; ``→3`` covers three columns, ``↓5`` five rows."""
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for row, texts in enumerate(rows):
        col = 0
        for place, text in enumerate(texts, start=1):
            while (row, col) in taken:
                col += 1
            match = _SPAN.match(text)
            assert match
            cols, down = int(match[2] or 1), int(match[3] or 1)
            taken |= {(row + i, col + j) for i in range(down) for j in range(cols)}
            address = Address(f"表{number}", row, col, f"第{row + 1}行第{place}列")
            cells.append(GridCell(row, col, match[1], address, down, cols))
            col += cols
    return Grid(tuple(cells))


def paragraph(text: str, number: int) -> Paragraph:
    return Paragraph(text, Address("正文", number - 1, 0, f"第{number}段"))


def dump(text: str) -> Document:
    """The text of a Word document as converters write it: every cell led by a tab, every row by an empty line."""
    at = text.find("\n\n\t")
    paragraphs = [line.strip() for line in (text if at < 0 else text[:at]).split("\n")]
    said = [paragraph(line, number) for number, line in enumerate(filter(None, paragraphs), start=1)]
    if at < 0:
        return Document("text", tuple(said))
    rows = [part.split("\n\t") for part in text[at + 3 :].split("\n\n\t")]
    width = max(map(len, rows))
    joined: list[list[str]] = []
    for row in rows:
        if joined and len(joined[-1]) < width and len(joined[-1]) + len(row) == width:
            joined[-1] = [*joined[-1], *row]
        else:
            joined.append(row)
    return Document("text", (*said, grid([[cell.strip() for cell in row] for row in joined])))
