"""Files that are no workbook, or no longer a whole one."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.read.test_happenings import clean
from tests.robustness.book import Fault, pack, zipped
from xltool.read.sniff import OLE


def _ole(stream: str, size: int = 4096) -> bytes:
    """Enough of a compound file to be recognised by the names in its directory."""
    return OLE + b"\0" * 1000 + stream.encode("utf-16-le") + b"\0" * (size - 1008 - 2 * len(stream))


def _office(main: str, types: str = "") -> bytes:
    return zipped({"[Content_Types].xml": f"<Types>{types}</Types>".encode(), main: b"<x/>"})


_HTML = "<html><body><table><tr><td>1</td></tr></table></body></html>"
_KINDS: tuple[tuple[str, bytes, str], ...] = (
    ("空文件", b"", "WJ01"),
    ("全是零", b"\0" * 5000, "WJ17"),
    ("文本 GBK", "你好，附件是我们单位的自评表".encode("gbk"), "WJ02"),
    ("文本 UTF-8", "你好".encode(), "WJ02"),
    ("文本 UTF-16", "你好".encode("utf-16"), "WJ02"),
    ("只有一个字节", b"P", "WJ02"),
    ("CSV 逗号", "部门,金额\r\n县教育局,1\r\n县卫健局,2\r\n".encode("gbk"), "WJ15"),
    ("CSV 制表符", "部门\t金额\n县教育局\t1\n".encode(), "WJ15"),
    ("CSV 分号", b"a;b\n1;2\n3;4\n", "WJ15"),
    ("CSV UTF-16", "部门\t金额\n县教育局\t1\n".encode("utf-16"), "WJ15"),
    ("网页", _HTML.encode(), "WJ15"),
    ("网页 DOCTYPE", ("<!DOCTYPE html>" + _HTML).encode(), "WJ15"),
    ("网页 BOM", b"\xef\xbb\xbf" + _HTML.encode(), "WJ15"),
    ("网页 GBK", ("<table><tr><td>县教育局</td></tr></table>").encode("gbk"), "WJ15"),
    ("单文件网页", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "WJ15"),
    ("XML 表格 2003", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "WJ15"),
    ("单文件 ODF", b'<?xml version="1.0"?><office:document xmlns:office="x"/>', "WJ15"),
    ("SYLK", b"ID;PWXL;N;E\nC;Y1;X1;K1\nE\n", "WJ15"),
    ("xls 2.1", b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\0\1" * 30, "WJ15"),
    ("xls 4.0", b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0\1" * 30, "WJ15"),
    ("RTF", b"{\\rtf1\\ansi hello}", "WJ16"),
    ("PDF", b"%PDF-1.4\n% scan", "WJ16"),
    ("PDF 前有空行", b"\n\n%PDF-1.4\n", "WJ16"),
    ("PNG", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "WJ16"),
    ("JPG", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 50, "WJ16"),
    ("GIF", b"GIF89a\1\0\1\0\0\0", "WJ16"),
    ("BMP", b"BM6\0\0\0\0\0\0\0" + b"\0" * 50, "WJ16"),
    ("TIFF", b"II*\x00\x08\0\0\0", "WJ16"),
    ("OFD", zipped({"OFD.xml": b"<x/>", "Doc_0/Document.xml": b"<x/>"}), "WJ16"),
    ("docx", _office("word/document.xml"), "WJ16"),
    ("pptx", _office("ppt/presentation.xml"), "WJ16"),
    ("odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}), "WJ16"),
    ("doc", _ole("WordDocument"), "WJ16"),
    ("ppt", _ole("PowerPoint Document"), "WJ16"),
    ("邮件 msg", _ole("__substg1.0_0037001F"), "WJ16"),
    ("别的 OLE", _ole("Something"), "WJ02"),
    ("xlsb", _office("xl/workbook.bin"), "WJ15"),
    ("visio", _office("visio/document.xml"), "WJ02"),
    ("RAR 4", b"Rar!\x1a\x07\x00" + b"x" * 50, "WJ14"),
    ("RAR 5", b"Rar!\x1a\x07\x01\x00" + b"x" * 50, "WJ14"),
    ("7z", b"7z\xbc\xaf'\x1c" + b"\0" * 50, "WJ14"),
    ("gzip", b"\x1f\x8b\x08\0" + b"\0" * 50, "WJ14"),
    ("bzip2", b"BZh91AY&SY" + b"\0" * 50, "WJ14"),
    ("xz", b"\xfd7zXZ\0" + b"\0" * 50, "WJ14"),
    ("程序", b"MZ\x90\0\3" + b"\0" * 100, "WJ02"),
    ("数据库", b"SQLite format 3\0" + b"\0" * 100, "WJ02"),
    ("加密的工作簿", _ole("EncryptedPackage"), "WJ03"),
    ("加密的 ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"?",
                          "META-INF/manifest.xml": b"<m:encryption-data/>"}), "WJ03"),
    ("乱码", random.Random(5).randbytes(3000), "WJ02"),
    ("OLE 只有开头", OLE + b"\0" * 100, "WJ17"),
    ("xls 只有目录", _ole("Workbook"), "WJ04"),
)  # fmt: skip


def kinds() -> Iterator[Fault]:
    """Other programs' files under the name of a workbook."""
    for name, data, code in _KINDS:
        yield Fault("别的文件", name, data, (f"{code} !",))
    for suffix in (".xlsx.crdownload", ".xlsx.part", ".xlsx.td", ".xlsx.downloading", ".XLSX.Download"):
        yield Fault("下载中", suffix, clean(), ("WJ17 !",), f"回收表{suffix}")


