"""What lies in 收回: every file and every file inside an archive, as if the archive had been unpacked by hand.

Imports ``campaign.ledger`` and ``read``. A member of an archive is a file of its own, called ``包.zip/里面.xlsx``: its own
verdict, its own place in the ledger, its own marked copy. Archives are unpacked in memory, one at a time; one
that has not changed is not opened again. A newcomer would hash the archive as a whole, and examine everything in
it again when one file was added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from xltool.campaign.ledger import Ledger, Seen
from xltool.campaign.walk import walk
from xltool.examine import Job
from xltool.read import LIMITS, Member, members, not_a_return, notices

_UNREAD, _SKIPPED = "unread ", "skipped "


def look(ledger: Ledger, folder: Path, now: str) -> list[Seen]:
    """Note in the ledger what lies in 收回 and return it; only files whose size or time changed are read."""
    known, archives = ledger.present(), ledger.archives()
    inside = _inside(known, archives)
    found: list[Seen] = []
    ledger.begin()
    for place in walk(folder):
        name, size, modified = place.name, place.size, place.modified
        archive = archives.pop(name, None)
        if archive is not None and not place.skipped and (archive.size, archive.modified) == (size, modified):
            found += inside[name]
            continue
        if archive is not None:
            ledger.drop_archive(name)
        seen = known.get(name)
        if place.skipped:
            # Known by its place: what it shares its content with, if it has one, is judged on its own.
            digest = _SKIPPED + _hash(f"{name}\n{place.skipped}".encode("utf-8", "surrogatepass"))
            fresh = Seen(name, digest, size, modified, place.skipped)
            if seen is None or replace(fresh, skipped="") != seen:
                ledger.put_seen(fresh, now)
            found.append(fresh)
            continue
        if seen is not None and (seen.size, seen.modified) == (size, modified) and _read(seen):
            found.append(seen)
            continue
        for fresh in _opened(ledger, place.path, Seen(name, "", size, modified)):
            ledger.put_seen(fresh, now)
            found.append(fresh)
    for name in archives:
        ledger.drop_archive(name)
    for name in known.keys() - {seen.path for seen in found}:
        ledger.put_gone(name)
    ledger.commit()
    return found


def _read(seen: Seen) -> bool:
    """Whether the file was read then. One that a program held, or that was none of our business, is tried again."""
    return not seen.sha256.startswith((_UNREAD, _SKIPPED))


def archive_of(path: str, archives: Collection[str]) -> str:
    """Return the archive a member is in, ``""`` for a file of its own."""
    return next((archive for archive in archives if path == archive or path.startswith(f"{archive}/")), "")


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
    place = _hash(f"{archive}/{member.name}".encode("utf-8", "surrogatepass"))
    if not_a_return(member.name.removeprefix(file.path)):
        digest = _SKIPPED + place
    else:
        digest = _hash(member.data) if member.finding is None else place
    return Seen(member.name, digest, len(member.data), min(member.saved or file.modified, file.modified))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Contents:
    """Hands out what lies in 收回, by the paths of the ledger. Remembers the archive opened last."""

    def __init__(self, folder: Path, archives: Mapping[str, Seen]) -> None:
        self.folder, self._archives = folder, archives
        self._last: tuple[str, dict[str, Member]] = ("", {})

    def job(self, path: str) -> Job:
        """Return what there is to examine under a path."""
        archive = archive_of(path, self._archives)
        if not archive:
            return Job(Path(path).name, self.folder / path)
        if self._last[0] != archive:
            self._last = archive, self._members(archive)
        gone = Member(path, finding=notices.UNREADABLE_FILE.finding(what="压缩包有变动"))
        member = self._last[1].get(path, gone)
        skipped = not_a_return(path.removeprefix(archive))
        return Job(path.rpartition("/")[2], self.folder / archive, member.data, member.finding, skipped)

    def unchanged(self, seen: Seen) -> bool:
        """Whether what is handed out may still be what was noted."""
        if seen.skipped:
            return True
        source = self._archives.get(archive_of(seen.path, self._archives), seen)
        return (source.size, source.modified) == _stamp(self.folder / source.path)

    def data(self, path: str) -> bytes:
        """Return a file's bytes, none if it cannot be read any more."""
        job = self.job(path)
        try:
            return job.content() if job.readable else b""
        except OSError:
            return b""

    def _members(self, archive: str) -> dict[str, Member]:
        try:
            found = members(archive, (self.folder / archive).read_bytes())
        except OSError:
            found = None
        return {member.name: member for member in found or ()}
