"""Puts a whole workbook together, sheet by sheet, in the order in which people work.

Identical input gives identical bytes: no clock, no names of this machine, no dictionary order.
"""

from __future__ import annotations

import datetime
import zipfile
import zlib
from io import BytesIO
from typing import Any

from xltool.engine.evaluate import Evaluation
from xltool.engine.filled import FilledForm, from_values
from xltool.engine.formulas import Formula, Formulas
from xltool.files import AUTHOR, CALC_ID
from xltool.form import Form, Shape, calc
from xltool.form import layout as layouts
from xltool.form.layout import ATTACHED, CHECKS, GUIDE, Layout
from xltool.form.model import Per
from xltool.generate import attached, checks, guide, hidden, inputs, prints
from xltool.generate.paint import FormulaSheet
from xltool.generate.states import States
from xltool.generate.styles import SONG, Styles
from xltool.ooxml.package import put_packed

TAB = {"guide": "#7F7F7F", "department": "#4472A8", "project": "#C55A11", "print": "#548235", "checks": "#B00020"}


def generate(form: Form, shape: Shape) -> bytes:
    """Return the workbook for one department as .xlsx bytes.

    Raises:
        WriteRefusedError: a text of the form exceeds what a cell, list or formula can hold.
    """
    layout = layouts.build(form, shape)
    filled = from_values(form, shape, {})
    return write(layout, filled)


def write(layout: Layout, filled: FilledForm) -> bytes:
    """Write a workbook for a layout whose cached values follow from ``filled``."""
    from xltool.writing.workbook import TextBook

    form, shape = layout.form, layout.shape
    formulas = Formulas(layout, calc.plan(layout), Evaluation(form, filled))
    states = States(layout, formulas.calc)
    target = BytesIO()
    options: dict[str, Any] = {"in_memory": True}
    # Column widths count digits of this font, so it must be one that every department has.
    options["default_format_properties"] = {"font_name": SONG, "font_size": 11, "font_scheme": False}
    book: Any = TextBook(target, options)
    _properties(book, layout)
    styles = Styles(book, {str(name): unit for name, unit in form.spec.units.items()})

    titles = [sheet.title for sheet in layout.inputs]
    printed = [sheet.title for sheet in layout.prints]
    order = [titles[0], GUIDE, *titles[1:], *printed, ATTACHED, CHECKS, layouts.CALC, layouts.LISTS, layouts.IDENTITY]
    sheets: dict[str, Any] = {title: book.add_worksheet(title, FormulaSheet) for title in order}

    for source in layout.inputs:
        inputs.paint(sheets[source.title], source, formulas, states, styles)
        sheets[source.title].set_tab_color(TAB["project" if source.source.per is Per.PROJECT else "department"])
    texts: list[Formula] = []
    for form_sheet in layout.prints:
        texts += prints.paint(sheets[form_sheet.title], form_sheet, formulas, styles)
        sheets[form_sheet.title].set_tab_color(TAB["print"])
    attached.paint(sheets[ATTACHED], texts, len(layout.prints), styles)
    sheets[ATTACHED].set_tab_color(TAB["print"])
    checks.paint_panel(sheets[titles[0]], layout, formulas, states, styles)
    checks.paint_checks(sheets[CHECKS], layout, formulas, states, styles)
    sheets[CHECKS].set_tab_color(TAB["checks"])
    guide.paint(sheets[GUIDE], form, shape, styles)
    sheets[GUIDE].set_tab_color(TAB["guide"])
    hidden.paint_calculation(sheets[layouts.CALC], formulas, states)
    hidden.paint_lists(sheets[layouts.LISTS], form)
    hidden.paint_identity(sheets[layouts.IDENTITY], layout)
    sheets[titles[0]].activate()
    book.close()
    return _packed(target.getvalue())


def _packed(data: bytes) -> bytes:
    """Compress as well as zlib can: mails with many attachments have limits.

    With the memory it uses by default zlib describes longer stretches by one code; ours are better off with shorter
    ones, how short depends on the part.
    """
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for info in source.infolist():
            part = min((_deflated(source.read(info), memory) for memory in (3, 5)), key=len)
            info.compress_type, info.compress_size = zipfile.ZIP_DEFLATED, len(part)
            put_packed(packed, info, part)
    return target.getvalue()


def _deflated(part: bytes, memory: int) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, memLevel=memory)
    return deflate.compress(part) + deflate.flush()


def _properties(book: Any, layout: Layout) -> None:
    spec, shape = layout.form.spec, layout.shape
    book.set_properties(
        {
            "title": f"{shape.year}年度{spec.title}",
            "subject": shape.department_name,
            "author": AUTHOR,
            "comments": "请用 Excel 或 WPS 填写，保存后原样报送",
            "created": datetime.datetime(shape.year, 12, 31, tzinfo=datetime.UTC).replace(tzinfo=None),
        }
    )
    # Custom properties survive most programs, but only in ASCII.
    book.set_custom_property("xltool_form", shape.form, "text")
    book.set_custom_property("xltool_version", shape.version, "text")
    book.set_custom_property("xltool_issue", shape.issue, "text")
    if shape.seal:
        book.set_custom_property("xltool_seal", shape.seal, "text")
    # Every result is cached and right: nothing to calculate on opening, so nothing to save on closing either.
    book.calc_on_load, book.calc_id = False, CALC_ID
