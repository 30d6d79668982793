"""The built-in example: every department's complete list of findings, by code and cell, no more and no fewer.

The lists were written down from what is wrong with each return, not copied from a run. A line that no
longer fits is a rule that changed its mind about a real form.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from xltool.campaign.demo import Demo, DemoDepartment, DemoProject, load_demo, roster_of, values_of
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster
from xltool.engine.filled import from_values
from xltool.examine import Outcome, examine
from xltool.findings import Status
from xltool.form import form_by_id
from xltool.form.layout import workbook_layout
from xltool.form.layout.issues import Issues
from xltool.generate.workbook import write

Line = tuple[str, str]
"""(code, "〔sheet〕 cells")"""

SEED = "101001"

ALL_WEIGHTS = "项目1 H22 H23 H24 H25 H26 H27 H28 H29 H30 H31 H32 H33 H34 H35 H36 H37 H38 H39"

# 中共衡山县委组织部，真实的 2022 年报告。一行一个错处，注释写明是报告里的哪一处。
SEED_FINDINGS: list[Line] = [
    # ── 报告正文 ──
    ("BT01", "封面 C7 C8 C9 C10"),  # 报告没有填表人、联系电话、单位负责人、填报日期
    ("RY05", "部门基本情况 C6 C7"),  # “9个内设机构”，按顿号分开只有八个名称（“干部组组织组”丢了顿号）
    ("RY03", "部门基本情况 C12"),  # 在职 27 人 = 财政供养 24 人 + 退休 3 人
    ("JS03", "部门预决算 C18"),  # 收入 584.83、支出 581.42，差 3.41 没有交代
    ("SG01", "“三公”经费 C9"),  # 预算数 1.50，0 + 1.0 + 0.31 = 1.31
    ("BT02", "“三公”经费 D9"),  # 决算数写成“1.31元”
    ("BT01", "“三公”经费 D5 D6 D7 D8"),  # 决算数只有合计，没有各项
    ("ZC01", "资产管理 C6"),  # 资产 162.43 − 负债 0，净资产却是 154.29，差 8.14
    ("JX02", "绩效与问题 C3"),  # “其他项目资金严格控制在年初预算内”，实际 24 → 280.02
    ("JX01", "绩效与问题 C4"),  # “无50万元以上的项目”，实际 280.02
    # ── 自评表：项目概况、资金、目标 ──
    ("BT01", "项目1 D4 D5 D6 D18 D19"),  # 项目名称、主管部门、实施单位、预期目标、实际完成情况空白
    ("ZJ01", "项目1 D9"),  # 年初预算 24 没有资金来源
    ("ZJ04", "项目1 E9"),  # 全年预算数空白
    ("ZJ06", "项目1 G9 D9"),  # 执行 280.02 是年初预算 24 的 11.67 倍，没有说明
    ("ZX01", "项目1 D15"),  # 执行率空白，得分 10
    # ── 自评表：分值与得分 ──
    ("ZB04", ALL_WEIGHTS),  # 18 个指标的分值全部空白
    ("QZ03", "项目1 K22 K23 K24 K25 K26 K27 K28 K29"),  # 产出得分 12+12+12+10+6+7+7+7 = 73，本级 50 分
    ("QZ03", "项目1 K30 K31 K32 K33 K34 K35 K36 K37"),  # 效益得分又是 73，本级 30 分
    ("QZ03", "项目1 K38 K39"),  # 满意度得分 10 + 10 = 20，本级 10 分
    ("DF01", "项目1 D41"),  # 总分填 92，各行相加 176
    ("DF11", "项目1 I27 K27 I35 K35"),  # 社会满意度没有完成值，得 7 分（产出、效益各一处）
    # 无污染、实现提质增效没有指标值和完成值，各得 7 分（产出、效益各一处）
    ("DF12", "项目1 F28 I28 K28 F29 I29 K29 F36 I36 K36 F37 I37 K37"),
    # ── 自评表：完成值照抄指标值 ──
    ("ZB05", "项目1 I22 I30"),  # 组织工作组织：“≥3”
    ("ZB05", "项目1 I24 I32 I38 I39"),  # 督促贯彻落实进度完成率、满意度：“≥99%”
    # ── 自评表：八个指标在产出、效益下各写一遍，满意度写了两遍 ──
    ("ZB11", "项目1 D22 D30 D23 D31 D24 D32 D25 D33 D26 D34 D27 D35 D28 D36 D29 D37"),  # 整块复制，说一次
    ("ZB10", "项目1 D38 D39"),  # 满意度
    # ── 自评表：放错了二级指标 ──
    ("ZB07", "项目1 D23"),  # 质量达标率在数量指标
    ("ZB07", "项目1 D25"),  # 公共服务所需成本在质量指标
    ("ZB07", "项目1 D33"),  # 公共服务所需成本在社会效益指标
    ("ZB07", "项目1 D27"),  # 社会满意度在时效指标
    ("ZB07", "项目1 D35"),  # 社会满意度在生态效益指标
    ("ZB07", "项目1 D28"),  # 无污染在成本指标
    ("ZB07", "项目1 D36"),  # 无污染在可持续影响指标
]

# 报告里的数必须原样出现在说明里。
SEED_FIGURES: list[tuple[str, tuple[str, ...]]] = [
    ("SG01", ("1.50", "1.31")),
    ("BT02", ("1.31元",)),
    ("ZC01", ("162.43", "154.29", "8.14")),
    ("JS03", ("584.83", "581.42", "3.41")),
    ("QZ03", ("产出指标", "73", "50")),
    ("QZ03", ("效益指标", "73", "30")),
    ("QZ03", ("满意度指标", "20", "10")),
    ("DF01", ("176", "92")),
    ("ZJ06", ("280.02", "24.00", "11.67")),
    ("JX01", ("280.02",)),
    ("JX02", ("280.02", "24.00")),
    ("RY03", ("27", "24", "3")),
    ("RY05", ("9", "8")),
]

# 报告里正确的地方，一处也不能报。
SEED_CLEAN: list[tuple[str, str]] = [
    ("YS01", "282.37 + 24 = 306.37"),
    ("YS02", "年初收入 306.37 = 年初支出 306.37"),
    ("JS01", "584.83 − 306.37 = 278.46"),
    ("JS02", "301.4 + 280.02 = 581.42"),
    ("JS04", "51.84% + 48.16% = 100%"),
    ("JS05", "301.4 / 581.42 = 51.84%"),
    ("JS06", "预决算差异说明了原因"),
    ("JS08", "项目执行 280.02 = 项目支出决算 280.02"),
    ("RY01", "20 + 18 = 38"),
    ("RY02", "在职 27 不超过编制 38"),
    ("CG01", "政府采购 0 + 0 + 0 = 0"),
    ("ZC02", "156.83 / 156.83 = 100%"),
    ("ZC03", "在用 156.83 不多于原值 156.83"),
    ("ZJ03", "执行总额 280.02 = 财政拨款 280.02"),
]

EXPECTED: dict[str, list[Line]] = {
    SEED: SEED_FINDINGS,
    # 县教育局：指标由财政局批复，两个项目；“因贫失学 ≤0 人，实际 0”“单校成本 10-15 万元”都不报
    "201001": [],
    # 县民政局：养老服务中心全年未实施，执行 0、完成值全空、有说明
    "202001": [],
    # 县农业农村局
    "203001": [
        ("ZB12", "项目1 D23"),  # “技术培训≥**人次”
        ("DF15", "项目1 K24 L24"),  # 成秧率达到目标，自评 9 分（分值 10），没有说明
        ("ZB13", "项目1 I26"),  # 补助兑付时间 2023-01-10
        ("QZ06", "项目1 D28 D29"),  # 成本指标整块空着
        ("DF14", "项目1 K32"),  # 部分达成，15 分得 15 分（至多 12 分）
    ],
    # 县卫生健康局
    "204001": [
        ("SG01", "“三公”经费 C9"),  # 4.80 + 2.20 写成 7.20
        ("SG03", "“三公”经费 D9"),  # 决算 7.45 超过预算 7.20
        ("CG01", "政府采购 C7"),  # 36.50 + 12.80 写成 36.50
        ("ZC03", "资产管理 C8"),  # 在用 1864.20，原值 1846.20
    ],
    # 县住房和城乡建设局
    "205001": [
        ("GF01", "部门预决算 C5"),  # 全角“１２８６．５０”
        ("GF01", "部门预决算 C11"),  # “1,368.00”
        ("GF01", "部门预决算 C13"),  # “1,355.30万元”
        ("GF01", "部门预决算 C14"),  # 前后有空格的“ 796.85 ”
        ("BT02", "资产管理 C5"),  # “72890元”
        ("GF01", "项目1 I28"),  # 户均成本 ≤0.4 万元，实际写“3625元”：0.3625 万元
    ],
    # 县交通运输局
    "206001": [
        ("ZJ08", "项目1 G9"),  # 执行 332.40，全年预算 328.00
        ("QZ02", "项目1 H22 H23 H24 H26 H28"),  # 产出 48 分
        ("DF17", "项目1 L23"),  # 抢通 47 处，目标 30 处
    ],
    # 县文化旅游广电体育局
    "207001": [
        ("ZB06", "项目1 I23"),  # 培训人数 ≥120 人，实际写“完成”
        ("DF14", "项目1 K28"),  # 单场成本 ≤0.6 万元，实际 0.72，仍得满分
        ("DF16", "项目1 L28"),  # 同一行没有说明原因
        ("ZB07", "项目1 D32"),  # 观众满意度在社会效益指标
    ],
    # 县水利局
    "208001": [
        ("JS03", "部门预决算 C18"),  # 年末结转 86.70 没有填
        ("ZX03", "项目1 D16"),  # 执行率 62.00% 没有说明
        ("MB01", "项目1 D19"),  # 完成情况照抄目标
    ],
    # 县应急管理局
    "209001": [
        ("BT01", "封面 C7 C9"),  # 填表人、单位负责人
        ("RY01", "部门基本情况 C9"),  # 16 + 17 写成 35
        ("YS01", "部门预决算 C7"),  # 418.60 + 96.00 写成 541.60（应为 514.60）
        ("JS01", "部门预决算 C12"),  # 追加 15.57 写成 51.57
        ("BT01", "绩效与问题 C5 C6"),  # 存在的问题、改进措施
        ("DF01", "项目1 D41"),  # 总分填 88.6，各行相加 92.6
        ("DF02", "项目1 D42"),  # 88.6 分填“优”
    ],
    # 县司法局：没有的写“—”，没有 50 万元以上的项目（35.42 万元）
    "210001": [],
    # 县市场监督管理局
    "211001": [
        ("RY05", "部门基本情况 C6 C7"),  # 填 7 个，名称 6 个
        ("RY02", "部门基本情况 C12"),  # 在职 99，编制 98
        ("ZJ09", "项目1 G9 D9"),  # 执行数按“元”填成 453000
    ],
    # 县退役军人事务局：扫描的 PDF
    "212001": [("WJ16", "")],
}
CLEAN = [code for code, lines in EXPECTED.items() if not lines]


@cache
def demo() -> Demo:
    return load_demo()


def outcome_of(example: Demo, department: DemoDepartment) -> Outcome:
    """Issue, fill in and examine one department's file."""
    form, roster = form_by_id(example.form), roster_of(example)
    row = next(row for row in roster.departments if row["部门编码"] == department.code)
    issue = issue_for(form, roster, row, example.year)
    if department.file.endswith(".xlsx"):
        filled = from_values(form, issue, values_of(example, department, form, issue))
        data = write(workbook_layout.build(form, issue), filled)
    else:
        data = b"%PDF-1.4\n% scanned pages\n"
    return examine(department.file, data, {str(form.id): form}.get, Issues.of(issue))


