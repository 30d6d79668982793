"""Writing an output: killed, on a full disk, into a locked or read-only place; the old file stays whole."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import kit
from tests.bench.returns import make
from tests.cli.test_commands import run
from tests.marked import hand_back
from tests.read.test_happenings import clean
from tests.robustness.book import SHEET, cell, changed, pack, parts
from xltool.campaign.settings import open_campaign
from xltool.files import TargetLockedError, clear_leftovers, probe, write_atomic

_OLD, _SIZE = b"old" * 1000, 20_000_000
_WRITER = """
import sys
from pathlib import Path
from xltool.files import write_atomic
data = b"new" * (int(sys.argv[2]) // 3)
print("go", flush=True)
while True:
    write_atomic(Path(sys.argv[1]), data)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_while_writing(tmp_path: Path) -> None:
    """Forty times kill -9 in the middle: always the old content or the new, whole."""
    target, rng = tmp_path / "汇总.xlsx", random.Random(9)
    target.write_bytes(_OLD)
    whole = (_OLD, b"new" * (_SIZE // 3))
    for _ in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(target), str(_SIZE)], stdout=subprocess.PIPE, env=_env()
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.random() * 0.06)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert target.read_bytes() in whole


def _env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.mark.skipif(sys.platform == "win32", reason="file size limit")
def test_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files acts like a full disk."""
    import resource

    target = tmp_path / "汇总.xlsx"
    target.write_bytes(_OLD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(TargetLockedError, match="磁盘已满"):
            write_atomic(target, b"new" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert target.read_bytes() == _OLD
    assert [path.name for path in tmp_path.iterdir()] == ["汇总.xlsx"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 300 kB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root on Linux")
    folder = tmp_path / "小盘"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_really_full_disk(small_disk: Path) -> None:
    target = small_disk / "汇总.xlsx"
    write_atomic(target, _OLD)
    with pytest.raises(TargetLockedError, match=r"磁盘已满.*清出空间"):
        write_atomic(target, b"new" * 200_000)
    assert (target.read_bytes(), [path.name for path in small_disk.iterdir()]) == (_OLD, ["汇总.xlsx"])
    probe(small_disk)
    (small_disk / "大").write_bytes(b"x" * 250_000)
    with pytest.raises(TargetLockedError, match="磁盘已满"):
        probe(small_disk)


def test_really_read_only_disk(small_disk: Path) -> None:
    target = small_disk / "汇总.xlsx"
    write_atomic(target, _OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for attempt in (partial(write_atomic, target, b"new"), partial(probe, small_disk)):
        with pytest.raises(TargetLockedError, match="磁盘是只读的。请换到可以写的文件夹"):
            attempt()
    assert target.read_bytes() == _OLD


def test_collect_on_a_full_disk_says_so_at_once(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder is probed before anything is read: one sentence, exit code 2, nothing half done."""
    make(small_disk / "批次", 1, projects=1)
    with (small_disk / "大").open("wb", buffering=0) as stream, suppress(OSError):
        while stream.write(b"x" * 4096):
            pass
    code, out, err = run(capsys, "collect", "-C", str(small_disk / "批次"))
    assert (code, out) == (2, "")
    assert re.search("写不进 .*：磁盘已满或超出配额。请清出空间，再运行一次。原有的文件没有改动。", err)


def test_what_a_killed_run_left_is_taken_away(tmp_path: Path) -> None:
    for name in (".xltool-old.tmp", "别的.tmp"):
        (tmp_path / name).write_bytes(b"half")
    probe(tmp_path)
    clear_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["别的.tmp"]


def test_path_too_long(tmp_path: Path) -> None:
    with pytest.raises(TargetLockedError, match=r"路径太长（\d+ 个字）。请把文件夹移到较浅的位置或改短名称"):
        write_atomic(tmp_path / ("县" * 100), b"x")


def test_a_scanner_that_lets_go_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refusals = Path.replace, [1, 1]

    def slow(self: Path, target: Path) -> Path:
        if refusals:
            refusals.pop()
            raise PermissionError(13, "held")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", slow)
    write_atomic(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_one_open_copy_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An officer has one marked copy open in Excel: everything else is written, and the next run writes this one."""
    make(tmp_path / "批次", 20, projects=1)
    campaign = open_campaign(tmp_path / "批次")
    for number in ("000001", "000002"):
        (campaign.inbox / f"{number}.xlsx").write_bytes(b"%PDF-1.4 " + number.encode())
    run(capsys, "collect", "-C", str(campaign.folder))
    held = campaign.returned / "000001_退回.xlsx"
    before = held.read_bytes()
    for number in ("000001", "000020"):
        (campaign.inbox / f"{number}.xlsx").write_bytes(b"")
    (campaign.inbox / "000002.xlsx").unlink()
    real, unlink = Path.replace, Path.unlink

    def replace(self: Path, target: Path) -> Path:
        if Path(target) == held:
            raise PermissionError(13, "open in Excel", str(target))
        return real(self, target)

    def remove(self: Path, missing_ok: bool = False) -> None:
        if self == campaign.returned / "000002_退回.xlsx":
            raise PermissionError(13, "open in Excel", str(self))
        unlink(self, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        patched.setattr(Path, "unlink", remove)
        code, out, err = run(capsys, "collect", "-C", str(campaign.folder))
    assert (code, err.count("写不进"), held.read_bytes() == before) == (2, 2, True)
    assert "写出退回件 1 个" in out
    assert (campaign.returned / "000020_退回.xlsx").read_bytes() != before
    code, out, err = run(capsys, "collect", "-C", str(campaign.folder))
    said = [line for line in err.splitlines() if not line.startswith("核对 ")]  # how far it is, on a slow machine
    assert (code, said, "写出退回件 1 个" in out) == (1, [], True)
    assert held.read_bytes() != before
    assert {path.name for path in campaign.returned.iterdir()} == {f"{n}_退回.xlsx" for n in ("000001", "000020")}


def test_locked_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows says while the file is open in Excel."""

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, f"{self} is being used by another process", str(target))

    target = tmp_path / "汇总.xlsx"
    target.write_bytes(_OLD)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(TargetLockedError, match="请关闭文件、检查权限，再运行一次"):
        write_atomic(target, b"new")
    assert target.read_bytes() == _OLD
    assert [path.name for path in tmp_path.iterdir()] == ["汇总.xlsx"]


def test_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetLockedError):
        write_atomic(tmp_path / "file" / "below" / "a.xlsx", b"new")


