"""What the page shows is what the commands say: states, figures, findings, versions."""

from __future__ import annotations

import datetime
from collections import Counter
from urllib.parse import quote

import pytest

import xltool.api
from tests.page.conftest import CAME, ORIGIN, Officer
from tests.page.markup import Parsed, harmless
from xltool.campaign.collected import open_collected
from xltool.campaign.settings import Campaign
from xltool.campaign.status import standings
from xltool.examine.catalogue import catalogue
from xltool.form import form_by_id
from xltool.writing.measure import points

PAGES = (
    "/",
    "/departments",
    "/department?code=000020",
    "/department?code=000004",
    "/findings",
    "/files",
    "/authorities",
    "/review",
    "/waivers",
    "/roster",
    "/rules",
    "/settings",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_chinese_harmless_and_has_one_heading(officer: Officer, path: str) -> None:
    text = officer.get(path)
    harmless(text)
    page = Parsed(text)
    names = [name for name, _ in page.elements]
    assert dict(page.elements)["html"]["lang"] == "zh-CN"
    assert names.count("h1") == 1
    assert page.links()[0] == "#main"
    assert {"概况", "部门", "问题", "文件", "复核", "豁免", "名册", "规则", "设置"} <= set(page.text.split())
    labelled = names.count("label")
    fields = [a for name, a in page.elements if name in ("input", "select") and a.get("type") != "hidden"]
    assert labelled == len(fields), "every field has its label"


def test_the_overview_says_what_status_says(officer: Officer, campaign: Campaign) -> None:
    found = standings(open_collected(campaign), datetime.date.today())
    text = officer.get("/")
    page = Parsed(text)
    tiles = dict(zip(_texts(text, "dt"), _texts(text, "dd"), strict=True))
    assert tiles == {
        f"报送截止 {found.deadline}": found.term,
        "应报": "20",
        "已报（收到率 20%）": "4",
        "未报": "16",
        "有得分 4 个，平均": found.counts.mean_text,
        "收到文件": "4",
        "退回修改": "1",
    }
    charts = [a["aria-label"] for name, a in page.elements if name == "svg"]
    assert charts == [
        "各状态的部门数：通过 3，待修改 1，资料不全 0，退回 0，旧版 0，空表 0，未报 16",
        "等次分布：优 4",
    ]
    missing = [link for link in page.links() if "/department?" in link]
    came = {f"{officer.base}/department?code={code}" for code in CAME}
    assert set(missing[:17]) & came == {f"{officer.base}/department?code=000020"}
    assert set(missing[17:]) == came, "what was examined last"


def _texts(text: str, element: str) -> list[str]:
    return [part.split(f"</{element}>")[0] for part in text.split(f"<{element}>")[1:]]


def test_departments_are_the_lines_of_status(officer: Officer, campaign: Campaign) -> None:
    lines = standings(open_collected(campaign), datetime.date.today()).lines
    expected = [
        [
            line.code,
            line.name,
            line.state.value,
            *(map(str, line.counts) if line.counts else ("", "", "")),
            points(line.total, ""),
            line.grade,
            line.came,
            str(line.versions or ""),
            line.remark,
        ]
        for line in lines
    ]
    assert Parsed(officer.get("/departments")).rows == expected
    assert Parsed(officer.get("/departments?state=待修改")).rows == [expected[19]]
    assert Parsed(officer.get("/departments?q=000003")).rows == [expected[2]]
    assert Parsed(officer.get("/departments?q=单位00002&state=通过")).rows == [expected[1]]
    assert Parsed(officer.get("/departments?q=<b>")).rows == [["没有符合的部门。"]]


def test_findings_are_those_of_the_summary(officer: Officer, campaign: Campaign) -> None:
    """问题清单 of 汇总.xlsx, row for row."""
    with xltool.api.Campaign.open(campaign.folder) as opened:
        frame = opened.findings()
    expected = frame[["部门", "级别", "编号", "栏目", "看到的", "应当是", "说明", "怎么改"]].fillna("").astype(str)
    rows = Parsed(officer.get("/findings")).rows
    assert [[*row[:3], *row[4:9]] for row in rows] == [
        [" ".join(x.split()) for x in row] for row in expected.to_numpy()
    ]
    sg01 = next(row for row in rows if row[2] == "SG01")
    assert sg01[3] == "“三公”经费 C9"
    counts = Counter(row[1] for row in rows)
    for severity, count in counts.items():
        assert len(Parsed(officer.get(f"/findings?severity={severity}")).rows) == count
    assert Parsed(officer.get("/findings?code=sg01&department=000020")).rows == [sg01]
    assert Parsed(officer.get("/findings?code=SG01&q=000001")).rows == [["没有符合的问题。"]]


def test_long_lists_come_in_pages(officer: Officer) -> None:
    rules = catalogue(form_by_id("hunan-2022"))
    codes: list[str] = []
    for number in range(1, -(-len(rules) // 50) + 1):
        page = Parsed(officer.get(f"/rules?page={number}"))
        codes += [row[0] for row in page.rows]
        assert len(page.rows) <= 50
    assert codes == [rule.code for rule in rules]
    for odd in ("0", "-1", "x", "９", "99999", "1e9", "9" * 300):
        assert 0 < len(Parsed(officer.get(f"/rules?page={odd}")).rows) <= 50, odd
    assert [row[0] for row in Parsed(officer.get("/rules?q=SG01")).rows] == ["SG01"]


def test_a_department_with_its_versions_score_and_files(officer: Officer, campaign: Campaign) -> None:
    page = Parsed(officer.get("/department?code=000020"))
    assert "县样例单位00020 000020 待修改" in page.text
    version = next(row for row in page.rows if row[1] == "000020.xlsx")
    assert (version[0], version[3], version[8]) == ("1", "待修改", "采用")
    with (found := open_collected(campaign)).open() as opened:
        outcome = opened.outcome(found.chosen["000020"])
    assert outcome.scores is not None
    for line in outcome.scores.projects[0].lines:
        assert [row[9] for row in page.rows if row[2] == line.name and len(row) == 10] == [line.working]
    offers = [link for link in page.links() if "/download?" in link]
    assert [link.partition("?kind=")[2].partition("&")[0] for link in offers] == ["copy", "original"]
    copy, original = (officer.client.get(link) for link in offers)
    assert copy.content == (campaign.returned / found.chosen["000020"].copy).read_bytes()
    assert original.content == (campaign.inbox / "000020.xlsx").read_bytes()
    for answer, name in ((copy, found.chosen["000020"].copy), (original, "000020.xlsx")):
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert quote(name) in answer.headers["content-disposition"] or name in answer.headers["content-disposition"]
    officer.get("/department?code=999999", status=404)
    officer.get("/department", status=404)


def test_what_cannot_be_used_is_said_and_the_way_to_it_stays_open(officer: Officer, campaign: Campaign) -> None:
    campaign.roster.write_bytes(b"not a workbook")
    said = officer.get("/", status=409)
    assert "名册.xlsx" in said
    page = Parsed(officer.get("/roster"))
    assert "名册.xlsx" in page.text
    assert "没有要改的" not in page.text
    (campaign.folder / "xltool.toml").write_text("form = 1", encoding="utf-8")
    for path in ("/", "/settings", "/roster", "/findings"):
        harmless(said := officer.get(path, status=409))
        assert "设置“form”没有写，或写法不对" in said
    (campaign.folder / "xltool.toml").unlink()
    assert "不是批次文件夹" in officer.get("/", status=409)


def test_what_changes_on_the_disk_is_seen_at_once(officer: Officer, campaign: Campaign) -> None:
    assert "县样例单位00001" in officer.get("/departments")
    text = (campaign.folder / "xltool.toml").read_text(encoding="utf-8")
    changed = text.replace(f'deadline = "{campaign.deadline}"', 'deadline = "2099-03-31"')
    assert changed != text
    (campaign.folder / "xltool.toml").write_text(changed, encoding="utf-8")
    assert "2099年3月31日" in officer.get("/departments")


def test_nothing_there_is_said_in_chinese(officer: Officer) -> None:
    for path in (
        "/nowhere",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/guard.py",
        "/c/x/",
        "/c/x/findings",
    ):
        answer = officer.client.get(path)
        assert answer.status_code == 404, path
        assert "没有这个" in answer.text
    assert officer.client.post("/nowhere", headers={"Origin": ORIGIN}).status_code == 404
