"""A small campaign with four returns, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.returns import make
from xltool.campaign.settings import Campaign, open_campaign


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign") / "2022年 自评"
    make(folder, 4, projects=1)
    return folder


@pytest.fixture
def campaign(_made: Path, tmp_path: Path) -> Campaign:
    """Departments 000001 to 000004; all have returned a clean file."""
    folder = tmp_path / "2022年 自评"
    shutil.copytree(_made, folder)
    return open_campaign(folder)


@pytest.fixture
def quiet() -> Callable[[int, int, str], None]:
    return lambda _done, _total, _name: None
