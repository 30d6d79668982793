"""What a workbook may contain so that Excel 2010 and WPS take it, checked on every form: neither runs here.

One test for every line of the list in macros_docs/workbook.md.
"""

from __future__ import annotations

import getpass
import re
import socket
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.audit.written import returned
from xltool.form import form_ids

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FUNCTIONS = frozenset(
    re.findall(
        "[A-Z]+",
        """
        ABS AND AVERAGE CHAR CHOOSE CODE COUNT COUNTA COUNTBLANK COUNTIF DATE DATEVALUE DAY EOMONTH EXACT FIND HYPERLINK IF IFERROR INDEX
        INT ISBLANK ISERROR ISLOGICAL ISNUMBER ISTEXT LEFT LEN LOOKUP LOWER MATCH MAX MID MIN MOD MONTH N NA NOT OR REPT
        RIGHT ROUND ROUNDDOWN ROUNDUP ROW SEARCH SUBSTITUTE SUM SUMPRODUCT TEXT TRIM UPPER VALUE YEAR
        """,
    )
)
"""All of them are in Excel 2007 already, in WPS and in LibreOffice; none is volatile."""

IDS = pytest.mark.parametrize("ident", form_ids())


@cache
def parts(ident: str) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(returned(ident)[2])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def trees(ident: str) -> dict[str, Element]:
    return {name: fromstring(data) for name, data in parts(ident).items() if name.endswith(".xml")}  # noqa: S314 — our own file


def all_of(ident: str, tag: str, part: str = "xl/worksheets/") -> Iterator[Element]:
    for name, root in trees(ident).items():
        if name.startswith(part):
            yield from root.iter(NAMESPACE + tag)


def texts(ident: str) -> list[str]:
    """Every formula: of cells, conditional formats, validations and names."""
    found = [item.text for tag in ("f", "formula", "formula1") for item in all_of(ident, tag)]
    return [text for text in [*found, *(item.text for item in all_of(ident, "definedName", "xl/workbook.xml"))] if text]


@IDS
def test_only_functions_all_programs_have(ident: str) -> None:
    outside = [re.sub(r'"(?:[^"]|"")*"', '""', text) for text in texts(ident)]
    used = {name for text in outside for name in re.findall(r"([A-Za-z_][A-Za-z0-9_.]*)\(", text)}
    assert used - FUNCTIONS == set()


@IDS
def test_formulas_are_no_longer_and_no_deeper_than_excel_takes(ident: str) -> None:
    for text in texts(ident):
        assert len(text) <= 8192
        depth = deepest = 0
        for char in re.sub(r'"(?:[^"]|"")*"', '""', text):
            depth += (char == "(") - (char == ")")
            deepest = max(deepest, depth)
        assert deepest <= 64, text[:80]
        assert all(len(piece) <= 257 for piece in re.findall(r'"(?:[^"]|"")*"', text)), "a text literal over 255"


@IDS
def test_no_array_formula_no_macro_no_part_newer_than_2010(ident: str) -> None:
    assert [item.get("t") for item in all_of(ident, "f") if item.get("t") not in (None, "shared")] == []
    assert [name for name in parts(ident) if "vba" in name.lower() or "metadata" in name.lower()] == []
    assert [name for name in parts(ident) if "externalLink" in name or "connections" in name] == []
    assert [name for name in parts(ident) if b"extLst" in parts(ident)[name]] == []
    assert [name for name in parts(ident) if b"_xlfn" in parts(ident)[name]] == []


@IDS
def test_opening_asks_nothing_and_calculates_nothing(ident: str) -> None:
    """Nothing to calculate on loading, so nothing to save on closing; no links to update."""
    (settings,) = all_of(ident, "calcPr", "xl/workbook.xml")
    assert settings.get("fullCalcOnLoad") is None
    assert settings.get("calcMode", "auto") == "auto"
    assert int(settings.get("calcId", "0")) >= 191029  # no Excel takes it for the work of an older one
    assert [
        cell.get("r") for cell in all_of(ident, "c") if cell.find(f"{NAMESPACE}f") is not None and _no_value(cell)
    ] == []


