"""Everything that lies in 收回, each thing with why it is not read, if so.

Imports ``files`` and ``read``. Pipes and devices never end, a link may lead anywhere, folders may be nested until
no path is short enough: none of them is opened, all of them are named. A newcomer would use ``rglob``, which
passes over them in silence and gives up deep down.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from xltool.files import UnusableFileError, trouble
from xltool.read import not_a_return, not_entered

_DEEPEST = 40  # folders within folders; people use five
_SPECIAL = "不是文件（是管道或设备），没有读取"
_OUTSIDE = "是指向“收回”以外的链接，没有读取。请把文件本身放进来"
_DANGLING = "是链接，指向的文件不在了。请把文件本身放进来"
_LINKED_FOLDER = "是指向文件夹的链接，没有读取。请把文件本身放进来"
_DEEP = f"文件夹套了 {_DEEPEST} 层以上，里面的没有读取。请移到较浅的位置"


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing in 收回. ``name``: its path below 收回; ``skipped``: why it is not read; ``modified`` in ns."""

    name: str
    path: Path
    size: int
    modified: int
    skipped: str = ""


def walk(folder: Path) -> list[InboxItem]:
    """Return what lies below a folder, in a fixed order; nothing if the folder is not there.

    Raises:
        UnusableFileError: the folder itself cannot be looked into.
    """
    try:
        root = folder.resolve()
    except (OSError, RuntimeError):  # links in a circle
        raise UnusableFileError(folder, "打不开：链接互相指成了圈。请核对这个文件夹") from None
    found: list[InboxItem] = []
    waiting = [(folder, "", 0)]
    while waiting:
        current, name, depth = waiting.pop()
        try:
            with os.scandir(current) as entries:
                listed = list(entries)
        except FileNotFoundError:
            continue
        except OSError as error:
            if not name:
                raise UnusableFileError(folder, f"打不开：{trouble(error)}") from None
            found.append(_place(name, current, f"文件夹打不开：{trouble(error)}"))
            continue
        for entry in listed:
            below = str(Path(name, entry.name))
            if not entry.is_symlink() and entry.is_dir(follow_symlinks=False):
                reason = not_entered(entry.name) or (_DEEP if depth + 1 >= _DEEPEST else "")
                if reason:
                    found.append(_place(below, Path(entry.path), reason))
                else:
                    waiting.append((Path(entry.path), below, depth + 1))
            else:
                found.append(_place(below, Path(entry.path), _why_not(Path(entry.path), below, root)))
    return sorted(found, key=lambda place: place.name)


def _why_not(path: Path, name: str, root: Path) -> str:
    try:
        if path.is_symlink():
            target = path.resolve(strict=True)
            if not target.is_relative_to(root):
                return _OUTSIDE
            if target.is_dir():
                return _LINKED_FOLDER
        if not stat.S_ISREG(path.stat().st_mode):
            return _SPECIAL
    except (OSError, RuntimeError):
        return _DANGLING if path.is_symlink() else ""  # a file that cannot be asked is told when it is read
    return not_a_return(name)


def _place(name: str, path: Path, skipped: str) -> InboxItem:
    """Zeros where even size and time cannot be asked; a thing that is not read has no size."""
    try:
        found = path.lstat() if skipped else path.stat()
    except OSError:
        return InboxItem(name, path, 0, 0, skipped)
    regular = stat.S_ISREG(found.st_mode)
    return InboxItem(name, path, found.st_size if regular else 0, found.st_mtime_ns, skipped)
