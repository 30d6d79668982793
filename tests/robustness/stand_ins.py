"""Work that misbehaves on purpose; top-level functions, so that a spawned process can import them."""

from __future__ import annotations

import os
import sys
import time
from multiprocessing.connection import Connection

from xltool.examine import Desk, Job, Outcome
from xltool.examine.workers import _serve as serve
from xltool.report.marked_copy.annotate import Copy, HandingBack

_hoarded: list[bytearray] = []


def serve_without_resource(pipe: Connection) -> None:
    """The life of a process on a system without the ``resource`` module."""
    import psutil  # asks for it itself on Linux

    del psutil
    sys.modules["resource"] = None  # type: ignore[assignment]
    serve(pipe)


class Panic(BaseException):
    """Like pyo3's PanicException: no Exception."""


def misbehave(job: Job, desk: Desk) -> Outcome:
    """Do what the job's name says."""
    del desk
    deed = job.name.partition(".")[0]
    if deed == "挂起":
        time.sleep(600)
    elif deed == "退出":
        os._exit(9)
    elif deed == "中止":
        os.abort()
    elif deed == "内存":
        hoard = [bytearray(50_000_000) for _ in range(1000)]
        del hoard
    elif deed == "慢慢占内存":
        for _ in range(300):
            _hoarded.append(bytearray(os.urandom(10_000_000)))
            time.sleep(0.02)
    elif deed == "恐慌":
        raise Panic
    elif deed == "递归":
        raise RecursionError
    elif deed == "一次":
        if not job.path.exists():
            job.path.touch()
            os._exit(1)
    elif deed == "慢":
        time.sleep(0.3)
    elif deed == "久等":
        time.sleep(2)
    elif deed == "空转":
        while True:
            pass
    return Outcome(job.name, (), title="好")


class Hanging(HandingBack):
    """A copy that is never finished."""

    def perform(self, desk: Desk) -> Copy:
        del desk
        time.sleep(600)
        return Copy("", b"")


class Bloating(HandingBack):
    """A copy that takes all the memory there is."""

    def perform(self, desk: Desk) -> Copy:
        del desk
        _hoarded.extend(bytearray(os.urandom(10_000_000)) for _ in range(300))
        return Copy("", b"")


def compare(job: Job, desk: Desk) -> Outcome:
    """Read a file with our reader and with calamine; the outcome's title says where they differ."""
    from python_calamine import CalamineError

    from tests.readers import differences
    from xltool.ooxml.refused import Refused
    from xltool.read.book.opening import open_book

    del desk
    try:
        book = open_book(job.content())
        seen = differences(book, job.content())
    except Refused:
        return Outcome(job.name, (), title="没有读取")
    except CalamineError:
        return Outcome(job.name, (), title="calamine 没有读取")
    return Outcome(job.name, (), title=repr(seen[:3]) if seen else "一致")
