"""The same work on many machines: a pool whose processes stand behind the workers of a Dask cluster.

Imports ``workers`` and ``jobs``; only here Dask is imported. What goes out is the content of a file and what to do with it,
what comes back is the result, so the machines need no common folder. Each of Dask's threads keeps one process of our own
pool: limits hold there as here, and a file that hangs or bloats ends that process, never Dask's worker. A newcomer would
let Dask's worker examine the file itself: it would die of it, and Dask would hand the file to the next worker, and the next.
"""

from __future__ import annotations

import hashlib
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import chain
from multiprocessing.reduction import ForkingPickler
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

from xltool import __version__
from xltool.examine.jobs import Job, Opening
from xltool.examine.workers import Desk, Pool, Task
from xltool.files import cause
from xltool.form import library
from xltool.ooxml.refused import Refused

_R = TypeVar("_R")
_FILES, _BYTES = 8, 4_000_000  # of one message
_CONNECT_SECONDS, _LOST_SECONDS, _ASK_SECONDS = 20.0, 60.0, 2.0
_PORT = 8786  # of a Dask scheduler

NO_DASK = '这台电脑没有装 Dask。要用的话请运行：pip install "xltool[dask]"。'


class ClusterError(Exception):
    """The cluster cannot be used; the message says what to do."""


@dataclass(slots=True)
class _Sent:
    """Tasks that travel together; ``future`` is None once they are done here."""

    tasks: list[Task[Any]]
    packed: bytes
    future: Any = None
    results: list[Any] = field(default_factory=list)


class Cluster(Pool):
    """Hands out tasks to the workers of a Dask cluster; those that are not about a content are done on this machine.

    Whatever happens to the cluster, every task has its result: a batch whose workers died is given to others by Dask, and
    done here at last. ``notes`` say so.

    Args:
        desk: gives what processes are told.
        address: of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises:
        ClusterError: Dask is not installed, nobody answers there, or a worker has another version of the tool.
    """

    def __init__(self, desk: Callable[[], Desk], address: str) -> None:
        super().__init__(desk)
        self.notes: list[str] = []
        self._client, self._told = _connected(address), None
        self._lost_since: float | None = None

    def close(self) -> None:
        """End the processes of this machine and of the cluster, and leave it."""
        super().close()
        if self._client is not None:
            if self._told is not None:
                with suppress(Exception):  # a cluster that is gone has nothing to give back
                    self._client.run(_release, on_error="ignore")
            with suppress(Exception):
                self._client.close(timeout=5)
            self._client = None

    def run(self, tasks: Iterable[Task[_R]]) -> Iterator[_R]:
        """Yield the result of every task, in their order. Few tasks are under way at a time."""
        source = iter(tasks)
        first = next(source, None)
        if first is None:
            return
        if not _place(first):  # a run is of one kind
            yield from super().run(chain([first], source))
            return
        under_way: deque[_Sent] = deque()
        batch: list[Task[Any]] = []
        size = 0
        for task in chain([first], source):
            shipped = self._with_content(task) if self._client is not None else None
            if shipped is None:
                # Done here, in its turn: what was sent before goes on meanwhile.
                under_way += self._sent(batch)
                batch, size = [], 0
                under_way.append(_Sent([], b"", results=list(super().run([task]))))
            else:
                batch.append(shipped)
                size += _weight(shipped)
                if len(batch) == _FILES or size >= _BYTES:
                    under_way += self._sent(batch)
                    batch, size = [], 0
            while len(under_way) > self._room():
                yield from self._results(under_way.popleft())
        under_way += self._sent(batch)
        while under_way:
            yield from self._results(under_way.popleft())

    def _workers(self) -> dict[str, Any]:
        """The cluster's workers that are there now."""
        with suppress(Exception):
            if self._client.status == "running":
                return dict(self._client.scheduler_info(n_workers=-1).get("workers", {}))
        return {}

    def _room(self) -> int:
        return 4 + 2 * sum(int(worker["nthreads"]) for worker in self._workers().values())

    def _with_content(self, task: Task[_R]) -> Task[_R] | None:
        """The task with the content it is about; None if there is none, so that it must be done here."""
        place = _place(task)
        job: Job = getattr(task, place)
        if job.skipped:
            return None
        if job.data is None:
            try:
                # Archives are opened by the processes of this machine, never here.
                data = job.content(self.desk.limits) if job.member is None else self._member(job)
            except (OSError, Refused):
                return None
            if data is None:
                return None
            path = cast(Path, PurePosixPath(job.path.name))  # other machines may run another system
            job = replace(job, path=path, data=data, member=None)
        return cast("Task[_R]", replace(cast(Any, task), **{place: job}))

    def _member(self, job: Job) -> bytes | None:
        (data,) = super().run([Opening(job, _content)])
        return data if isinstance(data, bytes) else None

    def _sent(self, tasks: list[Task[Any]]) -> list[_Sent]:
        if not tasks:
            return []
        sent = _Sent(tasks, bytes(ForkingPickler.dumps(tasks)))
        if self._client is not None:
            try:
                if self._told is None:
                    packed = zlib.compress(bytes(ForkingPickler.dumps(self.desk)), 1)
                    # A task, not data laid down there: it is made again when the worker that holds it dies.
                    self._told = self._client.submit(_same, packed, pure=False)
                sent.future = self._client.submit(_work, self._told, sent.packed, fingerprint(), pure=False)
            except Exception as error:
                self._leave(error)
        return [sent]

    def _results(self, sent: _Sent) -> Iterator[Any]:
        if not sent.tasks:
            yield from sent.results
            return
        answer = self._fetched(sent.future) if sent.future is not None and self._client is not None else None
        if answer is None:
            yield from super().run(sent.tasks)
        else:
            yield from ForkingPickler.loads(answer)

    def _fetched(self, future: Any) -> bytes | None:
        """The answer of the cluster, or None if there will be none."""
        while True:
            try:
                return cast(bytes, future.result(timeout=_ASK_SECONDS))
            except TimeoutError:
                if future.status == "pending" and not self._deserted():
                    continue
                if future.status == "pending":
                    self._leave(None)
                return None
            except Exception as error:
                if self._client is None or self._client.status != "running":
                    self._leave(error)
                else:
                    self.notes.append(f"计算集群没有做成的一批（{cause(error)}），已在本机做完。")
                return None

    def _deserted(self) -> bool:
        """Whether no worker has been there for a while."""
        if self._workers():
            self._lost_since = None
            return False
        if self._lost_since is None:
            self._lost_since = time.monotonic()
        return time.monotonic() - self._lost_since > _LOST_SECONDS

    def _leave(self, error: Exception | None) -> None:
        what = f"（{cause(error)}）" if error is not None else ""
        self.notes.append(f"计算集群断开了{what}，其余的已在本机做完。")
        client, self._client = self._client, None
        with suppress(Exception):
            client.close(timeout=5)


