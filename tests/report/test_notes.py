"""Comments on the cells in question: ours beside the department's own, replaced in every round."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.office import convert, needs_office
from tests.report.factory import finding, outcome
from tests.report.test_marked_copy import SANGONG, by_openpyxl, by_xlsxwriter, marked, minimal
from xltool.report.marked_copy.notes import AUTHOR

TEXT = "须改 SG01：预算数合计 1.50 万元，三项之和是 1.31 万元，差 0.19 万元。请核对三项明细。"


def notes(path: Path, sheet: str = SANGONG) -> dict[str, str]:
    book = openpyxl.load_workbook(path)
    return {cell.coordinate: cell.comment.text for row in book[sheet].iter_rows() for cell in row if cell.comment}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("source", [by_openpyxl(), minimal()], ids=["openpyxl", "minimal"])
def test_every_cell_in_question_has_a_comment_with_number_and_remedy(source: bytes, tmp_path: Path) -> None:
    more = finding("SG02", message="决算数超过预算数。", remedy="请说明原因。", cells=("C4", "C5:C6"))
    path = marked(source, outcome(findings=(finding(), more)), tmp_path)
    assert notes(path) == {
        "C4": f"【审核】{TEXT}\n须改 SG02：决算数超过预算数。请说明原因。",
        "C5": "【审核】须改 SG02：决算数超过预算数。请说明原因。",
    }


def test_a_note_of_the_department_stays_and_ours_stands_below(tmp_path: Path) -> None:
    path = marked(by_xlsxwriter(), outcome(findings=(finding(),)), tmp_path)
    assert notes(path) == {"C4": f"填合计\n【审核】{TEXT}"}
    again = marked(path.read_bytes(), outcome(findings=(finding(), finding(cells=("C5",)))), tmp_path / "2")
    assert notes(again) == {"C4": f"填合计\n【审核】{TEXT}", "C5": f"【审核】{TEXT}"}
    clean = marked(again.read_bytes(), outcome(), tmp_path / "3")
    assert notes(clean) == {"C4": "填合计"}


def test_ours_go_in_the_next_round_without_a_trace(tmp_path: Path) -> None:
    first = marked(by_openpyxl(), outcome(findings=(finding(),)), tmp_path)
    clean = marked(first.read_bytes(), outcome(), tmp_path / "2")
    names, bare = parts(clean), parts(marked(by_openpyxl(), outcome(), tmp_path / "3"))
    assert [name for name in names if "comment" in name or "vml" in name or "worksheets/_rels" in name] == []
    assert names["xl/worksheets/sheet2.xml"] == bare["xl/worksheets/sheet2.xml"]
    assert b"comments" not in names["[Content_Types].xml"]


def test_the_same_round_twice_is_the_same(tmp_path: Path) -> None:
    made = outcome(findings=(finding(),))
    once = marked(by_xlsxwriter(), made, tmp_path)
    twice = marked(once.read_bytes(), made, tmp_path / "2")
    assert {n: p for n, p in parts(twice).items() if "vml" in n or "comment" in n} == {
        n: p for n, p in parts(once).items() if "vml" in n or "comment" in n
    }


def test_a_note_openpyxl_saved_again_is_still_known_as_ours(tmp_path: Path) -> None:
    """Another program keeps the author or the text, never our names of parts."""
    first = marked(by_openpyxl(), outcome(findings=(finding(),)), tmp_path)
    book, stream = openpyxl.load_workbook(first), io.BytesIO()
    book.save(stream)
    assert AUTHOR in {cell.comment.author for row in book[SANGONG].iter_rows() for cell in row if cell.comment}
    assert notes(marked(stream.getvalue(), outcome(), tmp_path / "2")) == {}


def test_a_rule_with_a_list_of_its_own_is_not_torn_apart(tmp_path: Path) -> None:
    """Data bars have an extLst inside the rule; the reference to the comments belongs behind the sheet's own parts."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(SANGONG)
    sheet.write_number("C4", 1.5)
    sheet.conditional_format("C4:C9", {"type": "data_bar", "data_bar_2010": True})
    book.close()
    part = parts(marked(stream.getvalue(), outcome(findings=(finding(),)), tmp_path))["xl/worksheets/sheet1.xml"]
    rule = re.search(rb"<cfRule type=.dataBar.*?</cfRule>", part, re.S)
    assert rule
    assert b"extLst" in rule[0]
    assert b"legacyDrawing" not in rule[0]
    assert re.search(rb"<legacyDrawing [^>]*/><extLst>", part)


@needs_office
@pytest.mark.office
def test_libreoffice_shows_the_comments(tmp_path: Path) -> None:
    path = marked(by_xlsxwriter(), outcome(findings=(finding(cells=("C4", "C5")),)), tmp_path)
    (saved,) = convert([path], tmp_path / "lo")
    assert notes(saved) == {"C4": f"填合计\n【审核】{TEXT}", "C5": f"【审核】{TEXT}"}
