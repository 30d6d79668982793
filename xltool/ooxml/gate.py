"""The gate in front of every parser of a zip: is its directory honest, and is every part small enough?

Imports ``limits``, ``notices``, ``refused``. Everything is judged from the directory before a byte is unpacked, and again
while unpacking; zipfile never yields more bytes than the directory declares, so a lie costs its author the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from xltool.files import cause
from xltool.ooxml import gate_notices
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.prolog import LONGEST, objection
from xltool.ooxml.refused import Refused, refuse

PARSING: Mapping[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""How lxml is to parse what comes from outside. A comment inside a number does not end it: every program reads on."""

_HEAD, _KEPT = 4096, 8_000_000
_ENTRY, _END = b"PK\x01\x02", b"PK\x05\x06"
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, KeyError, zlib.error, struct.error,
           IndexError, RuntimeError, OverflowError)  # fmt: skip


class Archive(zipfile.ZipFile):
    """A zip in memory, which needs no closing. ``parts``: as unpacked, the first few million bytes; many are asked for twice."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.parts: dict[str, bytes] = {}
        self.heads: dict[str, bytes] = {}
        self._room = _KEPT
        super().__init__(BytesIO(_without_comment(data)))

    def keep(self, name: str, content: bytes) -> bytes:
        """Return what a part holds; as long as there is room, it is kept."""
        if len(content) <= self._room:
            self._room -= len(content)
            self.parts[name] = content
        return content

    def head(self, name: str) -> bytes:
        """Return how a part begins."""
        if name not in self.heads:
            with self.open(name) as stream:
                self.heads[name] = stream.read(_HEAD)
        return self.heads[name]

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Part names as the directory spells them, by name in lower case with plain slashes."""
        return {_plain(name): name for name in reversed(self.namelist())}


def _without_comment(data: bytes) -> bytes:
    """The archive without its comment, where that contains what looks like the end of a directory.

    zipfile takes the last such mark for the end; a true one is one whose comment reaches to the end of the file and whose
    directory ends where it begins. One that says it has no directory is only true if no other is.

    Raises:
        Refused: two directories, of which every program may read another.
    """
    first = max(0, len(data) - 65_557)
    last = at = data.rfind(_END)
    ends: dict[int, bool] = {}  # where it begins, and whether there is anything in its directory
    while at >= first:
        if at + 22 <= len(data):
            size, offset, comment = struct.unpack("<LLH", data[at + 12 : at + 22])
            if (
                at + 22 + comment == len(data)
                and offset + size <= at
                and (size == 0 or data[at - size : at - size + 4] == _ENTRY)
            ):
                ends[at] = size > 0
        at = data.rfind(_END, 0, at)
    filled = [at for at, anything in ends.items() if anything]
    if len(filled) > 1:
        raise refuse(gate_notices.SUSPICIOUS_ZIP, what="有两份目录")
    end = next(iter(filled or ends), last)
    return data if end == last else data[: end + 20] + b"\0\0"


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


@contextmanager
def opened(data: bytes, limits: Limits = LIMITS) -> Iterator[Archive]:
    """Open a zip whose directory has passed the gate; what breaks inside becomes a verdict.

    Raises:
        Refused: see ``gate_notices``.
    """
    with guarded(data):
        if (count := data.count(_ENTRY)) > limits.entries:
            raise refuse(gate_notices.TOO_LARGE, what=f"压缩包内 {count} 个文件")
        archive = Archive(data)
        _directory(archive, data, limits)
        yield archive


@contextmanager
def guarded(source: bytes | Archive) -> Iterator[None]:
    """Turn what breaks while a zip is read into a verdict.

    Raises:
        Refused: see ``gate_notices``.
    """
    data = source if isinstance(source, bytes) else source.data
    try:
        yield
    except Refused:
        raise
    except MemoryError:
        raise refuse(gate_notices.TOO_LARGE, what="内存不足") from None
    except _BROKEN as error:
        if not data.rstrip(b"\0").count(b"PK\x05\x06"):
            raise refuse(gate_notices.UNFINISHED, what="没有文件结尾") from None
        raise refuse(gate_notices.DAMAGED, what=f"压缩结构 {cause(error)}") from None


def _directory(archive: Archive, data: bytes, limits: Limits) -> None:
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if len(infos) > limits.parts:
        raise refuse(gate_notices.TOO_LARGE, what=f"压缩包内 {len(infos)} 个文件")
    if total > limits.unpacked or (total > 10_000_000 and total / packed > limits.ratio):
        raise refuse(gate_notices.TOO_LARGE, what=f"展开后 {total // 1_000_000} MB")
    if any(info.flag_bits & 0x41 for info in infos):
        raise refuse(gate_notices.ENCRYPTED)
    names = [info.filename.replace("\\", "/").casefold() for info in infos]
    if len(set(names)) != len(names):
        raise refuse(gate_notices.SUSPICIOUS_ZIP, what="有重名的部件")
    if any(name.startswith("/") or ".." in name.split("/") or name[1:3] == ":/" or "\0" in name for name in names):
        raise refuse(gate_notices.SUSPICIOUS_ZIP, what="部件名指向文件夹以外")
    if any((info.external_attr >> 16) & 0o170000 == 0o120000 for info in infos):
        raise refuse(gate_notices.SUSPICIOUS_ZIP, what="含有链接")
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < 0:
            raise refuse(gate_notices.DAMAGED, what="中间缺少内容")
        if info.header_offset < end:
            raise refuse(gate_notices.SUSPICIOUS_ZIP, what="部件互相重叠")
        end = info.header_offset + 30 + info.compress_size
        if end > len(data):
            raise refuse(gate_notices.DAMAGED, what="部件不完整")


