"""Forms of other kinds, written as an author would: without scores, for half a year, for a year to come, without projects.

The definitions are in ``forms/``; each says where its layout was seen.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit
from tests.audit import audit
from tests.audit.written import complaints
from tests.cli.test_commands import run
from tests.form.test_years import texts_of
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.campaign.issue.outbox import issued
from xltool.campaign.kept_form import form_of
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import open_campaign
from xltool.engine.filled import from_values
from xltool.examine import Outcome
from xltool.examine.catalogue import catalogue
from xltool.examine.documents import documents
from xltool.findings import State
from xltool.form import Form, load_form
from xltool.form.about import about
from xltool.form.compiled.form import heading_of
from xltool.form.layout import workbook_layout as layouts
from xltool.form.load import changes_of
from xltool.generate.workbook import write
from xltool.report.console import describe
from xltool.report.json import to_json

FORMS = Path(__file__).parent / "forms"
FILLED: Mapping[str, Mapping[str, str]] = {
    "transfer-2022": {},
    "monitoring-2024": {"填报日期": "2022-07-15", **{f"完成目标可能性/{row}": "确定能" for row in range(1, 20)}},
    "targets-2025": {"填报日期": "2021-10-15"},
}
"""What a clean return of a form without scores has besides ``tests/cases/clean.yaml``."""
COLUMNS = ("年初预算数", "全年预算数", "全年执行数")
_SCORES = re.compile(r"得分|等次|分值|评分|优起点|满分|自评分|核定|[0-9]分")


def form_at(ident: str) -> Form:
    return load_form(FORMS / ident / "form.yaml")


def filled(form: Form, changes: Mapping[str, str] | None = None) -> tuple[bytes, Outcome]:
    made = kit.issue(form)
    values = dict(clean.values(form, made, {**FILLED[form.id], **(changes or {})}))
    used = {key.row for key, value in values.items() if key.id == "indicator" and value}
    values = {key: value for key, value in values.items() if key.id != "chance" or key.row in used}
    data = kit.workbook(form, made, values)
    return data, kit.examined(data, form=form)


@pytest.mark.parametrize("ident", sorted(FILLED))
def test_a_form_without_scores_says_nothing_of_scores(ident: str) -> None:
    form = form_at(ident)
    data, outcome = filled(form)
    assert [f"{f.code} {f.sheet}!{f.cell} {f.message}" for f in outcome.findings] == []
    assert (outcome.state, outcome.scores is not None) == (State.PASSED, True)
    assert audit(data) == []
    pages = documents([form])
    said = [*texts_of(data), *pages[f"forms/{ident}.md"].splitlines(), describe(outcome), *about(form)[:-2]]
    assert not {"DF31", "FH16", "PL03", "ZS05"} & {line.code for line in catalogue(form)}
    own = {str(rule.say) for rule in form.spec.rules}
    assert [text for text in said if _SCORES.search(text) and "打分" not in text and "百分" not in text] == []
    assert not [say for say in own if _SCORES.search(say)]
    told = json.loads(to_json(outcome))["scores"]
    assert set(told) == {"projects"}
    assert set(told["projects"][0]["rows"][0]) == {
        "level1", "level2", "name", "target", "actual", "reason", "sheet", "cell",
    }  # fmt: skip
    assert len(told["projects"][0]["rows"]) == 10


def test_half_a_year_is_looked_at_as_half_a_year() -> None:
    """The year it is filled in, the progress of the months, what has to be explained."""
    _, outcome = filled(
        form_at("monitoring-2024"),
        {
            "填报日期": "2023-07-15",
            "资金总额全年执行数": "20",
            "财政拨款全年执行数": "20",
            "完成目标可能性/1": "有可能",
        },
    )
    assert {f"{f.code} {f.message}" for f in outcome.findings if f.code in ("RQ01", "ZX03", "JK02")} == {
        "RQ01 填的是“2023-07-15”，读不出日期，或不在 2022 年内。",
        "ZX03 1—6月执行进度 28.57%，比时间进度 50% 低得多，没有说明原因。",
        "JK02 完成目标可能性选了“有可能”，没有写原因和措施。",
    }
    assert [f.remedy for f in outcome.findings if f.code == "RQ01"] == ["请填写填表的日期，如 2022-07-15。"]


def test_a_campaign_of_monitoring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deadline and file names are the form's; nothing anywhere speaks of scores; there is nothing to review."""
    folder = tmp_path / "监控"
    made = run(capsys, "init", str(folder), "--form", str(FORMS / "monitoring-2024"), "--year", "2024")
    assert made[0] == 0, made
    campaign = open_campaign(folder)
    assert campaign.deadline == "2024-07-31"
    assert [str(cell.value) for cell in openpyxl.load_workbook(campaign.roster)["指标"][1]][-2:] == ["指标值", "单位"]
    department = (kit.row(部门编码="001", 部门名称="县教育局"), kit.row(部门编码="002", 部门名称="县司法局"))
    projects = (kit.row(部门编码="001", 项目编码="1", 项目名称="校园安全"),)
    write_roster(campaign.roster, Roster(department, projects))
    assert run(capsys, "generate", "-C", str(folder))[0] == 0
    assert (campaign.outbox / "001_县教育局_2024年绩效运行监控表.xlsx").exists()
    form = form_of(campaign)
    one = next(item for item in issued(campaign).values() if item.department == "001")
    values = clean.values(form, one, {**FILLED["monitoring-2024"], "填报日期": "2024-07-15", "完成目标可能性/1": ""})
    back = write(layouts.build(form, one), from_values(form, one, values))
    (campaign.inbox / "001.xlsx").write_bytes(back)
    outputs = [
        run(capsys, verb, "-C", str(folder), *more)[1]
        for verb, *more in (("collect",), ("status", "--list", "--remind"), ("letters",))
    ]
    assert re.search(r"县教育局 \| 待修改 \| +0/1/[0-9]+\n", outputs[0])
    assert [line for text in outputs for line in text.splitlines() if _SCORES.search(line)] == []
    written = [
        path
        for path in (*campaign.returned.iterdir(), *campaign.summary.parent.rglob("*"))
        if path.suffix in (".xlsx", ".docx")
    ]
    assert {path.name for path in written} >= {"汇总.xlsx", "收件进度.xlsx", "审核情况通报.docx"}
    assert complaints(folder) == {}
    said = {text.partition(": ")[2] for path in written for text in texts_of(path.read_bytes())}
    assert [text for text in said if _SCORES.search(text) and "百分" not in text] == []
    book = openpyxl.load_workbook(BytesIO(campaign.summary.read_bytes()))
    headings = [cell.value for line in book["项目资金"].iter_rows() for cell in line]
    assert "资金总额1—6月执行数\n（万元）" in headings
    overview = [str(cell.value) for line in book["概览"].iter_rows() for cell in line if cell.value]
    assert "二、各项目1—6月执行进度" in overview
    assert "指标明细" in book.sheetnames
    assert not {"得分排名", "项目排名", "金额与得分", "主管部门等次"} & set(book.sheetnames)
    reminder = next((campaign.summary.parent / "催报").glob("002*")).read_text("utf-8-sig")
    assert "请填好下发的运行监控表后报送" in reminder
    code, _, errors = run(capsys, "review", "plan", "-C", str(folder))
    assert (code, "这个批次的表样没有得分" in errors) == (2, True)
    assert datetime.date.fromisoformat(campaign.deadline).month == 7


