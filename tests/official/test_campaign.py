"""A bureau that has sent out nothing yet: departments answer in Word, on web pages, with the whole report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.official import paper
from tests.official.cases import cases
from tests.official.test_seed import REPORT
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, CampaignError, create, open_campaign
from xltool.findings import Status

DEPARTMENTS = {"101001": "中共衡山县委组织部", "219001": "池州市贵池区棠溪镇人民政府", "301001": "昌宁县供销社"}


def row(**values: str) -> RosterRow:
    return RosterRow(2, values)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    made = create(tmp_path / "2022年自评", "hunan-2022", 2022, "2022年自评汇总", "2023-03-31")
    departments = tuple(row(部门编码=code, 部门名称=name) for code, name in DEPARTMENTS.items())
    projects = (row(部门编码="219001", 项目编码="219001-01", 项目名称="委托业务项目", 年初预算数="90"),)
    write_roster(made.roster, Roster(departments, projects))
    case = cases()["chizhou-2022"]
    (made.inbox / "棠溪镇自评表.docx").write_bytes(paper.to_docx(case.before, case.rows()))
    (made.inbox / "2022年度自评报告.txt").write_text(REPORT, "utf-8")
    (made.inbox / "会议通知.docx").write_bytes(paper.to_docx(["关于召开会议的通知"], [[["时间", "3月1日"]]]))
    return made


def run(campaign: Campaign) -> Collected:
    return collect(campaign, lambda _done, _total, _name: None)


def test_official_forms_are_collected(campaign: Campaign) -> None:
    result = run(campaign)
    assert {code: receipt.head.path for code, receipt in result.chosen.items()} == {
        "101001": "2022年度自评报告.txt",
        "219001": "棠溪镇自评表.docx",
    }
    assert [code for code, _ in result.missing] == ["301001"]
    by_path = {receipt.head.path: receipt for receipt in result.receipts}
    assert by_path["会议通知.docx"].status is Status.REJECTED
    with result.open() as opened:
        outcome = opened.outcome(by_path["棠溪镇自评表.docx"])
    assert outcome.official
    assert outcome.issue is not None
    assert outcome.issue.projects[0].code == "219001-01"
    # 名册上年初预算 90，表上总额写 0
    assert "MC01" in {finding.code for finding in outcome.findings}
    assert sorted(path.name for path in campaign.returned.iterdir() if path.suffix == ".xlsx") != []


def test_the_summary_says_what_came(campaign: Campaign) -> None:
    run(campaign)
    sheet = openpyxl.load_workbook(campaign.summary)["收件情况"]
    rows = [[cell.value for cell in line] for line in sheet.iter_rows()]
    head = next(line for line in rows if "部门编码" in line)
    column, name = head.index("正式表/下发表"), head.index("部门名称")
    kinds = {line[name]: line[column] for line in rows[rows.index(head) + 1 :] if line[0] in DEPARTMENTS}
    assert kinds == {"中共衡山县委组织部": "正式表", "池州市贵池区棠溪镇人民政府": "正式表", "昌宁县供销社": None}


def test_refused_where_the_bureau_wants_its_own_workbook(campaign: Campaign) -> None:
    settings = campaign.folder / "xltool.toml"
    settings.write_text(settings.read_text("utf-8") + 'official = "refuse"\n', "utf-8")
    result = run(open_campaign(campaign.folder))
    assert not result.chosen
    assert {receipt.head.status for receipt in result.receipts} == {Status.REJECTED}


def test_changing_the_setting_is_noticed(campaign: Campaign) -> None:
    """What was accepted is examined again when the bureau no longer accepts it."""
    assert run(campaign).chosen
    settings = campaign.folder / "xltool.toml"
    settings.write_text(settings.read_text("utf-8") + 'official = "refuse"\n', "utf-8")
    assert not run(open_campaign(campaign.folder)).chosen


def test_a_setting_that_is_neither(campaign: Campaign) -> None:
    settings = campaign.folder / "xltool.toml"
    settings.write_text(settings.read_text("utf-8") + 'official = "yes"\n', "utf-8")
    with pytest.raises(CampaignError, match="accept"):
        open_campaign(campaign.folder)


def test_rounds(campaign: Campaign) -> None:
    """A second version is told from the first, with what was put right."""
    run(campaign)
    case = cases()["chizhou-2022"]
    rows = case.rows()
    rows[0][3] = ["年度资金总额：→2", "90", "89.974", "89.974", "10", "100%", "10"]
    later = campaign.inbox / "棠溪镇自评表（改）.docx"
    later.write_bytes(paper.to_docx(case.before, rows))
    stamp = (campaign.inbox / "棠溪镇自评表.docx").stat().st_mtime + 60
    shutil.os.utime(later, (stamp, stamp))  # type: ignore[attr-defined]
    result = run(campaign)
    choice = result.choices["219001"]
    assert choice.counts == "棠溪镇自评表（改）.docx"
    assert len(choice.versions) == 2
    with result.open() as opened:
        outcome = opened.version(choice.versions[-1].head)
    assert {f.code for f in outcome.findings} & {"ZJ01", "ZJ02", "ZJ03", "MC01"} == set()


def test_json(campaign: Campaign) -> None:
    from xltool.report.json import to_json

    result = run(campaign)
    with result.open() as opened:
        data = [json.loads(to_json(outcome)) for outcome in opened.outcomes()]
    assert {item["file"]: item["source"] for item in data} == {
        "2022年度自评报告.txt": "official",
        "棠溪镇自评表.docx": "official",
        "会议通知.docx": None,
    }
