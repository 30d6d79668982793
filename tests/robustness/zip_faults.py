"""Zips that lie, and XML that is hostile or broken, made from a real return."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from tests.read.test_happenings import clean
from tests.robustness.book import SHEET, Fault, added, cell, changed, pack, parts, removed, replaced

_SST, _STYLES, _BOOK = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
_BOOK_RELS = "xl/_rels/workbook.xml.rels"


def _patched(old: bytes, new: bytes, count: int = 1) -> bytes:
    data = clean()
    assert old in data
    return data.replace(old, new, count)


def _central(offset: int, value: bytes, name: bytes = SHEET.encode()) -> bytes:
    """The return with bytes of one entry of its central directory changed."""
    data = bytearray(clean())
    at = data.rindex(name) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + offset : at + offset + len(value)] = value
    return bytes(data)


def _twice(first: str, second: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts().items():
            archive.writestr(name, data)
        archive.writestr("zz_1", b"a")
        archive.writestr("zz_2", b"b")
    return target.getvalue().replace(b"zz_1", first.encode()).replace(b"zz_2", second.encode())


def _link() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts().items():
            archive.writestr(name, data)
        info = zipfile.ZipInfo("xl/media/a.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


def directories() -> Iterator[Fault]:
    """The zip's directory."""
    bomb = b"<x>" + b" " * 120_000_000
    cases: tuple[tuple[str, bytes, str], ...] = (
        ("路径穿越", added("../../evil.xml", b"x"), "WJ18"),
        ("绝对路径", added("/etc/evil.xml", b"x"), "WJ18"),
        ("盘符路径", added("C:/evil.xml", b"x"), "WJ18"),
        ("反斜杠穿越", added("..\\..\\evil.xml", b"x"), "WJ18"),
        ("重名", _twice("zz_3", "zz_3"), "WJ18"),
        ("大小写重名", _twice("zz_a", "ZZ_A"), "WJ18"),
        ("符号链接", _link(), "WJ18"),
        ("部件重叠", _central(42, struct.pack("<I", 40)), "WJ18"),
        ("加密标志", _central(8, b"\x01\x00"), "WJ03"),
        ("强加密标志", _central(8, b"\x41\x00"), "WJ03"),
        ("压缩方法不认识", _central(10, b"\x63\x00"), "WJ04"),
        ("校验码不对", _central(16, b"\x12\x34\x56\x78"), "WJ04"),
        ("声明的大小偏小", _central(24, struct.pack("<I", 100)), "WJ04"),
        ("声明的大小偏大", _central(24, struct.pack("<I", 9_000_000)), "WJ04"),
        ("声明展开 4 GB", _central(24, b"\xfe\xff\xff\xff"), "WJ05"),
        ("部件超出文件", _central(20, struct.pack("<I", 5_000_000)), "WJ04"),
        ("位置超出文件", _central(42, struct.pack("<I", 100_000_000)), "WJ04"),
        ("一个部件的炸弹", added("xl/media/bomb.xml", bomb), "WJ05"),
        ("工作表是炸弹", pack({**parts(), SHEET: bomb}), "WJ05"),
        ("许多部件的炸弹", pack({**parts(), **{f"xl/media/{n}.bin": b"\0" * 9_000_000 for n in range(12)}}), "WJ05"),
        ("三千个部件", pack({**parts(), **{f"xl/media/{n}.bin": b"" for n in range(3000)}}), "WJ05"),
    )
    for name, data, code in cases:
        yield Fault("压缩结构", name, data, (f"{code} !",))


def _rows(count: int, width: int, start: int = 100) -> str:
    line = "".join(f"<c><v>{col}</v></c>" for col in range(width))
    return "".join(f'<row r="{start + row}">{line}</row>' for row in range(count))


