"""Waits for changes in 收回. Imports ``campaign.walk``.

Plain polling: 收回 is often a network share or a synchronised folder, where notifications do not arrive. A
newcomer would start at the first sign of a file, while it is still being copied.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from xltool.campaign.intake.walk import walk

Snapshot = frozenset[tuple[str, int, int]]


def changes(
    folder: Path, seconds: float = 2.0, sleep: Callable[[float], None] = time.sleep, since: Snapshot | None = None
) -> Iterator[None]:
    """Yield whenever the folder differs from when last handled and has not changed for ``seconds``.

    ``since``: how it was when last handled, by default as it is now.
    """
    before = snapshot(folder)
    handled = before if since is None else since
    while True:
        sleep(seconds)
        now = snapshot(folder)
        if now == before and now != handled:
            handled = now
            yield
        before = now


def snapshot(folder: Path) -> Snapshot:
    """Return names, sizes and times; files that vanish while looking are not there."""
    return frozenset((place.name, place.size, place.modified) for place in walk(folder))
