"""What a file is, by its content and never by its name.

Imports ``notices`` and ``ooxml``. Kinds that can be read: ``xlsx`` (also .xlsm and Strict), ``xls`` (also .et),
``ods``; ``zip`` is an archive that may hold returns. Everything else is refused with the advice that fits it.
"""

from __future__ import annotations

import re

from xltool.findings import Notice
from xltool.ooxml.gate import Archive, opened, part
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP, EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_PARTIAL = (
    ".crdownload",
    ".part",
    ".partial",
    ".download",
    ".downloading",
    ".td",
    ".xltd",
    ".baiduyun.p.downloading",
    ".!ut",
    ".opdownload",
)
_NOT_DONE = re.compile(r"(?:{})\Z".format("|".join(map(re.escape, _PARTIAL))), re.IGNORECASE)


_SCANNED, _OTHER = file_notices.NOT_A_TABLE, file_notices.OTHER_TABLE
PICTURE, PROGRAM, DATABASE, TEXT = "图片", "程序文件", "数据库文件", "文本文件"
NOBODYS = frozenset(
    (
        file_notices.NOT_A_TABLE.finding(what=PICTURE).message,
        *(file_notices.NOT_A_WORKBOOK.finding(what=what).message for what in (PROGRAM, DATABASE, TEXT)),
    )
)
"""What is said of files that can be nobody's return: unless their names say whose, there is nobody to hand them back to."""
_MAGIC: tuple[tuple[bytes, Notice, str], ...] = (
    (b"%pdf", _SCANNED, "PDF 文件"),
    (b"\x89png", _SCANNED, PICTURE),
    (b"\xff\xd8\xff", _SCANNED, PICTURE),
    (b"gif8", _SCANNED, PICTURE),
    (b"bm", _SCANNED, PICTURE),
    (b"ii*\x00", _SCANNED, PICTURE),
    (b"mm\x00*", _SCANNED, PICTURE),
    (b"ofd", _SCANNED, "OFD 文件"),
    (b"{\\rtf", _SCANNED, "RTF 文档"),
    (b"rar!", file_notices.ARCHIVE_KIND, "RAR"),
    (b"7z\xbc\xaf'\x1c", file_notices.ARCHIVE_KIND, "7z"),
    (b"pk\x07\x08", file_notices.ARCHIVE_KIND, "分卷 zip"),
    (b"\x1f\x8b", file_notices.ARCHIVE_KIND, "gzip"),
    (b"bzh", file_notices.ARCHIVE_KIND, "bzip2"),
    (b"\xfd7zxz", file_notices.ARCHIVE_KIND, "xz"),
    (b"%tsd-header-###%", file_notices.WRAPPED, "TSD"),
    (b"b\x14#e", file_notices.WRAPPED, "E-SafeNet"),
    (b"mz", file_notices.NOT_A_WORKBOOK, PROGRAM),
    (b"\x7felf", file_notices.NOT_A_WORKBOOK, PROGRAM),
    (b"sqlite format 3", file_notices.NOT_A_WORKBOOK, DATABASE),
)
_SAFENET = b"e-safenet"  # begins, or stands a few bytes into, what 亿赛通's client wrote
_STREAMS: tuple[tuple[str, Notice | None, str], ...] = (
    ("DRMEncrypted", file_notices.WRAPPED, "Office 权限管理"),  # [MS-OFFCRYPTO] 2.2.4, and below for .xls
    ("DRMContent", file_notices.WRAPPED, "Office 权限管理"),
    ("EncryptedPackage", file_notices.ENCRYPTED, ""),
    ("Workbook", None, "xls"),
    ("Book", None, "xls"),
    ("WordDocument", _SCANNED, "Word 文档"),
    ("PowerPoint Document", _SCANNED, "演示文稿"),
    ("__substg1.0_", _SCANNED, "邮件"),
)


def kind_of(data: bytes, name: str = "", limits: Limits = LIMITS) -> str:
    """Return ``xlsx``, ``xls``, ``ods`` or ``zip``.

    Args:
        data: the content.
        name: used only to recognise an unfinished download.
        limits: the gate's settings.

    Raises:
        Refused: the content is something else.
    """
    whole(data, name, limits)
    if data.startswith((ZIP, EMPTY_ZIP)):
        return _zip_kind(data, limits)
    if data.startswith(OLE):
        return _ole(data)
    raise _described(data)


