"""汇总.xlsx, read back with openpyxl."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.office import convert, needs_office
from tests.report.factory import BLOCKS, EVIL, campaign, finding, outcome, outcomes
from xltool.examine.outcome import Figure
from xltool.report.summary.summary_book import Expected, SummaryData, write_summary
from xltool.report.workbook.book import Book, Column, ColumnKind, Table
from xltool.writing.text import EXCEL_LIMIT, for_cell, units

SHEETS = [
    "概览",
    "收件情况",
    "得分排名",
    "项目排名",
    "指标明细",
    "问题清单",
    "问题统计",
    "部门问题统计",
    "部门数据",
    "项目资金",
]


def cells(book: Any, sheet: str) -> list[list[Any]]:
    return [list(row) for row in book[sheet].iter_rows(min_row=3, values_only=True)]


WHY = "资料不全：“农村人居环境”的得分算不出来"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("summary") / "汇总.xlsx"
    write_summary(path, campaign())
    return path


@pytest.fixture(scope="module")
def book(written: Path) -> Any:
    return openpyxl.load_workbook(written)


def test_sheets_and_their_set_up(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes.endswith("4"), sheet.title
        assert sheet.auto_filter.ref.startswith("A3:"), sheet.title
        assert sheet.print_title_rows == "$3:$3", sheet.title
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.page_setup.fitToHeight == 0
        assert "&P" in sheet.oddFooter.right.text
        assert sheet["A3"].font.name == "黑体"


def test_receipt_lists_every_department_and_every_file(book: Any) -> None:
    header, *rows = cells(book, "收件情况")
    assert header == ["部门编码", "部门名称", "状态", "文件", "退回", "须改", "提示", "退回件", "备注"]
    assert [(row[0], row[2]) for row in rows] == [
        ("301", "通过"),
        ("301", "未采用"),
        ("302", "待修改"),
        ("303", "待修改"),
        ("304", "待修改"),
        ("305", "退回"),
        ("306", "未报"),
        ("999", "通过"),
        ("—", "退回"),
        ("—", "跳过"),
    ]
    assert rows[2][4:7] == [0, 1, 1]
    assert rows[6][3:] == [None, None, None, None, None, "没有收到文件"]
    assert [row[8] for row in rows[7:]] == ["名册中没有这个部门", "看不出属于哪个部门", "系统或临时文件"]
    assert {row[3] for row in rows if row[3]} == {made.file.replace("\ud800", "\ufffd") for made in outcomes()}
    links = {cell: book["收件情况"][cell].hyperlink for cell in ("D4", "D6", "H4", "H6")}
    assert {cell: link and link.target for cell, link in links.items()} == {
        "D4": "..\\收回\\开云镇人民政府.xlsx",  # as Excel writes it
        "D6": "..\\收回\\县教育局.xlsx",
        "H4": None,
        "H6": "..\\退回\\县教育局_退回.xlsx",
    }
    assert rows[2][7] == "县教育局_退回.xlsx"


def test_ranking_of_departments(book: Any) -> None:
    header, *rows = cells(book, "得分排名")
    assert header == ["名次", "部门编码", "部门", "得分", "等次", "项目数", *BLOCKS, "说明"]
    assert [row[6:10] for row in rows[1:4]] == [[10, 42.5, 30, 10], [10, 28, 30, 10], [10, 50, None, 10]]
    assert [(row[0], row[1], row[3], row[4], row[10]) for row in rows] == [
        (1, "301", 92.5, "优", None),
        (1, "302", 92.5, "优", "待修改，得分、名次可能有变"),
        (3, "303", 78, "中", "待修改，得分、名次可能有变"),
        (None, "304", None, None, f"基本公共卫生服务：{WHY}"),
        (None, "305", None, None, "退回，不参加排名"),
        (None, "306", None, None, "未报，不参加排名"),
    ]


def test_blocks_of_a_department_add_up_to_its_total(tmp_path: Path) -> None:
    """A project that cannot be scored yet is not in the department's total, so not in its blocks either."""
    one, two, open_ = (outcome(total=total, grade="优").scores for total in ("90", "80", None))
    assert one
    assert two
    assert open_
    scores = replace(one, total=Decimal(85), projects=(*one.projects, *two.projects, *open_.projects))
    made = replace(outcome(), scores=scores)
    data = SummaryData("批", 2022, "表", (Expected("301", "甲"),), (made,), {"301": made})
    write_summary(tmp_path / "a.xlsx", data)
    row = cells(openpyxl.load_workbook(tmp_path / "a.xlsx"), "得分排名")[1]
    assert row[3:10] == [85, "优", 3, 10, 35, 30, 10]


