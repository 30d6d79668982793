"""Mistakes of the roster, each by its cell: the roster as it would be typed, and every line the bureau is told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterError, RosterRow, write_roster
from xltool.files import UnusableFileError
from xltool.form import form_by_id, load_form

FORM = form_by_id("national-2020")
DEPARTMENTS = (kit.row(部门编码="001", 部门名称="县教育局"), kit.row(部门编码="002", 部门名称="县司法局"))


def project(code: str, opening: str = "24", adjusted: str = "", department: str = "001") -> RosterRow:
    return kit.row(部门编码=department, 项目编码=code, 项目名称=f"项目{code}", 年初预算数=opening, 全年预算数=adjusted)


def indicator(group: str, name: str, weight: str = "", **more: str) -> RosterRow:
    return kit.row(**{"项目编码": "1", "二级指标": group, "三级指标": name, "性质": "≥", "分值": weight, **more})


def full(quantity: str = "50") -> tuple[RosterRow, ...]:
    return (
        indicator("数量指标", "甲", quantity),
        indicator("社会效益指标", "乙", "30"),
        indicator("服务对象满意度指标", "丙", "10"),
    )


CASES: list[tuple[str, tuple[RosterRow, ...], tuple[RosterRow, ...], list[str]]] = [
    ("没有问题", (project("1"), project("2", "1,234.5")), full(), []),
    ("没有批复分值的不核对", (project("1"),), (indicator("数量指标", "甲"),), []),
    ("项目编码重复", (project("1"), project("1")), (), ["〔项目〕B3：项目编码“1”与 B2 重复。"]),
    ("部门不在名册", (project("1", department="009"),), (), ["〔项目〕A2：部门编码“009”不在〔部门〕里。"]),
    (
        "金额写了元",
        (project("1", "240000元"),),
        (),
        ["〔项目〕F2：“年初预算数”填的是“240000元”，应当是数（万元）。若确为 240000 元，应填 24。"],
    ),
    (
        "金额像是元，与同行比",
        (project("1", "24", "240000"),),
        (),
        [
            "〔项目〕G2：“全年预算数”填的是 240000，是同行或同列其他数（24）的几千倍，像是按“元”填的。"
            "名册金额单位是万元；确实是 240000 万元的，请写成“240000万元”。"
        ],
    ),
    (
        "金额像是元，与同列比",
        (project("1"), project("2", "30"), project("3", "240000"), project("4", "12")),
        (),
        [
            "〔项目〕F4：“年初预算数”填的是 240000，是同行或同列其他数（24）的几千倍，像是按“元”填的。"
            "名册金额单位是万元；确实是 240000 万元的，请写成“240000万元”。"
        ],
    ),
    ("写明万元的大额不报", (project("1"), project("2", "30"), project("3", "240000万元"), project("4", "12")), (), []),
    ("大项目不报", (project("1", "5"), project("2", "3"), project("3", "9000"), project("4", "12")), (), []),
    (
        "分值不等于一级指标分值",
        (project("1"),),
        full("45"),
        ["〔指标〕H2：项目“1”的产出指标分值合计 45 分（H2 至 H2），应当是 50 分。"],
    ),
    (
        "一级指标没有指标",
        (project("1"),),
        full()[:2],
        ["〔指标〕H2：项目“1”的满意度指标分值合计 0 分，应当是 10 分。"],
    ),
    (
        "一级二级不配、性质不认识、重复",
        (project("1"),),
        (indicator("数量指标", "甲", 一级指标="效益指标"), indicator("质量指标", "甲", 性质="大于")),
        [
            "〔指标〕B2：数量指标属于“产出指标”，填的是“效益指标”。",
            "〔指标〕E3：性质“大于”不认识，可以填 =、≤、≥、区间、定性、时限。",
            "〔指标〕D3：“甲”与 D2 重复。",
        ],
    ),
    (
        "批复的指标值读不出",
        (project("1"),),
        (
            indicator("数量指标", "甲", 指标值="若干"),
            indicator("数量指标", "乙", 指标值="40人", 单位="个"),
            indicator("质量指标", "丙", 指标值="不超过3"),
            indicator("质量指标", "丁", 性质="区间", 指标值="3"),
            indicator("时效指标", "戊", 性质="时限", 指标值="尽快"),
            indicator("时效指标", "己", 性质="时限", 指标值="11月底"),
            indicator("成本指标", "庚", 性质="定性", 指标值="合理"),
        ),
        [
            "〔指标〕F2：性质是 ≥，指标值“若干”不能读作一个数字；文字描述的请把性质改为“定性”。",
            "〔指标〕F3：性质是 ≥，指标值“40人”带有单位“人”，本格单位是“个”；文字描述的请把性质改为“定性”。",
            "〔指标〕F4：性质是 ≥，指标值“不超过3”写的是 ≤，两处不一致。",
            "〔指标〕F5：性质是区间，指标值“3”读不出“3-5”这样的区间。",
            "〔指标〕F6：性质是时限，指标值“尽快”读不出日期。",
        ],
    ),
    (
        "项目不在名册",
        (project("1"),),
        (indicator("数量指标", "甲", 项目编码="7"),),
        ["〔指标〕A2：项目编码“7”不在〔项目〕里。"],
    ),
]


@pytest.mark.parametrize(("name", "projects", "indicators", "told"), CASES, ids=[case[0] for case in CASES])
def test_mistakes_are_told_by_cell(
    tmp_path: Path, name: str, projects: Sequence[RosterRow], indicators: Sequence[RosterRow], told: list[str]
) -> None:
    path = tmp_path / "名册.xlsx"
    write_roster(path, Roster(DEPARTMENTS, tuple(projects), tuple(indicators)))
    try:
        read_roster(path, FORM)
        problems: list[str] = []
    except RosterError as error:
        problems = list(error.problems)
    assert problems == told, name


def test_hubei_has_no_points_in_the_roster(tmp_path: Path) -> None:
    """Where points follow from the number of indicators, what the roster says of them is not checked."""
    path = tmp_path / "名册.xlsx"
    write_roster(path, Roster(DEPARTMENTS, (project("1"),), full("7")))
    assert len(read_roster(path, form_by_id("hubei-2022")).indicators) == 3


def test_a_level_without_approved_indicators_can_still_be_filled_in() -> None:
    """Its points need a place; of a level that has some, only the 二级 that must be filled get rows."""
    approved = (indicator("数量指标", "甲", "50"), indicator("服务对象满意度指标", "丙", "10"))
    rows = kit.issue(FORM, indicators=tuple(kit.row(**{**row.values, "项目编码": "P1"}) for row in approved)).rows(
        1, "indicators"
    )
    assert [row.level2 for row in rows if row.level1 == "效益指标"] == [
        name for name in ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标") for _ in range(2)
    ]
    assert [row.level2 for row in rows if row.level1 == "满意度指标"] == ["服务对象满意度指标"]


def test_columns_only_this_form_takes_are_in_the_new_roster_and_missed_in_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text(
        """
