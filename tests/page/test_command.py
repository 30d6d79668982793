"""``xltool page``: where it listens, what it says when it cannot, how it ends."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from xltool.campaign.settings import Campaign


def test_without_its_libraries_it_says_what_to_install(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "uvicorn" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    code, out, err = run(capsys, "page", "-C", str(campaign.folder), "--no-browser")
    assert (code, out) == (2, "")
    assert err == '这台电脑没有装页面要用的库。要用的话请运行：pip install "xltool[page]"。\n'


def test_what_is_no_campaign_and_a_port_that_is_taken(
    campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "page", "-C", str(tmp_path), "--no-browser")
    assert (code, "不是批次文件夹" in err) == (2, True)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, _, err = run(capsys, "page", "-C", str(campaign.folder), "--no-browser", "--port", str(port))
    assert (code, err) == (2, f"端口 {port} 已经被别的程序占用。请换一个，或者不写 --port。\n")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is a signal elsewhere")
def test_it_listens_on_this_machine_only_and_ends_with_ctrl_c(campaign: Campaign) -> None:
    """Started inside the campaign, without -C."""
    command = [sys.executable, "-m", "xltool", "page", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=campaign.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        found = re.fullmatch(r"页面已打开：(http://127\.0\.0\.1:(\d+)/\?token=[\w-]{43})\n", first)
        assert found, first
        assert process.stdout.readline() == "只在这台电脑上能打开。按 Ctrl+C 结束。\n"
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(found[1], timeout=30) as answer:
            assert "2022年 自评" not in answer.url
            assert b"<h1>" in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.build_opener().open(found[1].partition("?")[0], timeout=30)
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection(("127.0.0.2", int(found[2])), timeout=5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, err) == (0, "")
    assert out == "页面已关闭。\n下一步：再打开，运行  xltool page\n"
