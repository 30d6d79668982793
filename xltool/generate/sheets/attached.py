"""The sheet 附页: the whole of every text that an official form has no room for, one behind the other.

Nothing fits a row's height to a formula, so a long text would be cut off in its cell. The forms print what fits and
a word that the rest is here. A hidden column holds the texts (``""`` where the form had room), above them all in
one; the rows, all of one height, print it part by part. The sheet is hidden, so that no program prints it before the
cover asks for it (decision 29).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from xltool import notation
from xltool.engine.formulas import Formula
from xltool.form.layout.workbook_layout import ATTACHED, ATTACHED_AREA
from xltool.generate.cells.steps import Step, step
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import put, put_formula

WIDTH = 85
"""Beside it stands a narrow column: LibreOffice does not shrink a page that is one column wide, it cuts it off."""
SHARE = 450
"""Characters a row holds: ten lines of 49, less what a line loses to punctuation that may not begin the next."""
_HEIGHT = 152.0
ROWS = 10
"""Rows for each official form, and once more as many: 4,500 characters each."""
_TOP = 2
_ALL, _END = "$C$2", "$D$2"  # the texts in one; the last row in use
USED = f"'{ATTACHED}'!{_ALL}"
"""The cell that is ``""`` while the forms have room for everything."""
_DONE = "各张正式表的文字都印全了，本页不必打印。"
_MORE = "正式表里印不下的文字，全文如下。请与正式表一并打印报送。"
_LEFT = "……（文字过长，其余见电子表）"


def paint(sheet: Any, texts: Sequence[Callable[[], Formula]], forms: int, styles: Styles) -> Step[bool]:
    """Paint the sheet, hidden until it is needed; it prints down to the last row in use. Return whether it says anything.

    ``texts``: what each place of the ``forms`` official forms leaves over.
    """
    rows = ROWS * (1 + forms)
    sheet.set_column(0, 0, WIDTH)
    sheet.set_column(1, 1, 1)
    sheet.set_column(2, 3, None, None, {"hidden": True})
    used = step(sheet, _paint, sheet, texts, rows, styles)
    _page(sheet, _TOP + rows, styles)
    sheet.hide()
    return used


def _paint(sheet: Any, left: Sequence[Callable[[], Formula]], rows: int, styles: Styles) -> bool:
    texts = [text() for text in left]
    whole = "".join(notation.text_of(text.cached) for text in texts)
    used = -(-len(whole) // SHARE)
    for number, text in enumerate(texts):
        put_formula(sheet, _TOP + number, 2, text)
    joined = "&".join(f"$C${_TOP + number + 1}" for number in range(len(texts))) or '""'
    put_formula(sheet, 1, 2, Formula(f'IFERROR({joined},"{_LEFT}")', whole))
    end = f"{_TOP}+MIN({rows},INT((LEN({_ALL})+{SHARE - 1})/{SHARE}))"
    put_formula(sheet, 1, 3, Formula(end, Decimal(_TOP + min(rows, used))))
    put(sheet, 0, 0, "附页", styles.get("print_title"))
    sheet.set_row(0, 36)
    status = Formula(f'IF({_ALL}="","{_DONE}","{_MORE}")', _MORE if whole else _DONE)
    put_formula(sheet, 1, 0, status, styles.get("text", align="center"))
    sheet.set_row(1, 24)
    style = styles.get("text", font_size=10.5, valign="top")
    for row in range(rows):
        part = f"MID({_ALL},(ROW()-{_TOP + 1})*{SHARE}+1,{SHARE})"
        value = whole[row * SHARE : (row + 1) * SHARE]
        if row == rows - 1:
            part = f'IF(LEN({_ALL})>{rows * SHARE},"{_LEFT}",{part})'
            value = _LEFT if len(whole) > rows * SHARE else value
        put_formula(sheet, _TOP + row, 0, Formula(part, value), style)
        sheet.set_row(_TOP + row, _HEIGHT)
    return bool(whole)


def _page(sheet: Any, last: int, styles: Styles) -> None:
    here = f"'{ATTACHED}'!"
    whole, used = f"{here}$A$1:$B${last}", f"{here}$A$1:INDEX({here}$B$1:$B${last},{here}{_END})"
    # What the two have in common. Excel prints that much; openpyxl sees the first, where of a function it would warn.
    styles.book.define_name(ATTACHED_AREA, f"={used}")
    styles.book.define_name(f"{here}_xlnm.Print_Area", f"={whole} {ATTACHED_AREA}")
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.repeat_rows(0)
    sheet.set_footer("&C第 &P 页，共 &N 页", {"margin": 0.3})
