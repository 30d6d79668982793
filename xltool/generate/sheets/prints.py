"""Paints the official forms: print-exact sheets that fill themselves from the input sheets.

A text longer than its cell is printed as far as there is room; the whole of it stands on the sheet 附页.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from xltool import expr, notation
from xltool.engine.formulas import Formula, Formulas
from xltool.form.layout.places import Place
from xltool.form.layout.print_layout import PrintBox, PrintLayout
from xltool.form.layout.workbook_layout import column_letters, sheet_prefix
from xltool.generate.cells.room import SIZE, room
from xltool.generate.cells.steps import Step, step
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import lines, put, put_formula
from xltool.generate.sheets import flow, foot, signed
from xltool.generate.sheets.typed_texts import Typed, flat, typed_text

_LINE = 15.0  # points per line of 10.5-point type
_SMALLEST = 0.75
_ELSEWHERE = "……（全文见附页）"


def paint(sheet: Any, layout: PrintLayout, formulas: Formulas, styles: Styles) -> list[Callable[[], Formula]]:
    """Paint one official form: A4, as many pages as ``_pages`` says whatever is filled in, page numbers, signature line.

    Returns what may need room on the sheet 附页: its longer texts.
    """
    left: list[Callable[[], Formula]] = []
    definition = layout.source
    wide = len(definition.widths)
    for col, width in enumerate(definition.widths):
        sheet.set_column(col, col, width)
    shown = [(box, step(sheet, _box, sheet, layout, box, formulas, styles)) for box in layout.boxes]
    left += [partial(_rest, made) for box, made in shown if (typed := typed_text(box, formulas)) and typed.long]
    step(sheet, _heights, sheet, layout, shown)
    last = layout.last_row
    if definition.footer and (layout.flow is None or last >= layout.flow.top + layout.flow.room):
        last += 1
        sheet.set_row(last, 34)
        step(sheet, _signature, sheet, layout, last, formulas, styles)
    if layout.flow is not None:
        left.append(flow.paint(sheet, layout, layout.flow, formulas, styles).get)
        last = max(last, layout.flow.top + layout.flow.room - 1)
    last += 1
    helper = flow.last_column(wide) + 1 if layout.flow is not None else wide + 1
    foot.paint(sheet, layout, (last, helper), partial(_source, wide), formulas, styles)
    sheet.set_column(wide + 1, helper + foot.COLUMNS - 1, None, None, {"hidden": True})
    sheet.print_area(0, 0, last, wide - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    if definition.landscape:
        sheet.set_landscape()
    pages = _pages(layout)
    sheet.fit_to_pages(1, pages)
    sheet.set_margins(left=0.6, right=0.6, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    if pages > 1:
        sheet.repeat_rows(0, definition.repeat_rows - 1)
    # &N would count the pages of all sheets that are printed together.
    sheet.set_start_page(1)
    sheet.set_footer(f"&C第 &P 页，共 {pages} 页", {"margin": 0.3})
    return left


def _signature(sheet: Any, layout: PrintLayout, row: int, formulas: Formulas, styles: Styles) -> None:
    line = signed.line(layout.source, Place(layout.boxes[0].place.project), formulas)
    if isinstance(line, Formula):
        put_formula(sheet, row, 0, line, styles.get("text"), 1, len(layout.source.widths))
    else:
        put(sheet, row, 0, line, styles.get("text"), 1, len(layout.source.widths))


def _source(wide: int, box: PrintBox) -> int:
    """The column in which the content of a cell that flows stands, whatever row shows it."""
    return wide + 1 + box.middle


def _box(sheet: Any, layout: PrintLayout, box: PrintBox, formulas: Formulas, styles: Styles) -> tuple[float, Formula]:
    """Paint a cell; return the height it wants, and what it leaves over."""
    nothing = Formula("", "")
    style = styles.printed(box.cell.style, box.cell.unit)
    width = sum(layout.source.widths[box.col : box.col + box.cols])
    if layout.flow is not None and box is layout.flow.side:
        # Its label stands beside the rows that flow.
        put(sheet, box.row, box.col, "", styles.printed(box.cell.style, "", bottom=0))
    elif (typed := typed_text(box, formulas)) is not None:
        shown, rest = typed.text, nothing
        if typed.long:
            here = f"{sheet_prefix(layout.title)}${column_letters(box.col)}${box.row + 1}"
            shown, rest = _shortened(here, layout.title, typed, room(width, layout.heights[box.row]))
            style = styles.printed(box.cell.style, box.cell.unit, font_size=SIZE)
        put_formula(sheet, box.row, box.col, shown, style, box.rows, box.cols)
        return 0.0, rest
    elif box.formula:
        formula = formulas.printed(box.formula, box.place)
        put_formula(sheet, box.row, box.col, formula, style, box.rows, box.cols)
        if box.rows == 1 and isinstance(formula.cached, str):
            # Nothing fits itself to the text of merged cells, so the lines it will take are estimated.
            return min(400.0, lines(formula.cached, width) * _LINE + 4), nothing
    else:
        put(sheet, box.row, box.col, box.cell.text.replace("\\n", "\n"), style, box.rows, box.cols)
    return 0.0, nothing


def _rest(made: Step[tuple[float, Formula]]) -> Formula:
    return made.get()[1]


def _heights(sheet: Any, layout: PrintLayout, shown: Sequence[tuple[PrintBox, Step[tuple[float, Formula]]]]) -> None:
    heights = dict(layout.heights)
    for box, made in shown:
        heights[box.row] = max(heights[box.row], made.get()[0])
    for row, height in heights.items():
        sheet.set_row(row, height)


def _shortened(here: str, title: str, typed: Typed, room: tuple[int, int]) -> tuple[Formula, Formula]:
    """What a cell (``here``) shows of a text, and the whole for the sheet 附页 if that is not all."""
    holds, line = room
    text, whole = typed.text.text, notation.text_of(typed.text.cached)
    one, cut = flat(typed.text), max(0, holds - len(_ELSEWHERE))
    fits = f'LEN({text})+{line}*(LEN({text})-LEN(SUBSTITUTE({text},CHAR(10),"")))<={holds}'
    shown = f'IF({fits},{text},LEFT({one.text},{cut})&"{_ELSEWHERE}")'
    head = f'{expr.literal(f"{title}【")}&{typed.label.text}&"】"'
    rest = f'IF(RIGHT({here},{len(_ELSEWHERE)})="{_ELSEWHERE}",{head}&{one.text}&"　　","")'
    if len(whole) + line * whole.count("\n") <= holds:
        return Formula(shown, typed.text.cached), Formula(rest, "")
    plain = notation.text_of(one.cached)
    return Formula(shown, plain[:cut] + _ELSEWHERE), Formula(rest, f"{title}【{typed.label.cached}】{plain}　　")


def _pages(layout: PrintLayout) -> int:
    """How many pages a form takes: one, unless its type would become smaller than three quarters of what one page wide gives."""
    across, down = (769, 516) if layout.source.landscape else (509, 763)  # points inside the margins
    flow_rows = layout.flow.room * layout.flow.height if layout.flow else 0.0
    scale = min(1.0, across / (sum(layout.source.widths) * 6.2))
    tall = (sum(layout.heights.values()) + flow_rows) * scale
    return max(1, math.ceil(tall * _SMALLEST / down))
