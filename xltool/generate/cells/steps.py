"""A workbook is painted step by step, so that another department's can be painted from the steps that differ.

Imports ``engine``. A step writes into one sheet and may be done again; what it reads of the filled form is watched by
``engine.trace``. Whatever is painted outside steps must not depend on what is filled in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from xltool.engine.trace import Traced
from xltool.writing.workbook import Strings

_T = TypeVar("_T")


@dataclass(eq=False, slots=True)
class Step(Generic[_T]):
    """Something painted. ``value``: what it returned; other steps ask for it by ``get``.

    ``reads``: see ``Traced``. ``cells``, ``rows``: what it wrote into its sheet, as XlsxWriter keeps it. ``strings``: first
    and last of the calls for a shared string.
    """

    sheet: Any
    work: Callable[[], _T]
    value: _T
    reads: frozenset[object] = frozenset()
    cells: Mapping[int, Mapping[int, Any]] = field(default_factory=dict)
    rows: Mapping[int, Any] = field(default_factory=dict)
    strings: tuple[int, int] = (0, 0)
    asked: Callable[[object], None] | None = None

    def get(self) -> _T:
        """Return the value; who asks depends on it."""
        if self.asked is not None:
            self.asked(self)
        return self.value


def step(sheet: Any, work: Callable[..., _T], *args: Any) -> Step[_T]:
    """Paint a part of a sheet that depends on what is filled in, and on nothing else that may change."""
    doing = partial(work, *args)
    if sheet.steps is not None:
        return sheet.steps.done(sheet, doing)  # type: ignore[no-any-return]
    return Step(sheet, doing, sheet.str_table.vary(doing))


class Steps:
    """The steps of one workbook, in order; only those that read something."""

    def __init__(self, evaluation: Traced) -> None:
        self.evaluation, self.strings = evaluation, Strings()
        self.all: list[Step[Any]] = []

    def done(self, sheet: Any, work: Callable[[], _T]) -> Step[_T]:
        """Do a step and remember it."""
        table, rows, begin = sheet.table, sheet.row_info, len(self.strings.varying)
        sheet.table, sheet.row_info = defaultdict(dict), {}
        value, reads = self.evaluation.watched(lambda: self.strings.vary(work))
        made = Step(sheet, work, value, reads, sheet.table, sheet.row_info, (begin, len(self.strings.varying)))
        for row, line in sheet.table.items():
            if not line.keys().isdisjoint(table[row]):
                raise ValueError(f"row {row}: a cell is written in two steps")
            table[row].update(line)
        rows.update(sheet.row_info)
        sheet.table, sheet.row_info = table, rows
        if reads:
            made.asked = self.evaluation.read
            self.all.append(made)
        return made