@cache
def outcome(code: str) -> Outcome:
    return outcome_of(demo(), next(department for department in demo().departments if department.code == code))


def lines(result: Outcome) -> list[Line]:
    return sorted((item.code, " ".join((item.sheet, *item.cells)).strip()) for item in result.findings)


@pytest.mark.parametrize("code", EXPECTED)
def test_exactly_these_findings(code: str) -> None:
    assert lines(outcome(code)) == sorted(EXPECTED[code])


def test_every_returned_file_has_its_list() -> None:
    assert [department.code for department in demo().departments if department.file] == list(EXPECTED)


@pytest.mark.parametrize(("code", "figures"), SEED_FIGURES)
def test_the_figures_of_the_report_are_in_the_messages(code: str, figures: tuple[str, ...]) -> None:
    messages = [item.message for item in outcome(SEED).findings if item.code == code]
    assert [message for message in messages if all(figure in message for figure in figures)], messages


@pytest.mark.parametrize(("code", "_what"), SEED_CLEAN)
def test_what_is_right_in_the_report_is_not_reported(code: str, _what: str) -> None:
    assert [item.message for item in outcome(SEED).findings if item.code == code] == []


def test_the_report_cannot_be_scored() -> None:
    """Without 分值 no line has points, and a total of 176 or 92 is not believed."""
    scores = outcome(SEED).scores
    assert scores is not None
    assert (scores.total, scores.projects[0].total) == (None, None)


