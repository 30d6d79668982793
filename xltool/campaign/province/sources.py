"""Where the tables of a campaign lie, and what they say they are about.

Imports ``report.workbook.exports`` and ``campaign.settings``. A county may send its campaign folder or only the Parquet files
of 汇总/数据; both are a source. A newcomer would take the name of the folder for the county's: it may be given in front.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xltool.campaign.settings import SUMMARY, CampaignError
from xltool.campaign.summarise import DATA
from xltool.files import cause
from xltool.report.workbook.exports import ABOUT, arrow

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """The tables of one campaign. ``label``: the county; ``about``: what its files say of themselves; ``paths`` by table."""

    label: str
    about: Mapping[str, Any]
    paths: Mapping[str, Path]

    def said(self, key: str) -> str:
        """What the files say under a key, ``""`` if they do not."""
        return str(self.about.get(key, ""))

    def schema(self, table: str) -> Any:
        """Return the Arrow schema of a table, None if this source has none.

        Raises:
            CampaignError: the file is damaged.
        """
        return _opened(self.paths[table]).schema_arrow if table in self.paths else None

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(_opened(self.paths[table]).metadata.num_rows) if table in self.paths else 0

    def batches(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Yield the rows of a table, some at a time; ``columns``: those of them that it has.

        Raises:
            CampaignError: the file is damaged.
        """
        if table not in self.paths:
            return
        file = _opened(self.paths[table])
        wanted = None if columns is None else [name for name in columns if name in file.schema_arrow.names]
        try:
            yield from file.iter_batches(_BATCH, columns=wanted)
        except (OSError, ValueError) as error:
            raise _damaged(self.paths[table], error) from None

    def values(self, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield some columns row by row; None where this source has no such column."""
        for batch in self.batches(table, columns):
            found = {name: batch.column(name).to_pylist() for name in batch.schema.names}
            blank = [None] * batch.num_rows
            yield from zip(*(found.get(name, blank) for name in columns), strict=True)


def find(texts: Sequence[str]) -> list[Source]:
    """Return the sources that ``文件夹`` or ``区县=文件夹`` name, in order.

    Raises:
        CampaignError: there are no tables in one, or two have the same name.
        NoParquetError: pyarrow is not installed.
    """
    arrow()
    found: list[Source] = []
    for text in texts:
        source = _source(text)
        if any(source.label == other.label for other in found):
            raise CampaignError(f"有两个批次都叫“{source.label}”。请在前面写上区县，如 甲县={text}。")
        found.append(source)
    return found


def _source(text: str) -> Source:
    label, equals, place = text.partition("=")
    if not equals or not label.strip() or "/" in label or "\\" in label:
        label, place = "", text
    folder = Path(place)
    inside = folder / SUMMARY / DATA
    paths = {path.stem: path for path in sorted((inside if inside.is_dir() else folder).glob("*.parquet"))}
    if not paths:
        raise CampaignError(f"{place} 里没有 Parquet 数据表。请先在那个批次里运行 xltool collect --tables。")
    label = label.strip() or folder.resolve().name
    return Source(label, about(next(iter(paths.values()))), paths)


def about(path: Path) -> dict[str, Any]:
    """Return what a Parquet file of ours says of itself.

    Raises:
        CampaignError: it is not one of ours, or damaged.
    """
    try:
        found = json.loads((_opened(path).schema_arrow.metadata or {}).get(ABOUT, b""))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CampaignError(f"{path} 不是 xltool 写的数据表。请在那个批次里运行 xltool collect --tables。")
    return found


def _opened(path: Path) -> Any:
    try:
        return arrow().parquet.ParquetFile(path)
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> CampaignError:
    return CampaignError(f"{path} 读不了（{cause(error)}），可能没有传完。请向报送的区县再要一份。")