form: mine
extends: national-2020
version: "1.0"
sheets:
  - id: project
    override: true
    blocks:
      - id: overview
        override: true
        fields:
          - {id: money_kind, name: 资金性质, prefill: 项目.资金性质, locked: true}
""",
        encoding="utf-8",
    )
    form, path = load_form(tmp_path / "form.yaml"), tmp_path / "名册.xlsx"
    rows = (kit.row(**{**project("1").values, "资金性质": "专项债券"}),)
    write_roster(path, Roster(DEPARTMENTS, rows), form)
    assert read_roster(path, form).projects[0]["资金性质"] == "专项债券"
    write_roster(path, Roster(DEPARTMENTS, rows))
    with pytest.raises(RosterError) as caught:
        read_roster(path, form)
    assert list(caught.value.problems) == ["〔项目〕第 1 行没有“资金性质”一栏，表样要从这一栏取数。"]


Cells = dict[str, tuple[object, str]]
"""Cell → (value, number format)."""


def typed(path: Path, **sheets: Cells) -> Path:
    """A roster as a bureau keeps it: what is given is typed over a good one, with its number format."""
    write_roster(path, Roster(DEPARTMENTS[:1], (project("P1"),), ()))
    book = openpyxl.load_workbook(path)
    for title, cells in sheets.items():
        for place, (value, code) in cells.items():
            book[title][place].value, book[title][place].number_format = value, code
    book.save(path)
    return path


def told_by(path: Path) -> tuple[list[str], list[str]]:
    """Problems and notes."""
    try:
        return [], list(read_roster(path, FORM).notes)
    except RosterError as error:
        return list(error.problems), []


def test_codes_are_read_as_they_are_shown(tmp_path: Path) -> None:
    """001001 kept as the number 1001 with a format of zeros; a plain number stays what it is."""
    path = typed(
        tmp_path / "名册.xlsx",
        部门={"A2": (1001, "000000"), "A3": (302001, "General"), "B3": ("县水利局", "@")},
        项目={"A2": (1001, "000000"), "B2": (100101, "000-00000"), "F2": (24.567, '#,##0.00"万元"')},
        指标={"A2": ("001-00101", "@"), "C2": ("质量指标", "@"), "D2": ("合格率", "@"), "E2": ("≥", "@")}
        | {"F2": (1, "0%"), "G2": ("%", "@")},
    )
    roster = read_roster(path, FORM)
    assert [row["部门编码"] for row in roster.departments] == ["001001", "302001"]
    assert (roster.projects[0]["项目编码"], roster.projects[0]["年初预算数"]) == ("001-00101", "24.567万元")
    assert roster.indicators[0]["指标值"] == "100%"
    assert roster.notes == ()


def test_codes_that_lost_digits_are_refused_and_never_called_double(tmp_path: Path) -> None:
    path = typed(
        tmp_path / "名册.xlsx",
        项目={"B2": (510923240000102701, "General"), "A3": ("001", "@"), "B3": (510923240000102702, "0")}
        | {"A4": ("001", "@"), "B4": ("5.10923E+17", "@")},
    )
    lost = "超过 15 位，后面的数字已经丢失。请把这一栏设为文本格式，重新填写。"
    assert told_by(path) == (
        [
            f"〔项目〕B2：“项目编码”是数字格式，{lost}",
            f"〔项目〕B3：“项目编码”是数字格式，{lost}",
            f"〔项目〕B4：“项目编码”变成了科学记数，{lost}",
        ],
        [],
    )


def test_figures_shown_in_another_scale_are_refused_by_cell(tmp_path: Path) -> None:
    path = typed(tmp_path / "名册.xlsx", 项目={"F2": (123456, "0!.0,"), "G2": (240000, '0"元"')})
    assert told_by(path)[0] == [
        "〔项目〕F2：“年初预算数”里存的是 123456，显示出来的是 12.3。请把单元格格式改为常规，按实际的数填写。",
        "〔项目〕G2：“全年预算数”填的是“240000元”，应当是数（万元）。若确为 240000 元，应填 24。",
    ]


def test_headings_are_known_however_they_are_decorated(tmp_path: Path) -> None:
    path = typed(
        tmp_path / "名册.xlsx",
        项目={"C1": ("*项目 名称", "@"), "F1": ("年初预算数\n（万元）", "@"), "G1": ("全年预算数 ", "@")},
    )
    row = read_roster(path, FORM).projects[0]
    assert (row["项目名称"], row["年初预算数"], row.cell("年初预算数")) == ("项目P1", "24", "F2")


def test_columns_nobody_uses_are_named(tmp_path: Path) -> None:
    path = typed(
        tmp_path / "名册.xlsx",
        部门={"C1": ("分管科室", "@"), "D1": ("在职人员数", "@"), "XFD1048576": ("x", "@")},
        项目={"F1": ("年初预算", "@")},
    )
    assert told_by(path) == (
        [],
        [
            "〔部门〕C1：“分管科室”不是本表样的栏目，没有使用。请核对。",
            "〔部门〕D1：“在职人员数”不是本表样的栏目，没有使用。请核对。",
            "〔部门〕XFD1048576：这一列没有栏目名称，里面的内容没有使用。不需要的请删除。",
            "〔项目〕F1：“年初预算”不是本表样的栏目，没有使用。是不是“年初预算数”？是的话请改成这个名称。",
        ],
    )


def test_a_heading_in_another_unit_and_two_of_one_meaning_are_refused(tmp_path: Path) -> None:
    path = typed(tmp_path / "名册.xlsx", 项目={"F1": ("年初预算数（元）", "@"), "H1": ("项目 名称", "@")})
    assert told_by(path)[0] == [
        "〔项目〕F1：栏目“年初预算数（元）”写的单位是元，名册的金额单位是万元。请换算成万元，栏目写成“年初预算数”。",
        "〔项目〕H1：栏目“项目名称”与 C1 重复。请只保留一栏。",
    ]


def test_control_figures_are_columns_too(tmp_path: Path) -> None:
    form, path = (
        form_by_id("hunan-2022"),
        typed(tmp_path / "名册.xlsx", 部门={"C1": ("三公经费 预算数（万元）", "@"), "C2": (1.5, "0.0")}),
    )
    roster = read_roster(path, form)
    assert (roster.departments[0]["三公经费预算数"], roster.notes) == ("1.5", ())


def test_a_roster_that_is_no_workbook_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes("部门编码,部门名称\n1,甲\n2,乙\n".encode("gbk"))
    with pytest.raises(UnusableFileError) as caught:
        read_roster(path, FORM)
    assert str(caught.value) == (
        f"{path} 打不开：文件是CSV 文本，不是 Excel 工作簿，读不出表的标识。请用 Excel 或 WPS 打开，另存为 .xlsx。"
    )


def test_the_slip_of_units_is_found_in_a_long_roster_at_once(tmp_path: Path) -> None:
    """The median beside each figure is looked up, not computed anew: 4,000 large figures take no noticeable time."""
    rows = tuple(project(f"{number}", f"{20000 + number}") for number in range(4000))
    path = tmp_path / "名册.xlsx"
    write_roster(path, Roster(DEPARTMENTS, rows))
    start = time.perf_counter()
    assert told_by(path) == ([], [])
    assert time.perf_counter() - start < 20