def test_the_export_of_a_platform() -> None:
    """四川 2023: sources of its own, 90 points that each project divides, texts with a limit."""
    form = form_at("sichuan-export-2023")
    assert [heading_of(form, name) for name in ("资金总额全年预算数", "执行率", "没有的")] == [
        "调整后预算数",
        "预算执行率",
        "",
    ]
    made = kit.issue(form)
    good = {
        **dict(zip((f"财政资金{column}" for column in COLUMNS), ("50", "50", "50"), strict=True)),
        **dict(zip((f"单位资金{column}" for column in COLUMNS), ("10", "20", "18.6"), strict=True)),
    }

    def found(changes: Mapping[str, str]) -> tuple[list[str], str]:
        data = kit.workbook(form, made, clean.values(form, made, {**good, **changes}))
        outcome = kit.examined(data, form=form)
        assert outcome.scores is not None
        return [f"{f.code} {f.message}" for f in outcome.findings], str(outcome.scores.projects[0].total)

    assert found({}) == ([], "99.60")
    assert found({"单位资金全年执行数": "18", "分值/1": "12"})[0] == [
        "ZJ03 全年执行总额 68.60 万元，财政资金、财政专户管理资金、单位资金、其他资金之和是 68.00 万元。",
        "SC04 各指标分值合计 92 分，应当是 90 分。",
    ]
    # Any division of the 90 points, as published: 60 and 30, or 90 for one block.
    assert found({"分值/1": "20", "分值/11": "2", "分值/2": "8"})[0] == []


def test_a_form_of_the_department_only_leaves_out_the_projects() -> None:
    """One line takes out the sheet, its official form and report, its parameters; 70 rules go with the sheet they are on."""
    path = FORMS / "department-2025" / "form.yaml"
    form, changes = load_form(path), changes_of(path)
    assert [rule.code for rule in form.spec.rules] == ["BT01", "BT02", "BT05", "RQ01"]
    assert (changes.groups, len(changes.rules)) == (["项目"], 70)
    assert [sheet.title for sheet in form.spec.sheets] == ["封面", "基础数据", "部门整体自评"]
    made = kit.issue(form, projects=0)
    values = kit.keyed(
        form,
        {
            "部门名称": "县教育局", "部门编码": "101001", "年度": 2022, "填表人": "张三", "联系电话": "0731-1", "单位负责人": "李四",
            "填报日期": "2023-03-15", "在职人数": 52, "编制数": 50, "本年三公预算": 10.2, "上年三公预算": 10,
            "招待标准": "有", "车辆定点": "有", "三公管理办法": "无",
        },
    )  # fmt: skip
    outcome = kit.examined(kit.workbook(form, made, values), form=form)
    assert outcome.findings == ()
    scores = outcome.scores
    assert scores is not None
    assert scores.overall is not None
    # 4 points over: 5 - 4 x 0.5; 2 points up: 8 - 2 x 0.8; one of three rules is missing: 3 - 1.
    assert [str(line.final) for line in scores.overall.lines] == ["3.00", "6.40", "2.00"]
    assert str(scores.total) == "11.40"


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("ident", [*sorted(FILLED), "department-2025", "fields-2024", "sichuan-export-2023"])
def test_both_sides_compute_the_same(ident: str, tmp_path: Path) -> None:
    form = form_at(ident)
    made = kit.issue(form, projects=1 if any(info.per_project for info in form.fields.values()) else 0)
    fills = [random_values(form, made, seed) for seed in range(2 if ident in FILLED else 1)]
    assert assert_same(form, made, fills, tmp_path) > 100
