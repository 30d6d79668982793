"""A .docx as paragraphs and tables; also .docm, templates, Strict OOXML, whatever program wrote it.

Imports ``text``, ``build``, the gate. We walk the XML that the gate has let pass. python-docx was the other
choice: it sees no table of a Strict file, no text in content controls or tracked insertions, counts deleted text,
and copies a merged cell into every place it covers, so a span of a thousand million ends the process.
"""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from xltool.findings import Finding
from xltool.ooxml.gate import Archive, find, opened, relations, tree
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices
from xltool.read.tables import document_notices
from xltool.read.tables.build import Budget, Draft, Prose, grid, joined, place
from xltool.read.tables.grid import Document, Grid, Paragraph
from xltool.read.tables.word.numbers import Numbering
from xltool.read.tables.word.runs import Reader, child, local, switched, value

_THROUGH = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "Choice"))
_MERGED = frozenset(("", "cont", "continue"))
_REVISIONS = ("插入", "删除")
_COUNTS = {"文本框": "{} 个文本框", "图片": "{} 张图片", "隐藏文字": "{} 处隐藏文字", "嵌入的文档": "{} 份嵌入的文档"}
OURS = "xltool 审核"
"""Author of the comments this tool writes: they are not the department's."""


def document_part(archive: Archive) -> str | None:
    """Return the name of a Word document's main part, None if the zip is no Word document."""
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument" and not relation.external:
            found = find(archive, relation.target)
            if found and found.lower().startswith("word"):
                return found
    return find(archive, "word/document.xml")


def read_docx(data: bytes, limits: Limits = LIMITS) -> Document:
    """Read a Word document.

    Raises:
        Refused: damaged, hostile, empty or larger than any report.
    """
    with opened(data, limits) as archive:
        name = document_part(archive)
        if name is None:
            raise refuse(file_notices.DAMAGED, what="没有正文部件")
        walk = DocumentWalk(limits, numbering=_numbering(archive, name, limits))
        items = walk.items(body(tree(archive, name, limits.document)))
        if not items and not walk.reader.told:
            raise refuse(document_notices.NO_CONTENT)
        return Document("docx", items, (*walk.findings(), *_carried(archive, name, limits)))


def _numbering(archive: Archive, name: str, limits: Limits) -> Numbering:
    """The lists of a document; a part that is damaged numbers nothing."""
    roots = {}
    for relation in relations(archive, name, limits).values():
        real = find(archive, posixpath.join(posixpath.dirname(name), relation.target))
        if relation.kind in ("numbering", "styles") and real is not None:
            with contextlib.suppress(Refused):
                roots[relation.kind] = tree(archive, real, limits.document)
    return Numbering(roots.get("numbering"), roots.get("styles"))


def body(root: Any) -> Any:
    """Return the body of a document's root element.

    Raises:
        Refused: there is none.
    """
    found = child(root, "body")
    if found is None:
        raise refuse(file_notices.DAMAGED, what="没有正文")
    return found


def _carried(archive: Archive, name: str, limits: Limits) -> Iterator[Finding]:
    """What a document carries besides its text: comments, macros, embedded files."""
    names = [item.lower() for item in archive.namelist()]
    active = [
        what
        for mark, what in (("vbaproject", "宏"), ("activex/", "ActiveX 控件"), ("embeddings/", "嵌入的文件"))
        if any(mark in item for item in names)
    ]
    if active:
        yield document_notices.ACTIVE.finding(what="、".join(active))
    for relation in relations(archive, name, limits).values():
        real = find(archive, posixpath.join(posixpath.dirname(name), relation.target))
        if relation.kind == "comments" and real is not None:
            comments = tree(archive, real, limits.document).iter("{*}comment")
            if count := sum(value(item, "author") != OURS for item in comments):
                yield document_notices.COMMENTS.finding(count=count)


@dataclass(slots=True)
class _Owner:
    """The cell that a vertical merge continues."""

    draft: Draft
    cols: int


