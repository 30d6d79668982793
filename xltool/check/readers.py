"""Which formulas of a form read a typed text as a number or a day, and how. Imports ``engine``, ``form``, ``notation``."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from xltool import notation
from xltool.expr import Symbol
from xltool.form import Form, Key, Value
from xltool.form.layout.workbook_layout import Placed


def text_readers(layout: Placed) -> Iterator[tuple[str, tuple[Symbol, ...], str]]:
    """Yield what reads a text: by which function, of which fields, and the computed field with the result; "" in a rule."""
    formulas = [*layout.form.computed.items(), *(("", rule.expect) for rule in layout.rules)]
    for result, bound in formulas:
        for name, symbols in bound.field_calls:
            if name in TEXT_READERS:
                yield name, symbols, result


def beside(form: Form, key: Key, ident: str) -> Key:
    """Return the cell of another field that belongs to a cell: in its row, its project, or the department's."""
    info = form.fields[ident]
    return Key(key.project if info.per_project else 0, ident, key.row if info.table else 0)


def note_of(name: str, text: str, *others: Value) -> str:
    """Return what to tell about a text that a function took for a number or a day in a way worth knowing."""
    if name == "NUM":
        return notation.read_measure(text, notation.text_of(others[0]), *others[1:]).note
    return notation.deadline_note(text, _year(*others))


def _year(*others: Value) -> int | None:
    return int(others[0]) if others and isinstance(others[0], Decimal) else None


def _day(text: str, *others: Value) -> datetime.date | None:
    return notation.read_deadline(text, _year(*others))


TEXT_READERS: Mapping[str, Callable[..., object]] = {
    "NUM": lambda text, unit, *scale: notation.read_measure(text, notation.text_of(unit), *scale).value,
    "DEADLINE": _day,
}
"""By the function's name in the rule language: what it reads a text and its companions as."""
