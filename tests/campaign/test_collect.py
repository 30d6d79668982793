"""Collect as a bureau uses it: again and again, with files that come, go and repeat."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import astuple
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from xltool.campaign import collect as module
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.compare.alerts import alerts
from xltool.campaign.correspondence.letters import ensure_templates, write_letters
from xltool.campaign.intake.watch import changes, snapshot
from xltool.campaign.ledger.store import FILE, Ledger
from xltool.campaign.settings import Campaign, CampaignError
from xltool.campaign.status import standings, write_list, write_reminders
from xltool.campaign.summarise import write_tables
from xltool.findings import Status

Progress = Callable[[int, int, str], None]
DAY = datetime.date(2023, 3, 20)


def tally(result: Collected) -> tuple[int, int, int, bool]:
    files, examined, marked, summarised = astuple(result.tally)[:4]
    return files, examined, marked, summarised


def changed(path: Path, name: str, *pairs: tuple[str, str], after: int = 0) -> Path:
    """A copy of a return with texts of its parts replaced, ``after`` seconds later."""
    stream = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            for one, other in pairs:
                part = part.replace(one.encode(), other.encode())
            new.writestr(info, part)
    target = path.with_name(name)
    time = path.stat().st_mtime + after
    target.write_bytes(stream.getvalue())
    os.utime(target, (time, time))
    return target


def total_wrong(path: Path, name: str, after: int = 10) -> Path:
    """The 三公 total 5.4 becomes 7.4; nothing else changes."""
    found = openpyxl.load_workbook(path)["“三公”经费"]["C9"].value
    assert str(found) == "5.4"
    return changed(path, name, ("<v>5.4</v>", "<v>7.4</v>"), after=after)


def test_unchanged_files_are_not_read_again(
    campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tally(collect(campaign, quiet)) == (4, 4, 0, True)
    monkeypatch.setattr(Path, "read_bytes", _only_small(Path.read_bytes))
    assert tally(collect(campaign, quiet)) == (4, 0, 0, False)


def _only_small(read: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    def reading(path: Path) -> bytes:
        assert path.parent.name != "收回", path
        return read(path)

    return reading


def test_all_are_examined_again_when_the_rules_change(
    campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(campaign, quiet)
    monkeypatch.setattr(module, "rules_fingerprint", lambda _form: "other")
    assert tally(collect(campaign, quiet))[:2] == (4, 4)


def test_a_run_that_was_stopped_goes_on(campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMIT_EVERY", 1)

    def stop(done: int, _total: int, _name: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect(campaign, stop)
    assert tally(collect(campaign, quiet)) == (4, 2, 0, True)


def test_the_later_version_counts_and_the_earlier_is_kept(campaign: Campaign, quiet: Progress) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001-2.xlsx")
    result = collect(campaign, quiet)
    choice = result.choices["000001"]
    assert (choice.counts, choice.reason) == ("000001-2.xlsx", "共 2 份不同的文件，都能接收，取时间最晚的")
    assert [(v.number, v.head.path) for v in choice.versions] == [(1, "000001.xlsx"), (2, "000001-2.xlsx")]
    rows = list(openpyxl.load_workbook(campaign.summary)["收件情况"].iter_rows(values_only=True))
    assert [row[8] for row in rows if row[0] == "000001"] == [
        "第 2 版，共 2 版；采用：共 2 份不同的文件，都能接收，取时间最晚的；"
        "这一份（99.60 分）替换了第 1 版“000001.xlsx”（99.60 分），那一版已经通过",
        "第 1 版，共 2 版；未采用，另有一份计入汇总",
    ]
    book = openpyxl.load_workbook(campaign.summary)
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["豁免"], "nothing in it"
    compared = list(book["轮次对照"].iter_rows(min_row=4, values_only=True))
    assert [row[2:6] for row in compared if row[3] == "改动"] == [
        ("第 1 → 2 版", "改动", "“三公”经费 C9", "三公经费预算数")
    ]
    assert [row[3:6] for row in compared if row[3] != "改动"] == [("新出现", "〔“三公”经费〕C9", "SG01")]


def test_a_new_file_under_the_same_name_is_the_next_version(campaign: Campaign, quiet: Progress) -> None:
    """The wrong total is put right in the same file: round 2 says what was closed."""
    good = campaign.folder / "good.xlsx"
    shutil.copy2(campaign.inbox / "000001.xlsx", good)
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    first = collect(campaign, quiet)
    assert first.choices["000001"].counts == "000001.xlsx"
    assert (campaign.returned / "000001_县样例单位00001_退回.xlsx").is_file()
    os.utime(good, (good.stat().st_mtime + 99,) * 2)
    shutil.copy2(good, campaign.inbox / "000001.xlsx")
    second = collect(campaign, quiet)
    assert tally(second) == (4, 1, 0, True)
    assert [v.number for v in second.choices["000001"].versions] == [1, 2]
    assert second.chosen["000001"].head.status is Status.ACCEPTED
    assert not (campaign.returned / "000001_县样例单位00001_退回.xlsx").exists(), "what no longer applies is taken away"
    compared = list(openpyxl.load_workbook(campaign.summary)["轮次对照"].iter_rows(min_row=4, values_only=True))
    assert [row[3] for row in compared] == ["改动", "已改好"]


def test_a_marked_copy_says_what_changed_since_the_last_version(campaign: Campaign, quiet: Progress) -> None:
    wrong = total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    collect(campaign, quiet)
    changed(wrong, "000001.xlsx", ("<v>7.4</v>", "<v>8.4</v>"), after=10)
    collect(campaign, quiet)
    sheet = openpyxl.load_workbook(campaign.returned / "000001_县样例单位00001_退回.xlsx")["审核结果"]
    texts = [row[0] for row in sheet.iter_rows(values_only=True) if row[0]]
    assert "与上一版相比：改动 1 格；上一版的 1 条问题已改好 0 条，仍有 1 条；新出现 0 条。" in texts


def test_identical_files_count_once(campaign: Campaign, quiet: Progress) -> None:
    (campaign.inbox / "再报").mkdir()
    shutil.copy(campaign.inbox / "000002.xlsx", campaign.inbox / "再报" / "又一份.xlsx")
    result = collect(campaign, quiet)
    assert tally(result) == (5, 4, 0, True)
    skipped = {receipt.head.path: receipt.skipped for receipt in result.receipts if receipt.skipped}
    assert skipped == {str(Path("再报") / "又一份.xlsx"): "与“000002.xlsx”内容相同"}


def test_files_of_the_same_name_in_two_folders_keep_their_own_copies(campaign: Campaign, quiet: Progress) -> None:
    for number in ("1", "2"):
        (campaign.inbox / number).mkdir()
        (campaign.inbox / number / "自评表.pdf").write_bytes(b"%PDF-1.4 " + number.encode())
    result = collect(campaign, quiet)
    assert sorted(result.marked.values()) == ["自评表_退回.xlsx", "自评表（pdf）_退回.xlsx"]
    assert {path.name for path in campaign.returned.iterdir()} == set(result.marked.values())


def test_two_runs_at_once_wait_for_each_other(campaign: Campaign, quiet: Progress) -> None:
    with Ledger(campaign.summary.parent), pytest.raises(CampaignError, match="另一个 xltool 正在处理这个批次"):
        collect(campaign, quiet)
    assert collect(campaign, quiet).tally.examined == 4


def test_a_damaged_or_newer_ledger_is_said_plainly(campaign: Campaign, quiet: Progress) -> None:
    path = campaign.summary.parent / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    with pytest.raises(CampaignError, match="请把它改名保存"):
        collect(campaign, quiet)
    path.unlink()
    collect(campaign, quiet)
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version=99")
    base.commit()
    base.close()
    with pytest.raises(CampaignError, match="请更新 xltool 后再运行"):
        collect(campaign, quiet)


def test_an_exception_is_shown_and_does_not_weigh(campaign: Campaign, quiet: Progress) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    (campaign.folder / "豁免.toml").write_text(
        '[[waiver]]\ncode = "SG01"\ndepartment = "000001"\nreason = "合并核算"\napprover = "王科长"\nuntil = 2023-12-31\n',
        encoding="utf-8",
    )
    result = collect(campaign, quiet, DAY)
    assert result.chosen["000001"].head.status is Status.ACCEPTED
    assert result.marked == {}
    with result.open() as opened:
        (waived,) = opened.outcome(result.chosen["000001"]).waived
    assert (waived.finding.code, waived.reason, waived.approver, waived.until) == (
        "SG01",
        "合并核算",
        "王科长",
        "2023-12-31",
    )
    rows = list(openpyxl.load_workbook(campaign.summary)["豁免"].iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[2], row[6], row[7]) for row in rows] == [("000001", "SG01", "合并核算", "王科长")]
    expired = collect(campaign, quiet, datetime.date(2024, 1, 1))
    assert list(expired.marked) == ["000001.xlsx"], "after its last day the finding counts again"


def test_mistakes_in_the_exceptions_are_all_named(campaign: Campaign, quiet: Progress) -> None:
    (campaign.folder / "豁免.toml").write_text(
        '[[waiver]]\ncode = "SG99"\ndepartment = "000009"\nreason = ""\napprover = "王"\nuntil = "年底"\n',
        encoding="utf-8",
    )
    with pytest.raises(CampaignError) as caught:
        collect(campaign, quiet)
    assert str(caught.value).splitlines()[1:] == [
        "  豁免.toml 第 1 条：“理由”没有填。",
        "  豁免.toml 第 1 条：没有编号为“SG99”的规则，可用 xltool rules 查看全部编号。",
        "  豁免.toml 第 1 条：部门编码“000009”不在名册里。",
        "  豁免.toml 第 1 条：“有效期至”填的是“年底”，请写成 2023-12-31 这样的日期。",
    ]


def test_status_list_and_reminders(campaign: Campaign, quiet: Progress) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    (campaign.inbox / "000002.xlsx").unlink()
    found = standings(collect(campaign, quiet), DAY)
    assert [line.state for line in found.lines] == ["待修改", "未报", "通过", "通过"]
    assert found.term == "还有 11 天"
    assert write_list(campaign, found).is_file()
    texts = {path.name: path.read_text(encoding="utf-8-sig") for path in write_reminders(campaign, found).paths}
    assert list(texts) == ["000001_县样例单位00001.txt", "000002_县样例单位00002.txt"]
    assert "有 1 条问题需要修改" in texts["000001_县样例单位00001.txt"]
    assert "还没有收到贵单位的自评表" in texts["000002_县样例单位00002.txt"]
    (campaign.folder / "催报模板.txt").write_text("{部门}请于{截止}前报送", encoding="utf-8")
    with pytest.raises(CampaignError, match=re.escape("没有可填的内容。可以用的是：{部门}、{批次}")):
        write_reminders(campaign, found)


def test_letters_from_a_template_the_bureau_edited(campaign: Campaign, quiet: Progress) -> None:
    import docx

    changed(campaign.inbox / "000001.xlsx", "000001.xlsx", ("<v>5.4</v>", ""))
    result = collect(campaign, quiet)
    notice, _, _ = ensure_templates(campaign)
    template = docx.Document(str(notice))
    template.paragraphs[0].runs[0].text = "衡山县财政局"
    run = template.paragraphs[1].add_run("台{{")  # cut into several runs, as Word does
    run.font.bold = True
    template.paragraphs[1].add_run("部门}}鉴")
    template.save(str(notice))
    written = write_letters(result, DAY)
    (path,) = written.notices
    letter = docx.Document(str(path))
    texts = [paragraph.text for paragraph in letter.paragraphs]
    assert texts[:2] == ["衡山县财政局", "县样例单位00001：台县样例单位00001鉴"]
    assert [[cell.text for cell in row.cells][:5] for row in letter.tables[0].rows] == [
        ["序号", "级别", "编号", "位置", "问题"],
        ["1", "须改", "BT01", "〔“三公”经费〕\nC9", "三公经费预算数：必填项还没有填写。"],
    ]
    report = docx.Document(str(written.report))
    assert len(report.tables[0].rows) == 1 + 4
    assert "{{" not in "".join(paragraph.text for paragraph in report.paragraphs)


def test_a_letter_template_that_names_the_unknown_is_said_plainly(campaign: Campaign, quiet: Progress) -> None:
    import docx

    result = collect(campaign, quiet)
    _, report, _ = ensure_templates(campaign)
    template = docx.Document(str(report))
    template.add_paragraph("{{股长}}")
    template.save(str(report))
    with pytest.raises(CampaignError, match=re.escape("里的 {{股长}} 没有可填的内容")):
        write_letters(result, DAY)


def test_what_only_shows_across_departments(campaign: Campaign, quiet: Progress) -> None:
    """All four returns come from one template: same texts, same indicators."""
    result = collect(campaign, quiet)
    with result.open() as opened:
        found = alerts(result, opened)
    codes = {alert.code for alert in found}
    assert {"PL01", "PL02"} <= codes
    same = next(alert for alert in found if alert.code == "PL02")
    assert same.text.count("县样例单位") == 4
    copied = next(alert for alert in found if alert.code == "PL01")
    assert (copied.measure, copied.department) == ("100%", "000001")
    assert "县样例单位00002〔" in copied.text


def test_tables_for_other_programs(campaign: Campaign, quiet: Progress) -> None:
    import pandas as pd

    folder, _ = write_tables(collect(campaign, quiet))
    lines = pd.read_parquet(folder / "指标明细.parquet")
    assert len(lines) > 4 * 10
    text = (folder / "收件情况.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert len(text.decode("utf-8-sig").splitlines()) == 5


def test_watching_waits_until_a_file_has_come_to_rest(tmp_path: Path) -> None:
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: None,
            lambda: (tmp_path / "a.xlsx").write_bytes(b"1"),
            lambda: (tmp_path / "a.xlsx").write_bytes(b"12"),
            lambda: None,
        ]
    )
    naps = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        next(steps)()

    next(changes(tmp_path, 2.0, sleep))
    assert len(naps) == 4


def test_watching_begins_with_what_came_while_the_first_round_ran(tmp_path: Path) -> None:
    seen = snapshot(tmp_path)
    (tmp_path / "a.xlsx").write_bytes(b"1")
    naps: list[float] = []
    next(changes(tmp_path, 2.0, naps.append, since=seen))
    assert naps == [2.0]


def test_status_needs_no_files(campaign: Campaign, quiet: Progress) -> None:
    collect(campaign, quiet)
    shutil.rmtree(campaign.inbox)
    assert len(open_collected(campaign).chosen) == 4
