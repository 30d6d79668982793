"""What is shown while a run lasts: a bar on a terminal, plain lines in a log, with rate and remaining time."""

from __future__ import annotations

import pytest

from xltool.cli import progress as module
from xltool.cli.progress import ProgressBar


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
    assert frames[1].rstrip() == "核对 [######........................] 2/10 每秒 2.0 个，约剩 4 秒"
    assert frames[-1].rstrip() == "核对 [##############################] 2/2 每秒 0.5 个，用时 4 秒"
    assert len({len(frame.rstrip("\n")) for frame in frames[1:]}) == 1, "a shorter line covers the longer one before"


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar("核对") as progress:
        progress(1, 1, "a.xlsx")
    assert capsys.readouterr().err == ""
