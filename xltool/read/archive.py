"""The files inside a zip or a mail that a department sent, unpacked in memory under limits; nothing touches the disk.

What is known of a member holds little; its content is asked for when it is its turn. A zip inside the zip is opened
once more, not deeper. Names written by Chinese Windows (GBK without a flag) are shown as they were meant.
"""

from __future__ import annotations

import datetime
import hashlib
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace

from xltool.files import cause
from xltool.findings import Finding
from xltool.ooxml.gate import opened
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices
from xltool.read.bystanders import is_system_file
from xltool.read.mail import attachments, is_mail
from xltool.read.sniff import EMPTY_ZIP, ZIP, kind_of


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its size and digest, or the finding that says why it has no content.

    ``name``: below the archive's own; ``""`` stands for the archive, where it has none. ``saved``: the file's own
    time, ns; 0 if the archive does not say. ``place``: how the zip and a zip in it spell it.
    """

    name: str
    size: int = 0
    sha256: str = ""
    finding: Finding | None = None
    saved: int = 0
    place: tuple[str, ...] = ()

    def below(self, archive: str) -> str:
        """Return the name of the member of an archive called so: ``包.zip/里面.xlsx``."""
        return f"{archive}/{self.name}" if self.name else archive


class Archived:
    """An archive and the files in it, in the order of their names. Only one of them is unpacked at a time."""

    @classmethod
    def opened(cls, name: str, data: bytes, limits: Limits = LIMITS) -> Archived | None:
        """Return the archive; None if ``data`` is none, or as a whole is to be refused.

        Args:
            name: the archive's own name.
            data: its content.
            limits: the gate's settings.
        """
        if is_mail(data, name):
            return Mail.of(data, limits)
        if not data.startswith((ZIP, EMPTY_ZIP)):
            return None
        try:
            if kind_of(data, name, limits) != "zip":
                return None
            found = _Listing(limits).files(data, "", (), 1)
        except Refused:
            return None
        return cls(data, tuple(found) or (Member("", finding=file_notices.EMPTY_ARCHIVE.finding()),), limits)

    def __init__(self, data: bytes, members: tuple[Member, ...], limits: Limits) -> None:
        self.members, self._limits = members, limits
        self._by_name = {member.name: member for member in members}
        self._layer: tuple[tuple[str, ...], bytes] = (), data
        self._data = data

    def content(self, name: str) -> bytes:
        """Return what is in a member.

        Raises:
            Refused: there is no content, or no such member (any more).
        """
        member = self._by_name.get(name)
        if member is None:
            raise refuse(file_notices.UNREADABLE_FILE, what="压缩包有变动")
        if member.finding is not None:
            raise Refused(member.finding)
        *outer, last = member.place
        if self._layer[0] != tuple(outer):
            layer = self._data
            for inner in outer:
                layer = self._unpacked(layer, inner)
            self._layer = tuple(outer), layer
        return self._unpacked(self._layer[1], last)

    def _unpacked(self, data: bytes, name: str) -> bytes:
        with opened(data, self._limits) as archive:
            return archive.read(name)


class Mail(Archived):
    """A mail as an archive of its attachments; a zip among them is opened once more."""

    @classmethod
    def of(cls, data: bytes, limits: Limits) -> Mail:
        """Return the mail; what is wrong with it as a whole is said of its one member."""
        try:
            found = attachments(data, limits)
        except Refused as refused:
            return cls((Member("", finding=refused.finding),), limits, {}, {})
        listing, members = _Listing(limits), list[Member]()
        plain: dict[str, bytes] = {}
        packed: dict[str, tuple[Archived, str]] = {}
        for spelt, content in found:
            if is_system_file(spelt):
                continue
            name = listing.own(spelt)
            inner = Archived.opened(name, content, limits) if content.startswith((ZIP, EMPTY_ZIP)) else None
            if len(content) > limits.file:
                members.append(
                    Member(name, finding=file_notices.TOO_LARGE.finding(what=f"{len(content) // 1_000_000} MB"))
                )
            elif inner is None:
                members.append(Member(name, len(content), hashlib.sha256(content).hexdigest()))
                plain[name] = content
            else:
                for member in inner.members:
                    below = replace(member, name=member.below(name))
                    members.append(below)
                    packed[below.name] = inner, member.name
        return cls(tuple(members) or (Member("", finding=file_notices.NO_ATTACHMENT.finding()),), limits, plain, packed)

    def __init__(
        self,
        members: tuple[Member, ...],
        limits: Limits,
        plain: Mapping[str, bytes],
        packed: Mapping[str, tuple[Archived, str]],
    ) -> None:
        super().__init__(b"", members, limits)
        self._plain, self._packed = plain, packed

    def content(self, name: str) -> bytes:
        """Return what is in an attachment.

        Raises:
            Refused: see ``Archived.content``.
        """
        if name in self._plain:
            return self._plain[name]
        if name in self._packed:
            archive, member = self._packed[name]
            return archive.content(member)
        return super().content(name)


class _Listing:
    """Counts what all levels of one archive have cost so far, and keeps names apart."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.count, self.total = limits, 0, 0
        self.taken: set[str] = set()

    def files(self, data: bytes, folder: str, above: tuple[str, ...], depth: int) -> list[Member]:
        """Return the members of a zip. ``folder``: its name and a slash, ``above``: where it is in the outer one."""
        result: list[Member] = []
        with opened(data, self.limits) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            for info in sorted(infos, key=_shown):
                path = f"{folder}{_shown(info)}"
                if is_system_file(path):
                    continue
                self.count, self.total = self.count + 1, self.total + info.file_size
                if self.count > self.limits.members or self.total > self.limits.member_total:
                    what = f"压缩包内超过 {self.limits.members} 个文件或 {self.limits.member_total // 1_000_000} MB"
                    result.append(Member(self.own(path), finding=file_notices.TOO_LARGE.finding(what=what)))
                    break
                result += self._one(archive, info, self.own(path), (*above, info.filename), depth)
        return result

    def own(self, path: str) -> str:
        """Names of different spelling or of two levels may be shown alike; each file keeps a name of its own."""
        stem, suffix = posixpath.splitext(path)
        names = (path, *(f"{stem}（{number}）{suffix}" for number in range(2, len(self.taken) + 3)))
        own = next(name for name in names if name not in self.taken)
        self.taken.add(own)
        return own

    def _one(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, place: tuple[str, ...], depth: int
    ) -> list[Member]:
        if info.file_size > self.limits.file:
            return [Member(path, finding=file_notices.TOO_LARGE.finding(what=f"{info.file_size // 1_000_000} MB"))]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return [Member(path, finding=file_notices.ARCHIVE_KIND.finding(what="采用特殊压缩方法的 zip"))]
        saved = _saved(info)
        try:
            data = archive.read(info)
        except Exception as error:  # a damaged member is its own verdict
            return [Member(path, finding=file_notices.DAMAGED.finding(what=f"压缩数据 {cause(error)}"), saved=saved)]
        file = [Member(path, len(data), hashlib.sha256(data).hexdigest(), saved=saved, place=place)]
        if not data.startswith((ZIP, EMPTY_ZIP)):
            return file
        try:
            if kind_of(data, path, self.limits) != "zip":
                return file
            if depth >= 2:
                return [Member(path, finding=file_notices.DEEP_ARCHIVE.finding())]
            inner = self.files(data, f"{path}/", place, depth + 1)
            return inner or [Member(path, finding=file_notices.EMPTY_ARCHIVE.finding())]
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
