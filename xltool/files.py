"""Files on an officer's Windows machine: safe and readable names, atomic writes. Imports nothing of ours."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

AUTHOR = "财政局绩效管理"
"""Stands as author in every file we write, in place of whoever is logged in on the machine."""

CALC_ID = 191029
"""The calculation engine our cached results claim: no Excel of the departments has a newer one, and to an older number
it would answer by calculating everything and asking to save on closing."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ODD_NAME = re.compile(r"[^/\\]*[\ud800-\udfff][^/\\]*")
_NAME_BYTES = 200  # a name may have 255 bytes; our own endings need some
_PREFIX, _SUFFIX = ".xltool-", ".tmp"
_PATIENCE = (0.05, 0.2, 0.5)  # virus scanners hold a new file for a moment

_FULL = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))
_NO_FOLDER = frozenset((errno.ENOTDIR, errno.EEXIST, errno.EISDIR))
_WINDOWS_PATH = 259


class TargetLockedError(OSError):
    """An output cannot be written, most often because it is open in Excel. The old file is whole."""

    def __init__(self, path: Path, error: OSError | None = None) -> None:
        super().__init__(f"写不进 {readable(str(path))}：{_why(path, error)}，再运行一次。原有的文件没有改动。")


def _why(path: Path, error: OSError | None) -> str:
    """What stands in the way, and what to do."""
    number = error.errno if error is not None else None
    if number in _FULL:
        return "磁盘已满或超出配额。请清出空间"
    if number == errno.EROFS:
        return "磁盘是只读的。请换到可以写的文件夹"
    if number == errno.ENAMETOOLONG or (os.name == "nt" and len(str(path.absolute())) > _WINDOWS_PATH):
        return f"路径太长（{len(str(path.absolute()))} 个字）。请把文件夹移到较浅的位置或改短名称"
    if number in _NO_FOLDER:
        return "那里有一个同名的文件或文件夹。请把它改名或移走"
    if number in (None, errno.EACCES, errno.EPERM, errno.ETXTBSY, errno.EBUSY):
        return "文件可能正在 Excel 或 WPS 中打开，或者文件夹没有写的权限。请关闭文件、检查权限"
    return f"{error.strerror if error else ''}。请检查磁盘和网络"


def readable(text: str) -> str:
    """Return a file's name as it was meant: names that are GBK bytes on Linux are decoded, what is left is marked.

    >>> readable("县/" + "教育局.xlsx".encode("gbk").decode("utf-8", "surrogateescape"))
    '县/教育局.xlsx'
    """
    return _ODD_NAME.sub(_meant, text) if _SURROGATE.search(text) else text


def _meant(match: re.Match[str]) -> str:
    name = match[0]
    try:
        return name.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        return _SURROGATE.sub("\ufffd", name)


def safe_name(text: str, limit: int = 80) -> str:
    """Return ``text`` as a file name valid on every system; never empty, at most ``limit`` characters.

    >>> safe_name('a/b:c?.'), safe_name('Con.xlsx'), safe_name('县' * 100) == '县' * 66
    ('a_b_c_', '_Con.xlsx', True)
    """
    cleaned = _FORBIDDEN.sub("_", readable(text)).strip(" .")[:limit]
    cleaned = cleaned.encode("utf-8")[:_NAME_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"_{cleaned}" if _RESERVED.match(cleaned) else cleaned or "_"


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
        _replace(Path(temporary), path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise TargetLockedError(path, error) from None
    except BaseException:  # stopped by Ctrl+C: nothing half-written stays behind
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise


def _replace(temporary: Path, path: Path) -> None:
    for seconds in _PATIENCE:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    temporary.replace(path)


def probe(folder: Path, longest: str = "") -> None:
    """Find out before hours of work whether a folder can be written.

    Args:
        folder: made if it is not there.
        longest: the longest name that will be written into it.

    Raises:
        TargetLockedError: not writable, full, read-only, or the path would be too long.
    """
    target = folder / (longest or f"{_PREFIX}probe{_SUFFIX}")
    if os.name == "nt" and len(str(target.absolute())) > _WINDOWS_PATH:
        raise TargetLockedError(target, OSError(errno.ENAMETOOLONG, ""))
    write_atomic(folder / f"{_PREFIX}probe{_SUFFIX}", b"x" * 65_536)
    (folder / f"{_PREFIX}probe{_SUFFIX}").unlink(missing_ok=True)


def clear_leftovers(folder: Path) -> None:
    """Take away what ``write_atomic`` left in a folder when its process was killed. Nobody may be writing there."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            path.unlink()
