"""Intervals: "3-5次", "90%~95%", "±10%". Imports ``chain``, ``folding``, ``words``.

A dash is a sign only at the very beginning or right behind "~"; everywhere else it parts the two numbers. So a
date (two dashes) is no interval. Percent is in points, as in ``measures``.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from xltool.notation.chain import FLATTEN, ChainStep, decimal_of, last_found, last_found_excel, nest, run
from xltool.notation.folding import fold
from xltool.notation.understood import REMEMBERED
from xltool.notation.words import SIMPLE_UNITS

_ENDS: Final = ("]", *(f"{unit}]" for unit in SIMPLE_UNITS))
_UNITS: Final = ("]", *SIMPLE_UNITS)
_PARTS: Final[tuple[ChainStep, ...]] = (
    ("]]", "]"),
    *((separator, "~") for separator in ("～", "—", "–", "至", "到")),
    ("~~", "~"),
    (" ", ""),
    ("]~", "~"),
    ("]-", "~"),
    ("@", "x"),
    ("~-", "~@"),
    ("[-", "[@"),
    ("-", "~"),
    ("@", "-"),
)
_SHAPE: Final[tuple[ChainStep, ...]] = (
    ("[-", "["),
    ("~-", "~"),
    *FLATTEN,
    *((("00", "0"),) * 4),  # up to 16 digits become one
    ("0.0", "0"),
    ("[±0]", "[0~0]"),
)
_PAD = 'REPT(" ",99)'


@lru_cache(maxsize=REMEMBERED)
def read_interval(text: str) -> tuple[Decimal, Decimal] | None:
    """Return (low, high), both included, or None. One simple unit or "%" may follow each number.

    >>> [str(end) for end in read_interval("±10%") or ()], [str(end) for end in read_interval("3—5次") or ()]
    (['-10', '10'], ['3', '5'])
    >>> read_interval("2022-11-30"), read_interval("5-3")
    (None, None)
    """
    ends = f"{fold(text)}]"
    unit = _UNITS[last_found(_ENDS, ends) or 0]
    parts = run("[" + ends.replace(unit, "]"), _PARTS)
    if run(parts, _SHAPE) != "[0~0]":
        return None
    inner = parts.replace("[±", "").replace("[", "").replace("]", "").split("~")
    low, high = decimal_of(inner[0]), decimal_of(inner[-1])
    if low is None or high is None:
        return None
    low = -low if fold(text).startswith("±") else low
    return (low, high) if low <= high else None


def interval_low_excel(x: str) -> str:
    """Return the Excel expression of the low end, or an error; ``x`` holds folded text."""
    return _when_interval(x, _low(x))


def interval_high_excel(x: str) -> str:
    """Return the Excel expression of the high end, or an error; ``x`` holds folded text."""
    return _when_interval(x, _high(x))


def _when_interval(x: str, result: str) -> str:
    return f'IF({nest(_parts(x), _SHAPE)}="[0~0]",IF({_low(x)}<={_high(x)},{result},NA()),NA())'


def _parts(x: str) -> str:
    unit = last_found_excel(_ENDS, f'{x}&"]"', _UNITS)
    return nest(f'"["&SUBSTITUTE({x}&"]",{unit},"]")', _PARTS)


def _low(x: str) -> str:
    return f'VALUE(TRIM(LEFT({_spread(x)},99)))*IF(LEFT({x})="±",-1,1)'


def _high(x: str) -> str:
    return f"VALUE(TRIM(RIGHT({_spread(x)},99)))"


def _spread(x: str) -> str:
    """The two numbers with 99 spaces between them, or the one of "±"."""
    return f'SUBSTITUTE({nest(_parts(x), (("[±", ""), ("[", ""), ("]", "")))},"~",{_PAD})'
