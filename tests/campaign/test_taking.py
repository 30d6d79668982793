"""The bureau's own lists into the roster, as bureaus keep them; the roster that is guided; what is worth a look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import kit
from tests.office import convert, needs_office
from xltool.campaign.issue.outbox import generate_all
from xltool.campaign.roster.advice import advice
from xltool.campaign.roster.guided import HINTS, write_guided
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import COLUMNS, Roster, RosterError, write_roster
from xltool.campaign.roster.taking import take
from xltool.campaign.settings import create
from xltool.cli import main
from xltool.form import form_by_id, form_ids

FORM = form_by_id("national-2020")

UNITS = [
    ["衡山县2025年预算单位名单"],
    ["填表时间：2025年1月", "", "", "", "", "单位：元"],
    ["序号", "主管部门", "预算单位\n编码", "单位名称", "联系 人", "联系电话", "备注"],
    ["1", "县教育局", "101001", "县教育局", "张三", "0734-5811234", ""],
    ["2", "", "101002", "县第一中学", "李四", "13800000000", "寄宿"],
    ["3", "县民政局", "104001", "县民政局", "", "", ""],
    ["合计", "", "", "3 个单位"],
]


def book(path: Path, lines: list[list[str]], merged: tuple[str, ...] = (), title: str = "名单") -> Path:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = title
    for line in lines:
        sheet.append([text or None for text in line])
    for area in merged:
        sheet.merge_cells(area)
    made.save(path)
    return path


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "名册.xlsx"
    write_guided(path, FORM)
    return path


def departments(path: Path) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in COLUMNS["部门"]) for row in read_roster(path, FORM).departments]


TAKEN = [
    ("101001", "县教育局", "县教育局", "张三", "0734-5811234"),
    ("101002", "县第一中学", "县教育局", "李四", "13800000000"),
    ("104001", "县民政局", "县民政局", "", ""),
]


def test_a_list_of_units_with_titles_and_merged_cells(tmp_path: Path, roster: Path) -> None:
    taken = take(book(tmp_path / "单位.xlsx", UNITS, ("A1:G1", "B4:B5", "A7:C7")), roster, FORM)
    assert departments(roster) == TAKEN
    assert (taken.new, taken.changed, taken.same) == ({"部门": 3}, {}, {})
    assert taken.told == [
        "〔名单〕表头在第 3 行：B 列“主管部门”→主管部门，C 列“预算单位 编码”→部门编码，D 列“单位名称”→部门名称，"
        "E 列“联系 人”→联系人，F 列“联系电话”→联系电话。",
        "〔名单〕没有用到的栏目：备注。",
    ]
    assert taken.left == ["〔名单〕第 7 行：是“合计”，没有导入。"]
    assert (tmp_path / "名册_导入前.xlsx").is_file()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_the_same_list_as_text_in_what_excel_saves(encoding: str, tmp_path: Path, roster: Path) -> None:
    mark = "\t" if encoding == "utf-16" else ","
    lines = [[*line] for line in UNITS]
    lines[4][1] = "县教育局"  # a text has no merged cells, and a blank one means nothing
    text = "\r\n".join(mark.join(f'"{cell}"' if "\n" in cell else cell for cell in line) for line in lines)
    (tmp_path / "单位.csv").write_bytes(text.encode(encoding))
    take(tmp_path / "单位.csv", roster, FORM)
    assert departments(roster) == TAKEN


@needs_office
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_the_same_list_in_other_formats(kind: str, tmp_path: Path, roster: Path) -> None:
    (source,) = convert([book(tmp_path / "单位.xlsx", UNITS, ("A1:G1", "B4:B5"))], tmp_path / "别的", kind)
    take(source, roster, FORM)
    assert departments(roster) == TAKEN


def test_a_blank_superior_means_none(tmp_path: Path, roster: Path) -> None:
    take(book(tmp_path / "单位.xlsx", UNITS), roster, FORM)
    assert [row[2] for row in departments(roster)] == ["县教育局", "", "县民政局"]


def test_taken_twice_nothing_changes_and_corrections_are_taken_by_code(tmp_path: Path, roster: Path) -> None:
    source = book(tmp_path / "单位.xlsx", UNITS, ("B4:B5",))
    take(source, roster, FORM)
    before = roster.read_bytes()
    taken = take(source, roster, FORM)
    assert (taken.new, taken.changed, taken.same) == ({}, {}, {"部门": 3})
    assert roster.read_bytes() == before
    corrected = [["单位代码", "单位名称", "电话"], ["101002", "县第一中学", "13900000000"], ["105", "县司法局", ""]]
    taken = take(book(tmp_path / "更正.xlsx", corrected), roster, FORM)
    assert (taken.new, taken.changed) == ({"部门": 1}, {"部门": 1})
    assert departments(roster) == [
        TAKEN[0],
        ("101002", "县第一中学", "县教育局", "李四", "13900000000"),
        TAKEN[2],
        ("105", "县司法局", "", "", ""),
    ]


def test_a_list_of_projects_in_yuan_with_units_merged_over_their_lines(tmp_path: Path, roster: Path) -> None:
    lines = [
        ["2025年项目库（单位：元）"],
        ["单位编码", "单位名称", "项目名称", "预算金额", "调整后预算（万元）"],
        ["101001", "县教育局", "校舍维修", "1,234,567.80", "120"],
        ["", "", "营养改善", "600000", ""],
        ["101002", "县第一中学", "实验设备", "85000元", ""],
        ["小计", "", "", "1", ""],
    ]
    source = book(tmp_path / "项目.xlsx", lines, ("A1:E1", "A3:A4", "B3:B4"))
    with pytest.raises(RosterError) as refused:
        take(source, roster, FORM)
    assert refused.value.problems == (
        "没有导入，名册没有改动。导入以后（按那时的行号）有这些问题：",
        "〔项目〕F4：“年初预算数”填的是“85000元”，应当是数（万元）。若确为 85000 元，应填 8.5"
        "（导入文件 项目.xlsx 的〔名单〕第 5 行 D 列）。",
    )
    assert departments(roster) == []
    lines[4][3] = "85000"
    taken = take(book(source, lines, ("A1:E1", "A3:A4", "B3:B4")), roster, FORM)
    assert taken.new == {"部门": 2, "项目": 3}
    names = ("部门编码", "项目编码", "项目名称", "年初预算数", "全年预算数")
    found = [tuple(row[name] for name in names) for row in read_roster(roster, FORM).projects]
    assert found == [
        ("101001", "101001-01", "校舍维修", "123.45678", "120"),
        ("101001", "101001-02", "营养改善", "60", ""),
        ("101002", "101002-01", "实验设备", "8.5", ""),
    ]
    assert "〔名单〕“年初预算数”的单位是元，已经换算成万元。" in taken.told
    assert "〔名单〕第 4 行：“营养改善”没有项目编码，编为 101001-02。" in taken.told
    again = take(source, roster, FORM)  # the codes given are found again by name
    assert (again.new, again.changed, again.same) == ({}, {}, {"部门": 2, "项目": 3})


def test_what_is_not_taken_is_told(tmp_path: Path, roster: Path) -> None:
    lines = [
        ["单位编码", "单位名称"],
        ["101", "县教育局"],
        ["101", "县司法局"],
        ["", "没有编码的局"],
        ["103", ""],
        ["1.23E+17", "县水利局"],
    ]
    taken = take(book(tmp_path / "单位.xlsx", lines), roster, FORM)
    assert taken.left == [
        "〔名单〕第 3 行：部门编码“101”前面已经有了（〔名单〕第 2 行），这一行没有导入。",
        "〔名单〕第 6 行：“部门编码”变成了科学记数，超过 15 位，后面的数字已经丢失。请把这一栏设为文本格式，重新填写。这一行没有导入。",
        "〔名单〕第 4 行：“没有编码的局”没有部门编码，名册里也没有这个名称，没有导入。",
        "〔名单〕第 5 行：部门编码“103”没有名称，名册里也没有，没有导入。",
    ]
    assert [row[0] for row in departments(roster)] == ["101"]
    with pytest.raises(RosterError) as refused:
        take(book(tmp_path / "别的.xlsx", [["品名", "数量"], ["纸", "3"]]), roster, FORM)
    assert "没有找到可以导入的行" in refused.value.problems[0]


def test_the_bureaus_own_columns_and_sheets_stay(tmp_path: Path, roster: Path) -> None:
    made = openpyxl.load_workbook(roster)
    made["部门"]["G1"], made["部门"]["A2"], made["部门"]["B2"], made["部门"]["G2"] = (
        "科室",
        "101001",
        "县教育局",
        "教科文",
    )
    made.create_sheet("备忘")["A1"] = "=1+1"
    made.save(roster)
    take(book(tmp_path / "单位.xlsx", UNITS), roster, FORM)
    after = openpyxl.load_workbook(roster)
    assert after.sheetnames == ["说明", "部门", "项目", "指标", "备忘"]
    assert (after["部门"]["G2"].value, after["部门"]["D2"].value) == ("教科文", "张三")
    assert after["备忘"]["A1"].value == "=1+1"
    assert after["部门"].data_validations.dataValidation, "lists and hints stay"


@pytest.mark.parametrize("ident", form_ids())
def test_the_guided_roster_is_an_empty_one_with_everything_explained(ident: str, tmp_path: Path) -> None:
    form, path = form_by_id(ident), tmp_path / "名册.xlsx"
    write_guided(path, form)
    assert read_roster(path, form) == Roster(())
    assert {(title, name) for title, names in COLUMNS.items() for name in names} == set(HINTS)
    made = openpyxl.load_workbook(path)
    assert made.active is not None
    assert made.active.title == "部门"
    rules = {str(rule.sqref).split(":")[0]: rule for rule in made["指标"].data_validations.dataValidation}
    assert rules["C2"].formula1 is not None
    assert rules["C2"].promptTitle == "二级指标"


def test_what_is_worth_a_look() -> None:
    units = (
        kit.row(部门编码="1", 部门名称="县教育局", 主管部门="县教育局"),
        kit.row(部门编码="2", 部门名称="县一中", 主管部门="教育局"),
        kit.row(部门编码="3", 部门名称="县一中"),
    )
    projects = (kit.row(部门编码="1", 项目编码="1-1", 项目名称="校舍"), kit.row(部门编码="2", 项目编码="2-1"))
    indicators = (kit.row(项目编码="1-1", 二级指标="数量指标", 三级指标="甲"),)
    told = list(advice(Roster(units, projects, indicators), FORM))
    assert told == [
        "〔部门〕县一中（第 2 行）：在〔项目〕里没有项目，下发的表里就没有项目表。",
        "〔部门〕第 2 行、第 2 行：“县一中”写了 2 次，编码不同。是一个的请合并。",
        "〔项目〕2-1（第 2 行）：没有项目名称，部门要自己填。",
        "〔部门〕县一中（第 2 行）：没有主管部门，打包发送时单独一份。",
        "〔部门〕第 2 行：主管部门“教育局”自己不在名册里。名称写得不一样的请改成一样；不下发给它的不用管。",
        "〔项目〕2-1（第 2 行）：没有批复的指标，由部门自己填。",
    ]
    assert list(advice(Roster(()), FORM)) == ["〔部门〕还没有部门。"]


def test_the_verb_says_what_it_took_and_generate_warns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = create(tmp_path / "批次", "national-2020", 2025, "汇总", "2026-03-31")
    write_guided(campaign.roster, FORM)

    def run(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main([*args, "-C", str(campaign.folder)])
        output = capsys.readouterr()
        return int(stopped.value.code or 0), output.out + output.err

    code, told = run("roster", "import", str(book(tmp_path / "单位.xlsx", UNITS)))
    assert code == 0
    assert "〔部门〕新增 3 行，改动 0 行，没有变化 0 行。" in told
    assert "〔名单〕第 7 行：是“合计”，没有导入。" in told
    code, told = run("roster", "check")
    assert code == 0
    assert "名册可以用：3 个部门、0 个项目、0 个批复的指标。" in told
    assert "在〔项目〕里没有项目" in told
    assert "还没有写财政局名称（bureau）、联系人（contact）、电话（phone）、收件方式（return_to）" in told
    code, told = run("generate", "--department", "104001")
    assert code == 0
    assert "提示：县教育局、县第一中学、县民政局在名册〔项目〕里没有项目" in told
    write_roster(
        campaign.roster, Roster((kit.row(部门编码="1", 部门名称="局"),), (kit.row(部门编码="2", 项目编码="x"),))
    )
    code, told = run("roster", "check")
    assert (code, "〔项目〕A2：部门编码“2”不在〔部门〕里。" in told) == (2, True)


def test_contacts_and_superiors_do_not_change_what_is_issued(tmp_path: Path) -> None:
    """They are the bureau's notes: a telephone number that changes issues nothing anew."""
    campaign = create(tmp_path / "批次", "national-2020", 2025, "汇总", "2026-03-31")
    project = kit.row(部门编码="1", 项目编码="1-1", 项目名称="校舍")
    bare = Roster((kit.row(部门编码="1", 部门名称="局"),), (project,))
    full = Roster((kit.row(部门编码="1", 部门名称="局", 主管部门="甲", 联系人="乙", 联系电话="1"),), (project,))
    generate_all(campaign, FORM, bare, lambda *_: None)
    again = generate_all(campaign, FORM, full, lambda *_: None)
    assert (again.new, again.changed) == ((), ())
