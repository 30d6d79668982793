"""The tables of the summary for other programs: CSV for Excel and WPS, Parquet for analysis.

Imports ``report.book``. CSV starts with a byte order mark, or Excel takes it for GBK; a text that looks like
a formula gets an apostrophe in front, because opening a CSV evaluates it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from xltool.files import safe_name, write_atomic
from xltool.report.workbook.book import CellValue, Column, ColumnKind, Link, Table
from xltool.writing.text import clean, for_csv

_BATCH = 5_000
_TEXTS = (ColumnKind.TEXT, ColumnKind.CENTER, ColumnKind.STATE)


def write_all(folder: Path, tables: Iterable[Table]) -> None:
    """Write every table as ``名称.csv`` and ``名称.parquet``, a batch of rows at a time."""
    for table in tables:
        name = safe_name(table.name)
        with tempfile.TemporaryFile() as csv_file, tempfile.TemporaryFile() as parquet_file:
            _write(table, csv_file, parquet_file)
            for suffix, stream in (("csv", csv_file), ("parquet", parquet_file)):
                stream.seek(0)
                write_atomic(folder / f"{name}.{suffix}", stream)


def _write(table: Table, csv_file: IO[bytes], parquet_file: IO[bytes]) -> None:
    headers = [column.header.replace("\n", "") for column in table.columns]
    schema = pa.schema([(header, _type(column)) for header, column in zip(headers, table.columns, strict=True)])
    text = io.TextIOWrapper(csv_file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(map(for_csv, headers))
    rows = ([_plain(value) for value in row] for row in table.rows)
    with pq.ParquetWriter(parquet_file, schema) as parquet:
        while batch := list(islice(rows, _BATCH)):
            for row in batch:
                writer.writerow([for_csv(v) if isinstance(v, str) else v for v in row])
            columns = [
                pa.array([_typed(column, row[index]) for row in batch], _type(column))
                for index, column in enumerate(table.columns)
            ]
            parquet.write_batch(pa.record_batch(columns, schema=schema))
    text.detach()


def _plain(value: CellValue) -> str | int | float | None:
    text = value.text if isinstance(value, Link) else value
    return clean(text) if isinstance(text, str) else text


def _type(column: Column) -> Any:
    return pa.string() if column.kind in _TEXTS else pa.float64()


def _typed(column: Column, value: str | int | float | None) -> str | float | None:
    """A text among numbers has no place in a column of numbers."""
    if column.kind in _TEXTS:
        return None if value is None else str(value)
    return None if value is None or isinstance(value, str) else float(value)
