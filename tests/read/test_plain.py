"""What leaves the examination is plain text and plain numbers: neither a definition's lines nor a cell's format travel on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum

import pytest

from tests import clean, kit
from xltool.examine import examine
from xltool.form import form_by_id, form_ids


def leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Every text and number of a value, with where it stands."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str | Decimal):
        yield path, value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(key, f"{path}.keys")
            yield from leaves(item, f"{path}[{key}]")
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from leaves(item, path)


@pytest.mark.parametrize("every", [1, 2], ids=["filled", "half filled"])
@pytest.mark.parametrize("ident", form_ids())
def test_an_outcome_holds_plain_texts_and_numbers(ident: str, every: int) -> None:
    form = form_by_id(ident)
    issue = kit.issue(form)
    data = kit.workbook(form, issue, dict(list(clean.values(form, issue).items())[::every]))
    outcome = examine("表.xlsx", data, form_by_id)
    assert outcome.figures
    assert bool(outcome.findings) is (every == 2)
    marked = {path: type(leaf).__name__ for path, leaf in leaves(outcome, "") if type(leaf) not in (str, Decimal)}
    assert marked == {}
