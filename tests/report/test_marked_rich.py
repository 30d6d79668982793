"""What a department may have in its file beyond cells survives marking byte for byte, round after round."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from tests.report.factory import finding, outcome
from tests.report.test_marked_copy import PROJECT, SANGONG, marked, parts
from tests.report.test_notes import TEXT
from tests.validator import complaints, needs_validator
from xltool.report.marked_copy.notes import START

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
PERSON, THREAD = "{0A1B2C3D-0000-4000-8000-000000000001}", "{0A1B2C3D-0000-4000-8000-000000000002}"


def picture() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    )


def rich() -> bytes:
    """Rich text, picture, text box, background, x14 rules and lists, a modern comment, WPS pictures in cells, custom XML."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sangong, project = book.add_worksheet(SANGONG), book.add_worksheet(PROJECT)
    bold = book.add_format({"bold": True})
    sangong.write_rich_string("A1", "普通", bold, "加粗", "。")
    sangong.write_number("C4", 1.5)
    sangong.write_formula("C5", "=C4*2", None, 3)
    sangong.write_formula("C6", '=_xlfn.DISPIMG("ID_1",1)', None, "=DISPIMG(")
    sangong.conditional_format("C4:C9", {"type": "data_bar", "data_bar_2010": True})
    sangong.data_validation("C4", {"validate": "list", "source": f"='{PROJECT}'!$A$1:$A$3"})
    sangong.insert_image("E2", "a.png", {"image_data": io.BytesIO(picture())})
    sangong.insert_textbox("G2", "说明")
    sangong.set_background(io.BytesIO(picture()))
    sangong.write_comment("C5", f"tc={THREAD}", {"author": f"tc={THREAD}"})
    sangong.write_comment("B2", "部门自己的批注", {"author": "张三"})
    sangong.set_column("C:C", 17)
    sangong.protect("pw", {"format_columns": True})
    project.write_string("E9", "x")
    book.close()
    return added(stream.getvalue())


