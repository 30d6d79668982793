"""Tables of the department beside those of projects, points of every 二级, scored items with 一级, 二级 and subtotals.

The two forms are in ``forms/``: what a department fills in row by row, and what it is scored by point by point.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit
from tests.audit import audit
from tests.cli.test_commands import run
from tests.form.test_other_forms import FORMS, form_at
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.campaign.issue.outbox import issued
from xltool.campaign.kept_form import form_of
from xltool.campaign.roster.check import check as check_roster
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import open_campaign
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.examine import Outcome
from xltool.findings import State
from xltool.form import Form, Issue, Key, load_form
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.places import of_rule
from xltool.generate.workbook import write
from xltool.report.documents.official_table import Paper

WHOLE: Mapping[str, object] = {
    "整体年初预算数": 900, "整体全年预算数": 1000, "整体全年执行数": 980, "整体绩效目标": "保障运转", "整体目标完成情况": "全部完成",
    "任务名称/1": "校园安全改造", "任务预算数/1": 300, "任务完成情况/1": "12 所验收", "任务完成率/1": 1, "任务权重/1": 12,
    "任务名称/2": "教师培训", "任务预算数/2": 80, "任务完成情况/2": "380 人次", "任务完成率/2": "0.95", "任务权重/2": 8,
    "任务未完成原因/2": "一期延到下年",
    "整体指标名称/1": "改造学校数", "整体指标性质/1": "≥", "整体指标值/1": "12", "整体完成值/1": "12", "整体权重/1": 20,
    "整体指标名称/3": "验收合格率", "整体指标性质/3": "≥", "整体指标值/3": "98%", "整体完成值/3": "99%", "整体权重/3": 20,
    "整体指标名称/5": "受益学生数", "整体指标性质/5": "≥", "整体指标值/5": "8000", "整体完成值/5": "8200", "整体权重/5": 20,
    "整体指标名称/7": "家长满意度", "整体指标性质/7": "≥", "整体指标值/7": "90%", "整体完成值/7": "93%", "整体权重/7": 10,
}  # fmt: skip
POINTS: Mapping[str, object] = {
    "部门名称": "县教育局", "部门编码": "101001", "年度": 2022, "填表人": "张三", "联系电话": "0731-1", "单位负责人": "李四",
    "填报日期": "2023-03-15", "在职人数": 52, "编制数": 50, "本年三公预算": "10.2", "上年三公预算": 10, "部门预算数": 100,
    "部门执行数": 95, "重点工作总数": 10, "重点工作完成数": 9, "满意度调查结果": "0.92", "管理制度": "有", "预决算公开": "有",
    "三公经费变动率扣分原因": "增加一次外事", "预算完成率扣分原因": "采购结余",
}  # fmt: skip


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Figures written as texts become numbers where the cell takes one."""
    return {
        name: Decimal(value)
        if isinstance(value, str) and value.replace(".", "").isdigit() and "值" not in name
        else value
        for name, value in values.items()
    }


def tasks(
    changes: Mapping[str, object] | None = None, projects: int = 0
) -> tuple[Form, Issue, dict[Key, Decimal | str], Outcome]:
    form = form_at("overall-tasks-2023")
    made = kit.issue(form, projects)
    known = clean.values(form, made if projects else kit.issue(form))
    values = {key: value for key, value in known.items() if key.project <= projects} | kit.keyed(
        form, plain({**WHOLE, **(changes or {})})
    )
    return form, made, values, kit.examined(kit.workbook(form, made, values), form=form)


