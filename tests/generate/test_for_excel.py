"""What Excel and WPS would trip over and LibreOffice does not mind: looked for in the workbooks of all forms."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests import kit
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.form import form_by_id, form_ids, load_form
from xltool.generate import generate

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MOST_CHARACTERS, MOST_LEVELS = 8192, 60  # of a formula: Excel 2010 takes 8192 and 64 (specifications and limits)
FORMS = pytest.mark.parametrize("ident", form_ids())


@cache
def parts(ident: str) -> dict[str, Any]:
    form = form_by_id(ident)
    with zipfile.ZipFile(BytesIO(generate(form, kit.issue(form, projects=2)))) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


def sheets(ident: str) -> Iterator[Any]:
    return (root for name, root in parts(ident).items() if name.startswith("xl/worksheets/"))


def levels(formula: str) -> int:
    """How deep functions stand in functions."""
    depth = deepest = 0
    opened: list[bool] = []
    for before, mark in re.findall(r"(\w?)([()])", re.sub(r'"(?:[^"]|"")*"', '""', formula)):
        if mark == "(":
            opened.append(bool(before))
            depth += bool(before)
            deepest = max(deepest, depth)
        else:
            depth -= opened.pop()
    return deepest


def test_levels() -> None:
    assert levels("A1") == 0
    assert levels('IF((A1+2)*(3)>0,SUM(MAX(1,2)),"((")') == 3


@FORMS
def test_formulas_are_within_the_limits(ident: str) -> None:
    formulas = [f.text or "" for root in sheets(ident) for f in root.iter(f"{MAIN}f")]
    assert len(formulas) > 500
    assert max(map(len, formulas)) <= MOST_CHARACTERS
    assert max(map(levels, formulas)) <= MOST_LEVELS
    assert [text for text in formulas if '"??*"' in text] == []  # finds no text of more than 255 characters


@FORMS
def test_areas_of_shared_formulas_lie_apart_or_within_each_other(ident: str) -> None:
    seen = 0
    for root in sheets(ident):
        columns: dict[str, list[tuple[int, int]]] = {}
        for formula in root.iter(f"{MAIN}f"):
            if area := formula.get("ref"):
                col, first, _, last = re.fullmatch(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)", area).groups()  # type: ignore[union-attr]
                columns.setdefault(col, []).append((int(first), int(last)))
        for spans in columns.values():
            seen += len(spans)
            assert overlapping(spans) == []
    assert seen > 100


def overlapping(spans: list[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    pairs = [(one, other) for one in spans for other in spans if one < other]
    return [pair for pair in pairs if pair[0][0] < pair[1][0] <= pair[0][1] < pair[1][1]]


def test_overlapping() -> None:
    assert overlapping([(3, 8), (1, 5)]) == [((1, 5), (3, 8))]
    assert overlapping([(1, 8), (3, 5), (9, 12)]) == []


@FORMS
def test_no_formula_stands_in_a_cell_of_text_format(ident: str) -> None:
    """Editing it would turn it into a text."""
    styles = parts(ident)["xl/styles.xml"]
    codes = {"49", *(code.get("numFmtId") for code in styles.iter(f"{MAIN}numFmt") if code.get("formatCode") == "@")}
    text = {str(n) for n, xf in enumerate(styles.find(f"{MAIN}cellXfs")) if xf.get("numFmtId") in codes}
    cells = [cell for root in sheets(ident) for cell in root.iter(f"{MAIN}c")]
    assert any(cell.get("s") in text for cell in cells)
    assert [cell.get("r") for cell in cells if cell.get("s") in text and cell.find(f"{MAIN}f") is not None] == []


@FORMS
def test_unlocked_formulas_are_expected(ident: str) -> None:
    """No green corner on a suggestion that the department may overwrite."""
    formats = parts(ident)["xl/styles.xml"].find(f"{MAIN}cellXfs")
    unlocked = {
        str(number)
        for number, xf in enumerate(formats)
        if xf.find(f"{MAIN}protection") is not None and xf.find(f"{MAIN}protection").get("locked") == "0"
    }
    for root in sheets(ident):
        formulas = {
            c.get("r") for c in root.iter(f"{MAIN}c") if c.get("s") in unlocked and c.find(f"{MAIN}f") is not None
        }
        ignored = {
            cell
            for error in root.iter(f"{MAIN}ignoredError")
            if error.get("unlockedFormula")
            for area in error.get("sqref").split()
            for cell in _cells(area)
        }
        assert formulas <= ignored


def _cells(area: str) -> Iterator[str]:
    first, _, last = area.partition(":")
    (col, top), (right, below) = (re.fullmatch(r"([A-Z]+)([0-9]+)", cell).groups() for cell in (first, last or first))  # type: ignore[union-attr]
    assert len(col) == len(right) == 1
    for letter in map(chr, range(ord(col), ord(right) + 1)):
        yield from (f"{letter}{row}" for row in range(int(top), int(below) + 1))


@FORMS
def test_nothing_to_calculate_on_opening(ident: str) -> None:
    calculation = parts(ident)["xl/workbook.xml"].find(f"{MAIN}calcPr")
    assert calculation.get("fullCalcOnLoad") is None


QUOTED = """\
form: quoted
extends: national-2020
version: "1"
sheets:
  - {id: cover, override: true, title: '封"面'}
  - {id: project, override: true, title: '项"目{n}'}
prints:
  - id: self_evaluation
    override: true
    title: '自"评"表{n}'
    rows:
      - id: table_head
        override: true
        cells:
          - {text: "绩\\"\\n效\\n指\\n标", rows: table}
          - {text: 一级"指标"}
          - {text: 二级指标}
          - {text: '三级"指标'}
          - {text: 年度指标值}
          - {text: '实际"完成值'}
          - {text: 分值}
          - {text: 得分}
          - {text: '偏差"原因"分析及改进措施'}
"""


@needs_office
def test_quotes_in_titles_and_headings(tmp_path: Path) -> None:
    """What the author of a form calls a sheet or a column stays a text in every formula."""
    (tmp_path / "form.yaml").write_text(QUOTED, encoding="utf-8")
    form = load_form(tmp_path / "form.yaml")
    made = kit.issue(form, projects=2)
    fills = [random_values(form, made, seed) for seed in (1, 2)]
    assert assert_same(form, made, fills, tmp_path) > 1000
