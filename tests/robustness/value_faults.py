"""Files that must be read exactly like the original, and cells that must be read right or reported where they are."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator

from tests.robustness.book import SHEET, Fault, added, cell, changed, pack, parts, removed, replaced

_BOOK, _RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_AT = "政府采购!C5"


def _everywhere(change: Callable[[str], str], match: str = r"xl/worksheets/sheet") -> bytes:
    return pack(
        {
            name: change(data.decode()).encode() if re.match(match, name) and name.endswith((".xml", ".rels")) else data
            for name, data in parts().items()
        }
    )


def _strict(text: str) -> str:
    return text.replace(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        _OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
    )


def _prefixed(text: str) -> str:
    head, _, body = text.partition("?>")
    body = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", body).replace(f'xmlns="{_MAIN}"', f'xmlns:x="{_MAIN}"')
    return f"{head}?>{body}"


def _inline(text: str) -> str:
    strings = re.findall(r"<si>(.*?)</si>", parts()["xl/sharedStrings.xml"].decode(), re.DOTALL)
    return re.sub(r' t="s"><v>(\d+)</v>', lambda match: f' t="inlineStr"><is>{strings[int(match[1])]}</is>', text)


def _runs(text: str) -> str:
    """Every text of more than one character in two runs, with a phonetic guide that must not be read."""
    return re.sub(
        r"<si><t>([^<&])([^<&]+)</t></si>",
        r'<si><r><t>\1</t></r><r><rPr><b/></rPr><t>\2</t></r><rPh sb="0" eb="1"><t>pin yin</t></rPh></si>',
        text,
    )


def same() -> Iterator[Fault]:
    """Other ways of writing the very same workbook: nothing to report, the same scores."""
    content = parts()
    stored = pack(content, zipfile.ZIP_STORED)
    backslashes = pack({name.replace("/", "\\") if name.startswith("xl/worksheets") else name: data
                        for name, data in content.items()})  # fmt: skip
    utf16 = content[SHEET].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    cases: tuple[tuple[str, bytes], ...] = (
        ("原样", pack(content)),
        ("不压缩", stored),
        ("部件倒序", pack(dict(reversed(content.items())))),
        ("前面有自解压头", b"MZ"[:0] + stored),
        ("dimension 写成 A1", _everywhere(lambda t: re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', t))),
        ("dimension 写到最远", _everywhere(lambda t: re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>', t))),
        ("没有 dimension", _everywhere(lambda t: re.sub(r'<dimension ref="[^"]*"/>', "", t))),
        ("Strict OOXML", _everywhere(_strict, r"xl/|_rels")),
        ("带前缀的命名空间", _everywhere(_prefixed)),
        ("行没有编号", changed(SHEET, lambda t: re.sub(r'<row r="\d+"', "<row", t))),
        ("格没有编号", changed(SHEET, lambda t: re.sub(r'<c r="[A-Z]+\d+"', "<c", t))),
        ("文本写在格里", _everywhere(_inline)),
        ("文本分段带拼音", changed("xl/sharedStrings.xml", _runs)),
        ("工作表是 UTF-16", pack({**content, SHEET: utf16})),
        ("工作表带 BOM", pack({**content, SHEET: b"\xef\xbb\xbf" + content[SHEET]})),
        ("XML 里有注释", changed(SHEET, lambda t: t.replace("<sheetData>", "<sheetData><!-- c5 -->").replace("</row>", "<!-- x --></row>"))),
        ("XML 里有换行", changed(SHEET, lambda t: t.replace("</c>", "</c>\n  ").replace("<row", "\n<row"))),
        ("绝对路径的关系", changed(_RELS, lambda t: t.replace('Target="worksheets', 'Target="/xl/worksheets'))),
        ("部件名大写", pack({name.replace("sheet6.xml", "SHEET6.XML"): data for name, data in content.items()})),
        ("部件名用反斜杠", backslashes),
        ("多出不认识的部件", added("customXml/item1.xml", b"<x/>")),
        ("没有样式", removed("xl/styles.xml")),
        ("没有文档属性", removed("docProps/custom.xml", "docProps/core.xml", "docProps/app.xml")),
        ("1904 日期系统", replaced(_BOOK, "<workbookPr ", '<workbookPr date1904="1" ')),
        ("远处只有格式", replaced(SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')),
        ("数字写成科学计数", changed(SHEET, cell('<c r="C4" s="17"><v>24E-1</v></c>', "C4"))),
        ("数字带二进制尾巴", changed(SHEET, cell('<c r="C4" s="17"><v>2.3999999999999999</v></c>', "C4"))),
        ("宏工作簿的类型", changed("[Content_Types].xml", lambda t: t.replace("openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"))),
        ("WPS 的扩展", replaced(SHEET, "</worksheet>", '<extLst><ext uri="x"><w:a xmlns:w="wps"/></ext></extLst></worksheet>')),
        ("打印区域名称", replaced(_BOOK, "<definedNames>", '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="5">政府采购!$A$1</definedName>')),
    )  # fmt: skip
    for name, data in cases:
        yield Fault("同一内容", name, data, ())


def _styled(number_format: int, value: str, code: str = "") -> bytes:
    """The return with C5 in a cell format of its own."""
    content = parts()
    text = content["xl/styles.xml"].decode()
    index = text[text.index("<cellXfs") : text.index("</cellXfs>")].count("<xf ")
    text = text.replace("</cellXfs>", f'<xf numFmtId="{number_format}" applyNumberFormat="1"/></cellXfs>')
    if code:
        text = text.replace("</numFmts>", f'<numFmt numFmtId="{number_format}" formatCode="{code}"/></numFmts>')
        assert code in text
    sheet = cell(f'<c r="C5" s="{index}"><v>{value}</v></c>')(content[SHEET].decode())
    return pack(content | {"xl/styles.xml": text.encode(), SHEET: sheet.encode()})


def values() -> Iterator[Fault]:
    """One cell, 政府采购 C5 (0 in the original; C7 is the sum): understood, or reported there."""
    text = '<c r="C5" s="17" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'
    cases: list[tuple[str, str, tuple[str, ...]]] = [
        (error, f'<c r="C5" s="17" t="e"><v>{error}</v></c>', (f"BT03 {_AT}",))
        for error in ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!")
    ]
    cases += [
        ("公式结果是错误", '<c r="C5" s="17" t="e"><f>1/0</f><v>#DIV/0!</v></c>', (f"BT03 {_AT}",)),
        ("公式没有结果", '<c r="C5" s="17"><f>1-1</f></c>', (f"BT01 {_AT}", f"GF03 {_AT}")),
        ("公式结果是空文本", '<c r="C5" s="17" t="str"><f>""</f><v></v></c>', (f"BT01 {_AT}", f"GF03 {_AT}")),
        ("公式有结果", '<c r="C5" s="17"><f>1-1</f><v>0</v></c>', (f"GF02 {_AT}",)),
        ("空", '<c r="C5" s="17"/>', (f"BT01 {_AT}",)),
        ("空文本", text.format(""), (f"BT01 {_AT}",)),
        ("全角零", text.format("０.００"), (f"GF01 {_AT}",)),
        ("零带空格", text.format(" 0 "), (f"GF01 {_AT}",)),
        ("零带不换行空格", text.format("0\u00a0"), (f"GF01 {_AT}",)),
        ("是汉字", text.format("没有发生"), (f"BT02 {_AT}",)),
        ("布尔值", '<c r="C5" s="17" t="b"><v>0</v></c>', (f"BT02 {_AT}",)),
        ("ISO 日期", '<c r="C5" s="17" t="d"><v>2022-05-01</v></c>', (f"BT02 {_AT}",)),
        ("控制字符", text.format("_x0007_0"), (f"BT02 {_AT}",)),
        ("数不是数", '<c r="C5"><v>abc</v></c>', (f"BT03 {_AT}",)),
        ("数是 NaN", '<c r="C5"><v>NaN</v></c>', (f"BT03 {_AT}",)),
        ("数太大", '<c r="C5"><v>1e999</v></c>', (f"BT03 {_AT}",)),
    ]
    for name, xml, codes in cases:
        yield Fault("格的内容", name, changed(SHEET, cell(xml)), codes)
    dates = ((14, ""), (22, ""), (27, ""), (31, ""), (50, ""), (57, ""), (190, "yyyy&quot;年&quot;m&quot;月&quot;"))
    for number_format, code in dates:
        data = _styled(number_format, "44682", code)
        yield Fault("格的内容", f"日期格式 {number_format}", data, (f"BT02 {_AT}",))
    numbers = (
        (10, ""),
        (191, "#,##0.00&quot;元&quot;"),
        (192, "0.00;[Red]-0.00"),
        (193, "0.0%"),
        (194, "[$-804]General"),
        (195, "_ * #,##0.00_ ;_ * -#,##0.00_ "),
        (196, "[DBNum2][$-804]General"),
    )
    for number_format, code in numbers:
        yield Fault("格的内容", f"数字格式 {number_format} {code}", _styled(number_format, "0", code), ())


def identities() -> Iterator[Fault]:
    """Whose file it is, and whether all of it is there."""
    sheets = ("封面", "部门基本情况", "部门预决算", "“三公”经费", "政府采购", "资产管理", "绩效与问题", "项目1")
    for number, title in enumerate(sheets, start=1):
        index = number if number == 1 else number + 1
        tag = f'<sheet name="{title}" sheetId="{index}" r:id="rId{index}"/>'
        yield Fault("标识", f"删了{title}", replaced(_BOOK, tag, ""), ("WJ10 !",))
    sst = "xl/sharedStrings.xml"
    yield Fault("标识", "表样不认识", replaced(sst, "<t>hunan-2022</t>", "<t>sichuan</t>"), ("WJ07 !",))
    yield Fault("标识", "版本不同", replaced(sst, "<t>1.0</t>", "<t>0.9</t>"), ("WJ08 !",))
    yield Fault("标识", "形状被改", changed(sst, lambda t: t.replace('"year":', '"yeer":')), ("WJ11 !",))
    yield Fault("标识", "形状与编号不符", changed(sst, lambda t: t.replace('"issue":"', '"issue":"x')), ("WJ11 !",))
    yield Fault("标识", "标识表被删", replaced(_BOOK, '<sheet name="_xltool" sheetId="15" state="veryHidden" r:id="rId15"/>', ""), ("WJ22 !",))  # fmt: skip