def test_rows_of_the_department_are_read_checked_and_scored() -> None:
    form, made, _, outcome = tasks(projects=1)
    assert [f"{f.code} {f.cell} {f.message}" for f in outcome.findings] == []
    assert Issue.from_json(made.to_json()) == made
    assert [len(made.rows(0, table)) for table in form.tables if table not in form.project_tables] == [5, 7]
    scores = outcome.scores
    assert scores is not None
    assert scores.overall is not None
    assert [(line.level1, line.level2, line.name, str(line.final)) for line in scores.overall.lines] == [
        ("预算执行率", "", "预算执行率", "9.80"),
        ("年度主要任务", "", "校园安全改造", "12.00"),
        ("年度主要任务", "", "教师培训", "7.60"),
        ("产出指标", "数量指标", "改造学校数", "20.00"),
        ("产出指标", "质量指标", "验收合格率", "20.00"),
        ("效益指标", "社会效益指标", "受益学生数", "20.00"),
        ("满意度指标", "服务对象满意度指标", "家长满意度", "10.00"),
    ]
    assert (outcome.state, str(scores.total), scores.grade) == (State.PASSED, "99.40", "优")
    *_, wrong = tasks(
        {
            "任务权重/1": 11,
            "任务得分/1": 12,
            "整体权重/3": 21,
            "任务预算数/2": 800,
            "整体完成值/5": "4000",
            "整体得分/5": 20,
        }
    )
    assert [f"{f.code} {'、'.join(f.cells)} {f.message}" for f in wrong.findings] == [
        "ZT01 F13、F14 年度主要任务各行分值合计 19 分，应当是 20 分。",
        "ZT03 G13 “校园安全改造”完成 100.00%，按分值 11 分得 11 分，自评 12 分。",
        "ZT02 H22 质量指标各行分值合计 21 分，应当是 20 分。",
        "ZT05 I24 “受益学生数”按完成值得 10 分，自评 20 分。",
        "ZT04 D5、C13、C14 各项任务的预算合计 1100.00 万元，多于部门整体全年预算数 1000.00 万元。",
    ]


def test_two_tables_stand_on_one_page(tmp_path: Path) -> None:
    """The first has as many rows as were issued, its cells merged; the last is as long as what was filled in."""
    form, made, values, _ = tasks()
    sheet = openpyxl.load_workbook(BytesIO(kit.workbook(form, made, values)), data_only=True)["部门整体自评表"]
    shown = [
        [cell.value for cell in line[:10] if cell.value not in (None, "")]
        for line in sheet.iter_rows(min_row=6, max_row=16)
    ]
    assert shown[:3] == [
        ["年度主要任务（20分）", "预算数（万元）", "完成情况", "分值", "得分", "未完成原因"],
        ["校园安全改造", 300, "12 所验收", 12, 12],
        ["教师培训", 80, "380 人次", 8, 7.6, "一期延到下年"],
    ]
    assert shown[3:6] == [[], [], []]
    assert shown[7][1:] == ["产出指标（40分）", "数量指标（20分）", "改造学校数", "≥", "12", "12", 20, 20]
    assert {"A7:C7", "E7:G7", "A11:C11"} <= {str(area) for area in sheet.merged_cells.ranges}
    paper = Paper(Evaluation(form, from_values(form, made, values))).tables(form.spec.prints[0])[0]
    assert [len(row) for row in paper.rows] == [1, 6, 8, 7, 4, 6, 6, 6, 10, 9, 8, 9, 9, 4, 1, 1]
    # A second table of a project, above the indicators, with a 一级 merged down.
    own = tmp_path / "form.yaml"
    own.write_text(TWO, encoding="utf-8")
    both = load_form(own)
    (page,) = layouts.build(both, kit.issue(both)).prints
    boxes = [(box.row, box.col, box.rows, box.cols) for box in page.boxes if box.place.table == "longterm"]
    top = boxes[0][0]
    assert boxes == [(top, 0, 4, 2), (top, 2, 1, 7), *((top + more, 2, 1, 7) for more in (1, 2, 3))]
    assert page.flow is not None
    assert (page.flow.top, page.flow.above) == (top + 5, 4)


TWO = """
form: two
extends: national-2020
version: "1"
sheets:
  - id: project
    override: true
    blocks:
      - table: longterm
        before: goals
        name: 长期指标
        levels: [{name: 产出指标, points: 产出分值, groups: [{name: 数量指标}, {name: 质量指标}]}]
        columns:
          - {id: long_level1, name: 长期一级, type: level1}
          - {id: long_level2, name: 长期二级, type: level2}
          - {id: long_content, name: 长期指标内容, type: long}
prints:
  - id: self_evaluation
    override: true
    rows:
      - id: long_row
        before: table_head
        height: 24
        each: longterm
        cells: [{value: 长期一级, cols: 2, rows: level1}, {value: T(长期指标内容), cols: 7, style: left}]
"""