def _reach(address: str) -> None:
    """Raise OSError or ValueError if nobody answers at an address of TCP."""
    import socket

    scheme, _, place = address.rpartition("://")
    host, colon, port = place.rpartition(":")
    if scheme in ("", "tcp", "tls"):
        where = (host.strip("[]"), int(port)) if colon else (place, _PORT)
        socket.create_connection(where, timeout=_CONNECT_SECONDS).close()


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(NO_DASK) from None
    try:
        _reach(address)  # a client that was never connected complains with a traceback when the program ends
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"连不上计算集群 {address}（{cause(error)}）。请确认调度程序已经启动，地址写成 tcp://主机:8786。"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        found = client.run(fingerprint)
    except TimeoutError:
        client.close()
        raise ClusterError(f"计算集群 {address} 还没有工作进程。请先在各台电脑上运行 dask worker {address}。") from None
    except Exception as error:  # a worker without xltool cannot even take the question
        client.close()
        raise ClusterError(
            f"计算集群里有工作进程没有装 xltool，或读不了它的表样（{cause(error)}）。请在每台电脑上安装同一版本。"
        ) from None
    others = sorted(worker for worker, version in found.items() if version != fingerprint())
    if others:
        client.close()
        raise ClusterError(f"计算集群里这些工作进程的 xltool 或表样与本机不同：{'、'.join(others)}。请安装同一版本。")
    return client


@cache
def fingerprint() -> str:
    """Return a text that differs where results might: of the tool and of its forms."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(library().rglob("form.yaml")):
        digest.update(path.read_bytes())
    return f"{__version__} {digest.hexdigest()[:16]}"


def _place(task: Task[Any]) -> str:
    """The name of the field that holds the job a task is about, ``""`` if it is about none."""
    return next((item.name for item in fields(cast(Any, task)) if isinstance(getattr(task, item.name), Job)), "")


def _weight(task: Task[Any]) -> int:
    return len(getattr(task, _place(task)).data)


def _content(data: bytes, _desk: Desk) -> bytes:
    return data


def _same(packed: bytes) -> bytes:
    return packed


# What follows runs in Dask's workers.

_LOCK = threading.Lock()
_idle: dict[bytes, list[Pool]] = {}


def _work(told: bytes, packed: bytes, version: str) -> bytes:
    """Do a batch in a process of our own; the answer is pickled, because Dask does not know our read-only mappings."""
    if version != fingerprint():
        raise RuntimeError("another version of xltool")
    key = hashlib.sha256(told).digest()
    pool = _borrowed(key, told)
    try:
        results = list(pool.run(ForkingPickler.loads(packed)))
    except BaseException:
        pool.close()
        raise
    with _LOCK:
        _idle.setdefault(key, []).append(pool)
    return bytes(ForkingPickler.dumps(results))


def _borrowed(key: bytes, told: bytes) -> Pool:
    """A pool of one process that was told this; those of another run end."""
    with _LOCK:
        for other in [other for other in _idle if other != key]:
            for pool in _idle.pop(other):
                pool.close()
        if _idle.get(key):
            return _idle[key].pop()
    desk: Desk = ForkingPickler.loads(zlib.decompress(told))
    return Pool(lambda: desk, 1)


def _release() -> None:
    """End the processes that wait for more."""
    with _LOCK:
        for pools in _idle.values():
            for pool in pools:
                pool.close()
        _idle.clear()
