"""Which number formats show a date or a percentage, and what date a serial number is.

Imports nothing of ours. A Chinese Excel knows date formats by number alone (27-36 and 50-58, ``yyyy"年"m"月"``):
they stand in no file, and libraries made elsewhere take such a cell for a plain number.
"""

from __future__ import annotations

import datetime
import re

LONGEST = 255
"""Characters of a format that Excel keeps; a longer one is looked at no further: '[[[[…' takes time by the square."""
_PERCENT = frozenset((9, 10))
_BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_MONTHS = frozenset((17, 27, 36, 50, 52, 57))
_QUOTED = re.compile(r'"[^"]*"|[\\!].|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\[\]]*\]', re.IGNORECASE)
_DIGITS = re.compile(r"(?<![s\].0])[.]?[0#?]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_LETTERS = re.compile(r"[ymdhs]|[年月日时分秒]|上午/下午|am/pm", re.IGNORECASE)


def is_date(number_format: int, code: str = "") -> bool:
    """Whether a format shows a point in time.

    >>> is_date(31), is_date(164, '0.0%'), is_date(164, 'yyyy"年"m"月"'), is_date(164, '#,##0.00"元"')
    (True, False, True, False)
    >>> is_date(164, "0分"), is_date(164, "mm:ss.00"), is_date(164, "0!.0,万元")
    (False, True, False)
    """
    if not code:
        return number_format in _BUILT_IN
    first = code.split(";", 1)[0]
    if "general" in first.lower():
        return False
    plain = _QUOTED.sub("", first)
    return bool(_ELAPSED.search(first) or (_LETTERS.search(plain) and not _DIGITS.search(plain)))


def is_month(number_format: int, code: str = "") -> bool:
    """Whether a date format shows a year and a month, and no day: what Excel makes of a typed 2022-12.

    >>> is_month(17), is_month(57), is_month(164, 'yyyy"年"m"月"'), is_month(164, 'yyyy"年"m"月"d"日"'), is_month(14)
    (True, True, True, False, False)
    """
    if not code:
        return number_format in _MONTHS
    plain = _QUOTED.sub("", code.split(";", 1)[0]).lower()
    return "y" in plain and "m" in plain and not set("dhs日时") & set(plain)


def is_percent(number_format: int, code: str = "") -> bool:
    """Whether a format shows a number as a percentage.

    >>> is_percent(9), is_percent(164, "0.0%"), is_percent(164, '0.0"%"'), is_percent(2)
    (True, True, False, False)
    """
    return "%" in _QUOTED.sub("", code.split(";", 1)[0]) if code else number_format in _PERCENT


def date_of(serial: float, since_1904: bool) -> datetime.datetime | None:
    """Return the date of a serial number; None outside the calendar (such a cell stays a number).

    The year 1900 has a 29 February in Excel, so days before March count one less.
    """
    if not 1 <= serial < (2_957_003 if since_1904 else 2_958_466):
        return None
    start = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30 if serial >= 60 else 31)
    days = int(serial)
    seconds = round((serial - days) * 86400)
    return start + datetime.timedelta(days=days, seconds=seconds)
