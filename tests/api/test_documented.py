"""Every example of macros_docs/develop/api.md is executed, and says what it is said to say."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest

from tests.bench.returns import make
from xltool.campaign.collect import collect

PAGE = Path(__file__).parents[2] / "macros_docs" / "develop" / "api.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of four that was collected, and one return beside it."""
    top = tmp_path_factory.mktemp("api")
    campaign = make(top / "2022年自评", 4, projects=1)
    collect(campaign, lambda _done, _total, _name: None)
    (top / "收回").mkdir()
    shutil.copy(campaign.inbox / "000001.xlsx", top / "收回" / "县教育局.xlsx")
    return top


def test_the_examples_hold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```pycon\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 6
    text = "".join(blocks).replace("…'", "...'")
    test = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=said.append)
    if said:
        pytest.fail("".join(said))
    assert runner.tries > 20
