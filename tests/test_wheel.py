"""The installed wheel works without the repo: forms travel inside it, and the demo runs from it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent


def test_demo_runs_from_an_installed_wheel(tmp_path: Path) -> None:
    """A fresh environment gets our wheel; third-party libraries are lent from this one, so no network is needed."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPO)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    home = tmp_path / "环境 一"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    lent = subprocess.check_output([sys.executable, "-c", "import click; print(click.__path__[0])"], text=True).strip()
    site = next(home.rglob("site-packages"))
    (site / "lent.pth").write_text(str(Path(lent).parent), encoding="utf-8")
    work = tmp_path / "空 文件夹"
    work.mkdir()
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONUTF8": "1"}
    ask = [str(python), "-c", "import xltool; print(xltool.__file__)"]
    where = subprocess.check_output(ask, text=True, cwd=work, env=outside)
    assert str(home) in where
    done = subprocess.run(
        [python, "-m", "xltool", "demo", "示例"], cwd=work, env=outside, capture_output=True, check=False
    )
    output = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert "中共衡山县委组织部" in output
    assert (work / "示例" / "汇总" / "汇总.xlsx").is_file()
    order = [python, "-m", "xltool", "help", "状态"]
    told = subprocess.run(order, cwd=work, env=outside, capture_output=True, check=True).stdout.decode("utf-8")
    assert told.startswith("状态\n====\n"), "the manual travels inside the wheel"
