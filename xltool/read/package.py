"""The gate in front of every parser: what kind of file is this, and is it safe to open?

calamine aborts the whole process on a handful of tiny hostile files (a cell in the last column, an absurd
row number, a false count of texts) and shows error values and formulas as blanks. So the sheets' XML is
walked once, cheaply, before calamine sees the file: it yields the formulas and error values and proves
that no sheet is larger than any workbook of ours could be.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Any

from xltool.findings import Finding
from xltool.read import notices

MAX_FILE = 50_000_000
MAX_UNPACKED = 200_000_000
MAX_RATIO = 200
MAX_AREA = 2_000_000
MAX_CELLS = 300_000
MAX_PARTS = 2_000
MAX_STRINGS = 500_000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")

Cell = tuple[int, int]


class Refused(Exception):  # noqa: N818 - not an error of ours: the verdict on a file
    """The file cannot be read; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class SheetXml:
    """What the values alone do not tell: which cells hold formulas (with their text) or error values.

    ``formulas`` is None where the format does not let us see them (.xls, .ods).
    """

    formulas: Mapping[Cell, str] | None = None
    errors: Mapping[Cell, str] = field(default_factory=lambda: MappingProxyType({}))


NOTHING = SheetXml()


def kind_of(data: bytes) -> str:
    """Return ``xlsx``, ``xls`` or ``ods`` by content, never by name.

    Raises:
        Refused: the content is something else.
    """
    if not data:
        raise Refused(notices.EMPTY.finding())
    if len(data) > MAX_FILE:
        raise Refused(notices.TOO_LARGE.finding(what=f"{len(data) // 1_000_000} MB"))
    if data[:4] == b"PK\x03\x04":
        return _zip_kind(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused(notices.ENCRYPTED.finding())
        return "xls"
    raise Refused(notices.NOT_A_WORKBOOK.finding(what=_describe(data)))


def _describe(data: bytes) -> str:
    head = data[:512].lstrip().lower()
    for mark, name in (
        (b"%pdf", "PDF"),
        (b"rar!", "RAR 压缩包"),
        (b"7z\xbc\xaf", "7z 压缩包"),
        (b"<html", "网页"),
        (b"<!doctype html", "网页"),
    ):
        if head.startswith(mark):
            return name
    if head.startswith(b"\x89png") or head.startswith(b"\xff\xd8\xff"):
        return "图片"
    return "XML 表格 2003" if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:2000] else "内容无法识别"


def _zip_kind(data: bytes) -> str:
    with _open_zip(data) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "content.xml" in names and "mimetype" in names:
            return "ods"
        raise Refused(
            notices.NOT_A_WORKBOOK.finding(what="压缩包" if "[Content_Types].xml" not in names else "其他 Office 文件")
        )


def _open_zip(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Refused(notices.DAMAGED.finding(what=f"压缩结构 {type(error).__name__}")) from None
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if len(infos) > MAX_PARTS or total > MAX_UNPACKED or (total > 10_000_000 and total / packed > MAX_RATIO):
        raise Refused(notices.TOO_LARGE.finding(what=f"展开后 {total // 1_000_000} MB"))
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(notices.ENCRYPTED.finding())
    return archive


def inspect(data: bytes) -> Mapping[str, SheetXml]:
    """Walk all sheets of an .xlsx and return their formulas and errors by tab name.

    Raises:
        Refused: damaged, declares entities, or larger than any workbook of ours.
    """
    from lxml import etree

    try:
        with _open_zip(data) as archive:
            _check_strings(archive)
            return {title: _walk(archive, part) for title, part in _sheets(archive).items()}
    except (
        etree.LxmlError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        NotImplementedError,
        MemoryError,
    ) as error:
        raise Refused(notices.DAMAGED.finding(what=f"内容 {type(error).__name__}")) from None
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise Refused(notices.DAMAGED.finding(what="压缩数据")) from None
        raise


def _parse(archive: zipfile.ZipFile, part: str) -> Any:
    from lxml import etree

    data = archive.read(part)
    if b"<!DOCTYPE" in data[:4096]:
        raise Refused(notices.DAMAGED.finding(what="含有 DOCTYPE 声明"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser)


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    rels = {item.get("Id"): item.get("Target") for item in _parse(archive, "xl/_rels/workbook.xml.rels")}
    result: dict[str, str] = {}
    for sheet in _parse(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = rels.get(sheet.get(_REL))
        if target and "worksheets/" in target:
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            result[sheet.get("name") or ""] = part
    return result


def _check_strings(archive: zipfile.ZipFile) -> None:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    with archive.open("xl/sharedStrings.xml") as stream:
        head = stream.read(2000).decode("utf-8", "replace")
    for count in re.findall(r'(?:uniqueCount|count)="(\d+)"', head):
        if len(count) > 9 or int(count) > MAX_STRINGS:
            raise Refused(notices.TOO_LARGE.finding(what=f"文本条数 {count}"))


def _walk(archive: zipfile.ZipFile, part: str) -> SheetXml:
    from lxml import etree

    formulas: dict[Cell, str] = {}
    errors: dict[Cell, str] = {}
    cells, last_row, last_col, row_number = 0, 0, 0, 0
    with archive.open(part) as stream:
        tags = (f"{_MAIN}row", f"{_MAIN}c")
        for event, element in etree.iterparse(
            stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, huge_tree=False
        ):
            if element.tag.endswith("}row"):
                if event == "start":
                    row_number = int(element.get("r") or row_number + 1)
                    last_row = max(last_row, row_number)
                else:
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
                continue
            if event == "start":
                continue
            cells += 1
            place = position(element.get("r") or "")
            if place is None:
                continue
            last_row, last_col = max(last_row, place[0] + 1), max(last_col, place[1] + 1)
            formula = element.find(f"{_MAIN}f")
            if formula is not None:
                formulas[place] = formula.text or ""
            if element.get("t") == "e":
                errors[place] = element.findtext(f"{_MAIN}v") or "#VALUE!"
            if cells > MAX_CELLS:
                break
    if cells > MAX_CELLS or last_row > 1_048_576 or last_row * max(1, last_col) > MAX_AREA:
        raise Refused(notices.TOO_LARGE.finding(what=f"{last_row} 行 × {last_col} 列"))
    return SheetXml(MappingProxyType(formulas), MappingProxyType(errors))


def position(reference: str) -> Cell | None:
    """Return (row, column), 0-based, of ``C5``; None if it is not a cell reference."""
    match = _CELL.match(reference)
    if match is None:
        return None
    col = 0
    for letter in match[1]:
        col = col * 26 + ord(letter) - 64
    return int(match[2]) - 1, col - 1