def test_the_base_is_complete_and_correct() -> None:
    project = DemoProject("999001-01", "业务工作专项经费")
    alone = DemoDepartment("999001", "样例部门", "没有问题", (project,), "样例.xlsx")
    result = outcome_of(replace(demo(), departments=(alone,)), alone)
    assert lines(result) == []
    assert result.status is Status.ACCEPTED
    assert result.scores is not None
    assert str(result.scores.total) == "99.60"  # 执行率 9.8，知晓率 88.2 / 90 × 10 = 9.8，其余满分


@pytest.mark.parametrize(
    ("code", "totals"),
    [
        # 298.76 / 301.50 × 10 = 9.91；105.20 / 106.00 × 10 = 9.92，满意度 88.6 / 90 × 10 = 9.84
        ("201001", ["99.91", "99.76"]),
        # 180.36 / 182.40 × 10 = 9.89，部分达成 15 × 0.7 = 10.5；未实施的项目不评分，也不计入部门得分
        ("202001", ["95.39", "None"]),
        # 35.42 / 36.00 × 10 = 9.84，满意度 97.1 / 98 × 10 = 9.91
        ("210001", ["99.75"]),
    ],
)
def test_clean_returns_score_by_the_rules(code: str, totals: list[str]) -> None:
    scores = outcome(code).scores
    assert scores is not None
    assert [str(project.total) for project in scores.projects] == totals
    scored = [project for project in scores.projects if project.total is not None]
    assert [project.stated for project in scored] == [project.total for project in scored]


def test_three_returns_are_clean() -> None:
    assert CLEAN == ["201001", "202001", "210001"]
    assert {outcome(code).status for code in CLEAN} == {Status.ACCEPTED}


def test_no_two_departments_share_their_figures() -> None:
    """A copied return would be a fault of its own."""
    totals = [department.values["决算总收入"] for department in demo().departments if "决算总收入" in department.values]
    names = [department.name for department in demo().departments]
    assert len(set(totals)) == len(totals) == 11 + 1
    assert len(set(names)) == len(names)


def test_one_department_is_missing_and_one_file_does_not_say_whose_it_is() -> None:
    missing = [department.name for department in demo().departments if not department.file]
    nameless = [department.code for department in demo().departments if "新建" in department.file]
    assert (missing, nameless) == (["衡山县城市管理和综合执法局"], ["211001"])


def test_the_roster_holds_the_approved_indicators() -> None:
    roster: Roster = roster_of(demo())
    assert {row["项目编码"] for row in roster.indicators} == {"201001-01", "201001-02"}
    assert len(roster.departments) == len(demo().departments)
