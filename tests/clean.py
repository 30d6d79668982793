"""A complete and correct return of every form, from ``tests/cases/clean.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tests import kit
from xltool.form import Form, Issue, Key
from xltool.form.definition.strict import load

CASES = Path(__file__).parent / "cases"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
Texts = Mapping[str, str]


def _none() -> Texts:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CleanFill:
    values: Texts = field(default_factory=_none)
    project: Texts = field(default_factory=_none)
    indicators: tuple[Texts, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanFills:
    default: CleanFill
    forms: Mapping[str, CleanFill]


@cache
def fills() -> CleanFills:
    made: CleanFills = load(CASES / "clean.yaml", CleanFills)
    return made


def named(form: Form, made: Issue) -> dict[str, str]:
    """The clean fill by the names people know, ``栏目/行`` in a table; only cells this form lets people fill."""
    own, default = fills().forms.get(form.id, CleanFill()), fills().default
    result: dict[str, str] = {**default.values, **default.project, **own.values, **own.project}
    rows = made.rows(1, "indicators")
    free: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        free.setdefault(row.level2, []).append(number)
    for indicator in own.indicators or default.indicators:
        place = free[indicator["二级指标"]].pop(0)
        result |= {f"{name}/{place}": text for name, text in indicator.items()}
    typed = {name: text for name, text in result.items() if _typed_in(form, name.partition("/")[0])}
    return {**_asked_for(form, typed), **typed}


def _asked_for(form: Form, known: Mapping[str, str]) -> dict[str, str]:
    """What the form asks for and the file does not know yet: a field added tomorrow does not fail every test."""
    said = {form.ids.get(name, name) for name in known}
    result = {}
    for ident, info in form.fields.items():
        item = info.field
        left = item.is_input and item.required and not info.table and not item.hidden and ident not in said
        if left and not item.default and not item.prefill:
            words = form.spec.lists[item.choices].words if item.choices else ()
            result[str(item.name)] = (
                "2022-12-31" if item.is_date else "0" if item.is_number else words[0] if words else "无"
            )
    return result


def _typed_in(form: Form, name: str) -> bool:
    info = form.fields.get(form.ids.get(name, name))
    return info is not None and info.field.is_input


def values(form: Form, made: Issue, changes: Mapping[str, object] | None = None) -> dict[Key, Decimal | str]:
    """The clean fill with some cells changed; ``""`` empties a cell."""
    texts = {**named(form, made), **{name: str(value) for name, value in (changes or {}).items()}}
    plain: dict[str, object] = {}
    for name, text in texts.items():
        number = form.field(name.partition("/")[0]).is_number and _NUMBER.match(text)
        if text != "":
            plain[name] = Decimal(text) if number else text
    keys = kit.keyed(form, plain)
    return {key: value for key, value in keys.items() if key not in made.locked}
