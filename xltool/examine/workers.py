"""Many files examined in processes that can be killed: a file that hangs, bloats or aborts costs its own verdict.

Imports ``examine``, ``read``, ``form``. Results come in the order of the jobs, whatever finished first. Processes
are spawned, so Windows, macOS and Linux behave alike; forms and shapes are sent once per process. A newcomer
would use a process pool: it loses every pending result when one of its processes dies.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from xltool.examine.examine import examine, skip_reason
from xltool.examine.outcome import Outcome
from xltool.findings import Finding
from xltool.form import Form, Shape, form_by_id
from xltool.read import LIMITS, Limits, members, notices
from xltool.read.official import Official


def _view(values: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(values)


# Read-only mappings are how this project keeps its objects immutable; pickle does not know them.
ForkingPickler.register(MappingProxyType, lambda view: (_view, (dict(view),)))

_START_SECONDS = 60.0
_TICK = 0.2


@dataclass(frozen=True, slots=True)
class Job:
    """One file to examine. ``data``: the content, where it is not the file at ``path`` (a member of an archive).

    ``finding``: known beforehand why there is nothing to examine.
    """

    name: str
    path: Path
    data: bytes | None = field(default=None, repr=False)
    finding: Finding | None = None

    @property
    def readable(self) -> bool:
        """Whether there is a content to hand back."""
        return self.finding is None and (self.data is not None or os.access(self.path, os.R_OK))

    def content(self) -> bytes:
        """Return the bytes; raises OSError."""
        return self.path.read_bytes() if self.data is None else self.data


Work = Callable[[Job, Callable[[str], Form | None], Mapping[str, Shape] | None, Limits], Outcome]
_R = TypeVar("_R")


def jobs_of(files: Iterable[tuple[str, Path]], limits: Limits = LIMITS) -> Iterator[Job]:
    """Return one job per file, and one per member for a zip; in the order given, members by name."""
    for name, path in files:
        inside = None
        with contextlib.suppress(OSError):
            if not skip_reason(name) and path.stat().st_size <= limits.file and _starts_as_zip(path):
                inside = members(name, path.read_bytes(), limits)
        if inside is None:
            yield Job(name, path)
        else:
            yield from (Job(member.name, path, member.data, member.finding) for member in inside)


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"PK"


def examine_many(
    jobs: Iterable[Job],
    form_ids: Sequence[str],
    issued: Mapping[str, Shape] | None = None,
    workers: int = 2,
    limits: Limits = LIMITS,
    work: Work | None = None,
    official: Official | None = None,
) -> Iterator[tuple[Job, Outcome]]:
    """Examine files; yields an outcome for every job, in the order of the jobs. Arguments as ``finish_many``."""
    return finish_many(jobs, form_ids, _unchanged, issued, workers, limits, work, official)


def _unchanged(outcome: Outcome) -> Outcome:
    return outcome


def finish_many(
    jobs: Iterable[Job],
    form_ids: Sequence[str],
    finish: Callable[[Outcome], _R],
    issued: Mapping[str, Shape] | None = None,
    workers: int = 2,
    limits: Limits = LIMITS,
    work: Work | None = None,
    official: Official | None = None,
) -> Iterator[tuple[Job, _R]]:
    """Examine files; yields what ``finish`` makes of each outcome, in the order of the jobs.

    Args:
        jobs: read as far as there is room for; at most a few contents are held at a time.
        form_ids: the forms that are accepted.
        finish: run in the process that examined the file, so that only its result travels; a function of a module.
        issued: the shapes the campaign issued, by issue id; None outside a campaign.
        workers: processes; the results do not depend on it.
        limits: seconds and memory per file, and the gate's settings.
        work: what to do with a job, ``examine_job`` unless a test says otherwise.
        official: how to read official forms and reports; None refuses them.
    """
    shapes = dict(issued) if issued is not None else None
    crew = _Crew(
        _Setup(tuple(form_ids), shapes, limits, work or partial(examine_job, official=official), finish),
        max(1, workers),
    )
    try:
        yield from crew.run(jobs)
    finally:
        crew.close()


def examine_job(
    job: Job,
    form_of: Callable[[str], Form | None],
    issued: Mapping[str, Shape] | None,
    limits: Limits,
    official: Official | None = None,
) -> Outcome:
    """Examine one job in this process. Never raises for anything in the file, or for a file that cannot be opened."""
    if job.finding is not None:
        return Outcome(job.name, (job.finding,))
    if skip_reason(job.name):
        return examine(job.name, b"", form_of, issued, limits)
    try:
        if job.data is None and job.path.stat().st_size > limits.file:
            what = f"{job.path.stat().st_size // 1_000_000} MB"
            return Outcome(job.name, (notices.TOO_LARGE.finding(what=what),))
        data = job.content()
    except OSError as error:
        return Outcome(job.name, (notices.UNREADABLE_FILE.finding(what=error.strerror or type(error).__name__),))
    return examine(job.name, data, form_of, issued, limits, official)


@dataclass(frozen=True, slots=True)
class _Setup(Generic[_R]):
    """What every process is told once."""

    form_ids: tuple[str, ...]
    issued: dict[str, Shape] | None
    limits: Limits
    work: Work
    finish: Callable[[Outcome], _R]

    def form_of(self, ident: str) -> Form | None:
        return form_by_id(ident) if ident in self.form_ids else None

    def perform(self, job: Job) -> _R:
        """Do the work; whatever is raised becomes the verdict on this file."""
        try:
            return self.finish(self.work(job, self.form_of, self.issued, self.limits))
        except (KeyboardInterrupt, SystemExit):
            raise
        except MemoryError:
            return self.failed(job, notices.TOO_LARGE.finding(what="内存不足"))
        except BaseException as error:
            return self.failed(job, notices.DIED.finding(what=type(error).__name__))

    def failed(self, job: Job, finding: Finding) -> _R:
        """Return the result of a file of which nothing but a finding is known."""
        return self.finish(Outcome(job.name, (finding,)))


def _serve(pipe: connection.Connection, setup: _Setup[Any]) -> None:
    """The life of a process: load what it needs, then one job after the other until told to stop."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for ident in setup.form_ids:
        with contextlib.suppress(Exception):
            form_by_id(ident)
    _limit_memory(setup.limits.memory)
    gc.freeze()  # forms stay; the collector need not look at them again for every file
    with contextlib.suppress(EOFError, OSError):  # whoever asked is gone: so is the work
        pipe.send(None)
        while (job := pipe.recv()) is not None:
            pipe.send_bytes(_packed(setup, job))