def test_items_have_levels_and_subtotals() -> None:
    form = form_at("overall-points-2023")
    made = kit.issue(form, projects=0)
    untouched = Evaluation(form, from_values(form, made, {}))
    assert not [
        rule.rule.code
        for rule in form.rules
        for at in of_rule(form, rule, made)
        if rule.rule.code in ("PF01", "PF02") and untouched.fails(rule, at)
    ]
    values = kit.keyed(form, plain(POINTS))
    data = kit.workbook(form, made, values)
    assert audit(data) == []
    outcome = kit.examined(data, form=form)
    assert [f"{f.code} {'、'.join(f.cells)} {f.message}" for f in outcome.findings] == [
        "PF02 G11 产出得 27 分，少于 30 分，扣分原因没有填写。"
    ]
    scores = outcome.scores
    assert scores is not None
    assert scores.overall is not None
    assert [(line.level1, line.level2, str(line.final)) for line in scores.overall.lines][:3] == [
        ("投入", "预算配置", "5.00"), ("投入", "预算配置", "6.40"), ("过程", "预算执行", "19.00"),
    ]  # fmt: skip
    evaluation = Evaluation(form, from_values(form, made, values))
    sums = {
        name: str(evaluation.value(Key(0, form.ids[f"{name}自评分小计"]))) for name in ("投入", "过程", "产出", "效果")
    }
    assert sums == {"投入": "11.4", "过程": "34.00", "产出": "27.00", "效果": "20.00"}
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    sheet = book["部门整体评分表"]
    assert [[cell.value for cell in line[:10]] for line in sheet.iter_rows(min_row=4, max_row=8)] == [
        ["投入", 15, "预算配置", 15, "在职人员控制率", 7, "不超过编制得满分，每超 1 个百分点扣 0.5 分", 1.04, 5, None],
        [
            None,
            None,
            None,
            None,
            "三公经费变动率",
            8,
            "不增加得满分，每增 1 个百分点扣 0.8 分",
            0.02,
            6.4,
            "增加一次外事",
        ],
        ["投入小计", None, None, None, None, 15, None, None, 11.4, None],
        ["过程", 35, "预算执行", 20, "预算完成率", 20, "按完成率得分", 0.95, 19, "采购结余"],
        [None, None, "预算管理", 15, "管理制度健全性", 8, "有制度得满分", 1, 8, None],
    ]
    assert {"A4:A5", "C4:C5", "A7:A9", "C8:C9", "A6:E6"} <= {str(area) for area in sheet.merged_cells.ranges}
    assert [line[1].value for line in book["部门整体评分"].iter_rows(min_row=4, max_row=7)] == [
        "投入·预算配置·在职人员控制率", "投入·预算配置·三公经费变动率", "投入　小计", "过程·预算执行·预算完成率",
    ]  # fmt: skip


PARTED = """
form: parted
extends: national-2020
version: "1"
weights: [执行率分值, 数量分值, 质量分值, 时效分值, 成本分值, 效益分值, 满意度分值]
parameters:
  - {id: w_count, name: 数量分值, value: 20, unit: 分, source: 试}
  - {id: w_quality, name: 质量分值, value: 15, unit: 分, source: 试}
  - {id: w_time, name: 时效分值, value: 7, unit: 分, source: 试}
  - {id: w_cost, name: 成本分值, value: 8, unit: 分, source: 试}
sheets:
  - id: project
    override: true
    blocks:
      - table: indicators
        override: true
        levels:
          - name: 产出指标
            groups:
              - {name: 数量指标, points: 数量分值}
              - {name: 质量指标, points: 质量分值}
              - {name: 时效指标, points: 时效分值}
              - {name: 成本指标, points: 成本分值}
          - {name: 效益指标, points: 效益分值, groups: [{name: 经济效益指标}, {name: 社会效益指标}, {name: 生态效益指标}, {name: 可持续影响指标}]}
          - {name: 满意度指标, points: 满意度分值, groups: [{name: 服务对象满意度指标}]}
rules:
  - {code: QZ02, override: true, on: indicators.level2}
"""


