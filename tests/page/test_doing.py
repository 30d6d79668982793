"""What the buttons do is what the commands do, one thing at a time, one writer at a time."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import threading
import time
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from tests.page.conftest import CAME, FORM, ORIGIN, Officer, alone, quiet
from tests.page.markup import Parsed, harmless
from tests.page.test_taking import put
from xltool.campaign.collect import collect
from xltool.campaign.collected import open_collected
from xltool.campaign.intake.waivers import read_waivers
from xltool.campaign.issue.outbox import RECORD, file_name, issued
from xltool.campaign.ledger.store import Ledger
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, open_campaign
from xltool.campaign.start import start
from xltool.form import form_by_id
from xltool.page.background import Background, Crew

GOOD = {"code": "SG01", "department": "000020", "reason": "理由", "approver": "局长", "until": "2099-12-31"}
HOSTILE = (
    "<script>alert(1)</script>局",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "局\u202e\u2066反写",
    "&lt;b&gt; &amp;",
)


def test_dropped_files_are_collected_and_their_verdicts_appear(officer: Officer, campaign: Campaign) -> None:
    for code in CAME:
        (campaign.inbox / f"{code}.xlsx").rename(campaign.folder / f"{code}.xlsx")
    shutil.rmtree(campaign.summary.parent)
    for code in CAME:
        assert put(officer, f"{code}.xlsx", (campaign.folder / f"{code}.xlsx").read_bytes()).status_code == 200
    script = {**FORM, "Accept": "application/json"}
    answer = officer.client.post(officer.base + "/collect", headers=script)
    assert answer.json() == {"said": ""}
    now = officer.client.get(officer.base + "/job").json()
    assert (now["what"], now["mine"], now["trouble"]) == ("核对", True, False)
    assert officer.done() == (
        "核对完成：收到文件 4 个，退回修改 1 个。",
        "本次核对 4 个；写出退回件 1 个。汇总表已写出。",
    )
    after = officer.client.get(officer.base + "/job").json()
    assert not after["running"]
    assert sorted((v["department"], v["state"], v["kind"]) for v in after["verdicts"]) == [
        ("县样例单位00001", "通过", "good"),
        ("县样例单位00002", "通过", "good"),
        ("县样例单位00003", "通过", "good"),
        ("县样例单位00020", "待修改", "mend"),
    ]
    assert "核对完成" in officer.get("/")
    officer.post("/collect")
    assert (
        "本次核对 0 个，另有 4 个没有变化或与别的文件相同、不用读；写出退回件 0 个。汇总表没有变化，未重写。"
        in officer.done()
    )


def test_who_comes_second_waits(officer: Officer, campaign: Campaign) -> None:
    """The command holds the ledger: the page says so, and nothing is half done. And the other way round."""
    with Ledger(campaign.summary.parent):
        officer.post("/collect")
        assert officer.done() == ("另一个 xltool 正在处理这个批次。请等它结束后再运行一次。",)
        page = officer.get("/")
        assert "另一个 xltool 正在处理这个批次" in page
        assert 'class="work trouble"' in page
        assert len(Parsed(officer.get("/departments")).rows) == 20, "looking is always possible"
    going, ready = threading.Event(), threading.Event()

    def slow(_report: object) -> tuple[str, ...]:
        ready.set()
        assert going.wait(30)
        return ("好了",)

    assert officer.site.background.begin("核对", campaign.folder, slow)
    assert ready.wait(30)
    assert "正在核对，请等它做完再试。" in officer.post("/letters", status=409)
    assert "正在核对，请等它做完再添加。" in officer.post("/waive", GOOD, 409)
    assert not (campaign.folder / "豁免.toml").exists()
    leave = officer.client.post("/leave", headers=FORM)
    assert (leave.status_code, officer.stopped) == (409, False)
    assert 'data-running="2"' in officer.get("/findings")
    going.set()
    assert officer.done() == ("好了",)
    leave = officer.client.post("/leave", headers=FORM)
    assert (leave.status_code, officer.stopped) == (200, True)


def test_an_error_in_the_background_is_told_and_the_next_thing_can_begin() -> None:
    told: list[Exception] = []

    def fault(error: Exception) -> str:
        told.append(error)
        return "程序内部出了没有料到的问题。\n第二行"

    def broken(_report: object) -> tuple[str, ...]:
        raise LookupError("秘密")

    background = Background(fault)
    assert background.begin("核对", Path(), broken)
    background.wait(30)
    assert (background.now.lines, background.now.trouble) == (("程序内部出了没有料到的问题。", "第二行"), True)
    assert [type(error) for error in told] == [LookupError]
    assert background.begin("核对", Path(), lambda _report: ("好了",))
    background.wait(30)
    assert (background.now.lines, background.now.trouble, background.now.number) == (("好了",), False, 2)


def test_the_processes_stay_for_the_next_run_while_they_would_be_told_the_same(campaign: Campaign) -> None:
    crew, began = Crew(), {process.pid for process in multiprocessing.active_children()}

    def own() -> set[int | None]:
        return {process.pid for process in multiprocessing.active_children()} - began

    crew.warm(campaign.folder)
    deadline = time.monotonic() + 60
    while len(own()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    warm = own()
    assert len(warm) == 2
    crew.warm(campaign.folder)
    (campaign.inbox / "又一个.xlsx").write_bytes(b"not a workbook")
    assert collect(campaign, quiet, hire=crew.hire).tally.examined == 1
    assert own() == warm, "the same processes"
    (campaign.inbox / "再一个.xlsx").write_bytes(b"not a workbook either")
    with pytest.raises(RuntimeError, match="stopped"):
        collect(campaign, stopped, hire=crew.hire)
    issue = issued(campaign)["0000000000000014"]
    (campaign.outbox / RECORD).write_text(f"[{json.dumps(issue.to_json())}]", encoding="ascii")
    assert collect(campaign, quiet, hire=crew.hire).tally.examined >= 1
    assert not own() & warm, "others, because something else is issued now"
    crew.end()
    assert own() == set()


def stopped(_done: int, _total: int, _name: str) -> None:
    raise RuntimeError("stopped")


def test_letters_reminders_and_lists_are_written_and_taken_away(officer: Officer, campaign: Campaign) -> None:
    officer.post("/letters")
    assert officer.done()[0].startswith("退回修改通知 1 份、回执 3 份和审核情况通报已写出")
    officer.post("/reminders")
    assert officer.done()[0].startswith("催报文字 17 份")
    offers = [link for link in Parsed(officer.get("/department?code=000020")).links() if "/download?" in link]
    kinds = [link.partition("?kind=")[2].partition("&")[0] for link in offers]
    assert kinds == ["copy", "original", "letter", "reminder"]
    own = {path.name: path.read_bytes() for path in campaign.summary.parent.rglob("*") if path.is_file()}
    letter, reminder = (officer.client.get(link).content for link in offers[2:])
    assert letter == own["000020_县样例单位00020_退回修改通知.docx"]
    assert reminder == own["000020_县样例单位00020.txt"]
    overall = [link for link in Parsed(officer.get("/")).links() if "/download?" in link]
    assert [officer.client.get(link).content for link in overall] == [
        own["汇总.xlsx"],
        own["收件进度.xlsx"],
        own["审核情况通报.docx"],
    ]


def test_reports_packing_and_codes_as_the_commands_do_it(officer: Officer, campaign: Campaign) -> None:
    officer.post("/report")
    assert officer.done()[0].startswith("自评报告 4 份，在 ")
    assert len(list((campaign.summary.parent / "自评报告").glob("*.docx"))) == 4
    officer.post("/pack")
    assert "里没有下发表，没有可以打包的" in officer.done()[0]
    (issue,) = [issue for issue in issued(campaign).values() if issue.department == "000001"]
    shutil.copy(campaign.inbox / "000001.xlsx", campaign.outbox / file_name(issue, form_by_id(campaign.form)))
    officer.post("/pack")
    assert officer.done()[0].startswith("已打包 1 份，在 ")
    collected = open_collected(campaign)
    with collected.open() as opened:
        (paper,) = opened.outcome(collected.chosen["000001"]).papers
    assert "县样例单位00001" in officer.post("/verify", {"code": paper.code})
    assert "没有" in officer.post("/verify", {"code": "7K3M-92QD"})
    officer.post("/verify", {"code": "<b>"}, status=422)


def test_a_waiver_is_kept_and_the_verdict_follows(officer: Officer, campaign: Campaign) -> None:
    rows = Parsed(officer.get("/findings?department=000020&severity=须改")).rows
    assert [row[2] for row in rows] == ["SG01"]
    form = Parsed(officer.get("/waivers?code=SG01&department=000020"))
    typed = {a["name"]: a["value"] for name, a in form.elements if name == "input"}
    assert (typed["code"], typed["department"]) == ("SG01", "000020")
    typed |= {"reason": '县委专题会议纪要〔2023〕5号："同意"\\', "approver": "王局长", "until": "2099-12-31"}
    officer.post("/waive", typed)
    assert officer.done()[0] == "核对完成：收到文件 4 个，退回修改 0 个。"
    line = next(row for row in Parsed(officer.get("/departments")).rows if row[0] == "000020")
    assert line[2] == "通过"
    assert typed["reason"] in Parsed(officer.get("/department?code=000020")).text
    found = read_waivers(campaign, {"SG01"}, {"000020"}, "2023-01-01").items
    assert [(w.code, w.department, w.reason, w.approver, str(w.until)) for w in found] == [tuple(typed.values())]
    assert Parsed(officer.get("/waivers")).rows == [list(typed.values())]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "XX99"}, "没有编号为“XX99”的规则"),
        ({"code": "PL01"}, "没有编号为“PL01”的规则"),
        ({"department": "999999"}, "部门编码“999999”不在名册里"),
        ({"reason": " "}, "“理由”没有填"),
        ({"approver": ""}, "“批准人”没有填"),
        ({"until": "明年"}, "有效期至"),
        ({"reason": "长" * 201}, "超过 200 个字"),
        ({"reason": "<script>alert(1)</script>", "until": ""}, "“有效期至”没有填"),
    ],
)
def test_a_wrong_waiver_is_not_kept(officer: Officer, wrong: dict[str, str], said: str) -> None:
    page = officer.post("/waive", {**GOOD, **wrong}, 422)
    harmless(page)
    assert said in page
    assert not (officer.folder / "豁免.toml").exists()
    assert officer.site.background.now.number == 0


def test_the_command_writes_the_same(officer: Officer, campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    options = [part for name, value in GOOD.items() if name != "code" for part in (f"--{name}", value)]
    code, out, err = run(capsys, "waive", "SG01", *options, "-C", str(campaign.folder))
    path = campaign.folder / "豁免.toml"
    assert (code, err) == (0, "")
    assert out == f'已添加到 {path}\n下一步：重新核对，运行  xltool collect -C "{campaign.folder}"\n'
    written = path.read_bytes()
    path.unlink()
    officer.post("/waive", GOOD)
    officer.done()
    assert path.read_bytes() == written
    code, out, err = run(capsys, "waive", "XX01", *options, "-C", str(campaign.folder))
    said = "豁免没有添加：\n  这一条：没有编号为“XX01”的规则，可用 xltool rules 查看全部编号。\n"
    assert (code, out, err) == (2, "", said)


def test_a_waiver_comes_below_what_stands_there(officer: Officer, campaign: Campaign) -> None:
    path = campaign.folder / "豁免.toml"
    own = '# 手写的\n[[waiver]]\ncode = "ZB12"\ndepartment = "*"\nreason = "甲"\napprover = "乙"\nuntil = 2099-01-01\n'
    path.write_bytes(own.encode("gb18030"))
    officer.post("/waive", {**GOOD, "code": "sg01", "department": "*", "reason": "丙\x07\n丁", "approver": "戊"})
    officer.done()
    text = path.read_text(encoding="utf-8")
    assert text.startswith(own)
    assert Parsed(officer.get("/waivers")).rows == [
        ["ZB12", "所有部门", "甲", "乙", "2099-01-01"],
        ["SG01", "所有部门", "丙� 丁", "戊", "2099-12-31"],
    ]
    path.write_text("[[waiver]\n", encoding="utf-8")
    page = officer.post("/waive", GOOD, 422)
    assert "豁免.toml 写法有误" in page
    assert path.read_text(encoding="utf-8") == "[[waiver]\n"


def test_hostile_names_and_texts_are_only_text(tmp_path: Path) -> None:
    campaign, _ = start(tmp_path / "批次", "national-2020", 2022)
    rows = tuple(
        RosterRow(number, {"部门编码": f"10{number}", "部门名称": name}) for number, name in enumerate(HOSTILE, start=2)
    )
    write_roster(campaign.roster, Roster(rows), form_by_id(campaign.form))
    text = (campaign.folder / "xltool.toml").read_text(encoding="utf-8")
    settings = text.replace('title = "', 'title = "<script>alert(1)</script>')
    (campaign.folder / "xltool.toml").write_text(settings, encoding="utf-8")
    names = [row["部门名称"] for row in read_roster(campaign.roster, form_by_id(campaign.form)).departments]
    for name in ("<img src=x onerror=alert(1)>.xlsx", "{{7*7}}'\"&.html", "\udcb2\udce2.docx"):
        (campaign.inbox / name).write_bytes(b"<script>alert(1)</script>")
    collect(open_campaign(campaign.folder), quiet, hire=alone)
    officer = Officer(campaign.folder).open()
    queries = [f"/{page}" for page in ("", "departments", "findings", "files", "roster", "waivers", "settings")]
    queries += [f"/department?code=10{number}" for number, _ in enumerate(HOSTILE, start=2)]
    queries += [
        f"/{page}?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E" for page in ("findings", "departments", "rules", "files")
    ]
    queries += ["/findings?department=%22%3E%3Cscript%3E&severity='onclick=&code=%3C", "/waivers?code=%22%3E%3Cb%3E"]
    for query in queries:
        harmless(officer.get(query))
    shown = [row[2] for row in Parsed(officer.get("/roster")).rows]
    assert shown == [" ".join(name.replace("\u202e", "").replace("\u2066", "").split()) for name in names]
    files = [row[0] for row in Parsed(officer.get("/files")).rows]
    officer.site.end()
    assert files == ["<img src=x onerror=alert(1)>.xlsx", "{{7*7}}'\"&.html", "测.docx"]


def test_a_year_from_the_choice_of_campaigns_to_the_templates(tmp_path: Path) -> None:
    (tmp_path / "别的文件夹").mkdir()
    officer = Officer(tmp_path, single=False)
    page = officer.client.get(f"/?token={officer.guard.token}").text
    harmless(page)
    assert "这里还没有批次" in page
    post = {"Origin": ORIGIN}
    made = {"year": "2022", "form": "national-2020", "name": "../二〇二二", "deadline": "2023-04-30"}
    for wrong, said in (
        ({"year": "22"}, "评价年度请写成"),
        ({"form": "../x"}, "请选择表样"),
        ({"name": "别的文件夹"}, "已经有名为“别的文件夹”的文件夹"),
        ({"deadline": "四月"}, "不是日期"),
    ):
        answer = officer.client.post("/create", data={**made, **wrong}, headers=post)
        assert (answer.status_code, said in answer.text) == (422, True), wrong
        harmless(answer.text)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["别的文件夹"]
    answer = officer.client.post("/create", data=made, headers=post)
    assert answer.status_code == 200
    folder = tmp_path / "_二〇二二"
    campaign = open_campaign(folder)
    assert (campaign.form, campaign.year, campaign.deadline) == ("national-2020", 2022, "2023-04-30")
    assert "还没有部门" in answer.text
    officer = Officer(tmp_path, single=False).open()
    (base,) = [link for link in Parsed(officer.client.get("/").text).links() if link.startswith("/c/")]
    officer.base = base.rstrip("/")
    officer.post("/generate")
    assert "还没有部门，请先填写" in officer.done()[0]
    rows = (RosterRow(2, {"部门编码": "101001", "部门名称": "县教育局"}),)
    write_roster(campaign.roster, Roster(rows), form_by_id(campaign.form))
    officer.post("/generate")
    assert officer.done()[0].endswith("（新增 1 个，有变化 0 个，没有变化 0 个）。")
    offers = [link for link in Parsed(officer.get("/department?code=101001")).links() if "/download?" in link]
    assert officer.client.get(offers[0]).content == next(campaign.outbox.glob("101001*.xlsx")).read_bytes()
    assert officer.client.post("/create", data=made, headers=post).status_code == 422
