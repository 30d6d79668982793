"""Real programs that open a workbook and save it again. A program that is not installed is skipped; CI installs all."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.office import SOFFICE, convert

_NODE = """
const [,, program, source, target] = process.argv;
if (program === "xlsx") { const X = require("xlsx"); X.writeFile(X.readFile(source, {cellNF: true}), target); }
else { const E = require("exceljs"), b = new E.Workbook(); b.xlsx.readFile(source).then(() => b.xlsx.writeFile(target)); }
"""


def _libreoffice(source: Path, kind: str) -> Path:
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    return convert([source], source.parent / "office", kind)[0]


def _gnumeric(source: Path, kind: str) -> Path:
    program = shutil.which("ssconvert")
    if program is None:
        pytest.skip("gnumeric is not installed")
    target = source.with_suffix(f".gnumeric.{kind}")
    subprocess.run([program, str(source), str(target)], check=True, capture_output=True, timeout=120)
    return target


def node_script(package: str, text: str, folder: Path, *args: str) -> None:
    """Run a script that needs an npm package; skips the test where it is not installed."""
    folders = [Path(part) for part in os.environ.get("NODE_PATH", "").split(os.pathsep) if part]
    program = shutil.which("node")
    if program is None or not any((path / package).is_dir() for path in folders):
        pytest.skip(f"npm {package} is not installed (NODE_PATH)")
    script = folder / "save.js"
    script.write_text(text, encoding="utf-8")
    subprocess.run([program, str(script), *args], check=True, capture_output=True, timeout=120)


def _node(package: str) -> Callable[[Path, str], Path]:
    def save(source: Path, kind: str) -> Path:
        target = source.with_suffix(f".{package}.{kind}")
        node_script(package, _NODE, source.parent, package, str(source), str(target))
        return target

    return save


CLIENTS: tuple[tuple[str, Callable[[Path, str], Path], str], ...] = (
    *(("LibreOffice", _libreoffice, kind) for kind in ("xlsx", "xls", "ods")),
    *(("gnumeric", _gnumeric, kind) for kind in ("xlsx", "xls", "ods")),
    ("exceljs", _node("exceljs"), "xlsx"),
    *(("SheetJS", _node("xlsx"), kind) for kind in ("xlsx", "xls", "ods")),
)
"""Program, how to let it save a file as a kind, kind."""
