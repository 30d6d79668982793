"""Which tests are left out of the quick run (``-m "not office and not slow and not bench"``)."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

gc.set_threshold(200_000, 20, 20)
"""The tests make and drop many small objects and few circles: 5 % less CPU. What measures memory runs in a process of its own."""
SLOW = frozenset((Path(__file__).parent / "slow.txt").read_text(encoding="utf-8").split())
"""``file::function``, each several seconds of CPU over all its cases; in one place, because only measuring tells which."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.partition("[")[0].removeprefix("tests/") in SLOW:
            item.add_marker(pytest.mark.slow)
