"""Files on an officer's Windows machine: safe and readable names, atomic writes. Imports nothing of ours."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
import time
from itertools import chain, count
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
_SEPARATOR = re.compile(r"([/\\])")
_NAME_BYTES = 200  # a name may have 255 bytes; our own endings need some
_PREFIX, _SUFFIX = ".xltool-", ".tmp"
_PATIENCE = (0.05, 0.2, 0.5)  # virus scanners hold a new file for a moment

_FULL = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))
_NO_FOLDER = frozenset((errno.ENOTDIR, errno.EEXIST, errno.EISDIR))
_WINDOWS_PATH = 259


class UnusableFileError(Exception):
    """A file of the bureau's own cannot be used as it is; the message names it, the place where known, and a remedy."""

    def __init__(self, path: Path, why: str) -> None:
        self.why = why
        super().__init__(f"{readable(str(path))} {why}。")


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
    return "".join(map(_meant, _SEPARATOR.split(text))) if _SURROGATE.search(text) else text


def _meant(name: str) -> str:
    if not _SURROGATE.search(name):
        return name
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


class DistinctNames:
    """Names for outputs of one run that lie in one folder: none is used twice, whatever folders the inputs came from.

    >>> names = DistinctNames()
    >>> names(Path("a/表.xlsx")), names(Path("b/表.xlsx")), names(Path("b/表.xls"))
    ('表', 'b_表', '表（xls）')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __call__(self, path: Path) -> str:
        """Return a safe name without ending: the file's own, else with its folder or kind, else with a number."""
        own = (path.stem, f"{path.absolute().parent.name}_{path.stem}", f"{path.stem}（{path.suffix.lstrip('.')}）")
        numbered = (f"{path.stem[:60]}（{number}）" for number in count(2))
        name = next(name for text in chain(own, numbered) if (name := safe_name(text)).casefold() not in self._taken)
        self._taken.add(name.casefold())
        return name


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


def read_own(path: Path, limit: int) -> bytes:
    """Return the content of a file the bureau keeps, once it is clear that it is a file and of a sensible size.

    A pipe or a device never ends, so it is not opened. ``limit``: bytes.

    Raises:
        UnusableFileError: not there, not a file, too large, or the system refuses.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnusableFileError(path, "是文件夹，不是文件。请把它改名或移走")
        if not stat.S_ISREG(found.st_mode):
            raise UnusableFileError(path, "不是普通文件（是管道或设备），没有读取。请换成真正的文件")
        if found.st_size > limit:
            size, most = f"{found.st_size / 1e6:.1f}", f"{limit / 1e6:g}"
            raise UnusableFileError(path, f"有 {size} MB，上限是 {most} MB，没有读取。请核对是不是放错了文件")
        return whole(path, found.st_size, limit)
    except OSError as error:
        raise UnusableFileError(path, f"读不出来：{trouble(error)}") from None


def whole(path: Path, size: int, limit: int) -> bytes:
    """Return a file's bytes, at most ``limit``. ``size``: what it had just now; it may be growing.

    A newcomer would ask for ``limit`` bytes at once: Python reserves as many, which Windows may refuse.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(min(size + 1, limit))
        return data + stream.read(limit - len(data)) if len(data) > size else data


def trouble(error: OSError) -> str:
    """Return what the system objects to and what to do, in one sentence without its full stop."""
    number = error.errno
    if number in (errno.ENOENT, errno.ENOTDIR):
        return "没有这个文件或文件夹。请核对名称和位置"
    if number in (errno.EACCES, errno.EPERM, errno.EBUSY):
        return "没有读写的权限，或者正被别的程序占用。请关闭占用它的程序、检查权限"
    if number in _FULL:
        return "磁盘已满或超出配额。请清出空间"
    if number == errno.EROFS:
        return "磁盘是只读的。请换到可以写的文件夹"
    if number in (errno.ENAMETOOLONG, errno.ELOOP):
        return "路径太长，或者链接互相指成了圈。请把文件移到较浅的位置"
    if number in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
        return "系统打开的文件太多或内存不足。请关闭一些程序"
    return f"{cause(error)}。请检查磁盘和网络"


_CAUSES = (
    ("MemoryError", "内存不足"),
    ("RecursionError", "层次太深"),
    ("UnicodeError", "文字的编码不对"),
    ("ConnectionError", "连接不上"),
    ("TimeoutError", "等得太久"),
    ("PermissionError", "没有权限"),
    ("FileNotFoundError", "找不到"),
    ("OSError", "读写出错"),
    ("EOFError", "没有写完"),
    ("BadZipFile", "压缩包不完整"),
    ("XMLSyntaxError", "标记写得不对"),
    ("ParseError", "标记写得不对"),
    ("NotImplementedError", "压缩或加密的办法不支持"),
    ("OverflowError", "数太大"),
    ("LookupError", "缺少应有的部分"),
    ("error", "压缩数据有错"),
)
"""What is told of an error, by the name of its class or one it descends from."""


def cause(error: BaseException) -> str:
    """Return in a few Chinese words what kind of error it is: a user reads no class names.

    >>> cause(KeyError("a")), cause(ValueError("b"))
    ('缺少应有的部分', '结构不合规定')
    """
    names = [kind.__name__ for kind in type(error).__mro__]
    return next((words for name, words in _CAUSES if name in names), "结构不合规定")


def own_text(path: Path, limit: int) -> str:
    """Return a text file the bureau wrote, in whatever encoding a Chinese Windows saves: UTF-8, UTF-16 or GBK.

    Raises:
        UnusableFileError: as ``read_own``; also if it is not a text.
    """
    data = read_own(path, limit)
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnusableFileError(path, "不是文字文件。请用记事本打开，另存为 UTF-8 编码的文本")


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
