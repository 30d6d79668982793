"""Conversations on cells (the modern comments of Excel 365), as parts of somebody else's workbook: our remark as a reply.

Imports ``ooxml.package`` and ``writing``. A cell with a conversation cannot have a note as well: the note that
stands there is a stand-in which Excel writes itself. A newcomer would add a person per reply, or a time of the clock.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from lxml import etree

from xltool.ooxml.package import Package
from xltool.writing.text import for_part

_NAMESPACE = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_COMMENT, _PERSON, _TEXT = (f"{{{_NAMESPACE}}}{name}" for name in ("threadedComment", "person", "text"))
_NAME = "xltool 审核"


def _guid(text: str) -> str:
    return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'xltool:{text}')}}}".upper()


_US = _guid("审核")


def conversations(package: Package, sheet: str) -> frozenset[str]:
    """Return the cells of a sheet that have a conversation of the department."""
    part = _part(package, sheet, "threadedComment")
    if not part or not _part(package, _book(package), "person"):
        return frozenset()
    return frozenset(item.get("ref", "") for item in package.tree(part).iter(_COMMENT) if item.get("personId") != _US)


def put_replies(package: Package, sheet: str, notes: Mapping[str, str]) -> None:
    """Replace our replies on a sheet; what the department wrote stays.

    Args:
        package: changed in place.
        sheet: the part of a worksheet.
        notes: cell to text; only cells that have a conversation get a reply.
    """
    part = _part(package, sheet, "threadedComment")
    known = conversations(package, sheet)
    if not part or not known:
        return
    root = package.tree(part)
    for item in list(root.iter(_COMMENT)):
        if item.get("personId") == _US:
            item.getparent().remove(item)
    threads: dict[str, list[Any]] = {}
    for item in root.iter(_COMMENT):
        threads.setdefault(item.get("ref", ""), []).append(item)
    for cell in known & notes.keys():
        thread = threads[cell]
        first = next((item for item in thread if not item.get("parentId")), thread[0])
        parent = first.get("id", "")
        reply = etree.Element(_COMMENT, ref=cell, personId=_US, id=_guid(parent + notes[cell]), parentId=parent)
        # Later than what it answers, and the same whenever it is written.
        reply.set("dT", max(item.get("dT", "") for item in thread) or "2020-01-01T00:00:00.00")
        etree.SubElement(reply, _TEXT).text = for_part(notes[cell])
        thread[-1].addnext(reply)
    package.put_tree(part, root)


def put_person(package: Package, *, wanted: bool) -> None:
    """Make us known as the author of replies, or take us out again."""
    part = _part(package, _book(package), "person")
    if not part:
        return
    root = package.tree(part)
    ours: list[Any] = [item for item in root.iter(_PERSON) if item.get("id") == _US]
    if wanted and not ours:
        root.insert(
            len(root.findall(_PERSON)),
            etree.Element(_PERSON, displayName=_NAME, id=_US, userId="xltool", providerId="None"),
        )
    for item in ours if not wanted else ():
        item.getparent().remove(item)
    package.put_tree(part, root)


def _part(package: Package, source: str, kind: str) -> str:
    return next((p for k, p in package.relations(source).values() if k == kind and p in package.parts), "")


def _book(package: Package) -> str:
    return _part(package, "", "officeDocument")
