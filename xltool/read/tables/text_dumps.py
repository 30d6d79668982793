r"""Text dumps of Word documents: every cell begins a line with a tab, a blank line ends a row (the seed is one).

Imports ``build``, ``model``. The dump writes a blank line for a blank paragraph inside a cell, too; what comes
next decides, and where a row would fall apart that its neighbours have whole, their number of cells does.
Spans are not in the dump: a row's cells stand one after the other, each one column wide; who knows the form knows which was wider.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from xltool.findings import Finding
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.tables import document_notices
from xltool.read.tables.build import Budget, Draft, Prose, grid, joined, place
from xltool.read.tables.grid import Document, Grid, Paragraph

_BREAKS = re.compile(r"\r\n?|[\x07\x0b\x0c\x85\u2028\u2029]")
_BOOKMARK = re.compile(r"\[bookmark: [^\]\n]*\]\s?")
_Row = list[list[str]]


def decoded(data: bytes, cut: bool = False) -> str | None:
    """Return a text file's content (UTF-8, UTF-16 with its mark, GBK); None if it is in none of them.

    ``cut``: this is only the beginning, its last character may be in two.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            if cut and error.start > len(data) - 4:
                return data[: error.start].decode(encoding)
    return None


def read_text(text: str, limits: Limits = LIMITS) -> Document:
    """Read a text dump.

    Raises:
        Refused: nothing in it, or more cells than any form has.
    """
    lines = _BREAKS.sub("\n", _BOOKMARK.sub("", text)).split("\n")
    if len(lines) > limits.cells:
        raise refuse(file_notices.TOO_LARGE, what=f"文字 {len(lines) // 10_000} 万行")
    budget, prose = Budget(limits), Prose()
    items: list[Paragraph | Grid] = []
    tables = 0
    for block in _blocks(lines):
        if isinstance(block, str):
            paragraph = prose.take(block)
            items += [paragraph] if paragraph else []
        else:
            tables += 1
            items.append(_grid(f"表{tables}", block, budget))
    if not items:
        raise refuse(document_notices.NO_CONTENT)
    findings: tuple[Finding, ...] = (document_notices.NO_SPANS.finding(),) if tables else ()
    return Document("text", tuple(items), findings)


def _grid(sheet: str, rows: Sequence[_Row], budget: Budget) -> Grid:
    drafts = []
    for number, row in enumerate(rows):
        for col, lines in enumerate(row):
            drafts.append(Draft(number, col, joined(lines), place(number, col)))
    return grid(sheet, drafts, budget)


def _blocks(lines: Sequence[str]) -> Iterator[str | list[_Row]]:
    """Paragraphs and tables (rows of cells of lines), in order."""
    reader = _Lines(lines)
    at = 0
    while at < len(lines):
        if lines[at].startswith("\t"):
            rows, at = reader.table(at)
            if max(map(len, rows)) > 1 and len(rows) > 1:
                yield rows
            else:  # indented paragraphs
                yield from ("\n".join(cell) for row in rows for cell in row)
        elif "\t" in lines[at].strip("\t") and (end := reader.columns(at)) > at + 1:
            yield [[[cell] for cell in line.split("\t")] for line in lines[at:end]]
            at = end
        else:
            yield lines[at]
            at += 1


class _Lines:
    """What follows each line, known beforehand: looking ahead from every line would take quadratic time."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        count = len(lines)
        self.filled, self.stop = [count] * (count + 1), [count] * (count + 1)
        for at in range(count - 1, -1, -1):
            tab, blank = lines[at].startswith("\t"), not lines[at].strip()
            self.filled[at] = at if tab or not blank else self.filled[at + 1]
            self.stop[at] = at if tab or blank else self.stop[at + 1]

    def columns(self, at: int) -> int:
        """Return where a run of lines with tabs between their words ends: Word's own way to save a table as text."""
        while at < len(self.lines) and "\t" in self.lines[at].strip():
            at += 1
        return at

    def table(self, at: int) -> tuple[list[_Row], int]:
        """Return the rows of the table that begins at a line, and where it ends."""
        lines, rows = self.lines, list[_Row]()
        row: _Row = []
        while at < len(lines):
            line = lines[at]
            if line.startswith("\t"):
                row.append([line[1:]])
                at += 1
            elif line.strip():
                row[-1].append(line)
                at += 1
            else:
                following = self.filled[at]
                if following < len(lines) and lines[following].startswith("\t"):
                    rows.append(row)
                    row = []
                elif following < len(lines) and self._inside(row, rows, following - at, following):
                    row[-1] += lines[at:following]
                else:
                    break
                at = following
        return _whole([*rows, row]), at

    def _inside(self, row: _Row, rows: Sequence[_Row], blanks: int, text: int) -> bool:
        """Whether text after blank lines is still in the cell: it is if the next cell follows, or the row ends as others do."""
        empty = not any(line.strip() for line in row[-1])
        after = self.stop[text]
        if blanks > 1 and not empty:
            return False
        if after < len(self.lines) and self.lines[after].startswith("\t"):
            return True
        more = self.filled[after]
        if more == len(self.lines) or not self.lines[more].startswith("\t"):
            return False
        return blanks == 1 or (bool(rows) and len(row) == len(rows[-1]))


def _whole(rows: Sequence[_Row]) -> list[_Row]:
    """Put together the two halves of a row whose last cell before the gap ended in a blank paragraph."""
    usual = Counter(map(len, rows))
    widest = max(usual)
    result: list[_Row] = []
    for row in rows:
        half = result[-1] if result else []
        before = len(result[-2]) if len(result) > 1 else 0
        if half and len(half) + len(row) == widest == before and usual[widest] > 1 and _text(half[-1]):
            half += row
        else:
            result.append(list(row))
    return result


def _text(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)
