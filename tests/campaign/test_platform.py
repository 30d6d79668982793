"""The platform's flat table: into the roster with every change told, and results back in the same columns."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit
from tests.cli.test_commands import run
from tests.office import convert, needs_office
from xltool.campaign.exchange.platform import (
    COLUMNS,
    add_to_roster,
    export_platform,
    read_platform,
    refuse_unfit,
    results_of,
)
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterError, write_roster
from xltool.examine import Desk, Job, Opening
from xltool.files import UnusableFileError
from xltool.form import Key, form_by_id, load_form
from xltool.form.layout.workbook_layout import build

FORM = form_by_id("national-2020")


def table(path: Path, rows: list[list[object]], title: str = "P1", header: tuple[str, ...] = COLUMNS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(["项目支出绩效目标表"])
    sheet.append(list(header))
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def line(level1: str, level2: str, name: str, sign: str, target: object, unit: str, weight: object) -> list[object]:
    return [level1, level2, name, sign, target, None, unit, weight]


# 计算符号, 指标值, 单位 → 性质, 指标值, 有没有提示
SIGNS = [
    ("≥", "95", "%", "≥", "95", False),
    (">=", 95, "%", "≥", "95", True),
    ("＝", "100", "%", "=", "100", True),
    ("≤", "70", "万元", "≤", "70", False),
    ("定性", "健全", "", "定性", "健全", False),
    ("定性描述", "效果明显", "", "定性", "效果明显", True),
    ("", "≥99%", "%", "≥", "99%", True),
    ("", "12", "次", "=", "12", True),
    ("≥", "90%", "%", "≥", "90%", False),
    ("=", "3-5", "次", "区间", "3-5", True),
    ("", "2022年11月30日前", "", "时限", "2022年11月30日前", True),
    ("", "按实", "", "定性", "按实", True),
]


@pytest.mark.parametrize(("sign", "target", "unit", "nature", "kept", "told"), SIGNS)
def test_signs_and_targets(
    tmp_path: Path, sign: str, target: object, unit: str, nature: str, kept: str, told: bool
) -> None:
    path = table(tmp_path / "平台.xlsx", [line("产出指标", "数量指标", "甲", sign, target, unit, 10)])
    imported = read_platform(path, FORM)
    assert [(row["性质"], row["指标值"], row["单位"]) for row in imported.rows] == [(nature, kept, unit)]
    assert bool(imported.notes) is told, imported.notes


ONE_PIECE = [
    ("≥", "≥200元/亩", "≥", "200", "元/亩"),
    ("", "≥200元/亩", "≥", "200", "元/亩"),
    ("", "200元/亩", "=", "200", "元/亩"),
    ("≥", "90%", "≥", "90", "%"),
    ("＝", "100％", "=", "100", "%"),
    ("", "不少于3次", "≥", "3", "次"),
    ("≤", "1.2万人", "≤", "1.2", "万人"),
    ("", "若干", "定性", "若干", ""),
]


@pytest.mark.parametrize(("sign", "target", "nature", "kept", "unit"), ONE_PIECE)
def test_a_target_with_its_unit_in_one_cell_is_taken_apart(
    tmp_path: Path, sign: str, target: str, nature: str, kept: str, unit: str
) -> None:
    path = table(tmp_path / "平台.xlsx", [line("产出指标", "数量指标", "甲", sign, target, "", None)])
    imported = read_platform(path, FORM)
    assert [(row["性质"], row["指标值"], row["单位"]) for row in imported.rows] == [(nature, kept, unit)]
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="县教育局"),), (kit.row(部门编码="001", 项目编码="P1", 项目名称="甲"),)
    )
    write_roster(tmp_path / "名册.xlsx", roster)
    refuse_unfit(tmp_path / "名册.xlsx", FORM, imported.rows)


def test_what_is_approved_in_one_piece_gives_the_department_no_finding(tmp_path: Path) -> None:
    """Typed by hand into the roster: the locked cells of the workbook are such that nothing is to be said of them."""
    lines = [
        kit.row(项目编码="P1", 二级指标="数量指标", 三级指标="亩均产量", 性质="≥", 指标值="≥200公斤/亩"),
        kit.row(项目编码="P1", 二级指标="质量指标", 三级指标="合格率", 性质="≥", 指标值="90%"),
        kit.row(项目编码="P1", 二级指标="社会效益指标", 三级指标="覆盖率", 性质="=", 指标值="100％"),
        kit.row(项目编码="P1", 二级指标="服务对象满意度指标", 三级指标="满意度", 性质="≥", 指标值="95", 单位="%"),
    ]
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="县教育局"),),
        (kit.row(部门编码="001", 项目编码="P1", 项目名称="甲"),),
        tuple(lines),
    )
    write_roster(tmp_path / "名册.xlsx", roster)
    read = read_roster(tmp_path / "名册.xlsx", FORM)
    assert read.notes == (
        "〔指标〕F2：“≥200公斤/亩”读作 指标值 200、单位 公斤/亩。",
        "〔指标〕F3：“90%”读作 指标值 90、单位 %。",
        "〔指标〕F4：“100％”读作 指标值 100、单位 %。",
    )
    issue = issue_for(FORM, read, read.departments[0], 2022)
    rows = [row.approved for row in issue.rows(1, "indicators")]
    assert rows.count(True) == 4
    actual = FORM.ids["实际完成值"]
    values = {Key(1, actual, number): "200" for number, approved in enumerate(rows, start=1) if approved}
    outcome = kit.examined(kit.workbook(FORM, issue, values), form=FORM)
    layout = build(FORM, issue)
    locked = {(layout.cells[key].sheet, layout.cells[key].a1) for key in issue.locked if key in layout.cells}
    assert outcome.scores is not None
    on_locked = [f for f in outcome.findings if any((f.sheet, cell) in locked for cell in f.cells)]
    assert on_locked == []


def test_merged_levels_short_names_and_totals(tmp_path: Path) -> None:
    """一级 and 二级 stand only in the first of merged rows; 数量 means 数量指标; the total line is no indicator."""
    path = table(
        tmp_path / "平台.xlsx",
        [
            line("产出", "数量", "甲", "≥", 1, "次", 20),
            line("", "", "乙", "≥", 2, "次", 30),
            line("满意度指标", "满意度指标", "丙", "≥", "95", "%", 10),
            line("", "", "合计", "", "", "", 60),
        ],
    )
    assert [
        (row["项目编码"], row["二级指标"], row["三级指标"], row["分值"]) for row in read_platform(path, FORM).rows
    ] == [
        ("P1", "数量指标", "甲", "20"),
        ("P1", "数量指标", "乙", "30"),
        ("P1", "服务对象满意度指标", "丙", "10"),
    ]


def test_what_cannot_be_taken_over_is_told_by_cell(tmp_path: Path) -> None:
    path = table(tmp_path / "平台.xlsx", [line("产出指标", "其他指标", "甲", "≈", "1", "次", 1)], title="Sheet1")
    with pytest.raises(RosterError) as caught:
        read_platform(path, FORM)
    assert list(caught.value.problems) == [
        "〔Sheet1〕C3：不知道是哪个项目的指标，请用 --project 给出项目编码。",
        "〔Sheet1〕B3：二级名称“其他指标”对不上本表样的二级指标。",
        "〔Sheet1〕D3：计算符号“≈”不认识，可以用 ≥、≤、=、定性。",
    ]
    with pytest.raises(RosterError, match="没有找到这些栏目"):
        read_platform(table(tmp_path / "别的.xlsx", [], header=("甲", "乙")), FORM)


HEADERS = {
    "星号、括号、换行": [["项目代码", "*一级指标", "*二级指标", "*三级指标\n（指标名称）", "＊计算符号", "*指标值", "实际完成值", "*度量单位", "权重（分值）*"]],
    "两行表头": [
        ["项目编号", "绩效指标", "", "", "指标性质", "年度指标值", "", "", "分值"],
        ["", "一级指标", "二级指标", "三级指标", "", "目标值", "完成值", "单位", ""],
    ],
}  # fmt: skip


def as_exported(path: Path, header: list[list[str]]) -> Path:
    """As a platform prints it: title and unit merged over the table, levels merged down, percents and dates as formats."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "绩效目标表"
    for line in (["2022年度项目支出绩效目标表"], ["单位：万元"], *header):
        sheet.append(line)
    top = sheet.max_row + 1
    for row in (
        ["101-1", "产出指标", "数量指标", "培训人数", "≥", 120, None, "人", 20],
        [None, None, None, "图书", "≥", 3000, None, "册", 10],
        [None, None, "质量指标", "合格率", "≥", 0.95, None, "%", 10],
        [None, None, "时效指标", "完成时间", "", datetime.date(2022, 11, 30), None, "", 10],
        [None, "满意度指标", "服务对象满意度指标", "教师满意度", "≥", 1, None, "%", 10],
        ["小计"],
        ["101-2", "产出", "数量", "学生数", "=", "达标", None, "", 50],
        ["合计", None, None, None, None, None, None, None, 110],
    ):
        sheet.append(row)
    for at in (top + 2, top + 4):
        sheet.cell(at, 6).number_format = "0%"
    for area in ("A1:I1", "A2:I2", f"A{top}:A{top + 4}", f"B{top}:B{top + 3}", f"C{top}:C{top + 1}"):
        sheet.merge_cells(area)
    book.create_sheet("填写说明")["A1"] = "请勿改动栏目"
    book.save(path)
    return path


