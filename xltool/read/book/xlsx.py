"""A workbook as .xlsx (also .xlsm, Strict OOXML, foreign prefixes): its tabs, texts, formats and what else it carries.

The cells of a tab are read by ``sheet_xml``, when somebody asks for them. Elements are matched by local name, so
Strict and transitional files are read alike.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from xltool.ooxml.gate import (
    Archive,
    Relation,
    all_acceptable,
    elements,
    find,
    guarded,
    opened,
    relations,
    root_of,
    tree,
    xml_part,
)
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices
from xltool.read.book.active import HEAD, inventory
from xltool.read.book.cell_looks import Look, look_of
from xltool.read.book.drawings import floating, joined
from xltool.read.book.number_formats import cell_codes
from xltool.read.book.sheet_xml import Context, SheetWalk, written
from xltool.read.book.values import LAYOUT_NAMES, BookFacts, RawBook, RawSheet, SheetContent


def read_xlsx(data: bytes, limits: Limits = LIMITS) -> RawBook:
    """Read all sheets.

    Raises:
        Refused: damaged, hostile or larger than any workbook of ours.
    """
    with opened(data, limits) as archive:
        all_acceptable(archive)
        book_part = _book_part(archive)
        book = tree(archive, book_part, limits)
        links = relations(archive, book_part, limits)
        folder = posixpath.dirname(book_part)
        properties = next(book.iter("{*}workbookPr"), None)
        since_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
        listed = list(book.iter("{*}sheet"))
        if not listed:
            raise refuse(file_notices.DAMAGED, what="没有工作表")
        if len(listed) > limits.sheets:
            raise refuse(file_notices.TOO_LARGE, what=f"{len(listed)} 张工作表")
        styles = _target(archive, folder, links, "styles")
        context = Context(
            *_strings(archive, _target(archive, folder, links, "sharedStrings"), limits),
            _formats(archive, styles, limits),
            since_1904,
            limits,
        )
        sheets, parts = [], []
        for item in listed:
            ident = next((value for name, value in item.attrib.items() if name.endswith("}id")), "")
            relation = links.get(ident)
            if relation is None or relation.external:
                raise refuse(file_notices.DAMAGED, what=f"工作表“{(item.get('name') or '')[:31]}”的内容不在文件里")
            if relation.kind != "worksheet":
                continue
            real = find(archive, joined(folder, relation.target))
            if real is None:
                raise refuse(file_notices.DAMAGED, what=f"工作表“{(item.get('name') or '')[:31]}”的内容不在文件里")
            hidden = item.get("state", "visible") != "visible"
            load, protected = partial(_content, context, archive, real), partial(_protected, archive, real, limits)
            codes = partial(cell_codes, archive, real, styles, limits)
            sheets.append(RawSheet(item.get("name") or "", hidden, load, protected, codes))
            parts.append(real)
        return RawBook("xlsx", tuple(sheets), _facts(archive, book, parts, limits))


def _content(context: Context, archive: Archive, part: str) -> SheetContent:
    with guarded(archive):
        content = SheetWalk(context, archive, part).done()
        over = floating(archive, part, context.limits)
        return replace(content, facts=replace(content.facts, floating=over)) if over else content


def _protected(archive: Archive, part: str, limits: Limits) -> bool:
    with guarded(archive):
        return b"sheetProtection" in xml_part(archive, part, limits)


def _book_part(archive: Archive) -> str:
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument" and (found := find(archive, relation.target)):
            return found
    found = find(archive, "xl/workbook.xml")
    if found is None:
        raise refuse(file_notices.DAMAGED, what="没有工作簿部件")
    return found


def _target(archive: Archive, folder: str, links: Mapping[str, Relation], kind: str) -> str | None:
    for relation in links.values():
        if relation.kind == kind:
            return find(archive, joined(folder, relation.target))
    return find(archive, f"{folder}/{kind}.xml")


def _strings(archive: Archive, name: str | None, limits: Limits) -> tuple[tuple[str, ...], dict[int, str]]:
    """The shared texts, and what is struck out of some of them."""
    if name is None:
        return (), {}
    data = xml_part(archive, name, limits)
    count = elements(data, "si", limits.strings)
    if count > limits.strings:
        raise refuse(file_notices.TOO_LARGE, what=f"文本 {count} 条")
    root = root_of(data)
    for attribute in ("uniqueCount", "count"):
        declared = root.get(attribute) or "0"
        # Other readers reserve memory for what is declared; a file that lies here is refused, not repaired.
        if not declared.isdigit() or len(declared) > 9 or int(declared) > limits.strings * 10:
            raise refuse(file_notices.TOO_LARGE, what=f"声明的文本条数 {declared[:20]}")
    if len(root) > limits.strings:
        raise refuse(file_notices.TOO_LARGE, what=f"文本 {len(root)} 条")
    texts = [written(item) for item in root.iterchildren("{*}si")]
    return tuple(text for text, _ in texts), {at: struck for at, (_, struck) in enumerate(texts) if struck}


def _formats(archive: Archive, name: str | None, limits: Limits) -> Sequence[Look]:
    """How cells of every cell format look."""
    if name is None:
        return ()
    root = tree(archive, name, limits)
    codes: dict[int, str] = {}
    for item in root.iter("{*}numFmt"):
        ident = item.get("numFmtId") or ""
        if ident.isdigit():
            codes.setdefault(int(ident[:9]), item.get("formatCode") or "")
    fonts = next(root.iterchildren("{*}fonts"), None)
    struck = {
        str(index)
        for index, font in enumerate(fonts if fonts is not None else ())
        for mark in font.iterchildren("{*}strike")
        if mark.get("val", "1") in ("1", "true")
    }
    cell_formats = next(root.iterchildren("{*}cellXfs"), None)
    if cell_formats is None:
        return ()
    if len(cell_formats) > limits.styles:
        raise refuse(file_notices.TOO_LARGE, what=f"单元格样式 {len(cell_formats)} 种")
    known: dict[tuple[str, bool], Look] = {}
    result = []
    for item in cell_formats:
        kind = item.get("numFmtId") or "0", item.get("fontId") in struck
        if kind not in known:
            number_format = int(kind[0][:9]) if kind[0].isdigit() else 0
            known[kind] = look_of(number_format, codes.get(number_format, ""), kind[1])
        result.append(known[kind])
    return result


def _facts(archive: Archive, book: Any, sheets: Iterable[str], limits: Limits) -> BookFacts:
    names = tuple(
        name for item in book.iter("{*}definedName") if not LAYOUT_NAMES.search(name := item.get("name") or "")
    )
    try:
        found = inventory(
            archive.namelist(), partial(xml_part, archive, limits=limits), lambda name: archive.head(name)[:HEAD]
        )
    except ValueError:
        raise refuse(file_notices.DAMAGED, what="内容 ExpatError") from None
    comments = sum(_comments(archive, sheet, limits) for sheet in dict.fromkeys(sheets))
    properties = MappingProxyType(_properties(archive, limits))
    return BookFacts(names, found.books, found.words, comments, properties)


def _comments(archive: Archive, sheet: str, limits: Limits) -> int:
    targets = [r.target for r in relations(archive, sheet, limits).values() if r.kind == "comments"]
    parts = {find(archive, joined(posixpath.dirname(sheet), target)) for target in targets} - {None}
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
