"""Templates as bureaus and Word make them: a placeholder is filled wherever it stands, or refused by name and place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from hypothesis import given, settings

from tests.validator import complaints, needs_validator
from tests.writing.strategies import NASTY, kept, texts
from xltool.report.documents.letter import LetterError, fill, known_placeholders
from xltool.report.documents.letter_templates import notice_template

RUN = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
NAMES = {"部门": "县教育局"}
ROWS = [{"问题": "甲"}, {"问题": "{{部门}}"}]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOX = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" Requires="wps">'
    "<w:drawing><wps:txbx><w:txbxContent><w:p>{0}</w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
    '<mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p>{0}</w:p>'
    "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def template(body: str, **parts: Callable[[str], str]) -> bytes:
    """The built-in notice with other content; ``parts``: changes of other parts, ``__`` for ``/``."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(notice_template())) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            text = source.read(name)
            if name == "word/document.xml":
                whole = text.decode()
                start, end = whole.index("<w:body>") + 8, whole.index("<w:sectPr")
                text = (whole[:start] + body + whole[end:]).encode()
            change = next((change for part, change in parts.items() if name.startswith(part.replace("__", "/"))), None)
            made.writestr(name, change(text.decode()) if change else text)
    return target.getvalue()


def shown(letter: bytes) -> list[str]:
    """Every paragraph's text as a reader sees it, those of text boxes too."""
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    signs = {f"{tag}br": "\n", f"{tag}tab": "\t"}
    return [
        "".join(signs.get(item.tag, item.text or "") for item in p.iter(f"{tag}t", *signs) if next(item.iterancestors(f"{tag}p")) is p)
        for p in docx.Document(io.BytesIO(letter)).element.body.iter(f"{tag}p")
    ]  # fmt: skip


PLACES = {
    "修订插入": f'<w:p><w:ins w:id="1" w:author="a">{RUN.format("{{部门}}")}</w:ins>{RUN.format("：")}</w:p>',
    "内容控件": f"<w:p><w:sdt><w:sdtContent>{RUN.format('{{部门}}')}</w:sdtContent></w:sdt>{RUN.format('：')}</w:p>",
    "整段的内容控件": f"<w:sdt><w:sdtContent><w:p>{RUN.format('{{部门}}：')}</w:p></w:sdtContent></w:sdt>",
    "智能标记": f'<w:p><w:smartTag w:uri="u" w:element="e">{RUN.format("{{部门}}")}</w:smartTag>{RUN.format("：")}</w:p>',
    "超链接": f'<w:p><w:hyperlink w:anchor="x">{RUN.format("{{部门}}")}</w:hyperlink>{RUN.format("：")}</w:p>',
    "全角括号": f"<w:p>{RUN.format('｛｛ 部门 ｝｝：')}</w:p>",
    "几段文字": f"<w:p>{''.join(map(RUN.format, ('{', '{部', '门}', '}：')))}</w:p>",
    "跨修订": f'<w:p>{RUN.format("{{部")}<w:ins w:id="1" w:author="a">{RUN.format("门}}")}</w:ins>{RUN.format("：")}</w:p>',
    "删去的字": f'<w:p>{RUN.format("{{部")}<w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del>{RUN.format("门}}：")}</w:p>',
}


@pytest.mark.parametrize("body", PLACES.values(), ids=PLACES)
def test_filled_wherever_word_put_it(body: str) -> None:
    made = template(body)
    assert known_placeholders(made, "模板.docx") == {"部门"}
    assert shown(fill(made, "模板.docx", NAMES, [])) == ["县教育局："]


def test_text_boxes_are_filled_in_both_spellings() -> None:
    made = template(f"<w:p>{BOX.format(RUN.format('{{部门}}'))}{RUN.format('{{部门}}')}</w:p>")
    assert shown(fill(made, "模板.docx", NAMES, [])) == ["县教育局", "县教育局", "县教育局"]


def test_the_look_of_every_part_stays() -> None:
    bold = "<w:r><w:rPr><w:b/></w:rPr><w:t>{{部门}}</w:t></w:r>"
    letter = fill(template(f"<w:p>{RUN.format('致 ')}{bold}{RUN.format(' 函')}</w:p>"), "模板.docx", NAMES, [])
    (paragraph,) = docx.Document(io.BytesIO(letter)).paragraphs
    assert [(run.text, bool(run.bold)) for run in paragraph.runs] == [
        ("致 ", False),
        ("县教育局", True),
        (" 函", False),
    ]


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc><w:p>{RUN.format(text)}</w:p></w:tc>" for text in cells) + "</w:tr>"


