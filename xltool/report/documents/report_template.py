"""The Word template of the 自评报告, from the form's outline; the bureau edits it afterwards.

Imports ``letter``, ``letter_templates``. A sentence of the form stands in it in full, with {{栏目}} where a figure goes, so that
the bureau can change its words in Word; {{表:名称}} in a paragraph of its own is where a table goes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from xltool.form import Form
from xltool.form.definition.paper import ReportPart
from xltool.report.documents.letter import sign
from xltool.report.documents.letter_templates import page_number, set_font

TABLE = "表:"
"""{{表:部门预决算情况表}}: the table of that name."""
NAME = "自评报告"
_TITLE, _HEAD, _SECOND, _TEXT = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
_SIZE = 16
_FIELD = re.compile(r"\{([^{}]+)\}")
_FALLBACKS = {
    "方正小标宋简体": "方正小标宋_GBK,小标宋,华文中宋,宋体,SimSun",
    "仿宋_GB2312": "仿宋,FangSong,华文仿宋,宋体,SimSun",
    "楷体_GB2312": "楷体,KaiTi,华文楷体,宋体,SimSun",
    "黑体": "SimHei,思源黑体,宋体",
    "宋体": "SimSun,思源宋体",
}
"""What a computer without the official fonts takes, in this order."""


def table_name(title: str) -> str:
    """Return what a table is called in a template."""
    return TABLE + title.replace("{n}", "")


def report_template(form: Form) -> bytes:
    """Return the template of a form's report."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    outline = form.spec.report
    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _styles(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    look = title.paragraph_format
    look.first_line_indent, look.line_spacing, look.space_after = Pt(0), Pt(36), Pt(18)
    set_font(title.add_run(_asking(outline.title)), _TITLE, 22)
    for part in outline.parts:
        for text, style in _paragraphs(form, part):
            document.add_paragraph(text, style)
    page_number(section.footer.paragraphs[0])
    with_fallbacks(document)
    sign(document, NAME)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_fallbacks(document: Any) -> None:
    """Say in the document's font table what stands in for an official font that a computer does not have."""
    made = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in _FALLBACKS.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            blob = part.blob.decode("utf-8")
            part._blob = re.sub(r"</w:fonts>\s*\Z", f"{made}</w:fonts>", blob).encode("utf-8")


def _styles(document: Any) -> None:
    from docx.shared import Pt, RGBColor

    normal = document.styles["Normal"]
    set_font(normal, _TEXT, _SIZE)
    look = normal.paragraph_format
    look.space_after, look.line_spacing, look.first_line_indent = Pt(0), Pt(28), Pt(2 * _SIZE)
    for name, face in (("Heading 1", _HEAD), ("Heading 2", _SECOND), ("Heading 3", _TEXT)):
        style = document.styles[name]
        set_font(style, face, _SIZE)
        style.font.bold, style.font.italic, style.font.color.rgb = False, False, RGBColor(0, 0, 0)
        fonts = style.element.rPr.rFonts
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
        look = style.paragraph_format
        look.space_before = look.space_after = Pt(0)
        look.line_spacing, look.first_line_indent, look.keep_with_next = Pt(28), Pt(2 * _SIZE), True


def _asking(text: str) -> str:
    return _FIELD.sub(r"{{\1}}", text)


def _paragraphs(form: Form, part: ReportPart) -> Iterator[tuple[str, str]]:
    """The paragraphs of a part, each with its style."""
    if part.heading:
        yield str(part.heading), f"Heading {part.rank}"
    said = {str(sentence.id): str(sentence.say) for sentence in form.spec.official.sentences}
    if part.sentences:
        pieces = [said[str(ident)].rstrip("。") + "。" for ident in part.sentences]
        yield _asking(part.lead + "".join(pieces)), "Normal"
    for name in part.texts:
        yield f"{{{{{name}}}}}", "Normal"
    prints = {str(table.id): table.title for table in (*form.spec.report.tables, *form.spec.prints)}
    if part.table:
        yield f"{{{{{table_name(prints[str(part.table)])}}}}}", "Normal"
    for sheet in form.spec.prints if part.forms else ():
        yield f"{{{{{table_name(sheet.title)}}}}}", "Normal"