def whole(data: bytes, name: str, limits: Limits) -> None:
    """Pass a file of any kind that is there, finished and not too large.

    Raises:
        Refused: it is not.
    """
    if _NOT_DONE.search(name):
        raise refuse(file_notices.UNFINISHED, what="扩展名是下载中的临时文件")
    if not data:
        raise refuse(file_notices.EMPTY)
    if len(data) > limits.file:
        raise refuse(file_notices.TOO_LARGE, what=f"{len(data) // 1_000_000} MB")
    if not data.strip(b"\0"):
        raise refuse(file_notices.UNFINISHED, what="内容全是空字节")


def _zip_kind(data: bytes, limits: Limits = LIMITS) -> str:
    """Return ``xlsx``, ``ods`` or ``zip`` (an archive of files).

    Raises:
        Refused: a damaged or dangerous zip, or another program's document.
    """
    with opened(data, limits) as archive:
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if "xl/workbook.bin" in names:
            raise refuse(file_notices.OTHER_TABLE, what="二进制工作簿 .xlsb")
        if "word/document.xml" in names:
            raise refuse(file_notices.NOT_A_TABLE, what="Word 文档")
        if "ppt/presentation.xml" in names:
            raise refuse(file_notices.NOT_A_TABLE, what="演示文稿")
        if "index/document.iwa" in names or any(name.endswith("/document.iwa") for name in names):
            raise refuse(file_notices.OTHER_TABLE, what="苹果电脑的 Numbers、Pages 或 Keynote 文件")
        if "ofd.xml" in names:
            raise refuse(file_notices.NOT_A_TABLE, what="OFD 文件")
        if "xl/workbook.xml" in names or ("[content_types].xml" in names and any(n.startswith("xl/") for n in names)):
            return "xlsx"
        if "content.xml" in names and "mimetype" in names:
            return _ods_kind(archive)
        if "[content_types].xml" in names:
            main = _main_part(archive)
            if main:
                return "xlsx"
            raise refuse(file_notices.NOT_A_WORKBOOK, what="其他 Office 文件")
        return "zip"


def _ods_kind(archive: Archive) -> str:
    kind = part(archive, "mimetype", Limits(part=1000)).decode("ascii", "replace")
    if "spreadsheet" not in kind:
        raise refuse(file_notices.NOT_A_TABLE, what="文字或演示文档（ODF）")
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in part(archive, "META-INF/manifest.xml"):
        raise refuse(file_notices.ENCRYPTED)
    return "ods"


def _main_part(archive: Archive) -> bool:
    types = part(archive, "[Content_Types].xml", Limits(part=1_000_000))
    return b"spreadsheetml" in types and b"main+xml" in types


def _ole(data: bytes) -> str:
    """Look for the stream names of the compound file's directory; ``Workbook`` may stand in any program's file."""
    for stream, notice, what in _STREAMS:
        if stream.encode("utf-16-le") in data:
            if notice is None:
                return what
            raise refuse(notice, what=what) if "{what}" in notice.say else refuse(notice)
    if len(data) < 1536 or len(data) % 512:
        raise refuse(file_notices.UNFINISHED, what="文件没有结尾")
    raise refuse(file_notices.NOT_A_WORKBOOK, what="旧格式文件，里面没有工作簿")


def _described(data: bytes) -> Refused:
    if data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08"):
        return refuse(_OTHER, what="很旧的 .xls 格式")
    head = data[:4096]
    text = _text(head)
    lower = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text is None and _SAFENET in lower[:512]:
        return refuse(file_notices.WRAPPED, what="E-SafeNet")
    for mark, notice, what in _MAGIC:
        # Two or three letters may also begin a text.
        if lower.startswith(mark) and (text is None or len(mark) > 3):
            return refuse(notice, what=what)
    if text is None:
        return refuse(file_notices.NOT_A_WORKBOOK, what="内容无法识别")
    words = text.lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in words:
        return refuse(_OTHER, what="XML 表格 2003")
    if "office:document" in words:
        return refuse(_OTHER, what="单文件 ODF（.fods）")
    if "<html" in words or "<!doctype html" in words or "<table" in words or "mime-version:" in words:
        return refuse(_OTHER, what="网页格式的表格")
    if words.startswith("id;p"):
        return refuse(_OTHER, what="SYLK 文本表格")
    if words.startswith(("table\n", "table\r\n")):
        return refuse(_OTHER, what="DIF 文本表格")
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if len(lines) > 1 and any(all(mark in line for line in lines[:3]) for mark in (",", "\t", ";")):
        return refuse(_OTHER, what="CSV 文本")
    return refuse(file_notices.NOT_A_WORKBOOK, what=TEXT)


def _text(head: bytes) -> str | None:
    """Return the head as text, None if it is not text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if b"\0" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return head[: len(head) - len(head) % 2].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start > len(head) - 6 and len(head) > 100:
                return head[: error.start].decode(encoding)
    return None