def xml() -> Iterator[Fault]:
    """The XML inside."""
    for part in (SHEET, _BOOK, _SST, _STYLES, _BOOK_RELS, "[Content_Types].xml", "_rels/.rels", "docProps/app.xml",
                 "xl/theme/theme1.xml"):  # fmt: skip
        data = changed(part, lambda text: text.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1))
        yield Fault("DOCTYPE", part, data, ("WJ04 !",))
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    yield Fault("DOCTYPE", "实体炸弹", changed(SHEET, lambda t: t.replace("?>", "?>" + laughs, 1)), ("WJ04 !",))
    content = parts()
    text = content[SHEET].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("?>", "?><!DOCTYPE x>", 1)
    yield Fault("DOCTYPE", "UTF-16", pack({**content, SHEET: text.encode("utf-16")}), ("WJ04 !",))

    for part in (SHEET, _BOOK, _SST, _STYLES, _BOOK_RELS):
        yield Fault("XML 损坏", f"{part} 截断", changed(part, lambda text: text[: len(text) // 2]), ("WJ04 !",))
        yield Fault("XML 损坏", f"{part} 空", pack({**parts(), part: b""}), ("WJ04 !",))
    for part in (_BOOK_RELS, SHEET, _SST):
        yield Fault("缺部件", part, removed(part), ("WJ04 !",))
    yield Fault("缺部件", "xl/workbook.xml", removed(_BOOK), ("WJ04 !",))
    sheet_tag = '<sheet name="政府采购" sheetId="6" r:id="rId6"/>'
    cases: tuple[tuple[str, bytes, str], ...] = (
        ("没有工作表", changed(_BOOK, lambda t: t[: t.index("<sheets>")] + "<sheets/></workbook>"), "WJ04"),
        ("表的编号不存在", replaced(_BOOK, 'r:id="rId6"', 'r:id="rId99"'), "WJ04"),
        ("表在文件外", replaced(_BOOK_RELS, 'Target="worksheets/sheet6.xml"', 'Target="http://x/" TargetMode="External"'), "WJ04"),
        ("同一格两次", changed(SHEET, cell('<c r="C5"><v>1</v></c><c r="C5"><v>2</v></c>')), "WJ04"),
        ("同一行两次", replaced(SHEET, '<row r="6"', '<row r="5"'), "WJ04"),
        ("格的位置太远", changed(SHEET, cell('<c r="XFE5"><v>1</v></c>')), "WJ04"),
        ("格的位置不通", changed(SHEET, cell('<c r="C-5"><v>1</v></c>')), "WJ04"),
        ("行号是零", replaced(SHEET, '<row r="7"', '<row r="0"'), "WJ05"),
        ("行号太大", replaced(SHEET, '<row r="7"', '<row r="9999999"'), "WJ05"),
        ("行号不是数", replaced(SHEET, '<row r="7"', '<row r="七"'), "WJ04"),
        ("文本编号太大", changed(SHEET, cell('<c r="C5" t="s"><v>999999</v></c>')), "WJ04"),
        ("文本编号为负", changed(SHEET, cell('<c r="C5" t="s"><v>-1</v></c>')), "WJ04"),
        ("文本编号不是数", changed(SHEET, cell('<c r="C5" t="s"><v>x</v></c>')), "WJ04"),
        ("声明的文本条数荒唐", changed(_SST, lambda t: t.replace('uniqueCount="', 'uniqueCount="99999999', 1)), "WJ05"),
        ("文本太多", changed(_SST, lambda t: t.replace("</sst>", "<si><t>a</t></si>" * 500_001 + "</sst>")), "WJ05"),
        ("六百张工作表", replaced(_BOOK, sheet_tag, sheet_tag * 600), "WJ05"),
        ("六万个合并", replaced(SHEET, "</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A9:B9"/>' * 60_000 + "</mergeCells>"), "WJ05"),
        ("七万种样式", replaced(_STYLES, "</cellXfs>", '<xf numFmtId="0"/>' * 70_000 + "</cellXfs>"), "WJ05"),
        ("五十万格", replaced(SHEET, "</sheetData>", _rows(500, 1000) + "</sheetData>"), "WJ05"),
        ("两百万个标记", replaced(SHEET, "</sheetData>", "<row><c/></row>" * 1_500_000 + "</sheetData>"), "WJ05"),
        ("嵌套太深", replaced(SHEET, "</sheetData>", "<row>" * 5000 + "</row>" * 5000 + "</sheetData>"), "WJ04"),
    )  # fmt: skip
    for name, data, code in cases:
        yield Fault("XML 内容", name, data, (f"{code} !",))


def active() -> Iterator[Fault]:
    """What could run or reach outside; the figures are read all the same."""
    for name, path in (
        ("宏", "xl/vbaProject.bin"),
        ("ActiveX", "xl/activeX/activeX1.bin"),
        ("嵌入文件", "xl/embeddings/oleObject1.bin"),
        ("窗体控件", "xl/ctrlProps/ctrlProp1.xml"),
        ("宏表", "xl/macrosheets/sheet1.xml"),
        ("数据连接", "xl/connections.xml"),
    ):
        yield Fault("活动内容", name, added(path, b"<x/>"), ("GF18 !",))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
    link = f'<Relationship Id="rId77" Type="{kind}" Target="externalLinks/externalLink1.xml"/></Relationships>'
    content = parts()
    content[_BOOK_RELS] = content[_BOOK_RELS].replace(b"</Relationships>", link.encode())
    outside = content | {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    yield Fault("活动内容", "外部链接", pack(outside), ("GF17 !",))
    dde = content | {"xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>'}
    yield Fault("活动内容", "DDE", pack(dde), ("GF18 !",))
    name = '<definedNames><definedName name="Auto_Open">表!$A$1</definedName>'
    yield Fault("活动内容", "自动打开的名称", replaced(_BOOK, "<definedNames>", name), ("GF17 !",))
