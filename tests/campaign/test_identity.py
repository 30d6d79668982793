"""Who sent it: signed when issued, confirmed by the officer where it cannot be, never chosen by time."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import stat
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.cli.test_commands import run
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.issue import signing
from xltool.campaign.issue.outbox import RECORD, file_name, issued
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign, CampaignError, open_campaign
from xltool.campaign.status import standings, write_reminders
from xltool.examine import examine
from xltool.findings import Status
from xltool.form import Issue, Key, form_by_id
from xltool.form.layout.issues import Issues

Progress = Callable[[int, int, str], None]
HIDDEN, PROPERTIES, BOOK = "xl/sharedStrings.xml", "docProps/custom.xml", "xl/workbook.xml"
ONE, TWO = "000001", "000002"
DAY = datetime.date(2023, 3, 20)


def changed(path: Path, target: Path, after: int = 10, **parts: Callable[[str], str]) -> Path:
    """A copy of a return with parts rewritten, ``after`` seconds later."""
    names = {"hidden": HIDDEN, "properties": PROPERTIES, "book": BOOK}
    stream = BytesIO()
    wanted = {names[key]: change for key, change in parts.items()}
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename in wanted:
                before = part.decode()
                part = wanted[info.filename](before).encode()
                assert part.decode() != before
            new.writestr(info, part)
    target.parent.mkdir(parents=True, exist_ok=True)
    time = path.stat().st_mtime + after
    target.write_bytes(stream.getvalue())
    os.utime(target, (time, time))
    return target


def shape_of(campaign: Campaign, code: str) -> Issue:
    return next(issue for issue in issued(campaign).values() if issue.department == code)


def as_another(campaign: Campaign, *, properties: bool, seal: bool = True) -> Path:
    """000001's file as 000002's, by somebody who knows the roster: everything agrees, only the seal cannot be made."""
    own, other = shape_of(campaign, ONE), shape_of(campaign, TWO)

    def change(text: str) -> str:
        for one, two in (
            (own.issue_id, other.issue_id),
            (own.department_name, other.department_name),
            (f">{ONE}<", f">{TWO}<"),
        ):
            text = text.replace(one, two)
        return text if seal else text.replace(own.seal, "")

    source, target = campaign.inbox / "000001.xlsx", campaign.inbox / "看来是第二家的.xlsx"
    if properties:
        return changed(source, target, hidden=change, properties=change)
    return changed(source, target, hidden=change)


def told(result: Collected, name: str) -> list[str]:
    with result.open() as opened:
        return kit.codes(opened.outcome(next(r for r in result.receipts if r.head.path == name)))


def remark(campaign: Campaign, file: str) -> tuple[str, str, str]:
    """State, department and remark of a file in 收件情况."""
    rows = openpyxl.load_workbook(campaign.summary)["收件情况"].iter_rows(values_only=True)
    return next((str(row[2]), str(row[0]), str(row[8])) for row in rows if row[3] == file)


TO_CLAIM = "来源待认领，没有计入；核实属实的，把文件放进“收回”里的“认领”文件夹再运行一次"


def test_a_forged_file_does_not_replace_anybody_s(campaign: Campaign, quiet: Progress) -> None:
    """The hidden sheet says one department, the file's properties another: refused, and both are named."""
    forged = as_another(campaign, properties=False)
    result = collect(campaign, quiet)
    assert told(result, forged.name) == ["WJ31 !"]
    with result.open() as opened:
        (finding,) = opened.outcome(next(r for r in result.receipts if r.head.path == forged.name)).findings
    assert finding.message == (
        "表内隐藏的标识是“县样例单位00002”的，文件属性里的编号却是“县样例单位00001”的，"
        "无法确认是哪个部门报送的，没有计入任何部门。"
    )
    assert {code: receipt.head.path for code, receipt in result.chosen.items()}[TWO] == "000002.xlsx"
    assert len(result.choices[TWO].versions) == 1


