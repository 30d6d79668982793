"""PDF files: ruled tables, wrapped cells, tables over pages, scans; written by hand, and once by LibreOffice."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.office import convert, needs_office
from tests.read.documents.builders import numbered, p, tbl, tc, word
from xltool.ooxml.refused import Refused
from xltool.read.tables.grid import Document, Grid, Paragraph
from xltool.read.tables.open import open_document

pytest.importorskip("pdfplumber")
SIZE = 10.0
Text = tuple[float, float, str]


def pdf(*pages: tuple[Sequence[tuple[float, float, float, float]], Sequence[Text]], image: bool = False) -> bytes:
    """A PDF of boxes (left, top, right, bottom) and texts (left, top, text) in Helvetica of 10 points."""
    contents = []
    for boxes, texts in pages:
        drawn = [f"{x0} {800 - y1} {x1 - x0} {y1 - y0} re S" for x0, y0, x1, y1 in boxes]
        drawn += [f"BT /F {SIZE} Tf {x} {800 - y - SIZE} Td ({text}) Tj ET" for x, y, text in texts]
        drawn += ["q 500 0 0 700 20 20 cm /I Do Q"] if image else []
        contents.append("\n".join(drawn).encode("latin-1"))
    count = len(contents)
    kids = " ".join(f"{3 + n} 0 R" for n in range(count))
    font, picture = 3 + 2 * count, 4 + 2 * count
    resources = f"<</Font<</F {font} 0 R>>/XObject<</I {picture} 0 R>>>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {count}>>"]
    objects += [
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources{resources}/Contents {3 + count + n} 0 R>>"
        for n in range(count)
    ]
    objects += [f"<</Length {len(c)}>>stream\n{c.decode('latin-1')}\nendstream" for c in contents]
    objects += ["<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    objects += [
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream"
    ]
    return numbered([text.encode("latin-1") for text in objects])


def row(
    top: float, *texts: str, height: float = 30, widths: Sequence[float] = (40, 40, 40)
) -> tuple[list[Any], list[Text]]:
    """A row of boxes from x = 50; ``\\n`` begins a new line in a cell."""
    boxes, written, left = [], list[Text](), 50.0
    for text, width in zip(texts, widths, strict=True):
        boxes.append((left, top, left + width, top + height))
        written += [(left + 5, top + 3 + n * 12, line) for n, line in enumerate(text.split("\n")) if line]
        left += width
    return boxes, written


def page(*rows: tuple[list[Any], list[Text]], also: Sequence[Text] = ()) -> tuple[list[Any], list[Text]]:
    return [box for boxes, _ in rows for box in boxes], [*(text for _, texts in rows for text in texts), *also]


def shown(document: Document) -> list[object]:
    return [
        item.text if isinstance(item, Paragraph) else [[c.text for c in item.row(r)] for r in range(item.height)]
        for item in document.items
    ]


def test_a_number_broken_in_a_narrow_cell_is_one_number() -> None:
    """A cell of 40 points holds five digits of ten points: 280.0 and 2 below it are 280.02, two sums are two."""
    data = pdf(page(row(50, "280.0\n2", "24\n30", "a"), row(80, "1", "2", "3")))
    assert shown(open_document(data, "a.pdf")) == [[["280.02", "24\n30", "a"], ["1", "2", "3"]]]


def test_words_of_letters_keep_their_blank() -> None:
    data = pdf(page(row(50, "Office\nExcel", "b", "c"), row(80, "1", "2", "3")))
    assert shown(open_document(data, "a.pdf")) == [[["Office Excel", "b", "c"], ["1", "2", "3"]]]


def test_merged_cells_and_text_around_the_table() -> None:
    boxes = [(50, 50, 170, 80), (50, 80, 90, 140), (90, 80, 170, 110), (90, 110, 130, 140), (130, 110, 170, 140)]
    texts = [(55, 53, "title"), (55, 83, "one"), (95, 83, "two"), (95, 113, "3"), (135, 113, "4")]
    document = open_document(
        pdf((boxes, [*texts, (50, 20, "before"), (50, 200, "after"), (300, 780, "- 1 -")])), "a.pdf"
    )
    before, grid, after = document.items
    assert isinstance(grid, Grid)
    assert [(c.text, c.row, c.col, c.rows, c.cols, c.address.a1) for c in grid.cells] == [
        ("title", 0, 0, 1, 3, "第1行第1列"),
        ("one", 1, 0, 2, 1, "第2行第1列"),
        ("two", 1, 1, 1, 2, "第2行第2列"),
        ("3", 2, 1, 1, 1, "第3行第2列"),
        ("4", 2, 2, 1, 1, "第3行第3列"),
    ]
    assert [getattr(item, "text", "") for item in (before, after)] == ["before", "after"]


def test_a_table_over_two_pages_is_one_and_repeats_no_head() -> None:
    """The next page begins with the same head; a cell cut by the page, and a row, are put together again."""
    head = ("name", "sum", "why")
    first = page(row(50, *head), row(700, "aaaaa", "280", "x\nbbbbb"), also=[(50, 20, "title")])
    middle = [(50.0, 80.0, 90.0, 700.0), (90.0, 80.0, 130.0, 700.0), (130.0, 80.0, 170.0, 700.0)]
    second = page(row(50, *head), row(80, "aaaaa", "", "c"), row(110, "b", "1", "2"), also=[(50, 300, "end")])
    document = open_document(pdf((first[0] + middle, first[1]), second), "a.pdf")
    assert shown(document) == [
        "title",
        [["name", "sum", "why"], ["", "", ""], ["aaaaa aaaaa", "280", "x bbbbb c"], ["b", "1", "2"]],
        "end",
    ]
    assert [finding.code for finding in document.findings] == ["WD13"]


def test_a_new_row_at_the_top_of_a_page_stays_a_row() -> None:
    first = page(row(50, "a", "b", "c"), row(80, "it", "280", "x"))
    second = page(row(50, "ot", "", "y"), row(80, "b", "1", "2"))
    assert shown(open_document(pdf(first, second), "a.pdf")) == [
        [["a", "b", "c"], ["it", "280", "x"], ["ot", "", "y"], ["b", "1", "2"]]
    ]


def test_tables_of_other_edges_are_two() -> None:
    first = page(row(50, "a", "b", "c"), row(80, "d", "e", "f"))
    second = page(row(50, "g", "h", "i", widths=(60, 60, 60)), row(80, "j", "k", "l", widths=(60, 60, 60)))
    assert len(list(open_document(pdf(first, second), "a.pdf").grids)) == 2


def test_a_scan_is_refused_with_advice() -> None:
    with pytest.raises(Refused) as refused:
        open_document(pdf(([], []), image=True), "a.pdf")
    finding = refused.value.finding
    assert (finding.code, finding.remedy) == ("WD06", "请报送 Word 或 Excel 原件；盖章的扫描件请另行报送。")


@pytest.mark.parametrize(("name", "module"), [("a.pdf", "pdfplumber"), ("a.doc", "doc2docx")])
def test_without_the_extra_the_advice_is_plain(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def without(wanted: str, *rest: Any, **more: Any) -> Any:
        if wanted.partition(".")[0] == module:
            raise ImportError(wanted)
        return really(wanted, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0" * 2000
    with pytest.raises(Refused) as refused:
        open_document(pdf(([], [])) if name == "a.pdf" else old, name)
    assert refused.value.finding.code == "WD07"
    assert "另存为 .docx" in refused.value.finding.remedy


def broken(data: bytes) -> bytes:
    return data[: len(data) // 2]


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(Refused):
        open_document(broken(pdf(page(row(50, "a", "b", "c")))), "a.pdf")


FORM = p("2022年度项目支出绩效自评表") + tbl(
    [tc("项目名称"), tc("党建工作经费", '<w:gridSpan w:val="2"/>')],
    *(
        [
            tc("产出指标（50分）" if not n else "", '<w:vMerge w:val="restart"/>' if not n else "<w:vMerge/>"),
            tc("组织工作作出全局性部署，并督促贯彻落实" * 2),
            tc("280.02"),
        ]
        for n in range(60)
    ),
).replace(
    "<w:tbl><w:tblGrid/>",
    "<w:tbl><w:tblPr><w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w='1500'/><w:gridCol w:w='3000'/><w:gridCol w:w='1500'/></w:tblGrid>",
)


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("kind", ["pdf", "doc"])
def test_as_libreoffice_prints_and_saves_it(kind: str, tmp_path: Path) -> None:
    """A form of several pages, printed to PDF and saved as .doc, is the grid of the .docx."""
    source = tmp_path / "form.docx"
    source.write_bytes(word(FORM))
    written = convert([source], tmp_path / kind, kind)[0].read_bytes()
    assert shown(open_document(written, f"a.{kind}")) == shown(open_document(word(FORM), "a.docx"))
