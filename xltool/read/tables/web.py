"""Pages: HTML as Word, Excel, WPS and web sites write it (also named .xls or .doc), and pages saved in one file (.mht).

Imports ``build``, ``model``. libxml2 tells tags and text one after the other and no tree is built, nothing is
fetched, and no depth or span costs more than the bytes that say it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.values import number
from xltool.read.tables import document_notices
from xltool.read.tables.build import Budget, Draft, Prose, grid, joined, place
from xltool.read.tables.grid import Document, Grid, Paragraph

_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN = frozenset(
    ("script", "style", "head", "template", "noscript", "iframe", "object", "noframes", "xml", "del", "svg")
)
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr")
)
_BLOCKS = frozenset(
    ("p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dt", "dd", "dl", "caption",
     "body", "html", "center", "section", "article", "header", "footer", "form", "fieldset", "address", "hr", "br")
)  # fmt: skip
_SPAN = 10_000_000
_PIECE = 65_536
"""Bytes given to the parser at a time: it stops at a refusal only between two pieces."""
_DEEP = 1_000
"""Open tags: the parser looks through all of them at every tag that closes."""
_NESTED = 60
"""Tables in tables: pages laid out by tables have ten; in Word's own files the parser's limit of depth does not let in more."""


def read_html(data: bytes, limits: Limits = LIMITS) -> Document:
    """Read a page.

    Raises:
        Refused: nothing in it, or larger than any report.
    """
    return _read([_decoded(data)], limits)


def read_mht(data: bytes, limits: Limits = LIMITS) -> Document:
    """Read a page saved in one file; of a saved workbook every sheet is a part of its own.

    Raises:
        Refused: as ``read_html``.
    """
    import email

    pages = []
    for count, part in enumerate(email.message_from_bytes(data).walk()):
        if count > limits.parts:
            raise refuse(file_notices.TOO_LARGE, what=f"{count} 个部分")
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                pages.append(_decoded(content, str(part.get_content_charset() or "")))
    return _read(pages, limits)


def _read(pages: list[str], limits: Limits) -> Document:
    from lxml import etree

    if sum(map(len, pages)) > limits.document_part:
        raise refuse(file_notices.TOO_LARGE, what=f"网页 {sum(map(len, pages)) // 1_000_000} MB")
    tags = sum(page.count("<") for page in pages)
    if tags > limits.document_tags:
        raise refuse(file_notices.TOO_LARGE, what=f"网页里 {tags // 10_000} 万个标记")
    target: Any = _Page(limits)
    for page in pages:
        if not page.strip():
            continue
        parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True, huge_tree=False)
        content = page.encode("utf-8", "replace")
        for begin in range(0, len(content), _PIECE):
            parser.feed(content[begin : begin + _PIECE])
        parser.close()
    items: tuple[Paragraph | Grid, ...] = tuple(target.items)
    if not items:
        raise refuse(document_notices.NO_CONTENT)
    told = {"图片": "{} 张图片", "隐藏": "{} 处隐藏的内容"}
    what = [form.format(target.told[name]) for name, form in told.items() if target.told[name]]
    return Document("html", items, (document_notices.LEFT_OUT.finding(what="、".join(what)),) if what else ())


def _decoded(data: bytes, charset: str = "") -> str:
    """Return a page's text: by its mark, the mail's word, its own word, else as UTF-8 or GBK."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").replace("\0", "")
    told = _META.search(data[:4096])
    known = {"gb2312": "gb18030", "gbk": "gb18030", "unicode": "utf-8", "utf-16": "utf-8", "utf-16le": "utf-8"}
    names = [charset.lower(), told[1].decode().lower() if told else "", "utf-8", "gb18030"]
    for name in dict.fromkeys(known.get(name, name) for name in names if name):
        try:
            return data.decode(name).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            continue
    # Damaged somewhere: whichever leaves fewer characters unread.
    return min(
        (data.decode(name, "replace") for name in ("utf-8", "gb18030")), key=lambda text: text.count("\ufffd")
    ).replace("\0", "")


@dataclass(slots=True)
class _Text:
    """Paragraphs in the making."""

    done: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def end(self) -> None:
        """End the paragraph."""
        text = _collapsed("".join(self.parts))
        if text:
            self.done.append(text)
        self.parts.clear()