EXPORTED = [
    ("101-1", "数量指标", "培训人数", "≥", "120", "人", "20"),
    ("101-1", "数量指标", "图书", "≥", "3000", "册", "10"),
    ("101-1", "质量指标", "合格率", "≥", "95%", "%", "10"),
    ("101-1", "时效指标", "完成时间", "时限", "2022-11-30", "", "10"),
    ("101-1", "服务对象满意度指标", "教师满意度", "≥", "100%", "%", "10"),
    ("101-2", "数量指标", "学生数", "定性", "达标", "", "50"),
]


def read_back(path: Path) -> list[tuple[str, ...]]:
    names = ("项目编码", "二级指标", "三级指标", "性质", "指标值", "单位", "分值")
    return [tuple(row[name] for name in names) for row in read_platform(path, FORM).rows]


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_headers_as_versions_of_the_platform_write_them(tmp_path: Path, header: list[list[str]]) -> None:
    assert read_back(as_exported(tmp_path / "平台.xlsx", header)) == EXPORTED


@needs_office
@pytest.mark.office
def test_an_old_xls_is_read_the_same(tmp_path: Path) -> None:
    path = as_exported(tmp_path / "平台.xlsx", HEADERS["两行表头"])
    assert read_back(convert([path], tmp_path / "xls", "xls")[0]) == EXPORTED


