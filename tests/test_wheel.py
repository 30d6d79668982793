"""The installed wheel works without the repo: forms travel inside it, the demo runs from it, the guide can be followed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import openpyxl
import pytest

REPO = Path(__file__).resolve().parent.parent
GUIDE = REPO / "macros_docs" / "form-guide.md"


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment gets our wheel; third-party libraries are lent from this one, so no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPO)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("*.whl"))
    home = folder / "环境 一"
    venv.create(home, with_pip=True)
    installed = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([installed, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    lent = subprocess.check_output([sys.executable, "-c", "import click; print(click.__path__[0])"], text=True).strip()
    site = next(home.rglob("site-packages"))
    (site / "lent.pth").write_text(str(Path(lent).parent), encoding="utf-8")
    return installed


def run(python: Path, work: Path, *args: str) -> tuple[int, str]:
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "PYTHONUTF8": "1",
        "XLTOOL_FORMS": str(work / "没有"),
    }
    done = subprocess.run([python, "-m", "xltool", *args], cwd=work, env=outside, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def test_demo_runs_from_an_installed_wheel(python: Path, tmp_path: Path) -> None:
    work = tmp_path / "空 文件夹"
    work.mkdir()
    ask = [str(python), "-c", "import xltool; print(xltool.__file__)"]
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    where = subprocess.check_output(ask, text=True, cwd=work, env=outside | {"PYTHONUTF8": "1"})
    assert str(python.parent.parent) in where
    code, output = run(python, work, "demo", "示例")
    assert code == 0, output
    assert "中共衡山县委组织部" in output
    assert (work / "示例" / "汇总" / "汇总.xlsx").is_file()
    code, output = run(python, work, "help", "状态")
    assert (code, output.startswith("状态\n====\n")) == (0, True), "the manual travels inside the wheel"


def test_the_form_authors_guide_word_by_word(python: Path, tmp_path: Path) -> None:
    """Every command of 从哪里开始, in its order, in an empty folder; the text it shows goes into the file it names."""
    work = tmp_path / "空 文件夹"
    work.mkdir()
    section = GUIDE.read_text(encoding="utf-8").partition("## 从哪里开始")[2].partition("\n## ")[0]
    steps = re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]
    commands = [(number, found) for number, step in enumerate(steps) for found in re.findall(r"`xltool ([^`]+)`", step)]
    shown = [re.search(r"```yaml\n(.*?)```", step, re.DOTALL) for step in steps]
    named = [re.search(r"打开 `([^`]+form\.yaml)`", step) for step in steps]
    assert [command.split()[0] for _, command in commands] == [
        "forms",
        "form",
        "form",
        "form",
        "form",
        "init",
        "generate",
    ]
    roster = work / "2024年自评" / "名册.xlsx"
    told = {}
    done: set[int] = set()
    for number, command in commands:
        for before in (step for step in range(number) if step not in done):
            done.add(before)
            text, file = shown[before], named[before]
            if text is not None and file is not None:
                lines = [line.removeprefix("   ") for line in text[1].splitlines()]
                (work / file[1]).write_text("\n".join(lines), encoding="utf-8")
        if command.startswith("generate"):
            filled = openpyxl.load_workbook(roster)
            filled["部门"]["A2"], filled["部门"]["B2"] = "101001", "县教育局"
            filled["项目"]["A2"], filled["项目"]["B2"], filled["项目"]["C2"] = "101001", "101001-1", "校舍维修"
            filled.save(roster)
        code, told[command] = run(python, work, *command.split(), *(["--no-open"] if "preview" in command else []))
        assert code == 0, f"{command}\n{told[command]}"
    assert "mycounty-2024  第 1.0 版  某县" in told["form check 表样/mycounty-2024/form.yaml"]
    assert "  参数：执行率说明线＝0.85" in told["form check 表样/mycounty-2024/form.yaml"]
    assert (work / "样表.xlsx").is_file()
    assert (work / "说明" / "rules.md").is_file()
    (issued,) = (work / "2024年自评" / "下发").glob("*.xlsx")
    code, output = run(python, work, "check", str(issued), "-C", "2024年自评")
    assert "101001" in issued.name
    assert "没有填过" in output or "空" in output, output
