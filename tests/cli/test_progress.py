"""What is shown while a run lasts: a bar on a terminal, plain lines in a log, with rate and remaining time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.returns import make
from tests.cli.test_commands import run
from xltool.cli import progress as module
from xltool.cli.progress import ProgressBar
from xltool.writing.measure import width


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool) -> str:
    """Ten files of half a second each, then two copies of two seconds each."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    with ProgressBar("核对") as progress:
        progress.bar = terminal
        for number in range(1, 11):
            clock.now += 0.5
            progress(number, 10, f"{number}.xlsx")
        for number in (1, 2):
            clock.now += 2
            progress(number, 2, f"退回件 {number}.xlsx")
    return capsys.readouterr().err


def test_plain_lines_in_a_log(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(monkeypatch, capsys, terminal=False).splitlines() == [
        "核对 4/10 每秒 2.0 个，约剩 3 秒 4.xlsx",
        "核对 8/10 每秒 2.0 个，约剩 1 秒 8.xlsx",
        "核对 10/10 每秒 2.0 个，用时 5 秒 10.xlsx",
        "核对 1/2 每秒 0.5 个，约剩 2 秒 退回件 1.xlsx",
        "核对 2/2 每秒 0.5 个，用时 4 秒 退回件 2.xlsx",
    ]


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    frames = shown(monkeypatch, capsys, terminal=True).split("\r")
    assert frames[1].rstrip() == "核对 [####................] 2/10 每秒 2.0 个，约剩 4 秒 2.xlsx"
    assert frames[-1].rstrip() == "核对 [####################] 2/2 每秒 0.5 个，用时 4 秒 退回件 2.xlsx"
    columns = {width(frame.rstrip("\n")) for frame in frames[1:]}
    assert columns == {78}, "a shorter line covers the longer one before, and none wraps in a window of 80 columns"


@pytest.mark.parametrize("name", ["很长的名称" * 20 + ".xlsx", "换\n行\r\x1b[2J.xlsx"])
def test_a_name_stays_on_its_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A department may call its file anything."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    with ProgressBar("核对") as progress:
        progress.bar = True
        clock.now += 5
        progress(1, 2, name)
    told = capsys.readouterr().err
    assert width(told.strip("\r\n")) == 78
    assert told.count("\r") == 1
    assert told.count("\n") == 1
    assert "\x1b" not in told


def test_no_estimate_from_the_first_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Three seconds went by until the roster was read: that says nothing of the other 9,999."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    with ProgressBar("名单") as progress:
        clock.now += 3
        progress(1, 10_000, "甲")
    assert capsys.readouterr().err == "名单 1/10000 甲\n"


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar("核对") as progress:
        progress(1, 1, "a.xlsx")
    assert capsys.readouterr().err == ""


def test_every_long_command_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What takes a second with four departments takes minutes with four hundred: nobody should wait before a still screen."""
    monkeypatch.setattr(module, "_QUIET", -1)
    folder = make(tmp_path / "2022年 自评", 3, projects=1).folder
    min((folder / "收回").glob("*.xlsx")).unlink()
    named = ("-C", str(folder))

    def last(*words: str) -> str:
        code, _, told = run(capsys, *words)
        assert code in (0, 1), told
        steps = [line for line in told.splitlines() if " 每秒 " in line]
        return re.sub(" 每秒 .* 秒 ?", " ", steps[-1]) if steps else told

    assert last("collect", *named).startswith("核对 12/12 汇总表 ")
    assert last("collect", *named, "--tables").startswith("数据表 3/3 汇总 ")
    assert last("letters", *named) == "通知 3/3 审核情况通报.docx"
    assert last("status", *named, "--remind").startswith("催报 1/1 ")
    assert last("report", *named).startswith("自评报告 2/2 ")
    assert last("review", "plan", *named, "--reviewers", "张三").startswith("抽查名单 2/2 ")
    assert last("review", "book", *named) == "复核表 1/1 复核表_张三.xlsx"
    assert last("review", "collect", *named).startswith("复核 12/12 汇总表 ")
    assert last("generate", *named).startswith("生成 3/3 ")
    assert last("pack", *named).startswith("打包 3/3 ")
    files = sorted(map(str, (folder / "收回").glob("*.xlsx")))
    assert last("export-platform", *files, "--out", str(tmp_path / "平台.xlsx")).startswith("导出 2/2 ")
    assert last("merge", str(folder), "--out", str(tmp_path / "全市")).startswith("合并 ")
