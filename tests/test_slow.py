"""The list of slow tests names tests that exist."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import SLOW

HERE = Path(__file__).parent


def test_every_slow_test_exists() -> None:
    named = [name.partition("::") for name in sorted(SLOW)]
    assert [
        f"{file}::{test}" for file, _, test in named if f"def {test}(" not in (HERE / file).read_text("utf-8")
    ] == []
