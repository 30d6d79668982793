"""Files on an officer's Windows machine: safe names, atomic writes. Imports nothing of ours."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import IO

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_PREFIX, _SUFFIX = ".xltool-", ".tmp"
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


def write_atomic(path: Path, data: bytes | IO[bytes]) -> None:
    """Write beside the target, flush, rename: a reader sees the old file or the new one, never half.

    ``data``: the content, or an open file to copy from where it stands.

    Raises:
        TargetLockedError: the target cannot be replaced; it is left as it was.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            if isinstance(data, bytes):
                stream.write(data)
            else:
                shutil.copyfileobj(data, stream, 1 << 20)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise TargetLockedError(path) from None


def clear_leftovers(folder: Path) -> None:
    """Take away what ``write_atomic`` left in a folder when its process was killed. Nobody may be writing there."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            path.unlink()
