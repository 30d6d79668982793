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


def words_at(footer: str, widths: Sequence[float]) -> Iterator[tuple[int, str]]:
    """Yield a signature line's words, each with a column wide enough where its share of the line is."""
    words = [word for word in footer.split("　") if word]
    most = min(4, len(widths))
    words = [*words[: most - 1], *(["　".join(words[most - 1 :])] if len(words) >= most else [])]
    total, free = sum(widths), list(range(len(widths)))
    for number, word in enumerate(words):
        left, right = total * number / len(words), total * (number + 1) / len(words)
        starts = [sum(widths[:col]) for col in range(len(widths))]
        free = free[: len(free) - (len(words) - number - 1)]  # a column each is left for those that follow
        near = [c for c in free if starts[c] < right and starts[c] + widths[c] > left] or free
        fits = max(near, key=lambda c: (min(line_of(widths[c]), len(word)), left <= starts[c]))
        free = [c for c in range(len(widths)) if c > fits]
        yield fits, word