@pytest.mark.parametrize("seal", [True, False])
def test_a_consistent_forgery_waits_for_the_officer(campaign: Campaign, quiet: Progress, seal: bool) -> None:
    forged = as_another(campaign, properties=True, seal=seal)
    result = collect(campaign, quiet)
    assert told(result, forged.name) == ["WJ32 !"]
    assert result.held == {forged.name: TWO}
    assert result.chosen[TWO].head.path == "000002.xlsx"
    assert len(result.choices[TWO].versions) == 1, "it is no version of anybody's"
    assert remark(campaign, forged.name) == ("待认领", "—", f"写的是县样例单位00002，{TO_CLAIM}")
    with result.open() as opened:
        (finding,) = opened.outcome(next(r for r in result.receipts if r.head.path == forged.name)).findings
    line = next(line for line in standings(result, DAY).lines if line.code == TWO)
    assert (line.state, line.file) == ("通过", "000002.xlsx")
    assert line.remark == f"另有“{forged.name}”写的是本部门，{TO_CLAIM}"
    what = "签章与下发时的不同" if seal else "没有下发时的签章"
    assert finding.message == (f"这张表写的是“县样例单位00002”，但{what}，还不能确认是这个部门报送的，暂不计入。")


def test_only_the_forgery_came_and_counts_for_nobody(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = as_another(campaign, properties=True)
    (campaign.inbox / "000002.xlsx").unlink()
    result = collect(campaign, quiet)
    assert TWO not in result.chosen
    found = standings(result, DAY)
    line = next(line for line in found.lines if line.code == TWO)
    assert (line.state, line.file, line.remark) == ("未报", "", f"收到的“{forged.name}”写的是本部门，{TO_CLAIM}")
    text = next(p for p in write_reminders(campaign, found).paths if p.name.startswith(TWO)).read_text(
        encoding="utf-8-sig"
    )
    assert "还没有收到贵单位的自评表" in text
    _, output, _ = run(capsys, "collect", "-C", str(campaign.folder))
    assert f"{forged.name}：写的是县样例单位00002，{TO_CLAIM}。" in output.splitlines()
    assert "认不出部门的文件" not in output


def test_a_forgery_that_cannot_be_read_is_nobody_s_either(campaign: Campaign, quiet: Progress) -> None:
    """Else the department would be told that its file was sent back."""
    forged = as_another(campaign, properties=True)
    changed(forged, forged, book=lambda text: re.sub(r'<sheet name="资产管理"[^>]*/>', "", text))
    (campaign.inbox / "000002.xlsx").unlink()
    result = collect(campaign, quiet)
    assert told(result, forged.name) == ["WJ10 !"]
    assert (TWO in result.choices, result.held) == (False, {})


def test_what_the_officer_claims_counts(campaign: Campaign, quiet: Progress) -> None:
    forged = as_another(campaign, properties=True)
    (campaign.inbox / "000002.xlsx").unlink()
    collect(campaign, quiet)
    (campaign.inbox / "认领").mkdir()
    claimed = forged.rename(campaign.inbox / "认领" / forged.name)
    path = str(claimed.relative_to(campaign.inbox))
    result = collect(campaign, quiet)
    assert (result.chosen[TWO].head.path, result.chosen[TWO].head.status) == (path, Status.ACCEPTED)
    assert (told(result, path), result.held) == ([], {})
    assert result.chosen[TWO].head.department_name == "县样例单位00002"
    assert not list(campaign.returned.iterdir()), "there is nothing left to correct"


def test_a_copy_beside_the_claimed_file_does_not_matter(campaign: Campaign, quiet: Progress) -> None:
    forged = as_another(campaign, properties=True)
    (campaign.inbox / "000002.xlsx").unlink()
    (campaign.inbox / "认领").mkdir()
    shutil.copy2(forged, campaign.inbox / "认领" / forged.name)
    result = collect(campaign, quiet)
    path = str(Path("认领") / forged.name)
    assert result.chosen[TWO].head.path == path
    assert [r.head.path for r in result.receipts if r.skipped] == []


def test_an_archive_cannot_claim_itself(campaign: Campaign, quiet: Progress) -> None:
    """A folder inside an archive, or an archive of that name, is the sender's doing, not the officer's."""
    forged = as_another(campaign, properties=True)
    data = forged.read_bytes()
    forged.unlink()
    (campaign.inbox / "000002.xlsx").unlink()
    for name, member in (("包.zip", "认领/a.xlsx"), ("认领", "b.xlsx")):
        with zipfile.ZipFile(campaign.inbox / name, "w") as archive:
            archive.writestr(member, data)
    result = collect(campaign, quiet)
    assert TWO not in result.chosen
    assert set(result.held.values()) == {TWO}


def test_without_the_hidden_sheet_the_properties_and_their_seal_tell(campaign: Campaign, quiet: Progress) -> None:
    def dropped(text: str) -> str:
        return re.sub(r'<sheet name="_xltool"[^>]*/>', "", text)

    source = campaign.inbox / "000001.xlsx"
    changed(source, source, book=dropped)
    assert told(collect(campaign, quiet), "000001.xlsx") == ["GF11 !"]
    own = shape_of(campaign, ONE)
    changed(source, source, properties=lambda text: text.replace(own.seal, "0" * 32))
    assert told(collect(campaign, quiet), "000001.xlsx") == ["WJ32 !", "GF11 !"]


def test_a_name_that_was_typed_is_no_proof(campaign: Campaign, quiet: Progress) -> None:
    """Hidden sheet and properties gone, another department's name on the cover: it gave only a 提示."""
    own, other = shape_of(campaign, ONE), shape_of(campaign, TWO)
    target = changed(
        campaign.inbox / "000001.xlsx",
        campaign.inbox / "复制的.xlsx",
        book=lambda text: re.sub(r'<sheet name="_xltool"[^>]*/>', "", text),
        properties=lambda text: text.replace(own.issue_id, ""),
        hidden=lambda text: text.replace(f"<t>{own.department_name}</t>", f"<t>{other.department_name}</t>"),
    )
    result = collect(campaign, quiet)
    assert told(result, target.name)[:1] == ["WJ32 !"]
    assert (result.held, result.chosen[TWO].head.path) == ({target.name: TWO}, "000002.xlsx")


def test_a_copied_workbook_with_another_cover_replaces_nobody_s(campaign: Campaign, quiet: Progress) -> None:
    """Issued to the first, filled in by the second, who typed its own name on the cover."""
    own, other = shape_of(campaign, ONE), shape_of(campaign, TWO)
    target = changed(
        campaign.inbox / "000001.xlsx",
        campaign.inbox / "借来的表.xlsx",
        hidden=lambda text: text.replace(f"<t>{own.department_name}</t>", f"<t>{other.department_name}</t>"),
    )
    result = collect(campaign, quiet)
    assert told(result, target.name) == ["WJ32 !", "GF08 封面!C4"]
    assert (result.held, result.chosen[ONE].head.path) == ({target.name: ONE}, "000001.xlsx")
    with result.open() as opened:
        held = opened.outcome(next(r for r in result.receipts if r.head.path == target.name)).findings[0]
    assert "这张表写的是“县样例单位00001”，但表上写着“县样例单位00002”" in held.message


def test_a_time_in_the_future_does_not_win(campaign: Campaign, quiet: Progress) -> None:
    later = changed(campaign.inbox / "000001.xlsx", campaign.inbox / "z.xlsx", hidden=lambda t: t + "<!-- -->")
    os.utime(later, (4_000_000_000,) * 2)
    result = collect(campaign, quiet)
    choice = result.choices[ONE]
    assert choice.counts == "000001.xlsx"
    assert choice.reason == (
        "共 2 份不同的文件，都能接收，取时间最晚的；“z.xlsx”（2096-10-02）的文件时间在将来，不作先后的依据"
    )
    assert [version.head.path for version in choice.versions] == ["z.xlsx", "000001.xlsx"]


def test_who_replaces_what_had_passed_is_named_with_both_scores(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    """In collect's output, in 汇总, and among the findings; the total of 三公 is not what its parts add up to."""
    collect(campaign, quiet)
    path = campaign.inbox / "000001.xlsx"
    stream = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info).replace(b"<v>5.4</v>", b"<v>7.4</v>"))
    time = path.stat().st_mtime + 10
    path.write_bytes(stream.getvalue())
    os.utime(path, (time, time))
    code, output, _ = run(capsys, "collect", "-C", str(campaign.folder))
    said = "这一份（99.60 分）替换了第 1 版“000001.xlsx”（99.60 分），那一版已经通过。"
    line = f"县样例单位00001：{said}请核对是否为本部门重新报送；不是的，请与财政局联系。"
    assert (code, line in output.splitlines()) == (1, True)
    assert told(collect(campaign, quiet), "000001.xlsx") == ["SG01 “三公”经费!C9", "WJ34 !"]
    book = openpyxl.load_workbook(campaign.summary)
    problems = [row for row in book["问题清单"].iter_rows(values_only=True) if row[4] == "WJ34"]
    assert [(row[0], row[5], row[8]) for row in problems] == [("县样例单位00001", "提示", said)]
    review = openpyxl.load_workbook(campaign.returned / "000001_县样例单位00001_退回.xlsx")["审核结果"]
    assert said in {cell for row in review.iter_rows(values_only=True) for cell in row}


