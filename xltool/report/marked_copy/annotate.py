"""The department's own file back, with the sheet 审核结果 in front and the cells in question marked.

Imports the other ``report`` modules. Only what must change does: workbook.xml, its relationships, the content
types, the styles (added to), and in a worksheet its marks, its comments and which sheet is selected. A newcomer would put
the sheet first and forget that names and views count sheets by position, and that two selected sheets are
edited together.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lxml import etree

from xltool.examine import Desk, Job, Outcome
from xltool.files import safe_name
from xltool.findings import RESULT_SHEET, Finding, Severity
from xltool.ooxml.builtin_password import sealed, unsealed
from xltool.ooxml.package import CONTENT_TYPES, MAIN, OFFICE, RELS, TYPES, NotPatchable, Package, rels_name
from xltool.ooxml.refused import Refused
from xltool.read import UNOPENED
from xltool.report.marked_copy.marks import mark, valid
from xltool.report.marked_copy.notes import put_notes
from xltool.report.marked_copy.quieten import quieten
from xltool.report.marked_copy.result_part import review_part
from xltool.report.marked_copy.result_sheet import WIDTHS, ResultRow, review_rows
from xltool.report.marked_copy.sheet_scan import SheetEdits
from xltool.report.marked_copy.style_part import EMPTY, MarkedStyles, styled
from xltool.report.marked_copy.threads import conversations, put_person, put_replies
from xltool.report.marked_copy.word import is_word, marked_document
from xltool.report.wording import by_weight
from xltool.writing.palette import RED_FILL, YELLOW_FILL

__all__ = ["Copy", "HandingBack", "NotPatchable", "copy_name", "marked_copy", "result_workbook"]

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MAIN_TYPES = MappingProxyType(
    {
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    }
)
_STYLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ID = re.compile("[0-9]{1,9}")
_MOST_COMMENTS = 1_000  # on one sheet; beyond, the list and the colour must do
_MARK = {Severity.REJECT: RED_FILL, Severity.CORRECT: RED_FILL, Severity.NOTICE: YELLOW_FILL}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of the workbook: its name, whether a link can show it, whether nobody can (so no marks), its part."""

    name: str
    visible: bool
    secret: bool
    part: str


def marked_copy(source: bytes, outcome: Outcome, suffix: str = ".xlsx", history: str = "") -> bytes:
    """Return the return with our result in it; marks of an earlier round are replaced.

    Args:
        source: The department's .xlsx (or .xlsm), as it came.
        outcome: What was found in it.
        suffix: The copy's: a workbook that Excel would not open under it is not marked.
        history: What changed since the version before, one line; empty for the first.

    Raises:
        NotPatchable: the source is not an .xlsx that can be patched; use ``result_workbook``.
    """
    if sealed(source):
        source = unsealed(source) or source
    package = Package.read(source)
    quieten(package)
    book = _workbook_part(package)
    root = package.tree(book)
    if root.tag != f"{{{MAIN}}}workbook" or root.find(f"{{{MAIN}}}sheets") is None:
        raise NotPatchable("工作簿不是通用的 xlsx 格式")
    relations, content_types = package.tree(rels_name(book)), package.tree(CONTENT_TYPES)
    if not _opens_as(content_types, book, suffix):
        raise NotPatchable("文件的内容与扩展名不符（例如含有宏），Excel 不会打开它的副本")
    before = len(root.find(f"{{{MAIN}}}sheets"))
    removed = _remove_review(package, book, root, relations, content_types)
    sheets = _sheets(package, book, root)
    notes = _notes(outcome)
    answered = [
        (sheet.name, cell)
        for sheet in sheets
        if _open(package, sheet) and notes.get(sheet.name)
        for spoken in (conversations(package, sheet.part),)
        for cell in notes[sheet.name]
        if cell in spoken
    ]
    rows = review_rows(outcome, {sheet.name for sheet in sheets if sheet.visible}, history, answered)
    part = package.free(posixpath.join(posixpath.dirname(book), "worksheets/sheet{}.xml"))
    styles = _styles(package, book, relations, content_types, rows)
    package.parts[part] = review_part(rows, styles.looks)
    _type(content_types, part, _SHEET_TYPE)
    _add_sheet(root, _relation(relations, book, part, "worksheet"))
    _renumber(root, before, removed)
    marks = _marks(outcome, styles.marks)
    for sheet in sheets:
        if _open(package, sheet):
            edits, own = SheetEdits(package.parts[sheet.part]), notes.get(sheet.name, {})
            mark(edits, marks.get(sheet.name, {}))
            put_notes(package, content_types, sheet.part, edits, own)
            put_replies(package, sheet.part, own)
            package.parts[sheet.part] = edits.done()
    put_person(package, wanted=bool(answered))

    for name, tree in (
        (book, root),
        (rels_name(book), relations),
        (CONTENT_TYPES, content_types),
    ):
        package.put_tree(name, tree)
    return package.to_bytes()