def test_ranking_of_projects_with_blocks(book: Any) -> None:
    header, *rows = cells(book, "项目排名")
    assert header[3:] == [
        "核定总分",
        "等次",
        "自评总分",
        "自评减核定",
        "预算执行率",
        "产出指标",
        "效益指标",
        "满意度指标",
        "说明",
    ]
    assert rows[2] == [3, "小型水库维修养护", "县水利局", 78, "中", 95, 17, 10, 28, 30, 10, None]
    assert rows[3] == [None, "基本公共卫生服务", "县卫健局", None, None, 95, None, 10, 50, None, 10, WHY]


def test_indicator_lines(book: Any) -> None:
    header, *rows = cells(book, "指标明细")
    assert len(rows) == 4 * 5
    assert rows[1][:12] == [
        "开云镇人民政府",
        "村级运转补助",
        "产出指标",
        "数量指标",
        "村级保洁覆盖村数",
        "≥10个",
        "9个",
        25,
        17.5,
        17.5,
        17.5,
        7.5,
    ]
    assert rows[1][14] == "项目1!J20"
    assert len(header) == 15


def test_findings_in_order_without_superseded_files(book: Any) -> None:
    header, *rows = cells(book, "问题清单")
    assert header == [
        "部门",
        "项目/工作表",
        "单元格",
        "栏目",
        "编号",
        "级别",
        "看到的",
        "应当是",
        "说明",
        "怎么改",
        "文件",
    ]
    assert [(row[0], row[4], row[5]) for row in rows] == [
        ("县教育局", "SG01", "须改"),
        ("县教育局", "NB01", "提示"),
        ("县水利局", "SG02", "须改"),
        ("县卫健局", "BT01", "须改"),
        ("县民政局", "ID02", "退回"),
        ("—", "FL01", "退回"),
    ]
    assert rows[1][1] == "项目1（义务教育薄弱环节改善与能力提升补助资金（第二批））"
    assert rows[1][2] == "E9、F9、G9"
    assert rows[4][1] == "整个文件"


def test_statistics(book: Any) -> None:
    header, *rows = cells(book, "问题统计")
    assert header == ["编号", "级别", "条数", "部门数", "部门", "例如"]
    assert [row[:4] for row in rows] == [
        ["FL01", "退回", 1, 0],
        ["ID02", "退回", 1, 1],
        ["BT01", "须改", 1, 1],
        ["SG01", "须改", 1, 1],
        ["SG02", "须改", 1, 1],
        ["NB01", "提示", 1, 1],
    ]


def test_department_figures_with_totals(written: Path, book: Any) -> None:
    header, *rows = cells(book, "部门数据")
    assert header == ["部门编码", "部门", "状态", "在职人数\n（人）", "年初预算收入\n（万元）", "资产使用率\n（%）"]
    assert rows[1] == ["302", "县教育局", "待修改", 56, 20000, 0.98]
    assert rows[5] == ["306", "县档案馆", "未报", None, None, None]
    assert rows[6] == ["合计", None, None, "=SUBTOTAL(109,D4:D9)", "=SUBTOTAL(109,E4:E9)", None]
    cached = cells(openpyxl.load_workbook(written, data_only=True), "部门数据")
    assert cached[7] == ["合计", None, None, 224, 23703.68, None]
    assert book["部门数据"]["F4"].number_format == "0.00%"


def test_sums_against_the_roster(tmp_path: Path) -> None:
    """Over the rows that have both: 305 was sent back, 303 has no control figure."""
    controls = {code: {"年初预算收入": Decimal(1000)} for code in ("301", "302", "305")}
    funds = {"P1": {"资金总额全年预算数": Decimal(100)}}
    data = replace(campaign(), controls=controls, project_controls=funds)
    write_summary(tmp_path / "a.xlsx", data)
    made = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert cells(made, "部门数据")[8:] == [
        ["名册控制数", None, None, None, 2000, None],
        ["合计减控制数", None, None, None, 19234.56, None],
        ["名册中还没有计入的", None, None, None, 1000, None],
    ]
    assert [row[:5] for row in cells(made, "项目资金")[6:]] == [
        ["名册控制数", None, None, 400, None],
        ["合计减控制数", None, None, 80, None],
    ]


