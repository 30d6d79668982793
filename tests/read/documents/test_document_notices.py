"""Every notice about a document: a file that gets it, and a look-alike that does not."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from tests.read.documents.builders import as_dump, p, saved, tbl, tc, word
from tests.read.documents.test_pages import workbook
from tests.read.documents.test_pdf import page, pdf, row
from tests.read.documents.test_word import BOX, para, run
from xltool.ooxml.refused import Refused
from xltool.read.tables.open import open_document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "WordDocument".encode("utf-16-le") + b"\0" * 3000
SPLIT = (
    page(row(50, "a", "b", "c"), row(80, "aaaaa", "280", "x")),
    page(row(50, "aaaaa", "", "c"), row(80, "b", "1", "2")),
)
WHOLE = (page(row(50, "a", "b", "c"), row(80, "aa", "280", "x")), page(row(50, "aa", "1", "c"), row(80, "b", "1", "2")))


def said(data: bytes, name: str = "a") -> list[str]:
    try:
        return [finding.code for finding in open_document(data, name).findings]
    except Refused as refused:
        return [refused.finding.code]


def visible() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.create_sheet("另一张")["A1"] = "甲"
    return saved(book)


def macros(name: str) -> bytes:
    return word(p("甲"), **{name: "x"})


def comments(author: str) -> bytes:
    w, office = (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    return word(
        p("甲"),
        word__comments_dot_xml=f'<w:comments xmlns:w="{w}"><w:comment w:id="0" w:author="{author}"/></w:comments>',
        word___rels__document_dot_xml_dot_rels='<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="c" Type="{office}/comments" Target="comments.xml"/></Relationships>',
    )


Case = Callable[[], bytes]
PAIRS: dict[str, tuple[Case, list[str], Case, list[str]]] = {
    "WD01": (lambda: word(para(run("甲"), BOX.format(p("字")))), ["WD01"], lambda: word(para(run("甲"), BOX.format(p()))), []),
    "WD02": (lambda: word(para(f"<w:ins>{run('甲')}</w:ins>")), ["WD02"], lambda: word(para(run("甲"))), []),
    "WD03": (lambda: as_dump([["a", "b"], ["c", "d"]]).encode(), ["WD03"], lambda: "没有表的正文".encode(), []),
    "WD05": (workbook, ["WD05"], visible, []),
    "WD06": (lambda: pdf(([], []), image=True), ["WD06"], lambda: pdf(page(row(50, "a", "b", "c"))), []),
    "WD08": (lambda: OLE, ["WD08"], lambda: word(p("甲")), []),
    "WD10": (lambda: word(p("  ")), ["WD10"], lambda: word(p("无")), []),
    "WD11": (lambda: macros("word__vbaProject_dot_bin"), ["WD11"], lambda: macros("word__vba_dot_txt"), []),
    "WD12": (lambda: comments("张三"), ["WD12"], lambda: comments("xltool 审核"), []),
    "WD13": (lambda: pdf(*SPLIT), ["WD13"], lambda: pdf(*WHOLE), []),
}  # fmt: skip
OTHERS = ("WD04", "WD07", "WD09")
"""Those that hang on the file's name or on what is installed have tests of their own, below."""


@pytest.mark.parametrize("code", PAIRS)
def test_a_document_that_gets_it_and_one_that_does_not(code: str) -> None:
    hit, wanted, alike, clean = PAIRS[code]
    assert code in wanted
    assert (said(hit()), said(alike())) == (wanted, clean)


def test_a_wps_document_has_a_sentence_of_its_own() -> None:
    assert (said(OLE, "a.wps"), said(OLE, "a.doc")) == (["WD09"], ["WD08"])


def test_an_old_document_is_converted_where_the_extra_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The converter by itself is tested with LibreOffice's files (test_pdf); here what is done with its result."""
    import doc2docx

    def convert(source: object, target: str) -> None:
        del source
        Path(target).write_bytes(word(p("甲") + tbl([tc("a")])))

    monkeypatch.setattr(doc2docx, "convert", convert)
    document = open_document(OLE, "a.doc")
    assert (document.kind, [f.code for f in document.findings], len(document.items)) == ("doc", ["WD04"], 2)


def test_another_package_of_that_name_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyPI's doc2docx imports under the same name and would start Word: only msdoc2docx is asked."""
    import doc2docx

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("xltool.read.tables.word.old.version", missing)
    monkeypatch.setattr(doc2docx, "convert", lambda *_: pytest.fail("called"))
    assert said(OLE, "a.doc") == ["WD07"]
