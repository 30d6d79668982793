"""The paper and the file: 回执 for what was accepted, and what a 校验码 on paper says."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from tests import kit
from tests.campaign.test_collect import total_wrong
from tests.cli.test_commands import run
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.issue.outbox import issued
from xltool.campaign.settings import Campaign
from xltool.campaign.verify_paper import PaperKind, verify
from xltool.form import Key, Value, form_by_id

Progress = Callable[[int, int, str], None]
DAY = datetime.date(2023, 3, 20)


def codes(collected: Collected, department: str) -> list[str]:
    with collected.open() as opened:
        return [paper.code for paper in opened.outcome(collected.chosen[department]).papers]


def words(path: Path) -> list[str]:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def light_of(campaign: Campaign, sheet: str, name: str) -> str:
    heads, *rows = openpyxl.load_workbook(campaign.summary)[sheet].iter_rows(min_row=3, values_only=True)
    (row,) = [row for row in rows if name in row]
    return str(row[heads.index("红黄灯")])


def test_a_receipt_for_every_accepted_return_and_a_notice_for_the_others(campaign: Campaign, quiet: Progress) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    (campaign.inbox / "000004.xlsx").unlink()
    collected = collect(campaign, quiet)
    written = write_letters(open_collected(campaign), DAY)
    assert [path.name for path in written.notices] == ["000001_县样例单位00001_退回修改通知.docx"]
    assert [path.name for path in written.receipts] == [f"00000{n}_县样例单位0000{n}_回执.docx" for n in (2, 3)]
    (code,) = codes(collected, "000002")
    said = words(written.receipts[0])
    came = datetime.datetime.fromtimestamp((campaign.inbox / "000002.xlsx").stat().st_mtime)
    assert f"已于 {came:%Y-%m-%d %H:%M} 收到" in said[2]
    assert f"核定得分：{collected.chosen['000002'].head.total:.2f} 分，等次：优" in said[2]
    assert [text for text in said if text == code] == [code]
    assert "{{" not in "".join(said)
    # The lights of 汇总: beside each form on the receipt, beside each department in the report on all.
    assert said[said.index(code) - 1] == light_of(campaign, "项目排名", "县样例单位00002") != ""
    everybody = words(written.report)
    assert everybody[everybody.index("县样例单位00002") + 5] == light_of(campaign, "得分排名", "县样例单位00002") != ""
    assert everybody[everybody.index("县样例单位00004") + 5] == ""
    # Sent back afterwards: the receipt goes, the notice comes.
    total_wrong(campaign.inbox / "000002.xlsx", "000002.xlsx")
    collect(campaign, quiet)
    later = write_letters(open_collected(campaign), DAY)
    assert [path.name[:6] for path in later.receipts] == ["000003"]
    assert not written.receipts[0].exists()


def test_what_a_code_says(campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]) -> None:
    before = collect(campaign, quiet)
    (old,), (other,) = codes(before, "000001"), codes(before, "000002")
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    later = (campaign.inbox / "000001.xlsx").stat().st_mtime + 60
    os.utime(campaign.inbox / "000001.xlsx", (later, later))
    collect(campaign, quiet)
    found, near = verify(open_collected(campaign), f" 校验码：{other.lower().replace('-', '－')} ")
    assert [(m.paper, m.department, m.number, m.count, m.file) for m in found] == [
        (PaperKind.SAME, "000002", 1, 1, "000002.xlsx")
    ]
    assert near == ()
    folder = str(campaign.folder)
    code, output, _ = run(capsys, "verify", other, "-C", folder)
    assert (code, output.splitlines()[0].partition("，")[0]) == (
        0,
        f"{other} 与收下的相同：000002 县样例单位00002 项目之1（自评表1）",
    )
    wrong = ("Z" if other[0] != "Z" else "Y") + other[1:]
    code, output, _ = run(capsys, "verify", wrong, "-C", folder)
    assert code == 1
    assert output.splitlines()[0].startswith(f"{wrong} 没有找到")
    assert output.splitlines()[1].startswith(f"  只差一个字的有：{other} 与收下的相同")
    code, output, told = run(capsys, "verify", "7K3O-92QI", "-C", folder)
    assert (code, output) == (2, "")
    assert told.startswith("“O”、“I”不会出现在校验码里")
    code, _, told = run(capsys, "verify", "7K3", "-C", folder)
    assert (code, told.partition("。")[0]) == (2, "校验码是八个字（4 个，再 4 个），写的是 3 个")
    # The print does not show what was wrong, so an unchanged form has the same code in both versions.
    assert [m.paper for m in verify(open_collected(campaign), old)[0]] == [PaperKind.SAME, PaperKind.SAME]


def test_the_paper_of_an_earlier_version(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    form = form_by_id(campaign.form)
    shape = next(shape for shape in issued(campaign).values() if shape.department == "000003")
    before = collect(campaign, quiet)
    (old,) = codes(before, "000003")
    with before.open() as opened:
        entries = opened.outcome(before.chosen["000003"], entries=True).entries
    values: dict[Key, Value] = {entry.key: entry.typed for entry in entries}
    values |= kit.keyed(form, {"财政拨款全年执行数": "61.23"})
    path = campaign.inbox / "000003.xlsx"
    later = path.stat().st_mtime + 60
    path.write_bytes(kit.workbook(form, shape, values))
    os.utime(path, (later, later))
    after = collect(campaign, quiet)
    (new,) = codes(after, "000003")
    assert new != old
    code, output, _ = run(capsys, "verify", old, new, "-C", str(campaign.folder))
    first, second, step = output.splitlines()
    assert code == 1
    assert first.startswith(
        f"{old} 不是计入的一版：000003 县样例单位00003 项目之1（自评表1），第 1 版（共 2 版），通过"
    )
    assert f"计入的一版校验码是 {new}" in first
    assert second.startswith(f"{new} 与收下的相同")
    assert step.startswith("下一步：")
