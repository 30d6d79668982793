"""Outcomes built by hand: what the reports are shown, without reading a single workbook."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from xltool.examine.outcome import Figure, Outcome
from xltool.findings import Finding, Severity
from xltool.form import Issue, Project
from xltool.report.summary.data import Expected, SummaryData
from xltool.score import ProjectScore, ScoreLine, ScoreSheet

D = Decimal


def points(value: str | None) -> Decimal | None:
    return None if value is None else D(value)


def finding(code: str = "SG01", severity: Severity = Severity.CORRECT, **more: object) -> Finding:
    values: dict[str, object] = {
        "message": "预算数合计 1.50 万元，三项之和是 1.31 万元，差 0.19 万元。",
        "remedy": "请核对三项明细。",
        "sheet": "“三公”经费",
        "cells": ("C4",),
        "label": "合计预算数",
        "seen": "1.50",
        "expected": "1.31",
    }
    return Finding(code, severity, **{**values, **more})  # type: ignore[arg-type]


def line(level1: str, name: str, weight: str, final: str | None, **more: object) -> ScoreLine:
    values: dict[str, object] = {
        "level2": "数量指标" if level1 == "产出指标" else "",
        "target": "≥10个",
        "actual": "9个",
        "system": points(final),
        "stated": points(final),
        "working": f"指标 ≥10，实际 9，系数 0.9000 × 分值 {weight}" if final else "实际“见附件”不能自动测算",
        "reason": "",
        "sheet": "项目1",
        "cell": "J20",
    }
    return ScoreLine(level1=level1, name=name, weight=D(weight), final=points(final), **{**values, **more})  # type: ignore[arg-type]


def project(
    name: str, total: str | None, grade: str, stated: str | None, sheet: str = "项目1", code: str = "P1"
) -> ProjectScore:
    lost = (D("100") - D(total)) if total else D(0)
    return ProjectScore(
        code,
        name,
        points(total),
        grade,
        points(stated),
        (
            line("预算执行率", "预算执行率", "10", "10", target="120.00", actual="111.60", sheet=sheet, cell="C9"),
            line("产出指标", "村级保洁覆盖村数", "25", str(D("25") - lost), sheet=sheet, cell="J20"),
            line("产出指标", "经费拨付及时率", "25", "25", sheet=sheet, cell="J21"),
            line(
                "效益指标",
                "农村人居环境",
                "30",
                "30" if total else None,
                target="明显改善",
                actual="见附件",
                sheet=sheet,
                cell="J22",
            ),
            line("满意度指标", "村民满意度", "10", "10", sheet=sheet, cell="J23"),
        ),
    )


def issue(code: str, name: str, projects: tuple[str, ...] = ()) -> Issue:
    made = tuple(Project(f"P{i}", title, MappingProxyType({})) for i, title in enumerate(projects, start=1))
    return Issue("hunan-2022", "1.0", 2022, code, name, f"issue-{code}", made)


def outcome(
    code: str = "301",
    name: str = "衡山县开云镇人民政府",
    total: str | None = "92.50",
    grade: str = "优",
    findings: tuple[Finding, ...] = (),
    file: str = "",
    budget: str = "1234.56",
    rate: str | None = "0.93",
    title: str = "村级运转补助",
) -> Outcome:
    scored = project(title, total, grade, "95")
    return Outcome(
        file or f"收回/{name}.xlsx",
        findings,
        issue(code, name, (title,)),
        ScoreSheet(points(total), grade, (scored,)),
        (
            Figure("在职人数", "人", D("56")),
            Figure("年初预算收入", "万元", D(budget)),
            Figure("资产使用率", "%", D("0.98")),
        ),
        (
            (
                Figure("资金总额全年预算数", "万元", D("120")),
                Figure("资金总额全年执行数", "万元", D("111.6")),
                Figure("执行率", "%", points(rate)),
            ),
        ),
        "2022年度预算支出绩效自评表",
        0.0123,
    )


BLOCKS = ("预算执行率", "产出指标", "效益指标", "满意度指标")
EVIL = '=cmd|"/c calc"!A1'


def outcomes() -> tuple[Outcome, ...]:
    return tuple(item for item in campaign().outcomes if isinstance(item, Outcome))


def campaign() -> SummaryData:
    """Six departments: clean, with findings, tie, incomplete, sent back, missing; and four stray files."""
    reject = finding(
        "ID02",
        Severity.REJECT,
        sheet="",
        cells=(),
        label="",
        seen="2021 年度",
        expected="2022 年度",
        message="这是 2021 年度的表。",
        remedy="请用今年下发的表。",
    )
    notice = finding(
        "NB01",
        Severity.NOTICE,
        sheet="项目1",
        cells=("E9", "F9", "G9"),
        label=EVIL,
        seen="１２０",
        expected="",
        message="全角数字按 120 读取。",
        remedy="请核对。",
    )
    good = outcome("301", "开云镇人民政府")
    flawed = outcome(
        "302",
        "县教育局",
        "92.50",
        "优",
        (finding(), notice),
        budget="20000",
        rate="0.55",
        title="义务教育薄弱环节改善与能力提升补助资金（第二批）",
    )
    weak = outcome(
        "303", "县水利局", "78.00", "中", (finding("SG02", seen=EVIL),), rate="1.02", title="小型水库维修养护"
    )
    unknown = outcome(
        "304",
        "县卫健局",
        None,
        "",
        (finding("BT01", sheet="项目1", cells=("J22",)),),
        rate=None,
        title="基本公共卫生服务",
    )
    refused = Outcome("收回/县民政局.xlsx", (reject,), issue("305", "县民政局"))
    older = outcome("301", "开云镇人民政府", "60", "中", (finding("ZZ99"),), file="收回/开云镇-旧.xlsx")
    foreign = outcome("999", "邻县财政局", "88", "良", file="收回/邻县.xlsx")
    unread = Outcome(
        "收回/乱码\ud800.xlsx",
        (finding("FL01", Severity.REJECT, sheet="", cells=(), message="打不开。", remedy="请重新另存。"),),
    )
    lock = Outcome("收回/~$县教育局.xlsx", (), skipped="系统或临时文件")
    names = (
        ("301", "开云镇人民政府"),
        ("302", "县教育局"),
        ("303", "县水利局"),
        ("304", "县卫健局"),
        ("305", "县民政局"),
        ("306", "县档案馆"),
    )
    return SummaryData(
        "衡山县2022年度绩效自评汇总",
        2022,
        "预算支出绩效自评表",
        tuple(Expected(*item) for item in names),
        (good, flawed, weak, unknown, refused, older, foreign, unread, lock),
        {"301": good, "302": flawed, "303": weak, "304": unknown, "305": refused},
        {"收回/县教育局.xlsx": "../退回/县教育局_退回.xlsx"},
        {f"收回/{name}.xlsx": f"../收回/{name}.xlsx" for name in ("开云镇人民政府", "县教育局")},
        execution_rate="执行率",
        blocks=BLOCKS,
        grades=("优", "良", "中", "差"),
    )