def part(archive: Archive, name: str, limits: Limits = LIMITS) -> bytes:
    """Return one part, checked for size while unpacking.

    Raises:
        Refused: larger than any part of ours.
        KeyError: there is none.
    """
    if name in archive.parts:
        return archive.parts[name]
    info = archive.getinfo(name)
    if info.file_size > limits.part:
        raise refuse(gate_notices.TOO_LARGE, what=f"部件 {info.file_size // 1_000_000} MB")
    data = archive.read(info)
    if len(data) != info.file_size:
        raise refuse(gate_notices.DAMAGED, what="部件大小与声明不符")
    return archive.keep(name, data)


def xml_part(archive: Archive, name: str, limits: Limits = LIMITS) -> bytes:
    """Return a part that is XML: no document type, no odd encoding, and no more tags than a workbook of ours could have.

    Raises:
        Refused, KeyError: as ``part``.
    """
    return checked(part(archive, name, limits), limits)


def checked(data: bytes, limits: Limits = LIMITS) -> bytes:
    """Return XML that may be given to a parser as it is: what ``xml_part`` asks of a part.

    Raises:
        Refused: a DOCTYPE, an odd encoding, or too many tags.
    """
    # Nearly every part says it in its first bytes.
    if objection(data[:_HEAD]) and (found := objection(data[:LONGEST])):
        raise refuse(gate_notices.DAMAGED, what=found)
    if data.count(b"<") > limits.tags:
        raise refuse(gate_notices.TOO_LARGE, what=f"单个部件 {data.count(b'<') // 10_000} 万个标记")
    return data


def elements(data: bytes, name: str, enough: int = 0) -> int:
    """Return about how many elements of a name the XML has, without parsing; never too many.

    ``enough``: nobody asks about fewer; a part too short for as many is not looked through.

    >>> elements(b"<a><v>1</v><v/></a>", "v"), elements(b"<x:a><x:v>1</x:v></x:a>", "x:v")
    (2, 1)
    """
    tag = name.encode()
    if len(data) < enough * (len(tag) + 2):
        return 0
    return sum(data.count(b"<" + tag + end) for end in (b">", b" ", b"/>"))


def tree(archive: Archive, name: str, limits: Limits = LIMITS) -> Any:
    """Return the root element of a part.

    Raises:
        Refused, KeyError: as ``part``; also if it is not well-formed.
    """
    return root_of(xml_part(archive, name, limits))


def root_of(data: bytes, **parsing: Any) -> Any:
    """Return the root element of XML that ``xml_part`` or ``checked`` has let pass. ``parsing``: beyond PARSING.

    Raises:
        Refused: not well-formed.
    """
    from lxml import etree

    try:
        return etree.fromstring(data, etree.XMLParser(**{**PARSING, **parsing}))
    except (etree.LxmlError, ValueError) as error:
        raise refuse(gate_notices.DAMAGED, what=f"内容 {cause(error)}") from None


def all_acceptable(archive: Archive) -> None:
    """Refuse a workbook with XML that may not be parsed in any part, also in those we never parse.

    Raises:
        Refused: one does.
    """
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels", ".vml")):
            head = archive.head(info.filename)
            if head and objection(head):
                with archive.open(info) as stream:
                    head = stream.read(LONGEST)
            if head and (found := objection(head)):
                raise refuse(gate_notices.DAMAGED, what=found)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part: last word of its type, target, whether it leaves the file."""

    kind: str
    target: str
    external: bool


def relations(archive: Archive, name: str, limits: Limits = LIMITS) -> dict[str, Relation]:
    """Return the relationships of a part by id; none if it has none."""
    folder, _, last = name.rpartition("/")
    path = f"{folder}/_rels/{last}.rels".lstrip("/")
    real = find(archive, path)
    if real is None:
        return {}
    result = {}
    for item in tree(archive, real, limits).iter("{*}Relationship"):
        kind = item.get("Type", "").rsplit("/", 1)[-1]
        result[item.get("Id", "")] = Relation(kind, item.get("Target", ""), item.get("TargetMode") == "External")
    return result


def find(archive: Archive, name: str) -> str | None:
    """Return a part's name as the directory spells it (some programs change case or slashes)."""
    return archive.known.get(_plain(name))
