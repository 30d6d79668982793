"""The official form as a filled form prints it, cell by cell from ``prints``, merged as the official one is."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from xltool import expr
from xltool.engine.evaluation import Evaluation
from xltool.expr import NA
from xltool.form.definition.model import Per, PrintCell, PrintRow, PrintSheet
from xltool.form.layout.places import Place

Rows = list[list[str]]


def tables(evaluation: Evaluation) -> list[Rows]:
    """Every official form of the filled form: rows of texts with spans."""
    result = []
    for sheet in evaluation.form.spec.prints:
        numbers = [0] if sheet.per is Per.DEPARTMENT else range(1, len(evaluation.filled.issue.projects) + 1)
        result += [_sheet(evaluation, sheet, number) for number in numbers]
    return result


def _sheet(evaluation: Evaluation, sheet: PrintSheet, project: int) -> Rows:
    rows: Rows = []
    for number, row in enumerate(sheet.rows):
        table = evaluation.filled.issue.rows(project, row.each) if row.each else ()
        if not row.each:
            below = len(evaluation.filled.issue.rows(project, next(iter(evaluation.form.tables)))) + 1
            rows.append(
                [_cell(evaluation, sheet, number, c, cell, Place(project), below) for c, cell in enumerate(row.cells)]
            )
        firsts = [_firsts([(r.level1, r.level2)[:depth] for r in table]) for depth in (1, 2)]
        for at in range(len(table)):
            place = Place(project, str(row.each), at + 1, at + 1)
            rows.append(_repeated(evaluation, sheet, number, row, place, firsts))
    return rows


def _repeated(
    evaluation: Evaluation, sheet: PrintSheet, number: int, row: PrintRow, place: Place, firsts: list[dict[int, int]]
) -> list[str]:
    cells = []
    for c, cell in enumerate(row.cells):
        level = {"level1": 0, "level2": 1}.get(cell.rows)
        if level is None:
            cells.append(_cell(evaluation, sheet, number, c, cell, place, 0))
        elif place.first - 1 in firsts[level]:
            text = _text(evaluation, sheet, number, c, cell, place)
            cells.append(_spans(text, cell.cols, firsts[level][place.first - 1]))
    return cells


def _firsts(labels: list[tuple[str, ...]]) -> dict[int, int]:
    """First row of every block and how many it has."""
    result, at = {}, 0
    for _, block in groupby(labels):
        count = len(list(block))
        result[at] = count
        at += count
    return result


def _cell(evaluation: Evaluation, sheet: PrintSheet, r: int, c: int, cell: PrintCell, place: Place, below: int) -> str:
    down = below if cell.rows == "table" else int(cell.rows) if cell.rows.isdigit() else 1
    return _spans(_text(evaluation, sheet, r, c, cell, place), cell.cols, down)


def _spans(text: str, cols: int, down: int) -> str:
    return text + (f"→{cols}" if cols > 1 else "") + (f"↓{down}" if down > 1 else "")


def _text(evaluation: Evaluation, sheet: PrintSheet, r: int, c: int, cell: PrintCell, place: Place) -> str:
    bound = evaluation.form.prints.get((sheet.id, r, c))
    if bound is None:
        return str(cell.text)
    value = expr.evaluate(bound, evaluation.env(place))
    if value is NA or isinstance(value, bool):
        return ""
    if isinstance(value, Decimal):
        units = evaluation.form.spec.units
        return expr.formatted(value, units[cell.unit].format if cell.unit in units else "general")
    return value
