"""Drives the real LibreOffice: recalculates a workbook the way a department's program would.

Every call uses a fresh profile whose only setting is "always recalculate on load"; without it
LibreOffice shows cached values and proves nothing about formulas.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (CI installs it)")

_RECALC = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode"><value>0</value></prop></item>
</oor:items>
"""


def convert(
    paths: Sequence[Path],
    target: Path,
    kind: str = "xlsx",
    timeout: int = 300,
    environment: Mapping[str, str] | None = None,
) -> list[Path]:
    """Open each workbook in LibreOffice, recalculate, and save it as ``kind`` into ``target``."""
    assert SOFFICE is not None
    target.mkdir(parents=True, exist_ok=True)
    suffix = kind.split(":", 1)[0]
    with tempfile.TemporaryDirectory(prefix="lo-profile-") as profile:
        settings = Path(profile) / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_RECALC, encoding="utf-8")
        subprocess.run(
            [
                SOFFICE,
                f"-env:UserInstallation=file://{profile}",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(target),
                *map(str, paths),
            ],
            check=True,
            capture_output=True,
            timeout=timeout,
            env={**os.environ, **(environment or {})},
        )
    done = [target / f"{path.stem}.{suffix}" for path in paths]
    missing = [path.name for path in done if not path.exists()]
    assert not missing, f"LibreOffice did not write {missing}"
    return done
