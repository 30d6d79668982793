"""A target or actual as it stands in its row, where the workbook's formulas cannot read it. Imports ``spoken``.

The bureau's side reads more than a formula can: 近150次, 第三季度, 590000元 in a row of 万元. What comes out is a text
that both sides read, and a note that becomes a 提示. Nothing that is read already is touched.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from xltool.notation.deadlines import read_deadline
from xltool.notation.folding import fold
from xltool.notation.measures import read_measure
from xltool.notation.numbers import is_none
from xltool.notation.spans import read_interval
from xltool.notation.spoken.measuring import Measure, measure
from xltool.notation.understood import REMEMBERED, plain
from xltool.notation.words import SCALES, SIMPLE_UNITS, canonical, spoken_unit

_FIGURE: Final = re.compile(r"[0-9零一二两三四五六七八九十百]|季度|半年|全年")
_PEOPLE: Final = frozenset(("人", "个", "名", "位"))
_COUNTS: Final = (
    {"亩": Decimal(1), "公顷": Decimal(15)},
    {"小时": Decimal(1), "天": Decimal(24)},
)
_TEN_THOUSAND: Final = Decimal(10_000)
_TIMED: Final = ("", "时限")


@lru_cache(maxsize=REMEMBERED)
def in_row(text: str, unit: str, nature: str, year: int | None) -> tuple[str, str] | None:
    """Return what a text says as both sides read it, and what to tell about that; None where there is nothing to do.

    Args:
        text: a target or actual as typed.
        unit: the unit of its row, "" if none.
        nature: what was chosen for the row (≥, 时限, 定性 …), "" if nothing.
        year: the year of the report.

    >>> in_row("近150次", "次", "≥", 2022), in_row("590000元", "万元", "≤", 2022)
    (('150', '按 150次 读取'), ('59', '按 59 万元 读取'))
    >>> in_row("第三季度", "", "时限", 2022), in_row("12500人", "万人", "≥", 2022), in_row("150次", "次", "≥", 2022)
    (('2022-09-30', '按 2022-09-30 读取'), ('1.25', '按 1.25 万人 读取'), None)
    """
    folded, unit = fold(text), fold(unit)
    if nature == "定性" or not folded or is_none(folded) or not _FIGURE.search(folded):
        return None
    if nature != "时限" and read_measure(folded, unit).value is not None:
        return None
    if read_deadline(folded, year) is not None or (nature != "时限" and read_interval(folded) is not None):
        return None
    found = measure(folded, year)
    if not found.unit and not found.nature and read_deadline(found.text, year) is not None:
        return (found.text, found.note) if nature in _TIMED and found.note else None
    return None if nature == "时限" else _figure(found, unit)


def _figure(found: Measure, unit: str) -> tuple[str, str] | None:
    if found.nature == "区间":
        same = spoken_unit(found.unit) == spoken_unit(unit) or not found.unit or not unit
        return (found.text, found.note or f"按 {found.text}{found.unit} 读取") if same else None
    number = read_measure(found.text, "").value
    if number is None or found.unit in ("万", "亿"):
        return None
    said = found.note or f"按 {found.nature}{found.text}{found.unit} 读取"
    if not unit:
        kept = found.unit if found.unit in SIMPLE_UNITS else ""
        return f"{found.nature}{found.text}{kept}", said
    if not found.unit or spoken_unit(found.unit) == spoken_unit(unit) or {found.unit, unit} <= _PEOPLE:
        return f"{found.nature}{found.text}", said
    if unit in ("万", "亿") and found.unit.startswith(unit):  # 200万 answered by 195.5万元
        return f"{found.nature}{found.text}", found.note
    factor = _factor(found.unit, unit)
    if factor is None:
        return None
    converted = plain(number * factor)
    return f"{found.nature}{converted}", f"按 {found.nature}{converted} {unit} 读取"


def _factor(theirs: str, ours: str) -> Decimal | None:
    """What theirs is in ours; 万 before any unit that is known counts ten thousand."""
    (one, many), (other, few) = (_plain_unit(unit) for unit in (theirs, ours))
    if one == other and one:
        return many / few
    for scale in (*SCALES, *_COUNTS):
        if one in scale and other in scale:
            return scale[one] * many / (scale[other] * few)
    return None


def _plain_unit(unit: str) -> tuple[str, Decimal]:
    """A unit without the 万 before it, and how many it counts."""
    if len(unit) > 1 and unit.startswith("万"):
        return canonical(unit[1:]), _TEN_THOUSAND
    return canonical(unit), Decimal(1)
