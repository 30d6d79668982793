"""Returned files as tasks for the workers: looked into, examined.

Imports ``workers``, ``examine``, ``read``. A job says where a content is; it is opened in the process that works on it
and nowhere else, so that neither its size nor what is in it is anything to the process that hands out the work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Generic, TypeVar

from xltool.examine.outcome import Outcome
from xltool.examine.workers import Desk, Pool, perform
from xltool.files import cause, whole
from xltool.findings import Finding
from xltool.form.layout.issues import Issues
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import PACKAGE_LIST, file_notices, is_package_list, not_a_return
from xltool.read.wanted import Official

if TYPE_CHECKING:
    from xltool.read import Archived, Member

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Job:
    """One returned file.

    ``data``: the content, where it is no file. ``member``: where it is inside the archive at ``path``, the name of the
    member; ``""`` stands for an archive that has none. ``skipped``: why it is none of our business.
    """

    name: str
    path: Path
    data: bytes | None = field(default=None, repr=False)
    member: str | None = None
    skipped: str = ""

    def content(self, limits: Limits = LIMITS) -> bytes:
        """Return the bytes, of a file that is not too large to be looked at.

        Raises:
            OSError: it cannot be read.
            Refused: it is too large, or the archive says why there is no content.
        """
        if self.data is not None:
            return self.data
        if self.member is None:
            return _read(self.path, limits)
        stat = self.path.stat()
        return _archive(self.path, stat.st_size, stat.st_mtime_ns, limits).content(self.member)


def _read(path: Path, limits: Limits) -> bytes:
    stat = path.stat()
    if not S_ISREG(stat.st_mode):
        raise refuse(file_notices.UNREADABLE_FILE, what="是管道或设备，不是文件")
    size = stat.st_size
    if size > limits.file:
        raise refuse(file_notices.TOO_LARGE, what=f"{size // 1_000_000} MB")
    return whole(path, size, limits.file + 1)  # one byte too many is refused later


@lru_cache(maxsize=1)
def _archive(path: Path, _size: int, _modified: int, limits: Limits) -> Archived:
    """The archive opened last, because its members are worked on one after the other."""
    from xltool.read.archive import Archived  # whoever hands out files opens none

    archive = Archived.opened(path.name, _read(path, limits), limits)
    if archive is None:
        raise refuse(file_notices.UNREADABLE_FILE, what="压缩包有变动")
    return archive


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file is before it is examined: its digest, ``""`` if unknown, and its members if it is an archive."""

    sha256: str = ""
    members: tuple[Member, ...] | None = None


@dataclass(frozen=True, slots=True)
class Looking:
    """A file looked into: None if it cannot be read at all."""

    name: str
    path: Path

    def perform(self, desk: Desk) -> FileContent | None:
        """Return digest and members."""
        import hashlib  # whoever hands out files opens none

        from xltool.read.archive import Archived

        if not_a_return(self.name):
            return FileContent()
        try:
            data = _read(self.path, desk.limits)
        except OSError:
            return None
        archive = Archived.opened(self.name, data, desk.limits)
        return FileContent(hashlib.sha256(data).hexdigest(), archive.members if archive is not None else None)

    def failed(self, finding: Finding) -> FileContent:
        """Whatever it is, examining it will say what is wrong with it."""
        del finding
        return FileContent()


Work = Callable[[Job, Desk], Outcome]


@dataclass(frozen=True, slots=True)
class Examining(Generic[_R]):
    """A job examined; ``finish`` makes of the outcome what travels back. Both are functions of a module."""

    job: Job
    finish: Callable[[Outcome], _R]
    work: Work | None = None

    def perform(self, desk: Desk) -> _R:
        """Return what ``finish`` makes of the outcome."""
        return self.finish((self.work or examine_job)(self.job, desk))

    def failed(self, finding: Finding) -> _R:
        """Return what ``finish`` makes of this one finding."""
        return self.finish(Outcome(self.job.name, (finding,)))


@dataclass(frozen=True, slots=True)
class Opening(Generic[_R]):
    """What ``make``, a function of a module, reads out of a job's content, or the finding that says why it cannot."""

    job: Job
    make: Callable[[bytes, Desk], _R]

    def perform(self, desk: Desk) -> _R | Finding:
        """Return what ``make`` returns."""
        try:
            return self.make(self.job.content(desk.limits), desk)
        except Refused as refused:
            return refused.finding
        except OSError as error:
            return _unreadable(error)

    def failed(self, finding: Finding) -> Finding:
        """Return the finding."""
        return finding


def jobs_of(files: Iterable[tuple[str, Path]], pool: Pool | None = None) -> list[Job]:
    """Return one job per file, and one per member for a zip; in the order given, members by name.

    ``pool``: looks into the files; without one it is done in this process.
    """
    looking = [Looking(name, path) for name, path in files]
    looked = pool.run(looking) if pool is not None else (perform(task, Desk()) for task in looking)
    jobs: list[Job] = []
    for task, content in zip(looking, looked, strict=True):
        if content is None or content.members is None:
            jobs.append(Job(task.name, task.path))
        else:
            jobs += (Job(member.below(task.name), task.path, member=member.name) for member in content.members)
    return jobs


def examine_many(
    jobs: Iterable[Job],
    form_ids: Sequence[str],
    issued: Issues | None = None,
    workers: int = 2,
    limits: Limits = LIMITS,
    work: Work | None = None,
    official: Official | None = None,
) -> Iterator[tuple[Job, Outcome]]:
    """Examine files in a pool of their own; yields an outcome for every job, in the order of the jobs.

    Args:
        jobs: read as far as there is room for; at most a few are held at a time.
        form_ids: the forms that are accepted.
        issued: the issues of the campaign, by issue id; None outside a campaign.
        workers: processes; the results do not depend on it.
        limits: seconds and memory per file, and the gate's settings.
        work: what to do with a job, ``examine_job`` unless a test says otherwise.
        official: how to read official forms and reports; None refuses them.
    """
    given: deque[Job] = deque()

    def tasks() -> Iterator[Examining[Outcome]]:
        for job in jobs:
            given.append(job)
            yield Examining(job, unchanged, work)

    with Pool(lambda: Desk(tuple(form_ids), issued, limits, official), workers) as pool:
        for outcome in pool.run(tasks()):
            yield given.popleft(), outcome


def unchanged(outcome: Outcome) -> Outcome:
    """Let the whole outcome travel back."""
    return outcome


def examine_job(job: Job, desk: Desk) -> Outcome:
    """Examine one job in this process. Never raises for anything in the file, or for a file that cannot be opened."""
    skipped = job.skipped or not_a_return(job.name) or (PACKAGE_LIST if is_package_list(job.name) else "")
    if skipped:
        return Outcome(job.name, (), skipped=skipped)
    try:
        data = job.content(desk.limits)
    except Refused as refused:
        return Outcome(job.name, (refused.finding,))
    except OSError as error:
        return Outcome(job.name, (_unreadable(error),))
    from xltool.examine.one_return import examine  # whoever hands out files examines none

    return examine(job.name, data, desk.form_of, desk.issued, desk.limits, desk.official)


def _unreadable(error: OSError) -> Finding:
    return file_notices.UNREADABLE_FILE.finding(what=cause(error))
