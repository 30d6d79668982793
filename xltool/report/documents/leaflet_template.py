"""The template of 单位填报一页纸: what a department reads before it opens the workbook. One page of A4.

Imports ``letter``, ``letter_templates`` and ``writing``. The colours are those of the palette, so the legend cannot differ from
the workbook. The bureau may edit the template; its placeholders are filled by ``campaign.correspondence.leaflet``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from xltool.form.definition.roles import Timing
from xltool.report.documents.letter import sign
from xltool.report.documents.letter_templates import set_font, shade
from xltool.writing.palette import BROKEN_FILL, COMPUTED_FILL, INPUT_FILL, OPEN_FILL

_TITLE, _HEAD, _TEXT = "方正小标宋简体", "黑体", "宋体"
_SIZE, _LINE = 10.5, 17  # points

LEGEND = (
    (INPUT_FILL, "浅黄：请填写"),
    (OPEN_FILL, "深黄：必填，还没有填"),
    (BROKEN_FILL, "浅红：请看右边的提示"),
    (COMPUTED_FILL, "灰色：自动算出"),
    ("#FFFFFF", "白色：固定内容"),
)
STEPS = (
    "把下发表存到自己的电脑，用 Excel（2010 以上）、WPS 表格或 LibreOffice 打开。表里没有宏，不需要启用任何内容。",
    "先看“封面”：它列出每张表还差几格、有几处要改，点工作表名就到第一处。",
    "逐张填写浅黄的格子。金额单位是万元；没有发生的金额填 0，不适用的填“—”。从别处复制的，用“选择性粘贴—数值”。",
    "右边的“填报提示”出现文字时，照它说的改；改好以后红色自己消失。请不要插入、删除行列，不要改工作表的名称。",
    "“封面”写“✔ 可以报送”以后保存，文件名不必改，也不要另存为别的格式。",
    "打印“自评表”（正式表，自动生成），签字盖章，与电子表一起报送。",
)
AFTERWARDS = (
    "被退回的：打开退回的文件，第一张“审核结果”列出每一处问题和改法，点单元格就到那里。请直接在退回的文件里改，改好保存后报送它，"
    "不必从头填，也不必删除“审核结果”。收到新版下发表的，请换用新版。"
)


def leaflet_template(timing: Timing | None = None) -> bytes:
    """Return the built-in template. ``timing``: of the form, which says what a workbook is called."""
    timing = timing or Timing()
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(16)
    section.left_margin = section.right_margin = Mm(20)
    normal = document.styles["Normal"]
    set_font(normal, _TEXT, _SIZE)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), Pt(_LINE)

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing, title.paragraph_format.space_after = Pt(30), Pt(4)
    set_font(title.add_run(f"{{{{年度}}}}年度{timing.called}：单位填报一页纸"), _TITLE, 18)

    asked = ("截止日期", "报给", "联系人", "收件方式", "报送什么")
    _table(document, [(label, f"{{{{{label}}}}}") for label in asked], (26, 144))
    _heading(document, "一、怎样填")
    for number, step in enumerate(STEPS, start=1):
        _paragraph(document, f"{number}. {step.replace(Timing().noun, timing.noun)}")
    _heading(document, "二、颜色")
    legend = _table(document, [tuple(text for _, text in LEGEND)], (34,) * len(LEGEND), bold_first=False)
    for cell, (fill, _) in zip(legend.rows[0].cells, LEGEND, strict=True):
        shade(cell, fill.removeprefix("#"))
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _heading(document, "三、最要紧的几条")
    _table(document, [("{{序号}}", "{{要点}}")], (10, 160), bold_first=False)
    _heading(document, "四、退回以后")
    _paragraph(document, AFTERWARDS)
    sign(document, "单位填报一页纸")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _heading(document: Any, text: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(7), True
    set_font(paragraph.add_run(text), _HEAD, 12)


def _paragraph(document: Any, text: str) -> None:
    set_font(document.add_paragraph().add_run(text), _TEXT, _SIZE)


def _table(document: Any, rows: Sequence[Sequence[str]], widths: Sequence[float], *, bold_first: bool = True) -> Any:
    """A table with ``widths`` in millimetres; its first column in 黑体 if it holds labels."""
    from docx.shared import Mm

    table = document.add_table(rows=len(rows), cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for line, texts in zip(table.rows, rows, strict=True):
        for number, (cell, text, width) in enumerate(zip(line.cells, texts, widths, strict=True)):
            cell.width = table.columns[number].width = Mm(width)
            set_font(cell.paragraphs[0].add_run(text), _HEAD if bold_first and number == 0 else _TEXT, _SIZE)
    return table
