"""CPU, wall time and memory of work, with all processes it starts."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from xltool.examine.usage import Usage

_EVERY = 0.1


@contextlib.contextmanager
def as_installed() -> Iterator[None]:
    """Let every program that is started find its modules compiled from the second start on, as an installed one does."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"PYTHONPYCACHEPREFIX": folder}):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        yield


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU and of wall time; the highest memory of all processes together, bytes."""

    cpu: float
    wall: float
    memory: int


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU of ``work``, in this process and its children."""
    return spent(work)[0]


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU of ``work``, in this process and its children, and seconds by the clock."""
    gc.collect()
    before, begin = _cpu(), time.monotonic()
    work()
    return _cpu() - before, time.monotonic() - begin


def _cpu() -> float:
    """Seconds of CPU of this process and its children so far, of those that are gone and those that are still there."""
    import psutil

    seconds = sum(os.times()[:4])
    for pid in family(os.getpid())[1:]:
        with contextlib.suppress(psutil.Error):
            seconds += sum(psutil.Process(pid).cpu_times()[:2])
    return seconds


def run(command: Sequence[str]) -> Cost:
    """Run a command and watch it. Memory is the sum of what its processes occupy, shared pages counted in each."""
    before, begin = os.times(), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(_EVERY):
            most = max(most, sum(Usage.of(pid).memory for pid in family(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    done.set()
    watcher.join()
    after = os.times()
    return Cost(after[2] + after[3] - before[2] - before[3], time.monotonic() - begin, most)


def family(pid: int) -> list[int]:
    """A process and all below it (Linux; elsewhere the process alone)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in family(int(child)))]
