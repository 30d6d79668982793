"""The words of the notation: operators, units, signs for "none". Data only; imports nothing of ours.

Order matters where it says so: a formula picks the *last* word of a list that it finds, so a word that
ends (or begins) with another must stand after it. ``_by_length`` sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final


def _by_length(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=len))


NONES: Final = ("—", "–", "-", "--", "——", "/", "\\", "无", "*", "不适用")
"""How people write "none". The full-width "／" is folded to "/" first."""

MACHINE_BLANKS: Final = frozenset(
    (
        "nan",
        "none",
        "null",
        "nat",
        "<na>",
        "undefined",
        "#n/a",
        "#ref!",
        "#value!",
        "#div/0!",
        "#name?",
        "#null!",
        "#num!",
    )
)
"""What programs write into a cell that was empty or wrong, in lower case."""

LEADING: Final = {
    "≥": (
        "≥",
        "≧",
        ">=",
        ">",
        "不低于",
        "不少于",
        "不小于",
        "大于等于",
        "大于或等于",
        "大于",
        "高于",
        "超过",
        "至少",
        "达到",
    ),
    "≤": (
        "≤",
        "≦",
        "<=",
        "<",
        "不超过",
        "不高于",
        "不多于",
        "不大于",
        "小于等于",
        "小于或等于",
        "小于",
        "低于",
        "少于",
        "至多",
    ),
    "=": ("=", "═", "﹦", "等于"),
}
"""Signs and words before a number, after folding, by the operator they mean."""

TRAILING: Final = {"≥": ("以上",), "≤": ("以下", "以内", "之内")}
"""Words after a number and its unit; "及以上" is "及" before one of them."""

SIGN_OF: Final = {word: sign for sign, words in LEADING.items() for word in words}

LEADING_WORDS: Final = _by_length(SIGN_OF)

SYNONYMS: Final = (
    ("元整", "元"),
    ("名", "人"),
    ("百分比", "%"),
    ("㎡", "平方米"),
    ("平米", "平方米"),
    ("千米", "公里"),
    ("km", "公里"),
    ("日", "天"),
)
"""Endings of a unit that mean the same: (as written, as we compare)."""

SIMPLE_UNITS: Final = _by_length(
    (
        *"%人次个户场份项件家处台套天元亩期篇条辆座所米吨分村种头栋间本册张",
        *("人次", "万元", "亿元", "公里", "平方米", "小时"),
    )
)
"""What may follow a number when the row's unit is blank. No 年 月 日: those are dates."""

SCALES: Final = (
    {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)},
    {"米": Decimal(1), "公里": Decimal(1000)},
    {"平方米": Decimal(1), "公顷": Decimal(10_000), "平方公里": Decimal(1_000_000)},
    {"千克": Decimal(1), "公斤": Decimal(1), "吨": Decimal(1000)},
)
"""Units that convert into each other, for the figure we offer when a unit clashes."""

KNOWN_UNITS: Final = frozenset(
    (
        *SIMPLE_UNITS,
        *(unit for scale in SCALES for unit in scale),
        *(word for word, _ in SYNONYMS),
        "万",
        "亿",
        "万人",
        "万亩",
    )
)


def canonical(unit: str) -> str:
    """Return the unit as we compare it.

    >>> [canonical(u) for u in ("名", "万元整", "元/人·月", "百分比")]
    ['人', '万元', '元/人.月', '%']
    """
    unit = unit.replace("·", ".")
    for word, meaning in SYNONYMS:
        if unit.endswith(word):
            unit = unit.removesuffix(word) + meaning
    return unit


def aliases(unit: str) -> tuple[str, ...]:
    """Return what may stand after a number in a field of ``unit`` (folded), longest first.

    >>> aliases("万元"), aliases("人"), aliases("")
    (('万元整', '万元', '万'), ('人', '名'), ())
    """
    if not unit:
        return ()
    found = {unit, canonical(unit)}
    for word, meaning in SYNONYMS:
        if canonical(unit).endswith(meaning):
            found.add(canonical(unit).removesuffix(meaning) + word)
    if unit[0] in "万亿":
        found.add(unit[0])
    return tuple(sorted(found, key=lambda word: (-len(word), word)))
