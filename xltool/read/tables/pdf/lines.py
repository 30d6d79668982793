"""Characters on a page as lines, and lines as what somebody wrote: was it a new paragraph, or no room left?

Imports nothing of ours. A newcomer joins the lines of a cell with blanks: 280.0 and 2 are 280.02, and Chinese
text has no blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_PAGE = re.compile(r"[-—–\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[/／，,]?\s*(共\s*)?\d{1,4}\s*页?)?[-—–\s]*\Z")
_FOOT = 0.9
_CLOSING = frozenset("，。、；：？！）》〉】”’%％")
_OPENING = frozenset("（《〈【“‘(")
"""What may not begin a line, or end one, and so takes its neighbour along."""
_SLACK = 0.05
"""Part of a character that may be lacking for it to fit: widths are rounded."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text and where it stands, in points; ``first``: width of what could not be parted from its beginning."""

    text: str
    left: float
    right: float
    top: float
    size: float
    first: float


def lines_of(chars: Sequence[Any]) -> list[PageLine]:
    """Return the lines of some characters from top to bottom; blanks at their ends do not count."""
    rows: list[list[Any]] = []
    middle = 0.0
    for char in sorted((c for c in chars if c["text"].strip()), key=lambda c: (c["top"] + c["bottom"], c["x0"])):
        centre = (char["top"] + char["bottom"]) / 2
        if rows and centre - middle <= (char["bottom"] - char["top"]) / 2:
            rows[-1].append(char)
        else:
            rows.append([char])
            middle = centre
    return [_line(sorted(row, key=lambda c: c["x0"])) for row in rows]


def _line(row: Sequence[Any]) -> PageLine:
    parts = [row[0]["text"]]
    for before, char in pairwise(row):
        gap = char["x0"] - before["x1"]
        latin = before["text"].isascii() and char["text"].isascii()
        if gap > (0.2 if latin else 1.5) * char["size"]:
            parts.append(" ")
        parts.append(char["text"])
    size = max(char["size"] for char in row)
    return PageLine("".join(parts), row[0]["x0"], row[-1]["x1"], row[0]["top"], size, _first(row))


def _first(row: Sequence[Any]) -> float:
    """Return the width of what cannot be parted: brackets with what they open or close, a word or number as a whole."""
    end = 0
    while end + 1 < len(row) and row[end]["text"] in _OPENING:
        end += 1
    while end + 1 < len(row) and row[end]["text"].isascii() and row[end + 1]["text"].isascii():
        if row[end + 1]["x0"] - row[end]["x1"] >= 1:
            break
        end += 1
    while end + 1 < len(row) and row[end + 1]["text"] in _CLOSING:
        end += 1
    return float(row[end]["x1"] - row[0]["x0"])


def wrapped(lines: Sequence[PageLine], width: float) -> str:
    """Return the text of a cell with so much room: a line that left room for what follows ended a paragraph."""
    parts = []
    for number, line in enumerate(lines):
        parts.append(line.text)
        if number + 1 < len(lines):
            after = lines[number + 1]
            parts.append("\n" if room_left(line, after, width) else _joint(line.text, after.text))
    return "".join(parts)


def room_left(line: PageLine, after: PageLine, width: float) -> bool:
    """Whether the beginning of the next line would have fitted into this one."""
    return line.right - line.left + after.first <= width + _SLACK * line.size


def flowing(lines: Iterable[PageLine]) -> Iterator[str]:
    """Return the paragraphs of lines outside tables: a new one is indented, or the line before left room."""
    found = list(lines)
    if not found:
        return
    left, right = min(line.left for line in found), max(line.right for line in found)
    text = ""
    for number, line in enumerate(found):
        before = found[number - 1] if number else None
        if before is not None:
            goes_on = line.left - left < line.size and before.right + line.first > right + _SLACK * line.size
            if goes_on and abs(before.size - line.size) < 1:
                text += _joint(text, line.text)
            else:
                yield text
                text = ""
        text += line.text
    yield text


def is_page_number(line: PageLine, height: float) -> bool:
    """Whether a line is only the number at the foot of the page."""
    return line.top > height * _FOOT and _PAGE.match(line.text) is not None


def _joint(before: str, after: str) -> str:
    """Return what stands between two parts of one paragraph: a blank only between words of letters."""
    return (
        " " if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() else ""
    )
