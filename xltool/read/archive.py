"""The files inside a zip that a department sent, unpacked in memory under limits; nothing touches the disk.

A zip inside the zip is opened once more, not deeper. Names written by Chinese Windows (GBK without a flag)
are shown as they were meant.
"""

from __future__ import annotations

import datetime
import posixpath
import zipfile
from dataclasses import dataclass, field

from xltool.findings import Finding
from xltool.read import notices
from xltool.read.bystanders import is_system_file
from xltool.read.limits import LIMITS, Limits
from xltool.read.package import opened
from xltool.read.sniff import EMPTY_ZIP, ZIP, Refused, kind_of


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its content, or the finding that says why there is none.

    ``saved``: the file's own time, ns; 0 if the archive does not say.
    """

    name: str
    data: bytes = field(default=b"", repr=False)
    finding: Finding | None = None
    saved: int = 0


def members(name: str, data: bytes, limits: Limits = LIMITS) -> tuple[Member, ...] | None:
    """Return the files of an archive in the order of their names; None if ``data`` is no archive.

    Args:
        name: the archive's own name; members are called ``包.zip/里面.xlsx``.
        data: its content.
        limits: the gate's settings.
    """
    if not data.startswith((ZIP, EMPTY_ZIP)):
        return None
    try:
        if kind_of(data, name, limits) != "zip":
            return None
        found = _Unpack(limits).files(name, data, 1)
    except Refused:
        return None
    return tuple(found) or (Member(name, finding=notices.EMPTY_ARCHIVE.finding()),)


class _Unpack:
    """Counts what all levels of one archive have cost so far, and keeps names apart."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.count, self.total = limits, 0, 0
        self.taken: set[str] = set()

    def files(self, name: str, data: bytes, depth: int) -> list[Member]:
        result: list[Member] = []
        with opened(data, self.limits) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            for info in sorted(infos, key=_shown):
                path = f"{name}/{_shown(info)}"
                if is_system_file(path):
                    continue
                self.count, self.total = self.count + 1, self.total + info.file_size
                if self.count > self.limits.members or self.total > self.limits.member_total:
                    what = f"压缩包内超过 {self.limits.members} 个文件或 {self.limits.member_total // 1_000_000} MB"
                    result.append(Member(self._own(path), finding=notices.TOO_LARGE.finding(what=what)))
                    break
                result += self._one(archive, info, self._own(path), depth)
        return result

    def _own(self, path: str) -> str:
        """Names of different spelling or of two levels may be shown alike; each file keeps a name of its own."""
        stem, suffix = posixpath.splitext(path)
        names = (path, *(f"{stem}（{number}）{suffix}" for number in range(2, len(self.taken) + 3)))
        own = next(name for name in names if name not in self.taken)
        self.taken.add(own)
        return own

    def _one(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, depth: int) -> list[Member]:
        if info.file_size > self.limits.file:
            return [Member(path, finding=notices.TOO_LARGE.finding(what=f"{info.file_size // 1_000_000} MB"))]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return [Member(path, finding=notices.ARCHIVE_KIND.finding(what="采用特殊压缩方法的 zip"))]
        saved = _saved(info)
        try:
            data = archive.read(info)
        except Exception as error:  # a damaged member is its own verdict
            return [Member(path, finding=notices.DAMAGED.finding(what=f"压缩数据 {type(error).__name__}"), saved=saved)]
        if not data.startswith((ZIP, EMPTY_ZIP)):
            return [Member(path, data, saved=saved)]
        try:
            if kind_of(data, path, self.limits) != "zip":
                return [Member(path, data, saved=saved)]
            if depth >= 2:
                return [Member(path, finding=notices.DEEP_ARCHIVE.finding())]
            return self.files(path, data, depth + 1) or [Member(path, finding=notices.EMPTY_ARCHIVE.finding())]
        except Refused as refused:
            return [Member(path, finding=refused.finding)]


def _saved(info: zipfile.ZipInfo) -> int:
    """The local time the archive gives, as unpacking would give it to the file; 1980 stands for none."""
    try:
        return int(datetime.datetime(*info.date_time).timestamp() * 1e9) if info.date_time[0] > 1980 else 0
    except (ValueError, OverflowError, OSError):
        return 0


def _shown(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: without the UTF-8 flag zipfile reads cp437, Chinese Windows wrote GBK."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name