@dataclass(slots=True)
class DocumentWalk:
    """Walks a document once. ``cells``, ``paragraphs``: the element behind every address given, for who marks them."""

    limits: Limits = LIMITS
    reader: Reader = field(default_factory=Reader)
    numbering: Numbering = field(default_factory=Numbering)
    cells: dict[tuple[str, str], Any] = field(default_factory=dict)
    paragraphs: dict[str, Any] = field(default_factory=dict)
    _budget: Budget = field(init=False)
    _prose: Prose = field(default_factory=Prose)
    _tables: int = 0

    def __post_init__(self) -> None:
        self._budget = Budget(self.limits)

    def items(self, parent: Any) -> tuple[Paragraph | Grid, ...]:
        """Return paragraphs and tables in order."""
        found: list[Paragraph | Grid] = []
        held, first = "", None
        for element in self._blocks(parent):
            if local(element) == "p":
                first = element if first is None else first
                label, text = self.numbering.label(element), self.reader.text(element)
                held += f"{label} {text}" if label and text.strip() else text
                if _mark_deleted(element):
                    continue
                if paragraph := self._prose.take(held):
                    found.append(paragraph)
                    self.paragraphs[paragraph.address.a1] = first
                held, first = "", None
            else:
                self._tables += 1
                found.append(self._table(f"表{self._tables}", element, ""))
        if paragraph := self._prose.take(held):
            found.append(paragraph)
            self.paragraphs[paragraph.address.a1] = first
        return tuple(found)

    def findings(self) -> Iterator[Finding]:
        """Return what was left out or decided."""
        told = self.reader.told
        if what := [form.format(told[name]) for name, form in _COUNTS.items() if told[name]]:
            yield document_notices.LEFT_OUT.finding(what="、".join(what))
        if what := [f"{name} {told[name]} 处" for name in _REVISIONS if told[name]]:
            yield document_notices.REVISIONS.finding(what="、".join(what))

    def _blocks(self, parent: Any) -> Iterator[Any]:
        """The paragraphs and tables of a body or cell, out of whatever they are wrapped in."""
        for element in parent:
            name = local(element)
            if name in ("p", "tbl"):
                yield element
            elif name in _THROUGH:
                yield from self._blocks(element)
            elif name == "AlternateContent":
                chosen = child(element, "Choice")
                chosen = child(element, "Fallback") if chosen is None else chosen
                yield from self._blocks(() if chosen is None else chosen)
            elif name == "altChunk":
                self.reader.told["嵌入的文档"] += 1

    def _wrapped(self, parent: Any, name: str) -> Iterator[Any]:
        """The rows of a table or the cells of a row."""
        for element in parent:
            if local(element) == name:
                yield element
            elif local(element) in _THROUGH:
                yield from self._wrapped(element, name)

    def _table(self, sheet: str, table: Any, within: str) -> Grid:
        drafts: list[Draft] = []
        above: dict[int, _Owner] = {}
        for number, row in enumerate(self._rows(table)):
            above = self._row(sheet, row, number, within, above, drafts)
        return grid(sheet, drafts, self._budget)

    def _rows(self, table: Any) -> Iterator[Any]:
        for row in self._wrapped(table, "tr"):
            properties = child(row, "trPr")
            if properties is not None and child(properties, "del") is not None:
                self.reader.told["删除"] += 1
            elif switched(properties, "hidden"):
                self.reader.told["隐藏文字"] += 1
            else:
                self.reader.told["插入"] += properties is not None and child(properties, "ins") is not None
                yield row

    def _row(
        self, sheet: str, row: Any, number: int, within: str, above: dict[int, _Owner], drafts: list[Draft]
    ) -> dict[int, _Owner]:
        """Add a row's cells; return who owns what at its columns, for the merges of the next row."""
        col, owners = _whole(child(row, "trPr"), "gridBefore", 0), dict[int, _Owner]()
        last: Draft | None = None
        index = -1
        for cell in self._wrapped(row, "tc"):
            properties = child(cell, "tcPr")
            if properties is not None and child(properties, "cellDel") is not None:
                self.reader.told["删除"] += 1
                continue
            index += 1
            cols = _whole(properties, "gridSpan", 1)
            upper = above.get(col)
            if last is not None and _continues(properties, "hMerge"):
                last.cols += cols
                owners[last.col].cols += cols
                self._unseen(cell)
            elif upper is not None and upper.cols == cols and _continues(properties, "vMerge"):
                upper.draft.rows = number - upper.draft.row + 1
                owners[col] = upper
                last = None
                self._unseen(cell)
            else:
                where = place(number, index, within)
                text, inner = self._content(sheet, cell, where)
                last = Draft(number, col, text, where, 1, cols, inner=inner)
                drafts.append(last)
                self.cells[sheet, where] = cell
                owners[col] = _Owner(last, cols if _merges(properties) else 0)
            col += cols
        return owners

    def _content(self, sheet: str, cell: Any, where: str) -> tuple[str, tuple[Grid, ...]]:
        texts, labels, inner = [""], list[str](), list[Grid]()
        for element in self._blocks(cell):
            if local(element) == "tbl":
                mark = f"{where}内表{len(inner) + 1}" if inner else where
                inner.append(self._table(sheet, element, mark))
            else:
                labels.append(self.numbering.label(element))
                texts[-1] += self.reader.text(element)
                if not _mark_deleted(element):
                    texts.append("")
        # The number is part of what a cell says only where it says nothing else (序号); a value is never "1. ≥50".
        return joined(texts) or joined(labels), tuple(inner)

    def _unseen(self, cell: Any) -> None:
        """A cell merged away shows nothing; text in it is told."""
        if any((item.text or "").strip() for item in cell.iter("{*}t")):
            self.reader.told["隐藏文字"] += 1


def _mark_deleted(paragraph: Any) -> bool:
    """Whether a tracked change joins the paragraph with the next."""
    properties = child(paragraph, "pPr")
    mark = None if properties is None else child(properties, "rPr")
    return mark is not None and any(local(item) in ("del", "moveFrom") for item in mark)


def _whole(properties: Any, name: str, least: int) -> int:
    """A count such as ``gridSpan``: hostile ones are large, never negative."""
    item = None if properties is None else child(properties, name)
    text = (value(item) or "") if item is not None else ""
    return max(least, int(text[:10])) if text.isdecimal() else least


def _continues(properties: Any, name: str) -> bool:
    item = _merge(properties, name)
    return item is not None and (value(item) or "") in _MERGED


def _merges(properties: Any) -> bool:
    return _merge(properties, "vMerge") is not None


def _merge(properties: Any, name: str) -> Any:
    return None if properties is None else child(properties, name)
