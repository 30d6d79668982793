"""One Word document marked: what an earlier round left is taken out, then the new marks are put in.

Imports the other modules of this room, ``read.tables.word`` (which element is 第12行第5列) and the part patcher. Only
document.xml, the comments and what lists them change; every other part is handed on byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xltool.findings import Finding, Severity
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.package import CONTENT_TYPES, TYPES, NotPatchable, Package
from xltool.ooxml.refused import Refused
from xltool.read.tables.word import DocumentWalk, body
from xltool.read.tables.word.runs import local
from xltool.report.marked_copy.word.comments import Comments
from xltool.report.marked_copy.word.outside import closed
from xltool.report.marked_copy.word.shading import shade, unshade
from xltool.report.wording import by_weight
from xltool.writing.text import clean

_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DIRECTORY = 100_000
"""Bytes at the end of a zip among which its directory names the parts."""
_MOST = 1_000
"""Comments in one document: beyond, the shade must do."""


def is_word(data: bytes) -> bool:
    """Whether a zip names a Word document in its directory; its bytes are not looked into."""
    return b"word/document" in data[-_DIRECTORY:]


def marked_document(source: bytes, findings: Iterable[Finding], history: str = "", limits: Limits = LIMITS) -> bytes:
    """Return a copy of a .docx with our marks in it; the same findings give the same bytes.

    Args:
        source: The department's file as it came; marks of an earlier round go.
        findings: What was found. One with cells marks them; one about the file as a whole, or about a place that is
            not in the document, stands in a comment on its first paragraph.
        history: What changed since the version before, one line; stands in that first comment, too.
        limits: The gate's settings.

    Raises:
        NotPatchable: not a .docx, damaged, or with active content that must not be handed on.
    """
    package = Package.read(source)
    name = _main_part(package)
    closed(package, name)
    root = package.tree(name)
    comments = Comments(package, name, root)
    unshade(root, comments.ours())
    comments.remove_ours()
    comments.store()
    comments = Comments(package, name, root)
    walk = DocumentWalk(limits)
    try:
        walk.items(body(root))
    except Refused as refused:
        raise NotPatchable(str(refused)) from None
    _mark(walk, root, comments, by_weight(findings), history)
    package.put_tree(name, root)
    comments.store()
    return package.to_bytes()


def _mark(walk: DocumentWalk, root: Any, comments: Comments, findings: list[Finding], history: str) -> None:
    """Shade cells, gravest first: a cell has one colour; a comment says all there is to say of its place."""
    said: dict[Any, list[str]] = {}
    whole = [clean(history)] if history else []
    for finding in findings:
        text = _text(finding)
        known = [spot for cell in finding.cells if (spot := _spot(walk, finding.sheet, cell)) is not None]
        if not known:
            whole.append(f"{_where(finding)}{text}")
        for spot in known:
            if local(spot) == "tc" and spot not in said:
                shade(spot, reject=finding.severity is not Severity.NOTICE)
            said.setdefault(spot, []).append(text)
    first = next((item for item in root.iter("{*}p") if not _inside_drawing(item)), None)
    if whole and first is not None:
        comments.add(first, whole)
    for spot in list(said)[:_MOST]:
        paragraph = spot if local(spot) == "p" else _first_paragraph(spot)
        if paragraph is not None:
            comments.add(paragraph, said[spot])


def _spot(walk: DocumentWalk, sheet: str, cell: str) -> Any:
    return walk.paragraphs.get(cell) if "段" in cell else walk.cells.get((sheet, cell))


def _text(finding: Finding) -> str:
    return clean(f"{finding.severity.value} {finding.code}：{finding.message}{finding.remedy}")


def _where(finding: Finding) -> str:
    return clean(f"〔{finding.sheet}〕{'、'.join(finding.cells[:6])} ") if finding.sheet else ""


def _first_paragraph(cell: Any) -> Any:
    """The first paragraph of a cell, also in a content control, not one of a table inside."""
    for item in cell:
        if local(item) == "p":
            return item
        if local(item) in ("sdt", "sdtContent", "customXml") and (found := _first_paragraph(item)) is not None:
            return found
    return None


def _inside_drawing(paragraph: Any) -> bool:
    return any(local(item) == "txbxContent" for item in paragraph.iterancestors())


def _main_part(package: Package) -> str:
    """The document's part, if the file opens as .docx: a macro file under that name does not open at all."""
    found = [part for kind, part in package.relations("").values() if kind == "officeDocument"]
    types = {
        item.get("PartName", "").lstrip("/"): item.get("ContentType")
        for item in package.tree(CONTENT_TYPES).iter(f"{{{TYPES}}}Override")
    }
    if not found or found[0] not in package.parts or types.get(found[0]) != _DOCUMENT:
        raise NotPatchable("不是通用的 docx 文件")
    return found[0]
