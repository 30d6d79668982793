"""Text measured and laid out: columns of a terminal, lines of a cell, figures as text.

Imports nothing of ours; what may leave the tool at all is said in ``writing.text``. A newcomer would measure text with
``len``: a Chinese character takes two columns.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal


def width(text: str, ambiguous: int = 1) -> int:
    """Return the columns ``text`` takes; Chinese characters are two wide.

    ``ambiguous``: the width of “”、× and the like: 1 on most terminals, 2 in a Chinese font.

    >>> width("衡山县abc")
    9
    """
    wide = {"W": 2, "F": 2, "A": ambiguous}
    return sum(
        0 if unicodedata.combining(character) else wide.get(unicodedata.east_asian_width(character), 1)
        for character in text
    )


def pad(text: str, columns: int, right: bool = False) -> str:
    """Return ``text`` filled with blanks to ``columns``."""
    gap = " " * max(0, columns - width(text))
    return gap + text if right else text + gap


def shorten(text: str, columns: int) -> str:
    """Return ``text`` cut to ``columns``, the cut shown by ``…``."""
    if width(text, 2) <= columns:
        return text
    room = columns - 2
    for at, character in enumerate(text):
        room -= width(character, 2)
        if room < 0:
            return text[:at] + "…"
    return text + "…"


def lines_needed(text: str, columns: float) -> int:
    """Return how many lines ``text`` takes when wrapped at ``columns``, in a Chinese font.

    GBK is a good ruler for that: two bytes for what is two columns wide, one for the others.
    """
    room = max(1.0, columns)
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    return sum(max(1, -int(-len(line.encode("gbk", "replace")) // room)) for line in text.split("\n"))


def row_height(lines: int) -> float:
    """Return the height in points of a row with so many lines of 10 point text.

    Heights are always given: programs differ in whether they fit rows to wrapped text on opening.
    """
    return min(400.0, max(18.0, lines * 13.5 + 5.0))


def points(value: Decimal | None, blank: str = "—") -> str:
    """Return points or an amount with two decimals, ``blank`` for None.

    >>> points(Decimal("92.5"))
    '92.50'
    """
    return blank if value is None else f"{value:.2f}"


def number(value: Decimal | None) -> float | None:
    """Return a number a spreadsheet can hold; None for blank, infinite or unknown."""
    if value is None or not value.is_finite() or value.adjusted() > 300:
        return None
    return float(value)
