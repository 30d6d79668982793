"""Rows that are made in one place and written in another: kept on disk when there are many, or made when they are written.

Imports nothing of ours. A newcomer would use a list: the lines of ten thousand returns do not fit into memory.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_BATCH = 500
_IN_MEMORY = 4_000_000  # bytes; beyond, the system's temporary folder


@dataclass(frozen=True, slots=True)
class Fresh:
    """Rows made anew each time somebody goes through them."""

    make: Callable[[], Iterator[Sequence[Any]]]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return self.make()


class Spool:
    """Takes rows in order and gives them back in order, as often as wanted."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the spool
        self._batch: list[Sequence[Any]] = []
        self._end = 0

    def add(self, row: Sequence[Any]) -> None:
        """Take a row."""
        self._batch.append(row)
        if len(self._batch) >= _BATCH:
            self._flush()

    def __iter__(self) -> Iterator[Sequence[Any]]:
        self._flush()
        at = 0
        while at < self._end:
            self._file.seek(at)
            batch = pickle.load(self._file)  # noqa: S301 - our own file, without a name others could write to
            at = self._file.tell()
            yield from batch

    def _flush(self) -> None:
        if self._batch:
            self._file.seek(self._end)
            pickle.dump(self._batch, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._end = self._file.tell()
            self._batch = []

    def close(self) -> None:
        """Free what the rows take."""
        self._file.close()
