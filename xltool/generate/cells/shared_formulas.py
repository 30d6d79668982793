"""Formulas that are the same in several cells of a column are written once, as Excel itself does it.

A shared formula takes a fraction of the space and of the time to load. Excel allows in it only references
within the sheet and no array constants (MS-XLSB, SharedParsedFormula); anything else is written in full. Between
the cells that share one there may be others, as in a column from which somebody deleted a formula: the area names
the first and the last, each cell says itself which formula it shares (ECMA-376 18.3.1.40; MS-XLS ShrFmla counts
them besides the area). Two areas of a column lie apart or one within the other: Excel writes them so, and what
it would make of two that overlap in part nobody here could try.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby

from xltool.form.layout.workbook_layout import column_letters

_Cell = tuple[int, int]
_PART = re.compile(r'("(?:[^"]|"")*")|\$([A-Z]{1,3})(\$?)([0-9]+)')
_STEP = _PART.groups + 1  # what ``split`` gives for each part: the text before it, then its groups


@dataclass(frozen=True, slots=True)
class Share:
    """A cell's part in a shared formula: its number and, in the first cell only, the formula and the area."""

    number: int
    formula: str = ""
    area: str = ""

    def element(self, escape: Callable[[str], str]) -> str:
        """The ``<f>`` element."""
        if not self.area:
            return f'<f t="shared" si="{self.number}"/>'
        return f'<f t="shared" ref="{self.area}" si="{self.number}">{escape(self.formula)}</f>'


@dataclass(slots=True)
class _Run:
    """Cells of a column with the same formula. ``moves``: for each reference, whether it moves along."""

    cells: list[_Cell]
    text: str
    rows: list[int]
    moves: list[bool] | None = None

    def takes(self, cell: _Cell, rows: list[int]) -> bool:
        """Whether a further cell goes on with the run."""
        step = cell[0] - self.cells[0][0]
        deltas = [now - was for was, now in zip(self.rows, rows, strict=True)]
        moves = self.moves if self.moves is not None else [delta == step for delta in deltas]
        if any(delta != (step if move else 0) for delta, move in zip(deltas, moves, strict=True)):
            return False
        self.moves = moves
        return True


def shared(formulas: Mapping[_Cell, str]) -> dict[str, Share]:
    """Return the shared formulas of a sheet by cell name, for those cells that have one.

    >>> result = shared({(row, 2): f"SUM($A${row + 1},$B$9)" for row in range(3)})
    >>> result["C1"], result["C2"]
    (Share(number=0, formula='SUM($A1,$B$9)', area='C1:C3'), Share(number=0, formula='', area=''))
    """
    result: dict[str, Share] = {}
    for number, run in enumerate(run for run in _nested(_runs(formulas), formulas) if len(run.cells) > 1):
        names = [f"{column_letters(col)}{row + 1}" for row, col in run.cells]
        result |= dict.fromkeys(names, Share(number))
        result[names[0]] = Share(number, _relative(run), f"{names[0]}:{names[-1]}")
    return result


def _runs(formulas: Mapping[_Cell, str]) -> Iterator[_Run]:
    """The runs of a sheet; a formula joins the latest run of its column that has the same shape, or begins one."""
    for _, column in groupby(
        sorted(formulas.items(), key=lambda item: (item[0][1], item[0][0])), lambda item: item[0][1]
    ):
        latest: dict[tuple[str | int | None, ...], _Run] = {}
        for cell, text in column:
            parts = _PART.split(text)
            if any("!" in outside or "{" in outside for outside in parts[::_STEP]):
                continue
            shape, rows = _shape(parts, cell[0])
            run = latest.get(shape)
            if run is not None and run.takes(cell, rows):
                run.cells.append(cell)
                continue
            if run is not None:
                yield run
            latest[shape] = _Run([cell], text, rows)
        yield from latest.values()


def _nested(runs: Iterable[_Run], formulas: Mapping[_Cell, str]) -> Iterator[_Run]:
    """The runs, each cut where a run that it begins in ends."""
    waiting = [(run.cells[0][1], run.cells[0][0], run) for run in runs]
    heapify(waiting)
    around: list[_Run] = []  # those the present run begins in, the innermost last
    while waiting:
        col, row, run = heappop(waiting)
        while around and (around[-1].cells[-1][1], around[-1].cells[-1][0]) < (col, row):
            around.pop()
        fits = bisect_left(run.cells, around[-1].cells[-1]) if around else len(run.cells)
        if rest := run.cells[fits:]:
            heappush(waiting, (col, rest[0][0], _Run(rest, formulas[rest[0]], run.rows, run.moves)))
            run.cells = run.cells[:fits]
        around.append(run)
        yield run


def _shape(parts: list[str], row: int) -> tuple[tuple[str | int | None, ...], list[int]]:
    """A formula without the rows of its ``$A$1`` references, and those rows; ``$A1`` as so many rows from its own."""
    rows: list[int] = []
    shape: list[str | int | None] = list(parts)
    for at in range(_STEP - 1, len(parts), _STEP):
        if parts[at] is None:  # a quoted text
            continue
        if parts[at - 1]:
            rows.append(int(parts[at]))
            shape[at] = None
        else:
            shape[at] = int(parts[at]) - row
    return tuple(shape), rows


def _relative(run: _Run) -> str:
    moves = iter(run.moves or ())

    def write(part: re.Match[str]) -> str:
        text, col, absolute, number = part.groups()
        if text is not None or not absolute:
            return part[0]
        return f"${col}{number}" if next(moves) else part[0]

    return _PART.sub(write, run.text)
