"""县 → 主管部门 → 二级单位: subtotals, letters to a 主管部门, its own campaign handed down and handed up again."""

from __future__ import annotations

import datetime
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.bench.returns import make
from xltool.campaign import settings
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.correspondence.packing import MAIL, pack
from xltool.campaign.exchange.submit import Submitted, submit
from xltool.campaign.issue import signing
from xltool.campaign.issue.bundle import bundle_of, read_bundle
from xltool.campaign.issue.outbox import generate_all, issued
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, CampaignError, open_campaign
from xltool.campaign.start import start_from
from xltool.campaign.status import standings, write_list, write_reminders
from xltool.cli import main
from xltool.cli.addressee import ADDRESSEES
from xltool.examine import Desk, Pool
from xltool.examine.workers import Task, perform
from xltool.findings import State
from xltool.form import form_by_id

DAY, NOW = datetime.date(2023, 3, 20), datetime.datetime(2023, 3, 18, 9, 30)
EDUCATION, HEALTH = "县教育局", "县卫生健康局"
UNITS = 60
BELOW = {EDUCATION: range(1, 29), HEALTH: range(29, 51)}
LATE = (27, 28, 49, 50, 60)
"""Units that send nothing."""
SUBMITTED = [n for n in BELOW[EDUCATION] if n not in (20, 27, 28)]


