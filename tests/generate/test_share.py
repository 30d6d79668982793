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
from xltool.form import Form, Issue, form_by_id, form_ids
from xltool.form.layout import calculation_layout, workbook_layout
from xltool.form.layout.workbook_layout import CALC
from xltool.generate import generate
from xltool.generate.cells.shared_formulas import shared

CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"[^>]*><f t="shared"(?: ref="([^"]+)")? si="([0-9]+)"(?:/>|>([^<]*)</f>)')


@pytest.mark.parametrize("ident", form_ids())
def test_they_are_what_excel_allows(ident: str) -> None:
    """No other sheet, no array constant (MS-XLSB 2.5.98.98), the area one column from its first cell to its last."""
    form = form_by_id(ident)
    count = 0
    with zipfile.ZipFile(BytesIO(generate(form, kit.issue(form, projects=2)))) as archive:
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
                assert len({re.sub("[0-9]", "", cell) for cell in cells}) == 1
                count += len(cells)
    assert count > 500


REFERENCE = st.tuples(st.sampled_from(["A", "BC"]), st.sampled_from(["same", "moves", "relative"]), st.integers(1, 30))


@given(
    st.lists(REFERENCE, min_size=1, max_size=4),
    st.lists(st.integers(0, 40), min_size=2, max_size=9, unique=True).map(sorted),
    st.lists(st.booleans(), min_size=9, max_size=9),
)
def test_expanding_gives_the_formulas_back(
    references: list[tuple[str, str, int]], rows: list[int], others: list[bool]
) -> None:
    """Also where other formulas and blank cells stand between those that share one."""

    def text(row: int) -> str:
        parts = [
            f"${col}{start + row}" if kind == "relative" else f"${col}${start + (row if kind == 'moves' else 0)}"
            for col, kind, start in references
        ]
        return f'IF({"+".join(parts)}>0,"$A$1 {row * 0}","")'

    formulas = {(row, 2): text(row) for row in rows}
    between = {(row + 1, 2): "$A$1" for row, other in zip(rows, others, strict=False) if other and row + 1 not in rows}
    result = shared(formulas | between)
    origin = f"C{rows[0] + 1}"
    master = result[origin]
    assert master.area == f"{origin}:C{rows[-1] + 1}"
    for row in rows:
        assert result[f"C{row + 1}"].number == master.number
        expanded = Translator(f"={master.formula}", origin).translate_formula(f"C{row + 1}")
        assert _absolute(expanded) == _absolute(f"={text(row)}")


def _absolute(formula: str) -> str:
    return re.sub(r"\$([A-Z]+)\$?([0-9]+)(?=[+>])", r"$\1$\2", formula)


def test_a_formula_that_does_not_move_evenly_begins_a_new_run() -> None:
    """Two projects: each row of a project uses that project's own total."""
    column = {(row, 2): f"$A${row + 1}/$B${10 * (row // 10) + 1}" for row in (0, 1, 10, 11)}
    result = shared(column)
    assert {name: (share.formula, share.area) for name, share in result.items() if share.area} == {
        "C1": ("$A1/$B$1", "C1:C2"),
        "C11": ("$A11/$B$11", "C11:C12"),
    }
    assert [result[name].number for name in ("C1", "C2", "C11", "C12")] == [0, 0, 1, 1]


def written_out(form: Form, made: Issue) -> dict[str, str]:
    """The formulas of 计算 that are written out, by cell; of those that share one, the first cell's."""
    with zipfile.ZipFile(BytesIO(generate(form, made))) as archive:
        titles = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode("utf-8"))
        part = archive.read(f"xl/worksheets/sheet{titles.index(CALC) + 1}.xml").decode("utf-8")
    return dict(re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f[^>]*>([^<]+)</f>', part))


@pytest.mark.parametrize("ident", form_ids())
def test_projects_share_their_hidden_fields(ident: str) -> None:
    form = form_by_id(ident)
    made = kit.issue(form, projects=3)
    formulas, values = written_out(form, made), calculation_layout.plan(workbook_layout.build(form, made)).values
    cells: dict[str, list[str]] = {}
    for key, address in values.items():
        info = form.fields[key.id]
        if info.per_project and info.field.hidden and info.field.compute and not info.table and not info.item:
            cells.setdefault(key.id, []).append(address.a1)
    assert cells
    assert {ident: [cell for cell in places if cell in formulas] for ident, places in cells.items()} == {
        ident: places[:1] for ident, places in cells.items()
    }


@pytest.mark.parametrize("code", ["BZ01", "BZ02", "BZ03"])
def test_the_rows_of_a_grid_share_a_rule_that_names_them(code: str) -> None:
    form = form_by_id("hunan-department-2022")
    made = kit.issue(form)
    formulas, states = written_out(form, made), calculation_layout.plan(workbook_layout.build(form, made)).states
    cells = [address.a1 for (rule, _), address in states.items() if rule == code]
    assert len(cells) > 10
    assert [cell for cell in cells if cell in formulas] == cells[:1]
