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
        "nil",
        "(null)",
        "<null>",
        "inf",
        "-inf",
        "[object object]",
        "\\n",
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
        *("≥", "≧", ">=", ">", "⩾", "=>", "﹥", "≥="),
        *("不低于", "不少于", "不小于", "大于等于", "大于或等于", "大于", "高于", "多于", "超过", "至少", "达到"),
        *("不得低于", "不得少于"),
    ),
    "≤": (
        *("≤", "≦", "<=", "<", "⩽", "=<", "﹤", "≤="),
        *("不超过", "不高于", "不多于", "不大于", "小于等于", "小于或等于", "小于", "低于", "少于", "至多"),
        *("不得超过", "不得高于"),
    ),
    "=": ("=", "═", "﹦", "等于"),
}
"""Signs and words before a number, after folding, by the operator they mean."""

TRAILING: Final = {"≥": ("以上",), "≤": ("以下", "以内", "之内")}
"""Words after a number and its unit; "及以上" is "及" before one of them."""

BOUNDS: Final = {"最低": "≥", "最少": "≥", "最高": "≤", "最多": "≤"}
"""Signs only where a digit follows: 最低90%, but 最低生活保障. Two characters each, the formula counts on it."""

SPOKEN_SIGNS: Final = {
    **BOUNDS,
    **dict.fromkeys(("不能低于", "不能少于", "达"), "≥"),
    **dict.fromkeys(("不能超过", "不能高于", "最长", "不到", "不足"), "≤"),
}
"""More of them for the bureau's side only: in a workbook's formula they would make a sign of 最低生活保障 or 达成."""

WITHIN: Final = ("天内", "时内", "钟内", "作日内")
"""Endings of a time that must not be exceeded; 日内 and 月内 also end a date."""

SIGN_OF: Final = {word: sign for sign, words in LEADING.items() for word in words}

LEADING_WORDS: Final = _by_length(SIGN_OF)

BARE_OPENERS: Final = ("￥", "¥", "共", "已完成")
"""What may stand before a number without saying anything of its size."""

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


_SPOKEN: Final = (
    *(
        "项目",
        "场次",
        "批次",
        "批",
        "工作日",
        "个工作日",
        "个月",
        "年",
        "月",
        "日",
        "周",
        "分钟",
        "秒",
        "类",
        "门",
        "轮",
        "幅",
        "起",
        "株",
    ),
    *(
        "只",
        "间",
        "支",
        "位",
        "盏",
        "口",
        "处",
        "例",
        "例次",
        "学时",
        "课时",
        "人年",
        "个百分点",
        "百分点",
        "‰",
        "TB",
        "个小时",
        "个村",
    ),
    *(
        "公斤",
        "千克",
        "kg",
        "克",
        "立方米",
        "m³",
        "m3",
        "公顷",
        "平方公里",
        "KM",
        "M",
        "T",
        "t",
        "ml",
        "万元",
        "亿元",
        "字",
        "行",
        "页",
        "字符",
    ),
    *(
        "个字符",
        "级",
        "层",
        "棵",
        "袋",
        "瓶",
        "艘",
        "架",
        "部",
        "面",
        "块",
        "段",
        "节",
        "斤",
        "票",
        "班",
        "校",
        "企业",
        "万人次",
        "万户",
        "万亩",
        "万平方米",
        "方",
        "万方",
    ),
)
FIGURE_UNITS: Final = frozenset((*(unit for unit in KNOWN_UNITS if unit not in ("万", "亿")), *_SPOKEN))
"""Units behind a figure that stands among words, on the bureau's side."""

_MORE_SYNONYMS: Final = {
    "KM": "公里",
    "m": "米",
    "t": "吨",
    "hm2": "公顷",
    "kg": "公斤",
    "KG": "公斤",
    "千克": "公斤",
    "m²": "平方米",
    "m2": "平方米",
    "m³": "立方米",
    "m3": "立方米",
    "方": "立方米",
    "万方": "万立方米",
    "位": "人",
    "人/次": "人次",
    "个工作日": "工作日",
    "个小时": "小时",
    "百分点": "个百分点",
}
"""Units that mean the same, where the workbook's formulas take no notice of it."""


def spoken_unit(unit: str) -> str:
    """Return a unit as it is compared on the bureau's side: signs between its parts do not count.

    >>> spoken_unit("元/人*月") == spoken_unit("元/人·月"), spoken_unit("元/人年"), spoken_unit("KM")
    (True, '元人年', '公里')
    """
    unit = _MORE_SYNONYMS.get(unit, unit)
    unit = canonical(unit)
    unit = _MORE_SYNONYMS.get(unit, unit)
    return "".join(sign for sign in unit if sign not in "/.·*＊每")


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
