"""Never silently another value: what a return shows and what is read are the same, or the cell is named.

Every case is a complete and right return with one thing changed in its XML; the list of findings is complete.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests import clean as fills
from tests import kit
from tests.office import convert, needs_office
from tests.read.test_happenings import clean
from tests.robustness.book import SHEET, cell, changed, pack, parts
from xltool.form import form_by_id, form_ids

_STAFF, _BUDGET, _PUBLIC, COVER, _PROJECT, _PRINTED = (
    f"xl/worksheets/sheet{number}.xml" for number in (3, 4, 5, 1, 9, 10)
)
_APP, _SST, _STYLES = "docProps/app.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_TEXT = '<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def of(data: bytes) -> list[str]:
    return kit.codes(kit.examined(data))


def typed(part: str, **texts: str) -> bytes:
    """Texts in place of what stood in some cells of a sheet."""

    def change(xml: str) -> str:
        for at, text in texts.items():
            found = re.search(rf'<c r="{at}"(?: s="(\d+)")?', xml)
            assert found, at
            xml = cell(_TEXT.format(at=at, style=found[1], text=text), at)(xml)
        return xml

    return changed(part, change)


def numbered(part: str, **numbers: str) -> bytes:
    """Numbers in place of what stood in some cells of a sheet, with their formats."""

    def change(xml: str) -> str:
        for at, number in numbers.items():
            style = re.search(rf'<c r="{at}" s="(\d+)"', xml)
            assert style, at
            xml = cell(f'<c r="{at}" s="{style[1]}"><v>{number}</v></c>', at)(xml)
        return xml

    return changed(part, change)


def formatted(code: str, part: str = SHEET, **numbers: str) -> bytes:
    """Numbers in a number format of their own."""
    content = parts()
    styles = content[_STYLES].decode()
    index = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
    styles = styles.replace("</cellXfs>", '<xf numFmtId="344" fontId="0" applyNumberFormat="1"/></cellXfs>')
    quoted = code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    styles = styles.replace("</numFmts>", f'<numFmt numFmtId="344" formatCode="{quoted}"/></numFmts>')
    sheet = content[part].decode()
    for at, number in numbers.items():
        sheet = cell(f'<c r="{at}" s="{index}"><v>{number}</v></c>', at)(sheet)
    return pack({**content, _STYLES: styles.encode(), part: sheet.encode()})


def timed(code: str, number: str) -> bytes:
    """A row with a deadline of 20 December, answered by a number in a format."""
    with zipfile.ZipFile(BytesIO(formatted(code, _PROJECT, I26=number))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    sheet = content[_PROJECT].decode()
    for at, text in (("E26", "时限"), ("F26", "2022-12-20"), ("G26", "")):
        style = re.search(rf'<c r="{at}" s="(\d+)"', sheet)
        assert style, at
        sheet = cell(_TEXT.format(at=at, style=style[1], text=text) if text else f'<c r="{at}" s="{style[1]}"/>', at)(
            sheet
        )
    content[_PROJECT] = sheet.encode()
    return pack(content)


def struck(at: str, out: str, kept: str, part: str = _PROJECT) -> bytes:
    """A text with a part struck out."""
    runs = f'<r><rPr><strike/></rPr><t>{out}</t></r><r><rPr><strike val="0"/></rPr><t>{kept}</t></r>'
    return changed(
        part, cell(f'<c r="{at}" t="inlineStr"><is>{runs if kept else runs[: runs.rindex("<r>")]}</is></c>', at)
    )


def struck_cell(at: str, number: str) -> bytes:
    """A number in a font that strikes it out."""
    content = parts()
    styles = content[_STYLES].decode()
    font = re.search(r'<fonts count="(\d+)"', styles)
    assert font
    index = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
    styles = styles.replace("</fonts>", "<font><strike/></font></fonts>")
    styles = styles.replace("</cellXfs>", f'<xf numFmtId="2" fontId="{font[1]}" applyNumberFormat="1"/></cellXfs>')
    sheet = cell(f'<c r="{at}" s="{index}"><v>{number}</v></c>', at)(content[SHEET].decode())
    return pack({**content, _STYLES: styles.encode(), SHEET: sheet.encode()})


def outside(name: str, old: str, new: str) -> bytes:
    return changed(name, lambda text: text.replace(old, new, 1))


def merged(part: str, area: str, *covered: str) -> bytes:
    """The department merged some cells: what the others held is gone."""

    def change(xml: str) -> str:
        for at in covered:
            xml = re.sub(rf'<c r="{at}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', rf'<c r="{at}"\1/>', xml, count=1)
        return re.sub(r"<mergeCell ", f'<mergeCell ref="{area}"/><mergeCell ', xml, count=1)

    return changed(part, change)


def foreign_row() -> bytes:
    """A row of somebody's extension where the figure should stand."""

    def change(xml: str) -> str:
        xml = cell('<q:c xmlns:q="urn:q" r="C14"><q:v>11</q:v></q:c>', "C14")(xml)
        row = '<q:row r="14"><q:c r="C14"><q:v>11</q:v></q:c></q:row>'
        return xml.replace("</worksheet>", f'<extLst><ext uri="{{x}}" xmlns:q="urn:q">{row}</ext></extLst></worksheet>')

    return changed(_STAFF, change)


