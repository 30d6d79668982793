"""Every fault gets exactly the findings it must get, in a killable process, within the limits of time and memory."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests import kit
from tests.read.test_happenings import clean
from tests.robustness import other_files, value_faults, zip_faults
from tests.robustness.book import Fault
from xltool.examine import Job, Outcome, examine_many, jobs_of

SOURCES = (
    other_files.kinds,
    other_files.cut,
    zip_faults.directories,
    zip_faults.xml,
    zip_faults.active,
    value_faults.same,
    value_faults.values,
    value_faults.identities,
)


@cache
def faults() -> tuple[Fault, ...]:
    return tuple(fault for source in SOURCES for fault in source())


@cache
def outcomes() -> dict[str, Outcome]:
    jobs = [Job(fault.file, Path(str(fault)), fault.data) for fault in faults()]
    results = examine_many(jobs, [kit.FORM_ID], workers=2)
    return {str(job.path): outcome for job, outcome in results}


@pytest.mark.parametrize("kind", sorted({fault.kind for source in SOURCES for fault in source()}))
def test_verdicts(kind: str) -> None:
    mine = [fault for fault in faults() if fault.kind == kind]
    wanted = {str(fault): list(fault.codes) for fault in mine}
    assert {str(fault): kit.codes(outcomes()[str(fault)]) for fault in mine} == wanted


def test_figures_are_never_changed() -> None:
    """Where the content is the same, so are the scores and every figure."""
    original = kit.examined(clean())
    for fault in faults():
        if fault.kind in ("同一内容", "活动内容"):
            outcome = outcomes()[str(fault)]
            assert (outcome.scores, outcome.figures) == (original.scores, original.figures), str(fault)


def test_enough() -> None:
    counts = Counter(fault.kind for fault in faults())
    assert sum(counts.values()) >= 150
    assert len({str(fault) for fault in faults()}) == sum(counts.values())
    assert max(outcome.seconds for outcome in outcomes().values()) < 10


@pytest.mark.parametrize(("fault", "names"), list(other_files.archives()), ids=str)
def test_archive(fault: Fault, names: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(fault.data)
    results = list(examine_many(jobs_of([("包.zip", tmp_path / "包.zip")]), [kit.FORM_ID]))
    assert tuple(job.name for job, _ in results) == names
    assert tuple(" ".join(kit.codes(outcome)) for _, outcome in results) == fault.codes
