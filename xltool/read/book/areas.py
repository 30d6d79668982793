"""Which cells lie in which areas, for as many of both as a file may hold. Imports nothing of ours.

A department controls how many validations and hidden columns its file has: asking every area about every cell takes
their product. Here each takes its turn once: areas open and close while the rows go by.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable

Cell = tuple[int, int]
Area = tuple[int, int, int, int]
"""Top, left, bottom, right; all included."""
_COLUMNS = 16_384


def covered(areas: Iterable[Area], cells: Collection[Cell]) -> frozenset[Cell]:
    """Return the cells that lie in one of the areas.

    >>> sorted(covered([(0, 0, 1, 1), (5, 2, 5, 2)], [(1, 1), (1, 2), (5, 2)]))
    [(1, 1), (5, 2)]
    """
    turns = sorted({row for row, _ in cells})
    opening: dict[int, list[tuple[int, int]]] = {}
    closing: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in set(areas):
        first, last = bisect_right(turns, top - 1), bisect_right(turns, bottom)
        if first < last and left <= right:
            opening.setdefault(first, []).append((left, right))
            closing.setdefault(last, []).append((left, right))
    asked: dict[int, list[int]] = {}
    for row, col in cells:
        asked.setdefault(row, []).append(col)
    open_now = _Counts()
    found = []
    for turn, row in enumerate(turns):
        for area in opening.get(turn, ()):
            open_now.add(*area, 1)
        for area in closing.get(turn, ()):
            open_now.add(*area, -1)
        found += [(row, col) for col in asked[row] if open_now.at(col)]
    return frozenset(found)


def merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans of columns in order, those that touch or overlap made one.

    >>> merged([(4, 5), (0, 1), (2, 2), (9, 8)])
    ((0, 2), (4, 5))
    """
    result: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if first > last:
            continue
        if result and first <= result[-1][1] + 1:
            result[-1] = result[-1][0], max(last, result[-1][1])
        else:
            result.append((first, last))
    return tuple(result)


class _Counts:
    """How many open areas lie over each column (a Fenwick tree of the differences)."""

    def __init__(self) -> None:
        self._sums = [0] * (_COLUMNS + 2)

    def add(self, left: int, right: int, count: int) -> None:
        self._step(left, count)
        self._step(right + 1, -count)

    def _step(self, col: int, count: int) -> None:
        index = col + 1
        while index < len(self._sums):
            self._sums[index] += count
            index += index & -index

    def at(self, col: int) -> int:
        index, total = col + 1, 0
        while index > 0:
            total += self._sums[index]
            index -= index & -index
        return total
