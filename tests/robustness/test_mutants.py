"""Thousands of damaged files: every one gets a verdict, none raises, and a wrong figure is never read from one.

For damage to the zip the oracle is the original: checksums leave no room for another content. For damage to the
XML it is a second reader: wherever python-calamine reads the same part, the values are the same.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests import kit
from tests.office import convert, needs_office
from tests.read.test_happenings import clean
from tests.robustness.mutate import damaged_bytes, damaged_xml, damaged_zip
from tests.robustness.stand_ins import compare
from xltool.examine import Job, examine_many
from xltool.findings import Severity
from xltool.form import form_by_id
from xltool.read import LIMITS, read

SEEDS = range(22)
PER_SEED = 100
_OURS = tuple(f"WJ{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 17, 18, 22, 31, 33))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_mutant_gets_a_verdict(seed: int) -> None:
    rng = random.Random(seed)
    original = kit.examined(clean())
    for number in range(PER_SEED):
        packed = number % 2 == 0
        data = (damaged_zip if packed else damaged_xml)(rng)
        start = time.perf_counter()
        result = read(data, lambda ident: form_by_id(ident) if ident == kit.FORM_ID else None)
        assert time.perf_counter() - start < 10, (seed, number)
        if result.filled is None:
            assert [finding.severity for finding in result.findings] == [Severity.REJECT], (seed, number)
            assert result.findings[0].code in _OURS, (seed, number)
        else:
            outcome = kit.examined(data)
            assert outcome.scores is not None, (seed, number)
            if packed:
                assert (outcome.scores, outcome.figures) == (original.scores, original.figures), (seed, number)


@needs_office
@pytest.mark.office
def test_mutants_of_other_formats(tmp_path: Path) -> None:
    """.xls and .ods as LibreOffice writes them, damaged, each in a killable process: a verdict, within the limits."""
    source = tmp_path / "return.xlsx"
    source.write_bytes(clean())
    jobs = []
    for kind in ("xls", "ods"):
        data = convert([source], tmp_path / kind, kind)[0].read_bytes()
        rng = random.Random(kind)
        jobs += [Job(f"{number}.{kind}", Path("x"), damaged_bytes(data, rng)) for number in range(150)]
    results = list(examine_many(jobs, [kit.FORM_ID], workers=2))
    assert [job for job, _ in results] == jobs
    counts: Counter[str] = Counter()
    for _, outcome in results:
        if outcome.scores is None:
            (finding,) = outcome.findings
            counts[finding.code] += 1
        assert outcome.seconds < 10
    assert set(counts) <= {*_OURS, "WJ02", "WJ15"}, counts
    assert 50 < counts.total() < 300, counts


def test_second_reader_sees_the_same() -> None:
    """calamine runs in a killable process, because a damaged file may abort it."""
    rng = random.Random(2022)
    jobs = [Job(f"{number}", Path("x"), damaged_xml(rng)) for number in range(400)]
    counts = Counter(
        outcome.title
        for _, outcome in examine_many(jobs, [], workers=2, limits=replace(LIMITS, seconds=3.0), work=compare)
    )
    assert counts.pop("一致") > 60
    counts = Counter({title: count for title, count in counts.items() if title.startswith("[")})
    assert not counts