class _Here(Pool):
    """Works in this process."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        super().__init__(desk, 1)
        self._desk_here = desk()

    def run(self, tasks: Iterable[Task[Any]]) -> Iterator[Any]:
        return (perform(task, self._desk_here) for task in tasks)


def quiet(_done: int, _total: int, _name: str) -> None: ...


def gather(campaign: Campaign) -> Collected:
    return collect(campaign, quiet, DAY, _Here)


def over(number: int) -> str:
    return next((name for name, numbers in BELOW.items() if number in numbers), "")


def tiered(campaign: Campaign) -> Roster:
    """The roster, with a 主管部门 for most of the units."""
    found = read_roster(campaign.roster, form_by_id(campaign.form))
    rows = (
        RosterRow(row.line, {**row.values, "主管部门": over(int(row["部门编码"])), "联系人": "赵六"})
        for row in found.departments
    )
    roster = Roster(tuple(rows), found.projects)
    write_roster(campaign.roster, roster, form_by_id(campaign.form))
    return read_roster(campaign.roster, form_by_id(campaign.form))


@dataclass(frozen=True)
class County:
    """A bureau with 60 units, the campaign of one of its 主管部门, and what that handed up."""

    bureau: Campaign
    returns: Path
    package: Path
    education: Campaign
    submitted: Submitted
    collected: Collected


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    folder = tmp_path_factory.mktemp("县")
    bureau = make(folder / "县财政局", UNITS, projects=1)
    roster, form = tiered(bureau), form_by_id(bureau.form)
    returns = folder / "单位的表"
    bureau.inbox.rename(returns)
    bureau.inbox.mkdir()
    package = folder / "批次包.zip"
    package.write_bytes(bundle_of(bureau, form, roster, EDUCATION, "2023-01-05T09:00:00+08:00"))
    education = start_from(folder / EDUCATION, package).campaign
    for number in BELOW[EDUCATION]:
        if number not in LATE:
            shutil.copy2(returns / f"{number:06d}.xlsx", education.inbox)
    gather(education)
    made = submit(open_collected(education, DAY), NOW, by="张三")
    shutil.copy2(made.path, bureau.inbox)
    for number in range(29, UNITS + 1):
        if number not in LATE:
            shutil.copy2(returns / f"{number:06d}.xlsx", bureau.inbox)
    return County(bureau, returns, package, education, made, gather(bureau))


@pytest.fixture
def apart(county: County, tmp_path: Path) -> County:
    """The same, for a test that changes something."""
    copied = tmp_path / "县财政局"
    shutil.copytree(county.bureau.folder, copied)
    return replace(county, bureau=open_campaign(copied))


def code(number: int) -> str:
    return f"{number:06d}"


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_a_campaign_handed_down_knows_its_own_units_and_no_secret(county: County) -> None:
    own = county.education
    roster = read_roster(own.roster, form_by_id(own.form))
    assert [row["部门编码"] for row in roster.departments] == [code(n) for n in BELOW[EDUCATION]]
    assert {row["部门编码"] for row in roster.projects} == {code(n) for n in BELOW[EDUCATION]}
    theirs = {
        number: issue for number, issue in issued(county.bureau).items() if issue.department in dict(_codes(roster))
    }
    assert {n: (i, i.seal) for n, i in issued(own).items()} == {n: (i, i.seal) for n, i in theirs.items()}
    assert (own.year, own.title, own.deadline, own.form) == tuple(
        getattr(county.bureau, name) for name in ("year", "title", "deadline", "form")
    )
    secret = signing.load(county.bureau).decode()
    assert not signing.path_of(own).exists()
    for path in own.folder.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".toml", ".txt", ".yaml"):
            assert secret not in path.read_text(encoding="utf-8-sig"), path
    with zipfile.ZipFile(county.package) as archive:
        assert all(secret.encode() not in archive.read(name) for name in archive.namelist())
    with pytest.raises(CampaignError, match="不在这里生成"):
        generate_all(own, form_by_id(own.form), roster, quiet)
    with pytest.raises(CampaignError, match="不能再做批次包"):
        pack(own, roster, NOW, bundles=form_by_id(own.form))


def _codes(roster: Roster) -> list[tuple[str, str]]:
    return [(row["部门编码"], row["部门名称"]) for row in roster.departments]


def test_the_package_holds_the_accepted_returns_as_they_came(county: County) -> None:
    assert (county.submitted.units, [line.code for line in county.submitted.left]) == (
        25,
        [code(n) for n in (20, 27, 28)],
    )
    with zipfile.ZipFile(county.submitted.path) as archive:
        names = archive.namelist()
        outer = json.loads(archive.read("报送清单.json"))
        files = {name: archive.read(name) for name in names if name != "报送清单.json"}
        times = {name: archive.getinfo(name).date_time for name in files}
    data = json.loads(outer["payload"])
    assert (data["authority"], data["by"], data["made"][:16]) == (EDUCATION, "张三", "2023-03-18T09:30")
    assert len(data["units"]) == 28
    for unit in data["units"]:
        number = int(unit["code"])
        if number in SUBMITTED:
            source = county.returns / f"{number:06d}.xlsx"
            assert files[unit["file"]] == source.read_bytes()
            assert (unit["state"], unit["total"], unit["came_as"]) == ("通过", "99.60", source.name)
            saved = datetime.datetime.fromtimestamp(source.stat().st_mtime).timetuple()[:6]
            assert times[unit["file"]][:5] == saved[:5]
        else:
            assert ("file" in unit, unit["state"]) == (False, "待修改" if number == 20 else "未报")
    assert len(files) == len(SUBMITTED)


def test_the_bureau_reads_it_as_returns_with_provenance(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    found = standings(county.collected, DAY)
    lines = {int(line.code): line for line in found.lines}
    assert {n for n, line in lines.items() if line.via == f"经 {EDUCATION} 汇总报送"} == set(SUBMITTED)
    assert all(lines[n].state is State.PASSED and lines[n].total is not None for n in SUBMITTED)
    assert [n for n, line in lines.items() if line.state is State.MISSING] == [20, *LATE]
    assert [lines[n].remark for n in (20, 27, 49)] == [f"{EDUCATION}报告：待修改", f"{EDUCATION}报告：未报", ""]
    assert {name: (c.expected, c.came, c.missing) for name, c in found.tiers.items()} == {
        EDUCATION: (28, 25, 3),
        HEALTH: (22, 20, 2),
        "（其他单位）": (10, 9, 1),
    }
    assert list(county.collected.packages_told) == [
        f"{EDUCATION} 汇总报送 25 个单位的表（2023-03-18 09:30，张三）：“{county.submitted.path.name}”。",
        f"{EDUCATION} 没有随包报送的 3 个：县样例单位00020（待修改）、县样例单位00027（未报）、县样例单位00028（未报）。",
    ]
    with pytest.raises(SystemExit):
        main(["status", "-C", str(county.bureau.folder), "--today", DAY.isoformat()])
    told = capsys.readouterr().out
    assert told.count(f"| 经 {EDUCATION} 汇总报送") == 25
    assert next(line.split() for line in told.splitlines() if line.startswith(EDUCATION))[:8] == [
        EDUCATION, "|", "28", "|", "25", "|", "89%", "|",
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        main(["collect", "-C", str(county.bureau.folder), "--json"])
    data = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    vias = [line["via"] for line in data if line["via"]]
    assert len(data) == 25 + 29 + 1
    assert vias[0] == {
        "authority": EDUCATION,
        "package": county.submitted.path.name,
        "made": vias[0]["made"],
        "by": "张三",
        "doubt": None,
    }
    assert len(vias) == 25


def test_the_summary_has_subtotals_and_provenance(county: County) -> None:
    path = county.bureau.summary
    head, *rows = cells(path, "主管部门小计")[2:]
    assert head[:6] == ("主管部门", "应报", "已报", "收到率", "通过", "待修改")
    by_name = {row[0]: row for row in rows}
    assert by_name[EDUCATION][:6] == (EDUCATION, 28, 25, "89%", 25, 0)
    assert by_name[HEALTH][:6] == (HEALTH, 22, 20, "91%", 19, 1)
    assert by_name["县样例单位00060"][:3] == ("县样例单位00060", 1, 0)
    assert sum(row[1] for name, row in by_name.items() if name not in ("合计", "全部单位平均")) == UNITS
    mean = head.index("平均得分")
    assert (by_name[EDUCATION][mean], by_name["全部单位平均"][mean]) == (99.6, 99.6)
    receipt = cells(path, "收件情况")[2:]
    via, authority = receipt[0].index("来源"), receipt[0].index("主管部门")
    assert sum(row[via] == f"经 {EDUCATION} 汇总报送" for row in receipt) == 25
    assert {row[authority] for row in receipt if row[0] == code(3)} == {EDUCATION}
    assert [row[-1] for row in receipt if row[0] in (code(20), code(60))] == [
        f"{EDUCATION}报告：待修改",
        "没有收到文件",
    ]
    money = cells(path, "项目资金")
    header, sums = money[2], {row[0]: row for row in money if row[0]}
    column = next(i for i, name in enumerate(header) if name and name.endswith("（万元）"))
    units = {row[0]: row for row in receipt}
    own = [
        row[column] for row in money[3:] if row[0] and row[0].startswith("县样例") and row[column] is not None
        and units[row[0][-5:].zfill(6)][authority] == EDUCATION
    ]  # fmt: skip
    assert sums[f"其中：{EDUCATION}"][column] == pytest.approx(sum(own))
    assert len(own) == 25
    assert "其中：县样例单位00051" not in sums


def test_letters_and_reminders_go_to_whom_the_settings_say(apart: County) -> None:
    texts = [f"主管部门_{name}.txt" for name in (EDUCATION, HEALTH)]
    own = [f"{code(n)}_县样例单位{n:05d}.txt" for n in (20, 27, 28, 40, 49, 50, 60)]

    def reminders(to: str) -> list[str]:
        campaign = replace(apart.bureau, letters_to=to)
        found = standings(replace(open_collected(campaign, DAY), campaign=campaign), DAY)
        return [path.name for path in write_reminders(campaign, found).paths]

    assert reminders("单位") == own
    assert reminders("都写") == [*own, *texts]
    assert reminders("主管部门") == [own[-1], *texts], "a unit without a 主管部门 is written to itself"
    campaign = replace(apart.bureau, letters_to="主管部门")
    letters = write_letters(open_collected(campaign, DAY), DAY)
    tiers = [f"{name}_主管部门通知.docx" for name in (EDUCATION, HEALTH)]
    assert ([path.name for path in letters.tiers], letters.notices) == (tiers, ())
    lines = standings(open_collected(campaign, DAY), DAY).lines
    passed = [line.code for line in lines if line.state is State.PASSED]
    assert [path.name.split("_")[0] for path in letters.receipts] == passed, "none for a unit with something to correct"
    folder = apart.bureau.summary.parent
    letter = docx.Document(str(folder / "通知" / tiers[1]))
    text = "\n".join(p.text for p in letter.paragraphs)
    assert "贵部门及所属单位应报 22 个，截至 2023年3月20日 已报 20 个，收到率 91%" in text
    assert "未报的单位：县样例单位00049、县样例单位00050。" in text
    assert "{{" not in text
    rows = [[cell.text for cell in row.cells] for row in letter.tables[0].rows]
    assert [row[:4] for row in rows[1:]] == [
        ["1", "县样例单位00040", "待修改", "1"],
        ["2", "县样例单位00049", "未报", ""],
        ["3", "县样例单位00050", "未报", ""],
    ]
    assert rows[1][4].endswith(" 1 条")
    reminder = (folder / "催报" / texts[1]).read_text("utf-8-sig")
    assert "贵部门应报 22 个单位，已报 20 个；还要处理的有 3 个：" in reminder
    assert "1. 县样例单位00040：待修改，1 条问题，退回件“000040_县样例单位00040_退回.xlsx”" in reminder
    assert not (folder / "催报" / own[0]).exists()
    listed = cells(write_list(apart.bureau, standings(open_collected(apart.bureau, DAY), DAY)), "主管部门小计")
    assert listed[3][:3] == (EDUCATION, 28, 25)


def test_the_setting_and_the_option_are_checked(apart: County, capsys: pytest.CaptureFixture[str]) -> None:
    path = apart.bureau.folder / "xltool.toml"
    text = path.read_text(encoding="utf-8")

    def reminded(*more: str) -> str:
        with pytest.raises(SystemExit):
            main(["status", "-C", str(apart.bureau.folder), "--remind", "--today", DAY.isoformat(), *more])
        return capsys.readouterr().out

    assert ADDRESSEES == settings.ADDRESSEES
    assert "已写出催报文字 7 份" in reminded()
    assert "已写出催报文字 9 份" in reminded("--to", "都写")
    path.write_text(text + 'letters_to = "主管部门"\n', encoding="utf-8")
    assert "已写出催报文字 3 份" in reminded()
    path.write_text(text + 'letters_to = "all"\n', encoding="utf-8")
    with pytest.raises(CampaignError, match="letters_to"):
        open_campaign(apart.bureau.folder)


def repacked(package: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> bytes:
    with zipfile.ZipFile(package) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in change(files).items():
            archive.writestr(name, data)
    return stream.getvalue()


def exchanged(county: County, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> Path:
    """The package that lies in 收回, changed after it was made."""
    path = county.bureau.inbox / county.submitted.path.name
    path.write_bytes(repacked(county.submitted.path, change))
    return path


def test_a_package_changed_after_it_was_made_is_named_and_waits(apart: County) -> None:
    def change(files: dict[str, bytes]) -> Mapping[str, bytes]:
        one, two, three = (f"{code(n)}_县样例单位{n:05d}.xlsx" for n in (1, 2, 3))
        swapped = repacked(apart.returns / "000001.xlsx", lambda parts: parts)
        kept = {name: data for name, data in files.items() if name != two}
        return {
            **kept,
            one: swapped,
            "添的.xlsx": (apart.returns / "000027.xlsx").read_bytes(),
            three: files[three],
        }

    path = exchanged(apart, change)
    found = gather(apart.bureau)
    lines = {int(line.code): line for line in standings(found, DAY).lines}
    assert (lines[1].state, lines[2].state, lines[3].state, lines[27].state) == (
        State.MISSING, State.MISSING, State.PASSED, State.MISSING,
    )  # fmt: skip
    assert "报送包作出以后，这个文件换过或改过，来源待认领" in lines[1].remark
    assert "报送清单里没有这个文件，是后来放进包里的，来源待认领" in lines[27].remark
    told = "".join(found.packages_told)
    assert "作出以后换过或改过的文件 1 个：000001_县样例单位00001.xlsx" in told
    assert "清单里没有的文件 1 个：添的.xlsx" in told
    assert "清单里有、包里没有的文件 1 个：000002_县样例单位00002.xlsx" in told
    held = [receipt for receipt in found.receipts if receipt.head.held]
    assert [found.provenance(receipt)["state"] for receipt in held] == ["待认领", "待认领"]
    (path.parent / "认领").mkdir()
    path.rename(path.parent / "认领" / path.name)
    claimed = gather(apart.bureau)
    lines = {int(line.code): line for line in standings(claimed, DAY).lines}
    assert [lines[n].state for n in (1, 2, 3, 27)] == [State.PASSED, State.MISSING, State.PASSED, State.PASSED]
    assert "已放进“认领”，里面的文件照常计入" in "".join(claimed.packages_told)


def _relisted(files: dict[str, bytes], change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    outer = json.loads(files["报送清单.json"])
    data = json.loads(outer["payload"])
    change(data)
    outer["payload"] = json.dumps(data, ensure_ascii=False, indent=0)
    return {**files, "报送清单.json": json.dumps(outer).encode()}


LISTS: dict[str, Callable[[dict[str, bytes]], Mapping[str, bytes]]] = {
    "another total": lambda files: _relisted(files, lambda data: data["units"][0].update(total="100")),
    "another 主管部门": lambda files: _relisted(files, lambda data: data.update(authority=HEALTH)),
    "no text": lambda files: {**files, "报送清单.json": b"\xff\xfe\x00"},
    "deep": lambda files: {**files, "报送清单.json": b"[" * 200_000},
    "a list": lambda files: {**files, "报送清单.json": b'{"format": 1, "payload": "[]", "signature": ""}'},
    "no number": lambda files: _relisted(files, lambda data: data["units"][0].update(total="NaN", name=7)),
}


@pytest.mark.parametrize("change", LISTS.values(), ids=list(LISTS))
def test_a_list_nobody_signed_vouches_for_nothing(
    change: Callable[[dict[str, bytes]], Mapping[str, bytes]], apart: County
) -> None:
    exchanged(apart, change)
    found = gather(apart.bureau)
    lines = {int(line.code): line for line in standings(found, DAY).lines}
    assert not any(lines[n].file for n in BELOW[EDUCATION])
    assert len(found.held) == 25
    assert all("来源待认领" in lines[n].remark for n in SUBMITTED)
    assert "报送清单" in "".join(found.packages_told)


def test_a_unit_of_another_superior_or_off_the_roster_is_named(apart: County) -> None:
    roster = read_roster(apart.bureau.roster, form_by_id(apart.bureau.form))
    rows = [
        RosterRow(row.line, {**row.values, "主管部门": HEALTH if row["部门编码"] == code(5) else row["主管部门"]})
        for row in roster.departments
        if row["部门编码"] != code(6)
    ]
    projects = tuple(row for row in roster.projects if row["部门编码"] != code(6))
    write_roster(apart.bureau.roster, Roster(tuple(rows), projects), form_by_id(apart.bureau.form))
    found = gather(apart.bureau)
    told = "".join(found.packages_told)
    assert f"属于别的主管部门的单位 1 个：县样例单位00005（{HEALTH}）" in told
    assert "不在名册里的单位 1 个：县样例单位00006（000006）" in told
    line = next(line for line in standings(found, DAY).lines if line.code == code(5))
    assert (line.state, line.file) == (State.MISSING, "")
    assert f"名册里它的主管部门是{HEALTH}，不是{EDUCATION}，来源待认领" in line.remark


def test_sent_directly_and_by_package_the_later_one_counts(apart: County) -> None:
    same, other = apart.bureau.inbox / "同一份.xlsx", apart.bureau.inbox / "又一份.xlsx"
    shutil.copy2(apart.returns / "000003.xlsx", same)
    other.write_bytes(repacked(apart.returns / "000004.xlsx", lambda parts: parts))
    later = (apart.returns / "000004.xlsx").stat().st_mtime + 60
    os.utime(other, (later, later))
    found = gather(apart.bureau)
    lines = {int(line.code): line for line in standings(found, DAY).lines}
    assert (lines[4].file, lines[4].via, lines[4].versions) == ("又一份.xlsx", "", 2)
    assert found.choices[code(4)].reason == "共 2 份不同的文件，都能接收，取时间最晚的"
    assert (lines[3].versions, lines[3].state) == (1, State.PASSED)
    (repeated,) = [r for r in found.receipts if r.same_as and r.head.department == code(3)]
    assert {repeated.head.path, repeated.same_as} == {
        "同一份.xlsx", f"{apart.submitted.path.name}/000003_县样例单位00003.xlsx",
    }  # fmt: skip
    os.utime(other, (1_500_000_000,) * 2)
    found = gather(apart.bureau)
    line = next(line for line in standings(found, DAY).lines if line.code == code(4))
    assert (line.via, line.versions) == (f"经 {EDUCATION} 汇总报送", 2)


def test_unpacked_by_hand_it_is_still_known(apart: County) -> None:
    (apart.bureau.inbox / apart.submitted.path.name).unlink()
    folder = apart.bureau.inbox / "教育局报来"
    with zipfile.ZipFile(apart.submitted.path) as archive:
        archive.extractall(folder)
    shutil.copy2(apart.returns / "000027.xlsx", folder / "补的.xlsx")
    found = gather(apart.bureau)
    lines = {int(line.code): line for line in standings(found, DAY).lines}
    assert {n for n, line in lines.items() if line.via} == set(SUBMITTED)
    assert (lines[27].state, lines[27].via) == (State.PASSED, "")
    assert found.packages_told[0].endswith("：“教育局报来”。")


def test_another_judgement_of_the_bureau_is_told(apart: County) -> None:
    package = apart.submitted
    key = signing.key_of(signing.load(apart.bureau), EDUCATION)

    def resigned(files: dict[str, bytes]) -> Mapping[str, bytes]:
        made = _relisted(files, lambda data: data["units"][0].update(total="88.00"))
        outer = json.loads(made["报送清单.json"])
        outer["signature"] = signing.signature(key.encode(), outer["payload"])
        return {**made, "报送清单.json": json.dumps(outer).encode()}

    (apart.bureau.inbox / package.path.name).write_bytes(repacked(package.path, resigned))
    found = gather(apart.bureau)
    line = standings(found, DAY).lines[0]
    assert line.remark == f"{EDUCATION}核对为通过 88.00 分，本局核对为通过 99.60 分"


def test_what_changed_since_the_last_collect_is_collected_first(county: County, tmp_path: Path) -> None:
    shutil.copytree(county.education.folder, tmp_path / "局")
    own = open_campaign(tmp_path / "局")
    shutil.copy2(county.returns / "000027.xlsx", own.inbox)
    with pytest.raises(CampaignError, match=r"还没有核对的变化：000027\.xlsx"):
        submit(open_collected(own, DAY), NOW)
    assert [line.code for line in submit(replace(gather(own)), NOW).left] == [code(20), code(28)]
    (own.inbox / "000001.xlsx").unlink()
    with pytest.raises(CampaignError, match=r"还没有核对的变化：000001\.xlsx"):
        submit(open_collected(own, DAY), NOW)


def test_only_a_campaign_handed_down_hands_up(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["submit", "-C", str(county.bureau.folder)])
    assert stopped.value.code == 2
    assert "不是用财政局给的批次包建立的" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["submit", "-C", str(county.education.folder), "--to", str(county.package.parent), "--by", "李四"])
    assert stopped.value.code == 0
    told = capsys.readouterr().out
    assert f"{EDUCATION} 汇总报送 25 个单位，没有放进包里的 3 个。" in told
    assert (county.package.parent / county.submitted.path.name).is_file()


def test_pack_gives_a_superior_its_package_and_init_takes_it(apart: County, capsys: pytest.CaptureFixture[str]) -> None:
    bureau, form = apart.bureau, form_by_id(apart.bureau.form)
    roster = read_roster(bureau.roster, form)
    few = Roster(tuple(row for row in roster.departments if row["部门编码"] in ("000001", "000002", "000051")))
    for issue in issued(bureau).values():
        from xltool.campaign.issue.outbox import file_name

        if issue.department in ("000001", "000002", "000051"):
            shutil.copy2(apart.returns / f"{issue.department}.xlsx", bureau.outbox / file_name(issue, form))
    pack(bureau, few, NOW, zipped=True, bundles=form)
    sent = bureau.folder / "发送"
    assert sorted(p.name for p in (sent / EDUCATION).iterdir() if not p.name.startswith(".")) == [
        f"{EDUCATION}_2022年绩效自评_批次包.zip", f"{EDUCATION}_2022年绩效自评表.zip", MAIL,
    ]  # fmt: skip
    assert not list((sent / "县样例单位00051").glob("*批次包*")), "it has no units below it"
    mail = (sent / EDUCATION / MAIL).read_text("utf-8-sig")
    assert f"xltool init {EDUCATION}2022年自评 --from {EDUCATION}_2022年绩效自评_批次包.zip" in mail
    package, target = sent / EDUCATION / f"{EDUCATION}_2022年绩效自评_批次包.zip", bureau.folder.parent / "局里"

    def run(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["init", str(target), *args])
        output = capsys.readouterr()
        return int(stopped.value.code or 0), output.out + output.err

    status, told = run("--from", str(package))
    assert (status, f"{EDUCATION}，2 个单位；财政局下发的表 2 个" in told) == (0, True)
    made = open_campaign(target)
    assert {p.name: p.read_bytes() for p in made.outbox.glob("*.xlsx")} == read_bundle(package).books
    (made.folder / "xltool.toml").write_text(
        (made.folder / "xltool.toml").read_text("utf-8").replace("2023-03-31", "2023-03-01"), "utf-8"
    )
    status, told = run("--from", str(package))
    assert (status, told.startswith("已更新"), open_campaign(target).deadline) == (0, True, "2023-03-01")
    packed = pack(made, read_roster(made.roster, form), NOW)
    assert packed.receivers == 2, "a campaign handed down sends to its units, not to itself"
    assert "是另一个批次" in run("--from", str(apart.package))[1] or apart.package.read_bytes()
    status, told = run("--from", str(apart.submitted.path))
    assert (status, "不是财政局给主管部门的批次包" in told) == (2, True)
    assert run("--from", str(package), "--year", "2022")[0] == 2
    assert "--form" in run()[1]


@pytest.mark.parametrize("name", ["上级.json", "批次.json", "表样.yaml", "下发记录.json", "名册.xlsx"])
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[" * 100_000, b'{"format": 9}'], ids=["empty", "no text", "deep", "later"]
)
def test_a_damaged_package_is_refused(name: str, data: bytes, county: County, tmp_path: Path) -> None:
    path = tmp_path / "批次包.zip"
    path.write_bytes(repacked(county.package, lambda files: {**files, name: data}))
    from xltool.campaign.roster.sheet import RosterError
    from xltool.files import UnusableFileError
    from xltool.form import DefinitionError

    with pytest.raises((CampaignError, DefinitionError, RosterError, UnusableFileError)):
        start_from(tmp_path / "局", path)
