"""Whatever stands in a document, reading it ends, with findings that can be kept and shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.official import paper
from tests.official.cases import cases
from xltool.campaign.ledger.codec import pack, unpack
from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.examine import Outcome
from xltool.form import form_by_id, form_ids
from xltool.read.official import Official, recognise
from xltool.read.tables.grid import Document
from xltool.report.json import to_json
from xltool.score import score

WORDS = sorted(
    {
        cell.split("→")[0].split("↓")[0]
        for case in cases().values()
        for table in case.rows()
        for row in table
        for cell in row
    }
)
NASTY = [
    "=1+1",
    "#REF!",
    "1e999",
    "９９％",
    "{0}",
    "-",
    "∞",
    "0" * 40,
    "1.2.3",
    "\x00",
    "\ud800",
    "（" * 50,
    "其中" * 30,
    "设" * 200 + "3个内设机构",
    "≥" * 20,
]
cell = st.one_of(st.sampled_from(WORDS), st.sampled_from(NASTY), st.just(""))
span = st.sampled_from(["", "", "", "→2", "→9", "↓2", "→2↓3"])
table = st.lists(st.lists(st.builds(str.__add__, cell, span), min_size=1, max_size=10), min_size=1, max_size=14)


def kept(document: Document, forms: tuple[str, ...]) -> None:
    found = recognise(document, [form_by_id(ident) for ident in forms], Official(forms), "文件.docx")
    if found is None:
        return
    evaluation = Evaluation(found.places.form, found.filled)
    findings = (*check(found.places, evaluation), *found.findings)
    outcome = Outcome("文件.docx", findings, found.filled.issue, score(evaluation), official=True)
    assert unpack(*pack(outcome)) == outcome
    json.loads(to_json(outcome))
    assert findings == (*check(found.places, Evaluation(found.places.form, found.filled)), *found.findings)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=st.lists(table, min_size=1, max_size=3), said=st.lists(st.one_of(cell, st.text(max_size=40)), max_size=4))
def test_anything(tables: list[list[list[str]]], said: list[str]) -> None:
    items = [paper.paragraph(text, number) for number, text in enumerate(said, start=1)]
    kept(Document("docx", (*items, *(paper.grid(rows, n) for n, rows in enumerate(tables, start=1)))), form_ids())


@pytest.mark.parametrize("name", cases())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_form_with_something_else_in_it(name: str, data: st.DataObject) -> None:
    """A published form with cells exchanged for anything, rows left out and rows said twice."""
    case = cases()[name]
    tables = [[list(row) for row in rows] for rows in case.rows()]
    for _ in range(data.draw(st.integers(1, 6))):
        rows = tables[data.draw(st.integers(0, len(tables) - 1))]
        at = data.draw(st.integers(0, len(rows) - 1))
        kind = data.draw(st.sampled_from(["cell", "drop", "twice"]))
        if kind == "cell":
            col = data.draw(st.integers(0, len(rows[at]) - 1))
            rows[at][col] = data.draw(cell)
        elif kind == "drop" and len(rows) > 1:
            del rows[at]
        else:
            rows.insert(at, list(rows[at]))
    kept(Document("docx", tuple(paper.grid(rows, n) for n, rows in enumerate(tables, start=1))), (case.form,))
