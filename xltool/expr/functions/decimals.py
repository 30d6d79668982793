"""Rounding and showing numbers the way Excel does. Imports nothing of ours.

Excel computes in binary, we in decimal: 1.1*1.05 is 1.155 here and 1.15499… there. So every rounding
first rounds to 9 decimals, here and in the formulas we write (``steady``); else halves go different ways.
"""

from __future__ import annotations

import datetime
import re
from decimal import (
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import lru_cache

CONTEXT = Context(prec=28, Emax=307, Emin=-307, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The arithmetic of ``evaluate``; beyond 1E308 there is no number in Excel either."""

GENERAL = "general"
DAY = "date"
"""Shown as 2022年12月31日; in words, since the letters of Excel's own date formats differ from country to country."""
STEADY = 9
ZERO = Decimal(0)

_EPOCH, DAYS = datetime.date(1899, 12, 30), (61, 2958465)  # before March 1900 the programs differ
_WIDE = Context(prec=800, traps=[InvalidOperation])
_STEPS = {digits: Decimal(1).scaleb(-digits) for digits in range(-30, 31)}
_FORMAT = re.compile(r"(?P<comma>#,##)?0(?:\.(?P<digits>0{1,7}))?(?P<percent>%)?")


def quantized(number: Decimal, digits: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Return ``number`` with ``digits`` decimals (negative: tens, hundreds), halves away from zero."""
    return number.quantize(_STEPS[digits], rounding, _WIDE)


def rounded(number: Decimal, digits: int) -> Decimal:
    """Return Excel's ROUND.

    >>> rounded(Decimal("-2.345"), 2)
    Decimal('-2.35')
    """
    return quantized(quantized(number, STEADY), min(digits, STEADY))


def rounded_up(number: Decimal, digits: int) -> Decimal:
    """Return Excel's ROUNDUP (away from zero)."""
    return quantized(quantized(number, STEADY), min(digits, STEADY), ROUND_UP)


def rounded_down(number: Decimal, digits: int) -> Decimal:
    """Return Excel's ROUNDDOWN (towards zero)."""
    return quantized(quantized(number, STEADY), min(digits, STEADY), ROUND_DOWN)


def floored(number: Decimal) -> Decimal:
    """Return Excel's INT (towards minus infinity)."""
    return quantized(quantized(number, STEADY), 0, ROUND_FLOOR)


def whole(number: Decimal) -> int:
    """Return ``floored`` as an integer."""
    return int(floored(number))


def is_format(text: str) -> bool:
    """Tell whether we know this number format: general, 0, 0.00, #,##0.0, 0.00% and so on."""
    return text in (GENERAL, DAY) or _FORMAT.fullmatch(text) is not None


def format_decimals(text: str) -> int:
    """Return to how many decimals a number is rounded before it is shown in this format."""
    match = _FORMAT.fullmatch(text)
    if match is None:
        return 0 if text == DAY else 4
    return len(match["digits"] or "") + (2 if match["percent"] else 0)


@lru_cache(maxsize=4096)
def formatted(number: Decimal, text: str) -> str:
    """Return ``number`` in one of our formats.

    >>> [formatted(Decimal(n), f) for n, f in (("1.50", GENERAL), ("1234.5", "#,##0"), ("0.125", "0.0%"))]
    ['1.5', '1,235', '12.5%']
    """
    if text == DAY and DAYS[0] <= (serial := int(rounded(number, 0))) <= DAYS[1]:
        day = _EPOCH + datetime.timedelta(serial)
        return f"{day.year}年{day.month}月{day.day}日"
    number = rounded(number, format_decimals(text))
    number = abs(number) if number == 0 else number
    match = _FORMAT.fullmatch(text)
    if match is None:
        shown = format(number, "f")
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    percent = match["percent"] or ""
    number = number.scaleb(2) if percent else number
    return format(number, f"{',' if match['comma'] else ''}.{len(match['digits'] or '')}f") + percent
