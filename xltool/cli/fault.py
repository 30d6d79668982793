"""What nobody foresaw: one sentence for the officer, and a report for the maintainers that holds nothing of the forms.

Imports ``files``. An exception's own words may quote a cell, a path may name a department: neither is written, only
types, our own lines, versions and the verb. A newcomer would print the traceback.
"""

from __future__ import annotations

import datetime
import errno
import platform
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from xltool import __version__
from xltool.cli.verbs import VERBS
from xltool.files import TargetLockedError, readable, trouble, write_atomic

_PACKAGE = Path(__file__).parent.parent
_MACHINE = frozenset(
    getattr(errno, name)
    for name in (
        "ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO", "EBUSY", "ETXTBSY", "EMFILE", "ENFILE", "ENOMEM",
        "ENAMETOOLONG", "ELOOP", "ESTALE", "ETIMEDOUT", "ENETDOWN", "ENETUNREACH", "EHOSTDOWN", "EHOSTUNREACH",
    )
    if hasattr(errno, name)
)  # fmt: skip
_DEEPEST = 40  # frames told of one exception
_CHAIN = 5


def of_the_machine(error: OSError) -> str:
    """Return what to say where the disk, the network or the system is in the way; ``""`` if it is our own fault."""
    if error.errno == errno.ENOENT and error.filename is None:
        return "没有可用的临时文件夹。请检查 TEMP（TMPDIR）指的文件夹，或清出磁盘空间，再运行一次。"
    if error.errno not in _MACHINE:
        return ""
    what = f"读写 {readable(str(error.filename))} 时" if error.filename else "读写文件（可能是临时文件夹）时"
    return f"{what}：{trouble(error)}，再运行一次。已经写好的文件是完整的。"


def tell(error: BaseException, args: Sequence[str], now: datetime.datetime) -> str:
    """Write the report into the current folder, else into the temporary or home folder, and return the sentence."""
    text = report(error, args, now)
    name = f"xltool问题报告-{now:%Y%m%d-%H%M%S}.txt"
    for folder in _folders():
        try:
            write_atomic(folder / name, text.encode("utf-8-sig"))
        except TargetLockedError:
            continue
        return (
            "程序内部出了没有料到的问题，没有做完。已经写好的文件是完整的。\n"
            f"情况记在 {readable(str(folder / name))}，里面没有表格内容和部门名称，请把它发给维护人员。"
        )
    return f"程序内部出了没有料到的问题，没有做完。请把下面的内容发给维护人员：\n{text}"


def _folders() -> Iterator[Path]:
    for find in (Path.cwd, lambda: Path(tempfile.gettempdir()), Path.home):
        try:
            yield find()
        except (OSError, RuntimeError):
            continue


def report(error: BaseException, args: Sequence[str], now: datetime.datetime) -> str:
    """Return the report. Of the command only the verb and the names of its options are told."""
    lines = [
        f"xltool {__version__}，Python {platform.python_version()}，{platform.system()} {platform.release()}",
        f"时间：{now:%Y-%m-%d %H:%M:%S}",
        f"命令：xltool {' '.join(_plain(args))}",
    ]
    current: BaseException | None = error
    for _ in range(_CHAIN):
        if current is None:
            break
        lines += ["", f"{type(current).__module__}.{type(current).__qualname__}", *_frames(current.__traceback__)]
        current = current.__cause__ or current.__context__
    return "\r\n".join(lines) + "\r\n"


def _plain(args: Sequence[str]) -> Iterator[str]:
    for number, arg in enumerate(args):
        if arg.startswith("-") and arg.lstrip("-").partition("=")[0].replace("-", "").isascii():
            yield arg.partition("=")[0] if arg.startswith("--") else arg[:2]
        else:
            yield arg if number == 0 and arg in VERBS else "…"


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Our own lines, and where in a library it broke off."""
    ours: list[str] = []
    last = ""
    while trace is not None:
        code, file = trace.tb_frame.f_code, Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            ours.append(f"  {file.relative_to(_PACKAGE.parent).as_posix()}:{trace.tb_lineno} {code.co_name}")
            last = ""
        else:
            last = f"  （{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}）"
        trace = trace.tb_next
    yield from ours[:_DEEPEST] if len(ours) <= _DEEPEST else [*ours[: _DEEPEST // 2], "  ……", *ours[-_DEEPEST // 2 :]]
    if last:
        yield last
