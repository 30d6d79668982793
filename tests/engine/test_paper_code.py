"""校验码: another figure, another code; the same form, the same code, however it came to us."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import clean, kit
from tests.parity import random_values
from xltool.engine import paper_code
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import Form, Issue, Key, form_by_id, form_ids
from xltool.form.definition.model import FieldType

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\Z")
IDS = pytest.mark.parametrize("ident", form_ids())


def codes(form: Form, made: Issue, values: Mapping[Key, Decimal | str | bool]) -> dict[str, str]:
    found = paper_code.codes(Evaluation(form, from_values(form, made, values)))
    return {paper.title: paper.code for paper in found}


@IDS
def test_a_blank_form_has_no_code_and_a_filled_one_has_one_for_every_print(ident: str) -> None:
    form = form_by_id(ident)
    made = kit.issue(form, projects=2)
    assert codes(form, made, {}) == {}
    found = codes(form, made, random_values(form, made, 3))
    per = {sheet.title: sheet.per for sheet in form.spec.prints}
    assert len(found) == sum(2 if per[title] == "project" else 1 for title in per)
    assert all(CODE.match(code) for code in found.values())
    assert len(set(found.values())) == len(found)


@IDS
def test_another_figure_another_code(ident: str) -> None:
    """Every number that a print shows as it was typed, one after the other, changed by a cent, a yuan, or to a blank."""
    form = form_by_id(ident)
    made = kit.issue(form)
    values = clean.values(form, made, {})
    before, dice, tried = codes(form, made, values), random.Random(ident), 0
    own = {sheet.id for sheet in form.spec.prints}
    shown = {symbol.id for at, bound in form.prints.items() if at[0] in own for symbol in bound.refs}
    for key, value in sorted(values.items()):
        item = form.fields[key.id].field
        number = value if isinstance(value, Decimal) else None
        if key.id not in shown or item.unit == "" or item.type is not FieldType.NUMBER or number is None:
            continue
        changed: Decimal | str = dice.choice([number + Decimal("0.01"), number + 1, number * 10 + Decimal("0.01"), ""])
        after = codes(form, made, {**values, key: changed})
        tried += 1
        assert any(after[title] != code for title, code in before.items()), (key, value, changed)
    assert tried > 1


def test_another_word_or_digit_of_target_and_result_is_another_code() -> None:
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)

    def code(**changes: object) -> str:
        return codes(form, made, clean.values(form, made, {name.replace("_", "/"): v for name, v in changes.items()}))[
            "自评表1"
        ]

    texts = ["达成", "部分达成", "未达成", "96%", "95%", "69%", "97%", "2022年12月15日", "2022年12月16日"]
    assert len({code(**{"实际完成值_3": text}) for text in texts}) == len(texts)


def test_the_code_is_of_this_department_this_project_this_year() -> None:
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    values = clean.values(form, made, {})
    project = replace(made.projects[0], code="P9")
    others = [
        made,
        replace(made, department="101002"),
        replace(made, year=2023),
        replace(made, projects=(project,)),
    ]
    assert len({codes(form, one, values)["自评表1"] for one in others}) == 4
    again = replace(made, issue_id="另一次下发", department_name="县教育体育局")
    assert codes(form, again, values) == codes(form, made, values), "the same figures, issued again"


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(st.lists(numbers, min_size=2, max_size=40), st.data())
def test_one_change_always_shows_and_a_swap_too(figures: list[Decimal], data: st.DataObject) -> None:
    def code(of: list[Decimal]) -> str:
        rows = {
            row: paper_code.row_remainder(map(paper_code.number_term, of[row * 3 : row * 3 + 3])) for row in range(14)
        }
        return paper_code.spelt(*(paper_code.weighed(half, rows, 5) for half in (0, 1)))

    at, other = data.draw(st.integers(0, len(figures) - 1)), data.draw(st.integers(0, len(figures) - 1))
    changed = figures.copy()
    changed[at] = data.draw(numbers)
    # Within a row two figures fall together where they differ by a multiple of 67108859 ten-thousandths, one pair in 67 million.
    if changed[at] != figures[at] and (changed[at] - figures[at]) * 10**4 % paper_code.ROW_PRIME:
        assert code(changed) != code(figures)
    swapped = figures.copy()
    swapped[at], swapped[other] = figures[other], figures[at]
    if figures[at] != figures[other] and (figures[at] - figures[other]) * 10**4 % paper_code.ROW_PRIME:
        assert code(swapped) != code(figures)


def test_a_million_single_changes() -> None:
    """Scores between 0 and 100 with two decimals and amounts with four: no change of one figure keeps the code."""
    dice, kept = random.Random(7), 0
    base = [dice.randrange(10**8) for _ in range(12)]
    row = paper_code.row_remainder(base)
    halves = [paper_code.weighed(half, {9: row}, 5) for half in (0, 1)]
    for _ in range(100_000):
        changed = base.copy()
        changed[dice.randrange(12)] = dice.randrange(10**8)
        found = {9: paper_code.row_remainder(changed)}
        kept += changed != base and [paper_code.weighed(half, found, 5) for half in (0, 1)] == halves
    assert kept == 0


def test_a_code_in_the_file_is_not_believed() -> None:
    """Whatever stands there, also nothing: the reader computes its own from the figures."""
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    values = clean.values(form, made, {})
    data, ours = kit.workbook(form, made, values), codes(form, made, values)["自评表1"]
    assert [paper.code for paper in kit.examined(data).papers] == [ours]
    for instead in ("校验码 2222-2222", ""):
        forged = _patched(data, f"校验码 {ours}", instead)
        assert [paper.code for paper in kit.examined(forged).papers] == [ours]


def _patched(data: bytes, old: str, new: str) -> bytes:
    target, hits = BytesIO(), 0
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as output:
        for info in source.infolist():
            content = source.read(info)
            hits += content.count(old.encode())
            output.writestr(info.filename, content.replace(old.encode(), new.encode()))
    assert hits == 1
    return target.getvalue()
