"""Work that misbehaves on purpose; top-level functions, so that a spawned process can import them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from xltool.examine import Job, Outcome
from xltool.form import Form, Shape
from xltool.read import Limits


class Panic(BaseException):
    """Like pyo3's PanicException: no Exception."""


def misbehave(
    job: Job, form_of: Callable[[str], Form | None], issued: Mapping[str, Shape] | None, limits: Limits
) -> Outcome:
    """Do what the job's name says."""
    del form_of, issued, limits
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
    return Outcome(job.name, (), title="好")


def compare(
    job: Job, form_of: Callable[[str], Form | None], issued: Mapping[str, Shape] | None, limits: Limits
) -> Outcome:
    """Read a file with our reader and with calamine; the outcome's title says where they differ."""
    from python_calamine import CalamineError

    from tests.readers import differences
    from xltool.read.sniff import Refused
    from xltool.read.values import open_book

    del form_of, issued, limits
    try:
        book = open_book(job.content())
        seen = differences(book, job.content())
    except Refused:
        return Outcome(job.name, (), title="没有读取")
    except CalamineError:
        return Outcome(job.name, (), title="calamine 没有读取")
    return Outcome(job.name, (), title=repr(seen[:3]) if seen else "一致")
