"""Comments on cells, as parts of somebody else's workbook: ours added to theirs, ours of last time taken away.

Imports ``ooxml.package``, ``report.sheet_scan``, ``writing``. A comment lives in three places: the comments part, a shape in a
VML drawing (without it Excel shows nothing), and the sheet's reference to that drawing. A newcomer would write
new parts and lose the department's own notes; or parse the VML, which Excel itself does not always write as XML.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from xltool.ooxml.package import MAIN, OFFICE, RELS, TYPES, NotPatchable, Package, rels_name
from xltool.report.marked_copy.note_shapes import PixelGrid, reference, shape
from xltool.report.marked_copy.sheet_scan import SheetEdits
from xltool.writing.text import cut, for_cell, for_part

AUTHOR = "xltool 审核"
START = "【审核】"
_JOINT = f"\n{START}"  # what stands before it in a note is the department's
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_ID, _VML_ID = "rIdXltoolNotes", "rIdXltoolNotesDrawing"
_SHAPE, _SHAPE_END = "<v:shape", "</v:shape>"
_ROW, _COLUMN = (re.compile(rf"<x:{name}>\s*+([0-9]{{1,7}})\s*+</x:{name}>") for name in ("Row", "Column"))
_LONGEST = 1_500
_EMPTY_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)


@dataclass(slots=True)
class _Places:
    """Where a sheet's notes live; empty names where it has none."""

    relations: Any
    comments: str = ""
    drawing: str = ""


def put_notes(package: Package, content_types: Any, sheet: str, edits: SheetEdits, notes: Mapping[str, str]) -> None:
    """Replace our notes on a sheet; those of the department stay, with ours below where both speak of one cell.

    Args:
        package: changed in place.
        content_types: the parsed content types; changed in place, written by the caller.
        sheet: the part of a worksheet.
        edits: what is being changed in that part.
        notes: cell to text.

    Raises:
        NotPatchable: the sheet's comments are not plain XML.
    """
    places = _find(package, sheet, edits, bool(notes))
    if not notes and not places.comments:
        return
    root = package.tree(places.comments) if places.comments else _new_comments()
    listed = root.find(f"{{{MAIN}}}commentList")
    if listed is None or root.find(f"{{{MAIN}}}authors") is None:
        raise NotPatchable("批注部件不完整")
    gone = _remove_ours(root, listed)
    if not notes and not gone[0] and not gone[1]:
        return
    new = _add(root, listed, notes)
    vml = package.parts[places.drawing].decode("utf-8-sig", "replace") if places.drawing else _EMPTY_VML
    vml = _without_shapes(vml, gone[0])
    vml = _with_shapes(vml, new, edits)
    _store(package, content_types, sheet, edits, places, root, vml, bool(len(listed)))


def _find(package: Package, sheet: str, edits: SheetEdits, wanted: bool) -> _Places:
    """``wanted``: there are notes to write, so the sheet is looked at even if it has none yet."""
    name = rels_name(sheet)
    if name not in package.parts:
        root = etree.Element(f"{{{RELS}}}Relationships", nsmap=_default(RELS))
        return _Places(root)
    places = _Places(package.tree(name))
    relations = package.relations(sheet).items()
    known = [(ident, kind, part) for ident, (kind, part) in relations if part in package.parts]
    places.comments = next((part for _, kind, part in reversed(known) if kind == "comments"), "")
    if wanted or places.comments:
        legacy = edits.found.legacy
        drawings = (part for ident, kind, part in known if legacy and kind == "vmlDrawing" and ident == legacy[0])
        places.drawing = next(drawings, "")
    return places


def _default(namespace: str) -> Any:
    """Return a default namespace; lxml's stubs do not know None as a prefix."""
    return {None: namespace}


def _new_comments() -> Any:
    root = etree.Element(f"{{{MAIN}}}comments", nsmap=_default(MAIN))
    etree.SubElement(root, f"{{{MAIN}}}authors")
    etree.SubElement(root, f"{{{MAIN}}}commentList")
    return root


