"""The parts of a zip of XML as bytes: read, find the workbook and its sheets, write back.

Imports ``gate``: what it refuses is not patched either. Parts nobody asked to change are written back byte for byte; a
newcomer would load the file with a library and save it, which loses what that library does not know.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from xltool.ooxml.gate import Archive, checked, guarded, opened, part, root_of
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"


class NotPatchable(Exception):  # noqa: N818 - it is an answer, not a fault: the caller writes a separate file
    """The file cannot be patched; the text says why."""


class Parts(MutableMapping[str, bytes]):
    """Parts by name, in the order of the file; unpacked when asked for, because most are handed on as they are."""

    def __init__(self, archive: Archive, infos: Mapping[str, zipfile.ZipInfo], limits: Limits) -> None:
        self._archive, self._infos, self._limits = archive, infos, limits
        self._known: dict[str, bytes | None] = dict.fromkeys(infos)
        self._changed: set[str] = set()
        self._spelled = {name.casefold(): name for name in reversed(list(infos))}

    def __getitem__(self, name: str) -> bytes:
        content = self._known[name]
        if content is None:
            content = self._known[name] = self._unpacked(name)
        return content

    def _unpacked(self, name: str) -> bytes:
        try:
            with guarded(self._archive):
                return part(self._archive, name, self._limits)
        except Refused as refused:
            raise NotPatchable(f"部件 {name}：{refused}") from None

    def __setitem__(self, name: str, content: bytes) -> None:
        if content is not self._known.get(name):
            self._known[name] = content
            self._changed.add(name)
            self._spelled.setdefault(name.casefold(), name)

    def __delitem__(self, name: str) -> None:
        del self._known[name]
        self._spelled.pop(name.casefold(), None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def spelled(self, name: str) -> str | None:
        """Return a part's name as the file spells it (some programs change case); None if there is no such part."""
        return name if name in self._known else self._spelled.get(name.casefold())

    def original(self, name: str) -> zipfile.ZipInfo | None:
        """Return where an unchanged part stands in the source; None for parts that are new or changed."""
        return None if name in self._changed else self._infos.get(name)


@dataclass(slots=True)
class Package:
    """A file's parts; ``parts`` is the working copy."""

    parts: Parts
    _infos: Mapping[str, zipfile.ZipInfo]
    _source: bytes
    _related: dict[str, tuple[bytes, dict[str, tuple[str, str]]]] = field(default_factory=dict)

    @classmethod
    def read(cls, source: bytes, limits: Limits = LIMITS) -> Package:
        """Open a file that passes the gate.

        Raises:
            NotPatchable: the gate refuses it.
        """
        try:
            with opened(source, limits) as archive:
                infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
                return cls(Parts(archive, infos, limits), infos, source)
        except Refused as refused:
            raise NotPatchable(str(refused)) from None

    def to_bytes(self) -> bytes:
        """Return the packed workbook; the same parts give the same bytes."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in self.parts:
                same = self.parts.original(name)
                packed = self._packed(same) if same is not None else None
                if same is not None and packed is not None:
                    put_packed(archive, same, packed)
                    continue
                old = self._infos.get(name)
                info = zipfile.ZipInfo(name, old.date_time if old else (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_STORED if old and not old.compress_type else zipfile.ZIP_DEFLATED
                info.external_attr = old.external_attr if old else 0
                archive.writestr(info, self.parts[name])
        return stream.getvalue()

    def _packed(self, info: zipfile.ZipInfo) -> bytes | None:
        """The compressed bytes of a part as they stand in the source; None if they cannot be taken over."""
        at = info.header_offset
        head = self._source[at : at + 30]
        if head[:4] != b"PK\x03\x04" or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return None
        start = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        packed = self._source[start : start + info.compress_size]
        return packed if len(packed) == info.compress_size else None

    def tree(self, name: str) -> Any:
        """Return the root element of a part.

        Raises:
            NotPatchable: the part is missing or not plain XML.
        """
        if name not in self.parts:
            raise NotPatchable(f"文件缺少部件 {name}")
        return parsed(name, self.parts[name])

    def put_tree(self, name: str, root: Any) -> None:
        """Replace a part by the tree; a part that says the same already stays byte for byte."""
        content = written(root)
        if name not in self.parts or written(self.tree(name)) != content:
            self.parts[name] = content

    def free(self, pattern: str, first: str = "1") -> str:
        """Return a name no part has yet: ``{}`` becomes ``first``, then a number.

        Names are the customary ones: some programs find sheets and comments by their names alone.
        """
        names = (pattern.format(number) for number in (first, *range(2, len(self.parts) + 3)))
        return next(name for name in names if self.parts.spelled(name) is None)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return id to (last word of the type, part name) of the inner relationships of ``part`` ("" = package)."""
        name = rels_name(part)
        if name not in self.parts:
            return {}
        content, (known, found) = self.parts[name], self._related.get(part, (b"", {}))
        if known is not content:
            found = {
                item.get("Id", ""): (
                    item.get("Type", "").rsplit("/", 1)[-1],
                    self._resolve(part, item.get("Target", "")),
                )
                for item in self.tree(name).iter(f"{{{RELS}}}Relationship")
                if item.get("TargetMode") != "External"
            }
            self._related[part] = content, found
        return found

    def _resolve(self, part: str, target: str) -> str:
        joined = posixpath.join("/", posixpath.dirname(part), target.replace("\\", "/"))
        name = posixpath.normpath(joined).lstrip("/")
        return self.parts.spelled(name) or name


def parsed(name: str, content: bytes) -> Any:
    """Return the root element of a part's content.

    Raises:
        NotPatchable: it is not plain XML.
    """
    try:
        return root_of(checked(content), remove_comments=False, remove_pis=False)  # they stay
    except Refused as refused:
        raise NotPatchable(f"部件 {name}：{refused}") from None


def written(root: Any) -> bytes:
    """Return a tree as the content of a part."""
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def put_packed(archive: zipfile.ZipFile, old: zipfile.ZipInfo, packed: bytes) -> None:
    """Write a part that is compressed already, as ``old`` says of it; zipfile itself would compress it again."""
    info = zipfile.ZipInfo(old.filename, old.date_time)
    info.compress_type, info.external_attr = old.compress_type, old.external_attr
    info.CRC, info.file_size, info.compress_size = old.CRC, old.file_size, old.compress_size
    stream: Any = archive.fp
    info.header_offset = stream.tell()
    stream.write(info.FileHeader(zip64=False))
    stream.write(packed)
    archive.filelist.append(info)
    archive.NameToInfo[info.filename] = info
    archive.start_dir = stream.tell()
    archive._didModify = True  # type: ignore[attr-defined]


def rels_name(part: str) -> str:
    """Return the name of the relationships part of ``part``.

    >>> rels_name("xl/workbook.xml")
    'xl/_rels/workbook.xml.rels'
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def insert_ordered(root: Any, element: Any, order: tuple[str, ...]) -> None:
    """Insert ``element`` where the schema wants it; ``order`` lists the local names of all children."""
    later = order[order.index(etree.QName(element).localname) + 1 :]
    for index, child in enumerate(root):
        if isinstance(child.tag, str) and etree.QName(child).localname in later:
            root.insert(index, element)
            return
    root.append(element)
