"""The texts of an official form: printed as the department typed them, not as the rules read them."""

from __future__ import annotations

from dataclasses import dataclass

from xltool import expr, notation
from xltool.engine.formulas import Formula, Formulas
from xltool.engine.paper_code import typed_key
from xltool.form.definition.model import FieldType
from xltool.form.layout.print_layout import PrintBox
from xltool.form.layout.workbook_layout import Address


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as typed and the label beside it, as formulas; ``long``: it may be of several lines."""

    text: Formula
    label: Formula
    long: bool


def typed_text(box: PrintBox, formulas: Formulas) -> Typed | None:
    """The text of a field, where a cell shows that and nothing else; None for other cells."""
    key = typed_key(formulas.form, box)
    if key is None or key not in formulas.layout.cells:
        return None
    item = formulas.form.fields[key.id].field
    cell, typed = formulas.layout.cells[key], notation.text_of(formulas.reading(key).content)
    sheet = next(sheet for sheet in formulas.layout.inputs if sheet.title == cell.sheet)
    label = Formula(expr.literal(str(item.label or item.name)), str(item.label or item.name))
    if names := sheet.names.get(cell.row):
        label = Formula(Address(cell.sheet, cell.row, names[0][0]).absolute, names[0][1])
    return Typed(Formula(f'IFERROR({cell.absolute}&"","")', typed), label, item.type is FieldType.LONG)


def flat(formula: Formula) -> Formula:
    """A text on one line, so that characters can be counted."""
    return Formula(f'SUBSTITUTE({formula.text},CHAR(10)," ")', notation.text_of(formula.cached).replace("\n", " "))
