"""Files made to take all time and memory: each is one verdict, and the time grows with the bytes, not their square."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.read.documents.builders import numbered, p, packed, tbl, tc, word
from xltool.examine import Desk, Job, Outcome, examine_many
from xltool.ooxml.refused import Refused
from xltool.read import LIMITS
from xltool.read.tables.open import open_document

BILLION = "1000000000"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "rowspan 十亿": lambda: ("<table><tr>" + f"<td rowspan={BILLION}>a" * 1000 + "<tr><td>b" * 50_000).encode(),
    "表套表": lambda: b"<table><tr><td>" * 100_000,
    "标签套一百万层": lambda: b"<div>" * 1_000_000,
    "关不上的标签": lambda: b"<p>x" + b"<b>" * 100_000 + b"</i>" * 100_000,
    "三千万字节的标签": lambda: b"<html>" + b"<p>a" * 7_500_000,
    "错开的行": lambda: ("<table>" + "".join(f"<tr><td colspan={n}>a<td>b" for n in range(1, 9000))).encode(),
    "文字稿三百万行": lambda: b"a\n" * 3_000_000,
    "docx 炸弹": lambda: word(p("a" * 30_000_000)),
    "docx 标签太多": lambda: packed({"word/document.xml": b"<w:document xmlns:w='x'><w:body>" + b"<w:p/>" * 1_100_000}),
    "docx 错开的行": lambda: word(
        tbl(*([f"<w:trPr><w:gridBefore w:val='{n}'/></w:trPr>", tc("a")] for n in range(9000)))
    ),
    "docx 套太深": lambda: word("<w:sdt><w:sdtContent>" * 5000 + p("a") + "</w:sdtContent></w:sdt>" * 5000),
}
"""Refused by limits of their own, before memory or seconds run out."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time(name: str) -> None:
    data = HOSTILE[name]()
    start = time.process_time()
    with pytest.raises(Refused) as refused:
        open_document(data, "a.docx" if name.startswith("docx") else "a.html")
    assert refused.value.finding.code in ("WJ05", "WJ04")
    assert time.process_time() - start < 5


HARMLESS: dict[str, Callable[[], bytes]] = {
    "合并十亿列": lambda: ("<table>" + f"<tr><td colspan={BILLION}>a<td rowspan={BILLION}>b" * 300).encode(),
    "三十万个属性": lambda: ("<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x").encode(),
    "gridSpan 十亿": lambda: word(tbl(*([tc("a", f'<w:gridSpan w:val="{BILLION}"/>'), tc("b")] for _ in range(300)))),
    "很多空行": lambda: ("\ta\n\tb\n\n" * 2 + "\n" * 300_000 + "尾").encode(),
    "没完的文字稿": lambda: b"\ta\n\n\nb\n" * 40_000,
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_span_costs_no_more_than_its_bytes(name: str) -> None:
    start = time.process_time()
    document = open_document(HARMLESS[name](), "a")
    assert sum(grid.height * grid.width for grid in document.grids) <= 400_000
    assert time.process_time() - start < 5


GROWING: dict[str, Callable[[int], bytes]] = {
    "docx": lambda n: word(tbl(*([tc("a", "<w:vMerge/>"), tc("b"), tc(p("c") * 3)] for _ in range(n)))),
    "html": lambda n: ("<table>" + "<tr><td rowspan=3>a<td>b<td><p>c<p>d" * n).encode(),
    "text": lambda n: b"\ta\n\tb\n\n\tc\n\n\nd\n\te\n\n" * n,
    "text 段落": lambda n: b"a\tb\nc\n" * n,
}


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_the_size(name: str) -> None:
    """Eight times the bytes take less than twenty times the CPU; squared it would be sixty-four."""

    def seconds(n: int) -> float:
        data = GROWING[name](n)
        times = []
        for _ in range(3):
            start = time.process_time()
            open_document(data, "a")
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(8_000) < 20 * seconds(1_000) + 0.05


def reading(job: Job, desk: Desk) -> Outcome:
    """Read a document in a worker, as a check would."""
    try:
        open_document(job.content(), job.name, desk.limits)
    except Refused as refused:
        return Outcome(job.name, (refused.finding,))
    return Outcome(job.name, ())


def pdf_bomb() -> bytes:
    """One page whose content unpacks to half a gigabyte."""
    import zlib

    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"q " * 5_000_000) for _ in range(50)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(stream) + stream + b"\nendstream",
    ]
    return numbered(objects)


def test_a_bomb_in_a_worker_costs_its_own_verdict(tmp_path: Path) -> None:
    """What no count can foresee is ended with its process: seconds and memory of one file are bounded."""
    pytest.importorskip("pdfplumber")
    limits = replace(LIMITS, seconds=6.0, memory=300_000_000)
    (tmp_path / "bomb.pdf").write_bytes(pdf_bomb())
    (tmp_path / "good.docx").write_bytes(word(p("甲")))
    jobs = [Job(name, tmp_path / name) for name in ("bomb.pdf", "good.docx")]
    results = list(examine_many(jobs, [], workers=1, limits=limits, work=reading))
    codes = [[finding.code for finding in outcome.findings] for _, outcome in results]
    assert codes[0] in (["WJ05"], ["WJ12"])
    assert codes[1] == []