def cut() -> Iterator[Fault]:
    """The start of a return: the rest did not arrive."""
    data = clean()
    for percent in (1, 3, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95, 97, 99):
        yield Fault("截断", f"到 {percent}%", data[: len(data) * percent // 100], ("WJ17 !",))
    yield Fault("截断", "少最后一字节", data[:-1], ("WJ04 !",))
    yield Fault("截断", "后半是零", data[: len(data) // 2] + b"\0" * (len(data) // 2), ("WJ17 !",))
    yield Fault("截断", "缺开头", data[1000:], ("WJ02 !",))
    yield Fault("截断", "中间缺一段", data[:50_000] + data[60_000:], ("WJ04 !",))
    xls = _xls()
    for percent in (30, 60, 90):
        yield Fault("截断", f"xls 到 {percent}%", xls[: len(xls) * percent // 100 // 512 * 512], ("WJ04 !",))


def _xls() -> bytes:
    """Not a whole .xls: its header promises sectors that are not there."""
    header = bytearray(OLE + b"\0" * 16 + b"\x3e\0\3\0\xfe\xff\x09\0\6\0")
    header += b"\0" * (512 - len(header))
    return bytes(header) + "Workbook".encode("utf-16-le") * 400


def archives() -> Iterator[tuple[Fault, tuple[str, ...]]]:
    """Zips of returns: the fault, and the names of the members that must get a verdict (its codes, in order)."""
    good = clean()
    inner = zipped({"乙.xlsx": good})
    yield Fault("压缩包", "一份表", zipped({"甲.xlsx": good}), ("",)), ("包.zip/甲.xlsx",)
    yield Fault("压缩包", "套一层", zipped({"内.zip": inner}), ("",)), ("包.zip/内.zip/乙.xlsx",)
    deep = zipped({"内.zip": zipped({"再内.zip": inner})})
    yield Fault("压缩包", "套两层", deep, ("WJ20 !",)), ("包.zip/内.zip/再内.zip",)
    yield Fault("压缩包", "空", zipped({}), ("WJ19 !",)), ("包.zip",)
    yield (
        Fault("压缩包", "只有系统文件", zipped({"__MACOSX/._甲.xlsx": b"x", "Thumbs.db": b"x"}), ("WJ19 !",)),
        ("包.zip",),
    )
    yield Fault("压缩包", "里面是 RAR", zipped({"甲.rar": b"Rar!\x1a\x07\x00"}), ("WJ14 !",)), ("包.zip/甲.rar",)
    yield Fault("压缩包", "里面是 PDF 和表", zipped({"a.pdf": b"%PDF-1", "b.xlsx": good}), ("WJ16 !", "")), (
        "包.zip/a.pdf", "包.zip/b.xlsx")  # fmt: skip
    yield Fault("压缩包", "路径穿越", zipped({"../../甲.xlsx": good}), ("WJ18 !",)), ("包.zip",)
    yield Fault("压缩包", "炸弹", zipped({"甲.xlsx": b"\0" * 60_000_000}), ("WJ05 !",)), ("包.zip",)
    many = zipped({f"{number:03}.txt": b"x" for number in range(3000)})
    yield Fault("压缩包", "三千个文件", many, ("WJ05 !",)), ("包.zip",)
    yield Fault("压缩包", "GBK 文件名", gbk_zip("县教育局.xlsx", good), ("",)), ("包.zip/县教育局.xlsx",)
    broken = bytearray(zipped({"甲.xlsx": good}, 0))
    broken[20_000] ^= 255
    yield Fault("压缩包", "成员损坏", bytes(broken), ("WJ04 !",)), ("包.zip/甲.xlsx",)


def gbk_zip(name: str, data: bytes) -> bytes:
    """A zip as a Chinese Windows writes it: GBK bytes in the directory, no flag."""
    raw = name.encode("gbk")
    packed = pack({"x" * len(raw): data}, 0)
    return packed.replace(b"x" * len(raw), raw)
