"""Writing a file so that a killed run leaves either the old one or the new one, never half of one.

Imports nothing of ours. A newcomer would write to the target directly: a full disk then destroys the
previous output, and a kill leaves a broken workbook.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside ``path``, flush to disk, then rename over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside = Path(name)
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
