"""The texts of an official form: printed as the department typed them, not as the rules read them."""

from __future__ import annotations

import re

from xltool import notation
from xltool.engine.formulas import Formula, Formulas
from xltool.form import Key
from xltool.form.model import Field, FieldType
from xltool.form.printed import PrintBox

_ALONE = re.compile(r"T\((\w+)\)")


def typed_text(box: PrintBox, formulas: Formulas) -> tuple[Field, Formula] | None:
    """The field whose text a cell shows and nothing else, with the formula that shows it as typed; None for others."""
    named = _ALONE.fullmatch(box.cell.value) if box.cell.style == "left" and box.formula else None
    if named is None or box.formula is None:
        return None
    item = formulas.form.field(named[1])
    info = formulas.form.fields[item.id]
    key = Key(box.place.project if info.per_project else 0, item.id, box.place.first if info.table else 0)
    if item.type not in (FieldType.TEXT, FieldType.LONG) or not item.is_input or key not in formulas.layout.cells:
        return None
    typed = notation.text_of(formulas.evaluation.filled.reading(key).content)
    return item, Formula(f'IFERROR({formulas.layout.cells[key].absolute}&"","")', typed)


def flat(formula: Formula) -> Formula:
    """A text on one line, so that characters can be counted."""
    return Formula(f'SUBSTITUTE({formula.text},CHAR(10)," ")', notation.text_of(formula.cached).replace("\n", " "))
