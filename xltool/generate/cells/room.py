"""How many characters stand in a cell of an official form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SIZE = 9.5
"""Points of the type in the table."""


def line_of(width: float) -> int:
    """How many Chinese characters of ``SIZE`` points stand on a line of a column (8 pixels a unit, as in 宋体 11)."""
    return max(1, int((width * 8 - 1) / (SIZE * 4 / 3)))


def capacity(width: float, height: float) -> int:
    """How many characters a cell of the flow holds: one less than its lines could, for a comma that begins none."""
    return max(1, line_of(width) * int(height / (SIZE * 1.45)) - 1)


def room(width: float, height: float) -> tuple[int, int]:
    """How many characters a merged cell holds, a comma that begins no line allowed for in each, and how many a line."""
    line = line_of(width)
    return max(1, (line - 1) * int(height / (SIZE * 1.45))), line


def words_at(words: Sequence[str], widths: Sequence[float]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield a column wide enough for every word of a signature line where its share of the line is, and which words stand there.

    More words than four share the last column: from the first number up to the second.
    """
    most = min(4, len(widths))
    ends = [*range(1, min(most, len(words) + 1)), *([len(words)] if len(words) >= most else [])]
    total, free = sum(widths), list(range(len(widths)))
    for number, end in enumerate(ends):
        left, right = total * number / len(ends), total * (number + 1) / len(ends)
        starts = [sum(widths[:col]) for col in range(len(widths))]
        free = free[: len(free) - (len(ends) - number - 1)]  # a column each is left for those that follow
        near = [c for c in free if starts[c] < right and starts[c] + widths[c] > left] or free
        size = len("　".join(words[number:end]))
        fits = max(near, key=lambda c: (min(line_of(widths[c]), size), left <= starts[c]))
        free = [c for c in range(len(widths)) if c > fits]
        yield fits, (number, end)
