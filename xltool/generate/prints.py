"""Paints the official forms: print-exact sheets that fill themselves from the input sheets."""

from __future__ import annotations

from typing import Any

from xltool.engine.formulas import Formulas
from xltool.form.layout import PrintLayout
from xltool.generate.paint import lines, put, put_formula
from xltool.generate.styles import Styles

_LINE = 15.0  # points per line of 10.5-point type


def paint(sheet: Any, source: PrintLayout, formulas: Formulas, styles: Styles) -> None:
    """Paint one official form: A4, one page wide, title rows repeated, page numbers, signature line."""
    definition = source.source
    for col, width in enumerate(definition.widths):
        sheet.set_column(col, col, width)
    heights = dict(source.heights)
    for box in source.boxes:
        style = styles.printed(box.cell.style, box.cell.unit)
        if box.formula:
            formula = formulas.printed(box.formula, box.place)
            put_formula(sheet, box.row, box.col, formula, style, box.rows, box.cols)
            if box.rows == 1 and isinstance(formula.cached, str):
                # Nothing fits itself to the text of merged cells, so the lines it will take are estimated.
                width = sum(definition.widths[box.col : box.col + box.cols])
                heights[box.row] = max(heights[box.row], min(400.0, lines(formula.cached, width) * _LINE + 4))
        else:
            put(sheet, box.row, box.col, box.cell.text.replace("\\n", "\n"), style, box.rows, box.cols)
    for row, height in heights.items():
        sheet.set_row(row, height)
    if definition.footer:
        last = source.last_row + 1
        sheet.set_row(last, 34)
        put(sheet, last, 0, definition.footer, styles.get("text"), 1, len(definition.widths))
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    if definition.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.center_horizontally()
    sheet.repeat_rows(0, definition.repeat_rows - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
