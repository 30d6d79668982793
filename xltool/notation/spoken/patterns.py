"""The pieces a figure with sign and unit is made of, as regular expressions. Imports ``words``."""

from __future__ import annotations

import re
from typing import Final

from xltool.notation.words import FIGURE_UNITS, SIGN_OF, SPOKEN_SIGNS

NUMBER: Final = r"-?[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?"
UNIT: Final = r"[A-Za-z%‰㎡℃°μ²³一-鿿/·.*＊]{0,10}?[23]?"
SIGNS: Final = {**SIGN_OF, **SPOKEN_SIGNS}
SIGN_WORDS: Final = tuple(sorted(SIGNS, key=len, reverse=True))
SIGN: Final = "|".join(map(re.escape, SIGN_WORDS))
REACHED: Final = ("达到", "达")
"""Behind a name they say how much it is, before a figure alone at least how much."""
DIGIT_UNITS: Final = ("m2", "m3", "km2", "hm2")
_MANY: Final = ("万亿", "万", "亿")
_NOTHING: Final = re.compile(r"(?:0|零)(?:事故|投诉|差错|发生|伤亡|违规|上访|缺陷|失误|案件)?")


def is_unit(unit: str) -> bool:
    """Tell whether people write this behind a figure: a unit of the lists, 万 or 亿 of one, so much per something.

    >>> [is_unit(unit) for unit in ("个", "万亩", "万亿元", "元/人·天", "安可")]
    [True, True, True, True, False]
    """
    plain = next((unit.removeprefix(many) for many in _MANY if unit.startswith(many)), unit)
    return (
        plain in FIGURE_UNITS or plain.lower() in DIGIT_UNITS or re.fullmatch(r"元/[一-鿿·.*/]{1,6}", plain) is not None
    )


def is_nothing(text: str) -> bool:
    """Tell whether a text says that none of something happened: 0, 零事故."""
    return _NOTHING.fullmatch(text) is not None


def counter_of(unit: str) -> str:
    """Return the unit that a unit with a noun behind it begins with, the unit itself where there is none.

    >>> counter_of("个展位"), counter_of("次培训"), counter_of("人天"), counter_of("个工作日"), counter_of("MVA")
    ('个', '次', '人天', '个工作日', 'MVA')
    """
    if unit in FIGURE_UNITS or not re.fullmatch("[一-鿿]+", unit):
        return unit
    return next((unit[:end] for end in range(len(unit) - 2, 0, -1) if is_unit(unit[:end])), unit)