def misplaced_row() -> bytes:
    """A row with the right name, but not among the rows."""

    def change(xml: str) -> str:
        xml = cell('<c r="C14"/>', "C14")(xml)
        row = '<row r="14"><c r="C14"><v>11</v></c></row>'
        return xml.replace("</worksheet>", f'<extLst><ext uri="{{x}}">{row}</ext></extLst></worksheet>')

    return changed(_STAFF, change)


def forged(*, labels: bool = False) -> bytes:
    """Constants over all formulas of the official form, its protection kept."""

    def change(xml: str) -> str:
        xml = re.sub(r'<c r="([A-I]\d+)"( s="\d+")?[^>]*?><f.*?</c>', r'<c r="\1"\2><v>100</v></c>', xml)
        return cell('<c r="A4"><v>100</v></c>', "A4")(xml) if labels else xml

    return changed(_PRINTED, change)


def drawn(anchor: str, part: str = _PROJECT) -> bytes:
    """Something drawn over cells."""
    content = parts()
    name = part.rpartition("/")[2]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    relation = f'<Relationship Id="rId77" Type="{kind}" Target="../drawings/drawing77.xml"/>'
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}</Relationships>'
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    drawing = f'<xdr:wsDr xmlns:xdr="{space}">{anchor}</xdr:wsDr>'
    return pack(
        {**content, f"xl/worksheets/_rels/{name}.rels": rels.encode(), "xl/drawings/drawing77.xml": drawing.encode()}
    )


def _corner(name: str, row: int, col: int) -> str:
    return f"<xdr:{name}><xdr:col>{col}</xdr:col><xdr:row>{row}</xdr:row></xdr:{name}>"


TEXTBOX = f"<xdr:twoCellAnchor>{_corner('from', 21, 11)}{_corner('to', 22, 12)}<xdr:sp/></xdr:twoCellAnchor>"
PICTURE = f"<xdr:oneCellAnchor>{_corner('from', 8, 2)}<xdr:pic/></xdr:oneCellAnchor>"
STAMP = f"<xdr:oneCellAnchor>{_corner('from', 60, 2)}<xdr:pic/></xdr:oneCellAnchor>"
_WIDE = parts()[_STAFF].decode().replace('encoding="UTF-8"', 'encoding="{}"')
_LATE = f"<?xml version=\"1.0\"?><!--{' ' * 9000}--><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"


def app(head: str) -> bytes:
    return changed(_APP, lambda text: head + text.partition("?>")[2])


def staff(encoding: str, codec: str) -> bytes:
    return pack({**parts(), _STAFF: _WIDE.format(encoding).encode(codec)})


