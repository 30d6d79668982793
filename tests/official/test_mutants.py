"""Damaged official forms, all the way: one verdict each, whatever is left of the document."""

from __future__ import annotations

import random
import sys
import zipfile
from collections import Counter
from io import BytesIO

import pytest

from tests.official import paper
from tests.official.cases import cases
from tests.read.documents.builders import packed
from tests.read.documents.test_mutants import damaged_tree
from tests.robustness.mutate import damaged_bytes, damaged_tags
from xltool.examine import examine
from xltool.findings import Severity
from xltool.form import form_by_id, form_ids
from xltool.read.official import Official

CASE = "chizhou-2022"


def mutant(kind: str, seed: int) -> bytes:
    """A published form with its bytes or tags damaged, or turned into well-formed nonsense."""
    rng = random.Random(f"{kind} {seed}")
    case = cases()[CASE]
    data = paper.WRITERS[kind](case.before, case.rows())
    if kind == "html":
        return rng.choice((damaged_bytes, damaged_tags))(data, rng)
    if seed % 4 == 0:
        return damaged_bytes(data, rng)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "word/document.xml"
    return packed({**parts, name: rng.choice((damaged_tags, damaged_tree))(parts[name], rng)})


def verdict(kind: str, seed: int) -> str:
    """What became of it: read as a form, or refused with one finding that says why."""
    outcome = examine(f"自评表.{kind}", mutant(kind, seed), form_by_id, official=Official(form_ids()))
    if outcome.issue is not None:
        assert outcome.scores is not None
        return "读出"
    (finding,) = outcome.findings
    assert finding.severity is Severity.REJECT
    return finding.code


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_one_verdict_each(kind: str) -> None:
    seen = Counter(verdict(kind, seed) for seed in range(30))
    assert seen.total() == 30
    assert seen["读出"] > 5


if __name__ == "__main__":
    for kind in ("docx", "html"):
        print(kind, dict(Counter(verdict(kind, seed) for seed in range(int(sys.argv[1])))))