def _remove_ours(root: Any, listed: Any) -> tuple[set[tuple[int, int]], bool]:
    """Return the cells that lost their comment, and whether any text of ours was cut out of another's."""
    authors = [author.text or "" for author in root.find(f"{{{MAIN}}}authors")]
    gone, cut = set(), False
    for comment in list(listed):
        author = _author(comment, authors)
        text = "".join(comment.itertext())
        if author == AUTHOR or text.startswith(START):
            listed.remove(comment)
            place = reference(comment.get("ref", ""))
            if place is not None:
                gone.add(place)
        elif _JOINT in text:
            _cut(comment)
            cut = True
    return gone, cut


def _cut(comment: Any) -> None:
    """Take away everything from our mark on."""
    ours = False
    for item in list(comment.iter(f"{{{MAIN}}}t")):
        text = item.text or ""
        if not ours and (at := text.find(_JOINT)) >= 0:
            item.text, ours = text[:at], True
            if item.text:
                continue
        if ours:
            holder = item.getparent()
            (holder.getparent() if holder.tag == f"{{{MAIN}}}r" else holder).remove(
                holder if holder.tag == f"{{{MAIN}}}r" else item
            )


def _add(root: Any, listed: Any, notes: Mapping[str, str]) -> list[str]:
    """Add our texts; return the cells that had no comment before."""
    authors = root.find(f"{{{MAIN}}}authors")
    names = [author.text or "" for author in authors]
    if notes and AUTHOR not in names:
        etree.SubElement(authors, f"{{{MAIN}}}author").text = AUTHOR
        names.append(AUTHOR)
    ours = str(names.index(AUTHOR)) if notes else ""
    known = {comment.get("ref", ""): comment for comment in listed}
    new = []
    for cell, text in notes.items():
        shown = cut(for_cell(START + text), _LONGEST)
        if cell in known:
            holder = known[cell].find(f"{{{MAIN}}}text")
            if holder is not None and not _threaded(known[cell], names):
                if len(holder) == 1 and holder[0].tag == f"{{{MAIN}}}t":  # plain text cannot stand beside runs
                    first = etree.Element(f"{{{MAIN}}}r")
                    first.append(holder[0])
                    holder.insert(0, first)
                _run(holder, f"\n{shown}")
            continue
        comment = etree.SubElement(listed, f"{{{MAIN}}}comment", ref=cell, authorId=ours, shapeId="0")
        _run(etree.SubElement(comment, f"{{{MAIN}}}text"), shown)
        new.append(cell)
    return new


def _threaded(comment: Any, names: list[str]) -> bool:
    """A modern comment keeps its text elsewhere; what stands here is a stand-in that must not change."""
    return _author(comment, names).startswith("tc=")


def _author(comment: Any, names: list[str]) -> str:
    number = comment.get("authorId", "")
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else len(names)
    return names[index] if index < len(names) else ""


def _run(holder: Any, text: str) -> None:
    run = etree.SubElement(holder, f"{{{MAIN}}}r")
    look = etree.SubElement(run, f"{{{MAIN}}}rPr")
    etree.SubElement(look, f"{{{MAIN}}}sz", val="9")
    etree.SubElement(look, f"{{{MAIN}}}rFont", val="宋体")
    etree.SubElement(look, f"{{{MAIN}}}family", val="3")
    item = etree.SubElement(run, f"{{{MAIN}}}t")
    item.text = for_part(text)
    item.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _without_shapes(vml: str, gone: set[tuple[int, int]]) -> str:
    """Cut out the boxes of notes that went. A VML part need not be XML, so it is cut at its tags."""
    if not gone:
        return vml
    pieces, at = [], 0
    while (start := vml.find(_SHAPE, at)) >= 0 and (end := vml.find(_SHAPE_END, start)) >= 0:
        end += len(_SHAPE_END)
        start = vml.rfind(_SHAPE, start, end)  # one that was never closed belongs to nobody
        if vml[start + len(_SHAPE)].isalnum():  # a shapetype
            start = end
        box = vml[start:end]
        row, column = _ROW.search(box), _COLUMN.search(box)
        ours = 'ObjectType="Note"' in box and row and column and (int(row[1]), int(column[1])) in gone
        pieces.append(vml[at:start] if ours else vml[at:end])
        at = end
        while ours and vml[at : at + 1].isspace():
            at += 1
    return "".join((*pieces, vml[at:]))


