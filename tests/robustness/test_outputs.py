"""Writing an output: killed, on a full disk, into a locked or read-only place; the old file stays whole."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import kit
from tests.read.test_happenings import clean
from tests.robustness.book import SHEET, cell, changed, pack, parts
from xltool.files import TargetLockedError, write_atomic
from xltool.report.annotate import hand_back

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


def test_locked_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows says while the file is open in Excel."""

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, f"{self} is being used by another process", str(target))

    target = tmp_path / "汇总.xlsx"
    target.write_bytes(_OLD)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(TargetLockedError, match="请关闭后再运行一次"):
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
