"""Word comments: ours of last time out, with what programs have attached to them; ours of this time in.

Imports the part patcher. A comment lives in comments.xml and at three places of the text (where it begins, where it
ends, its number); Word keeps who answered whom in parts of their own. A newcomer would delete an answer
of the department together with what it answers.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

from lxml import etree

from xltool.ooxml.package import CONTENT_TYPES, OFFICE, RELS, TYPES, NotPatchable, Package, rels_name
from xltool.read.tables.word import OURS
from xltool.read.tables.word.runs import child, local, value
from xltool.writing.text import clean

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_ATTACHED = ("commentsIds", "commentsExtended", "commentsExtensible")
_STRICT = "purl.oclc.org"
_INITIALS = "审核"
_ID = "rIdXltool"


class Comments:
    """The comments of one document; ``root`` is the tree of its main part, changed in place."""

    def __init__(self, package: Package, name: str, root: Any) -> None:
        self.package, self.name, self.root = package, name, root
        self.space = f"{{{etree.QName(root).namespace}}}"
        found = [part for kind, part in package.relations(name).values() if kind == "comments"]
        self.part = next((part for part in found if part in package.parts), "")
        self.tree = package.tree(self.part) if self.part else etree.Element(f"{self.space}comments", nsmap=root.nsmap)
        if local(self.tree) != "comments" or (self.part and etree.QName(self.tree).namespace != self.space[1:-1]):
            raise NotPatchable("批注部件不完整")
        self.used, self.next = self._numbers(), 0

    def _numbers(self) -> set[str]:
        used = {value(item, "id") or "" for item in self.tree}
        anchors = self.root.iter("{*}commentRangeStart", "{*}commentRangeEnd", "{*}commentReference")
        return used | {value(item, "id") or "" for item in anchors}

    def ours(self) -> frozenset[str]:
        """Return the ids of our comments."""
        return frozenset(value(item, "id") or "" for item in self.tree if value(item, "author") == OURS)

    def remove_ours(self) -> None:
        """Take out our comments, where they stand in the text, and what other parts say of them."""
        gone = self.ours()
        if not gone:
            return
        paragraphs = set[str]()
        for item in [item for item in self.tree if value(item, "id") in gone]:
            paragraphs |= {ident for p in item.iter("{*}p") if (ident := value(p, "paraId"))}
            self.tree.remove(item)
        for item in list(self.root.iter("{*}commentRangeStart", "{*}commentRangeEnd", "{*}commentReference")):
            if value(item, "id") not in gone:
                continue
            run = item.getparent()
            run.remove(item)
            if local(run) == "r" and not any(local(part) != "rPr" for part in run):
                run.getparent().remove(run)
        self._detach(paragraphs)

    def _detach(self, paragraphs: set[str]) -> None:
        """Forget our paragraphs in Word's lists of conversations; an answer to us becomes a comment of its own."""
        parts = {kind: part for kind, part in self.package.relations(self.name).values() if part in self.package.parts}
        durable = set[str]()
        for kind in _ATTACHED:
            if kind not in parts:
                continue
            tree = self.package.tree(parts[kind])
            for item in list(tree):
                if value(item, "paraId") in paragraphs or value(item, "durableId") in durable:
                    durable |= {ident for ident in (value(item, "durableId"),) if ident}
                    tree.remove(item)
                elif value(item, "paraIdParent") in paragraphs:
                    del item.attrib[next(key for key in item.attrib if key.endswith("}paraIdParent"))]
            self.package.put_tree(parts[kind], tree)

    def add(self, paragraph: Any, texts: Sequence[str]) -> None:
        """Put a comment on a paragraph; every text is a paragraph of the comment."""
        while str(self.next) in self.used:
            self.next += 1
        ident = str(self.next)
        self.used.add(ident)
        comment = self._made("comment", id=ident, author=OURS, initials=_INITIALS)
        for text in texts:
            run = etree.SubElement(etree.SubElement(comment, f"{self.space}p"), f"{self.space}r")
            part = etree.SubElement(run, f"{self.space}t")
            part.text = clean(text)
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        self.tree.append(comment)
        at = 1 if child(paragraph, "pPr") is not None else 0
        paragraph.insert(at, self._made("commentRangeStart", id=ident))
        paragraph.append(self._made("commentRangeEnd", id=ident))
        run = etree.SubElement(paragraph, f"{self.space}r")
        run.append(self._made("commentReference", id=ident))

    def _made(self, name: str, **attributes: str) -> Any:
        element = etree.Element(f"{self.space}{name}")
        for key, text in attributes.items():
            element.set(f"{self.space}{key}", text)
        return element

    def store(self) -> None:
        """Write the comments back; a part that was not there is added to the lists of parts."""
        if self.part and not len(self.tree) and self._is_added():
            self._remove_part()
        elif self.part:
            self.package.put_tree(self.part, self.tree)
        elif len(self.tree):
            self._add_part()

    def _is_added(self) -> bool:
        """Whether the part is one we brought."""
        inner = self.package.relations(self.name).items()
        return any(ident.startswith(_ID) and part == self.part for ident, (_, part) in inner)

    def _remove_part(self) -> None:
        types, relations = self.package.tree(CONTENT_TYPES), self._relations()
        for item in types.findall(f"{{{TYPES}}}Override"):
            if item.get("PartName") == f"/{self.part}":
                types.remove(item)
        for item in list(relations):
            if (item.get("Id") or "").startswith(_ID):
                relations.remove(item)
        del self.package.parts[self.part]
        self.package.put_tree(CONTENT_TYPES, types)
        if len(relations):
            self.package.put_tree(rels_name(self.name), relations)
        else:
            del self.package.parts[rels_name(self.name)]

    def _add_part(self) -> None:
        folder = posixpath.dirname(self.name)
        part = self.package.free(posixpath.join(folder, "comments{}.xml"), "")
        self.package.parts[part] = etree.tostring(self.tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        types, relations = self.package.tree(CONTENT_TYPES), self._relations()
        etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=_TYPE)
        used = {item.get("Id") for item in relations}
        ident = next(f"{_ID}{n}" for n in range(len(used) + 1) if f"{_ID}{n}" not in used)
        office = "http://purl.oclc.org/ooxml/officeDocument/relationships" if _STRICT in self.space else OFFICE
        target = posixpath.relpath(part, folder or ".")
        etree.SubElement(relations, f"{{{RELS}}}Relationship", Id=ident, Type=f"{office}/comments", Target=target)
        self.package.put_tree(CONTENT_TYPES, types)
        self.package.put_tree(rels_name(self.name), relations)

    def _relations(self) -> Any:
        name = rels_name(self.name)
        if name in self.package.parts:
            return self.package.tree(name)
        spaces: Any = {None: RELS}
        return etree.Element(f"{{{RELS}}}Relationships", nsmap=spaces)