def test_points_of_a_second_level_are_asked_on_both_sides(tmp_path: Path) -> None:
    """Where only the 一级 has points, its rule on the 二级 asks for those; the roster is asked the same."""
    (tmp_path / "form.yaml").write_text(
        PARTED.replace(
            "on: indicators.level2",
            'on: indicators.level2, when: "OR(本级名称=\\"数量指标\\", 本级名称=\\"质量指标\\")"',
        ),
        encoding="utf-8",
    )
    form = load_form(tmp_path / "form.yaml")
    made = kit.issue(form)
    (rule,) = (rule for rule in form.rules if rule.rule.code == "QZ02")
    told = {}
    for change in ("8", "9"):
        now = Evaluation(form, from_values(form, made, clean.values(form, made, {"分值/3": change})))
        told[change] = [now.message(rule, place) for place in of_rule(form, rule, made) if now.fails(rule, place)]
    assert told == {"8": [], "9": ["质量指标各行分值合计 16 分，应当是 15 分；连同执行率合计超过满分，总分不能核定。"]}
    rows = [("产出指标", "数量指标", 19), ("产出指标", "质量指标", 16), ("产出指标", "时效指标", 7), ("产出指标", "成本指标", 8), ("效益指标", "社会效益指标", 30), ("满意度指标", "服务对象满意度指标", 10)]  # fmt: skip
    indicators = tuple(
        RosterRow(
            line,
            {
                "项目编码": "1",
                "一级指标": one,
                "二级指标": two,
                "三级指标": two,
                "性质": "≥",
                "指标值": "1",
                "分值": str(points),
            },
        )
        for line, (one, two, points) in enumerate(rows, start=2)
    )
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="甲"),), (kit.row(部门编码="001", 项目编码="1", 项目名称="乙"),), indicators
    )
    assert [line.partition("：")[2] for line in check_roster(roster, form)] == [
        "项目“1”的数量指标分值合计 19 分（第 2 行 至 第 2 行），应当是 20 分。",
        "项目“1”的质量指标分值合计 16 分（第 3 行 至 第 3 行），应当是 15 分。",
    ]


def test_a_campaign_of_departments_with_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Issued, collected, marked, summed up: rows of the department like those of a project."""
    folder = tmp_path / "整体"
    assert run(capsys, "init", str(folder), "--form", str(FORMS / "overall-tasks-2023"), "--year", "2022")[0] == 0
    campaign = open_campaign(folder)
    write_roster(campaign.roster, Roster((kit.row(部门编码="001", 部门名称="县教育局"),), ()))
    assert run(capsys, "generate", "-C", str(folder))[0] == 0
    form, (one,) = form_of(campaign), issued(campaign).values()
    values = tasks({"任务名称/1": "=改造", "任务权重/1": 11})[2]
    (campaign.inbox / "001.xlsx").write_bytes(write(layouts.build(form, one), from_values(form, one, values)))
    assert "县教育局 | 待修改 |          0/1/0 | 98.40 | 优" in run(capsys, "collect", "-C", str(folder))[1]
    marked = openpyxl.load_workbook(next(campaign.returned.glob("*.xlsx")))
    assert [marked["部门整体自评"].cell(row, 6).comment is not None for row in (12, 13, 17, 18)] == [
        False,
        True,
        False,
        False,
    ]
    book = openpyxl.load_workbook(campaign.summary)
    lines = [line for line in book["指标明细"].iter_rows(values_only=True) if "年度主要任务" in line]
    assert [[value for value in line if value not in (None, "")][:5] for line in lines] == [
        ["县教育局", "部门整体", "年度主要任务", "=改造", "12 所验收"],
        ["县教育局", "部门整体", "年度主要任务", "教师培训", "380 人次"],
    ]


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("ident", ["overall-points-2023", "overall-tasks-2023"])
def test_both_sides_compute_the_same(ident: str, tmp_path: Path) -> None:
    form = form_at(ident)
    made = kit.issue(form, projects=0)
    assert assert_same(form, made, [random_values(form, made, 3)], tmp_path) > 100
