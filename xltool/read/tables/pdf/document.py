"""A PDF with text: its ruled tables and the lines around them. Needs the extra ``xltool[pdf]`` (pdfplumber).

Imports ``ruled``, ``lines``, ``build``. A scanned page has pictures and no characters: that is said, nothing is guessed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices
from xltool.read.tables import document_notices
from xltool.read.tables.build import Budget, Prose, grid
from xltool.read.tables.grid import Document, Grid, Paragraph
from xltool.read.tables.pdf.lines import PageLine, flowing, is_page_number, lines_of
from xltool.read.tables.pdf.ruled import RuledTable, cells_of


def read_pdf(data: bytes, limits: Limits = LIMITS) -> Document:
    """Read a PDF.

    Raises:
        Refused: scanned, encrypted, damaged, too long, or the extra is not installed.
    """
    try:
        import pdfplumber
    except ImportError:
        raise refuse(document_notices.NEEDS_EXTRA, what="PDF 文件", extra="xltool[pdf]") from None
    from io import BytesIO

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it has something to say of most real files
    try:
        with pdfplumber.open(BytesIO(data)) as book:
            if len(book.pages) > limits.pages:
                raise refuse(file_notices.TOO_LARGE, what=f"PDF {len(book.pages)} 页")
            return _Reader(limits).read(book)
    except Refused:
        raise
    except Exception as error:
        if "MemoryError" in repr(error):
            raise MemoryError from None  # the library wraps it
        if "Password" in repr(error) or "Encrypt" in repr(error):
            raise refuse(file_notices.ENCRYPTED) from None
        raise


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.limits, self.budget, self.prose = limits, Budget(limits), Prose()
        self.found: list[RuledTable | list[PageLine]] = []
        self.pictures = self.characters = self.split = 0

    def read(self, book: Any) -> Document:
        for page in book.pages:
            self._page(page)
            page.close()
        if not self.characters:
            raise refuse(document_notices.SCANNED if self.pictures else document_notices.NO_CONTENT)
        items = tuple(self._items())
        if not items:
            raise refuse(document_notices.NO_CONTENT)
        told = [document_notices.LEFT_OUT.finding(what=f"{self.pictures} 张图片")] if self.pictures else []
        told += [document_notices.SPLIT_ROWS.finding(count=self.split)] if self.split else []
        return Document("pdf", items, tuple(told))

    def _page(self, page: Any) -> None:
        self.pictures += len(page.images)
        if len(page.chars) + self.characters > self.limits.document_tags:
            raise refuse(file_notices.TOO_LARGE, what=f"PDF 里超过 {self.limits.document_tags // 10_000} 万字")
        self.characters += sum(not char["text"].isspace() for char in page.chars)
        if len(page.lines) + len(page.rects) + len(page.curves) > self.limits.merges:
            raise refuse(file_notices.TOO_LARGE, what="PDF 的线条太多")
        page = page.dedupe_chars()
        tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
        inside: list[list[Any]] = [[] for _ in tables]
        outside: list[Any] = []
        for char in page.chars:
            owner = _owner(tables, char)
            (outside if owner is None else inside[owner]).append(char)
        lines = [line for line in lines_of(outside) if not is_page_number(line, page.height)]
        for table, chars in zip(tables, inside, strict=True):
            before = [line for line in lines if line.top < table.bbox[1]]
            lines = lines[len(before) :]
            self._lines(before)
            self._table(table, chars)
        self._lines(lines)

    def _lines(self, lines: list[PageLine]) -> None:
        if not lines:
            return
        if self.found and isinstance(self.found[-1], list):
            self.found[-1] += lines
        else:
            self.found.append(lines)

    def _table(self, table: Any, chars: Sequence[Any]) -> None:
        left, top, right, bottom = table.bbox
        made = RuledTable(left, right, cells_of(table.cells, chars, top), bottom - top)
        last = self.found[-1] if self.found else None
        if isinstance(last, RuledTable) and last.continues(made):
            last.append(made)
        else:
            self.found.append(made)

    def _items(self) -> Iterator[Paragraph | Grid]:
        tables = 0
        for item in self.found:
            if isinstance(item, RuledTable):
                tables += 1
                self.split += item.split
                yield grid(f"表{tables}", item.drafts(), self.budget)
            else:
                yield from (made for text in flowing(item) if (made := self.prose.take(text)))


def _owner(tables: Sequence[Any], char: Any) -> int | None:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    for number, table in enumerate(tables):
        left, top, right, bottom = table.bbox
        if left <= x <= right and top <= y <= bottom:
            return number
    return None
