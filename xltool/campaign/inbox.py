"""What lies in 收回: every file and every file inside an archive, as if the archive had been unpacked by hand.

Imports ``campaign.ledger`` and ``read``. A member of an archive is a file of its own, called ``包.zip/里面.xlsx``: its own
verdict, its own place in the ledger, its own marked copy. Archives are unpacked in memory, one at a time; one
that has not changed is not opened again. A newcomer would hash the archive as a whole, and examine everything in
it again when one file was added.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from xltool.campaign.ledger import Ledger, Seen
from xltool.examine import Job
from xltool.read import LIMITS, Member, members, notices

_UNREAD = "unread "
_LONGEST_PATH = 4_096  # no archive in 收回 has a longer one; a name inside it may be 60,000 long


def returned_files(folder: Path) -> list[Path]:
    """Return every file below 收回, in a fixed order."""
    return sorted(
        (path for path in folder.rglob("*") if path.is_file()), key=lambda path: str(path.relative_to(folder))
    )


def look(ledger: Ledger, folder: Path, now: str) -> list[Seen]:
    """Note in the ledger what lies in 收回 and return it; only files whose size or time changed are read."""
    known, archives = ledger.present(), ledger.archives()
    inside = _inside(known, archives)
    found: list[Seen] = []
    ledger.begin()
    for path in returned_files(folder):
        name = str(path.relative_to(folder))
        size, modified = _stamp(path)
        archive = archives.pop(name, None)
        if archive is not None and (archive.size, archive.modified) == (size, modified):
            found += inside[name]
            continue
        if archive is not None:
            ledger.drop_archive(name)
        seen = known.get(name)
        if seen is not None and (seen.size, seen.modified) == (size, modified) and not unread(seen):
            found.append(seen)
            continue
        for fresh in _opened(ledger, path, Seen(name, "", size, modified)):
            ledger.put_seen(fresh, now)
            found.append(fresh)
    for name in archives:
        ledger.drop_archive(name)
    for name in known.keys() - {seen.path for seen in found}:
        ledger.put_gone(name)
    ledger.commit()
    return found


def unread(seen: Seen) -> bool:
    """Whether the file could not be read, for instance because a program holds it; the next run tries again."""
    return seen.sha256.startswith(_UNREAD)


def archive_of(path: str, archives: Collection[str]) -> str:
    """Return the archive a member is in, ``""`` for a file of its own."""
    if not archives:
        return ""
    cuts = (cut.start() for cut in re.finditer("/|$", path[:_LONGEST_PATH]))
    return next((head for cut in cuts if (head := path[:cut]) in archives), "")


def _inside(known: Mapping[str, Seen], archives: Collection[str]) -> dict[str, list[Seen]]:
    result: dict[str, list[Seen]] = {archive: [] for archive in archives}
    for path, seen in sorted(known.items()) if archives else ():
        if archive := archive_of(path, archives):
            result[archive].append(seen)
    return result


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time; zeros where even that cannot be asked."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _opened(ledger: Ledger, path: Path, file: Seen) -> list[Seen]:
    """The file itself, or the members of an archive."""
    try:
        if file.size > LIMITS.file:
            with path.open("rb") as stream:
                return [replace(file, sha256=hashlib.file_digest(stream, "sha256").hexdigest())]
        data = path.read_bytes()
    except OSError:
        return [replace(file, sha256=_UNREAD + _hash(file.path.encode("utf-8", "surrogatepass")))]
    digest = _hash(data)
    packed = members(file.path, data)
    if packed is None:
        return [replace(file, sha256=digest)]
    ledger.put_archive(replace(file, sha256=digest))
    return [_member(digest, file, member) for member in packed]


def _member(archive: str, file: Seen, member: Member) -> Seen:
    """A member without a content is known by its archive and name. Unpacking keeps a file's time, so it counts here."""
    if member.finding is None:
        digest = _hash(member.data)
    else:
        digest = _hash(f"{archive}/{member.name}".encode("utf-8", "surrogatepass"))
    return Seen(member.name, digest, len(member.data), min(member.saved or file.modified, file.modified))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Contents:
    """Hands out what lies in 收回, by the paths of the ledger. Remembers the archive opened last."""

    def __init__(self, folder: Path, archives: Mapping[str, Seen]) -> None:
        self._folder, self._archives = folder, archives
        self._last: tuple[str, dict[str, Member]] = ("", {})

    def job(self, path: str) -> Job:
        """Return what there is to examine under a path."""
        archive = archive_of(path, self._archives)
        if not archive:
            return Job(Path(path).name, self._folder / path)
        if self._last[0] != archive:
            self._last = archive, self._members(archive)
        gone = Member(path, finding=notices.UNREADABLE_FILE.finding(what="压缩包有变动"))
        member = self._last[1].get(path, gone)
        return Job(path.rpartition("/")[2], self._folder / archive, member.data, member.finding)

    def unchanged(self, seen: Seen) -> bool:
        """Whether what is handed out may still be what was noted."""
        source = self._archives.get(archive_of(seen.path, self._archives), seen)
        return (source.size, source.modified) == _stamp(self._folder / source.path)

    def data(self, path: str) -> bytes:
        """Return a file's bytes, none if it cannot be read any more."""
        job = self.job(path)
        try:
            return job.content() if job.readable else b""
        except OSError:
            return b""

    def _members(self, archive: str) -> dict[str, Member]:
        try:
            found = members(archive, (self._folder / archive).read_bytes())
        except OSError:
            found = None
        return {member.name: member for member in found or ()}
