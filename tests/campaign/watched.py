"""``collect --watch`` that comes to a halt in its second round: ``python -m tests.campaign.watched FOLDER POINT``.

POINT is one of ``killed.POINTS``, or ``waiting`` for a run that is not stopped in a round. At the point the
process says ``HERE`` and does nothing more, so that a real signal finds it exactly there.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.campaign import killed
from xltool.campaign.intake import watch
from xltool.cli import main

HERE = "HERE"
_changes = watch.changes


def halt() -> None:
    print(HERE, flush=True)
    time.sleep(60)


def armed(folder: Any, since: Any) -> Iterator[None]:
    """The first round went undisturbed; from now on it comes to a halt."""
    if sys.argv[2] in killed.POINTS:
        killed.POINTS[sys.argv[2]]()
    yield from _changes(folder, 0.3, since=since)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs behind it deaf to Ctrl+C
    killed.end = halt
    watch.changes = armed  # type: ignore[assignment]
    main(["collect", "-C", sys.argv[1], "--watch"])
