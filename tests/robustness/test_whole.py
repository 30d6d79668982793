"""Every fault through a whole collect: a verdict and something to hand back for each, and no memory to speak of."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests import kit
from tests.robustness import whole
from tests.robustness.stand_ins import Bloating, Hanging, misbehave
from xltool.campaign.collect import collect
from xltool.campaign.collected import open_collected
from xltool.campaign.intake import marking
from xltool.campaign.intake.inbox import Contents
from xltool.campaign.ledger.store import Head
from xltool.campaign.settings import Campaign, open_campaign
from xltool.examine import Desk, Examining, Job, Outcome, Pool
from xltool.examine.jobs import unchanged
from xltool.ooxml.limits import LIMITS

MOST = 400_000_000
"""Bytes of all processes together: what speed.md promises for ordinary returns holds for hostile ones, too."""
MUTANTS = 100
FAST = replace(LIMITS, seconds=3.0, waited=3.0, memory=300_000_000)

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "批次"
    whole.made(folder)
    return folder


@pytest.fixture
def campaign(issued: Path, tmp_path: Path) -> Campaign:
    shutil.copytree(issued, tmp_path / "批次")
    return open_campaign(tmp_path / "批次")


def codes(campaign: Campaign) -> dict[str, list[str]]:
    with open_collected(campaign).open() as opened:
        return {receipt.head.path: kit.codes(opened.outcome(receipt)) for receipt in opened.collected.receipts}


def copies(campaign: Campaign) -> dict[str, list[str]]:
    """The sheets of everything that is handed back."""
    return {path.name: whole.sheets(path) for path in sorted(campaign.returned.iterdir())}


@linux
def test_every_fault(campaign: Campaign) -> None:
    files = [*whole.known(), *((f"{number}.xlsx", data) for number, data in enumerate(whole.mutants(MUTANTS)))]
    for number, (name, data) in enumerate(files):
        whole.put(campaign, number, name, data)
    run = whole.collected(campaign)
    counts, wrong = whole.problems(campaign)
    assert wrong == []
    assert counts["标记"] > 80, counts
    assert counts["审核结果"] > 150, counts
    assert "Traceback" not in run.said
    assert run.code == 1
    assert run.memory < MOST
    again = whole.collected(campaign)
    assert "写出退回件 0 个" in again.said
    assert again.cpu < run.cpu / 3


@linux
def test_what_is_too_large_costs_nothing(campaign: Campaign) -> None:
    """48 MB of tags in 147 kB, 700,000 entries of a zip that holds nothing, a film of 4 GB."""
    for number, (name, data) in enumerate(whole.hostile()):
        whole.put(campaign, number, name, data)
    whole.sparse(campaign.inbox / "视频.mp4", 4 << 30)
    run = whole.collected(campaign)
    assert codes(campaign) == {
        "0000/标记炸弹.xlsx": ["WJ05 !"],
        "0001/目录炸弹.xlsx": ["WJ05 !"],
        "视频.mp4": ["WJ05 !"],
    }
    assert copies(campaign) == {f"{name}_退回.xlsx": ["审核结果"] for name in ("标记炸弹", "目录炸弹", "视频")}
    assert run.memory < MOST
    assert run.cpu < 10


@pytest.mark.parametrize("deed", [Hanging, Bloating])
def test_a_copy_that_cannot_be_made_within_the_limits(
    deed: type[Hanging], campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other gets its marked copy, this one the result alone; the next run does not try again."""
    for name in ("甲.xlsx", "乙.xlsx"):
        (campaign.inbox / name).write_bytes(whole.flawed() + b"\0" * (name == "乙.xlsx"))
    make, of = marking.Marking._task, Desk.of

    def task(self: marking.Marking, head: Head, contents: Contents) -> object:
        made = make(self, head, contents)
        return deed(made.source, made.outcome, made.history) if head.path == "甲.xlsx" else made

    with monkeypatch.context() as patched:
        patched.setattr(marking.Marking, "_task", task)
        patched.setattr(Desk, "of", lambda *told: replace(of(*told), limits=FAST))
        begin = time.monotonic()
        collect(campaign, lambda *_: None)
        assert time.monotonic() - begin < 60
    assert [sheets == ["审核结果"] for sheets in copies(campaign).values()] == [False, True]
    assert {name: found[:1] for name, found in copies(campaign).items()} == {
        "210001_衡山县司法局_退回.xlsx": ["审核结果"],
        "210001_衡山县司法局（甲）_退回.xlsx": ["审核结果"],
    }
    assert collect(campaign, lambda *_: None).tally.marked == 0


def test_one_pool_for_one_kind_of_task_after_the_other(tmp_path: Path) -> None:
    """A run that is given up leaves nothing for the next; the processes stay."""

    def tasks(*names: str) -> list[Examining[Outcome]]:
        return [Examining(Job(name, tmp_path / name), unchanged, misbehave) for name in names]

    with Pool(lambda: Desk(limits=FAST), 2) as pool:
        assert [outcome.file for outcome in pool.run(tasks("好1", "好2", "好3"))] == ["好1", "好2", "好3"]
        processes = list(pool._processes)
        stream = pool.run(tasks("慢1", "挂起", "慢2"))
        assert next(stream).file == "慢1"
        stream.close()  # type: ignore[attr-defined]
        assert [kit.codes(outcome) for outcome in pool.run(tasks("好1", "退出", "好2"))] == [[], ["WJ13 !"], []]
        assert processes
    assert pool._processes == []
