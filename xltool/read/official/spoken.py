"""What people write into one cell of an official form: sign, figure and unit together, often in words.

Imports ``notation``. Two steps: what the official form itself prints ("≥50个", "3-5次") is taken apart silently; what is
read more generously than our own workbook does (百分之九十五, 已完成150次) carries a note, which becomes a 提示.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from xltool.notation import fold, read_deadline, read_interval
from xltool.notation.words import KNOWN_UNITS, LEADING_WORDS, NONES, SIGN_OF, TRAILING

_NUMBER = r"-?[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?"
_UNIT = r"[A-Za-z%‰㎡℃°μ一-鿿/·.*＊]{0,10}?"
_SIGN = "|".join(re.escape(word) for word in sorted(LEADING_WORDS, key=len, reverse=True))
_BEHIND = {word: sign for sign, words in TRAILING.items() for word in words} | {"内": "≤"}
_PLAIN = re.compile(
    rf"(?P<sign>{_SIGN})?(?P<number>{_NUMBER})(?P<unit>{_UNIT})(?:及|\(含\))?(?P<behind>以上|以下|以内|之内)?[。.]?"
)
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
_SPOKEN_UNITS = frozenset(unit for unit in KNOWN_UNITS if unit not in ("万", "亿", "分")) | {
    "项目",
    "人次",
    "场次",
    "批次",
    "个工作日",
    "工作日",
    "小时",
    "类",
    "种",
    "门",
    "期",
    "批",
    "轮",
    "本",
    "幅",
    "起",
    "株",
    "头",
    "只",
    "间",
    "栋",
    "支",
    "名",
    "名次",
}
_FILLERS = re.compile(
    r"(?:实际|全年|本年|全部|累计|共计|总共|已经|已|共|约|大约|近|将近|接近|左右|合计)+(?:完成|实施|开展|达到|达|为)?|(?:完成|控制在|保持在|稳定在|达到|达|开展|为)+|每(?:年|半年|季度|月|周|天|日)(?:至少)?"
)
_NAMED = re.compile(rf"(?P<name>[一-鿿（）()]{{2,16}}?)(?=(?:{_SIGN})-?[0-9])")
_DIGIT = {
    char: number
    for number, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_PLACE = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Measure:
    """A target or actual taken apart: ``nature`` its sign ("" if none), ``text`` figure or words, ``note`` how it was read."""

    nature: str
    text: str
    unit: str
    note: str = ""


@lru_cache(maxsize=8192)
def measure(typed: str) -> Measure:
    """Take a target or actual apart.

    >>> measure("≥50个"), measure("3-5次").nature, measure("显著提升").text
    (Measure(nature='≥', text='50', unit='个', note=''), '区间', '显著提升')
    >>> measure("百分之九十五").note, measure("每季度不少于1次").note, measure("控制在20万元以内").note
    ('按 95% 读取', '按 ≥1次 读取', '按 ≤20万元 读取')
    """
    text = fold(typed).replace(" ", "")
    if not text or text in NONES:
        return Measure("", fold(typed), "")
    if read_interval(text) is not None:
        unit = _unit_of_interval(text)
        return Measure("区间", text.removesuffix(unit), unit)
    if read_deadline(text, 2022) is not None and not text.isdigit():
        return Measure("", text, "")
    if (found := _plain(text)) is not None:
        return found
    loose = _loosened(text)
    if loose != text and (found := _plain(loose)) is not None:
        shown = f"{found.nature}{found.text}{found.unit}"
        return Measure(found.nature, found.text, found.unit, f"按 {shown} 读取")
    return Measure("", fold(typed), "")


def _plain(text: str) -> Measure | None:
    match = _PLAIN.fullmatch(text)
    if match is None or re.search(r"[0-9]", match["unit"]):
        return None
    unit, sign = match["unit"], SIGN_OF.get(match["sign"] or "", "")
    behind = match["behind"] or ""
    if not behind and unit.endswith("内") and len(unit) > 1:
        unit, behind = unit[:-1], "内"
    nature = sign or _BEHIND.get(behind, "")
    if not nature and unit and read_deadline(match["number"]) is not None:
        nature = "="  # 38508人: a figure of five digits with a unit is no date cell's number
    return Measure(nature, match["number"], unit.rstrip(".。"))


def _unit_of_interval(text: str) -> str:
    match = re.search(r"[0-9](?P<unit>[^0-9.]+)\Z", text)
    return match["unit"] if match else ""


def _loosened(text: str) -> str:
    """A text without the words around its figure, and with its Chinese numeral as digits."""
    if (named := _NAMED.match(text)) is not None:
        text = text[named.end() :]
    before = None
    while before != text:
        before = text
        match = _FILLERS.match(text)
        if match is not None and match.end() < len(text):
            text = text[match.end() :]
        text = re.sub(r"(?:左右|余|多|以上的?目标)\Z", "", text)
    if text.startswith("百分之"):
        rest = text.removeprefix("百分之")
        number = _numeral(rest) if _CHINESE.fullmatch(rest) else rest
        return f"{number}%" if number and re.fullmatch(_NUMBER, str(number)) else text
    sign = next((word for word in sorted(LEADING_WORDS, key=len, reverse=True) if text.startswith(word)), "")
    rest = text.removeprefix(sign)
    match = _CHINESE.match(rest)
    if match is not None:
        unit = re.sub(r"(以上|以下|以内|之内|内)\Z", "", rest[match.end() :])
        value = _numeral(match[0])
        if value is not None and unit in _SPOKEN_UNITS:
            return f"{sign}{value}{rest[match.end() :]}"
    return text


def _numeral(text: str) -> int | None:
    """A Chinese numeral below a hundred million.

    >>> _numeral("九十五"), _numeral("十二"), _numeral("一百零五"), _numeral("三万二千"), _numeral("百")
    (95, 12, 105, 32000, None)
    """
    total = section = digit = 0
    seen = False
    for char in text:
        if char in _DIGIT:
            digit, seen = _DIGIT[char], True
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif char in _PLACE:
            if not digit and not (char == "十" and not section and not total):
                return None
            section, digit, seen = section + (digit or 1) * _PLACE[char], 0, True
    return total + section + digit if seen else None
