"""Shared formulas: written the way Excel writes them, and the same formulas as without sharing."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from tests import kit
from xltool.form import form_by_id, form_ids
from xltool.generate import generate
from xltool.generate.share import shared

CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"[^>]*><f t="shared"(?: ref="([^"]+)")? si="([0-9]+)"(?:/>|>([^<]*)</f>)')


@pytest.mark.parametrize("ident", form_ids())
def test_they_are_what_excel_allows(ident: str) -> None:
    """No other sheet, no array constant (MS-XLSB 2.5.98.98), the area one column without holes."""
    form = form_by_id(ident)
    count = 0
    with zipfile.ZipFile(BytesIO(generate(form, kit.shape(form, projects=2)))) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            members: dict[str, list[str]] = {}
            areas: dict[str, str] = {}
            for col, row, area, number, text in CELL.findall(archive.read(name).decode("utf-8")):
                members.setdefault(number, []).append(f"{col}{row}")
                if area:
                    areas[number] = area
                    plain = re.sub(r"&quot;|\"[^\"]*\"", "", text)
                    assert "!" not in plain
                    assert "{" not in plain
            for number, cells in members.items():
                assert areas[number] == f"{cells[0]}:{cells[-1]}"
                rows = [int(re.sub("[A-Z]", "", cell)) for cell in cells]
                assert rows == list(range(rows[0], rows[0] + len(rows)))
                assert len({re.sub("[0-9]", "", cell) for cell in cells}) == 1
                count += len(cells)
    assert count > 500


REFERENCE = st.tuples(st.sampled_from(["A", "BC"]), st.sampled_from(["same", "moves"]), st.integers(1, 30))


@given(st.lists(REFERENCE, min_size=1, max_size=4), st.integers(2, 9), st.integers(0, 5))
def test_expanding_gives_the_formulas_back(references: list[tuple[str, str, int]], size: int, top: int) -> None:
    def text(row: int) -> str:
        parts = [f"${col}${start + (row if kind == 'moves' else 0)}" for col, kind, start in references]
        return f'IF({"+".join(parts)}>0,"$A$1 {row * 0}","")'

    formulas = {(top + row, 2): text(row) for row in range(size)}
    result = shared(formulas)
    origin = f"C{top + 1}"
    master = result[origin].formula
    for row in range(size):
        expanded = Translator(f"={master}", origin).translate_formula(f"C{top + row + 1}")
        plain = re.sub(r"\$([A-Z]+)\$?([0-9]+)(?=[+>])", r"$\1$\2", expanded)
        assert plain == f"={text(row)}"
