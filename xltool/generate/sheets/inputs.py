"""Paints the sheets a department fills in.

Row 1 and column A are hidden and hold the markers by which moved cells are found again; the last,
hidden column says which cells of its row are broken, so that conditional formats need no other sheet
(Excel 2010 and WPS accept only references within the sheet).
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from xltool import expr
from xltool.engine.filled import ReadingKind
from xltool.engine.formulas import Formula, Formulas
from xltool.form import Key
from xltool.form.compiled.policy_texts import of_year
from xltool.form.definition.model import LAST_YEAR, Field, FieldType
from xltool.form.layout.calculation_layout import HINT, MARKS
from xltool.form.layout.workbook_layout import (
    CALC,
    LISTS,
    MARKER_COL,
    MARKER_ROW,
    Address,
    Box,
    Role,
    SheetLayout,
    column_letters,
)
from xltool.generate.cells.states import States
from xltool.generate.cells.steps import step
from xltool.generate.cells.styles import LONG_SIZE, Styles
from xltool.generate.cells.write import area, conditional, ensure, lines, put, put_formula, runs

_FIGURE = re.compile(r"\{[^{}]*\}")

PROTECTION = {
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def paint(sheet: Any, source: SheetLayout, formulas: Formulas, states: States, styles: Styles) -> None:
    """Paint one input sheet."""
    _markers(sheet, source)
    for col, width in enumerate(source.source.widths, start=1):
        sheet.set_column(col, col, width)
    marks = source.hint_col + 1
    sheet.set_column(marks, marks, None, None, {"hidden": True})
    step(sheet, _heights, sheet, source, formulas, styles, _wanted(source, states))
    for box in source.boxes:
        step(sheet, _box, sheet, source, box, formulas, states, styles)
    for row in sorted({row for title, row in states.marks if title == source.title}):
        step(sheet, _mark, sheet, source, row, formulas, states)
    _colours(sheet, source, marks, states, styles)
    _hint_colours(sheet, source, formulas, styles)
    _validations(sheet, source, formulas)
    _expected(sheet, source, formulas)
    first = next((box for box in source.boxes if box.role is Role.INPUT), None)
    if first is not None:
        sheet.set_selection(first.row, first.col, first.row, first.col)
    sheet.protect("", PROTECTION)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(2, 0)
    sheet.set_zoom(_zoom(source))
    _page(sheet, source)


def _zoom(source: SheetLayout) -> int:
    """A zoom at which 填报提示, the last column, is on the screen: 1,366 pixels less row numbers and the scroll bar."""
    wide = sum(int(width * 8 + 5) for width in source.source.widths)
    tight = any(box.key is not None and box.key.row for box in source.boxes)
    fits = int(130_500 // wide // 5 * 5)
    return max(50, min(90 if tight else 100, fits))


def _mark(sheet: Any, source: SheetLayout, row: int, formulas: Formulas, states: States) -> None:
    mark = Address(CALC, formulas.line(source.title, row), MARKS).absolute
    put_formula(sheet, row, source.hint_col + 1, Formula(mark, states.marked(formulas, source.title, row)))


def _wanted(source: SheetLayout, states: States) -> dict[int, float]:
    """The height of every row, whatever is typed: room for its label and for the longest 填报提示 it can show."""
    widths = source.source.widths
    needed = {row: source.heights.get(row, 22.0) for row in range(1, source.last_row + 1)}
    for box in source.boxes:
        if box.role in (Role.LABEL, Role.HINT):
            width = sum(widths[box.col - 1 : box.col - 1 + box.cols])
            texts = [box.text] if box.role is Role.LABEL else states.longest(source.title, box.row)
            room = width if box.role is Role.LABEL else width * 1.2  # smaller type
            tall = max((lines(text, room) for text in texts), default=1)
            needed[box.row] = max(needed[box.row], tall * (14.5 if box.role is Role.LABEL else 13.0) + 4)
    return needed


def _heights(sheet: Any, source: SheetLayout, formulas: Formulas, styles: Styles, wanted: Mapping[int, float]) -> None:
    """Give every row the room it wants and what is typed there needs.

    Rows with long texts in cells of their own grow while somebody types: they have no fixed height. An empty
    cell with large type behind the marks keeps them from shrinking below what the form wants.
    """
    widths = source.source.widths
    grows = {box.row for box in source.boxes if box.role is Role.INPUT and _is_long(box) and box.cols == 1}
    typed: dict[int, list[float]] = defaultdict(list)
    for box in source.boxes:
        if box.key is not None and _is_long(box):
            text = formulas.reading(box.key).typed
            room, line = float(sum(widths[box.col - 1 : box.col - 1 + box.cols])), 14.5
            if box.field is not None and box.field.lines > 2:
                room, line = room * 11 / LONG_SIZE, LONG_SIZE * 1.45
            typed[box.row].append(lines(text, room) * line + 6)
    stop = source.hint_col + 2
    sheet.set_column(stop, stop, 0.4)
    for row, height in wanted.items():
        if row in grows:
            sheet.growing.add(row)
            put(sheet, row, stop, "", styles.get("stop", font_size=round(height / 1.3)))
        sheet.set_row(row, min(409.0, max([height, *typed[row]])))


def _is_long(box: Box) -> bool:
    return box.field is not None and box.field.type is FieldType.LONG


def _colours(sheet: Any, source: SheetLayout, marks: int, states: States, styles: Styles) -> None:
    """A marked cell turns red; one that is merely still open turns a deeper yellow, so an empty form stays calm.

    One rule for all cells of a column: it says the row relative, so the cells may stand apart.
    """
    columns: dict[int, list[Box]] = defaultdict(list)
    for box in source.boxes:
        if box.key is not None and (source.title, box.row) in states.marks:
            columns[box.col].append(box)
    for col, boxes in sorted(columns.items()):
        letter, line = column_letters(col), boxes[0].row + 1
        marked = f'ISNUMBER(SEARCH("|{letter}|",${column_letters(marks)}{line}))'
        for criteria, style in ((f'=AND({marked},${letter}{line}="")', "open"), (f"={marked}", "bad")):
            rule = {"type": "formula", "criteria": criteria, "format": styles.get(style), "stop_if_true": True}
            conditional(sheet, boxes, rule)


def _hint_colours(sheet: Any, source: SheetLayout, formulas: Formulas, styles: Styles) -> None:
    """What is merely still open is said in amber, what is wrong in red."""
    columns: dict[int, list[Box]] = defaultdict(list)
    for box in source.boxes:
        if box.role is Role.HINT:
            columns[box.col].append(box)
    for col, boxes in sorted(columns.items()):
        # As a formula, because some programs garble the other kinds when they save.
        cell = f"${column_letters(col)}{boxes[0].row + 1}"
        for rule in formulas.form.rules:
            if rule.rule.open:
                said = f"=ISNUMBER(SEARCH({expr.literal(_always(rule.rule.say))},{cell}))"
                amber = {"type": "formula", "criteria": said, "format": styles.get("amber"), "stop_if_true": True}
                conditional(sheet, boxes, amber)
        conditional(sheet, boxes, {"type": "formula", "criteria": f"=LEN({cell})>0", "format": styles.get("red")})


def _always(say: str) -> str:
    """The longest stretch of a message that is the same whatever was filled in."""
    return max(_FIGURE.split(say), key=len)


def _page(sheet: Any, source: SheetLayout) -> None:
    sheet.set_paper(9)
    if source.source.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页", {"margin": 0.3})
    headers = sorted({box.row for box in source.boxes if box.role is Role.HEADER})
    tables = [row for row in headers if any(box.row == row + 1 and box.key and box.key.row for box in source.boxes)]
    # A table, and what follows texts that grow, begin on a page of their own: their heading is never its last line.
    grown = {box.row for box in source.boxes if _is_long(box) and box.cols == 1 and not (box.key and box.key.row)}
    titles = sorted(box.row for box in source.boxes if box.role is Role.TITLE)
    after = [here for before, here in pairwise(titles) if any(before < row < here for row in grown)]
    breaks = sorted({*(row - 1 for row in tables), *after})
    if breaks:
        sheet.set_h_pagebreaks(breaks)
    if len(tables or headers) == 1:
        sheet.repeat_rows(*(tables or headers))


def _markers(sheet: Any, source: SheetLayout) -> None:
    ensure(sheet.write_string(MARKER_ROW, MARKER_COL, source.marker), "marker")
    for col in range(1, source.hint_col + 1):
        ensure(sheet.write_string(MARKER_ROW, col, f"c{col}"), "marker")
    labels: dict[int, str] = {}
    for box in source.boxes:
        if box.role in (Role.LABEL, Role.HEADER):
            labels.setdefault(box.row, box.text)
    for row in range(1, source.last_row + 1):
        ensure(sheet.write_string(row, MARKER_COL, f"r{row}|{labels.get(row, '')}"), "marker")
    sheet.set_row(MARKER_ROW, None, None, {"hidden": True})
    sheet.set_column(MARKER_COL, MARKER_COL, None, None, {"hidden": True})


def _box(sheet: Any, source: SheetLayout, box: Box, formulas: Formulas, states: States, styles: Styles) -> None:
    style = styles.of(box)
    size = (box.rows, box.cols)
    if box.role is Role.HINT:
        shown = states.by_row.get((source.title, box.row), [])
        if shown:
            line = formulas.line(source.title, box.row)
            text, _ = formulas.hint(line, shown)
            put_formula(sheet, box.row, box.col, Formula(Address(CALC, line, HINT).absolute, text.cached), style, *size)
        else:
            put(sheet, box.row, box.col, "", style, *size)
    elif box.key is None or box.field is None or box.text:
        put(sheet, box.row, box.col, box.text, style, *size)
    else:
        _field(sheet, box, box.key, box.field, formulas, style)


def _field(sheet: Any, box: Box, key: Key, item: Field, formulas: Formulas, style: Any) -> None:
    size, reading = (box.rows, box.cols), formulas.reading(key)
    if item.compute or reading.kind is ReadingKind.DEFAULT:
        put_formula(sheet, box.row, box.col, formulas.shown(key), style, *size)
    else:
        put(sheet, box.row, box.col, reading.content, style, *size)


def _validations(sheet: Any, source: SheetLayout, formulas: Formulas) -> None:
    """One rule per field; the cells of a table's column share theirs."""
    fields: dict[str, list[Box]] = defaultdict(list)
    for box in source.boxes:
        if box.role is Role.INPUT and box.field is not None:
            fields[box.field.id].append(box)
    for boxes in fields.values():
        item = boxes[0].field
        options = _validation(item, formulas) if item else {}
        if options:
            areas = [[*corners] for corners in runs(boxes)]
            ensure(sheet.data_validation(*areas[0], options | {"other_cells": areas[1:]}), f"validation of {item}")


