"""What lies in 收回 and is no return: named with the reason, never counted, never sent back, never waited for."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.campaign.test_collect import Progress
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected
from xltool.campaign.settings import Campaign
from xltool.cli import main

_BIN = "回收站或旧版本的文件夹，里面的文件不算报送；要用的请移出来"
_BACKUP = "程序自动留下的备份，不算报送；要用的请改回 .xlsx 再放进来"
_SHORTCUT = "快捷方式，不是文件本身。请把文件本身放进“收回”"
_OUTSIDE = "是指向“收回”以外的链接，没有读取。请把文件本身放进来"


def skipped(result: Collected) -> dict[str, str]:
    return {receipt.head.path: receipt.head.skipped for receipt in result.receipts if receipt.head.skipped}


def linked(path: Path, target: Path) -> None:
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("this system does not let us make links")


@pytest.mark.parametrize(
    "folder", ["#recycle", "@Recycle", "$RECYCLE.BIN", ".Trash-1000", ".stversions", "县/#Recycle"]
)
def test_a_return_only_in_a_recycle_bin_does_not_count(campaign: Campaign, quiet: Progress, folder: str) -> None:
    inside = campaign.inbox / folder / "深"
    inside.mkdir(parents=True)
    shutil.move(campaign.inbox / "000001.xlsx", inside / "000001.xlsx")
    shutil.copy(campaign.inbox / "000002.xlsx", inside / "000002.xlsx")
    result = collect(campaign, quiet)
    assert skipped(result) == {str(Path(folder)): _BIN}
    assert result.missing == (("000001", "县样例单位00001"),)
    assert sorted(result.chosen) == ["000002", "000003", "000004"]


def test_files_of_the_system_get_no_copy_and_a_reason(campaign: Campaign, quiet: Progress) -> None:
    good = (campaign.inbox / "000001.xlsx").read_bytes()
    reasons = {
        ".000001.xlsx.icloud": "只是 iCloud 的占位，文件还没有下载到本机。请在“访达”里下载，或请部门重新发送",
        "000001.xlsx:Zone.Identifier": "系统给下载的文件做的标记，不是报送的文件",
        "000001.bak": _BACKUP,
        "000001.xlk": _BACKUP,
        "~ar1A2B.xar": _BACKUP,
        "教育局.lnk": _SHORTCUT,
        "教育局.URL": _SHORTCUT,
    }
    if os.name == "nt":
        del reasons["000001.xlsx:Zone.Identifier"]  # there it is no name of its own
    for name in reasons:
        (campaign.inbox / name).write_bytes(good)
    (campaign.inbox / "@eaDir" / "000001.xlsx").mkdir(parents=True)
    (campaign.inbox / "@eaDir" / "000001.xlsx" / "SYNO@.fileindexdb").write_bytes(b"x")
    (campaign.inbox / "000001.xlsx").unlink()
    result = collect(campaign, quiet)
    assert skipped(result) == {**reasons, "@eaDir": "系统或临时文件"}
    assert result.missing == (("000001", "县样例单位00001"),)
    assert dict(result.marked) == {}
    again = collect(campaign, quiet)
    assert (skipped(again), again.tally.examined) == (skipped(result), 0), "nothing is looked at twice"


def test_what_is_nobodys_gets_no_copy_and_a_sentence(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pictures, programs and plain texts go back to nobody, unless they are called after somebody."""
    picture, odd = b"\x89PNG\r\n\x1a\n" + b"1" * 99, bytes(range(128, 256)) * 4
    for number, (name, data) in enumerate({
        "合影.png": picture, "setup.exe": b"MZ\x90\0" + bytes(99), "说明.txt": "请按时报送".encode(),
        "县样例单位00001的盖章页.png": picture, "000002/封面.jpg": b"\xff\xd8\xff" + b"2" * 99,
        "材料.pdf": b"%PDF-1.4 x", "不认识.dat": odd, "清单.csv": b"a,b\nc,d\n", "包.rar": b"Rar!\x1a\x07\0" + bytes(40),
    }.items()):  # fmt: skip
        path = campaign.inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data + bytes([number]) * (data != b"a,b\nc,d\n"))
    result = collect(campaign, quiet)
    nobody = "不像哪个部门的表，没有写退回件"
    assert dict(result.unrelated) == {
        "setup.exe": f"文件不是 Excel 工作簿（程序文件），{nobody}",
        "合影.png": f"文件是图片，不是填报的工作簿，{nobody}",
        "说明.txt": f"文件不是 Excel 工作簿（文本文件），{nobody}",
    }
    assert {Path(path).name for path in result.marked} == {
        "县样例单位00001的盖章页.png", "封面.jpg", "材料.pdf", "不认识.dat", "清单.csv", "包.rar"
    }  # fmt: skip
    rows = openpyxl.load_workbook(campaign.summary)["收件情况"].iter_rows(values_only=True)
    assert {row[3]: row[-1] for row in rows if row[3] in result.unrelated} == dict(result.unrelated)
    with pytest.raises(SystemExit):
        main(["collect", "-C", str(campaign.folder)])
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("没有计入")]
    assert said == [f"没有计入“{path}”：{text}。" for path, text in result.unrelated.items()]