_EVIL = (
    "=HYPERLINK(&quot;http://x&quot;)", "+1+1", "-2+3", "@SUM(A1)", "=cmd|'/c calc'!A1", "http://example.com",
    "_x0007_bell", "\u202egnp.xslx", "x" * 32_000,
)  # fmt: skip


@pytest.mark.parametrize("text", _EVIL, ids=[text[:12].replace("\u202e", "rlo") for text in _EVIL])
def test_text_of_a_return_stays_text(text: str, tmp_path: Path) -> None:
    """In every output: no formula, no link, no control character that came from a department."""
    data = changed(SHEET, cell(f'<c r="C5" s="17" t="inlineStr"><is><t>{text}</t></is></c>'))
    outcome = kit.examined(data)
    formulas = _formulas(clean())
    for name, source in (("副本", data), ("别的", b"PK\3\4 no workbook")):
        target = hand_back(name, source, outcome, tmp_path)
        book = load_workbook(target)
        extra = _formulas(target.read_bytes()) - formulas
        assert not {formula for formula in extra if "cmd" in formula or "1+1" in formula or "SUM(A1)" in formula}
        review = book["审核结果"]
        for row in review.iter_rows():
            for item in row:
                assert item.data_type != "f", item.value
                assert item.hyperlink is None or not (item.hyperlink.target or "").startswith("http")


def _formulas(data: bytes) -> set[str]:
    return {
        str(item.value)
        for sheet in load_workbook(BytesIO(data)).worksheets
        for row in sheet.iter_rows()
        for item in row
        if item.data_type == "f"
    }


def test_macros_never_reach_a_copy(tmp_path: Path) -> None:
    """A macro workbook is not patched: what is handed back is a workbook of ours without any of its parts."""
    content = parts() | {"xl/vbaProject.bin": b"macro"}
    types = content["[Content_Types].xml"].decode()
    plain, macro = "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    content["[Content_Types].xml"] = types.replace(plain, macro).encode()
    data = pack(content)
    target = hand_back("有宏", data, kit.examined(data), tmp_path)
    with zipfile.ZipFile(target) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
