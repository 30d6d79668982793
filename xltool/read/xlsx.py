"""A workbook as .xlsx (also .xlsm, Strict OOXML, foreign prefixes): its tabs, texts, formats and what else it carries.

The cells of a tab are read by ``sheet_xml``, when somebody asks for them. Elements are matched by local name, so
Strict and transitional files are read alike.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from xltool.ooxml.gate import (
    Archive,
    Relation,
    elements,
    find,
    guarded,
    no_doctypes,
    opened,
    relations,
    root_of,
    tree,
    xml_part,
)
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import notices
from xltool.read.active import HEAD, inventory
from xltool.read.formats import is_date, is_percent
from xltool.read.number_formats import cell_codes
from xltool.read.sheet_xml import DATE, PERCENT, Context, Walk, text_of
from xltool.read.values import (
    LAYOUT_NAMES,
    BookFacts,
    Content,
    RawBook,
    RawSheet,
)


def read_xlsx(data: bytes, limits: Limits = LIMITS) -> RawBook:
    """Read all sheets.

    Raises:
        Refused: damaged, hostile or larger than any workbook of ours.
    """
    with opened(data, limits) as archive:
        no_doctypes(archive)
        book_part = _book_part(archive)
        book = tree(archive, book_part, limits)
        links = relations(archive, book_part, limits)
        folder = posixpath.dirname(book_part)
        properties = next(book.iter("{*}workbookPr"), None)
        since_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
        listed = list(book.iter("{*}sheet"))
        if not listed:
            raise refuse(notices.DAMAGED, what="没有工作表")
        if len(listed) > limits.sheets:
            raise refuse(notices.TOO_LARGE, what=f"{len(listed)} 张工作表")
        styles = _target(archive, folder, links, "styles")
        context = Context(
            _strings(archive, _target(archive, folder, links, "sharedStrings"), limits),
            _formats(archive, styles, limits),
            since_1904,
            limits,
        )
        sheets, parts = [], []
        for item in listed:
            ident = next((value for name, value in item.attrib.items() if name.endswith("}id")), "")
            relation = links.get(ident)
            if relation is None or relation.external:
                raise refuse(notices.DAMAGED, what=f"工作表“{(item.get('name') or '')[:31]}”的内容不在文件里")
            if relation.kind != "worksheet":
                continue
            real = find(archive, _join(folder, relation.target))
            if real is None:
                raise refuse(notices.DAMAGED, what=f"工作表“{(item.get('name') or '')[:31]}”的内容不在文件里")
            hidden = item.get("state", "visible") != "visible"
            load, protected = partial(_content, context, archive, real), partial(_protected, archive, real, limits)
            codes = partial(cell_codes, archive, real, styles, limits)
            sheets.append(RawSheet(item.get("name") or "", hidden, load, protected, codes))
            parts.append(real)
        return RawBook("xlsx", tuple(sheets), _facts(archive, book, parts, limits))


def _content(context: Context, archive: Archive, part: str) -> Content:
    with guarded(archive):
        return Walk(context, archive, part).done()


def _protected(archive: Archive, part: str, limits: Limits) -> bool:
    with guarded(archive):
        return b"sheetProtection" in xml_part(archive, part, limits)


def _book_part(archive: Archive) -> str:
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument" and (found := find(archive, relation.target)):
            return found
    found = find(archive, "xl/workbook.xml")
    if found is None:
        raise refuse(notices.DAMAGED, what="没有工作簿部件")
    return found


def _join(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _target(archive: Archive, folder: str, links: Mapping[str, Relation], kind: str) -> str | None:
    for relation in links.values():
        if relation.kind == kind:
            return find(archive, _join(folder, relation.target))
    return find(archive, f"{folder}/{kind}.xml")


def _strings(archive: Archive, name: str | None, limits: Limits) -> tuple[str, ...]:
    if name is None:
        return ()
    data = xml_part(archive, name, limits)
    count = elements(data, "si", limits.strings)
    if count > limits.strings:
        raise refuse(notices.TOO_LARGE, what=f"文本 {count} 条")
    root = root_of(data)
    for attribute in ("uniqueCount", "count"):
        declared = root.get(attribute) or "0"
        # Other readers reserve memory for what is declared; a file that lies here is refused, not repaired.
        if not declared.isdigit() or len(declared) > 9 or int(declared) > limits.strings * 10:
            raise refuse(notices.TOO_LARGE, what=f"声明的文本条数 {declared[:20]}")
    if len(root) > limits.strings:
        raise refuse(notices.TOO_LARGE, what=f"文本 {len(root)} 条")
    return tuple(text_of(item) for item in root.iterchildren("{*}si"))


def _formats(archive: Archive, name: str | None, limits: Limits) -> Sequence[str]:
    """For every cell format, whether it shows a date (``DATE``), a percentage (``PERCENT``) or anything else ("")."""
    if name is None:
        return ()
    root = tree(archive, name, limits)
    codes: dict[int, str] = {}
    for item in root.iter("{*}numFmt"):
        ident = item.get("numFmtId") or ""
        if ident.isdigit():
            codes.setdefault(int(ident[:9]), item.get("formatCode") or "")
    cell_formats = next(root.iterchildren("{*}cellXfs"), None)
    if cell_formats is None:
        return ()
    if len(cell_formats) > limits.styles:
        raise refuse(notices.TOO_LARGE, what=f"单元格样式 {len(cell_formats)} 种")
    known: dict[str, str] = {}
    result = []
    for item in cell_formats:
        ident = item.get("numFmtId") or "0"
        if ident not in known:
            number_format = int(ident[:9]) if ident.isdigit() else 0
            code = codes.get(number_format, "")
            percent = PERCENT if is_percent(number_format, code) else ""
            known[ident] = DATE if is_date(number_format, code) else percent
        result.append(known[ident])
    return result


def _facts(archive: Archive, book: Any, sheets: Iterable[str], limits: Limits) -> BookFacts:
    names = tuple(
        name for item in book.iter("{*}definedName") if not LAYOUT_NAMES.search(name := item.get("name") or "")
    )
    try:
        found = inventory(archive.namelist(), partial(xml_part, archive, limits=limits), partial(_head, archive))
    except ValueError:
        raise refuse(notices.DAMAGED, what="内容 ExpatError") from None
    comments = sum(_comments(archive, sheet, limits) for sheet in dict.fromkeys(sheets))
    properties = MappingProxyType(_properties(archive, limits))
    return BookFacts(names, found.books, found.words, comments, properties)


def _head(archive: Archive, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(HEAD)


def _comments(archive: Archive, sheet: str, limits: Limits) -> int:
    targets = [r.target for r in relations(archive, sheet, limits).values() if r.kind == "comments"]
    parts = {find(archive, _join(posixpath.dirname(sheet), target)) for target in targets} - {None}
    return sum(len(list(tree(archive, str(part), limits).iter("{*}comment"))) for part in parts)


def _properties(archive: Archive, limits: Limits) -> dict[str, str]:
    name = find(archive, "docProps/custom.xml")
    if name is None:
        return {}
    try:
        root = tree(archive, name, limits)
    except Refused:
        return {}
    return {
        item.get("name") or "": "".join(item.itertext()).strip()
        for item in root.iter("{*}property")
        if (item.get("name") or "").startswith("xltool")
    }
