"""A Dask cluster instead of the pool: the same bytes; what hangs, bloats or dies costs its own verdict or nothing."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import kit
from tests.bench.returns import make
from tests.robustness.stand_ins import misbehave
from tests.robustness.test_workers import DEEDS, FAST
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected
from xltool.campaign.settings import open_campaign
from xltool.cli import main
from xltool.examine import Desk, Examining, Job, remote
from xltool.examine.jobs import unchanged
from xltool.examine.remote import Cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # Dask's own affairs on ending processes that were killed
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes, as ``dask worker`` starts them: daemonic, each below a nanny that starts it again."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen returns, a quarter of them in an archive; two that are damaged."""
    folder = tmp_path_factory.mktemp("cluster") / "批次"
    campaign = make(folder, 16, projects=1)
    files = sorted(campaign.inbox.glob("*.xlsx"))
    with zipfile.ZipFile(campaign.inbox / "乡镇.zip", "w") as archive:
        for path in files[:4]:
            archive.write(path, path.name)
            path.unlink()
        archive.writestr("内/坏.xlsx", b"PK\x03\x04")
    (campaign.inbox / "损坏.xlsx").write_bytes(files[10].read_bytes()[:5000])
    return folder


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_FILES", 2)


def quiet(_done: int, _total: int, _name: str) -> None:
    return


def outputs(folder: Path) -> dict[str, object]:
    """Every file that collect writes, and what the ledger holds of every result."""
    found: dict[str, object] = {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("退回", "汇总")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and "台账" not in path.name
    }
    with sqlite3.connect(folder / "汇总" / "台账.sqlite3") as base:
        found["台账"] = base.execute(
            "SELECT sha256, rules, issues, department, status, rejects, corrections, notices, total, grade, entries"
            " FROM results ORDER BY sha256"
        ).fetchall()
    return found


@pytest.fixture(scope="module")
def by_pool(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = _copied(returns, tmp_path_factory.mktemp("pool"))
    collect(open_campaign(folder), quiet)
    return outputs(folder)


def _copied(returns: Path, target: Path) -> Path:
    """File times stay: they decide which file counts."""
    return Path(shutil.copytree(returns, target / "批次"))


def test_results_and_bytes_are_those_of_the_pool(
    cluster: Any, returns: Path, by_pool: dict[str, object], tmp_path: Path
) -> None:
    folder = _copied(returns, tmp_path)
    crews: list[Cluster] = []

    def hire(desk: Any) -> Cluster:
        crews.append(Cluster(desk, cluster.scheduler_address))
        return crews[0]

    result = collect(open_campaign(folder), quiet, hire=hire)
    assert result.tally.examined == 18
    assert outputs(folder) == by_pool
    assert crews[0].notes == []


def test_a_worker_that_dies_costs_nothing(
    cluster: Any, returns: Path, by_pool: dict[str, object], tmp_path: Path
) -> None:
    """One of the two is killed in the middle, with whatever it is doing."""
    folder = _copied(returns, tmp_path)
    killed: list[int] = []

    def progress(done: int, _total: int, _name: str) -> None:
        if done == 4 and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    result = _collected(folder, cluster, progress)
    assert killed
    assert result.tally.examined == 18
    assert outputs(folder) == by_pool


def _collected(folder: Path, cluster: Any, progress: Any) -> Collected:
    return collect(open_campaign(folder), progress, hire=lambda desk: Cluster(desk, cluster.scheduler_address))


def test_one_verdict_each(cluster: Any, tmp_path: Path) -> None:
    """The workers of Dask are alive afterwards: the same processes."""
    before = {worker.pid for worker in cluster.workers.values()}
    desk = Desk(limits=FAST)
    tasks = [Examining(Job(name, tmp_path / name, data=b"x"), unchanged, misbehave) for name in DEEDS]
    crew = Cluster(lambda: desk, cluster.scheduler_address)
    try:
        results = list(crew.run(tasks))
    finally:
        crew.close()
    assert {outcome.file: kit.codes(outcome) for outcome in results} == DEEDS
    assert [outcome.file for outcome in results] == list(DEEDS)
    assert {worker.pid for worker in cluster.workers.values()} == before


def test_a_cluster_that_is_gone_leaves_the_rest_to_this_machine(
    returns: Path, by_pool: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(remote, "_LOST_SECONDS", 2.0)
    folder = _copied(returns, tmp_path)
    crews: list[Cluster] = []
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None)

    def hire(desk: Any) -> Cluster:
        crews.append(Cluster(desk, cluster.scheduler_address))
        return crews[0]

    def progress(done: int, _total: int, _name: str) -> None:
        if done == 4:
            cluster.close()

    collect(open_campaign(folder), progress, hire=hire)
    assert outputs(folder) == by_pool
    assert [note for note in crews[0].notes if note.startswith("计算集群断开了")]


def test_nobody_answers_or_another_version(
    cluster: Any, returns: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(address: str) -> str:
        with pytest.raises(SystemExit) as stopped:
            main(["collect", "-C", str(returns), "--dask", address])
        assert stopped.value.code == 2
        return capsys.readouterr().err

    monkeypatch.setattr(remote, "_CONNECT_SECONDS", 2.0)
    assert "连不上计算集群 tcp://127.0.0.1:9（" in ask("tcp://127.0.0.1:9")
    monkeypatch.setattr(remote, "__version__", "0.0.0")
    remote.fingerprint.cache_clear()
    assert "的 xltool 或表样与本机不同：tcp://" in ask(cluster.scheduler_address)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert 'pip install "xltool[dask]"' in ask(cluster.scheduler_address)
    monkeypatch.undo()
    remote.fingerprint.cache_clear()
