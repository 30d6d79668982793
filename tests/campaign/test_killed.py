"""A run that was killed anywhere, and run again, gives what an undisturbed run gives."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.killed import POINTS
from tests.campaign.test_collect import Progress, total_wrong
from xltool.campaign.collect import collect
from xltool.campaign.settings import Campaign, open_campaign


def results(campaign: Campaign) -> dict[str, str]:
    """Every file a run writes, with its content; the ledger holds times of the clock."""
    found = [path for folder in (campaign.returned, campaign.summary.parent) for path in folder.rglob("*")]
    return {
        str(path.relative_to(campaign.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(found)
        if path.is_file() and not path.name.startswith("台账")
    }


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory, _made: Path) -> Path:
    """Four departments; three sent a wrong total, one of them after a correct file."""
    folder = tmp_path_factory.mktemp("killed") / "批次"
    shutil.copytree(_made, folder)
    inbox = open_campaign(folder).inbox
    for name in ("000001", "000002"):
        total_wrong(inbox / f"{name}.xlsx", f"{name}.xlsx")
    total_wrong(inbox / "000003.xlsx", "000003 改.xlsx")
    return folder


@pytest.fixture(scope="module")
def undisturbed(flawed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("undisturbed") / "批次"
    shutil.copytree(flawed, folder)
    collect(open_campaign(folder), lambda _done, _total, _name: None)
    return results(open_campaign(folder))


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_run_again(
    point: str, flawed: Path, undisturbed: dict[str, str], tmp_path: Path, quiet: Progress
) -> None:
    folder = tmp_path / "批次"
    shutil.copytree(flawed, folder)
    campaign = open_campaign(folder)
    ended = subprocess.run([sys.executable, "-m", "tests.campaign.killed", folder, point], capture_output=True)
    assert ended.returncode != 0
    assert b"Traceback" not in ended.stderr
    assert results(campaign) != undisturbed, "the run was stopped before it was done"
    again = collect(campaign, quiet)
    assert results(campaign) == undisturbed
    assert (again.tally.files, len(again.marked), again.tally.summarised) == (5, 3, True)
    assert again.tally.examined == {"examining": 3, "marking": 0, "replacing": 0, "summing_up": 0}[point]
