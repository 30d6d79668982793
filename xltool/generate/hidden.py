"""The sheets no department needs to see: calculation, drop-down lists, identity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from xltool.engine.formulas import Formulas
from xltool.form import Form
from xltool.form.layout import CALC, Layout, Role
from xltool.generate.paint import ensure, put_formula

CHUNK = 30000
PLACES = 250


def paint_calculation(sheet: Any, formulas: Formulas) -> None:
    """Write every intermediate value and rule state."""
    for address, text in formulas.calc.labels.items():
        ensure(sheet.write_string(address.row, address.col, text), text)
    for address, formula in formulas.calculation():
        # Without the sheet's own name a quarter of the file is saved.
        put_formula(sheet, address.row, address.col, replace(formula, text=formula.text.replace(f"'{CALC}'!", "")))
    sheet.protect()
    sheet.very_hidden()


def paint_lists(sheet: Any, form: Form) -> None:
    """Write the words of every list, one column each, under the list's name."""
    for col, (name, words) in enumerate(form.spec.lists.items()):
        for row, word in enumerate((name, *words.words)):
            ensure(sheet.write_string(row, col, word), word)
    sheet.protect()
    sheet.hide()


def paint_identity(sheet: Any, layout: Layout) -> None:
    """Write who this workbook was made for, its shape and its anchors, in few cells, small enough for every program.

    The anchors say where the fields of a sheet were issued: the sheet's marker, then field, row and column of
    each. They let a later version of the form take over what was filled in here.
    """
    shape = layout.shape
    rows = [
        ("xltool", "1"),
        ("form", shape.form),
        ("version", shape.version),
        ("department", shape.department),
        ("issue", shape.issue),
    ]
    text = shape.to_json()
    rows += [("shape", text[start : start + CHUNK]) for start in range(0, len(text), CHUNK)]
    for source in layout.inputs:
        places = [
            f"{box.key} {box.row} {box.col}" for box in source.boxes if box.key is not None and box.role is Role.INPUT
        ]
        rows += [
            ("anchors", " ".join((source.marker, *places[start : start + PLACES])))
            for start in range(0, len(places), PLACES)
        ]
    for row, (name, value) in enumerate(rows):
        ensure(sheet.write_string(row, 0, name), name)
        ensure(sheet.write_string(row, 1, value), value[:40])
    sheet.protect()
    sheet.very_hidden()
