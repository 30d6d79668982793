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


@pytest.mark.parametrize("ident", form_ids())
def test_what_more_projects_weigh(ident: str) -> None:
    """Two still do, but for the department-wide form of Hunan, which has four sheets more; a project weighs some 32 kB."""
    assert size(ident, 2) < {"hunan-department-2022": 165_000}.get(ident, LIMIT)
    assert size(ident, 3) - size(ident, 2) < 35_000
