"""Numbers outside what their field takes. Imports ``notices``, ``spots``.

The workbook refuses them while somebody types; pasting and other programs get round that, as with lists of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xltool import notation
from xltool.check import return_notices
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import ReadingKind
from xltool.form import Key
from xltool.form.layout.workbook_layout import Placed


def ranges(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Yield the numbers below the minimum or above the maximum of their field."""
    for key in layout.cells:
        limit = beyond(layout, evaluation, key)
        if limit:
            item, cell = layout.form.fields[key.id].field, spot_of(layout, evaluation, key)
            reading = evaluation.filled.reading(key)
            finding = return_notices.OUT_OF_RANGE.finding(
                cell.sheet, (cell.a1,), item.name, reading.typed, limit, typed=reading.typed, limit=limit
            )
            yield finding, order_of(layout, order, key)


def beyond(layout: Placed, evaluation: Evaluation, key: Key) -> str:
    """Return the limit that a number typed into a field is beyond, in words; ``""`` if it is not."""
    item, reading = layout.form.fields[key.id].field, evaluation.filled.reading(key)
    value = reading.value
    if not (item.is_number and item.is_input and reading.kind is ReadingKind.VALUE and isinstance(value, Decimal)):
        return ""
    if key in layout.issue.locked:
        return ""
    if item.minimum is not None and value < item.minimum:
        return f"不小于 {notation.show_number(item.minimum, item.unit)}"
    if item.maximum is not None and value > item.maximum:
        return f"不大于 {notation.show_number(item.maximum, item.unit)}"
    return ""
