"""Deadlines: "2022年11月30日前", "2022.12", "2022年底". Imports ``chain``, ``folding``, ``numbers``.

A date cell arrives in the workbook's formulas as its number, so five digits of those years are a day too.
A month or a year means its last day, whether 底 is written or not: "2022年12月" is met on 12-31, and "2022年1-12月" too. A bare "2022"
is a number, not a deadline, and years run from 2000 to 2099 so that a plan number is not taken for a date.
"""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from xltool.notation.chain import FLATTEN, ChainStep, nest, quoted, run
from xltool.notation.folding import fold, text_of
from xltool.notation.numbers import is_none, is_none_excel
from xltool.notation.understood import NONE, REMEMBERED, UNREADABLE, Number

_STEPS: Final[tuple[ChainStep, ...]] = (
    (" ", ""),
    *((word, "-") for word in "至～~—"),
    *((f"{word}]", "]") for word in ("完成", "截止", "止", "前", "内", "之", "以", "底", "末")),
    ("年度]", "年]"),
    ("年年]", "年]"),
    *((f"{word}]", "]") for word in "日号"),
    ("月]", "}]"),  # so that "1-12月" is no day
    ("年]", "-12-31]"),
    *((word, "-") for word in "年月./"),
    ("--", "-"),
)
_SHAPE: Final[tuple[ChainStep, ...]] = (("[20", "[Y"), *FLATTEN)
_MONTHS: Final = "|[Y00-0]|[Y00-00]|[Y00-0}]|[Y00-00}]|"
_SPANS: Final = "[Y00-0-0}]|[Y00-0-00}]|[Y00-00-00}]|"
_DAYS: Final = "[Y00-0-0]|[Y00-0-00]|[Y00-00-0]|[Y00-00-00]|"
_SERIAL: Final = "00000"  # what a date cell of the years 2000 to 2099 becomes as text, flattened
_FIRST, _LAST = 36526, 73050
_EPOCH: Final = datetime.date(1899, 12, 30)
_NO_DATE: Final = "读不出日期；请写成 2022-12-31 这样"
_CLEAN: Final[tuple[ChainStep, ...]] = (("[", ""), ("]", ""), ("}", ""))


@lru_cache(maxsize=REMEMBERED)
def read_deadline(text: str, year: int | None = None) -> datetime.date | None:
    """Return the last day that still meets a deadline, or None.

    Args:
        text: as typed.
        year: the year meant when a text names only a month ("11月底") or only 年底.

    >>> [str(read_deadline(text)) for text in ("2022年11月30日前", "2022.12", "2022年底前完成", "11月底")]
    ['2022-11-30', '2022-12-31', '2022-12-31', 'None']
    >>> [str(read_deadline(text, 2022)) for text in ("2022年1-12月", "3-5月", "2022年1月至3月底")]
    ['2022-12-31', '2022-05-31', '2022-03-31']
    >>> read_deadline("11月底", 2022)
    datetime.date(2022, 11, 30)
    """
    text = fold(text)
    if run(text, FLATTEN) == _SERIAL:
        return _EPOCH + datetime.timedelta(int(text)) if _FIRST <= int(text) <= _LAST else None
    return _dated(text if year is None else _with_year(text, year))


def deadline_note(text: str, year: int | None) -> str:
    """Return what to tell about a deadline whose year was assumed or that was a date cell's number, else "".

    >>> deadline_note("11月底", 2022), deadline_note("44895", 2022), deadline_note("2022年11月底", 2022)
    ('没有写年份，按 2022-11-30 读取', '按日期 2022-11-30 读取', '')
    >>> deadline_note("2022年1-12月", 2022)
    '按最后一个月的月底 2022-12-31 读取'
    """
    day = read_deadline(text, year)
    if day is None:
        return ""
    if run(fold(text), FLATTEN) == _SERIAL:
        return f"按日期 {day.isoformat()} 读取"
    if not read_deadline(text):
        return f"没有写年份，按 {day.isoformat()} 读取"
    return f"按最后一个月的月底 {day.isoformat()} 读取" if _shape(fold(text)) in f"|{_SPANS}" else ""


