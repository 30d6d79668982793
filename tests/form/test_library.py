"""Every form of the library: sound, deterministic, clean when filled cleanly, equal in LibreOffice."""

from __future__ import annotations

import ast
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.form import form_by_id, form_ids, listed
from xltool.form.layout import workbook_layout as layouts
from xltool.generate import generate

FORMS = form_ids()
# How many workbooks with random and nasty values each form is compared with; tests/generate/test_parity.py
# compares the largest form with many more.
FILLS = 4


@pytest.mark.parametrize("ident", FORMS)
def test_generating_twice_gives_the_same_bytes(ident: str) -> None:
    form = form_by_id(ident)
    made = kit.issue(form, projects=2)
    assert generate(form, made) == generate(form, made)


@pytest.mark.parametrize("ident", FORMS)
def test_a_clean_fill_has_no_findings_and_a_score(ident: str) -> None:
    form = form_by_id(ident)
    made = kit.issue(form)
    outcome = kit.examined(kit.workbook(form, made, dict(clean.values(form, made))), form=form)
    assert [f"{f.code} {f.sheet}!{f.cell} {f.message}" for f in outcome.findings] == []
    assert outcome.scores is not None
    assert outcome.scores.total is not None
    assert 90 < outcome.scores.total <= 100
    assert outcome.scores.grade == "优"
    assert sum(line.weight or 0 for line in outcome.scores.projects[0].lines) == pytest.approx(100)


def test_no_form_is_named_in_the_program() -> None:
    """What a form needs is in its definition: no branch on a form, no default form. Examples in docstrings may name one."""
    root = Path(str(files("xltool")))
    named = []
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        documented = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
        texts = {id(node.body[0].value) for node in documented if node.body and isinstance(node.body[0], ast.Expr)}
        named += [
            f"{path.relative_to(root)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts
            if any(ident in node.value for ident in FORMS)
        ]
    assert named == []


@pytest.mark.parametrize("ident", FORMS)
def test_names_are_those_of_the_folder_and_sources_are_given(ident: str) -> None:
    spec = form_by_id(ident).spec
    assert spec.form == ident
    assert all(parameter.source for parameter in spec.parameters)
    assert all(rule.source and rule.do for rule in spec.rules)


@pytest.mark.parametrize("ident", FORMS)
def test_every_printed_row_fills_the_width(ident: str) -> None:
    """An official form has no holes: every cell of its fixed rows belongs to a box (the flowing ones: test_flow)."""
    form = form_by_id(ident)
    issue = kit.issue(form)
    book = openpyxl.load_workbook(BytesIO(generate(form, issue)))
    for printed in layouts.build(form, issue).prints:
        sheet, page, flow = printed.source, book[printed.title], printed.flow
        flowing = range(flow.top + 1, flow.top + flow.room + 1) if flow else range(0)
        holes = [
            cell.coordinate
            for line in page.iter_rows(max_row=page.max_row - bool(sheet.footer), max_col=len(sheet.widths))
            for cell in line
            if cell.row not in flowing
            and not cell.border.left.style
            and not any(cell.coordinate in area for area in page.merged_cells.ranges)
        ]
        assert holes == [], printed.title


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("ident", FORMS)
def test_every_formula_gives_the_same_in_libreoffice(ident: str, tmp_path: Path) -> None:
    form = form_by_id(ident)
    made = kit.issue(form)
    fills = [random_values(form, made, seed) for seed in range(FILLS)] + [dict(clean.values(form, made))]
    assert_same(form, made, fills, tmp_path)


def test_the_list_of_forms_says_what_the_forms_say() -> None:
    """``xltool forms`` does not verify and compile them."""
    specs = [form_by_id(ident).spec for ident in form_ids()]
    said = [(line.id, line.version, line.region, line.title, line.rules) for line in listed(form_ids())]
    assert said == [(spec.form, spec.version, spec.region, spec.title, len(spec.rules)) for spec in specs]