def result_workbook(outcome: Outcome, history: str = "") -> bytes:
    """Return 审核结果 as a workbook of its own, for files that cannot be patched."""
    from xltool.report.workbook.book import Book  # XlsxWriter is only needed here

    with Book(RESULT_SHEET) as book:
        sheet = book.sheet(RESULT_SHEET, RESULT_SHEET)
        for index, width in enumerate(WIDTHS):
            sheet.made.set_column(index, index, width)
        for number, row in enumerate(review_rows(outcome, (), history)):
            sheet.made.set_row(number, row.height)
            column = 0
            for item in row.items:
                if item.span > 1:
                    sheet.merged(number, column, column + item.span - 1, str(item.value or ""), item.look)
                else:
                    sheet.put(number, column, item.value, item.look, item.num_format)
                column += item.span
        return book.content()


def copy_name(stem: str, suffix: str = ".xlsx") -> str:
    """Return the name of the marked copy of a file."""
    return f"{safe_name(stem)}_退回{suffix}"


@dataclass(frozen=True, slots=True)
class Copy:
    """What a department gets back: the content, and the ending that fits it."""

    suffix: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandingBack:
    """A task for the workers: what the department gets back, its own file marked or the result alone.

    A file that was not read to the end is not opened again; one that cannot be marked within the limits is given up.
    """

    source: Job
    outcome: Outcome
    history: str = ""

    def perform(self, desk: Desk) -> Copy:
        """Return what to hand back."""
        if not {finding.code for finding in self.outcome.findings} & UNOPENED:
            with suppress(NotPatchable, Refused, OSError):
                source = self.source.content(desk.limits)
                if is_word(source):
                    return Copy(".docx", marked_document(source, self.outcome.findings, self.history))
                return Copy(".xlsx", marked_copy(source, self.outcome, history=self.history))
        return self._alone()

    def failed(self, finding: Finding) -> Copy:
        """Return the result alone, whatever happened to the marked copy."""
        del finding
        return self._alone()

    def _alone(self) -> Copy:
        return Copy(".xlsx", result_workbook(self.outcome, self.history))


def _notes(outcome: Outcome) -> dict[str, dict[str, str]]:
    """A comment with number and remedy on every cell in question: sheet to cell to text."""
    texts: dict[str, dict[str, list[str]]] = {}
    for finding in by_weight(outcome.findings):
        text = f"{finding.severity.value} {finding.code}：{finding.message}{finding.remedy}"
        for cell in finding.cells:
            if valid(cell):
                on_sheet = texts.setdefault(finding.sheet, {})
                first = cell.partition(":")[0]
                if first in on_sheet or len(on_sheet) < _MOST_COMMENTS:
                    on_sheet.setdefault(first, []).append(text)
    return {sheet: {cell: "\n".join(found) for cell, found in cells.items()} for sheet, cells in texts.items()}


def _open(package: Package, sheet: _Sheet) -> bool:
    return sheet.part in package.parts and not sheet.secret


def _workbook_part(package: Package) -> str:
    found = [part for kind, part in package.relations("").values() if kind == "officeDocument"]
    if not found or found[0] not in package.parts or found[0].endswith(".bin"):
        raise NotPatchable("文件里没有工作簿")
    return found[0]


def _opens_as(content_types: Any, book: str, suffix: str) -> bool:
    wanted = _MAIN_TYPES.get(suffix)
    for item in content_types:
        if item.tag == f"{{{TYPES}}}Override" and item.get("PartName", "").lstrip("/").casefold() == book.casefold():
            return bool(item.get("ContentType") == wanted)
    extension = book.rpartition(".")[2].casefold()
    defaults = content_types.findall(f"{{{TYPES}}}Default")
    return any(i.get("Extension", "").casefold() == extension and i.get("ContentType") == wanted for i in defaults)


def _sheets(package: Package, book: str, root: Any) -> list[_Sheet]:
    parts = package.relations(book)
    sheets = []
    for item in root.find(f"{{{MAIN}}}sheets"):
        if item.tag == f"{{{MAIN}}}sheet":
            part = parts.get(item.get(f"{{{OFFICE}}}id", ""), ("", ""))[1]
            state = item.get("state", "visible")
            sheets.append(_Sheet(item.get("name", ""), state == "visible", state == "veryHidden", part))
    return sheets


