"""A workbook goes by mail and chat, often with many others: it stays small."""

from __future__ import annotations

import pytest

from tests import kit
from xltool.form import form_by_id, form_ids
from xltool.generate import generate

LIMIT = 150_000  # bytes


def size(ident: str, projects: int) -> int:
    form = form_by_id(ident)
    return len(generate(form, kit.issue(form, projects=projects)))


DEPARTMENT_WIDE = "hunan-department-2022"  # has four sheets more than the others


@pytest.mark.parametrize("ident", form_ids())
def test_a_workbook_stays_below_150_kb(ident: str) -> None:
    """With three projects; the department-wide form with two."""
    assert size(ident, 2 if ident == DEPARTMENT_WIDE else 3) < LIMIT


@pytest.mark.parametrize("ident", form_ids())
def test_what_one_more_project_weighs(ident: str) -> None:
    assert size(ident, 3) - size(ident, 2) < 29_000
