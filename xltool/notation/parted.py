"""A target written in one piece, “200元/亩” or “90%”, taken apart into number and unit. Imports ``folding`` and ``words``.

Only for what the bureau writes into its own roster, where the unit has a column of its own and was left blank: what
departments type is never taken apart, it is read (``measures``). A newcomer would split dates and “5天以内”, too.
"""

from __future__ import annotations

import re

from xltool.notation.folding import fold
from xltool.notation.words import TRAILING, WITHIN

_PARTS = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) ?([^0-9\s≥≤=<>~\-—至到()\[\]，。；、]{1,12})")
_NO_UNIT = (
    *(word for words in TRAILING.values() for word in words),
    *WITHIN,
    "以",
    "底",
    "前",
    "后",
    "左右",
    "余",
    "多",
    "几",
)
_YEARS = range(1900, 2101)


def parted(text: str) -> tuple[str, str] | None:
    """Return number and unit of a text that is exactly the two, None if it is anything else.

    >>> parted("200元/亩"), parted("90％"), parted("1,200 户"), parted("1.2万人")
    (('200', '元/亩'), ('90', '%'), ('1,200', '户'), ('1.2', '万人'))
    >>> [parted(text) for text in ("90", "5天以内", "2022年", "11月底", "3-5次", "90%以上", "若干")]
    [None, None, None, None, None, None, None]
    """
    found = _PARTS.fullmatch(fold(text).strip())
    if found is None or any(word in found[2] for word in _NO_UNIT):
        return None
    if found[2].startswith("年") and found[1].isdigit() and int(found[1]) in _YEARS:
        return None
    return found[1], found[2]
