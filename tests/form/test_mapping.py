"""The fingerprint of a layout: the same for what reads the same, another for what does not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import kit
from tests.form import edits
from xltool.form import Form, Issue, form_by_id, form_ids
from xltool.form.definition.model import FormSpec
from xltool.form.layout import mapping
from xltool.form.layout import workbook_layout as layouts


def fingerprint(form: Form, issue: Issue) -> str:
    return mapping.fingerprint(layouts.build(form, issue))


def spec(**changes: object) -> FormSpec:
    return replace(form_by_id(kit.FORM_ID).spec, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("ident", form_ids())
def test_what_is_carried_comes_back(ident: str) -> None:
    form = form_by_id(ident)
    issue = kit.issue(form, projects=2)
    layout = layouts.build(form, issue)
    carried = mapping.parse(mapping.rows_of(layout))
    assert carried is not None
    boxes = {(sheet.marker, box.key): (box.row, box.col) for sheet in layout.inputs for box in sheet.boxes if box.key}
    assert {(name, key): at for name, places in carried.cells.items() for key, at in places.items()} == boxes
    assert carried.headings == mapping.headings(form)
    assert carried.fingerprint == fingerprint(form, issue) == issue.layout


def test_rules_prompts_and_notes_are_no_part_of_it() -> None:
    form = form_by_id(kit.FORM_ID)
    issue = kit.issue(form)
    sheets = tuple(
        replace(
            sheet,
            heading=f"{sheet.heading}（试行）",
            blocks=tuple(replace(block, note="另一句说明" if block.title else "") for block in sheet.blocks),
        )
        for sheet in form.spec.sheets
    )
    other = edits.with_spec(form, spec(sheets=sheets, rules=(), instructions=("另一句",), title="另一个名称"))
    assert fingerprint(other, issue) == issue.layout


def test_whose_it_is_is_no_part_of_it() -> None:
    form = form_by_id(kit.FORM_ID)
    issue = kit.issue(form)
    assert fingerprint(form, replace(issue, department="9", department_name="别家", year=2030)) == issue.layout


@pytest.mark.parametrize("edit", dict.fromkeys(edits.EDITS), ids=lambda edit: edit.__name__)
def test_every_edit_that_shows_changes_it(edit: edits.Edit) -> None:
    """Unless it happened to change nothing; a block or level more shows in what is issued next, not here."""
    form = form_by_id(kit.FORM_ID)
    issue = kit.issue(form)
    before = layouts.build(form, issue)
    for seed in range(6):
        after = layouts.build(edits.with_spec(form, edit(random.Random(seed), form.spec)), issue)
        same = [(s.title, s.boxes) for s in before.inputs] == [(s.title, s.boxes) for s in after.inputs]
        if not same:
            assert mapping.fingerprint(after) != mapping.fingerprint(before)


KINDS = st.sampled_from(["places", "headings", "units", "rest", "anchors", "anchor", "form"])
WORDS = st.sampled_from(
    ["xltool:a:0", "xltool:a:1", "a", "=b", "a/1-3", "a/9-1", "0/a/0", "1", "-5", "万元", "99999", ""]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(KINDS, TEXTS), max_size=8))
def test_whatever_a_file_says_is_read_or_refused(rows: list[tuple[str, str]]) -> None:
    try:
        found = mapping.parse(rows)
    except ValueError:
        return
    assert found is None or found.cells


def test_a_count_of_units_is_not_believed() -> None:
    rows = (("places", "xltool:a:0 a 1 1"), ("headings", "abc"), ("units", "万元 999999999999"))
    with pytest.raises(ValueError, match="zip"):
        mapping.parse(rows)