def _packed(setup: _Setup[Any], job: Job) -> bytes:
    result = setup.perform(job)
    try:
        return bytes(ForkingPickler.dumps(result))
    except Exception as error:  # too deep or too large for the pipe
        return bytes(ForkingPickler.dumps(setup.failed(job, notices.DIED.finding(what=type(error).__name__))))


def _limit_memory(extra: int) -> None:
    """Let the system refuse more memory than allowed, where it can; the parent watches everywhere (Windows, macOS)."""
    import psutil

    try:
        import resource

        limit = psutil.Process().memory_info().vms + extra
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, OSError, ValueError):
        return


def memory_of(pid: int) -> int:
    """Return the bytes a process occupies, 0 if it is gone."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl+C goes to every process of a terminal; one that is just starting should not answer with a traceback.

    What is blocked here stays so in the process started meanwhile; ours gets the signal right afterwards.
    """
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process:
    """One spawned process and what it is doing."""

    def __init__(self, setup: _Setup[Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        with _deaf():
            self.process.start()
        theirs.close()
        self.ready, self.resident = False, 0
        self.task: tuple[int, Job, int] | None = None
        self.started = time.monotonic()

    def give(self, index: int, job: Job, attempt: int) -> None:
        self.task, self.started = (index, job, attempt), time.monotonic()
        with contextlib.suppress(OSError):  # a process that died meanwhile is noticed when asked for its answer
            self.pipe.send(job)

    def stop(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.pipe.close()


class _Crew(Generic[_R]):
    """Hands out jobs, collects results, replaces processes that died or were killed."""

    def __init__(self, setup: _Setup[_R], size: int) -> None:
        self.setup, self.size = setup, size
        self.processes: list[_Process] = []
        self.again: list[tuple[int, Job, int]] = []
        self.done: dict[int, tuple[Job, _R]] = {}
        self.failed_starts = 0

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, _R]]:
        source, index, following, exhausted = iter(jobs), 0, 0, False
        while True:
            while not exhausted and index - following < self.size * 4 and len(self.again) < self.size:
                job = next(source, None)
                if job is None:
                    exhausted = True
                else:
                    self.again.append((index, job, 0))
                    index += 1
            self._hand_out()
            self._collect()
            while following in self.done:
                yield self.done.pop(following)
                following += 1
            if exhausted and following == index:
                return

    def close(self) -> None:
        for process in self.processes:
            process.stop()
        self.processes.clear()

    def _hand_out(self) -> None:
        while self.again and len(self.processes) < min(self.size, len(self.again) + self._busy()):
            if self.failed_starts >= 3 or not self._hire():
                break
        self.again.sort(key=lambda task: task[0])
        for process in self.processes:
            if self.again and process.ready and process.task is None:
                process.give(*self.again.pop(0))
        if not self.processes and self.again:
            # No process can be started on this machine: better examined here than not at all.
            index, job, _ = self.again.pop(0)
            self.done[index] = job, self.setup.perform(job)

    def _busy(self) -> int:
        return sum(process.task is not None for process in self.processes)

    def _hire(self) -> bool:
        try:
            self.processes.append(_Process(self.setup))
        except OSError:
            self.failed_starts += 1
            return False
        return True

    def _collect(self) -> None:
        active = [process for process in self.processes if process.task is not None or not process.ready]
        if not active:
            return
        ready = set(connection.wait([process.pipe for process in active], timeout=_TICK))
        for process in active:
            if process.pipe in ready:
                self._answer(process)
            elif process.task is None:
                if time.monotonic() - process.started > _START_SECONDS:
                    self._start_failed(process)
            elif time.monotonic() - process.started > self.setup.limits.seconds:
                seconds = f"{self.setup.limits.seconds:g}"
                self._dismiss(process, notices.TIMEOUT.finding(seconds=seconds))
            elif memory_of(process.process.pid or 0) > process.resident + self.setup.limits.memory:
                self._dismiss(process, notices.TOO_LARGE.finding(what="内存不足"))

    def _answer(self, process: _Process) -> None:
        try:
            answer: Any = process.pipe.recv()
        except (EOFError, OSError):
            self._died(process)
            return
        except Exception as error:  # an answer that cannot be unpacked
            self._dismiss(process, notices.DIED.finding(what=type(error).__name__))
            return
        if process.task is None:
            process.ready, self.failed_starts = True, 0
            process.resident = memory_of(process.process.pid or 0)
        else:
            index, job, _ = process.task
            process.task = None
            self.done[index] = job, answer

    def _died(self, process: _Process) -> None:
        """A process may die for reasons of its own (somebody ended it); the file gets one more chance."""
        if process.task is None:
            self._start_failed(process)
        elif process.task[2] == 0:
            index, job, attempt = process.task
            self.again.append((index, job, attempt + 1))
            self._dismiss(process, None)
        else:
            process.process.join(1)
            code = process.process.exitcode
            self._dismiss(process, notices.DIED.finding(what=f"进程结束，代码 {code}"))

    def _start_failed(self, process: _Process) -> None:
        self.failed_starts += 1
        self._dismiss(process, None)

    def _dismiss(self, process: _Process, finding: Finding | None) -> None:
        if finding is not None and process.task is not None:
            index, job, _ = process.task
            self.done[index] = job, self.setup.failed(job, finding)
        process.stop()
        self.processes.remove(process)