def test_what_lies_in_an_archive_is_judged_alike(campaign: Campaign, quiet: Progress) -> None:
    good = (campaign.inbox / "000001.xlsx").read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("000001.xlsx.bak", "#recycle/000001.xlsx", "__MACOSX/._000001.xlsx"):
            archive.writestr(name, good)
    (campaign.inbox / "包.zip").write_bytes(packed.getvalue())
    (campaign.inbox / "000001.xlsx").unlink()
    result = collect(campaign, quiet)
    assert skipped(result) == {"包.zip/#recycle/000001.xlsx": _BIN, "包.zip/000001.xlsx.bak": _BACKUP}
    assert result.missing == (("000001", "县样例单位00001"),)


def test_a_good_file_is_not_skipped_with_its_backup(campaign: Campaign, quiet: Progress) -> None:
    """One content, two places: the backup does not count, the return does."""
    shutil.copy(campaign.inbox / "000001.xlsx", campaign.inbox / "000001.bak")
    result = collect(campaign, quiet)
    assert skipped(result) == {"000001.bak": _BACKUP}
    assert result.missing == ()


def test_links_are_followed_only_within_the_folder(campaign: Campaign, quiet: Progress, tmp_path: Path) -> None:
    outside = tmp_path / "别处"
    outside.mkdir()
    shutil.move(campaign.inbox / "000001.xlsx", outside / "000001.xlsx")
    linked(campaign.inbox / "000001.xlsx", outside / "000001.xlsx")
    linked(campaign.inbox / "文件夹", outside)
    linked(campaign.inbox / "自己", campaign.inbox)
    linked(campaign.inbox / "没有了.xlsx", campaign.inbox / "从来没有.xlsx")
    linked(campaign.inbox / "同一份.xlsx", campaign.inbox / "000002.xlsx")
    result = collect(campaign, quiet)
    assert skipped(result) == {
        "000001.xlsx": _OUTSIDE,
        "文件夹": _OUTSIDE,
        "自己": "是指向文件夹的链接，没有读取。请把文件本身放进来",
        "没有了.xlsx": "是链接，指向的文件不在了。请把文件本身放进来",
    }
    assert result.missing == (("000001", "县样例单位00001"),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_pipes_and_devices_are_named_and_never_opened(campaign: Campaign, quiet: Progress) -> None:
    os.mkfifo(campaign.inbox / "管道.xlsx")
    if stat.S_ISCHR(Path("/dev/zero").stat().st_mode):
        linked(campaign.inbox / "设备.xlsx", Path("/dev/zero"))
    result = collect(campaign, quiet)
    assert skipped(result) == {"管道.xlsx": "不是文件（是管道或设备），没有读取", "设备.xlsx": _OUTSIDE}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_check_does_not_wait_for_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "管道.xlsx")
    with pytest.raises(SystemExit) as stopped:
        main(["check", str(tmp_path / "管道.xlsx"), "--out", str(tmp_path / "审核")])
    assert stopped.value.code == 1
    assert "退回 WJ21：文件读不出来（是管道或设备，不是文件）。" in capsys.readouterr().out


def test_folders_nested_without_end_are_named(campaign: Campaign, quiet: Progress) -> None:
    """1,500 folders deep: made and removed one step at a time, because no path is that long."""
    depth = 1500 if os.name != "nt" else 60
    here = Path.cwd()
    try:
        os.chdir(campaign.inbox)
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    result = collect(campaign, quiet)
    ((path, reason),) = skipped(result).items()
    assert (Path(path).parts, reason) == (
        ("d",) * 40,
        "文件夹套了 40 层以上，里面的没有读取。请移到较浅的位置",
    )
    assert len(result.chosen) == 4
    os.chdir(campaign.inbox)
    try:
        for _ in range(depth):
            os.chdir("d")
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()
    finally:
        os.chdir(here)


def test_the_officer_sees_what_was_not_read(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    (campaign.inbox / "教育局.lnk").write_bytes(b"x")
    (campaign.inbox / "~$教育局.xlsx").write_bytes(b"x")
    with pytest.raises(SystemExit) as stopped:
        main(["collect", "-C", str(campaign.folder)])
    assert stopped.value.code == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("没有读取")]
    assert lines == [f"没有读取“教育局.lnk”：{_SHORTCUT}。"]
