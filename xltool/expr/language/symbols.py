"""What a rule can talk about: values, fields, and the two views of a form (data and cells).

Imports nothing of ours. A blank is ``""``, not None: the cells of the workbook hold ``""``
too, and both sides must see the same thing. ``NA`` is no value: it says "does not apply".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, Literal, Protocol

_TYPE_WORDS = {"number": "数字", "text": "文字", "bool": "是否"}

UNREADABLE: Final = "#?"
NONE: Final = "—"

Scalar = Decimal | str | bool
"""Decimal, text or truth. A number field holds a Decimal, ``""``, ``"—"`` or ``"#?"``."""


class NotApplicable(Enum):
    """The type of ``NA``, the result of an expression that does not apply (Excel: any error)."""

    NA = "NA"


NA: Final[Literal[NotApplicable.NA]] = NotApplicable.NA


class Type(StrEnum):
    """The static type of a field or expression."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"

    @property
    def word(self) -> str:
        """What form authors call this type."""
        return _TYPE_WORDS[self.value]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A field as seen from where a rule stands.

    ``scalar`` and ``column`` are both true for a table column in a row rule: alone it is this
    row's cell, inside an aggregate the whole column. ``constant`` is a parameter of the form,
    written out as a literal on both sides.
    """

    id: str
    name: str
    type: Type
    unit: str = ""
    scalar: bool = True
    column: bool = False
    constant: Decimal | str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a rule may use. ``symbols`` is keyed by id and by name; ``tolerance`` by unit.

    ``parts``: names that stand for several fields, by their ids, where a function takes any number of fields.
    """

    symbols: Mapping[str, Symbol]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tolerance: Mapping[str, Decimal] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Env(Protocol):
    """The values of one filled form."""

    def __getitem__(self, ident: str, /) -> Scalar:
        """Return the one value of a field, by its id; text already folded and trimmed."""
        ...

    def column(self, ident: str) -> Sequence[Scalar]:
        """Return all values of a column, in row order; all columns of a table have one length."""
        ...


class Cells(Protocol):
    """The addresses of one workbook, with sheet name and absolute: ``'计算'!$C$5``."""

    def cell(self, symbol: Symbol) -> str:
        """Return the address of the one cell."""
        ...

    def column(self, symbol: Symbol) -> Sequence[str]:
        """Return the ranges of a column; columns of one table are cut the same way."""
        ...
