"""One Parquet file from those of all sources, every row with where it comes from.

Imports ``province.sources``. Rows go through a batch at a time: memory does not grow with the tables. A newcomer would
demand equal columns: forms differ from county to county, so a table has every column that any of them has.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xltool.campaign.province.sources import Source
from xltool.files import safe_name, write_atomic
from xltool.report.workbook.exports import ABOUT, arrow

COUNTY, CAMPAIGN = "区县", "批次"


def table_names(sources: Sequence[Source]) -> list[str]:
    """Return the tables that any source has, those of the first source first."""
    return list(dict.fromkeys(name for source in sources for name in source.paths))


def columns(sources: Sequence[Source], table: str) -> tuple[dict[str, Any], list[str]]:
    """Return every column with its type, and the names of those that have different types in different sources."""
    pa = arrow()
    found: dict[str, Any] = {}
    clashes: list[str] = []
    for source in sources:
        for item in source.schema(table) or ():
            kind = found.setdefault(item.name, item.type)
            if kind != item.type:
                numbers = all(map(_is_number, (kind, item.type)))
                found[item.name] = pa.float64() if numbers else pa.string()
                clashes += [] if numbers or item.name in clashes else [item.name]
    return found, clashes


def _is_number(kind: Any) -> bool:
    types = arrow().types
    return bool(types.is_integer(kind) or types.is_floating(kind))


def write(folder: Path, sources: Sequence[Source], table: str) -> int:
    """Write ``名称.parquet`` and return how many rows it has.

    Raises:
        CampaignError: a file is damaged.
        TargetLockedError: the target is open elsewhere.
    """
    pa = arrow()
    found, _ = columns(sources, table)
    own = [name for name in found if name not in (COUNTY, CAMPAIGN)]
    note = {
        "table": table,
        "campaigns": [
            {"label": source.label, **{k: v for k, v in source.about.items() if k != "columns"}} for source in sources
        ],
    }
    schema = pa.schema(
        [(COUNTY, pa.string()), (CAMPAIGN, pa.string()), *((name, found[name]) for name in own)],
        metadata={ABOUT: json.dumps(note, ensure_ascii=False).encode("utf-8", "replace")},
    )
    rows = 0
    with tempfile.TemporaryFile() as stream:
        with pa.parquet.ParquetWriter(stream, schema) as writer:
            for source in sources:
                for batch in source.batches(table):
                    count = batch.num_rows
                    have = set(batch.schema.names)
                    values = [
                        batch.column(name).cast(found[name]) if name in have else pa.nulls(count, found[name])
                        for name in own
                    ]
                    where = [pa.repeat(text, count) for text in (source.label, source.said("campaign"))]
                    writer.write_batch(pa.record_batch([*where, *values], schema=schema))
                    rows += count
        stream.seek(0)
        write_atomic(folder / f"{safe_name(table)}.parquet", stream)
    return rows