def test_text_that_looks_like_markup(tmp_path: Path) -> None:
    """XlsxWriter would write ``<r>…</r>`` as it stands, and the workbook would not open."""
    odd = "<r><t>x</t></r>"
    made = outcome(findings=(finding(seen=odd, expected="<r></broken></r>"),), file="收回/a.xlsx")
    data = SummaryData(
        "批", 2022, "表", (Expected("301", "甲"),), (made,), {"301": made}, {"收回/a.xlsx": "../退回/a.xlsx"}
    )
    write_summary(tmp_path / "linked.xlsx", data)
    write_summary(tmp_path / "plain.xlsx", replace(data, links={}))
    for name in ("linked", "plain"):
        row = cells(openpyxl.load_workbook(tmp_path / f"{name}.xlsx"), "问题清单")[1]
        assert [str(row[6]).rstrip(), str(row[7]).rstrip()] == [odd, "<r></broken></r>"], name


def test_project_funds(book: Any) -> None:
    header, *rows = cells(book, "项目资金")
    assert header[:3] == ["部门", "项目编码", "项目"]
    assert rows[0] == ["开云镇人民政府", "P1", "村级运转补助", 120, 111.6, 0.93]
    assert rows[3][5] is None
    assert rows[4][3] == "=SUBTOTAL(109,D4:D7)"


def test_overview_counts_and_native_charts(written: Path, book: Any) -> None:
    rows = {row[0]: row for row in book["概览"].iter_rows(values_only=True) if row[0]}
    counted = {name: rows[name][1] for name in ("应报部门", "已报", "通过", "待修改", "退回", "未报", "名册以外的文件")}
    assert counted == {"应报部门": 6, "已报": 5, "通过": 1, "待修改": 3, "退回": 1, "未报": 1, "名册以外的文件": 3}
    assert rows["未报"][2] == "县档案馆"
    assert rows["部门平均得分"][1] == 87.67
    assert [rows[grade][1:3] for grade in ("优", "良", "中", "差", "资料不全")] == [
        (2, 2),
        (0, 0),
        (1, 1),
        (0, 0),
        (1, 1),
    ]
    with zipfile.ZipFile(written) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2
    assert "等次分布" in charts[0]
    assert '<c:barDir val="col"/>' in charts[0]
    assert "各项目预算执行率" in charts[1]
    assert '<c:barDir val="bar"/>' in charts[1]
    assert "<c:v>0.55</c:v>" in charts[1], "values travel in the chart, for previews"


def test_a_long_list_of_projects_shows_the_lowest_rates(tmp_path: Path) -> None:
    many = tuple(outcome(f"{n}", f"部门{n}", rate=f"0.{n}", title=f"项目甲{n}") for n in range(10, 60))
    expected = tuple(Expected(f"{n}", f"部门{n}") for n in range(10, 60))
    data = SummaryData(
        "批次",
        2022,
        "表",
        expected,
        many,
        {f"{n}": made for n, made in zip(range(10, 60), many, strict=True)},
        execution_rate="执行率",
    )
    write_summary(tmp_path / "a.xlsx", data)
    column = [row[0] for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["概览"].iter_rows(values_only=True)]
    assert "三、各项目预算执行率（最低的 20 个，共 50 个）" in column
    assert "项目甲29" in column
    assert "项目甲30" not in column


def test_text_of_departments_is_never_a_formula_or_a_link(written: Path, book: Any) -> None:
    found = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value == EVIL]
    assert len(found) == 2
    assert {cell.data_type for cell in found} == {"s"}
    with zipfile.ZipFile(written) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    formulas = [part.split("</f>")[0] for sheet in sheets for part in sheet.split("<f>")[1:]]
    assert all(formula.startswith("SUBTOTAL(109,") for formula in formulas)


