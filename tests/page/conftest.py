"""A campaign of twenty departments of which four returned (one with a wrong sum), collected once, and a browser's manners."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from starlette.testclient import TestClient

from tests.bench.returns import make
from xltool.campaign.collect import collect
from xltool.campaign.settings import Campaign, open_campaign
from xltool.examine import Desk, Pool
from xltool.page.app import site
from xltool.page.background import Background, Crew
from xltool.page.rendering import Site
from xltool.page.shelf import Shelf, ident

PORT = 8123
ORIGIN = f"http://127.0.0.1:{PORT}"
FORM = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
"""Of a form a browser posts, an empty one too."""
CAME = ("000001", "000002", "000003", "000020")
FAULTS: list[str] = []
"""What was told of errors nobody foresaw; a test that expects one empties it."""


class Officer:
    """A browser with the page of one campaign open."""

    def __init__(self, folder: Path, *, single: bool = True) -> None:
        self.folder = folder
        self.stopped = False
        self.site = Site(Shelf(folder, single=single), Background(self._fault), Crew(early=False), self._stop)
        self.guard = site(self.site, PORT, self._fault)
        self.client = TestClient(self.guard, base_url=ORIGIN)
        self.base = f"/c/{ident(str(folder))}"

    def _fault(self, error: Exception) -> str:
        FAULTS.append(repr(error))
        return "程序内部出了没有料到的问题。"

    def _stop(self) -> None:
        self.stopped = True

    def open(self) -> Officer:
        answer = self.client.get(f"/?token={self.guard.token}")
        assert answer.status_code == 200, answer.text
        return self

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(self.base + path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, fields: Mapping[str, str] = MappingProxyType({}), status: int = 200) -> str:
        answer = self.client.post(self.base + path, data=dict(fields), headers=FORM)
        assert answer.status_code == status, answer.text
        return answer.text

    def done(self) -> tuple[str, ...]:
        """Wait for the work in the background and return what it says."""
        self.site.background.wait(120)
        assert not self.site.background.now.running
        return self.site.background.now.lines


def quiet(_done: int, _total: int, _name: str) -> None:
    pass


def alone(desk: Callable[[], Desk]) -> Pool:
    """One process: for a few files a second one costs more than it does."""
    return Pool(desk, 1)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page") / "2022年 自评"
    campaign = make(folder, 20, projects=1)
    for path in campaign.inbox.iterdir():
        if path.stem not in CAME:
            path.unlink()
    collect(campaign, quiet, hire=alone)
    return folder


@pytest.fixture
def campaign(_made: Path, tmp_path: Path) -> Campaign:
    folder = tmp_path / "2022年 自评"
    shutil.copytree(_made, folder)
    return open_campaign(folder)


@pytest.fixture
def officer(campaign: Campaign) -> Iterator[Officer]:
    FAULTS.clear()
    with (browser := Officer(campaign.folder)).client:
        yield browser.open()
    browser.site.end()
    assert FAULTS == []