def test_text_is_never_a_template() -> None:
    body = f"<w:p>{RUN.format('{{部门}}{{文件}}')}</w:p><w:tbl>{row('序号', '问题')}{row('{{序号}}', '{{问题}}{{部门}}')}</w:tbl>"
    letter = fill(template(body), "模板.docx", {"部门": "{{x}}", "文件": "{{部门}}"}, ROWS)
    assert shown(letter) == ["{{x}}{{部门}}", "序号", "问题", "1", "甲{{x}}", "2", "{{部门}}{{x}}"]


def test_a_row_without_entries_goes() -> None:
    body = f"<w:tbl>{row('序号', '问题')}{row('{{序号}}', '{{问题}}')}</w:tbl>"
    assert shown(fill(template(body), "模板.docx", NAMES, [])) == ["序号", "问题"]


def refused(data: bytes) -> str:
    with pytest.raises(LetterError) as error:
        fill(data, "模板.docx", NAMES, ROWS)
    return str(error.value)


REFUSED = {
    "不认识的名称": (f"<w:p>{RUN.format('{{单位}}')}</w:p>", "模板.docx 里的 {{单位}} 没有可填的内容（在正文里）。可以用的是：{{部门}}。"),
    "文本框里不认识的名称": (
        f"<w:p>{BOX.format(RUN.format('{{单位}}'))}</w:p>",
        "模板.docx 里的 {{单位}} 没有可填的内容（在正文的文本框里）。可以用的是：{{部门}}。",
    ),
    "一层括号": (f"<w:p>{RUN.format('{部门}：{甲}')}</w:p>", "模板.docx 的正文里，“{部门}”只有一层括号，不会填上内容。请写成 {{部门}}。"),
    "括号不成对": (f"<w:p>{RUN.format('{{部门}：')}</w:p>", "模板.docx 的正文里，“{{部门”的括号不成对。请写成 {{名称}} 的样子。"),
    "行外的行内名称": (
        f"<w:p>{RUN.format('{{问题}}')}</w:p>",
        "模板.docx 的正文里，{{问题}} 要和 {{序号}} 写在表格的同一行。请移到那一行或删去。",
    ),
    "域代码": (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>QUOTE {{部门}}</w:instrText><w:fldChar w:fldCharType="end"/></w:r></w:p>',
        "模板.docx 的正文的域代码、图形或公式里有 {{部门}}，那里填不进内容。请移到正文、表格、文本框或页眉页脚里。",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_by_name_and_place(body: str, message: str) -> None:
    assert refused(template(body)) == message


def test_headers_are_filled_and_other_parts_refused() -> None:
    footer = {"word__footer": lambda text: text.replace("— ", "{{部门}} ")}
    letter = fill(template("<w:p/>", **footer), "模板.docx", NAMES, [])
    assert docx.Document(io.BytesIO(letter)).sections[0].footer.paragraphs[0].text.startswith("县教育局 ")
    numbering = {"word__numbering": lambda text: text.replace('w:lvlText w:val="', 'w:lvlText w:val="{{部门}}', 1)}
    assert "模板.docx 的编号格式的图形或属性里有 {{部门}}，那里填不进内容。" in refused(template("<w:p/>", **numbering))


@settings(max_examples=60, deadline=None)
@given(texts)
def test_any_text_comes_out_as_it_is(text: str) -> None:
    body = f"<w:p>{RUN.format('致{{部门}}：')}</w:p><w:tbl>{row('{{序号}}', '{{问题}}')}</w:tbl>"
    letter = fill(template(body), "模板.docx", {"部门": text}, [{"问题": text}])
    assert shown(letter) == [f"致{kept(text)}：", "1", kept(text)]


@needs_validator
def test_the_sdk_finds_nothing(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "a.docx"
    values = dict.fromkeys(known_placeholders(notice_template(), "a") - {"序号"}, "".join(NASTY))
    path.write_bytes(fill(notice_template(), "a", values, [values]))
    plain = path.with_name("b.docx")
    plain.write_bytes(fill(notice_template(), "a", dict.fromkeys(values, "示例"), [values]))
    assert complaints(path).keys() <= complaints(plain).keys(), "what the SDK says of python-docx's own template aside"
