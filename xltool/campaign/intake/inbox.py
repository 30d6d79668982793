"""What lies in 收回: every file and every file inside an archive, as if the archive had been unpacked by hand.

Imports ``campaign.ledger`` and ``read``. A member of an archive is a file of its own, called ``包.zip/里面.xlsx``: its own
verdict, its own place in the ledger, its own marked copy. What is in a file is looked at by the workers, never here; an
archive that has not changed is not opened again, a file that is too large for a return is not opened at all. A newcomer
would hash the archive as a whole, and examine everything in it again when one file was added.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from xltool.campaign.intake.walk import walk
from xltool.campaign.ledger.store import Ledger, Seen
from xltool.examine import Job, Looking, Pool
from xltool.examine.jobs import FileContent
from xltool.read import LIMITS, Member, not_a_return

_UNREAD, _SKIPPED = "unread ", "skipped "
_LONGEST_PATH = 4_096  # no archive in 收回 has a longer one; a name inside it may be 60,000 long


def look(ledger: Ledger, folder: Path, now: str, pool: Pool) -> list[Seen]:
    """Note in the ledger what lies in 收回 and return it; only files whose size or time changed are read."""
    known, archives = ledger.present(), ledger.archives()
    inside = _inside(known, archives)
    found: dict[str, list[Seen]] = {}
    fresh: dict[str, Seen] = {}
    paths: dict[str, Path] = {}
    noted: list[Seen] = []
    replaced = []
    for place in walk(folder):
        name, size, modified = place.name, place.size, place.modified
        archive = archives.pop(name, None)
        if archive is not None and not place.skipped and (archive.size, archive.modified) == (size, modified):
            found[name] = inside[name]
            continue
        if archive is not None:
            replaced.append(name)
        seen = known.get(name)
        if place.skipped:
            # Known by its place: what it shares its content with, if it has one, is judged on its own.
            skipped = Seen(name, _SKIPPED + _hash(_bytes(f"{name}\n{place.skipped}")), size, modified, place.skipped)
            if seen is None or replace(skipped, skipped="") != seen:
                noted.append(skipped)
            found[name] = [skipped]
        elif seen is not None and (seen.size, seen.modified) == (size, modified) and _read(seen):
            found[name] = [seen]
        else:
            found[name], fresh[name], paths[name] = [], Seen(name, "", size, modified), place.path
    looking = [Looking(name, paths[name]) for name, file in fresh.items() if file.size <= LIMITS.file]
    looked = {task.name: content for task, content in zip(looking, pool.run(looking), strict=True)}
    ledger.begin()
    for name in (*replaced, *archives):
        ledger.drop_archive(name)
    for name, file in fresh.items():
        found[name] = _opened(ledger, paths[name], file, looked.get(name, FileContent()))
        noted += found[name]
    for seen in noted:
        ledger.put_seen(seen, now)
    result = [seen for several in found.values() for seen in several]
    for name in known.keys() - {seen.path for seen in result}:
        ledger.put_gone(name)
    ledger.commit()
    return result


def _read(seen: Seen) -> bool:
    """Whether the file was read then. One that a program held, or that was none of our business, is tried again."""
    return not seen.sha256.startswith((_UNREAD, _SKIPPED))


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


def _opened(ledger: Ledger, path: Path, file: Seen, content: FileContent | None) -> list[Seen]:
    """The file itself, or the members of an archive."""
    if content is None:
        return [replace(file, sha256=_UNREAD + _hash(_bytes(file.path)))]
    if content.members is None:
        return [replace(file, sha256=content.sha256 or _digest(path, file))]
    ledger.put_archive(replace(file, sha256=content.sha256))
    return [_member(content.sha256, file, member) for member in content.members]


def _digest(path: Path, file: Seen) -> str:
    """Of a file no worker has read. A film of 4 GB is known by name, size and time: nothing of it is read."""
    if file.size > LIMITS.file:
        return _hash(_bytes(f"{file.path} {file.size} {file.modified}"))
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return _UNREAD + _hash(_bytes(file.path))


def _member(archive: str, file: Seen, member: Member) -> Seen:
    """A member without a content is known by its archive and name. Unpacking keeps a file's time, so it counts here."""
    name = member.below(file.path)
    place = _hash(_bytes(f"{archive}/{name}"))
    digest = _SKIPPED + place if not_a_return(member.name) else member.sha256 or place
    return Seen(name, digest, member.size, min(member.saved or file.modified, file.modified))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Contents:
    """Says where in 收回 a content is, by the paths of the ledger."""

    def __init__(self, folder: Path, archives: Mapping[str, Seen]) -> None:
        self.folder, self._archives = folder, archives

    def job(self, path: str) -> Job:
        """Return what there is to work on under a path."""
        archive = archive_of(path, self._archives)
        if not archive:
            return Job(Path(path).name, self.folder / path)
        member = path[len(archive) + 1 :]
        return Job(path.rpartition("/")[2], self.folder / archive, member=member, skipped=not_a_return(member))

    def unchanged(self, seen: Seen) -> bool:
        """Whether what is handed out may still be what was noted."""
        if seen.skipped:
            return True
        source = self._archives.get(archive_of(seen.path, self._archives), seen)
        return (source.size, source.modified) == _stamp(self.folder / source.path)
