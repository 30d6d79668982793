"""Every odd thing a Word file can hold, by name: what is read of it, where, and what is said."""

from __future__ import annotations

import pytest

from tests.read.documents.builders import STRICT, p, packed, tbl, tc, word
from xltool.findings import Severity
from xltool.ooxml.refused import Refused
from xltool.read.tables.grid import Document, Grid, Paragraph
from xltool.read.tables.open import open_document

OFFICE_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def told(document: Document) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in document.findings]


def shown(document: Document) -> list[object]:
    """Paragraphs as text, tables as lists of (place, text, rows, cols)."""
    return [
        item.text if isinstance(item, Paragraph) else [(c.address.a1, c.text, c.rows, c.cols) for c in item.cells]
        for item in document.items
    ]


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def para(*parts: str) -> str:
    return f"<w:p>{''.join(parts)}</w:p>"


def field(code: str, result: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


PARAGRAPHS = {
    "插入的修订算数, 删除的不算": (para(run("支出"), f"<w:ins>{run('280.02')}</w:ins>", "<w:del><w:r><w:delText>24</w:delText></w:r></w:del>"), "支出280.02"),
    "移来的算数, 移走的不算": (para(f"<w:moveTo>{run('甲')}</w:moveTo>", f"<w:moveFrom>{run('乙')}</w:moveFrom>"), "甲"),
    "插入里又删除": (para(run("甲"), "<w:ins><w:del><w:r><w:delText>乙</w:delText></w:r></w:del></w:ins>"), "甲"),
    "内容控件": (para(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('衡山县')}</w:sdtContent></w:sdt>"), "衡山县"),
    "智能标记": (para("<w:smartTag>", run("2022年"), "</w:smartTag>", run("度")), "2022年度"),
    "超链接": (para("<w:hyperlink>", run("公开网址"), "</w:hyperlink>"), "公开网址"),
    "域只读结果": (para(run("第"), field("PAGE", "3"), run("页")), "第3页"),
    "域里套域": (para(run("甲"), field("IF</w:instrText></w:r>" + field("PAGE", "9") + "<w:r><w:instrText>", "乙"), run("丙")), "甲乙丙"),
    "简单域": (para('<w:fldSimple w:instr="AUTHOR">', run("张三"), "</w:fldSimple>"), "张三"),
    "没有结尾的域不吞掉后文": (para('<w:r><w:fldChar w:fldCharType="begin"/></w:r>') + p("后文"), "后文"),
    "制表符和换行": (para("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/><w:t>丁</w:t></w:r>"), "甲\t乙\n丙\n丁"),
    "分页符不是文字": (para('<w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r>'), "甲乙"),
    "软连字符不显示, 不间断连字符是连字符": (para("<w:r><w:t>3</w:t><w:softHyphen/><w:t>0</w:t><w:noBreakHyphen/><w:t>5</w:t></w:r>"), "30-5"),
    "脚注引用不读": (para(run("甲"), '<w:r><w:footnoteReference w:id="2"/></w:r>'), "甲"),
    "隐藏文字不读": (para(run("甲"), "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"), "甲"),
    "关掉的隐藏照读": (para('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>甲</w:t></w:r>'), "甲"),
    "符号字体的大于等于": (para('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>95%</w:t></w:r>'), "≥95%"),
    "符号字体写的字": (para('<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf0a3</w:t></w:r>', run("5天")), "≤5天"),
    "打勾的方框": (para('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', run("是")), "☑是"),
    "旧式复选框": (para('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>', run("是")), "☑是"),
    "旧式下拉框": (para('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="良"/><w:listEntry w:val="优"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'), "优"),
    "公式里的分数": (para("<m:oMath><m:f><m:num><m:r><m:t>24</m:t></m:r></m:num><m:den><m:r><m:t>30</m:t></m:r></m:den></m:f></m:oMath>"), "24/30"),
    "注音只读正文": (para("<w:r><w:ruby><w:rt><w:r><w:t>héng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>衡</w:t></w:r></w:rubyBase></w:ruby></w:r>"), "衡"),
    "两种写法取前一种": (para("<mc:AlternateContent><mc:Choice>", run("新"), "</mc:Choice><mc:Fallback>", run("旧"), "</mc:Fallback></mc:AlternateContent>"), "新"),
    "段落标记被删的修订接到下一段": (f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('支出280')}</w:p>" + p(".02万元"), "支出280.02万元"),
    "块级内容控件": (f"<w:sdt><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>", "甲"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_a_paragraph_is_read_as_it_is_seen(name: str) -> None:
    body, expected = PARAGRAPHS[name]
    assert shown(open_document(word(body), "a.docx")) == [expected]


def test_blank_paragraphs_do_not_count() -> None:
    document = open_document(word(p("甲") + p("  ") + p("") + p("乙")), "a.docx")
    assert [(i.text, i.address) for i in document.items if isinstance(i, Paragraph)] == [
        ("甲", ("正文", 0, 0, "第1段")),
        ("乙", ("正文", 1, 0, "第2段")),
    ]


TABLES = {
    "横向合并": (tbl([tc("名称"), tc("甲", '<w:gridSpan w:val="3"/>')], [tc("a"), tc("b"), tc("c"), tc("d")]),
        [("第1行第1列", "名称", 1, 1), ("第1行第2列", "甲", 1, 3), ("第2行第1列", "a", 1, 1), ("第2行第2列", "b", 1, 1), ("第2行第3列", "c", 1, 1), ("第2行第4列", "d", 1, 1)]),
    "纵向合并": (tbl([tc("产出", '<w:vMerge w:val="restart"/>'), tc("a")], [tc("", "<w:vMerge/>"), tc("b")], [tc("", '<w:vMerge w:val="continue"/>'), tc("c")]),
        [("第1行第1列", "产出", 3, 1), ("第1行第2列", "a", 1, 1), ("第2行第2列", "b", 1, 1), ("第3行第2列", "c", 1, 1)]),
    "上面没有可续的合并格": (tbl([tc("甲"), tc("乙")], [tc("丙", "<w:vMerge/>"), tc("丁")]),
        [("第1行第1列", "甲", 1, 1), ("第1行第2列", "乙", 1, 1), ("第2行第1列", "丙", 1, 1), ("第2行第2列", "丁", 1, 1)]),
    "旧式横向合并": (tbl([tc("甲", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), tc("乙")], [tc("a"), tc("b"), tc("c")]),
        [("第1行第1列", "甲", 1, 2), ("第1行第3列", "乙", 1, 1), ("第2行第1列", "a", 1, 1), ("第2行第2列", "b", 1, 1), ("第2行第3列", "c", 1, 1)]),
    "行前空出": (tbl([tc("a"), tc("b")], ["<w:trPr><w:gridBefore w:val='1'/><w:gridAfter w:val='1'/></w:trPr>", tc("c")]),
        [("第1行第1列", "a", 1, 1), ("第1行第2列", "b", 1, 1), ("第2行第1列", "c", 1, 1)]),
    "删掉的行不算, 插入的行算": (tbl([tc("a")], ["<w:trPr><w:del/></w:trPr>", tc("旧")], ["<w:trPr><w:ins/></w:trPr>", tc("新")]),
        [("第1行第1列", "a", 1, 1), ("第2行第1列", "新", 1, 1)]),
    "删掉的格": (tbl([tc("a"), tc("旧", "<w:cellDel/>"), tc("b")]), [("第1行第1列", "a", 1, 1), ("第1行第2列", "b", 1, 1)]),
    "格里几段": (tbl([tc(p() + p() + p("项目资金") + p("(万元)") + p())]), [("第1行第1列", "项目资金\n(万元)", 1, 1)]),
    "内容控件里的行和格": (tbl([f"<w:sdt><w:sdtContent>{tc('a')}</w:sdtContent></w:sdt>", tc("b")]).replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>").replace("</w:tr>", "</w:tr></w:sdtContent></w:sdt>"),
        [("第1行第1列", "a", 1, 1), ("第1行第2列", "b", 1, 1)]),
    "极大的合并数": (tbl([tc("名称", '<w:gridSpan w:val="1000000000"/>'), tc("甲")], ["<w:trPr><w:gridBefore w:val='999999999'/></w:trPr>", tc("a"), tc("b")]),
        [("第1行第1列", "名称", 1, 2), ("第1行第2列", "甲", 1, 1), ("第2行第1列", "a", 1, 1), ("第2行第2列", "b", 1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_as_it_is_seen(name: str) -> None:
    body, expected = TABLES[name]
    assert shown(open_document(word(body), "a.docx")) == [expected]


def test_a_table_in_a_cell_stays_in_it() -> None:
    inner = tbl([tc("x"), tc("y")])
    document = open_document(word(tbl([tc("a"), tc(p("甲") + inner + inner + p("乙"))])), "a.docx")
    (grid,) = document.items
    assert isinstance(grid, Grid)
    outer = grid.cells[1]
    assert outer.text == "甲\n乙"
    places = [[cell.address for cell in table.cells] for table in outer.inner]
    assert [[(place.sheet, place.a1) for place in table] for table in places] == [
        [("表1", "第1行第2列内第1行第1列"), ("表1", "第1行第2列内第1行第2列")],
        [("表1", "第1行第2列内表2内第1行第1列"), ("表1", "第1行第2列内表2内第1行第2列")],
    ]


def test_tables_are_numbered_in_order() -> None:
    document = open_document(word(tbl([tc("a")]) + p("中") + tbl([tc("b")])), "a.docx")
    assert [cell.address.sheet for grid in document.grids for cell in grid.cells] == ["表1", "表2"]


BOX = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
SAID = {
    "文本框": (para(run("甲"), BOX.format(p("盒子里的字"))), [("WD01", "文档里有1 个文本框，没有读取。")]),
    "空文本框不提": (para(run("甲"), BOX.format(p())), []),
    "新式文本框只数一次": (para(run("甲"), "<mc:AlternateContent><mc:Choice>", BOX.format(p("字")), "</mc:Choice><mc:Fallback>", BOX.format(p("字")), "</mc:Fallback></mc:AlternateContent>"), [("WD01", "文档里有1 个文本框，没有读取。")]),
    "图片": (para(run("甲"), "<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>"), [("WD01", "文档里有1 张图片，没有读取。")]),
    "嵌入的文档": (p("甲") + '<w:altChunk r:id="rId9"/>', [("WD01", "文档里有1 份嵌入的文档，没有读取。")]),
    "合并格盖住的字": (p("甲") + tbl([tc("a", '<w:vMerge w:val="restart"/>'), tc("b")], [tc("盖住", "<w:vMerge/>"), tc("c")]), [("WD01", "文档里有1 处隐藏文字，没有读取。")]),
    "隐藏的行": (p("甲") + tbl([tc("a")], ["<w:trPr><w:hidden/></w:trPr>", tc("b")]), [("WD01", "文档里有1 处隐藏文字，没有读取。")]),
    "修订": (para(run("甲"), f"<w:ins>{run('乙')}</w:ins>", "<w:del><w:r><w:delText>丙</w:delText></w:r></w:del>"), [("WD02", "文档里有没有处理的修订（插入 1 处、删除 1 处），按全部接受以后的内容读取。")]),
    "没有什么可说": (p("甲"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_left_out_is_told(name: str) -> None:
    body, expected = SAID[name]
    assert told(open_document(word(body), "a.docx")) == expected


def test_strict_office_files_are_read_alike() -> None:
    body = p("甲") + tbl([tc("a", '<w:gridSpan w:val="2"/>')], [tc("b"), tc("c")])
    strict = open_document(word(body, space=STRICT, office=OFFICE_STRICT), "a.docx")
    assert strict == open_document(word(body), "a.docx")


def test_comments_and_macros_are_told_but_not_our_own_comments() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/>'
        "</Relationships>"
    )
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:comment w:id="0" w:author="张三"/><w:comment w:id="1" w:author="xltool 审核"/></w:comments>'
    )
    data = word(
        p("甲"),
        word___rels__document_dot_xml_dot_rels=relations,
        word__comments_dot_xml=comments,
        word__vbaProject_dot_bin="x",
    )
    assert told(open_document(data, "a.docm")) == [
        ("WD11", "文档里有宏，没有运行，也没有读取。"),
        ("WD12", "部门在文档里写了 1 条批注。"),
    ]


REFUSED = {
    "没有内容": (word(""), "WD10"),
    "正文不是 XML": (packed({"word/document.xml": "<w:document"}), "WJ04"),
    "没有正文": (packed({"word/document.xml": "<document/>"}), "WJ04"),
    "声明文档类型": (packed({"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "WJ04"),
    "演示文稿": (packed({"ppt/presentation.xml": "<a/>"}), "WJ16"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_a_text_is_refused(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        open_document(data, "a.docx")
    assert (refused.value.finding.code, refused.value.finding.severity) == (code, Severity.REJECT)


def numbered(body: str) -> bytes:
    """A document with one list: 一、 then （一） then 1., and a second list that begins anew."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{"<w:isLgl/>" * (n == 2)}</w:lvl>'
        for n, (form, text) in enumerate(
            (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%2.%3"))
        )
    )
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return word(
        body,
        word__numbering_dot_xml=f'<w:numbering {space}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>',
        word__styles_dot_xml=f'<w:styles {space}><w:style w:styleId="h1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>',
        word___rels__document_dot_xml_dot_rels='<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{office}/numbering" Target="numbering.xml"/><Relationship Id="b" Type="{office}/styles" Target="styles.xml"/></Relationships>',
    )


def listed(level: int, text: str, number: int = 1) -> str:
    return p(text, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')


def test_numbers_that_word_writes_itself_are_read() -> None:
    body = (
        p("基本情况", '<w:pPr><w:pStyle w:val="h1"/></w:pPr>')
        + listed(1, "职能")
        + listed(1, "机构")
        + listed(2, "编制")
        + listed(0, "预算")
        + listed(1, "收入")
        + listed(0, "另一份", number=2)
        + listed(0, "无此表", number=9)
    )
    assert shown(open_document(numbered(body), "a.docx")) == [
        "一、 基本情况", "（一） 职能", "（二） 机构", "2.1 编制", "二、 预算", "（一） 收入", "一、 另一份", "无此表",
    ]  # fmt: skip


def test_a_number_is_in_a_cell_only_where_nothing_else_is() -> None:
    """A column of 序号 shows its numbers; a value stays a value."""
    document = open_document(
        numbered(tbl([tc(listed(0, "")), tc(listed(0, "≥50个"))], [tc(listed(0, "")), tc("x")])), "a.docx"
    )
    assert [cell.text for grid in document.grids for cell in grid.cells] == ["一、", "≥50个", "三、", "x"]
