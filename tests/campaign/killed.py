"""A collect that is killed: ``python -m tests.campaign.killed FOLDER POINT``, where POINT is one of ``POINTS``.

The process ends itself without any chance to tidy up, as a power cut or the task manager would end it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xltool import files
from xltool.campaign import collect as module
from xltool.campaign.ledger.store import Ledger
from xltool.campaign.settings import open_campaign
from xltool.report.workbook.book import Book


def end() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def after(number: int, call: Callable[..., Any]) -> Callable[..., Any]:
    """``call``, but the process ends right before call ``number`` (from 1)."""
    count = 0

    def counted(*args: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            end()
        return call(*args, **more)

    return counted


def examining() -> None:
    module._COMMIT_EVERY = 1
    Ledger.put_result = after(3, Ledger.put_result)  # type: ignore[method-assign]


def marking() -> None:
    Ledger.put_marked = after(2, Ledger.put_marked)  # type: ignore[method-assign]


def replacing() -> None:
    """In the middle of putting the third file in place: the temporary file is written, the old one still there."""
    files.os.fsync = after(3, os.fsync)  # type: ignore[attr-defined]


def summing_up() -> None:
    Book.save = after(1, Book.save)  # type: ignore[method-assign]


POINTS = {point.__name__: point for point in (examining, marking, replacing, summing_up)}

if __name__ == "__main__":
    POINTS[sys.argv[2]]()
    module.collect(open_campaign(Path(sys.argv[1])), lambda _done, _total, _name: None)
