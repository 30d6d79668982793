"""A table as a pandas DataFrame: typed columns, the header as their name, what they stand for in ``attrs``.

Imports ``report.workbook.book``. One of the few modules that import pandas, and only when a frame is asked for. A
newcomer would let pandas guess the types: a department's code 001001 would come out as 1001, and a column without a
value would have another type than the same column of the next campaign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xltool.report.workbook.book import CellValue, Column, ColumnKind, Data, Link, Table
from xltool.writing.text import clean

if TYPE_CHECKING:
    import pandas as pd

_KINDS = MappingProxyType(
    {
        ColumnKind.TEXT: Data.TEXT,
        ColumnKind.CENTER: Data.TEXT,
        ColumnKind.STATE: Data.CATEGORY,
        ColumnKind.COUNT: Data.INTEGER,
    }
)
_WORDS = (Data.TEXT, Data.CATEGORY, Data.TIME)
_TYPES = MappingProxyType(
    {
        Data.TEXT: "string",
        Data.CATEGORY: "category",
        Data.INTEGER: "Int64",
        Data.NUMBER: "Float64",
        Data.TIME: "datetime64[s]",
    }
)


@dataclass(frozen=True, slots=True)
class About:
    """What the tables of a campaign are about.

    ``values``: title, year, form and its version, and what else is to be known of all tables; ``ids``: of the form's
    fields, by table and the name of their column.
    """

    values: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


NOTHING = About()


def data_of(column: Column) -> Data:
    """Return what other programs take a column for."""
    return column.data or _KINDS.get(column.kind, Data.NUMBER)


def attributes(table: Table, about: About = NOTHING) -> dict[str, Any]:
    """Return what is to be known of a table and its columns, in plain values."""
    ids = about.ids.get(table.name, {})
    columns = {
        column.name: {
            "type": data_of(column).value,
            **({"unit": column.unit} if column.unit else {}),
            **({"id": ids[column.name]} if column.name in ids else {}),
        }
        for column in table.columns
    }
    return {"table": table.name, "title": table.title, "note": table.note, **about.values, "columns": columns}


def plain(value: CellValue) -> str | int | float | None:
    """Return what a cell shows."""
    text = value.text if isinstance(value, Link) else value
    return clean(text) if isinstance(text, str) else text


def typed(column: Column, value: str | int | float | None) -> str | int | float | None:
    """Return the value as its column holds it; None for a blank, and for a text among numbers, which has no place there."""
    if value is None or value == "":
        return None
    if data_of(column) in _WORDS:
        return str(value)
    return None if isinstance(value, str) else value


def frame(table: Table, about: About = NOTHING) -> pd.DataFrame:
    """Return the whole table. A blank cell is a missing value."""
    made = _frame(table.columns, list(table.rows))
    made.attrs.update(attributes(table, about))
    return made


def frames(columns: Sequence[Column], rows: Iterator[Sequence[CellValue]], size: int) -> Iterator[pd.DataFrame]:
    """Yield the rows in frames of ``size`` rows, so that not all are in memory."""
    while batch := list(islice(rows, size)):
        yield _frame(columns, batch)


def _frame(columns: Sequence[Column], rows: Sequence[Sequence[CellValue]]) -> pd.DataFrame:
    import pandas as pd

    made = {
        column.name: pd.Series(
            [typed(column, plain(row[index])) for row in rows],
            dtype=_TYPES[data_of(column)],
        )
        for index, column in enumerate(columns)
    }
    return pd.DataFrame(made)
