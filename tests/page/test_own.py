"""Settings, 名册, review and merging on the page: the same functions as the commands', the same files, the same words."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.cli.test_commands import run
from tests.page.conftest import ORIGIN, Officer
from tests.page.markup import Parsed, harmless
from xltool.campaign.change_settings import SETTINGS
from xltool.campaign.review.sample_list import FOLDER
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, open_campaign
from xltool.form import form_by_id


def test_settings_are_changed_as_the_command_changes_them(
    officer: Officer, campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    path = campaign.folder / "xltool.toml"
    own = path.read_text(encoding="utf-8").replace('# phone = "0700-1234567"', '  phone = "1#2"').replace("\n", "\r\n")
    path.write_bytes(own.encode("gb18030"))
    form = Parsed(officer.get("/settings"))
    now = {a["name"]: a.get("value", "") for name, a in form.elements if name == "input"}
    assert (now["phone"], now["contact"]) == ("1#2", "")
    typed = {
        **now,
        "contact": '张"三"\\',
        "phone": "2#3",
        "deadline": "2023年4月15日",
        "last_year": "",
        "spare_rows": "2",
    }
    typed |= {"letters_to": "都写", "official": "refuse"}
    assert "都写" in officer.post("/settings", typed)
    changed = open_campaign(campaign.folder)
    assert (changed.contact, changed.phone, changed.deadline) == ('张"三"\\', "2#3", "2023年4月15日")
    assert (changed.letters_to, changed.official, changed.spare_rows, changed.title) == (
        "都写",
        False,
        2,
        campaign.title,
    )
    text = path.read_bytes().decode("utf-8")
    # Every comment is still there, every other line as it was.
    assert [line for line in text.split("\r\n") if line not in own.split("\r\n")] == [
        'deadline = "2023年4月15日"       # 报送截止日期',
        'contact = "张\\"三\\"\\\\"          # 联系人',
        'phone = "2#3"    # 电话',
        "spare_rows = 2            # 每个二级指标在批复的（或固定的）行以外多留几行，可以空着；改了要重新生成",
        'letters_to = "都写"   # 通知和催报写给主管部门，列明所属单位；"都写"是两样都写；不写就写给各单位',
        'official = "refuse"       # 只收下发的工作簿；不写就也收部门自己填的正式表和自评报告（Word、Excel、网页等）',
    ]
    # What is wrong is said at its field, and nothing is changed, not the right ones either.
    wrong = officer.post("/settings", {**typed, "deadline": "<b>四月", "title": " ", "phone": "3"}, 422)
    harmless(wrong)
    assert [text for text in wrong.split('<strong class="wrong">')[1:] if "不能空着" in text or "截止日期" in text]
    assert wrong.count('aria-invalid="true"') == 2
    assert "没有选" not in wrong
    officer.post("/settings", {**typed, "last_year": "//server/share"}, 400)
    assert path.read_bytes().decode("utf-8") == text
    where = ("-C", str(campaign.folder))
    code, out, err = run(capsys, "set", "报送截止日期", "2023-04-20", *where)
    assert (code, out.splitlines()[:2], err) == (0, ["deadline（报送截止日期）：2023-04-20", "已改好。"], "")
    code, out, _ = run(capsys, "set", *where)
    assert (code, [line.partition("（")[0] for line in out.splitlines()]) == (0, [one.key for one in SETTINGS])
    for key, value, said in (
        ("year", "2023", "建立批次时定下"),
        ("phon", "1", "没有名为“phon”的设置"),
        ("spare_rows", "11", "0 到 10"),
        ("last_year", "没有", "不是批次文件夹"),
        ("contact", "a\nb", "控制字符"),
    ):
        code, out, err = run(capsys, "set", key, value, *where)
        assert (code, out) == (2, "")
        assert said in err, err
    # A way of writing that has no line of its own is left to the officer.
    path.write_text(text.replace('phone = "2#3"', '"phone" = "2#3"'), encoding="utf-8")
    assert "请用记事本打开它" in run(capsys, "set", "phone", "9", *where)[2]


def test_another_roster_is_checked_and_the_old_one_kept(
    officer: Officer, campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form, old = form_by_id(campaign.form), campaign.roster.read_bytes()

    def put(data: bytes) -> tuple[int, str]:
        headers = {"Origin": ORIGIN, "X-Name": "%E5%90%8D%E5%86%8C.xlsx"}
        answer = officer.client.post(officer.base + "/roster", content=data, headers=headers)
        return answer.status_code, answer.json()["said"]

    rows = [RosterRow(n, {"部门编码": f"10{n}", "部门名称": f"<i>县{n}局"}) for n in (2, 3)]
    write_roster(tmp_path / "新.xlsx", Roster(tuple(rows)), form)
    write_roster(tmp_path / "错.xlsx", Roster((rows[0], RosterRow(3, {"部门编码": "102"}))), form)
    status, said = put((tmp_path / "错.xlsx").read_bytes())
    assert (status, said.split("\n")[:2]) == (422, ["没有换，名册没有改动。", "名册需要修改："])
    assert "〔部门〕B3：“部门名称”没有填。" in said
    for data in (b"", b"not a workbook", b"PK\x03\x04 neither"):
        status, said = put(data)
        assert (status, "名册没有改动" in said, ".tmp" in said) == (422, True, False), said
    assert campaign.roster.read_bytes() == old
    assert put(old)[1] == "与现在的名册相同，没有改动。"
    new = (tmp_path / "新.xlsx").read_bytes()
    assert put(new) == (
        200,
        "名册已换成“名册.xlsx”：2 个部门、0 个项目、0 个批复的指标。原来的一份是 名册_换下1.xlsx。",
    )
    page = officer.get("/roster")
    harmless(page)
    assert [row[1:3] for row in Parsed(page).rows] == [["102", "<i>县2局"], ["103", "<i>县3局"]]
    found = [link for link in Parsed(page).links() if "/roster-file" in link]
    assert [officer.client.get(link).content for link in found] == [new, old]
    officer.get("/roster-file?name=xltool.toml", 404)
    # The command does it back; names of the replaced ones go on.
    (tmp_path / "旧.xlsx").write_bytes(old)
    code, out, _ = run(capsys, "roster", "replace", str(tmp_path / "旧.xlsx"), "-C", str(campaign.folder))
    assert (code, campaign.roster.read_bytes()) == (0, old)
    assert (campaign.folder / "名册_换下2.xlsx").read_bytes() == new
    assert "名册_换下2.xlsx" in out
    assert not list(campaign.folder.glob(".xltool-*"))


def test_authorities_review_and_what_was_read(officer: Officer, campaign: Campaign) -> None:
    assert "还没有写“主管部门”" in officer.get("/authorities")
    form = form_by_id(campaign.form)
    roster = read_roster(campaign.roster, form)
    above = [
        RosterRow(row.line, {**row.values, "主管部门": "甲局" if row.line % 2 else "乙局 &"}, row.columns)
        for row in roster.departments
    ]
    write_roster(campaign.roster, Roster(tuple(above), roster.projects, roster.indicators), form)
    page = Parsed(officer.get("/authorities"))
    assert page.rows == [
        ["乙局 &", "10", "2", "20%", "2", "0", "8", "2", page.rows[0][-1]],
        ["甲局", "10", "2", "20%", "1", "1", "8", "2", page.rows[1][-1]],
        ["合计", "20", "4", "20%", "3", "1", "16", "4", page.rows[2][-1]],
    ]
    assert "通过待修改未报有得分" in "".join(page.text.split())
    link = next(link for link in page.links() if "authority=" in link and "state=" in link)
    assert len(Parsed(officer.client.get(link).text).rows) == 2
    assert "应报 10 个，已报 2 个" in officer.get("/departments?authority=甲局")
    # Who was read with what verdict, newest first, whoever asks and whenever.
    latest = [row[:4] for row in Parsed(officer.get("/files?order=latest")).rows]
    times = [row[6] for row in Parsed(officer.get("/files?order=latest")).rows]
    assert (len(latest), times) == (4, sorted(times, reverse=True))
    assert [row[2] for row in Parsed(officer.get("/")).rows] == [row[0] for row in latest]
    # The sample, the reviewers' books, the results.
    officer.post("/review-book")
    assert "还没有抽查名单" in officer.done()[0]
    officer.post("/review-plan", {"seed": "7", "include": "000020，没有的", "reviewers": "张三、<b>李四"})
    told = officer.done()
    assert told[0].startswith("共 4 个项目，列入 ")
    assert told[-1] == "“没有的”不是收到的部门或项目，没有列入。"
    page = Parsed(officer.get("/review"))
    assert page.rows[0][0] == "000020"
    assert {row[5] for row in page.rows} <= {"张三", "<b>李四"}
    harmless(officer.get("/review"))
    officer.post("/review-book")
    assert officer.done()[0].startswith("复核表 ")
    links = [link for link in Parsed(officer.get("/review")).links() if "kind=book" in link]
    books = sorted((campaign.summary.parent / FOLDER / "复核表").glob("*.xlsx"))
    assert [officer.client.get(link).content for link in links] == [book.read_bytes() for book in books]
    officer.post("/review-collect")
    assert officer.done()[0].startswith("收到复核表 0 份")
    assert "kind=differences" in officer.get("/review")


def test_campaigns_are_merged(campaign: Campaign, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import shutil

    shutil.copytree(campaign.folder, tmp_path / "另一个县")
    (tmp_path / "别的").mkdir()
    officer = Officer(tmp_path, single=False).open()
    keys = list(officer.site.shelf.folders())

    def post(fields: dict[str, str], status: int = 200) -> str:
        client: TestClient = officer.client
        answer = client.post("/merge", data=fields, headers={"Origin": ORIGIN})
        assert answer.status_code == status
        harmless(answer.text)
        return answer.text

    both = {f"with-{key}": "on" for key in keys}
    assert "至少选两个批次" in post({f"with-{keys[0]}": "on"}, 422)
    assert "请换一个名称" in post({**both, "out": "别的"}, 422)
    post({**both, "out": "../全市", "title": "<b>全市"})
    told = officer.done()
    assert told[0].startswith("2 个批次，部门 40 个，已收 8 个。汇总表：")
    assert any("重复" in line for line in told)
    link = next(link for link in Parsed(officer.client.get("/").text).links() if link.startswith("/merged"))
    assert officer.client.get(link).content == (tmp_path / "_全市" / "汇总.xlsx").read_bytes()
    assert officer.client.get("/merged?name=..").status_code == 404
    assert officer.client.get("/job").json()["lines"] == list(told)
    officer.site.end()
