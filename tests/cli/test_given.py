"""Files given to a command one by one, or as the folder they lie in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.test_commands import run


def test_a_folder_stands_for_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "收 回"
    (folder / "二中").mkdir(parents=True)
    for name in ("甲.xlsx", "二中/乙.xlsx", "~$甲.xlsx"):
        (folder / name).write_text("不是工作簿", encoding="utf-8")
    code, said, told = run(capsys, "check", str(folder))
    assert code == 1
    assert re.findall("^文件：(.*)$", said.replace("\\", "/"), re.MULTILINE) == ["二中/乙.xlsx", "甲.xlsx"]
    assert told == "没有读 ~$甲.xlsx：系统或临时文件\n"
    (folder / "甲.xlsx").unlink()
    (folder / "二中" / "乙.xlsx").unlink()
    code, said, told = run(capsys, "check", str(folder))
    assert (code, said) == (2, "")
    assert f"文件夹“{folder}”里没有要读的文件。" in told
