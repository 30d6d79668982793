"""A workbook goes by mail and chat, often with many others: it stays small."""

from __future__ import annotations

import pytest

from tests import kit
from xltool.form import form_by_id, form_ids
from xltool.generate import generate

LIMIT = 150_000  # bytes


def size(ident: str, projects: int) -> int:
    form = form_by_id(ident)
    return len(generate(form, kit.shape(form, projects=projects)))


@pytest.mark.parametrize("ident", form_ids())
def test_a_workbook_stays_below_150_kb(ident: str) -> None:
    assert size(ident, 1) < LIMIT


def test_three_projects_still_do() -> None:
    assert size(kit.FORM_ID, 3) < LIMIT
