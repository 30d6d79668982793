"""Files on an officer's Windows machine: safe names, atomic writes. Imports nothing of ours."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


class TargetLockedError(OSError):
    """The target cannot be replaced, most often because it is open in Excel. The old file is whole."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"写不进 {path}：文件可能正在 Excel 或 WPS 中打开，或磁盘已满、文件夹只读。请关闭后再运行一次，原文件没有改动。"
        )


def safe_name(text: str, limit: int = 80) -> str:
    """Return ``text`` as a file name valid on Windows; never empty.

    >>> safe_name('a/b:c?.')
    'a_b_c_'
    """
    cleaned = _FORBIDDEN.sub("_", text.encode("utf-8", "replace").decode("utf-8")).strip(" .")[:limit].strip(" .")
    return f"_{cleaned}" if cleaned.lower().split(".")[0] in _RESERVED else cleaned or "_"


def write_atomic(path: Path, data: bytes) -> None:
    """Write beside the target, flush, rename: a reader sees the old file or the new one, never half.

    Raises:
        TargetLockedError: the target cannot be replaced; it is left as it was.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".xltool-", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise TargetLockedError(path) from None
