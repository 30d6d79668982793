"""Where a finding stands: in the department's own file, and in reading order. Imports ``engine``, ``form``."""

from __future__ import annotations

from xltool.engine.evaluation import Evaluation
from xltool.findings import Finding
from xltool.form import Key
from xltool.form.layout.workbook_layout import Address, Placed

FindingAt = tuple[Finding, tuple[int, int, int]]


def spot_of(layout: Placed, evaluation: Evaluation, key: Key) -> Address:
    """Return where a field stands in the department's own file."""
    return evaluation.filled.reading(key).address or layout.cells[key]


def order_of(layout: Placed, order: dict[str, int], key: Key) -> tuple[int, int, int]:
    """Return the field's place in reading order."""
    cell = layout.cells[key]
    return order[cell.sheet], cell.row, cell.col