def _remove_review(package: Package, book: str, root: Any, relations: Any, content_types: Any) -> set[int]:
    """Take out the sheet of an earlier round; return the positions that were freed."""
    parts = package.relations(book)
    gone = [(at, item) for at, item in enumerate(root.find(f"{{{MAIN}}}sheets")) if item.get("name") == RESULT_SHEET]
    idents = {item.get(f"{{{OFFICE}}}id", "") for _, item in gone}
    lost = {parts.get(ident, ("", ""))[1] for ident in idents}
    for _, item in gone:
        item.getparent().remove(item)
    for relation in [relation for relation in relations if gone and relation.get("Id") in idents]:
        relations.remove(relation)
    for override in content_types.findall(f"{{{TYPES}}}Override") if gone else ():
        if override.get("PartName", "").lstrip("/") in lost:
            content_types.remove(override)
    for part in lost:
        package.parts.pop(part, None)
        package.parts.pop(rels_name(part), None)
    return {at for at, _ in gone}


def _styles(package: Package, book: str, relations: Any, content_types: Any, rows: Sequence[ResultRow]) -> MarkedStyles:
    """Add what the rows and the marks need to the styles of the workbook."""
    name = next((part for kind, part in package.relations(book).values() if kind == "styles"), "")
    if name not in package.parts:
        name = package.free(posixpath.join(posixpath.dirname(book), "styles{}.xml"), "")
        package.parts[name] = EMPTY
        _relation(relations, book, name, "styles")
        _type(content_types, name, _STYLE_TYPE)
    looks = frozenset((item.look, item.num_format) for row in rows for item in row.items)
    styles = styled(package.parts[name], looks, tuple(dict.fromkeys(_MARK.values())))
    package.parts[name] = styles.part
    return styles


def _type(content_types: Any, part: str, kind: str) -> None:
    etree.SubElement(content_types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=kind)


def _relation(relations: Any, book: str, part: str, kind: str) -> str:
    used = {item.get("Id") for item in relations}
    ident = next(name for number in range(1, len(used) + 2) if (name := f"rIdReview{number}") not in used)
    target = posixpath.relpath(part, posixpath.dirname(book) or ".")
    etree.SubElement(relations, f"{{{RELS}}}Relationship", Id=ident, Type=f"{OFFICE}/{kind}", Target=target)
    return ident


def _add_sheet(root: Any, ident: str) -> None:
    sheets = root.find(f"{{{MAIN}}}sheets")
    used = [int(item.get("sheetId", "0")) for item in sheets if _ID.fullmatch(item.get("sheetId", "0"))]
    item = etree.Element(f"{{{MAIN}}}sheet", nsmap=None)
    sheets.insert(0, item)
    item.set("name", RESULT_SHEET)
    item.set("sheetId", str(max(used, default=0) + 1))
    item.set(f"{{{OFFICE}}}id", ident)


def _renumber(root: Any, before: int, removed: set[int]) -> None:
    """Names and views count sheets by position: one was added in front, some were taken out."""
    kept = [index for index in range(before) if index not in removed]
    moved = {str(old): str(new) for new, old in enumerate(kept, start=1)}
    taken_out = set(map(str, removed))
    for name in list(root.iter(f"{{{MAIN}}}definedName")):
        local = name.get("localSheetId")
        if local is None:
            continue
        if local in moved:
            name.set("localSheetId", moved[local])
        elif local in taken_out:
            name.getparent().remove(name)
    for names in root.findall(f"{{{MAIN}}}definedNames"):
        if len(names) == 0:
            root.remove(names)
    for view in root.iter(f"{{{MAIN}}}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            if attribute in view.attrib:
                view.set(attribute, "0")


def _marks(outcome: Outcome, formats: Mapping[str, int]) -> Mapping[str, Mapping[int, Sequence[str]]]:
    """The cells to be marked, by sheet and format."""
    wanted: dict[str, dict[str, str]] = {}
    for finding in by_weight(outcome.findings):  # the gravest first: a cell has one colour
        for cell in finding.cells:
            if valid(cell):
                wanted.setdefault(finding.sheet, {}).setdefault(cell, _MARK[finding.severity])
    found: dict[str, dict[int, list[str]]] = {}
    for sheet, cells in wanted.items():
        for cell, colour in cells.items():
            found.setdefault(sheet, {}).setdefault(formats[colour], []).append(cell)
    return found