def _expected(sheet: Any, source: SheetLayout, formulas: Formulas) -> None:
    """No green corners where a suggested formula stands in an unlocked cell: it is there to be typed over."""
    columns: dict[int, list[Box]] = defaultdict(list)
    for box in source.boxes:
        if box.role is not Role.INPUT or box.key is None:
            continue
        if formulas.reading(box.key).kind is ReadingKind.DEFAULT:
            columns[box.col].append(box)
    if columns:
        areas = " ".join(area(*corners) for boxes in columns.values() for corners in runs(boxes))
        ensure(sheet.ignore_errors({"formula_unlocked": areas}), "ignored errors")


def _validation(item: Field, formulas: Formulas) -> dict[str, Any]:
    """What may be typed into a field and what is said when it is entered; empty if anything goes without a word."""
    options: dict[str, Any] = {"ignore_blank": True}
    before = item.prefill.startswith(f"{LAST_YEAR}.")
    prompt = "。".join(
        filter(None, (of_year(item.prompt, formulas.layout.issue.year), "一般等于上年报送的数" if before else ""))
    )
    if item.type is FieldType.CHOICE:
        names = [str(name) for name in formulas.form.spec.lists]
        words = formulas.form.spec.lists[item.choices].words
        col = column_letters(names.index(item.choices))
        options |= {"validate": "list", "source": f"={LISTS}!${col}$2:${col}${len(words) + 1}"}
        options |= {"error_title": "请从列表中选择", "error_message": f"“{item.name}”请从下拉列表中选择。"}
    elif item.type is FieldType.MULTIPLE:
        words = formulas.form.spec.lists[item.choices].words
        options["validate"] = "any"
        prompt = "。".join(filter(None, (prompt, f"可以选几个，用“、”隔开：{'、'.join(words)}")))
    elif item.is_date:
        first, last = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
        options |= {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        # A day in words is read as well: Excel asks, and takes what it is told to take.
        options |= {"error_type": "warning", "error_title": "请核对日期"}
        options["error_message"] = f"“{item.name}”请填写日期，如 {formulas.layout.issue.year}-12-31。"
        prompt = prompt or f"请填写日期，如 {formulas.layout.issue.year}-12-31"
    elif item.is_number:
        low = item.minimum if item.minimum is not None else -1e15
        options |= {"validate": "decimal", "criteria": ">=", "value": float(low)}
        if item.maximum is not None:
            options |= {"criteria": "between", "minimum": float(low), "maximum": float(item.maximum)}
        unit = f"，单位是{item.unit}" if item.unit and item.unit != "%" else ""
        options |= {"error_title": "请填写数字", "error_message": f"请只填数字{unit}，不写单位。"}
        prompt = prompt or (f"单位：{item.unit}" if item.unit and item.unit != "%" else "")
    else:
        options["validate"] = "any"
    if prompt:
        options |= {"input_title": item.name, "input_message": prompt}
    return options if options["validate"] != "any" or prompt else {}
