"""Deadlines: "2022年11月30日前", "2022.12", "2022年底". Imports ``chain``, ``folding``.

A month or a year means its last day, whether 底 is written or not: "2022年12月" is met on 12-31. A bare "2022"
is a number, not a deadline, and years run from 2000 to 2099 so that a plan number is not taken for a date.
"""

from __future__ import annotations

import calendar
import datetime
from functools import lru_cache
from typing import Final

from xltool.notation.chain import FLATTEN, Step, nest, quoted, run
from xltool.notation.folding import fold
from xltool.notation.model import REMEMBERED

_STEPS: Final[tuple[Step, ...]] = (
    (" ", ""),
    *((f"{word}]", "]") for word in ("完成", "截止", "止", "前", "内", "之", "以", "底", "末")),
    ("年度]", "年]"),
    ("年年]", "年]"),
    *((f"{word}]", "]") for word in "日号月"),
    ("年]", "-12-31]"),
    *((word, "-") for word in "年月./"),
)
_SHAPE: Final[tuple[Step, ...]] = (("[20", "[Y"), *FLATTEN)
_MONTHS: Final = "|[Y00-0]|[Y00-00]|"
_DAYS: Final = "[Y00-0-0]|[Y00-0-00]|[Y00-00-0]|[Y00-00-00]|"
_CLEAN: Final[tuple[Step, ...]] = (("[", ""), ("]", ""))


@lru_cache(maxsize=REMEMBERED)
def read_deadline(text: str, year: int | None = None) -> datetime.date | None:
    """Return the last day that still meets a deadline, or None.

    Args:
        text: as typed.
        year: the year meant when a text names only a month ("11月底"); the workbook does not know it.

    >>> [str(read_deadline(text)) for text in ("2022年11月30日前", "2022.12", "2022年底前完成", "11月底")]
    ['2022-11-30', '2022-12-31', '2022-12-31', 'None']
    >>> read_deadline("11月底", 2022)
    datetime.date(2022, 11, 30)
    """
    text = fold(text)
    found = _dated(text)
    if found is None and year is not None and ("月" in text or text.startswith("年")):
        found = _dated(f"{year}{'' if text.startswith('年') else '年'}{text}")
    return found


def deadline_excel(x: str) -> str:
    """Return the Excel expression of ``read_deadline`` without a year: a date serial or an error."""
    date = nest(f'"["&{x}&"]"', _STEPS)
    shape = f'FIND("|"&{nest(date, _SHAPE)}&"|",{quoted(_MONTHS + _DAYS)})'
    plain = nest(date, _CLEAN)
    # Behind the last "|" of the months the list has full dates.
    return f'IF({shape}<{len(_MONTHS)},EOMONTH(DATEVALUE({plain}&"-1"),0),DATEVALUE({plain}))'


def _dated(text: str) -> datetime.date | None:
    date = run(f"[{text}]", _STEPS)
    shape = f"|{run(date, _SHAPE)}|"
    if shape not in _MONTHS + _DAYS:
        return None
    try:
        parts = [int(part) for part in run(date, _CLEAN).split("-")]
        if shape in _MONTHS:
            parts.append(calendar.monthrange(parts[0], parts[1])[1])
        return datetime.date(parts[0], parts[1], parts[2])
    except (ValueError, IndexError):  # IllegalMonthError is a ValueError
        return None
