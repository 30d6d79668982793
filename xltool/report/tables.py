"""The tables of the summary for other programs: CSV for Excel and WPS, Parquet for analysis.

Imports ``report.book``. CSV starts with a byte order mark, or Excel takes it for GBK; a text that looks like
a formula gets an apostrophe in front, because opening a CSV evaluates it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from xltool.files import safe_name, write_atomic
from xltool.report.book import Cell, Kind, Link, Table
from xltool.report.text import clean

_FORMULA = ("=", "+", "-", "@", "\t")


def write_all(folder: Path, tables: Iterable[Table]) -> None:
    """Write every table as ``名称.csv`` and ``名称.parquet``."""
    for table in tables:
        rows = [[_plain(value) for value in row] for row in table.rows]
        name = safe_name(table.name)
        write_atomic(folder / f"{name}.csv", _csv(table, rows))
        write_atomic(folder / f"{name}.parquet", _parquet(table, rows))


def _plain(value: Cell) -> str | int | float | None:
    text = value.text if isinstance(value, Link) else value
    return clean(text) if isinstance(text, str) else text


def _headers(table: Table) -> list[str]:
    return [column.header.replace("\n", "") for column in table.columns]


def _csv(table: Table, rows: Sequence[Sequence[Any]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_headers(table))
    for row in rows:
        writer.writerow([f"'{v}" if isinstance(v, str) and v.startswith(_FORMULA) else v for v in row])
    return stream.getvalue().encode("utf-8-sig")


def _parquet(table: Table, rows: Sequence[Sequence[Any]]) -> bytes:
    frame = pd.DataFrame(rows, columns=_headers(table))
    for column, name in zip(table.columns, frame.columns, strict=True):
        if column.kind in (Kind.TEXT, Kind.CENTER, Kind.STATE):
            frame[name] = frame[name].map(lambda v: None if v is None else str(v)).astype("string")
        else:
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()
