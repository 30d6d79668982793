"""Packs the parts of a workbook, in pieces that know only the piece before: what did not change is not packed again.

A piece ends before a row or a text, after a stretch that is long enough for one table of codes. Deflate lets a piece repeat what
the one before it holds, and no program sees where a piece ends. Where pieces end, and how each is packed, follows
from the content alone, so a part has the same bytes whether all of it was packed or only what differs. A newcomer would
pack every part from its beginning, which takes most of the time of a workbook.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from io import BytesIO

from zlib_ng import zlib_ng

from xltool.ooxml.package import put_packed

_BEGIN = re.compile(rb'<row r="[0-9]*[05]"|<si>')
_LONG = 24_000
_WINDOW = 32_768
_LEVEL, _MEMORY = 9, 4


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A part of a workbook and how it is packed: the pieces of its content, and each of them deflated."""

    info: zipfile.ZipInfo
    pieces: tuple[bytes, ...] = ()
    deflated: tuple[bytes, ...] = ()

    @property
    def content(self) -> bytes:
        """What the part holds."""
        return b"".join(self.pieces)

    def of(self, content: bytes) -> PackagePart:
        """The part with another content; what stands in it as before, behind the same, is packed already."""
        pieces, last = tuple(_pieces(content)), len(self.pieces) - 1
        known = {
            (self.pieces[at - 1] if at else b"", piece, at == last): deflated
            for at, (piece, deflated) in enumerate(zip(self.pieces, self.deflated, strict=True))
        }
        before, parts = b"", []
        for at, piece in enumerate(pieces):
            key = before, piece, at == len(pieces) - 1
            parts.append(known.get(key) or _deflated(*key))
            before = piece
        info = copy(self.info)
        info.compress_type, info.compress_size = zipfile.ZIP_DEFLATED, sum(map(len, parts))
        info.file_size, info.CRC = len(content), zlib_ng.crc32(content)
        return PackagePart(info, pieces, tuple(parts))


def _pieces(content: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(content):
        found = _BEGIN.search(content, start + _LONG)
        end = found.start() if found else len(content)
        yield content[start:end]
        start = end


def _deflated(before: bytes, piece: bytes, last: bool) -> bytes:
    """A piece, as small as it gets: mails with many attachments have limits. zlib-ng does it in half the time of zlib.

    With the memory they use by default both describe longer stretches by one code; ours are better off with shorter ones.
    """
    deflate = zlib_ng.compressobj(
        _LEVEL, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS, _MEMORY, zlib_ng.Z_DEFAULT_STRATEGY, before[-_WINDOW:]
    )
    return deflate.compress(piece) + deflate.flush(zlib_ng.Z_FINISH if last else zlib_ng.Z_SYNC_FLUSH)


def parts_of(data: bytes) -> Iterator[PackagePart]:
    """The parts of a workbook as XlsxWriter packs it."""
    with zipfile.ZipFile(BytesIO(data)) as source:
        for info in source.infolist():
            yield PackagePart(info).of(source.read(info))


def packed(parts: Iterable[PackagePart]) -> bytes:
    """Return parts as a workbook."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            put_packed(archive, part.info, b"".join(part.deflated))
    return target.getvalue()
