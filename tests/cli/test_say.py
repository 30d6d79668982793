"""Whatever a file or a department is called: a line on the terminal stays one line, on a GBK console too."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from tests.cli.test_commands import run
from tests.writing.strategies import texts
from xltool.cli.say import say, say_json

EVIL = "县\n退回 0 个\x1b[2J\x9b1m\u202e\u2066教育局\ud83d\u200f"


@given(texts)
def test_one_argument_is_one_line(text: str) -> None:
    stream, before = io.StringIO(), sys.stdout
    sys.stdout = stream
    try:
        say(f"  {text}", "下一行")
    finally:
        sys.stdout = before
    first, second = stream.getvalue().splitlines()
    assert (first[:2], second) == ("  ", "下一行")
    assert first.isprintable() or "\u3000" in first or not first.isascii()


def test_a_name_in_a_message_starts_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ("collect", "-C", str(tmp_path / EVIL.replace("\ud83d", ""))),
        ("generate", "-C", str(tmp_path / "a\nb")),
        ("check", str(tmp_path / "没有\n退回 0 个.xlsx")),
        ("form", "check", "没有\x1b[2J\n的表样"),
        ("没有\n这个命令",),
    ):
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (2, ""), arguments
        assert not set("\x1b\x9b\u202e\u2066\u200f") & set(err)
        assert not [line for line in err.splitlines() if line.startswith(("退回 0", "b", "的表样", "这个命令"))], err


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_json_is_utf8_on_any_console(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, errors="replace"))
    say_json('{"name": "唐𠮷😀"}')
    sys.stdout.flush()
    assert json.loads(raw.getvalue().decode("utf-8")) == {"name": "唐𠮷😀"}


def test_a_gbk_console_shows_what_it_can(tmp_path: Path) -> None:
    (tmp_path / "唐𠮷\x1b.xlsx").write_bytes(b"%PDF-1.4")
    done = subprocess.run(
        [sys.executable, "-m", "xltool", "check", *map(str, tmp_path.iterdir())],
        capture_output=True,
        env={"PYTHONIOENCODING": "gbk", "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "0"},
    )
    assert (done.returncode, done.stdout.decode("gbk").splitlines()[0]) == (1, "文件：唐?.xlsx")