def deadline_excel(x: str, year: str = "") -> str:
    """Return the Excel expression of ``read_deadline``: a date serial or an error.

    Args:
        x: address of a cell with folded text.
        year: expression of a whole number, "" for none.
    """
    text = x
    if year:
        close = f'SUBSTITUTE({x}," ","")'
        month = f'IFERROR(FIND("月",{close}),9)'
        month = f'OR({month}<4,AND({month}<7,IFERROR(FIND("-",{close}),9)<4))'
        text = f'IF({month},{year}&"年"&{x},IF(LEFT({x})="年",{year}&{x},{x}))'
    date = nest(f'"["&{text}&"]"', _STEPS)
    shape = f'FIND("|"&{nest(date, _SHAPE)}&"|",{quoted(_MONTHS + _SPANS + _DAYS)})'
    plain = nest(date, _CLEAN)
    # Behind the last "|" of the months and spans the list has full dates. A month is the last of its span.
    month = f'LEFT({plain},5)&TRIM(RIGHT(SUBSTITUTE({plain},"-",REPT(" ",9)),9))&"-1"'
    written = f"IF({shape}<{len(_MONTHS + _SPANS)},EOMONTH(DATEVALUE({month}),0),DATEVALUE({plain}))"
    serial = f"IF(AND(VALUE({x})>={_FIRST},VALUE({x})<={_LAST}),VALUE({x}),NA())"
    return f'IF({nest(x, FLATTEN)}="{_SERIAL}",{serial},{written})'


def read_date(raw: Decimal | str | bool) -> Number:
    """Return the day a date field says as Excel's serial number; a month or a year means its last day.

    >>> [str(read_date(raw).value) for raw in ("2022-12-31", "2022年12月31日", "2022.12", Decimal(44926))]
    ['44926', '44926', '44926', '44926']
    >>> read_date("去年底").problem, read_date("—").state, read_date("2022年12月").note
    ('读不出日期；请写成 2022-12-31 这样', 'none', '按 2022-12-31 读取')
    """
    text = fold(text_of(raw))
    if isinstance(raw, bool):
        return Number(None, "unreadable", problem=_NO_DATE)
    if not text:
        return Number(None, "blank")
    if is_none(text):
        return Number(None, "none")
    day = read_deadline(text)
    if day is None:
        return Number(None, "unreadable", problem=_NO_DATE)
    exact = isinstance(raw, Decimal) or _shape(text) in f"|{_DAYS}"
    return Number(Decimal((day - _EPOCH).days), "number", note="" if exact else f"按 {day.isoformat()} 读取")


def date_excel(raw: str, folded: str) -> str:
    """Return the Excel expression of ``read_date``: a serial number, "", "—" or "#?".

    Args:
        raw: address of the input cell.
        folded: address of the cell that holds ``fold_excel(raw)``.
    """
    bad = quoted(UNREADABLE)
    read = f'IF({folded}="","",IF({is_none_excel(folded)},{quoted(NONE)},IFERROR({deadline_excel(folded)},{bad})))'
    return f"IF(OR(ISERROR({raw}),ISLOGICAL({raw})),{bad},{read})"


def _with_year(text: str, year: int) -> str:
    """The text with the year before it, if it begins with a month ("11月…") or with 年 ("年底前")."""
    close = text.replace(" ", "")
    month = close.find("月")
    if 0 <= month < 3 or (0 <= month < 6 and 0 <= close.find("-") < 3):
        return f"{year}年{text}"
    return f"{year}{text}" if text.startswith("年") else text


def _shape(text: str) -> str:
    return f"|{run(run(f'[{text}]', _STEPS), _SHAPE)}|"


def _dated(text: str) -> datetime.date | None:
    shape = _shape(text)
    if shape not in _MONTHS + _SPANS + _DAYS:
        return None
    try:
        parts = [int(part) for part in run(run(f"[{text}]", _STEPS), _CLEAN).split("-")]
        if shape in f"{_MONTHS}{_SPANS}":
            parts = [parts[0], parts[-1], calendar.monthrange(parts[0], parts[-1])[1]]
        return datetime.date(parts[0], parts[1], parts[2])
    except (ValueError, IndexError):  # IllegalMonthError is a ValueError
        return None
