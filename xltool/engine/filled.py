"""A filled form: a reading for every cell, whoever filled it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from xltool import notation
from xltool.form import Form, Issue, Key, Value
from xltool.form.definition.model import Field
from xltool.form.layout.workbook_layout import Address


class ReadingKind(StrEnum):
    """The state of a cell. Blank, an explicit none, unreadable text and an error value are different things."""

    BLANK = "blank"
    VALUE = "value"
    NONE = "none"
    UNREADABLE = "unreadable"
    ERROR = "error"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one input cell held.

    ``typed`` is the department's own text, so a message can quote it; ``value`` what we understood, in the
    form the calculation sheet of the workbook holds it: a number, folded text, ``""`` for blank, ``"—"`` for
    an explicit none, ``"#?"`` for what cannot be read. ``kind`` DEFAULT: the form's own formula still stands
    there. ``note`` says what was normalised, ``problem`` why it cannot be read. ``formula``: the cell holds a
    formula. ``shown``: what people see, where the number format makes it another text than ``typed``, None where it does
    not; ``struck``: what is struck out of the content and therefore not in ``typed`` (unless all of it is).
    ``worded``: a day written as a text (2022年3月1日) and not as a date; nothing about it is in doubt.
    Cells the department does not fill in have a reading too, with what is shown there.
    """

    value: Value = ""
    typed: str = ""
    kind: ReadingKind = ReadingKind.BLANK
    note: str = ""
    problem: str = ""
    address: Address | None = None
    formula: bool = False
    shown: str | None = None
    struck: str = ""
    worded: bool = False

    @property
    def content(self) -> Value:
        """What to write into a cell so that it reads back as this: the number itself, or the text as typed."""
        return self.typed if isinstance(self.value, str) or self.note or self.worded else self.value


BLANK = Reading()
_STATES: Mapping[str, tuple[ReadingKind, Value]] = {
    "number": (ReadingKind.VALUE, ""),
    "blank": (ReadingKind.BLANK, ""),
    "none": (ReadingKind.NONE, notation.NONE),
    "unreadable": (ReadingKind.UNREADABLE, notation.UNREADABLE),
}
"""By the state of a number: the kind of its reading, and the value where there is no number."""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Everything read from (or put into) one department's workbook, or from an official form read as it is.

    ``stated``: for an official form, the parameters as they are written on it, by project and the parameter's id;
    None for our workbook.
    """

    issue: Issue
    readings: Mapping[Key, Reading] = field(default_factory=lambda: MappingProxyType({}))
    stated: Mapping[tuple[int, str], Decimal] | None = None

    def reading(self, key: Key) -> Reading:
        """Return the reading of a cell; blank if nothing is known of it."""
        return self.readings.get(key, BLANK)


def read_value(item: Field, raw: Decimal | str | bool, address: Address | None = None) -> Reading:
    """Understand one content of an input cell, exactly as the workbook's calculation sheet does.

    Args:
        item: the field; its type and unit say how to read.
        raw: number, text or truth value; ``""`` is blank.
        address: where it stands, kept for messages.
    """
    typed = notation.text_of(raw)
    if item.is_number:
        number = notation.read_date(raw) if item.is_date else notation.read_number(raw, item.unit)
        kind, plain = _STATES[number.state]
        value = number.value if number.value is not None else plain
        worded = item.is_date and isinstance(raw, str)
        return Reading(value, typed, kind, number.note, number.problem, address, worded=worded)
    text = notation.fold(typed)
    if text and notation.is_machine_blank(text):
        return Reading(text, typed, ReadingKind.ERROR, problem=f"“{text}”，多半是别的程序在空格里写的", address=address)
    return Reading(text, typed, ReadingKind.VALUE if text else ReadingKind.BLANK, address=address)


def from_values(form: Form, issue: Issue, values: Mapping[Key, Decimal | str | bool]) -> FilledForm:
    """Fill a form with plain values; what is prefilled or has a default formula keeps it unless given."""
    readings: dict[Key, Reading] = {}
    for key, value in {**issue.prefill, **values}.items():
        readings[key] = read_value(form.fields[key.id].field, value)
    return FilledForm(issue, MappingProxyType({**default_readings(form, issue, readings), **readings}))


def default_readings(form: Form, issue: Issue, filled: Mapping[Key, Reading]) -> dict[Key, Reading]:
    """Return DEFAULT readings for all cells with a default formula that are not in ``filled``."""
    from xltool.form.layout.places import cells_of

    default = Reading(kind=ReadingKind.DEFAULT)
    fields = {ident: info for ident, info in form.fields.items() if info.field.default}
    return {key: default for key in cells_of(fields, issue) if key not in filled}
