"""Damaged Word files and pages: one verdict each, quickly, and a damaged zip never gives another content."""

from __future__ import annotations

import random
import time
import zipfile
from io import BytesIO

import pytest

from tests.read.documents.builders import packed
from tests.read.documents.report import body, page, report
from tests.robustness.mutate import damaged_bytes, damaged_tags
from xltool.findings import Finding, Severity
from xltool.read.sniff import Refused
from xltool.read.tables.model import Document
from xltool.read.tables.open import open_document
from xltool.report.marked_word import marked_document
from xltool.report.package import NotPatchable

SEEDS = range(10)
PER_SEED = 40
SECONDS = 5


def verdict(data: bytes, name: str) -> Document | None:
    """What is read; None if it was refused with one finding that says so."""
    start = time.process_time()
    document: Document | None = None
    finding: Finding | None = None
    try:
        document = open_document(data, name)
    except Refused as refused:
        finding = refused.finding
    assert finding is None or finding.severity is Severity.REJECT
    assert time.process_time() - start < SECONDS
    if document is not None:
        for grid in document.grids:
            assert sum(cell.rows * cell.cols for cell in grid.cells) <= 400_000
            assert all(cell.address.a1 for cell in grid.cells)
    return document


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_word_file_gets_a_verdict(seed: int) -> None:
    rng = random.Random(seed)
    whole = verdict(report(), "a.docx")
    with zipfile.ZipFile(BytesIO(report())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    read = 0
    for number in range(PER_SEED):
        if number % 2:
            found = verdict(damaged_bytes(report(), rng), "a.docx")
            assert found is None or found == whole, (seed, number)
            continue
        name = rng.choice(["word/document.xml"] * 8 + ["_rels/.rels", "[Content_Types].xml"])
        data = packed({**parts, name: damaged_tags(parts[name], rng)})
        read += verdict(data, "a.docx") is not None
        try:
            marked_document(data, ())
        except NotPatchable:
            continue
    assert read, "not one could be read: the damage is too great to test anything"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_page_gets_a_verdict(seed: int) -> None:
    rng = random.Random(seed)
    for number in range(PER_SEED):
        verdict((damaged_tags if number % 2 else damaged_bytes)(page(), rng), "a.html")


def test_the_damage_is_done_to_what_is_read() -> None:
    """The report is read whole when it is whole: prose, spans, a table inside."""
    document = verdict(report(), "a.docx")
    assert document is not None
    (grid,) = document.grids
    assert (grid.height, grid.width, len(body()) > 5_000) == (22, 7, True)
    assert [cell.rows for cell in grid.cells if cell.text.startswith(("产出", "效益"))] == [12, 6]
