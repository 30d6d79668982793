"""The sheet 附页: the whole of every text that an official form has no room for, one below the other.

Nothing fits a row's height to a formula, so a long text would be cut off in its cell. The forms print what fits and
a word that the rest is here; here the texts flow over rows of one height, as in ``generate.flow``. Hidden columns
hold the texts (``""`` where the form had room), how many rows each takes and how many there are before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xltool import notation
from xltool.engine.formulas import Formula
from xltool.form.layout import ATTACHED, column_letters
from xltool.generate.paint import ensure, put, put_formula
from xltool.generate.styles import Styles

WIDTHS = (18, 76)
SHARE = 200
"""Characters a row holds: five lines of 43, less what a line loses to punctuation that may not begin the next."""
_HEIGHT = 76.0
ROWS = 20
"""Rows for each official form, and once more as many: 4,000 characters each."""
_TOP = 2
_LABEL, _TEXT, _LINES, _BEFORE, _SHOWN, _PART = range(3, 9)
_DONE = "各张正式表的文字都印全了，本页不必打印。"
_MORE = "正式表里印不下的文字，全文如下。请与正式表一并打印报送。"
_LEFT = "……（文字过长，其余见电子表）"


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that may need room here: the official form it belongs to, and what that form leaves over."""

    form: str
    text: Formula


def paint(sheet: Any, entries: Sequence[Entry], styles: Styles) -> None:
    """Paint the sheet; it prints down to the last row in use."""
    for col, width in enumerate(WIDTHS):
        sheet.set_column(col, col, width)
    sheet.set_column(_LABEL, _PART, None, None, {"hidden": True})
    rows = ROWS * (1 + len({entry.form for entry in entries}))
    lines = [-(-len(notation.text_of(entry.text.cached)) // SHARE) for entry in entries]
    total = sum(lines)
    for number, entry in enumerate(entries):
        _entry(sheet, number, entry, lines)
    put(sheet, 0, 0, "附页", styles.get("print_title"), 1, len(WIDTHS))
    sheet.set_row(0, 36)
    counted = _range(_LINES, len(entries))
    put_formula(sheet, _TOP - 1, _LINES, Formula(f"SUM({counted})", Decimal(total)))
    last = Formula(f"{_TOP}+MIN({rows},{_total()})", Decimal(_TOP + min(rows, total)))
    put_formula(sheet, _TOP - 1, _BEFORE, last)
    status = f'IF({_total()}=0,"{_DONE}","{_MORE}")'
    put_formula(
        sheet, 1, 0, Formula(status, _MORE if total else _DONE), styles.get("text", align="center"), 1, len(WIDTHS)
    )
    sheet.set_row(1, 24)
    for row in range(rows):
        _row(sheet, row, row == rows - 1, entries, lines, styles)
    line = {"type": "formula", "criteria": f"=${column_letters(_PART)}{_TOP + 1}=1", "format": styles.edges(("top",))}
    ensure(sheet.conditional_format(_TOP, 0, _TOP + rows - 1, len(WIDTHS) - 1, line), "line")
    _page(sheet, rows, styles)


def _entry(sheet: Any, number: int, entry: Entry, lines: Sequence[int]) -> None:
    row = _TOP + number
    ensure(sheet.write_string(row, _LABEL, entry.form), entry.form)
    put_formula(sheet, row, _TEXT, entry.text)
    length = f"LEN({_cell(_TEXT, row)})"
    put_formula(sheet, row, _LINES, Formula(f"INT(({length}+{SHARE - 1})/{SHARE})", Decimal(lines[number])))
    if number:
        before = f"{_cell(_BEFORE, row - 1)}+{_cell(_LINES, row - 1)}"
        put_formula(sheet, row, _BEFORE, Formula(before, Decimal(sum(lines[:number]))))
    else:
        ensure(sheet.write_number(row, _BEFORE, 0), "number")


def _row(sheet: Any, row: int, last: bool, entries: Sequence[Entry], lines: Sequence[int], styles: Styles) -> None:
    """One row of text: which entry, which part of it; the last says if there is more."""
    at, count = _TOP + row, len(entries)
    item = next((n for n in range(count) if sum(lines[:n]) <= row < sum(lines[: n + 1])), None)
    part = row - sum(lines[:item]) + 1 if item is not None else 0
    order, shown = f"(ROW()-{_TOP})", _cell(_SHOWN, at)
    which = f"IF({order}>{_total()},0,MATCH({order}-1,{_range(_BEFORE, count)},1))"
    put_formula(sheet, at, _SHOWN, Formula(which, Decimal(0 if item is None else item + 1)))
    before = f"INDEX({_range(_BEFORE, count)},{shown})"
    put_formula(sheet, at, _PART, Formula(f"IF({shown}>0,{order}-{before},0)", Decimal(part)))
    label = f'IF({_cell(_PART, at)}=1,INDEX({_range(_LABEL, count)},{shown}),"")'
    cached = entries[item].form if item is not None and part == 1 else ""
    put_formula(sheet, at, 0, Formula(label, cached), styles.get("text", valign="top"))
    text = f"MID(INDEX({_range(_TEXT, count)},{shown}),({_cell(_PART, at)}-1)*{SHARE}+1,{SHARE})"
    text = f'IF({shown}>0,{text},"")'
    whole = notation.text_of(entries[item].text.cached) if item is not None else ""
    value = whole[(part - 1) * SHARE : part * SHARE]
    if last:
        text = f'IF({_total()}>{row + 1},"{_LEFT}",{text})'
        value = _LEFT if sum(lines) > row + 1 else value
    put_formula(sheet, at, 1, Formula(text, value), styles.get("text", font_size=10.5, valign="top"))
    sheet.set_row(at, _HEIGHT)


def _page(sheet: Any, rows: int, styles: Styles) -> None:
    here, last = f"'{ATTACHED}'!", column_letters(len(WIDTHS) - 1)
    column, end = f"{here}${last}$1:${last}${_TOP + rows}", f"{here}{_cell(_BEFORE, _TOP - 1)}"
    area = f"CHOOSE(2,{here}$A$1:${last}${_TOP + rows},{here}$A$1:INDEX({column},{end}))"
    styles.book.define_name(f"{here}_xlnm.Print_Area", f"={area}")
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.repeat_rows(0)
    sheet.set_footer("&C第 &P 页，共 &N 页", {"margin": 0.3})


def _cell(col: int, row: int) -> str:
    return f"${column_letters(col)}${row + 1}"


def _total() -> str:
    return _cell(_LINES, _TOP - 1)


def _range(col: int, count: int) -> str:
    return f"{_cell(col, _TOP)}:{_cell(col, _TOP + max(1, count) - 1)}"
