"""Numbers, units, targets and dates as officials write them; each rule in Python and as an Excel formula text.

Imports nothing of ours. Import from here, not from the modules. ``read_*`` takes what was typed and folds it
itself; ``*_excel(x)`` takes the address of a cell that already holds ``fold_excel`` of the input. Accepting a
notation on one side only is a bug: the workbook would show ✔ where the bureau finds a problem. What no formula can
read goes through ``in_row``, on the bureau's side only: there the workbook asks for a figure, and the bureau tells how it read it.
"""

from __future__ import annotations

from xltool.notation.chain import besides, besides_excel
from xltool.notation.deadlines import date_excel, deadline_excel, deadline_note, read_date, read_deadline
from xltool.notation.folding import fold, fold_excel, text_of, unified
from xltool.notation.measures import (
    leading_operator,
    measure_excel,
    operator_excel,
    operator_of,
    read_measure,
)
from xltool.notation.numbers import is_machine_blank, number_excel, read_number, show_number
from xltool.notation.spans import interval_high_excel, interval_low_excel, read_interval
from xltool.notation.spoken import in_row
from xltool.notation.understood import NONE, STORED_AS_TEXT, UNREADABLE, Number

__all__ = [
    "NONE",
    "STORED_AS_TEXT",
    "UNREADABLE",
    "Number",
    "besides",
    "besides_excel",
    "date_excel",
    "deadline_excel",
    "deadline_note",
    "fold",
    "fold_excel",
    "in_row",
    "interval_high_excel",
    "interval_low_excel",
    "is_machine_blank",
    "leading_operator",
    "measure_excel",
    "number_excel",
    "operator_excel",
    "operator_of",
    "read_date",
    "read_deadline",
    "read_interval",
    "read_measure",
    "read_number",
    "show_number",
    "text_of",
    "unified",
]
