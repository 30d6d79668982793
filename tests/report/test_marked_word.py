"""A Word file handed back: the cells in question shaded, a comment on each, nothing else different."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from tests.marked import hand_back
from tests.office import convert, needs_office
from tests.read.documents.builders import STRICT, TYPE, W, p, packed, saved, tbl, tc, word
from tests.read.documents.report import report
from tests.validator import complaints, needs_validator
from xltool.examine import Outcome
from xltool.findings import Finding, Severity
from xltool.read.tables.open import open_document
from xltool.report.marked_copy.annotate import NotPatchable
from xltool.report.marked_copy.word import marked_document

RED, YELLOW = "FFC7CE", "FFEB9C"
FINDINGS = (
    Finding("ZB01", Severity.CORRECT, "实际完成值“52”高于 50。", "请说明原因。", "表1", ("第4行第5列", "第5行第5列")),
    Finding("ZB02", Severity.NOTICE, "产出有 12 行。", "请核对。", "表1", ("第4行第1列", "第4行第5列")),
    Finding("WB01", Severity.CORRECT, "“1.31元”像是万元。", "请核对单位。", "正文", ("第2段",)),
    Finding("WB09", Severity.REJECT, "没有年初预算数。", "请填写。"),
    Finding("ZB03", Severity.CORRECT, "表外的格。", "请核对。", "表9", ("第1行第1列",)),
)
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def same(one: bytes, other: bytes) -> bool:
    """Whether two XML texts say the same."""
    return etree.tostring(etree.fromstring(one), method="c14n") == etree.tostring(
        etree.fromstring(other), method="c14n"
    )


def root(data: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(parts(data)[name])


def shades(data: bytes) -> dict[str, str]:
    """Fill of every shaded cell, by its text."""
    found: dict[str, str] = {}
    for shade in root(data).iter("{*}shd"):
        cell = shade.getparent().getparent()  # type: ignore[union-attr]
        assert cell is not None
        text = "".join(str(t.text) for t in next(cell.iter("{*}p")).iter("{*}t"))
        found[f"{text}{len(found)}"] = str(shade.get(f"{{{W}}}fill"))
    return found


def comments(data: bytes) -> list[tuple[str, list[str]]]:
    """Author and paragraphs of every comment."""
    return [
        (str(c.get(f"{{{W}}}author")), ["".join(map(str, par.itertext())) for par in c.iter("{*}p")])
        for c in root(data, "word/comments.xml")
    ]


def test_cells_are_shaded_and_say_why() -> None:
    marked = marked_document(report(), FINDINGS, "与上次相比：改正 2 处。")
    assert shades(marked) == {"产出指标（50分）0": YELLOW, "521": RED, "522": RED}
    first, second = "须改 ZB01：实际完成值“52”高于 50。请说明原因。", "提示 ZB02：产出有 12 行。请核对。"
    assert comments(marked) == [
        ("xltool 审核", ["与上次相比：改正 2 处。", "退回 WB09：没有年初预算数。请填写。", "〔表9〕第1行第1列 须改 ZB03：表外的格。请核对。"]),
        ("xltool 审核", [first, second]),
        ("xltool 审核", [first]),
        ("xltool 审核", ["须改 WB01：“1.31元”像是万元。请核对单位。"]),
        ("xltool 审核", [second]),
    ]  # fmt: skip


def test_every_comment_has_its_three_places() -> None:
    marked = root(marked_document(report(), FINDINGS))
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert sorted(str(item.get(f"{{{W}}}id")) for item in marked.iter(f"{{*}}{name}")) == ["0", "1", "2", "3", "4"]


def test_nothing_else_changes_and_the_marks_go_again() -> None:
    before, marked = parts(report()), marked_document(report(), FINDINGS)
    changed = {name for name, content in parts(marked).items() if before.get(name) != content}
    assert changed == {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    after = parts(marked_document(marked, ()))
    assert set(after) == set(before)
    assert all(same(after[name], content) for name, content in before.items())
    assert open_document(marked).items == open_document(report()).items


def test_the_next_round_replaces_the_marks() -> None:
    once = marked_document(report(), FINDINGS)
    assert marked_document(once, FINDINGS) == once
    assert marked_document(once, FINDINGS[2:3]) == marked_document(report(), FINDINGS[2:3])


def shaded(shade: str) -> bytes:
    return word(tbl([tc("a", "<w:vAlign w:val='top'/>"), tc("b", shade)]))


SHADES = {
    "原来的底色": ("<w:shd w:val='clear' w:color='auto' w:fill='D9D9D9'/>", True),
    "没有颜色的底纹": ("<w:shd w:val='clear' w:color='auto' w:fill='auto'/>", True),
    "部门自己的红底": (f"<w:shd w:val='clear' w:color='auto' w:fill='{RED}'/>", True),
    "花纹": ("<w:shd w:val='pct10' w:color='auto' w:fill='D9D9D9'/>", False),
    "主题色": ("<w:shd w:val='clear' w:color='auto' w:fill='D9D9D9' w:themeFill='accent1'/>", False),
}


@pytest.mark.parametrize("name", SHADES)
def test_the_departments_own_shade_comes_back(name: str) -> None:
    """A plain fill is kept in mind while ours covers it; a pattern stays, and only the comment speaks."""
    shade, covered = SHADES[name]
    source = shaded(shade)
    finding = Finding("ZB01", Severity.NOTICE, "看。", "请核对。", "表1", ("第1行第1列", "第1行第2列"))
    marked = marked_document(source, [finding])
    assert (b"FFEB9C" in etree.tostring(root(marked).findall(".//{*}tc")[1])) is covered
    assert same(parts(marked_document(marked, ()))["word/document.xml"], parts(source)["word/document.xml"])


def with_comments(own: str = "张三", extended: str = "") -> bytes:
    """A document with a comment of the department and, once marked, what Word keeps about conversations."""
    space = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    listed = (
        f'<w:comments xmlns:w="{W}" {space}><w:comment w:id="7" w:author="{own}"><w:p w14:paraId="00000007"><w:r><w:t>请看</w:t></w:r></w:p></w:comment>'
        '<w:comment w:id="8" w:author="xltool 审核"><w:p w14:paraId="00000008"><w:r><w:t>旧的</w:t></w:r></w:p></w:comment></w:comments>'
    )
    anchors = "".join(
        f'<w:commentRangeStart w:id="{n}"/><w:commentRangeEnd w:id="{n}"/><w:r><w:commentReference w:id="{n}"/></w:r>'
        for n in (7, 8)
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
        for n, kind in enumerate(("comments", *(("commentsExtended",) if extended else ())))
    )
    more = {"word__commentsExtended_dot_xml": extended} if extended else {}
    return word(
        f"<w:p><w:r><w:t>甲</w:t></w:r>{anchors}</w:p>",
        word__comments_dot_xml=listed,
        word___rels__document_dot_xml_dot_rels=f'<Relationships xmlns="{RELS}">{relations}</Relationships>',
        **more,
    )


def test_comments_of_the_department_stay() -> None:
    marked = marked_document(with_comments(), FINDINGS[3:4])
    assert comments(marked) == [("张三", ["请看"]), ("xltool 审核", ["退回 WB09：没有年初预算数。请填写。"])]
    assert [item.get(f"{{{W}}}id") for item in root(marked).iter("{*}commentReference")] == ["7", "0"]


def test_an_answer_to_us_becomes_a_comment_of_its_own() -> None:
    space = "http://schemas.microsoft.com/office/word/2012/wordml"
    extended = (
        f'<w15:commentsEx xmlns:w15="{space}"><w15:commentEx w15:paraId="00000008" w15:done="0"/>'
        '<w15:commentEx w15:paraId="00000007" w15:paraIdParent="00000008" w15:done="0"/></w15:commentsEx>'
    )
    left = root(marked_document(with_comments(extended=extended), ()), "word/commentsExtended.xml")
    assert [dict(item.attrib) for item in left] == [{f"{{{space}}}paraId": "00000007", f"{{{space}}}done": "0"}]


def settings(relation: str, target: str) -> bytes:
    return word(
        p("甲"),
        word__settings_dot_xml=f'<w:settings xmlns:w="{W}" xmlns:r="{OFFICE}"><w:attachedTemplate r:id="rId1"/><w:zoom/></w:settings>',
        word___rels__settings_dot_xml_dot_rels=f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/{relation}" Target="{target}" TargetMode="External"/></Relationships>',
    )


def test_a_template_elsewhere_is_let_go() -> None:
    marked = marked_document(settings("attachedTemplate", r"\\198.51.100.1\a\b.dotm"), ())
    assert b"198.51.100.1" not in b"".join(parts(marked).values())
    assert [etree.QName(item).localname for item in root(marked, "word/settings.xml")] == ["zoom"]


def test_a_picture_elsewhere_is_let_go_and_a_link_stays() -> None:
    relations = "".join(
        f'<Relationship Id="{ident}" Type="{OFFICE}/{kind}" Target="http://example.com/{ident}" TargetMode="External"/>'
        for ident, kind in (("rId1", "image"), ("rId2", "hyperlink"))
    )
    source = word(
        p("甲") + '<w:p><w:hyperlink r:id="rId2"/><w:r><w:pict><v:imagedata r:href="rId1"/></w:pict></w:r></w:p>',
        word___rels__document_dot_xml_dot_rels=f'<Relationships xmlns="{RELS}">{relations}</Relationships>',
    )
    marked = parts(marked_document(source, ()))
    assert (b"rId1" in marked["word/document.xml"], b"example.com/rId2" in marked["word/_rels/document.xml.rels"]) == (
        False,
        True,
    )


NOT_HANDED_BACK = {
    "宏": word(p("甲"), word__vbaProject_dot_bin="x"),
    "会取外部内容的域": word('<w:p><w:r><w:instrText>DDEAU</w:instrText></w:r><w:r><w:instrText>TO c:\\\\a</w:instrText></w:r></w:p>'),
    "简单域": word('<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p>'),
    "外部的数据源": settings("mailMergeSource", "file:///c:/a"),
    "不是 docx": packed({"xl/workbook.xml": "<a/>"}),
    "宏文件改名": packed({name: content.replace(TYPE.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml") for name, content in parts(report()).items()}),
    "不是压缩包": b"x",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_HANDED_BACK)
def test_what_is_active_is_not_handed_back(name: str) -> None:
    with pytest.raises(NotPatchable):
        marked_document(NOT_HANDED_BACK[name], FINDINGS)


def test_a_link_with_such_a_word_in_its_address_is_no_such_field() -> None:
    link = '<w:p><w:r><w:instrText>HYPERLINK "http://example.com/link/import"</w:instrText></w:r></w:p>'
    assert marked_document(word(p("甲") + link), FINDINGS[3:4])


def test_strict_office_files_are_marked_alike() -> None:
    office = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    finding = Finding("ZB01", Severity.CORRECT, "看。", "请改。", "表1", ("第1行第1列",))
    marked = marked_document(word(tbl([tc("甲")]), space=STRICT, office=office), [finding])
    assert [shade.tag for shade in root(marked).iter("{*}shd")] == [f"{{{STRICT}}}shd"]
    assert f"{office}/comments".encode() in parts(marked)["word/_rels/document.xml.rels"]


def test_text_that_no_xml_can_carry_is_cleaned() -> None:
    finding = Finding("ZB01", Severity.CORRECT, "填的是“\x00\ud800\x1b[31m”。", "请改。", "表1", ("第1行第1列",))
    (comment,) = comments(marked_document(word(tbl([tc("甲")])), [finding]))
    assert "\x1b" not in comment[1][0]


def test_other_libraries_read_it() -> None:
    import docx

    document = docx.Document(BytesIO(marked_document(report(), FINDINGS)))
    assert [comment.author for comment in document.comments] == ["xltool 审核"] * 5
    assert document.tables[0].cell(0, 0).text == "项目名称"


@needs_validator
def test_the_office_sdk_accepts_it(tmp_path: Path) -> None:
    """What python-docx writes is valid, and stays so with marks, without them, and with marks again."""
    import docx

    document = docx.Document()
    document.add_paragraph("报告")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "甲"
    finding = Finding("ZB01", Severity.CORRECT, "看。", "请改。", "表1", ("第1行第1列", "第2行第2列"))
    source = saved(document)
    once = marked_document(source, [finding])
    for number, data in enumerate((once, marked_document(once, ()), marked_document(once, FINDINGS))):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(data)
        assert not complaints(path)


@needs_office
@pytest.mark.office
def test_marks_that_went_through_libreoffice_go_in_the_next_round(tmp_path: Path) -> None:
    """It forgets the colour that was there before, but keeps our comments: by them the shade is known as ours."""
    path = tmp_path / "a.docx"
    path.write_bytes(marked_document(report(), FINDINGS))
    through = convert([path], tmp_path / "saved", "docx")[0].read_bytes()
    assert sorted(shades(through).values()) == [RED, RED, YELLOW]
    again = marked_document(through, ())
    assert (shades(again), [author for author, _ in comments(again)]) == ({}, [])


def test_hand_back_gives_a_word_file_for_a_word_file(tmp_path: Path) -> None:
    written = hand_back("自评报告", report(), Outcome("自评报告.docx", FINDINGS), tmp_path, "")
    assert (written.name, written.read_bytes()) == ("自评报告_退回.docx", marked_document(report(), FINDINGS))


def test_hand_back_gives_the_result_workbook_for_what_must_not_go_back(tmp_path: Path) -> None:
    written = hand_back("报告", NOT_HANDED_BACK["宏"], Outcome("报告.docx", FINDINGS), tmp_path, "")
    assert [path.name for path in tmp_path.iterdir()] == [written.name] == ["报告_退回.xlsx"]


def test_marking_time_grows_with_the_size() -> None:
    """Eight times the cells, all marked, take less than twenty times the CPU."""

    def seconds(rows: int) -> float:
        source = word(tbl(*([tc("a"), tc("b")] for _ in range(rows))))
        cells = tuple(f"第{row}行第2列" for row in range(1, rows + 1))
        finding = Finding("ZB01", Severity.CORRECT, "看。", "请改。", "表1", cells)
        times = []
        for _ in range(3):
            start = time.process_time()
            marked_document(source, [finding])
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(4_000) < 20 * seconds(500) + 0.05
