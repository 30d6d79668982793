"""下发: every workbook of the roster, whatever happens to one of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests import kit
from tests.cli.test_commands import run
from xltool.campaign.issue import outbox
from xltool.campaign.issue.outbox import RECORD, generate_all, issued, sender_of
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign, open_campaign
from xltool.form import Issue, form_by_id
from xltool.generate import generate

NAMES = [
    "001_县教育局_2022年绩效自评表.xlsx",
    "002_县司法局_2022年绩效自评表.xlsx",
    "003_县水利局_2022年绩效自评表.xlsx",
]
ROSTER = Roster(
    tuple(
        kit.row(部门编码=code, 部门名称=name)
        for code, name in (("001", "县教育局"), ("002", "县司法局"), ("003", "县水利局"))
    ),
    (kit.row(部门编码="001", 项目编码="001-1", 项目名称="校园安全", 年初预算数="24.5"),),
    (kit.row(项目编码="001-1", 二级指标="数量指标", 三级指标="巡查学校", 性质="≥", 指标值="30", 单位="所"),),
)


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = tmp_path / "2022年 自评"
    assert run(capsys, "init", str(made), "--form", kit.FORM_ID, "--year", "2022")[0] == 0
    write_roster(made / "名册.xlsx", ROSTER)
    return made


def workbooks(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "下发").glob("*.xlsx") if path.is_file())


def test_one_that_is_open_in_excel_does_not_keep_back_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = folder / "下发" / NAMES[0]
    blocked.mkdir(parents=True)
    code, output, errors = run(capsys, "generate", "-C", str(folder))
    assert (code, workbooks(folder)) == (2, NAMES[1:])
    counts = "（新增 2 个，有变化 0 个，没有变化 0 个）"
    assert output.splitlines()[0] == f"已生成 2 个下发表，在 {folder / '下发'}{counts}"
    assert errors.splitlines()[-1].startswith(f"写不进 {blocked}：")
    assert sorted(issue.department for issue in issued(open_campaign(folder)).values()) == ["001", "002", "003"]
    shutil.rmtree(blocked)
    assert run(capsys, "generate", "-C", str(folder))[0] == 0
    assert workbooks(folder) == NAMES
    assert len(json.loads((folder / "下发" / RECORD).read_text(encoding="utf-8"))) == 3


def test_what_is_written_by_several_processes_is_what_one_writes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "generate", "-C", str(folder))[0] == 0
    for issue in issued(open_campaign(folder)).values():
        written = (folder / "下发" / outbox.file_name(issue, form_by_id(kit.FORM_ID))).read_bytes()
        assert written == generate(form_by_id(kit.FORM_ID), issue, sender_of(open_campaign(folder)))


def test_stopped_in_the_middle_all_is_on_record(folder: Path) -> None:
    """A workbook that was sent out after a run was broken off is known when it comes back."""
    campaign: Campaign = open_campaign(folder)
    with pytest.raises(KeyboardInterrupt):
        generate_all(campaign, form_by_id(kit.FORM_ID), ROSTER, _stop_after_the_first)
    assert workbooks(folder) == NAMES[:1]
    known: list[Issue] = list(issued(campaign).values())
    assert [issue.department for issue in known] == ["001", "002", "003"]


def _stop_after_the_first(done: int, total: int, name: str) -> None:
    assert (done, total, name) == (1, 3, NAMES[0])
    raise KeyboardInterrupt
