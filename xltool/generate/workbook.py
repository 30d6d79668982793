"""Puts a whole workbook together, sheet by sheet, in the order in which people work.

Identical input gives identical bytes: no clock, no names of this machine, no dictionary order.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from xltool.engine.filled import FilledForm, from_values
from xltool.engine.formulas import Formula, Formulas
from xltool.engine.trace import Kept
from xltool.form import Form, Issue
from xltool.form.definition.model import Per
from xltool.form.layout import calculation_layout
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.workbook_layout import ATTACHED, CHECKS, GUIDE, Layout
from xltool.generate.cells.states import States
from xltool.generate.cells.steps import Steps
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import FormulaSheet
from xltool.generate.pieces import packed, parts_of
from xltool.generate.sender import NOBODY, Sender
from xltool.generate.sheets import attached, checks, guide, hidden, inputs, prints
from xltool.writing.palette import RED, RULE, SONG

TAB = {"guide": "#7F7F7F", "department": RULE, "project": "#C55A11", "print": "#548235", "checks": RED}


def generate(form: Form, issue: Issue, sender: Sender = NOBODY) -> bytes:
    """Return the workbook for one department as .xlsx bytes. ``sender``: whom 填报说明 names.

    Raises:
        WriteRefusedError: a text of the form exceeds what a cell, list or formula can hold.
    """
    layout = layouts.build(form, issue)
    filled = from_values(form, issue, {})
    return write(layout, filled, sender)


def write(layout: Layout, filled: FilledForm, sender: Sender = NOBODY) -> bytes:
    """Write a workbook for a layout whose cached values follow from ``filled``."""
    formulas = Formulas(layout, calculation_layout.plan(layout), Kept(layout.form, filled))
    return packed(parts_of(Painted(formulas, sender=sender).close()))


class Painted:
    """A workbook, painted and not yet written. ``steps``: remembers how, if it is to be painted again."""

    def __init__(self, formulas: Formulas, steps: Steps | None = None, sender: Sender = NOBODY) -> None:
        from xltool.writing.workbook import Strings, TextBook

        layout = formulas.layout
        form, issue = layout.form, layout.issue
        states = States(formulas)
        self.target = BytesIO()
        options: dict[str, Any] = {"in_memory": True}
        # Column widths count digits of this font, so it must be one that every department has.
        options["default_format_properties"] = {"font_name": SONG, "font_size": 11, "font_scheme": False}
        self.book: Any = TextBook(self.target, options)
        self.book.str_table = strings = Strings() if steps is None else steps.strings
        properties(self.book, layout.form, issue)
        self.styles = styles = Styles(self.book, {str(name): unit for name, unit in form.spec.units.items()})

        titles = [sheet.title for sheet in layout.inputs]
        printed = [sheet.title for sheet in layout.prints]
        ours = [ATTACHED, CHECKS, layouts.CALC, layouts.LISTS, layouts.IDENTITY]
        order = [titles[0], GUIDE, *titles[1:], *printed, *ours]
        self.sheets: dict[str, Any] = {title: self.book.add_worksheet(title, FormulaSheet) for title in order}
        sheets = self.sheets
        for sheet in sheets.values():
            sheet.steps = steps

        for source in layout.inputs:
            inputs.paint(sheets[source.title], source, formulas, states, styles)
            sheets[source.title].set_tab_color(TAB["project" if source.source.per is Per.PROJECT else "department"])
        texts: list[Callable[[], Formula]] = []
        for form_sheet in layout.prints:
            texts += prints.paint(sheets[form_sheet.title], form_sheet, formulas, styles)
            sheets[form_sheet.title].set_tab_color(TAB["print"])
        more = attached.paint(sheets[ATTACHED], texts, len(layout.prints), styles)
        sheets[ATTACHED].set_tab_color(TAB["print"])
        checks.paint_panel(sheets[titles[0]], layout, formulas, states, styles, more, sender)
        checks.paint_checks(sheets[CHECKS], layout, formulas, states, styles)
        sheets[CHECKS].set_tab_color(TAB["checks"])
        guide.paint(sheets[GUIDE], form, issue, styles, sender)
        sheets[GUIDE].set_tab_color(TAB["guide"])
        hidden.paint_calculation(sheets[layouts.CALC], formulas, states)
        hidden.paint_lists(sheets[layouts.LISTS], form)
        self.before_identity = len(strings.varying)
        strings.vary(partial(hidden.paint_identity, sheets[layouts.IDENTITY], layout, issue))
        sheets[titles[0]].activate()

    def close(self) -> bytes:
        """Return the workbook as XlsxWriter packs it."""
        self.book.close()
        return self.target.getvalue()


def properties(book: Any, form: Form, issue: Issue) -> None:
    """Set what a workbook says about itself."""
    book.set_properties(
        {
            "title": f"{issue.year}年度{form.spec.title}",
            "subject": issue.department_name,
            "comments": "请用 Excel 或 WPS 填写，保存后原样报送",
            "created": datetime.datetime(issue.year, 12, 31, tzinfo=datetime.UTC).replace(tzinfo=None),
        }
    )
    # Custom properties survive most programs, but only in ASCII.
    book.custom_properties = []
    book.set_custom_property("xltool_form", issue.form, "text")
    book.set_custom_property("xltool_version", issue.version, "text")
    book.set_custom_property("xltool_issue", issue.issue_id, "text")
    if issue.seal:
        book.set_custom_property("xltool_seal", issue.seal, "text")
