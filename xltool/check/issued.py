"""Figures the bureau filled in beforehand and the department may change. Imports ``notices``, ``spots``.

The bureau's own copy of what was issued is the witness, never the return, so no formula can ask this.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xltool import notation
from xltool.check import return_notices
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.check.slips import slipped
from xltool.engine.evaluation import Evaluation
from xltool.form.layout.workbook_layout import Placed


def issued(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Yield the figures that differ from those of the roster."""
    form, issue = layout.form, evaluation.filled.issue
    for key, ours in issue.prefill.items():
        item, theirs = form.fields[key.id].field, evaluation.value(key)
        if key in issue.locked or not isinstance(ours, Decimal) or not isinstance(theirs, Decimal) or ours == theirs:
            continue
        notice = return_notices.NOT_AS_ISSUED_UNIT if slipped(ours, theirs) else return_notices.NOT_AS_ISSUED
        cell = spot_of(layout, evaluation, key)
        shown = [f"{notation.show_number(value, item.unit)} {item.unit}" for value in (ours, theirs)]
        finding = notice.finding(
            cell.sheet, (cell.a1,), item.name, shown[1], shown[0], what=item.name, ours=shown[0], theirs=shown[1]
        )
        yield finding, order_of(layout, order, key)
