"""The built-in Word templates, made once into the campaign folder for the bureau to edit.

Official look: A4, margins of a public document, 方正小标宋 or 宋体 title, 仿宋 text.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from xltool.report.documents.letter import sign

_NARROW = 2.5  # cm; in such a column texts stand in the middle
_TITLE, _HEAD, _TEXT = "方正小标宋简体", "黑体", "仿宋_GB2312"

NOTICE_TEXT = (
    "{{部门}}：",
    "    根据{{批次}}工作安排，我们审核了贵单位报送的“{{文件}}”（第 {{版本}} 版），发现需要处理的问题 {{问题数}} 条"
    "（退回 {{退回数}} 条、须改 {{须改数}} 条），另有提示 {{提示数}} 条。现将文件退回，请{{修改期限}}修改后重新报送。{{豁免}}",
    "    有标注的副本为“{{退回件}}”，问题所在的单元格已着色并附批注，第一张工作表“审核结果”列有全部问题、改法和得分测算。{{轮次}}",
    "    需要处理的问题如下：",
)
_SCORES_REPORTED = "有得分的部门 {{有得分数}} 个，平均得分 {{平均得分}} 分，等次分布为 {{等次分布}}。"
REPORT_TEXT = (
    "各部门：",
    "    {{批次}}应报 {{应报数}} 个部门，截至 {{日期}} 已报 {{已报数}} 个，收到率 {{收到率}}。其中{{状态分布}}。"
    + _SCORES_REPORTED,
    "    未报的部门：{{未报部门}}。",
    "    出现较多的问题是：{{主要问题}}。请各部门对照检查，{{修改期限}}完成报送和修改。",
    "    各部门情况如下：",
)


def notice_template(scored: bool = True) -> bytes:
    """退回修改通知. ``scored``: whether the form has scores; without, no letter speaks of them."""
    texts = NOTICE_TEXT if scored else tuple(text.replace("、改法和得分测算", "和改法") for text in NOTICE_TEXT)
    return _document(
        "退回修改通知", texts, ("序号", "级别", "编号", "位置", "问题", "怎么改"), (1.3, 1.2, 1.4, 2.9, 5.3, 3.5)
    )


def report_template(scored: bool = True) -> bytes:
    """审核情况通报. ``scored``: as above."""
    columns = ("序号", "部门", "状态", "问题数", "得分", "等次", "红黄灯")
    if scored:
        return _document("审核情况通报", REPORT_TEXT, columns, (1.3, 5.2, 2.0, 1.9, 1.8, 1.6, 1.8))
    texts = tuple(text.replace(_SCORES_REPORTED, "") for text in REPORT_TEXT)
    return _document("审核情况通报", texts, columns[:4], (1.3, 9.4, 2.6, 2.3))


_SCORE_RECEIVED = "核定得分：{{得分}}，等次：{{等次}}。"
RECEIPT_TEXT = (
    "{{部门}}：",
    "    贵单位为{{批次}}报送的“{{文件}}”（第 {{版本}} 版），已于 {{收到时间}} 收到，审核中没有须修改的问题，予以接收。"
    + _SCORE_RECEIVED,
    "    签字盖章的纸质表要与收到的文件相同。请核对每张正式表下方的校验码，与下表一致的再签字盖章；"
    "不一致的，请用报送的文件重新打印。",
)


def receipt_template(scored: bool = True) -> bytes:
    """回执. ``scored``: as above."""
    columns = ("序号", "正式表", "项目", "得分", "红黄灯", "校验码")
    if scored:
        return _document("回执", RECEIPT_TEXT, columns, (1.3, 3.0, 4.6, 1.8, 1.8, 3.1))
    texts = tuple(text.replace(_SCORE_RECEIVED, "") for text in RECEIPT_TEXT)
    return _document("回执", texts, ("序号", "正式表", "项目", "校验码"), (1.3, 4.2, 6.5, 3.6))


_SCORES_OF_UNITS = "有得分的单位 {{有得分数}} 个，平均得分 {{平均得分}} 分。"
TIER_TEXT = (
    "{{部门}}：",
    "    {{批次}}贵部门及所属单位应报 {{应报数}} 个，截至 {{日期}} 已报 {{已报数}} 个，收到率 {{收到率}}。其中{{状态分布}}。"
    + _SCORES_OF_UNITS,
    "    未报的单位：{{未报单位}}。",
    "    下列 {{待办数}} 个单位需要报送或修改，请督促{{修改期限}}完成。{{退回件}}",
)


def tier_template(scored: bool = True) -> bytes:
    """主管部门通知. ``scored``: as above."""
    return _document(
        "主管部门通知",
        TIER_TEXT if scored else tuple(text.replace(_SCORES_OF_UNITS, "") for text in TIER_TEXT),
        ("序号", "单位", "状态", "问题数", "主要问题", "怎么办"),
        (1.3, 3.6, 1.6, 1.5, 4.6, 3.0),
    )


OPINION_TEXT = (
    "{{部门}}：",
    "    根据{{批次}}工作安排，我们对贵单位报送的 {{项目数}} 个项目进行了复核：{{复核结果}}。",
    "    有变动的指标 {{差异数}} 个，列在下面。有不同意见的，请在收到后 5 个工作日内附佐证材料反馈。",
)


def opinion_template() -> bytes:
    """复核意见."""
    return _document(
        "复核意见",
        OPINION_TEXT,
        ("序号", "项目", "指标", "核定得分", "复核得分", "原因"),
        (1.3, 3.0, 3.2, 1.9, 1.9, 4.3),
    )


def _document(title: str, texts: Sequence[str], columns: Sequence[str], widths: Sequence[float]) -> bytes:
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Mm, Pt

    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    set_font(document.styles["Normal"], _TEXT, 16)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    set_font(heading.add_run(title), _TITLE, 22)
    for text in texts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(28)
        paragraph.paragraph_format.space_after = Pt(0)
        set_font(paragraph.add_run(text), _TEXT, 16)
    paragraph.paragraph_format.space_after = Pt(6)
    small = document.styles.add_style("表格文字", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = document.styles["Normal"]
    small.paragraph_format.space_before = small.paragraph_format.space_after = Pt(2)
    set_font(small, _TEXT, 10.5)  # the style's, not only the run's: an empty cell is as high as its style
    table = document.add_table(rows=2, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    for index, (name, width) in enumerate(zip(columns, widths, strict=True)):
        table.columns[index].width = Cm(width)  # Word goes by the cells, LibreOffice by the columns
        for row, text, font in ((0, name, _HEAD), (1, f"{{{{{name}}}}}", _TEXT)):
            cell = table.cell(row, index)
            cell.width = Cm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.style = small
            if row == 0 or width < _NARROW:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            set_font(paragraph.add_run(text), font, 10.5)
        shade(table.cell(0, index))
    mark_row(table.rows[0], "tblHeader")
    for row in table.rows:
        mark_row(row, "cantSplit")
    for text in ("", "{{落款}}", "{{日期}}"):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = text != "{{日期}}"  # a signature never stands alone on a page
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_after = Pt(0)
        set_font(paragraph.add_run(text), _TEXT, 16)
    page_number(section.footer.paragraphs[0])
    sign(document, title)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def set_font(target: Any, name: str, size: float) -> None:
    """Give a run or style a font for Chinese and all else; ``size`` in points."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    target.font.name, target.font.size = name, Pt(size)
    target.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def mark_row(row: Any, property_name: str) -> None:
    """Give a table row a property: repeated on every page (tblHeader), kept on one page (cantSplit)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(f"w:{property_name}")
    mark.set(qn("w:val"), "true")
    properties = row._tr.get_or_add_trPr()
    properties.insert(0, mark) if property_name == "cantSplit" else properties.append(mark)


def shade(cell: Any, colour: str = "EDEDED") -> None:
    """Fill a cell of a table; ``colour``: six hexadecimal digits."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fill = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        fill.set(qn(f"w:{name}"), value)
    properties = cell._tc.get_or_add_tcPr()
    properties.insert_element_before(fill, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")


def page_number(paragraph: Any) -> None:
    """— 1 —, as on public documents."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        set_font(run, "宋体", 14)
        for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")) if text is None else ():
            element = OxmlElement("w:instrText" if code else "w:fldChar")
            if code:
                element.text = code
            else:
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
