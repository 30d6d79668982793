"""Ctrl+C ends ``collect --watch`` wherever it finds it; a second start goes on. Real processes, real signals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.killed import POINTS
from tests.campaign.test_collect import Progress
from tests.campaign.test_killed import flawed, results, undisturbed
from tests.campaign.watched import HERE
from xltool.campaign.collect import collect
from xltool.campaign.settings import Campaign, open_campaign

__all__ = ["flawed", "undisturbed"]
_WAITING = "正在等待新文件，按 Ctrl+C 停止。"
_HALF = "已停止，这一轮没有做完。已经写好的文件是完整的，再次运行会接着做。"
_DONE = "已停止等待。收到的文件都已核对，汇总是最新的。"
_GROUP: dict[str, Any]
if sys.platform == "win32":
    _GROUP = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _GROUP = {"start_new_session": True}


class Watched:
    """The process, with the lines it has said. A signal goes to it and to all its workers, as from a terminal."""

    def __init__(self, campaign: Campaign, point: str) -> None:
        command = [sys.executable, "-m", "tests.campaign.watched", str(campaign.folder), point]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
            env={**os.environ, "PYTHONUTF8": "1"}, **_GROUP,
        )  # fmt: skip
        self.guard = threading.Timer(60, self.process.kill)
        self.guard.start()
        self.lines: list[str] = []

    def until(self, wanted: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.strip().startswith(wanted):
                return
        raise AssertionError("\n".join(self.lines))

    def ctrl_c(self) -> int:
        if sys.platform == "win32":
            self.process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(self.process.pid, signal.SIGINT)
        rest, _ = self.process.communicate()
        self.lines += rest.splitlines()
        self.guard.cancel()
        return self.process.returncode


def empty_inbox(flawed: Path, tmp_path: Path) -> tuple[Campaign, Path]:
    """The campaign before anything came back, and the folder with what will."""
    folder, sent = tmp_path / "批次", tmp_path / "来件"
    shutil.copytree(flawed, folder)
    campaign = open_campaign(folder)
    campaign.inbox.rename(sent)
    campaign.inbox.mkdir()
    return campaign, sent


def deliver(sent: Path, campaign: Campaign) -> None:
    for path in sorted(sent.iterdir()):
        shutil.copy2(path, campaign.inbox / path.name)


@pytest.mark.parametrize("point", POINTS)
def test_stopped_in_the_midst_of_a_round(
    point: str, flawed: Path, undisturbed: dict[str, str], tmp_path: Path, quiet: Progress
) -> None:
    campaign, sent = empty_inbox(flawed, tmp_path)
    watched = Watched(campaign, point)
    watched.until(_WAITING)
    before = results(campaign)
    deliver(sent, campaign)
    watched.until(HERE)
    assert (watched.ctrl_c(), watched.lines[-1]) == (130, _HALF)
    assert "Traceback" not in "\n".join(watched.lines)
    # What is there is as it was or as it will be: no half file, no leftover.
    for name, content in results(campaign).items():
        assert content in (before.get(name), undisturbed.get(name)), name
    collect(campaign, quiet)
    assert results(campaign) == undisturbed


def test_stopped_while_waiting(flawed: Path, undisturbed: dict[str, str], tmp_path: Path, quiet: Progress) -> None:
    """All rounds are done; the exit code says whether something has to be corrected, as without --watch."""
    campaign, sent = empty_inbox(flawed, tmp_path)
    watched = Watched(campaign, "waiting")
    watched.until(_WAITING)
    deliver(sent, campaign)
    watched.until("退回件：")
    assert (watched.ctrl_c(), watched.lines[-1]) == (1, _DONE)
    assert "Traceback" not in "\n".join(watched.lines)
    assert results(campaign) == undisturbed
    again = collect(campaign, quiet)
    assert (again.tally.examined, again.tally.marked, again.tally.summarised) == (0, 0, False)