def test_odd_text_is_cleaned_and_cut(tmp_path: Path) -> None:
    long = "长" * 40_000
    odd = finding(seen="a\x00b\x0b\ud800c_x0041_", expected=long, message="http://example.org", remedy="@SUM(1)")
    made = outcome(findings=(odd,))
    write_summary(
        tmp_path / "a.xlsx", SummaryData("批次", 2022, "表", (Expected("301", "甲"),), (made,), {"301": made})
    )
    row = cells(openpyxl.load_workbook(tmp_path / "a.xlsx"), "问题清单")[1]
    assert row[6] == "a\ufffdb\n\ufffdc_x005F_x0041_"  # text inside the cell: Excel reads the escape, openpyxl shows it
    assert row[7].endswith("…（已截断）")
    assert units(row[7]) == EXCEL_LIMIT
    assert row[8:10] == ["http://example.org", "@SUM(1)"]
    assert units(for_cell("😀" * 20_000)) <= EXCEL_LIMIT


def test_same_bytes_twice(tmp_path: Path) -> None:
    write_summary(tmp_path / "a.xlsx", campaign())
    write_summary(tmp_path / "b.xlsx", campaign())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_campaign(tmp_path: Path) -> None:
    write_summary(tmp_path / "a.xlsx", SummaryData("空批次", 2022, "自评表", (Expected("301", "甲"),), (), {}))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == SHEETS
    assert book["问题清单"]["A4"].value == "暂无数据"
    assert cells(book, "收件情况")[1][:3] == ["301", "甲", "未报"]


def test_something_that_came_is_never_called_missing(tmp_path: Path) -> None:
    data = campaign()
    write_summary(tmp_path / "a.xlsx", replace(data, chosen={}))
    rows = cells(openpyxl.load_workbook(tmp_path / "a.xlsx"), "收件情况")
    assert rows[1][2] == "待修改"
    assert rows[1][8] == "收到的文件都没有采用"
    ranked = cells(openpyxl.load_workbook(tmp_path / "a.xlsx"), "得分排名")
    assert all(row[0] is None for row in ranked[1:])


def test_figures_that_no_spreadsheet_can_hold(tmp_path: Path) -> None:
    made = replace(outcome(), figures=(Figure("甲", "万元", Decimal("1E+400")), Figure("乙", "万元", Decimal("NaN"))))
    write_summary(
        tmp_path / "a.xlsx", SummaryData("批次", 2022, "表", (Expected("301", "甲"),), (made,), {"301": made})
    )
    assert cells(openpyxl.load_workbook(tmp_path / "a.xlsx"), "部门数据")[1][3:] == [None, None]


def test_a_failing_run_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="写不进"):
        write_summary(path, campaign())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.office
@needs_office
def test_libreoffice_computes_the_same_totals(written: Path, tmp_path: Path) -> None:
    (saved,) = convert([written], tmp_path)
    book = openpyxl.load_workbook(saved, data_only=True)
    assert book.sheetnames == SHEETS
    assert cells(book, "部门数据")[7][3:5] == [224, 23703.68]


def test_a_sheet_over_several_pages_side_by_side_has_its_title_above_each(tmp_path: Path) -> None:
    """A title in the repeated columns would be cut off at their edge; it stands in the header instead."""
    columns = (Column("部门", 24), *(Column(f"栏目{number}", 12, ColumnKind.AMOUNT) for number in range(40)))
    wide = Table("宽表", "衡山县&各部门：部门数据", "说明", columns, [("甲", *range(40))] * 3, fixed=1)
    narrow = replace(wide, name="窄表", columns=columns[:4], rows=[("甲", 1, 2, 3)] * 3)
    with Book("示例") as made:
        for table in (wide, narrow):
            made.table(table)
        made.save(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    headers = {sheet.title: header.left.text for sheet in book if (header := sheet.oddHeader) is not None}
    assert headers == {"宽表": "衡山县&&各部门：部门数据\n说明", "窄表": None}
    assert {sheet.title: sheet.print_area for sheet in book} == {"宽表": "'宽表'!$A$3:$AO$6", "窄表": ""}


def test_nothing_to_calculate_on_opening_and_charts_in_chinese_fonts(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        assert b"fullCalcOnLoad" not in archive.read("xl/workbook.xml")
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert charts
    for chart in charts:
        assert re.findall(r'<a:latin typeface="([^"]+)"', chart) == re.findall(r'<a:ea typeface="([^"]+)"', chart) != []
