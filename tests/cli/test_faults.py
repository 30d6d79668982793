"""What nobody foresaw: exit code 3, one sentence, a report without a word from the forms."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from xltool import __version__

WORDS = "县教育局的三公经费"


def fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """``forms`` is the verb; its one call raises what it is told, out of one of our functions and with a cause."""

    def broken() -> tuple[str, ...]:
        raise error from ValueError(WORDS)

    import xltool.form

    monkeypatch.setattr(xltool.form, "known_ids", broken)


def test_a_fault_of_ours_has_its_own_exit_code_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fails_with(monkeypatch, KeyError(WORDS))
    code, out, err = run(capsys, "explain", WORDS)
    (path,) = tmp_path.iterdir()
    assert re.fullmatch(r"xltool问题报告-\d{8}-\d{6}\.txt", path.name)
    assert (code, out) == (3, "")
    assert err == (
        "程序内部出了没有料到的问题，没有做完。已经写好的文件是完整的。\n"
        f"情况记在 {path}，里面没有表格内容和部门名称，请把它发给维护人员。\n"
    )
    report = path.read_text(encoding="utf-8-sig")
    lines = report.splitlines()
    assert lines[0].startswith(f"xltool {__version__}，Python ")
    assert lines[2] == "命令：xltool explain …"
    assert lines[4] == "builtins.KeyError"
    assert re.fullmatch(r"  xltool/cli/__init__\.py:\d+ _run", lines[5])
    assert any(re.fullmatch(r"  xltool/cli/explain\.py:\d+ command", line) for line in lines)
    assert WORDS not in report
    assert str(tmp_path) not in report


def test_of_the_command_only_names_of_options_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fails_with(monkeypatch, RuntimeError(WORDS))
    assert run(capsys, "rules", f"--form={WORDS}")[0] == 2, "an unknown form is the bureau's to mend"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "读写文件（可能是临时文件夹）时：磁盘已满或超出配额。请清出空间，再运行一次。已经写好的文件是完整的。\n",
        ),
        (
            OSError(errno.EACCES, "Permission denied", "名册.xlsx"),
            "读写 名册.xlsx 时：没有读写的权限，或者正被别的程序占用。请关闭占用它的程序、检查权限，再运行一次。"
            "已经写好的文件是完整的。\n",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found"),
            "没有可用的临时文件夹。请检查 TEMP（TMPDIR）指的文件夹，或清出磁盘空间，再运行一次。\n",
        ),
    ],
    ids=["磁盘满", "没有权限", "没有临时文件夹"],
)
def test_what_the_machine_refuses_is_no_fault_of_ours(
    error: OSError, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fails_with(monkeypatch, error)
    assert run(capsys, "explain", "SG01") == (2, "", said)
    assert list(tmp_path.iterdir()) == []


def test_without_any_folder_to_write_to_the_report_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from xltool.cli import fault
    from xltool.files import TargetLockedError

    def refuses(path: Path, _data: bytes) -> None:
        raise TargetLockedError(path, OSError(errno.EROFS, ""))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fault, "write_atomic", refuses)
    fails_with(monkeypatch, KeyError(WORDS))
    code, _, err = run(capsys, "explain", "SG01")
    assert (code, err.count("builtins.KeyError"), WORDS in err) == (3, 1, False)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal for a pipe nobody reads")
def test_a_reader_that_stops_reading_is_no_fault(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m xltool rules | head -n 1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode in (0, 130)
    assert done.stderr in (
        "",
        "下一步：看一条规则的全文，运行  xltool explain 编号\n",
    )  # what comes last, if the pipe took all
    assert list(tmp_path.iterdir()) == []