def added(source: bytes) -> bytes:
    """Parts that no library writes."""
    rels = '<Relationship Id="{}" Type="{}" Target="{}"/>'
    extra = {
        "xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="C5" dT="2023-03-01T08:00:00.00" personId="{PERSON}" id="{THREAD}"><text>新式批注</text></threadedComment></ThreadedComments>',
        "xl/persons/person.xml": f'<personList xmlns="{THREADS}"><person displayName="李四" id="{PERSON}" userId="u" providerId="None"/></personList>',
        "xl/cellimages.xml": '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>',
        "customXml/item1.xml": "<a>b</a>",
    }
    types = (
        '<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="application/vnd.ms-excel.threadedcomments+xml"/>'
        '<Override PartName="/xl/persons/person.xml" ContentType="application/vnd.ms-excel.person+xml"/>'
        '<Override PartName="/xl/cellimages.xml" ContentType="application/vnd.wps-officedocument.cellimage+xml"/></Types>'
    )
    micro = "http://schemas.microsoft.com/office/2017/10/relationships"
    changes = {
        "[Content_Types].xml": ("</Types>", types),
        "xl/_rels/workbook.xml.rels": (
            "</Relationships>",
            rels.format("rIdP", f"{micro}/person", "persons/person.xml")
            + rels.format("rIdW", "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml")
            + rels.format("rIdC", f"{KIND}/customXml", "../customXml/item1.xml")
            + "</Relationships>",
        ),
        "xl/worksheets/_rels/sheet1.xml.rels": (
            "</Relationships>",
            rels.format("rIdT", f"{micro}/threadedComment", "../threadedComments/threadedComment1.xml")
            + "</Relationships>",
        ),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in changes:
                one, other = changes[name]
                assert one.encode() in text
                text = text.replace(one.encode(), other.encode())
            new.writestr(name, text)
        for name, content in extra.items():
            new.writestr(name, content)
    return stream.getvalue()


MAY_CHANGE = {
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/comments1.xml",
    "xl/drawings/vmlDrawing1.vml",
    "xl/threadedComments/threadedComment1.xml",
    "xl/persons/person.xml",
}
MADE = outcome(findings=(finding(cells=("C4", "C5")), finding("SG02", cells=("B2",))))


def test_every_other_part_survives_two_rounds(tmp_path: Path) -> None:
    old = parts(rich())
    first = marked(rich(), MADE, tmp_path / "1")
    second = marked(first.read_bytes(), MADE, tmp_path / "2")
    for path in (first, second):
        new = parts(path)
        assert {name for name in old if old[name] != new.get(name)} == MAY_CHANGE
        sheet = new["xl/worksheets/sheet1.xml"]
        for kept in (
            b"<picture ",
            b"<drawing ",
            b"x14:dataBar",
            b"<sheetProtection ",
            b"<dataValidation ",
            b"<v>3</v>",
        ):
            assert kept in sheet, kept


@pytest.mark.filterwarnings("ignore:.*will be removed")
def test_comments_of_the_department_stay_and_ours_stand_below(tmp_path: Path) -> None:
    first = marked(rich(), MADE, tmp_path / "1")
    sheet = openpyxl.load_workbook(first)[SANGONG]
    found = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert found["B2"].startswith(f"部门自己的批注\n{START}须改 SG02")
    assert found["C4"].startswith(f"{START}须改 SG01")
    assert found["C5"] == f"tc={THREAD}", "the stand-in of a modern comment must not change"
    clean = openpyxl.load_workbook(marked(first.read_bytes(), outcome(), tmp_path / "2"))[SANGONG]
    left = {cell.coordinate: cell.comment.text for row in clean.iter_rows() for cell in row if cell.comment}
    assert left == {"B2": "部门自己的批注", "C5": f"tc={THREAD}"}


def replies(path: Path) -> list[tuple[str, str]]:
    """Who says what in the conversation on C5; a reply names the comment it answers."""
    new = parts(path)
    people = etree.fromstring(new["xl/persons/person.xml"])
    names = {person.get("id"): str(person.get("displayName")) for person in people}
    thread = etree.fromstring(new["xl/threadedComments/threadedComment1.xml"])
    assert {item.get("parentId") for item in thread} <= {None, THREAD}
    assert {item.get("ref") for item in thread} == {"C5"}
    return [(names[item.get("personId")], item[0].text or "") for item in thread]


@pytest.mark.filterwarnings("ignore:.*will be removed")
def test_a_conversation_is_answered_and_the_result_sheet_says_so(tmp_path: Path) -> None:
    """Excel shows no note where there is a conversation; our remark is a reply, replaced in the next round."""
    first = marked(rich(), MADE, tmp_path / "1")
    assert replies(first) == [("李四", "新式批注"), ("xltool 审核", TEXT)]
    rows = [cell.value for cell in openpyxl.load_workbook(first)["审核结果"]["A"] if cell.value]
    assert [row for row in rows if "对话" in str(row)] == [
        f"〔{SANGONG}〕C5已有部门的对话批注，审核意见回复在对话里，没有另加批注；看不到对话的程序（WPS、旧版 Excel）请以本表为准。"
    ]
    second = marked(first.read_bytes(), MADE, tmp_path / "2")
    assert replies(second) == replies(first)
    clean = marked(second.read_bytes(), outcome(), tmp_path / "3")
    assert replies(clean) == [("李四", "新式批注")]
    assert b"xltool" not in parts(clean)["xl/persons/person.xml"]
    assert "对话" not in str([cell.value for cell in openpyxl.load_workbook(clean)["审核结果"]["A"]])


@needs_validator
@pytest.mark.parametrize("rounds", [1, 2])
def test_the_sdk_finds_nothing_new(rounds: int, tmp_path: Path) -> None:
    source, path = tmp_path / "rich.xlsx", tmp_path / "rich.xlsx"
    source.write_bytes(rich())
    for number in range(rounds):
        path = marked(path.read_bytes(), MADE, tmp_path / str(number))
    assert complaints(path) - complaints(source) == {}
