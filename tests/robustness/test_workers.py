"""A file that hangs, aborts, exits or hoards costs its own verdict; all others are examined, in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests import kit
from tests.read.test_happenings import clean
from tests.robustness.stand_ins import misbehave, serve_without_resource
from xltool.examine import Job, examine_many, jobs_of, workers
from xltool.read import LIMITS

FAST = replace(LIMITS, seconds=3.0, waited=3.0, memory=300_000_000)
DEEDS = {
    "好1": [],
    "挂起": ["WJ12 !"],
    "退出": ["WJ13 !"],
    "好2": [],
    "中止": ["WJ13 !"],
    "内存": ["WJ05 !"],
    "慢": [],
    "恐慌": ["WJ13 !"],
    "递归": ["WJ13 !"],
    "一次": [],
    "好3": [],
}


@pytest.mark.parametrize("workers", [1, 2])
def test_one_verdict_each(workers: int, tmp_path: Path) -> None:
    jobs = [Job(name, tmp_path / name) for name in DEEDS]
    results = list(examine_many(jobs, [], workers=workers, limits=FAST, work=misbehave))
    assert [job for job, _ in results] == jobs
    assert {outcome.file: kit.codes(outcome) for _, outcome in results} == DEEDS


def test_the_limit_goes_by_the_processor_and_not_by_the_clock(tmp_path: Path) -> None:
    """A machine that is slow refuses no file; one that computes without end is stopped all the same."""
    jobs = [Job(name, tmp_path / name) for name in ("久等", "空转", "好")]
    results = examine_many(jobs, [], workers=1, limits=replace(LIMITS, seconds=1.0), work=misbehave)
    found = {outcome.file: [finding.message for finding in outcome.findings] for _, outcome in results}
    assert found == {"久等": [], "空转": ["读这个文件用了超过 1 秒，已停止读取，其他文件不受影响。"], "好": []}


def test_same_as_in_this_process(tmp_path: Path) -> None:
    """Two processes, one process and this process give the same outcome, whatever the order."""
    names = ["甲.xlsx", "乙.xlsx", "丙.xlsx"]
    for name in names:
        (tmp_path / name).write_bytes(clean())
    (tmp_path / "丁.xlsx").write_bytes(b"")
    jobs = [Job(name, tmp_path / name) for name in (*names, "丁.xlsx", "没有.xlsx", "~$甲.xlsx")]
    two = {job.name: outcome for job, outcome in examine_many(jobs, [kit.FORM_ID], workers=2)}
    one = {job.name: outcome for job, outcome in examine_many(jobs[::-1], [kit.FORM_ID], workers=1)}
    assert two == one
    assert two["甲.xlsx"] == kit.examined(clean(), "甲.xlsx")
    assert kit.codes(two["没有.xlsx"]) == ["WJ21 !"]
    assert two["~$甲.xlsx"].skipped


def test_where_the_system_cannot_limit_memory_the_parent_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: no resource module, so only the watching parent ends a process that hoards."""
    monkeypatch.setattr(workers, "_serve", serve_without_resource)
    jobs = [Job(name, tmp_path / name) for name in ("好1", "慢慢占内存", "好2")]
    results = list(examine_many(jobs, [], workers=1, limits=replace(FAST, seconds=30, waited=60), work=misbehave))
    assert [kit.codes(outcome) for _, outcome in results] == [[], ["WJ05 !"], []]


def test_stopping_early_leaves_no_process(tmp_path: Path) -> None:
    import multiprocessing

    before = set(multiprocessing.active_children())
    stream = examine_many([Job("慢", tmp_path / "慢")] * 9, [], workers=2, limits=FAST, work=misbehave)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert set(multiprocessing.active_children()) <= before


def test_jobs_are_files_and_members(tmp_path: Path) -> None:
    import zipfile

    (tmp_path / "a.xlsx").write_bytes(clean())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("县教育局.xlsx", clean())
    jobs = list(jobs_of([("a.xlsx", tmp_path / "a.xlsx"), ("b.zip", tmp_path / "b.zip")]))
    assert [job.name for job in jobs] == ["a.xlsx", "b.zip/县教育局.xlsx"]
    assert [kit.codes(outcome) for _, outcome in examine_many(jobs, [kit.FORM_ID])] == [[], []]


def test_one_that_is_starting_when_we_end_ends_quietly() -> None:
    """It is told more than a pipe holds: it must not be left with half of it and say so with a traceback."""
    import subprocess
    import sys

    code = (
        "import os; from xltool.examine import Desk, workers\n"
        "import threading\n"
        "threading.Thread(target=lambda: workers._Process(Desk(own=(('x', 'x' * 5_000_000),))), daemon=True).start()\n"
        "import time; time.sleep(0.2); print(flush=True); os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stderr == b"", "read to its end, which is when the last process has ended"
