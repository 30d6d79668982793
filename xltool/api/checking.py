"""One file checked, in a process that can be killed.

Imports ``examine``. The process stays for the next file: starting it takes ten times as long as a file. A newcomer would
examine in the caller's own process: a notebook is not to die of a file from a department.
"""

from __future__ import annotations

import atexit
import os
import threading
from dataclasses import replace
from pathlib import Path

from xltool.api.checked import CheckedOutcome
from xltool.examine import Desk, Examining, Job, Pool
from xltool.examine.jobs import unchanged
from xltool.form import form_by_id, known_ids
from xltool.read.wanted import Official

_ONE_AT_A_TIME = threading.Lock()
_pools: dict[tuple[str, ...], Pool] = {}


def check(file: str | os.PathLike[str] | bytes, form: str | None = None, *, name: str = "") -> CheckedOutcome:
    """Check one returned file, as ``xltool check`` does. Never raises for anything in the file.

    Args:
        file: a path, or the content.
        form: the id of the form by which an official form or report is read; by default it is recognised.
        name: what the file is called in the outcome; by default its own name, of a content 回收表.

    Raises:
        DefinitionError: there is no such form.
        FileNotFoundError: there is no such file.
    """
    wanted = known_ids() if form is None else (str(form_by_id(form).id),)
    if isinstance(file, bytes):
        job = Job(name or "回收表", Path(), file)
    else:
        path = Path(file)
        path.stat()
        job = Job(path.name, path)
    with _ONE_AT_A_TIME:
        (found,) = _pool(wanted).run([Examining(job, unchanged)])
    return CheckedOutcome.of(replace(found, file=name) if name else found)


def _pool(wanted: tuple[str, ...]) -> Pool:
    """The process for these forms; one for other forms ends."""
    if wanted not in _pools:
        _close()
        _pools[wanted] = Pool(lambda: Desk(known_ids(), official=Official(wanted)), 1)
    return _pools[wanted]


def _close() -> None:
    for pool in _pools.values():
        pool.close()
    _pools.clear()


atexit.register(_close)
