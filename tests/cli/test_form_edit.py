"""A form changed in Excel from the command line: of one's own, of the library, of a campaign."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cli.test_commands import run
from tests.form.test_editing import FORM, write
from xltool.campaign.form_editing import edit_taking
from xltool.campaign.settings import create
from xltool.form import load_form


def change(path: Path, sheet: str, cell: str, value: float | str) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XLTOOL_FORMS", str(tmp_path / "表样"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(edit_taking, "sample", lambda *_: b"")  # see test_changes_of_every_kind
    return tmp_path


def test_ones_own_form(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = write(desk / "表样")
    code, out, err = run(capsys, "form", "edit", "mine")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "下一步：改好、保存、关闭，运行  xltool form take 表样修改_mine.xlsx"
    code, _, err = run(capsys, "form", "edit", "mine")
    assert code == 2
    assert "已经有 表样修改_mine.xlsx，里面可能有没有收回的改动，没有覆盖" in err

    assert run(capsys, "form", "take", "表样修改_mine.xlsx") == (0, f"没有改动，{form} 没有写。\n", "")
    change(desk / "表样修改_mine.xlsx", "参数", "D9", 0.8)
    shown = run(capsys, "form", "take", "表样修改_mine.xlsx", "--show")
    assert shown[0] == 0
    assert "  〔参数〕D9 execution_floor 执行率说明线 值：0.85 → 0.8\n" in shown[1]
    assert form.read_text("utf-8") == FORM
    code, out, err = run(capsys, "form", "take", "表样修改_mine.xlsx")
    assert (code, err) == (0, "")
    assert out.splitlines()[-3:] == [
        f"改动后的表样没有问题，已写进 {form}",
        f"原来的一份：{form.with_name('form_改前.yaml')}",
        f"下一步：看样子，运行  xltool form preview {form}",
    ]
    assert form.read_text("utf-8") == FORM.replace("0.85", "0.8")

    change(desk / "表样修改_mine.xlsx", "参数", "D9", "八成")
    code, out, err = run(capsys, "form", "take", "表样修改_mine.xlsx")
    assert (code, out) == (2, "")
    assert err.splitlines()[1:] == ["  〔参数〕D9 写的是“八成”，不是数。请只写数，如 0.85"]
    out.encode("gbk")


def test_the_form_of_a_campaign_becomes_its_own(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create(desk / "2024 自评", "national-2020", 2024, "自评", "")
    code, out, _ = run(capsys, "form", "edit", "-C", "2024 自评", "--out", "改.xlsx")
    assert code == 0
    own = desk / "2024 自评" / "表样" / "national-2020" / "form.yaml"
    assert out.splitlines()[-1] == '下一步：改好、保存、关闭，运行  xltool form take 改.xlsx -C "2024 自评"'
    change(desk / "改.xlsx", "规则", "C3", "否")
    code, out, err = run(capsys, "form", "take", "改.xlsx", "-C", "2024 自评")
    assert (code, err) == (0, "")
    assert "启用：是 → 否" in out
    assert out.splitlines()[-1].endswith('再运行  xltool generate -C "2024 自评"  重新下发')
    assert [line for line in own.read_text("utf-8").splitlines() if line and line[0] != "#"] == [
        "form: national-2020",
        "extends: national-2020",
        "rules:",
        "  - code: BT01",
        "    override: true",
        "    off: true",
    ]
    assert "BT01" not in {rule.code for rule in load_form(own).spec.rules}


def test_what_is_missing_is_said(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "请写表样的编号，或者写 -C 批次" in run(capsys, "form", "edit")[2]
    assert "没有编号为“没有”的表样" in run(capsys, "form", "edit", "没有")[2]
    (desk / "坏.xlsx").write_bytes(b"PK\x03\x04")
    code, _, err = run(capsys, "form", "take", "坏.xlsx")
    assert code == 2
    assert "坏.xlsx" in err
    with pytest.raises(FileNotFoundError):
        (desk / "表样").stat()
