"""The department's own file back: what is added, and that nothing else changes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName

from tests import kit
from tests.marked import hand_back, write_marked_copy, write_result_workbook
from tests.office import convert, needs_office
from tests.report.factory import EVIL, finding, outcome
from xltool.examine.outcome import Outcome
from xltool.findings import Severity
from xltool.form import form_by_id
from xltool.report.marked_copy.annotate import NotPatchable

SANGONG, PROJECT = "“三公”经费", "项目1"
ALWAYS_CHANGED = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}


def load(source: Any) -> Any:
    """The workbook as openpyxl sees it, without openpyxl's wide types."""
    return openpyxl.load_workbook(source)


def by_xlsxwriter() -> bytes:
    """A return with everything a patch could lose: lists, formats, names per sheet, a picture of a chart, notes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    cover, sangong, project = (book.add_worksheet(name) for name in ("封面", SANGONG, PROJECT))
    hidden = book.add_worksheet("_meta")
    hidden.very_hidden()
    hidden.write_string(0, 0, "issue-302")
    cover.write_string(0, 0, "衡山县")
    yellow = book.add_format({"bg_color": "#FFFBE0", "border": 1})
    sangong.write_number("C4", 1.5, yellow)
    sangong.write_formula("C5", "=C4*2", yellow, 3)
    sangong.data_validation("C4", {"validate": "decimal", "criteria": ">=", "value": 0})
    sangong.conditional_format(
        "C4:C9", {"type": "cell", "criteria": "<", "value": 0, "format": book.add_format({"bg_color": "#FAD4D4"})}
    )
    sangong.write_comment("C4", "填合计")
    sangong.protect("", {"format_columns": True})
    sangong.print_area("A1:D9")
    project.write_string("E9", "１２０", yellow)
    project.repeat_rows(0)
    project.autofilter("A8:H12")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [SANGONG, 3, 2, 4, 2]})
    project.insert_chart("J2", chart)
    book.define_name("合计", f"='{SANGONG}'!$C$4")
    sangong.activate()
    book.close()
    return stream.getvalue()


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    book.active.title = "封面"
    sangong, project = book.create_sheet(SANGONG), book.create_sheet(PROJECT)
    sangong["C4"] = 1.5
    sangong["C4"].fill = PatternFill("solid", fgColor="FFFBE0")
    project["E9"] = "１２０"
    sangong.print_title_rows = "1:2"
    project.defined_names["本表"] = DefinedName("本表", attr_text=f"'{PROJECT}'!$E$9")
    book.active = 2
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(source: bytes, **changes: Any) -> bytes:
    """The workbook with parts changed: name (``/`` as ``__``) to a function of its text, or None to drop it."""
    stream = io.BytesIO()
    wanted = {name.replace("__", "/"): change for name, change in changes.items()}
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            change = wanted.get(name, lambda text: text)
            if change is not None:
                new.writestr(name, change(old.read(name).decode()))
    return stream.getvalue()


CONTENT_TYPES = "[Content_Types].xml"


def macros(text: str) -> str:
    return text.replace(
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "vnd.ms-excel.sheet.macroEnabled.main"
    )


def minimal() -> bytes:
    """Prefixes everywhere, no styles, absolute targets: legal, and what small writers produce."""
    main = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships {rels}><Relationship Id="r1" Type="{office}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<x:workbook {main} xmlns:r="{office}"><x:sheets><x:sheet name="{SANGONG}" sheetId="7" r:id="r1"/></x:sheets></x:workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {rels}><Relationship Id="r1" Type="{office}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<x:worksheet {main}><x:sheetData><x:row r="4"><x:c r="C4"><x:v>1.5</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def examined(*more: Any) -> Outcome:
    notice = finding(
        "NB01",
        Severity.NOTICE,
        sheet=PROJECT,
        cells=("E9", "F9"),
        label=EVIL,
        seen="１２０_x000D_",
        message="全角数字按 120 读取。",
    )
    return outcome("302", "县教育局", findings=(notice, finding(), *more))


def marked(source: bytes, made: Outcome, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "标注.xlsx"
    write_marked_copy(source, made, path)
    return path


def parts(source: bytes | Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def marks(path: Path) -> dict[str, dict[str, str]]:
    """Sheet to marked cell to colour."""
    found: dict[str, dict[str, str]] = {}
    for sheet in load(path).worksheets:
        for ranges in sheet.conditional_formatting:
            for rule in ranges.rules:
                if rule.formula and "xltool-mark" in rule.formula[0]:
                    for cell in str(ranges.sqref).split():
                        found.setdefault(sheet.title, {})[cell] = rule.dxf.fill.bgColor.rgb
    return found


@pytest.mark.parametrize("source", [by_xlsxwriter(), by_openpyxl()], ids=["XlsxWriter", "openpyxl"])
def test_the_sheet_stands_first_and_says_everything(source: bytes, tmp_path: Path) -> None:
    before = load(io.BytesIO(source))
    book = load(marked(source, examined(), tmp_path))
    assert book.sheetnames == ["审核结果", *before.sheetnames]
    assert book.active is book["审核结果"]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == ["审核结果"], (
        "never two: they are edited together"
    )
    rows = [[cell for cell in row if cell is not None] for row in book["审核结果"].iter_rows(values_only=True)]
    assert rows[0] == ["审核结果"]
    assert "县教育局（302）" in rows[1][0]
    assert rows[2] == ["结果：待修改（须改 1 条，提示 1 条）。请按下表逐条处理，改好后重新报送。"]
    assert rows[6] == ["序号", "级别", "工作表", "单元格", "说明", "怎么改", "栏目", "填的是", "应当是", "编号"]
    assert rows[7][:4] + rows[7][6:] == [1, "须改", SANGONG, "C4", "合计预算数", "1.50", "1.31", "SG01"]
    assert rows[8][:4] + rows[8][-1:] == [2, "提示", PROJECT, "E9、F9", "NB01"]
    assert EVIL in rows[8]
    assert any(
        row and str(row[0]).startswith("村级运转补助　核定总分：92.50 分　等次：优　自评总分：95.00 分") for row in rows
    )
    line = next(row for row in rows if "村级保洁覆盖村数" in row)
    assert line[-5:] == [25, 17.5, 17.5, 17.5, "指标 ≥10，实际 9，系数 0.9000 × 分值 25"]


@pytest.mark.parametrize("source", [by_xlsxwriter(), by_openpyxl()], ids=["XlsxWriter", "openpyxl"])
def test_links_lead_to_the_cells(source: bytes, tmp_path: Path) -> None:
    sheet = load(marked(source, examined(), tmp_path))["审核结果"]
    found = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert found["C4"] == "'“三公”经费'!C4"
    assert found["E9、F9"] == "'项目1'!E9"
    assert found["J20"] == "'项目1'!J20"


def test_no_link_to_a_sheet_that_cannot_be_shown(tmp_path: Path) -> None:
    made = outcome(findings=(finding(sheet="_meta"), finding(sheet="没有这张表"), finding(sheet="", cells=())))
    sheet = load(marked(by_xlsxwriter(), made, tmp_path))["审核结果"]
    assert [cell.hyperlink for row in sheet.iter_rows(min_row=7, max_row=10) for cell in row if cell.hyperlink] == []


@pytest.mark.parametrize("source", [by_xlsxwriter(), by_openpyxl()], ids=["XlsxWriter", "openpyxl"])
def test_every_other_part_stays_byte_for_byte(source: bytes, tmp_path: Path) -> None:
    old, new = parts(source), parts(marked(source, examined(), tmp_path))
    added = {name for name in new if name not in old}
    assert {re.sub("[0-9]", "", name) for name in added} <= {
        "xl/worksheets/sheet.xml",
        "xl/comments.xml",
        "xl/drawings/vmlDrawing.vml",
        "xl/worksheets/_rels/sheet.xml.rels",
    }
    assert list(new)[: len(old)] == list(old)
    changed = {name for name in old if old[name] != new[name]}
    # The comments and their boxes are added to where there are some already.
    changed = {name for name in changed if "comments" not in name and "vml" not in name and ".rels" not in name}
    # The sheets with marks, and the one that was selected; the openpyxl file selects its first sheet too.
    assert changed - ALWAYS_CHANGED <= {f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)}
    for name in changed - ALWAYS_CHANGED:
        kept = re.sub(
            rb"<conditionalFormatting[^>]*><cfRule[^>]*><formula>[^<]*N\(\"xltool-mark\"\)=0[^<]*</formula></cfRule></conditionalFormatting>",
            b"",
            re.sub(rb"<legacyDrawing xmlns:r=[^>]*/>", b"", new[name]),
        )
        assert kept == re.sub(rb' tabSelected="\w+"', b"", old[name]), name


def test_a_sheet_without_marks_stays_byte_for_byte(tmp_path: Path) -> None:
    source = by_xlsxwriter()
    old, new = parts(source), parts(marked(source, outcome(), tmp_path))
    changed = {name for name in old if old[name] != new[name]}
    assert changed == ALWAYS_CHANGED | {"xl/worksheets/sheet2.xml"}, "sheet2 was the selected one"


def test_existing_styles_keep_their_places(tmp_path: Path) -> None:
    source = by_xlsxwriter()
    old, new = (
        parts(source)["xl/styles.xml"].decode(),
        parts(marked(source, examined(), tmp_path))["xl/styles.xml"].decode(),
    )
    for name in ("fonts", "fills", "borders", "cellXfs", "dxfs"):
        inner = re.search(f"<{name} [^>]*>(.*?)</{name}>", old, re.S)
        assert inner
        assert inner[1] in new, name
        count = re.search(f'<{name} count="(\\d+)"', new)
        assert count
        assert int(count[1]) > 0


def test_names_and_views_follow_their_sheets(tmp_path: Path) -> None:
    for number, source in enumerate((by_xlsxwriter(), by_openpyxl())):
        before = load(io.BytesIO(source))
        after = load(marked(source, examined(), tmp_path / str(number)))
        for sheet in before.worksheets:
            assert after[sheet.title].print_title_rows == sheet.print_title_rows
            assert after[sheet.title].print_area == sheet.print_area
            assert set(after[sheet.title].defined_names) == set(sheet.defined_names)
            assert after[sheet.title].sheet_state == sheet.sheet_state
        assert set(after.defined_names) == set(before.defined_names)


def test_cells_are_marked_the_gravest_colour_wins(tmp_path: Path) -> None:
    made = examined(finding("TS01", Severity.NOTICE), finding("XX01", cells=("bad ref", "B2:D2")))
    path = marked(by_xlsxwriter(), made, tmp_path)
    assert marks(path) == {
        SANGONG: {"C4": "FFFFC7CE", "B2:D2": "FFFFC7CE"},
        PROJECT: {"E9": "FFFFEB9C", "F9": "FFFFEB9C"},
    }
    cell = load(path)[SANGONG]["C4"]
    assert cell.fill.fgColor.rgb == "FFFFFBE0", "the department's own colour is still underneath"


def test_the_mark_of_a_blank_cell_goes_when_it_is_filled_in(tmp_path: Path) -> None:
    text = parts(marked(by_xlsxwriter(), examined(), tmp_path))["xl/worksheets/sheet3.xml"].decode()
    assert re.search('sqref="F9"><cfRule [^>]*><formula>AND\\(N\\("xltool-mark"\\)=0,ISBLANK\\(\\$F\\$9\\)\\)<', text)
    assert re.search('sqref="E9"><cfRule [^>]*><formula>N\\("xltool-mark"\\)=0<', text)


def test_a_second_round_replaces_the_first(tmp_path: Path) -> None:
    first = marked(by_xlsxwriter(), examined(), tmp_path / "1")
    second = marked(
        first.read_bytes(), outcome("302", "县教育局", findings=(finding("SG02", cells=("C5",)),)), tmp_path / "2"
    )
    book = load(second)
    assert book.sheetnames.count("审核结果") == 1
    assert book.sheetnames[0] == "审核结果"
    assert marks(second) == {SANGONG: {"C5": "FFFFC7CE"}}
    values = [cell for row in book["审核结果"].iter_rows(values_only=True) for cell in row]
    assert "SG02" in values
    assert "SG01" not in values
    assert book[PROJECT].print_title_rows == "$1:$1"


def test_the_same_round_twice_gives_the_same_file(tmp_path: Path) -> None:
    source = by_xlsxwriter()
    first, again = (marked(source, examined(), tmp_path / name) for name in "12")
    assert first.read_bytes() == again.read_bytes()
    third = marked(first.read_bytes(), examined(), tmp_path / "3")
    assert {name: part for name, part in parts(third).items() if name != "[Content_Types].xml"} == (
        {name: part for name, part in parts(first).items() if name != "[Content_Types].xml"}
    ), "nothing piles up from round to round"


def test_a_clean_return_in_the_next_round_has_no_marks(tmp_path: Path) -> None:
    first = marked(by_openpyxl(), examined(), tmp_path / "1")
    second = marked(first.read_bytes(), outcome(), tmp_path / "2")
    assert marks(second) == {}
    assert b"xltool-mark" not in b"".join(parts(second).values())
    values = [cell for row in load(second)["审核结果"].iter_rows(values_only=True) for cell in row if cell]
    assert "结果：通过。没有发现问题，不用处理。" in values


def test_prefixes_missing_styles_and_absolute_targets(tmp_path: Path) -> None:
    path = marked(minimal(), outcome(findings=(finding(),)), tmp_path)
    book = load(path)
    assert book.sheetnames == ["审核结果", SANGONG]
    assert book["审核结果"]["A1"].font.name == "黑体"
    assert book[SANGONG]["C4"].value == 1.5
    assert b'<x:conditionalFormatting sqref="C4">' in parts(path)["xl/worksheets/sheet1.xml"]


def test_missing_lists_in_the_styles(tmp_path: Path) -> None:
    def bare(text: str) -> str:
        return re.sub(r"<(fills|borders|cellStyleXfs|dxfs)\b.*?</\1>|<dxfs[^>]*/>", "", text, flags=re.S)

    path = marked(
        repacked(by_openpyxl(), **{"xl__styles.xml": bare}),
        examined(),
        tmp_path,
    )
    text = parts(path)["xl/styles.xml"].decode()
    order = [
        text.index(f"<{name}")
        for name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
    ]
    assert order == sorted(order)
    assert load(path)["审核结果"]["A8"].border.left.style == "thin"


def test_text_is_safe_in_the_sheet(tmp_path: Path) -> None:
    odd = finding(label=EVIL, seen="<b>&\x00\ud800", expected="长" * 40_000, message="_x000D_ “引号”'")
    path = marked(by_xlsxwriter(), outcome(findings=(odd,), file="a&b<c>.xlsx"), tmp_path)
    row = [cell.value for cell in load(path)["审核结果"][8] if cell.value is not None]
    assert row[6:8] == [EVIL, "<b>&\ufffd\ufffd"]
    assert row[8].endswith("…（已截断）")
    assert row[4] == "_x005F_x000D_ “引号”'", "openpyxl shows the escape that Excel undoes"
    assert b"<f>" not in parts(path)["xl/worksheets/sheet5.xml"]


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        by_xlsxwriter()[:-40],
        by_xlsxwriter().replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        repacked(by_xlsxwriter(), **{"xl__workbook.xml": None}),
        repacked(by_xlsxwriter(), **{"_rels__.rels": None}),
        repacked(by_xlsxwriter(), **{"xl__workbook.xml": lambda text: text[:200]}),
        repacked(by_xlsxwriter(), **{"xl__workbook.xml": lambda text: text.replace("spreadsheetml/2006/main", "x")}),
        repacked(by_xlsxwriter(), **{"xl__workbook.xml": lambda text: text.replace("?>", "?>" + BOMB, 1)}),
        repacked(by_xlsxwriter(), **{"xl__worksheets__sheet2.xml": lambda text: text.replace("?>", "?>" + BOMB, 1)}),
        repacked(by_xlsxwriter(), **{"xl__worksheets__sheet2.xml": lambda text: text[:-30]}),
        repacked(by_xlsxwriter(), **{CONTENT_TYPES: macros}),
    ],
    ids=[
        "empty",
        "stub",
        "xls",
        "cut",
        "directory",
        "no workbook",
        "no rels",
        "half",
        "strict",
        "doctype",
        "doctype in sheet",
        "half a sheet",
        "macros",
    ],
)
def test_what_cannot_be_patched_says_so_and_leaves_nothing(source: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotPatchable) as caught:
        write_marked_copy(source, examined(), tmp_path / "a.xlsx")
    assert str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_macros_keeps_its_kind(tmp_path: Path) -> None:
    source = repacked(by_xlsxwriter(), **{CONTENT_TYPES: macros})
    write_marked_copy(source, examined(), tmp_path / "a.xlsm")
    assert b"macroEnabled.main" in parts(tmp_path / "a.xlsm")[CONTENT_TYPES]


def test_handing_back(tmp_path: Path) -> None:
    own = hand_back("县教育局", by_xlsxwriter(), examined(), tmp_path)
    assert own.name == "县教育局_退回.xlsx"
    assert load(own).sheetnames == ["审核结果", "封面", SANGONG, PROJECT, "_meta"]
    alone = hand_back("a/b:c", b"not a workbook", examined(), tmp_path)
    assert alone.parent == tmp_path
    assert load(alone).sheetnames == ["审核结果"]


def test_a_generated_return_says_the_same_after_marking(tmp_path: Path) -> None:
    form = form_by_id(kit.FORM_ID)
    issue = kit.issue(form)
    source = kit.workbook(form, issue, kit.keyed(form, {"编制总数": 9, "行政编制数": 4, "事业编制数": 4}))
    first = kit.examined(source)
    copy = marked(source, first, tmp_path).read_bytes()
    again = kit.examined(copy)
    assert [(f.code, f.sheet, f.cells) for f in again.findings] == [(f.code, f.sheet, f.cells) for f in first.findings]
    assert again.scores == first.scores
    assert "RY01" in [f.code for f in again.findings]


def test_the_result_as_a_workbook_of_its_own(tmp_path: Path) -> None:
    write_result_workbook(examined(), tmp_path / "a.xlsx")
    book = load(tmp_path / "a.xlsx")
    assert book.sheetnames == ["审核结果"]
    values = [cell for row in book.active.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"审核结果", "SG01", "C4", EVIL, "村级保洁覆盖村数", 17.5} <= set(values)
    refused = Outcome("坏.xls", (finding("FL01", Severity.REJECT, sheet="", cells=()),))
    write_result_workbook(refused, tmp_path / "b.xlsx")
    texts = [str(cell.value) for row in load(tmp_path / "b.xlsx").active.iter_rows() for cell in row]
    assert "结果：退回（退回 1 条）。这份文件不能接收，请按下表处理后重新报送。" in texts
    assert "整个文件" in texts


@pytest.mark.office
@needs_office
def test_libreoffice_opens_and_saves_it_without_losing_a_sheet(tmp_path: Path) -> None:
    path = marked(by_xlsxwriter(), examined(), tmp_path / "1")
    (saved,) = convert([path], tmp_path / "2")
    book = load(saved)
    assert book.sheetnames == ["审核结果", "封面", SANGONG, PROJECT, "_meta"]
    locations = {cell.hyperlink.location for row in book["审核结果"].iter_rows() for cell in row if cell.hyperlink}
    assert "'“三公”经费'!C4" in {location.replace("$", "").replace("#", "") for location in locations if location}


@pytest.mark.office
@needs_office
def test_a_file_saved_by_libreoffice_can_be_marked_and_marked_again(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(by_xlsxwriter())
    (plain,) = convert([tmp_path / "表.xlsx"], tmp_path / "lo")
    first = marked(plain.read_bytes(), examined(), tmp_path / "1")
    assert marks(first)[SANGONG] == {"C4": "FFFFC7CE"}
    (saved,) = convert([first], tmp_path / "lo2")
    second = marked(saved.read_bytes(), outcome(findings=(finding(cells=("C5",)),)), tmp_path / "2")
    book = load(second)
    assert book.sheetnames == ["审核结果", "封面", SANGONG, PROJECT, "_meta"]
    assert marks(second) == {SANGONG: {"C5": "FFFFC7CE"}}
