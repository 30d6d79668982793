"""The boxes in which comments are shown: one VML shape per comment, beside its cell, large enough for the text.

Imports ``report.sheet_scan``. Positions are given in columns and rows with pixels inside, so widths and heights of
the sheet must be known; where they are not, Excel's usual ones are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xltool.report.marked_copy.sheet_scan import Scan

_BOX_WIDTH, _BOX_HEIGHT = 330, 150  # pixels
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")


@dataclass(slots=True)
class PixelGrid:
    """Widths of columns and heights of rows in pixels, counted from 0."""

    widths: dict[int, int] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: Scan) -> PixelGrid:
        """Take them from a worksheet, as far as they can be understood."""
        grid = cls()
        for values in sheet.columns:
            first, last = _whole(values.get("min")), _whole(values.get("max"))
            width = 0 if _hidden(values) else int(_real(values.get("width"), 8.43) * 7 + 5)
            grid.widths.update(dict.fromkeys(range(first - 1, min(last, first + 200)), width))
        for values in sheet.rows:
            if "ht" in values or "hidden" in values:
                height = 0 if _hidden(values) else int(_real(values.get("ht"), 15) * 4 / 3)
                grid.heights[_whole(values.get("r")) - 1] = height
        return grid


def reference(cell: str) -> tuple[int, int] | None:
    """Return (row, column) from 0.

    >>> reference("C4")
    (3, 2)
    """
    match = _CELL.match(cell)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def shape(number: int, cell: str, grid: PixelGrid) -> str:
    """Return the shape of a hidden comment on ``cell``."""
    row, column = reference(cell) or (0, 0)
    left, top = column + 1, max(0, row - 1)
    right, right_at = _walk(left, _BOX_WIDTH + 12, lambda index: grid.widths.get(index, 64), 16_383)
    bottom, bottom_at = _walk(top, _BOX_HEIGHT + 6, lambda index: grid.heights.get(index, 20), 1_048_575)
    anchor = f"{min(left, 16_383)}, 12, {top}, 6, {right}, {right_at}, {bottom}, {bottom_at}"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" '
        f'style="position:absolute;margin-left:60pt;margin-top:2pt;width:{_BOX_WIDTH * 3 // 4}pt;'
        f'height:{_BOX_HEIGHT * 3 // 4}pt;z-index:{number % 1000 + 1};visibility:hidden" '
        'fillcolor="#fff5f5" strokecolor="#b00020" o:insetmode="auto">'
        '<v:fill color2="#fff5f5"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _walk(start: int, pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """Return (index, rest) of the place ``pixels`` further on."""
    index, rest = min(start, last), pixels
    while index < last and rest > size(index):
        rest -= size(index)
        index += 1
    return index, max(0, rest)


def _hidden(values: Mapping[str, str]) -> bool:
    return values.get("hidden") in ("1", "true")


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else 1


def _real(text: str | None, usual: float) -> float:
    try:
        value = float(text) if text and len(text) < 40 else usual
    except ValueError:
        return usual
    return min(500.0, max(0.0, value)) if value == value else usual
