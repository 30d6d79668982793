"""Figures written in Chinese numerals: 百分之九十五, 三次, 不少于两期, 超过六千万人. Imports ``words``.

Only before a unit that is known: 一般, 三公 and 一次 in the middle of a name are no figures.
"""

from __future__ import annotations

import re
from typing import Final

from xltool.notation.words import FIGURE_UNITS, SIGN_OF, SPOKEN_SIGNS

_DIGIT: Final = {
    char: number
    for number, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_PLACE: Final = {"十": 10, "百": 100, "千": 1000}
_WORDS: Final = tuple(sorted((*SIGN_OF, *SPOKEN_SIGNS), key=len, reverse=True))
_SIGN: Final = "|".join(map(re.escape, _WORDS))
_NUMERAL: Final = "[零〇一二两三四五六七八九十百千万]+"
_CHINESE: Final = re.compile(_NUMERAL)
_SHARE: Final = re.compile(
    r"百分之(?:(?P<digits>[0-9.]+)|(?P<whole>[零〇一二两三四五六七八九十百]+)(?:点(?P<part>[零〇一二三四五六七八九]+))?)"
)
_SPAN: Final = re.compile(rf"(?P<low>{_NUMERAL})(?:至|到|-|~)(?P<high>{_NUMERAL})(?P<unit>[一-鿿]{{1,5}})")
_BEHIND: Final = r"(?P<behind>以上|以下|以内|之内|内)?"
_NAMED: Final = re.compile(
    rf"(?P<name>[一-鿿]{{0,16}}?)(?P<sign>{_SIGN}|近|约|稳定在)(?P<verb>组织|开展|进行|召开|举办)?"
    rf"(?P<numeral>{_NUMERAL})(?P<unit>亿?[一-鿿]{{1,4}}?){_BEHIND}(?P<rest>[一-鿿]*)"
)
_TIMED: Final = re.compile("个?(?:工作日|小时)[之以]?内")
_RANKS: Final = ("类", "级")  # 一类, 三级


def counted(text: str) -> str:
    """Return a text whose figure is written as a Chinese numeral, with digits; itself where there is none.

    >>> [counted(text) for text in ("百分之九十五以上", "三次", "不少于两期", "三至五个工作日", "一般公共服务")]
    ['95%以上', '3次', '不少于2期', '3-5个工作日', '一般公共服务']
    >>> counted("城镇新增就业超过六千万人"), counted("每月巡查不少于一次"), counted("工程一次验收合格率≥98%")
    ('城镇新增就业超过60000000人', '每月巡查不少于1次', '工程一次验收合格率≥98%')
    """
    if (share := _SHARE.search(text)) is not None:
        return _as_share(text, share)
    if (span := _SPAN.fullmatch(text)) is not None and span["unit"] in FIGURE_UNITS:
        low, high = numeral(span["low"]), numeral(span["high"])
        return f"{low}-{high}{span['unit']}" if low is not None and high is not None else text
    sign = next((word for word in _WORDS if text.startswith(word)), "")
    rest = text.removeprefix(sign)
    if (match := _CHINESE.match(rest)) is not None:
        behind = re.sub(r"^[余多]", "", rest[match.end() :])
        unit = re.sub(r"(以上|以下|以内|之内|内)\Z", "", behind)
        value = numeral(match[0])
        timed = _TIMED.match(behind)
        if value is not None and (timed or (unit in FIGURE_UNITS and unit not in _RANKS)):
            return f"{sign}{value}{behind}"
    return _named(text) if not re.search("[0-9]", text) else text


def numeral(text: str) -> int | None:
    """A Chinese numeral below a hundred million.

    >>> numeral("九十五"), numeral("十二"), numeral("一百零五"), numeral("三万二千"), numeral("百")
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


def _as_share(text: str, share: re.Match[str]) -> str:
    whole = 100 if share["whole"] == "百" else numeral(share["whole"]) if share["whole"] else share["digits"]
    if whole is None:
        return text
    part = "".join(str(_DIGIT[char]) for char in share["part"] or "")
    return f"{text[: share.start()]}{whole}{'.' + part if part else ''}%{text[share.end() :]}"


def _named(text: str) -> str:
    """A numeral behind a word that says how it is meant: 每月巡查不少于一次, 覆盖近十亿人."""
    for match in _NAMED.finditer(text):
        unit = match["unit"]
        value = numeral(match["numeral"])
        known = unit in FIGURE_UNITS or unit.removeprefix("亿") in FIGURE_UNITS
        if match.end() == len(text) and value is not None and known and unit not in _RANKS:
            whole = match["name"] + match["sign"] + (match["verb"] or "")
            return f"{whole}{value}{unit}{match['behind'] or ''}{match['rest'] if match['verb'] else ''}"
    return text
