"""The tables of the summary for other programs: CSV for Excel and WPS, Parquet for analysis.

Imports ``report.workbook.frames``. CSV starts with a byte order mark, or Excel takes it for GBK; a text that looks like
a formula gets an apostrophe in front, because opening a CSV evaluates it. Parquet needs pyarrow, which is an extra.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from xltool.files import safe_name, write_atomic
from xltool.report.workbook.book import CellValue, Column, Data, Table
from xltool.report.workbook.frames import NOTHING, About, attributes, data_of, frames, plain
from xltool.writing.text import for_csv

if TYPE_CHECKING:
    import pandas as pd

ABOUT = b"xltool"
"""The key of a Parquet file's metadata under which, as JSON, stands what the table is about."""

NO_PARQUET = '这台电脑没有装 pyarrow，不能读写 Parquet。要用的话请运行：pip install "xltool[parquet]"。'

_BATCH = 5_000


class NoParquetError(Exception):
    """Parquet was asked for, and pyarrow is not installed; says how to install it."""

    def __init__(self) -> None:
        super().__init__(NO_PARQUET)


def arrow() -> Any:
    """Return pyarrow with its parquet module.

    Raises:
        NoParquetError: it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NoParquetError from None
    return pyarrow


def write_all(folder: Path, tables: Iterable[Table], about: About = NOTHING) -> bool:
    """Write every table as ``名称.csv`` and, if pyarrow is there, as ``名称.parquet``, a batch of rows at a time.

    Returns:
        Whether Parquet was written, too.
    """
    try:
        arrow()
    except NoParquetError:
        parquet = False
    else:
        parquet = True
    for table in tables:
        name = safe_name(table.name)
        with tempfile.TemporaryFile() as csv_file, tempfile.TemporaryFile() as parquet_file:
            _write(table, about, csv_file, parquet_file if parquet else None)
            for suffix, stream in (("csv", csv_file), ("parquet", parquet_file)):
                if suffix == "csv" or parquet:
                    stream.seek(0)
                    write_atomic(folder / f"{name}.{suffix}", stream)
    return parquet


def _write(table: Table, about: About, csv_file: IO[bytes], parquet_file: IO[bytes] | None) -> None:
    text = io.TextIOWrapper(csv_file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([for_csv(column.name) for column in table.columns])
    rows = iter(table.rows)
    if parquet_file is None:
        while batch := list(islice(rows, _BATCH)):
            _write_csv(writer, batch)
    else:
        with parquet_writer(parquet_file, table.columns, attributes(table, about)) as put:
            while batch := list(islice(rows, _BATCH)):
                _write_csv(writer, batch)
                for made in frames(table.columns, iter(batch), _BATCH):
                    put(made)
    text.detach()


def _write_csv(writer: Any, rows: Iterable[Sequence[CellValue]]) -> None:
    for row in rows:
        values = map(plain, row)
        writer.writerow([for_csv(value) if isinstance(value, str) else value for value in values])


@contextmanager
def parquet_writer(stream: IO[bytes] | Path, columns: Sequence[Column], about: dict[str, Any]) -> Iterator[Any]:
    """Give a function that appends a frame to a Parquet file.

    Raises:
        NoParquetError: pyarrow is not installed.
    """
    pa = arrow()
    fields = [(column.name, _type(pa, data_of(column))) for column in columns]
    note = json.dumps(about, ensure_ascii=False).encode("utf-8", "replace")
    # What pandas writes for itself, so that reading gives the same types again.
    (empty,) = frames(columns, iter([[None] * len(columns)]), 1)
    empty.attrs.update(about)
    known = pa.Table.from_pandas(empty, pa.schema(fields), preserve_index=False).schema.metadata
    schema = pa.schema(fields, metadata={**known, ABOUT: note})
    with pa.parquet.ParquetWriter(stream, schema) as writer:

        def put(made: pd.DataFrame) -> None:
            table = pa.Table.from_pandas(made, schema, preserve_index=False)
            writer.write_table(table.replace_schema_metadata(schema.metadata))

        yield put


def _type(pa: Any, data: Data) -> Any:
    return {
        Data.INTEGER: pa.int64(),
        Data.NUMBER: pa.float64(),
        Data.TIME: pa.timestamp("s"),
    }.get(data, pa.string())
