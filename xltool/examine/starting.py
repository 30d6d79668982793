"""How a process of ours is started: from anywhere, deaf to Ctrl+C, and alone.

Imports nothing of ours. What Python offers for this is changed while a process starts and put back at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing import spawn
from typing import Any

_STARTING = threading.Lock()


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """Start a process in here."""
    with _deaf(), _STARTING, _independent(), _untracked():
        yield


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl+C goes to every process of a terminal; one that is just starting should not answer with a traceback.

    What is blocked here stays so in the process started meanwhile; ours gets the signal right afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _without_main(name: str) -> dict[str, Any]:
    told: dict[str, Any] = _preparation(name)
    return {key: value for key, value in told.items() if not key.startswith("init_main_from")}


_preparation = spawn.get_preparation_data


@contextlib.contextmanager
def _independent() -> Iterator[None]:
    """Let a process start from anywhere: a script without a main guard, a notebook, a worker of Dask.

    What starts does not need the main module of whoever asked, which may be a script that would run a second time. And
    Dask's workers are daemonic, which multiprocessing takes for a reason to refuse them children; ours end with the pipe.
    """
    asking = multiprocessing.current_process()
    daemonic = asking.daemon
    asking.daemon = False
    spawn.get_preparation_data = _without_main
    try:
        yield
    finally:
        spawn.get_preparation_data = _preparation
        asking.daemon = daemonic


@contextlib.contextmanager
def _untracked() -> Iterator[None]:
    """Let no second process start beside ours.

    Except on Windows Python starts one that looks after named semaphores and shared memory until everybody is gone. Ours
    have none, and it costs a twentieth of what checking a file does. What a process could still say to it goes nowhere.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    asked = resource_tracker.getfd
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        resource_tracker.getfd = nowhere.fileno
        try:
            yield
        finally:
            resource_tracker.getfd = asked