def test_a_file_that_is_no_workbook_is_told_plainly(tmp_path: Path) -> None:
    path = tmp_path / "平台.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UnusableFileError) as caught:
        read_platform(path, FORM)
    assert str(caught.value) == (
        f"{path} 打不开：文件没有传完整（没有文件结尾）。请用 Excel 或 WPS 打开，另存为 .xlsx。"
    )


def test_the_roster_keeps_everything_else(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    old = tuple(kit.row(项目编码=code, 二级指标="数量指标", 三级指标=f"旧{code}") for code in ("P1", "P2"))
    projects = tuple(kit.row(部门编码="001", 项目编码=code, 项目名称=code) for code in ("P1", "P2"))
    write_roster(path, Roster((kit.row(部门编码="001", 部门名称="县教育局"),), projects, old))
    book = openpyxl.load_workbook(path)
    book.create_sheet("备注")["A1"] = "局内用"
    book.save(path)
    rows = [
        {
            "项目编码": "P1",
            "一级指标": "产出指标",
            "二级指标": "数量指标",
            "三级指标": "=新",
            "性质": "≥",
            "指标值": "01",
        }
    ]
    assert add_to_roster(path, rows) == 1
    roster = read_roster(path, FORM)
    assert [(row["项目编码"], row["三级指标"], row["指标值"]) for row in roster.indicators] == [
        ("P2", "旧P2", ""),
        ("P1", "=新", "01"),
    ]
    assert openpyxl.load_workbook(path)["备注"]["A1"].value == "局内用"
    assert (tmp_path / "名册_导入前.xlsx").is_file()


def test_a_form_without_points_gets_none(tmp_path: Path) -> None:
    """The platform's table has points; the roster of a form that has none gets no column for them."""
    form = load_form(Path(__file__).parents[1] / "form" / "forms" / "transfer-2022" / "form.yaml")
    path = tmp_path / "名册.xlsx"
    write_roster(
        path,
        Roster(
            (kit.row(部门编码="001", 部门名称="县教育局"),), (kit.row(部门编码="001", 项目编码="P1", 项目名称="甲"),)
        ),
        form,
    )
    before = [cell.value for cell in openpyxl.load_workbook(path)["指标"][1]]
    given = table(tmp_path / "平台.xlsx", [line("产出指标", "数量指标", "培训人数", "≥", "50", "人", "10")])
    imported = read_platform(given, form)
    refuse_unfit(path, form, imported.rows)
    add_to_roster(path, imported.rows)
    assert [cell.value for cell in openpyxl.load_workbook(path)["指标"][1]] == before
    assert "分值" not in before
    assert [(row["三级指标"], row["指标值"]) for row in read_roster(path, form).indicators] == [("培训人数", "50")]


def test_results_go_back_in_the_same_columns_and_can_be_imported_again(tmp_path: Path) -> None:
    made = kit.issue(FORM)
    data = kit.workbook(FORM, made, dict(clean.values(FORM, made, {"自评得分/1": 9, "偏差原因及改进措施/1": "=1+1"})))
    path = tmp_path / "导出.xlsx"
    returns = [("甲.xlsx", data), ("乙.xlsx", data), ("丙.xlsx", b"no")]
    desk = Desk((str(FORM.id),))
    found = [(name, Opening(Job(name, tmp_path, content), results_of).perform(desk)) for name, content in returns]
    count, left = export_platform(found, path)
    assert count == 1
    assert [text.partition("：")[0] for text in left] == ["乙.xlsx", "丙.xlsx"]
    lines = list(openpyxl.load_workbook(path)["P1"].iter_rows(values_only=True))
    assert lines[0] == COLUMNS
    assert lines[1][:10] == ("产出指标", "数量指标", "业务培训场次", "区间", "6-8", "7", "场", 10, 9, 1)
    assert lines[1][11] == "=1+1"
    assert sum(float(str(row[7])) for row in lines[1:]) == 90
    again = read_platform(path, FORM)
    assert [row["三级指标"] for row in again.rows] == [row[2] for row in lines[1:]]
    assert again.notes == ()


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "批次"
    assert run(capsys, "init", str(folder), "--form", FORM.id, "--year", "2022")[0] == 0
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="县教育局"),), (kit.row(部门编码="001", 项目编码="P1", 项目名称="甲"),)
    )
    write_roster(folder / "名册.xlsx", roster)
    path = table(tmp_path / "平台.xlsx", [line("产出指标", "数量指标", "培训", ">=", 3, "次", None)])
    code, output, _ = run(capsys, "import-indicators", str(path), "-C", str(folder))
    assert (code, "1 个项目、1 个指标，换掉原有 0 行" in output, "性质 ≥、指标值 3" in output) == (0, True, True)
    assert run(capsys, "generate", "-C", str(folder))[0] == 0
    issued = next((folder / "下发").glob("*.xlsx"))
    target = tmp_path / "导出.xlsx"
    code, output, errors = run(capsys, "export-platform", str(issued), "--out", str(target), "-C", str(folder))
    assert (code, errors, "1 个项目" in output) == (0, "", True)
    sheet = openpyxl.load_workbook(target)["P1"]
    assert [cell.value for cell in sheet[2]][:5] == ["产出指标", "数量指标", "培训", "≥", "3"]