# The secret


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = tmp_path / "2022年 自评"
    assert run(capsys, "init", str(made), "--form", kit.FORM_ID, "--year", "2022")[0] == 0
    write_roster(
        made / "名册.xlsx",
        Roster(
            (kit.row(部门编码="001", 部门名称="县教育局"),),
            (kit.row(部门编码="001", 项目编码="1", 项目名称="校园安全"),),
        ),
    )
    assert run(capsys, "generate", "-C", str(made))[0] == 0
    return made


def test_generating_again_gives_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "下发" / file_name(next(iter(issued(open_campaign(folder)).values())), form_by_id(kit.FORM_ID))
    before = path.read_bytes()
    assert run(capsys, "generate", "-C", str(folder))[0] == 0
    assert path.read_bytes() == before
    secret = (folder / signing.FILE).read_text(encoding="utf-8-sig").split()[-1]
    assert secret not in (folder / "下发" / RECORD).read_text(encoding="ascii")
    assert next(iter(issued(open_campaign(folder)).values())).seal not in (folder / "下发" / RECORD).read_text("ascii")


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows the folder decides")
def test_only_the_officer_can_read_the_secret(folder: Path) -> None:
    assert stat.S_IMODE((folder / signing.FILE).stat().st_mode) == 0o600


def test_a_lost_secret_is_said_plainly_and_there_is_a_way_out(
    folder: Path, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = open_campaign(folder)

    def hand_in(name: str) -> None:
        (issue,) = issued(campaign).values()
        data = kit.workbook(form_by_id(kit.FORM_ID), issue, {Key(0, "filler"): "张三"})
        (campaign.inbox / name).write_bytes(data)

    hand_in("a.xlsx")
    (folder / signing.FILE).unlink()
    with pytest.raises(CampaignError, match=r"签发密钥\.txt 不在了.*请从备份恢复.*xltool generate 重新签发"):
        collect(campaign, quiet)
    code, output, _ = run(capsys, "generate", "-C", str(folder))
    assert (code, "签发密钥原来的一份不在了，已经重新签发" in output) == (0, True)
    assert told(collect(campaign, quiet), "a.xlsx")[:1] == ["WJ32 !"]
    hand_in("b.xlsx")
    result = collect(campaign, quiet)
    assert [result.chosen["001"].head.path, *result.held] == ["b.xlsx", "a.xlsx"]


@pytest.mark.parametrize("text", ["", "abc", "0" * 64 + "\n" + "1" * 64, "\x00" * 100])
def test_a_damaged_secret_is_said_plainly(folder: Path, text: str) -> None:
    (folder / signing.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CampaignError, match="被改动过，里面没有完整的密钥"):
        issued(open_campaign(folder))


# Campaigns of the version before: nothing was signed, and their record says so.


def unsigned(campaign: Campaign) -> None:
    """The campaign as that version left it: no secret, no fingerprint on record, none in the workbooks."""
    for issue in list(issued(campaign).values()):
        path = campaign.inbox / f"{issue.department}.xlsx"
        changed(
            path,
            path,
            hidden=lambda text, issue=issue: text.replace(f'"layout":"{issue.layout}",', "").replace(issue.seal, ""),  # type: ignore[misc]
            properties=lambda text, issue=issue: text.replace(issue.seal, ""),  # type: ignore[misc]
        )
    record = campaign.outbox / RECORD
    record.write_text(
        re.sub(r'\\"layout\\":\\"[0-9a-f]+\\",', "", record.read_text(encoding="ascii")), encoding="ascii"
    )
    signing.path_of(campaign).unlink()


def test_a_campaign_without_signatures_goes_on(campaign: Campaign, quiet: Progress) -> None:
    unsigned(campaign)
    assert not signing.path_of(campaign).exists()
    result = collect(campaign, quiet)
    assert [told(result, f"{code}.xlsx") for code in (ONE, TWO)] == [[], []]
    assert len(result.chosen) == 4
    forged = as_another(campaign, properties=False)
    assert told(collect(campaign, quiet), forged.name) == ["WJ31 !"], "a contradiction is one without a seal, too"


def test_issuing_again_signs_what_is_new_and_keeps_what_was_sent(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    unsigned(campaign)
    assert run(capsys, "generate", "-C", str(campaign.folder))[0] == 0
    known = issued(campaign).values()
    assert [sum(bool(issue.seal) for issue in known), len(known)] == [4, 8]
    blank = next(campaign.outbox.glob("000003_*.xlsx"))
    shutil.copy(blank, campaign.inbox / "空表.xlsx")
    result = collect(campaign, quiet)
    assert [told(result, f"{code}.xlsx") for code in (ONE, TWO)] == [["WJ37 !"]] * 2, "the roster says other names"
    assert result.held == {}
    receipt = next(receipt for receipt in result.receipts if receipt.head.path == "空表.xlsx")
    assert receipt.head.department == "000003"


# check -C


def test_check_uses_the_bureau_s_record(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    """A consistently forged approved figure passes where only the file is asked."""
    forged = as_another(campaign, properties=True)
    assert "WJ32" not in run(capsys, "check", str(forged))[1]
    code, output, _ = run(capsys, "check", str(forged), "-C", str(campaign.folder))
    assert (code, "WJ32" in output) == (1, True)
    assert run(capsys, "check", str(campaign.inbox / "000001.xlsx"), "--campaign", str(campaign.folder))[0] == 0


def test_a_forged_approved_target_passes_only_without_the_record() -> None:
    form = form_by_id(kit.FORM_ID)
    approved = (
        kit.row(
            项目编码="P1", 一级指标="产出指标", 二级指标="数量指标", 三级指标="巡查学校", 性质="≥", 指标值="30",
            单位="所", 分值="50",
        ),
    )  # fmt: skip
    made = kit.issue(form, 1, approved)
    own = {key: value for key, value in made.prefill.items() if str(value) == "30"}
    forged = replace(made, prefill={**made.prefill, **dict.fromkeys(own, "3")})
    data = kit.workbook(form, forged, {Key(0, "filler"): "张三"})
    alone = {finding.code for finding in examine("a", data, {form.id: form}.get).findings}
    known = {finding.code for finding in examine("a", data, {form.id: form}.get, Issues.of(made)).findings}
    assert known - alone == {"GF08"}


def test_another_department_s_file_and_a_locked_one_are_told(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    """The department whose file is another's to the last byte has sent something: what, is said wherever it is missing."""
    (campaign.inbox / f"{TWO}.xlsx").unlink()
    shutil.copy2(campaign.inbox / f"{ONE}.xlsx", campaign.inbox / "县样例单位00002.xlsx")
    (campaign.inbox / "报送表.xlsx").write_bytes(b"PK\x03\x04 cut off")
    _, output, _ = run(capsys, "collect", "-C", str(campaign.folder))
    told = f"收到的“县样例单位00002.xlsx”没有计入：与“{ONE}.xlsx”内容完全相同，是县样例单位00001的表"
    assert f"县样例单位00002：{told}。" in output
    assert re.search(r"认不出部门的文件 1 个：报送表\.xlsx，.{5,}$", output, re.MULTILINE)
    assert "另有 1 个没有变化或与别的文件相同、不用读" in output
    found = {line.code: line for line in standings(open_collected(campaign), DAY).lines}
    assert (found[TWO].state.value, found[TWO].remark, found[TWO].unread) == ("未报", told, "")
