"""Targets, actuals and days in words, which the bureau's side reads and tells of: 已完成150次, 百分之九十五, 第三季度.

Imports the rest of ``notation``, which knows nothing of it. Import from here.
"""

from __future__ import annotations

from xltool.notation.spoken.measuring import Measure, measure
from xltool.notation.spoken.rowed import in_row

__all__ = ["Measure", "in_row", "measure"]
