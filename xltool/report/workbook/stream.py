"""A worksheet that takes whole rows and writes them at once, for the lists that run to hundreds of thousands of rows.

Imports ``writing``. XlsxWriter's way through its own cell objects costs four times as much; everything around the rows
stays XlsxWriter's. A newcomer would write cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from xltool.writing.text import for_part
from xltool.writing.workbook import TextSheet, column_name

_LETTERS = tuple(column_name(index) for index in range(200))


class Stream(TextSheet):
    """Made by ``Workbook.add_worksheet`` in constant-memory mode; rows must come in order."""

    def put_row(self, row: int, height: float | None, values: Sequence[Any], formats: Sequence[int]) -> None:
        """Write a row of texts, numbers and blanks (None or ``""``).

        Args:
            row: counted from 0.
            height: in points; None: the usual one.
            values: one for each column from A.
            formats: the index of each cell's format.

        Raises:
            ValueError: the row is outside the sheet.
        """
        if self._check_dimensions(row, 0) or self._check_dimensions(row, len(values) - 1):
            raise ValueError(f"row {row} is outside the sheet")
        self._write_single_row(row)  # what was written cell by cell before
        number = row + 1
        tall = f' ht="{height:g}" customHeight="1"' if height is not None else ""
        parts = [f'<row r="{number}"{tall}>']
        for letters, value, style in zip(_LETTERS, values, formats, strict=False):
            if value is None or value == "":
                parts.append(f'<c r="{letters}{number}" s="{style}"/>')
            elif isinstance(value, str):
                parts.append(f'<c r="{letters}{number}" s="{style}" t="inlineStr"><is>{_text(value)}</is></c>')
            else:
                parts.append(f'<c r="{letters}{number}" s="{style}"><v>{value!r}</v></c>')
        parts.append("</row>")
        self.fh.write("".join(parts))


def _text(value: str) -> str:
    text = escape(for_part(value))
    return f'<t xml:space="preserve">{text}</t>' if text != text.strip() else f"<t>{text}</t>"