def _no_value(cell: Element) -> bool:
    value = cell.find(f"{NAMESPACE}v")
    return value is None or cell.get("t") == "e"


@IDS
def test_validations_stay_within_their_limits(ident: str) -> None:
    """A list of more than 255 characters stands in cells; titles up to 32, texts up to 255 characters."""
    seen = list(all_of(ident, "dataValidation"))
    assert seen
    for item in seen:
        formula = item.find(f"{NAMESPACE}formula1")
        if item.get("type") == "list" and formula is not None and formula.text is not None:
            assert formula.text.startswith("选项!$"), "words written into the rule itself"
        assert len(item.get("promptTitle", "")) <= 32
        assert len(item.get("errorTitle", "")) <= 32
        assert len(item.get("prompt", "")) <= 255
        assert len(item.get("error", "")) <= 255


@IDS
def test_conditional_formats_speak_of_their_own_sheet_only(ident: str) -> None:
    assert [item.text for item in all_of(ident, "formula") if "!" in (item.text or "")] == []


@IDS
def test_names_of_sheets_and_of_ranges_are_short_and_legal(ident: str) -> None:
    titles = [item.get("name", "") for item in all_of(ident, "sheet", "xl/workbook.xml")]
    assert all(0 < len(title) <= 12 and not re.search(r"[\\/?*:\[\]']", title) for title in titles)
    assert len({title.lower() for title in titles}) == len(titles)
    names = {item.get("name", "") for item in all_of(ident, "definedName", "xl/workbook.xml")}
    assert names <= {"_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase", "附页打印范围"}


@IDS
def test_merged_areas_do_not_overlap(ident: str) -> None:
    """The Open XML SDK does not notice it; Excel repairs such a file."""
    for name, root in trees(ident).items():
        taken: set[tuple[int, int]] = set()
        for item in root.iter(f"{NAMESPACE}mergeCell"):
            first, last = (_place(cell) for cell in item.get("ref", "").split(":"))
            cells = {(row, col) for row in range(first[0], last[0] + 1) for col in range(first[1], last[1] + 1)}
            assert not cells & taken, (name, item.get("ref"))
            taken |= cells


def _place(cell: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", cell).groups()  # type: ignore[union-attr]
    col = 0
    for letter in letters:
        col = col * 26 + ord(letter) - 64
    return int(digits), col


@IDS
def test_numbers_as_text_and_leading_zeros_are_kept(ident: str) -> None:
    """A text cell is formatted as text, so 010 stays 010 and 1-2 does not become a date."""
    styles = trees(ident)["xl/styles.xml"]
    codes = {item.get("numFmtId"): item.get("formatCode") for item in styles.iter(f"{NAMESPACE}numFmt")}
    text = [item for item in styles.iter(f"{NAMESPACE}xf") if codes.get(item.get("numFmtId")) == "@"]
    unlocked = [
        item
        for item in text
        if (found := item.find(f"{NAMESPACE}protection")) is not None and found.get("locked") == "0"
    ]
    assert unlocked


@IDS
def test_nothing_of_this_machine_is_inside(ident: str) -> None:
    found = {item.tag.partition("}")[2]: item.text or "" for item in trees(ident)["docProps/core.xml"]}
    assert found["title"].startswith("2022年度")
    assert found["creator"] == found["lastModifiedBy"] == "财政局绩效管理"
    assert found["created"] == found["modified"] == "2022-12-31T00:00:00Z"
    text = b"".join(parts(ident).values())
    for secret in {getpass.getuser(), socket.gethostname()} - {"root", "localhost", ""}:
        # As a word: a short name may stand by chance among the letters of a digest.
        assert re.search(rb"(?<![\w+/=-])" + re.escape(secret.encode()) + rb"(?![\w+/=-])", text) is None
