"""Damaged Word files and pages: one verdict each, quickly, and a damaged zip never gives another content."""

from __future__ import annotations

import random
import time
import zipfile
from copy import deepcopy
from io import BytesIO

import pytest
from lxml import etree

from tests.read.documents.builders import packed
from tests.read.documents.report import body, page, report
from tests.report.test_marked_word import comments
from tests.robustness.mutate import damaged_bytes, damaged_tags
from xltool.findings import Finding, Severity
from xltool.ooxml.package import NotPatchable
from xltool.ooxml.refused import Refused
from xltool.read.tables.grid import Document
from xltool.read.tables.open import open_document
from xltool.report.marked_copy.word import marked_document

SEEDS = range(10)
PER_SEED = 16
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
    for number in range(PER_SEED):
        if number % 2:
            found = verdict(damaged_bytes(report(), rng), "a.docx")
            assert found is None or found == whole, (seed, number)
            continue
        name = rng.choice(["word/document.xml"] * 8 + ["_rels/.rels", "[Content_Types].xml"])
        data = packed({**parts, name: damaged_tags(parts[name], rng)})
        verdict(data, "a.docx")
        try:
            marked_document(data, ())
        except NotPatchable:
            continue


def damaged_tree(data: bytes, rng: random.Random) -> bytes:
    """Well-formed XML with elements lost, doubled, moved, renamed, or with another value: it reaches every reader."""
    root = etree.fromstring(data)
    for _ in range(rng.choice((1, 2, 5, 20))):
        elements = list(root.iter("*"))[1:]
        if not elements:
            break
        one, other = rng.choice(elements), rng.choice(elements)
        deed = rng.randrange(5)
        parent = one.getparent()
        assert parent is not None
        if deed == 0:
            parent.remove(one)
        elif deed == 1:
            parent.append(deepcopy(one))
        elif deed == 2 and one is not other and one not in other.iterancestors():
            other.append(deepcopy(one))
        elif deed == 3:
            one.tag = other.tag
        else:
            for key in one.attrib:
                one.set(key, rng.choice(("", "-1", "0", "1000000000", "9" * 400, "restart", "x", "١")))
    return etree.tostring(root)


FINDINGS = tuple(
    Finding("ZB01", severity, "看。", "请改。", "表1", (f"第{row}行第{col}列", f"第{row}段"))
    for severity, row, col in ((Severity.CORRECT, 4, 5), (Severity.NOTICE, 1, 2), (Severity.REJECT, 22, 3))
)


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_xml_of_no_sense_is_read_and_marked(seed: int) -> None:
    """Nothing but the gate's own refusals: no error of ours is hidden behind 文件已损坏."""
    rng = random.Random(seed)
    with zipfile.ZipFile(BytesIO(marked_document(report(), FINDINGS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    marked = 0
    for number in range(PER_SEED):
        name = rng.choice(["word/document.xml"] * 4 + ["word/comments.xml", "word/_rels/document.xml.rels"])
        data = packed({**parts, name: damaged_tree(parts[name], rng)})
        try:
            open_document(data, "a.docx")
        except Refused as refused:
            assert "Error" not in str(refused), (seed, number)  # noqa: PT017
        try:
            once = marked_document(data, FINDINGS)
            marked += 1
        except NotPatchable:
            continue
        assert comments(marked_document(once, FINDINGS)) == comments(once), (seed, number)
    assert marked > PER_SEED / 2


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