@dataclass(slots=True)
class _Cell:
    """The cell being read."""

    draft: Draft
    number: Decimal | None
    numbered: bool
    text: _Text = field(default_factory=_Text)
    inner: list[Grid] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table being read. ``spans``: (first column, end, row after the last) of the cells that reach into later rows."""

    within: str
    row: int = -1
    in_row: bool = False
    drafts: list[Draft] = field(default_factory=list)
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    col: int = 0
    seen: int = 0
    cell: _Cell | None = None


class _Page:
    """Told of tags and text by the parser; keeps the open tables on a stack."""

    def __init__(self, limits: Limits) -> None:
        self.items: list[Paragraph | Grid] = []
        self.told: Counter[str] = Counter()
        self._budget, self._prose = Budget(limits), Prose()
        self._tables: list[_Table] = []
        self._text = _Text()
        self._unseen = self._depth = self._count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""
        self._depth += 1
        if self._depth > _DEEP:
            raise refuse(file_notices.TOO_LARGE, what=f"网页的标记套了 {_DEEP} 层以上")
        if self._unseen:
            self._unseen += tag not in _EMPTY
            return
        if tag in _UNSEEN or "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
            if tag not in _EMPTY:
                self._unseen = 1
                self.told["隐藏"] += tag not in _UNSEEN and tag not in ("tr", "td", "col")
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self._tables:
            self._open_row(self._tables[-1])
        elif tag in ("td", "th") and self._tables:
            self._open_cell(self._tables[-1], attributes)
        elif tag == "img":
            self.told["图片"] += 1
        elif tag in _BLOCKS:
            self._break()

    def end(self, tag: str) -> None:
        """A tag closes."""
        self._depth -= 1
        if self._unseen:
            self._unseen -= tag not in _EMPTY
        elif tag == "table" and self._tables:
            self._close_table()
        elif tag == "tr" and self._tables:
            self._close_cell(self._tables[-1])
            self._tables[-1].in_row = False
        elif tag in ("td", "th") and self._tables:
            self._close_cell(self._tables[-1])
        elif tag in _BLOCKS:
            self._break()

    def data(self, text: str) -> None:
        """Text."""
        if not self._unseen:
            self._here().parts.append(text)

    def comment(self, text: str) -> None:
        """Nothing to see."""

    def close(self) -> None:
        """The page ends, whatever is still open."""
        self._unseen = self._depth = 0
        while self._tables:
            self._close_table()
        self._break()

    def _here(self) -> _Text:
        cell = next((table.cell for table in reversed(self._tables) if table.cell), None)
        return cell.text if cell else self._text

    def _break(self) -> None:
        text = self._here()
        text.end()
        if text is self._text:
            for line in text.done:
                if paragraph := self._prose.take(line):
                    self.items.append(paragraph)
            text.done.clear()

    def _open_table(self) -> None:
        self._break()
        outer = self._tables[-1].cell if self._tables else None
        within = ""
        if outer:
            within = outer.draft.place + (f"内表{len(outer.inner) + 1}" if outer.inner else "")
        if len(self._tables) == _NESTED:
            raise refuse(file_notices.TOO_LARGE, what=f"表格套了 {_NESTED} 层以上")
        if not self._tables:
            self._count += 1
        self._tables.append(_Table(within))

    def _close_table(self) -> None:
        table = self._tables[-1]
        self._close_cell(table)
        self._tables.pop()
        if not table.drafts:
            return
        made = grid(f"表{self._count}", table.drafts, self._budget)
        outer = next((item.cell for item in reversed(self._tables) if item.cell), None)
        if outer is not None:
            outer.inner.append(made)
        else:
            self._break()
            self.items.append(made)

    def _open_row(self, table: _Table) -> None:
        self._close_cell(table)
        table.row += 1
        table.in_row, table.col, table.seen = True, 0, 0
        table.spans = sorted(span for span in table.spans if span[2] > table.row)
        table.waiting = table.spans[::-1]
        self._budget.spend(len(table.spans))

    def _open_cell(self, table: _Table, attributes: Mapping[str, str]) -> None:
        if not table.in_row:
            self._open_row(table)
        self._close_cell(table)
        while table.waiting and table.waiting[-1][0] <= table.col:
            table.col = max(table.col, table.waiting.pop()[1])
            table.seen += 1
        rows, cols = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        draft = Draft(table.row, table.col, "", place(table.row, table.seen, table.within), rows, cols)
        if rows > 1:
            table.spans.append((table.col, table.col + cols, table.row + rows))
        table.col += cols
        table.seen += 1
        stated = attributes.get("x:num", attributes.get("sdval"))  # what Excel and LibreOffice store behind the text
        table.cell = _Cell(draft, _number(stated), stated is not None)

    def _close_cell(self, table: _Table) -> None:
        cell = table.cell
        if cell is None:
            return
        cell.text.end()
        cell.draft.text = joined(cell.text.done)
        cell.draft.number = cell.number if cell.number is not None or not cell.numbered else _number(cell.draft.text)
        cell.draft.inner = tuple(cell.inner)
        table.drafts.append(cell.draft)
        table.cell = None


def _collapsed(text: str) -> str:
    """Return text with its blanks as a page shows them: one, and none where a line breaks between Chinese characters."""

    def blank(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return "" if "\n" in match[0] and _wide(before) and _wide(after) else " "

    return _BLANKS.sub(blank, text).strip(" ")


def _wide(char: str) -> bool:
    return bool(char) and unicodedata.east_asian_width(char) in "WF"


def _span(text: Any) -> int:
    text = (text or "").strip()
    return min(max(1, int(text[:9])), _SPAN) if text[:9].isdecimal() else 1


def _number(text: str | None) -> Decimal | None:
    try:
        return number(text) if text else None
    except ValueError:
        return None
