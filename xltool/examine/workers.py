"""Work on files from outside, in processes that can be killed: a file that hangs, bloats or aborts costs its own task.

Imports ``read``, ``form``. Whoever opens a department's file gives a task to this pool: looking into it, examining it,
marking it. Results come in the order of the tasks, whatever finished first. Processes are spawned, so Windows, macOS
and Linux behave alike; they stay from one kind of task to the next, and are told forms and issues once. A newcomer
would use a process pool: it loses every pending result when one of its processes dies.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import connection
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from xltool.examine.starting import apart
from xltool.examine.usage import Usage, give_back, limit_memory
from xltool.files import cause
from xltool.findings import Finding
from xltool.form.layout.issues import Issues
from xltool.ooxml.limits import LIMITS, Limits
from xltool.read import file_notices
from xltool.read.wanted import Official

if TYPE_CHECKING:
    from xltool.form import Form


def _view(values: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(values)


# Read-only mappings are how this project keeps its objects immutable; pickle does not know them.
ForkingPickler.register(MappingProxyType, lambda view: (_view, (dict(view),)))

_START_SECONDS = 60.0
_ORPHAN_SECONDS = 30.0
_TICK = 0.2
_OBJECTS = 5_000
"""How many new objects the collector waits for in a process: most of a file's stay as long as the file."""
_R = TypeVar("_R")
_R_co = TypeVar("_R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every process is told once: the forms that are accepted, the issues of the campaign, the limits.

    ``own``: id and composed definition of those that are a campaign's; the others every process finds itself.
    ``issued``: by issue id; None outside a campaign. ``limits``: seconds and memory per task, and the gate's settings.
    ``official``: how official forms and reports are read; None refuses them.
    """

    form_ids: tuple[str, ...] = ()
    issued: Issues | None = None
    limits: Limits = LIMITS
    official: Official | None = None
    own: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, form: Form, issued: Issues | None = None, official: Official | None = None) -> Desk:
        """Return what is told where a single form is accepted, wherever it came from."""
        ident = str(form.id)
        own = ((ident, form.composed),) if form.composed else ()
        return cls((ident,), issued, official=official, own=own)

    @property
    def large(self) -> bool:
        """Whether being told it leaves memory to give back: a campaign's issues, a form that is read at once."""
        return self.issued is not None or len(self.form_ids) == 1

    def form_of(self, ident: str) -> Form | None:
        """Return an accepted form."""
        if ident not in self.form_ids:
            return None
        from xltool.form import form_by_id, form_from  # whoever hands out files reads no form

        composed = dict(self.own).get(ident)
        return form_from(composed) if composed else form_by_id(ident)


class Task(Protocol[_R_co]):
    """Something to do with a file. It travels to a process, its result travels back: both hold little."""

    def perform(self, desk: Desk) -> _R_co:
        """Return the result. May raise, hang or die: then ``failed`` is asked."""

    def failed(self, finding: Finding) -> _R_co:
        """Return the result of a file of which nothing is known but why the work on it ended."""


def perform(task: Task[_R], desk: Desk) -> _R:
    """Do the work in this process; whatever is raised becomes the verdict on this file."""
    try:
        return task.perform(desk)
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        return task.failed(file_notices.TOO_LARGE.finding(what="内存不足"))
    except BaseException as error:
        return task.failed(file_notices.DIED.finding(what=cause(error)))


def _serve(pipe: connection.Connection) -> None:
    """The life of a process: be told its desk, load what it needs, then one task after the other until told to stop."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):  # whoever asked is gone: so is the work
        _work(pipe, pipe.recv())


def _work(pipe: connection.Connection, desk: Desk) -> None:
    import signal

    # What is loaded here stays and is no file's expense; the collector need not look at it again for every file.
    gc.disable()
    from xltool.examine import one_return  # noqa: F401

    alarm = getattr(signal, "setitimer", None)  # not on Windows
    if len(desk.form_ids) == 1:  # of several, those a file asks for: a file is read in less time than a form
        with contextlib.suppress(Exception):
            desk.form_of(desk.form_ids[0])
    if desk.large:
        give_back()
    limit_memory(desk.limits.memory)
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    gc.enable()
    pipe.send(None)
    while (task := pipe.recv()) is not None:
        # Whoever watches over the time may be killed itself; then the system ends what hangs.
        if alarm is not None:
            alarm(signal.ITIMER_REAL, desk.limits.waited + _ORPHAN_SECONDS)
        answer = _packed(task, desk)
        if alarm is not None:
            alarm(signal.ITIMER_REAL, 0)
        pipe.send_bytes(answer)


def _packed(task: Task[Any], desk: Desk) -> bytes:
    result = perform(task, desk)
    try:
        return bytes(ForkingPickler.dumps(result))
    except Exception as error:  # too deep or too large for the pipe
        return bytes(ForkingPickler.dumps(task.failed(file_notices.DIED.finding(what=cause(error)))))


class _Process:
    """One spawned process and what it is doing.

    A desk with thousands of issues does not fit into the pipe by which Python starts a process: if we end meanwhile, the
    process is left with half of it and says so with a traceback. So it starts with nothing, and is told afterwards.
    """

    def __init__(self, desk: Desk) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with apart():
            self.process.start()
        theirs.close()
        with contextlib.suppress(OSError):  # one that died meanwhile is noticed when it does not answer
            self.pipe.send(desk)
        if desk.large:
            give_back()
        self.ready, self.resident, self.spent = False, 0, 0.0
        self.work: _Work | None = None
        self.started = time.monotonic()

    def usage(self) -> Usage:
        """What it takes now."""
        return Usage.of(self.process.pid)

    def give(self, work: _Work) -> None:
        self.work, self.started = work, time.monotonic()
        self.spent = self.usage().seconds
        with contextlib.suppress(OSError):  # a process that died meanwhile is noticed when asked for its answer
            self.pipe.send(work.task)

    def stop(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.pipe.close()


@dataclass(frozen=True, slots=True)
class _Work:
    """A task, its place in the order, and how often a process has died of it."""

    index: int
    task: Task[Any]
    attempt: int = 0


class Pool:
    """Hands out tasks, collects results, replaces processes that died or were killed.

    Args:
        desk: gives what processes are told; asked once, when the first is started.
        size: processes, started when there is work for them; the results do not depend on it.
    """

    def __init__(self, desk: Callable[[], Desk], size: int = 2) -> None:
        self._desk, self.size = desk, max(1, size)
        self._processes: list[_Process] = []
        self._waiting: list[_Work] = []
        self._done: dict[int, Any] = {}
        self._failed_starts = 0

    @cached_property
    def desk(self) -> Desk:
        """What every process is told."""
        return self._desk()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.stop()
        self._processes.clear()

    def run(self, tasks: Iterable[Task[_R]]) -> Iterator[_R]:
        """Yield the result of every task, in their order.

        One run at a time. ``tasks`` are taken as far as there is room for; a few results at most wait for their turn.
        """
        source, index, following, exhausted = iter(tasks), 0, 0, False
        try:
            while True:
                while not exhausted and index - following < self.size * 4 and len(self._waiting) < self.size:
                    task = next(source, None)
                    if task is None:
                        exhausted = True
                    else:
                        self._waiting.append(_Work(index, task))
                        index += 1
                self._hand_out()
                self._collect()
                while following in self._done:
                    yield self._done.pop(following)
                    following += 1
                if exhausted and following == index:
                    return
        finally:
            self._abandon()

    def _abandon(self) -> None:
        """What nobody waits for any more must not answer the next run."""
        self._waiting.clear()
        self._done.clear()
        for process in [process for process in self._processes if process.work is not None]:
            self._dismiss(process, None)

    def _hand_out(self) -> None:
        while self._waiting and len(self._processes) < min(self.size, len(self._waiting) + self._busy()):
            if self._failed_starts >= 3 or not self._hire():
                break
        self._waiting.sort(key=lambda work: work.index)
        for process in self._processes:
            if self._waiting and process.ready and process.work is None:
                process.give(self._waiting.pop(0))
        if not self._processes and self._waiting:
            # No process can be started on this machine: better done here than not at all.
            work = self._waiting.pop(0)
            self._done[work.index] = perform(work.task, self.desk)

    def _busy(self) -> int:
        return sum(process.work is not None for process in self._processes)

    def _hire(self) -> bool:
        try:
            self._processes.append(_Process(self.desk))
        except OSError:
            self._failed_starts += 1
            return False
        return True

    def _collect(self) -> None:
        active = [process for process in self._processes if process.work is not None or not process.ready]
        if not active:
            return
        ready = set(connection.wait([process.pipe for process in active], timeout=_TICK))
        limits = self.desk.limits
        for process in active:
            if process.pipe in ready:
                self._answer(process)
            elif process.work is None:
                if time.monotonic() - process.started > _START_SECONDS:
                    self._start_failed(process)
            else:
                self._watch(process, limits)

    def _watch(self, process: _Process, limits: Limits) -> None:
        """End what takes too much. A slow machine is no fault of the file, so the processor's time counts, not the clock's."""
        usage = process.usage()
        if usage.seconds - process.spent > limits.seconds:
            self._dismiss(process, file_notices.TIMEOUT.finding(seconds=f"{limits.seconds:g}"))
        elif time.monotonic() - process.started > limits.waited:
            self._dismiss(process, file_notices.TIMEOUT.finding(seconds=f"{limits.waited:g}"))
        elif usage.memory > process.resident + limits.memory:
            self._dismiss(process, file_notices.TOO_LARGE.finding(what="内存不足"))

    def _answer(self, process: _Process) -> None:
        try:
            answer: Any = process.pipe.recv()
        except (EOFError, OSError):
            self._died(process)
            return
        except Exception as error:  # an answer that cannot be unpacked
            self._dismiss(process, file_notices.DIED.finding(what=cause(error)))
            return
        if process.work is None:
            process.ready, self._failed_starts = True, 0
            process.resident = process.usage().memory
        else:
            self._done[process.work.index] = answer
            process.work = None

    def _died(self, process: _Process) -> None:
        """A process may die for reasons of its own (somebody ended it); the file gets one more chance."""
        work = process.work
        if work is None:
            self._start_failed(process)
        elif work.attempt == 0:
            self._waiting.append(_Work(work.index, work.task, 1))
            self._dismiss(process, None)
        else:
            process.process.join(1)
            code = process.process.exitcode
            self._dismiss(process, file_notices.DIED.finding(what=f"进程结束，代码 {code}"))

    def _start_failed(self, process: _Process) -> None:
        self._failed_starts += 1
        self._dismiss(process, None)

    def _dismiss(self, process: _Process, finding: Finding | None) -> None:
        if finding is not None and process.work is not None:
            self._done[process.work.index] = process.work.task.failed(finding)
        process.stop()
        self._processes.remove(process)