CASES: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    # read as every other program reads it
    "数里有注释": (lambda: outside(SHEET, "<v>2.4</v>", "<v>2<!-- -->.4</v>"), []),
    "数里有处理指令": (lambda: outside(SHEET, "<v>3.5</v>", "<v>3.<?a b?>5</v>"), []),
    "文字里有注释": (lambda: changed(_SST, lambda text: re.sub(r"<t>([^<])([^<]+)</t>", r"<t>\1<!-- x -->\2</t>", text)), []),
    "数里有元素": (lambda: outside(SHEET, "<v>2.4</v>", "<v>2<x/>.4</v>"), ["WJ04 !"]),
    "文字里有元素": (lambda: changed(_SST, lambda text: re.sub(r"<t>(唐)", r"<t>\1<x/>", text, count=1)), ["WJ04 !"]),
    "别的命名空间的行": (foreign_row, ["BT01 部门基本情况!C14"]),
    "行不在行的位置": (misplaced_row, ["BT01 部门基本情况!C14"]),
    # the gate
    "UTF-32": (lambda: staff("UCS-4", "utf-32-le"), ["WJ04 !"]),
    "UTF-32 带 BOM": (lambda: staff("UTF-32", "utf-32"), ["WJ04 !"]),
    "UTF-16 没有 BOM": (lambda: staff("UTF-16", "utf-16-le"), ["WJ04 !"]),
    "UTF-16": (lambda: staff("UTF-16", "utf-16"), []),
    "GBK": (lambda: staff("GBK", "gbk"), ["WJ04 !"]),
    "写着 UTF-16 的 UTF-8": (lambda: staff("UTF-16", "utf-8"), ["WJ04 !"]),
    "DOCTYPE 在长注释后面": (lambda: app(_LATE), ["WJ04 !"]),
    "很长的开头": (lambda: app(f"<?xml version='1.0'?><!--{'x' * 70_000}-->"), ["WJ04 !"]),
    "长注释": (lambda: app(f"<?xml version='1.0'?><!--{'x' * 9_000}-->"), []),
    # one bad number is one cell
    "NaN": (lambda: numbered(SHEET, C5="NaN"), ["BT03 政府采购!C5"]),
    "Infinity": (lambda: numbered(SHEET, C5="Infinity"), ["BT03 政府采购!C5"]),
    "1E308": (lambda: numbered(SHEET, C5="1E308"), ["BT03 政府采购!C5"]),
    "不是数": (lambda: numbered(SHEET, C5="abc"), ["BT03 政府采购!C5"]),
    # number formats that show another figure than is stored
    "万元格式": (lambda: formatted('0!.0,"万"', C4="24000", C5="0", C6="11000", C7="35000"), ["GF31 政府采购!C4+C6+C7"]),
    "四位小数点格式": (lambda: formatted("0!.0000", C4="24000", C5="0", C6="11000", C7="35000"), ["GF31 政府采购!C4+C6+C7"]),
    "百万格式": (lambda: formatted("0.00,,", C4="2.4"), ["GF31 政府采购!C4"]),
    "后面加元": (lambda: formatted('0.0"元"', C4="2.4"), ["GF31 政府采购!C4"]),
    "后面加万元": (lambda: formatted('0.0"万元"', C4="2.4"), []),
    "什么也不显示": (lambda: formatted(";;;", C4="2.4"), ["GF31 政府采购!C4"]),
    "负号不显示": (lambda: formatted("0.00;0.00", "xl/worksheets/sheet7.xml", C6="-5"), ["GF31 资产管理!C6", "ZC01 资产管理!C6"]),
    "百分比格式": (lambda: formatted("0.00%", C4="2.4"), ["GF31 政府采购!C4"]),
    "会计格式": (lambda: formatted('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', C4="2.4", C5="0"), []),
    "零不显示": (lambda: formatted("0.00;-0.00;;@", C4="2.4", C5="0"), []),
    "大数按万显示": (lambda: formatted('[>=10000]0!.0,"万";0.00', C4="2.4"), []),
    "日期只显示到月": (lambda: timed('yyyy"年"m"月"', "44896"), ["DF16 项目1!L26", "GF01 项目1!I26", "GF10 项目1!J26"]),
    "日期带着时刻": (lambda: timed("yyyy/m/d h:mm", "44910.5"), ["GF01 项目1!I26"]),
    "日期只有年月日": (lambda: timed("yyyy/m/d", "44910"), []),
    "作为数字填的 2022.10": (lambda: timed("0.0", "2022.1"), ["GF35 项目1!I26"]),
    "指标值的格式是天": (lambda: formatted('0"天"', _PROJECT, F26="35"), []),
    # struck out
    "指标值划掉一半": (lambda: struck("F26", "3", "35"), ["GF32 项目1!F26"]),
    "完成值划掉一半": (lambda: struck("I22", "274", "281"), ["GF32 项目1!I22", "WB04 项目1!D19"]),
    "完成值全划掉": (lambda: struck("I22", "274", ""), ["GF32 项目1!I22"]),
    "整格划掉": (lambda: struck_cell("C4", "2.4"), ["GF32 政府采购!C4"]),
    # what programs write for nothing
    "nan、None、NULL": (lambda: typed(COVER, C7="nan", C8="None", C9="NULL"), ["BT03 封面!C7", "BT03 封面!C8", "BT03 封面!C9"]),
    "inf、(null)": (lambda: typed(COVER, C7="inf", C8="(null)", C9="\\N"), ["BT03 封面!C7", "BT03 封面!C8", "BT03 封面!C9"]),
    "####": (lambda: typed(COVER, C7="####", C8="#REF!"), ["BT03 封面!C7", "BT03 封面!C8"]),
    "Excel 的格内图片": (lambda: changed(COVER, cell('<c r="C9" t="e" vm="1"><v>#VALUE!</v></c>', "C9")), ["BT03 封面!C9"]),
    # merged by the department
    "数字格被合并": (lambda: merged(SHEET, "C5:C6", "C6"), ["BT01 政府采购!C5"]),
    # over the cells
    "文本框": (lambda: drawn(TEXTBOX), ["GF33 项目1!L22+L23"]),
    "图片": (lambda: drawn(PICTURE, COVER), ["GF33 封面!C9"]),
    "图片在表外": (lambda: drawn(STAMP, COVER), []),
    # hidden by height
    "行高是零": (lambda: changed(SHEET, lambda t: re.sub(r'<row r="5"[^>]*>', '<row r="5" ht="0" customHeight="1">', t)), ["GF16 !"]),
    "默认行高是零": (lambda: outside(SHEET, "<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" '), ["GF16 !"]),
    # ranges
    "负数": (lambda: numbered(_STAFF, C9="-47", C10="-44", C11="-3"), ["BT06 部门基本情况!C9", "BT06 部门基本情况!C10", "BT06 部门基本情况!C11", "RY02 部门基本情况!C12"]),
    # rules are not switched off
    "“—”不关掉合计": (lambda: changed(_PUBLIC, lambda t: cell('<c r="C7"><v>100</v></c>', "C7")(cell(_TEXT.format(at="C6", style=0, text="—"), "C6")(t))), ["SG01 “三公”经费!C9"]),
    "明细是合计的八千倍": (lambda: numbered(_BUDGET, C8="6689000"), ["YS01 部门预决算!C7"]),
    "正式表全部改成数": (forged, ["GF24 自评表1!A1+B2+B3+F3+D5+E5+F5+G5+H5+I5+D6+E6+F6+D7+E7+F7+D8+E8+F8+B10"]),
    "正式表连栏目也改了": (lambda: forged(labels=True), ["GF24 自评表1!"]),
    # characters nobody sees
    "从左到右标记": (lambda: typed(SHEET, C4="\u202d2.4\u202c"), ["GF01 政府采购!C4"]),
    "选项前的标记": (lambda: typed(_PROJECT, I36="\u200e达成"), []),
    "软连字符": (lambda: typed(SHEET, C4="2\u00ad.4"), ["GF01 政府采购!C4"]),
    "窄空格": (lambda: typed(SHEET, C4="2.4\u202f万元"), ["GF01 政府采购!C4"]),
    "康熙部首的无": (lambda: typed(SHEET, C5="\u2f06"), ["BT02 政府采购!C5", "GF01 政府采购!C5"]),
    "康熙部首的⽆": (lambda: typed(SHEET, C5="⽆"), ["GF01 政府采购!C5"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_read_as_seen_or_said(name: str) -> None:
    make, wanted = CASES[name]
    assert of(make()) == wanted


@pytest.mark.parametrize("name", [name for name, (_, wanted) in CASES.items() if not wanted])
def test_what_is_read_as_it_is_keeps_the_points(name: str) -> None:
    """Whatever is read without a word has the points of the same return."""

    def points(data: bytes) -> list[object]:
        scores = kit.examined(data).scores
        assert scores is not None
        return [scores.total, *((line.system, line.final) for project in scores.projects for line in project.lines)]

    assert points(CASES[name][0]()) == points(clean())


def test_values_of_struck_and_scaled_cells() -> None:
    """What is struck out is not read; a scaled figure is read as it is stored, never as it is shown."""
    entries = {
        entry.cell: entry.typed for entry in kit.examined(struck("I22", "274", "281")).entries if entry.sheet == "项目1"
    }
    assert entries["I22"] == "281"
    entries = {e.cell: e.typed for e in kit.examined(formatted("0!.0000", C4="24000")).entries if e.sheet == "政府采购"}
    assert entries["C4"] == "24000"


def changed_fill(ident: str, **changes: object) -> list[str]:
    form = form_by_id(ident)
    made = kit.issue(form)
    outcome = kit.examined(kit.workbook(form, made, fills.values(form, made, changes)), form=form)
    return [code.split()[0] for code in kit.codes(outcome)]


@pytest.mark.parametrize("ident", form_ids())
def test_in_every_form(ident: str) -> None:
    """Executed "—" and negative are named once; a clean return stays clean."""
    both = {"资金总额全年执行数": "—", "财政拨款全年执行数": "—"}
    assert changed_fill(ident) == []
    assert changed_fill(ident, **both) == ["ZJ05"]
    assert changed_fill(ident, 资金总额全年执行数=-5, 财政拨款全年执行数=-5)[0] == "BT06"


@pytest.mark.parametrize("ident", [ident for ident in form_ids() if ident != "hubei-2022"])
@pytest.mark.parametrize("weight", ["1000000", "15"])
def test_nothing_above_full_marks(ident: str, weight: str) -> None:
    """Weights that add to more than full marks: no total, and the finding says why. Hubei's weights are computed."""
    form = form_by_id(ident)
    made = kit.issue(form)
    row = next(name.partition("/")[2] for name, text in fills.named(form, made).items() if text == "检查单位数")
    outcome = kit.examined(kit.workbook(form, made, fills.values(form, made, {f"分值/{row}": weight})), form=form)
    assert outcome.scores is not None
    assert [project.total for project in outcome.scores.projects] == [None]
    assert outcome.scores.total is None
    said = [finding.message for finding in outcome.findings if finding.code == "QZ02"]
    assert len(said) == 1
    assert said[0].endswith("连同执行率合计超过满分，总分不能核定。")


def test_a_merged_reason_counts_for_all_its_rows() -> None:
    """Two rows below target, one reason across both."""
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    values = fills.values(
        form, made, {"实际完成值/1": "5", "偏差原因及改进措施/1": "场地维修，少办一场。", "实际完成值/2": "39"}
    )
    data = kit.workbook(form, made, values)
    assert [code for code in kit.codes(kit.examined(data)) if code.startswith("DF16")] == ["DF16 项目1!L23"]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content[_PROJECT] = content[_PROJECT].replace(b"<mergeCell ", b'<mergeCell ref="L22:L23"/><mergeCell ', 1)
    # The goal's text still says 7 and 43.
    assert kit.codes(kit.examined(pack(content))) == ["WB04 项目1!D19"] * 2


@pytest.mark.parametrize("ident", form_ids())
def test_a_day_is_printed_as_it_was_typed(ident: str) -> None:
    """October written as 2022.10 is not printed as 2022.1."""
    form = form_by_id(ident)
    made = kit.issue(form)
    row = next(name.partition("/")[2] for name, text in fills.named(form, made).items() if text == "年度任务完成时间")
    values = fills.values(form, made, {f"指标值/{row}": "2022.11", f"实际完成值/{row}": "2022.10"})
    outcome = kit.examined(kit.workbook(form, made, values), form=form)
    assert outcome.scores is not None
    lines = [line for project in outcome.scores.projects for line in project.lines if line.name == "年度任务完成时间"]
    assert [(line.target, line.actual, line.system == line.weight) for line in lines] == [("2022.11", "2022.10", True)]


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_old_and_open_formats_say_the_same(kind: str, tmp_path: Path) -> None:
    """Scaled numbers, struck-out words and merges as LibreOffice saves them."""
    made = {
        "scaled": (formatted("0.0,,", C4="2400000"), "GF31 政府采购!C4"),
        "struck": (struck("F26", "3", "35"), "GF32 项目1!F26"),
        "merged": (merged(SHEET, "C5:C6", "C6"), "BT01 政府采购!C5"),
    }
    for name, (data, _) in made.items():
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    for path in convert(sorted(tmp_path.glob("*.xlsx")), tmp_path / "out", kind):
        codes = kit.codes(kit.examined(path.read_bytes(), path.name))
        assert [code for code in codes if code[:4] in ("GF31", "GF32", "BT01")] == [made[path.stem][1]], path.name