def _with_shapes(vml: str, cells: list[str], edits: SheetEdits) -> str:
    if not cells:
        return vml
    end = vml.rfind("</xml>")
    if end < 0:
        raise NotPatchable("批注的图形部件不完整")
    # The numbers only have to differ from each other and from what is there.
    used = [int(number) for number in re.findall(r'id="_x0000_s(\d{1,9})"', vml)]
    first, grid = max([1024, *used]) + 1, PixelGrid.of(edits.found)
    added = "".join(shape(first + index, cell, grid) for index, cell in enumerate(cells))
    return vml[:end] + added + vml[end:]


def _store(
    package: Package,
    content_types: Any,
    sheet: str,
    edits: SheetEdits,
    places: _Places,
    root: Any,
    vml: str,
    any_left: bool,
) -> None:
    relations = places.relations
    folder = posixpath.dirname(sheet)
    if not any_left:
        _drop(package, content_types, relations, sheet, places.comments)
        if places.drawing and "<v:shape " not in vml:
            if edits.found.legacy is not None:
                edits.edits.append((*edits.found.legacy[1:], b""))
            _drop(package, content_types, relations, sheet, places.drawing)
        elif places.drawing:
            package.parts[places.drawing] = vml.encode()
        _put_relations(package, sheet, relations)
        return
    if not places.comments:
        places.comments = package.free(posixpath.join(posixpath.dirname(folder), "comments{}.xml"))
        etree.SubElement(
            content_types, f"{{{TYPES}}}Override", PartName=f"/{places.comments}", ContentType=_COMMENTS_TYPE
        )
        _relate(relations, _ID, "comments", posixpath.relpath(places.comments, folder))
    if not places.drawing:
        places.drawing = package.free(posixpath.join(posixpath.dirname(folder), "drawings/vmlDrawing{}.vml"))
        ident = _relate(relations, _VML_ID, "vmlDrawing", posixpath.relpath(places.drawing, folder))
        _refer(edits, ident)
        if not any(item.get("Extension", "").casefold() == "vml" for item in content_types):
            default = etree.Element(f"{{{TYPES}}}Default", Extension="vml", ContentType=_VML_TYPE)
            content_types.insert(0, default)
    package.parts[places.drawing] = vml.encode()
    package.put_tree(places.comments, root)
    _put_relations(package, sheet, relations)


def _put_relations(package: Package, sheet: str, relations: Any) -> None:
    name = rels_name(sheet)
    if len(relations):
        package.put_tree(name, relations)
    else:
        package.parts.pop(name, None)


def _drop(package: Package, content_types: Any, relations: Any, sheet: str, part: str) -> None:
    package.parts.pop(part, None)
    for override in content_types.findall(f"{{{TYPES}}}Override"):
        if override.get("PartName", "").lstrip("/") == part:
            content_types.remove(override)
    idents = {ident for ident, (_, target) in package.relations(sheet).items() if target == part}
    for item in list(relations):
        if item.get("Id") in idents:
            relations.remove(item)


def _relate(relations: Any, wanted: str, kind: str, target: str) -> str:
    used = {item.get("Id") for item in relations}
    ident = next(name for number in range(len(used) + 1) if (name := f"{wanted}{number or ''}") not in used)
    etree.SubElement(relations, f"{{{RELS}}}Relationship", Id=ident, Type=f"{OFFICE}/{kind}", Target=target)
    return ident


def _refer(edits: SheetEdits, ident: str) -> None:
    """Put the reference where the schema wants it: behind the drawing, before what may follow."""
    found, at = edits.found, edits.found.drawing_at
    if at < 0 or edits.part[at : at + 1] != b"<":
        raise NotPatchable("工作表没有内容")
    element = f"<{found.prefix}legacyDrawing xmlns:r={quoteattr(OFFICE)} r:id={quoteattr(ident)}/>"
    edits.edits.append((at, at, element.encode()))
