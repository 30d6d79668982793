"""Which tests are left out of the quick run (``-m "not office and not slow and not bench"``)."""

from __future__ import annotations

from pathlib import Path

import pytest

SLOW = frozenset((Path(__file__).parent / "slow.txt").read_text(encoding="utf-8").split())
"""``file::function``, each several seconds of CPU over all its cases; in one place, because only measuring tells which."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.partition("[")[0].removeprefix("tests/") in SLOW:
            item.add_marker(pytest.mark.slow)
