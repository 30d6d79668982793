"""The tasks of the house, one name each; ``.ci/run`` calls the same ones. ``nox -l`` lists them.

They run in the environment that is active (``pip install -e ".[dev]"``), so nothing is installed twice.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["style", "quick"]

PURE = ("notation", "expr", "form", "engine", "writing")
"""Rooms whose tests start no process: their coverage is a true figure and costs little to measure."""


@nox.session
def quick(session: nox.Session) -> None:
    """The tests for every day: no LibreOffice, nothing slow."""
    session.run("python", "-m", "pytest", "-n", "2", "-m", "not office and not slow and not bench", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, as the README says it."""
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The times we promise; only on a machine that does nothing else."""
    session.run("python", "-m", "pytest", "-m", "bench", *session.posargs)


@nox.session
def style(session: nox.Session) -> None:
    """Style, types, layers of imports."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")


@nox.session
def coverage(session: nox.Session) -> None:
    """How much of the rooms without processes their tests go through."""
    rooms = [f"--cov=xltool.{room}" for room in PURE]
    folders = [f"tests/{room}" for room in PURE]
    chosen = "not office and not slow and not bench"
    session.run("python", "-m", "pytest", "-n", "2", "-m", chosen, *rooms, "--cov-report=term:skip-covered", *folders)


@nox.session
def docs(session: nox.Session) -> None:
    """Write the pages that follow from the forms; a test compares them."""
    session.run("xltool", "form", "docs", "macros_docs")


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the pictures of the documents anew, and the samples of 单位填报一页纸: look at them before they are committed."""
    session.run("python", "-m", "tests.pictures")
    session.run("python", "-m", "tests.manual_pictures")
    session.run("python", "-m", "tests.page_pictures")


@nox.session(venv_backend="venv")
def build(session: nox.Session) -> None:
    """Freeze the program into ``dist/xltool`` in an environment of its own, try it without Python, zip it. Takes minutes."""
    session.install("pyinstaller>=6.10", ".[page]")
    out = Path("dist")
    work = session.create_tmp()
    session.run("python", "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(out),
                "--workpath", work, "packaging/xltool.spec")  # fmt: skip
    session.run("python", "packaging/try_frozen.py", str(out / "xltool"))
    name = f"xltool-{platform.system().lower()}-{platform.machine().lower()}"
    made = Path(shutil.make_archive(str(out / name), "zip", out, "xltool"))
    session.log(f"{made}: {made.stat().st_size / 1e6:.1f} MB, SHA-256 {hashlib.sha256(made.read_bytes()).hexdigest()}")


@nox.session
def wheelhouse(session: nox.Session) -> None:
    """Download the wheels of one system for installing without internet: ``nox -s wheelhouse -- windows``. Needs internet."""
    session.run("python", "packaging/wheelhouse.py", *(session.posargs or ["windows"]))


@nox.session
def demo(session: nox.Session) -> None:
    """The README's other command, in a folder of its own; then what a GBK console makes of it."""
    with tempfile.TemporaryDirectory() as folder, session.chdir(folder):
        session.run("xltool", "demo", "示例")
        returns = sorted(str(path) for path in Path("示例/收回").glob("*.xlsx"))
        _on_gbk(session, "rules")
        _on_gbk(session, "check", *returns, codes=(0, 1))
        _validate(session, sorted(Path("示例").glob("*/*.xlsx")))


@nox.session
def valid(session: nox.Session) -> None:
    """A workbook of every form is valid for Excel 2010 (Open XML SDK)."""
    code = """
import sys
from pathlib import Path
from tests import kit
from xltool.form import form_by_id, form_ids
from xltool.generate import generate
for ident in form_ids():
    form = form_by_id(ident)
    (Path(sys.argv[1]) / f"{ident}.xlsx").write_bytes(generate(form, kit.issue(form, projects=2)))
"""
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-c", code, folder, env={"PYTHONPATH": str(Path.cwd())})
        _validate(session, sorted(Path(folder).glob("*.xlsx")))


def _on_gbk(session: nox.Session, *args: str, codes: tuple[int, ...] = (0,)) -> None:
    """Run a command as a Chinese Windows does; nox itself takes all output for UTF-8."""
    env = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"}
    command = [sys.executable, "-m", "xltool", *args]
    done = subprocess.run(command, env=env, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode not in codes:
        session.error(f"xltool {args[0]}: {done.returncode}\n{done.stderr.decode('gbk', 'replace')}")
    session.log(f"xltool {args[0]}: {len(done.stdout.decode('gbk'))} characters in GBK")


def _validate(session: nox.Session, files: list[Path]) -> None:
    """Ask the Open XML SDK, where ``OOXML_VALIDATOR`` or the path names it."""
    validator = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if not validator or not Path(validator).is_file():
        session.log("npm is not installed: workbooks are not validated")
        return
    for file in files:
        session.run(validator, "--officeVersion", "Office2010", str(file), external=True, silent=True)
    session.log(f"{len(files)} workbooks valid")
