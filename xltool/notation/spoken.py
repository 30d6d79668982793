"""What people write into one cell of an official form: sign, figure and unit together, often in words.

Imports the other modules of the room. Two steps: what the official form itself prints ("≥50个", "3-5次") is taken apart
silently; what is read more generously than the workbook's formulas do (百分之九十五, 已完成150次) carries a note, which
becomes a 提示. What is in doubt stays words: a figure behind words that deny or date it is not taken out of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from xltool.notation.days import spoken_day
from xltool.notation.deadlines import read_deadline
from xltool.notation.folding import fold
from xltool.notation.spans import read_interval
from xltool.notation.understood import REMEMBERED, plain
from xltool.notation.words import FIGURE_UNITS, NONES, SIGN_OF, SPOKEN_SIGNS, TRAILING

_NUMBER: Final = r"-?[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?"
_LETTERS: Final = r"A-Za-z%‰㎡℃°μ²³一-鿿/·.*＊"
_UNIT: Final = rf"[{_LETTERS}]{{0,10}}?[23]?"
_SIGNS: Final = {**SIGN_OF, **SPOKEN_SIGNS}
_WORDS: Final = tuple(sorted(_SIGNS, key=len, reverse=True))
_SIGN: Final = "|".join(map(re.escape, _WORDS))
_BEHIND: Final = {word: sign for sign, words in TRAILING.items() for word in words} | {"内": "≤"}
_PLAIN: Final = re.compile(
    rf"(?P<sign>{_SIGN})?(?P<number>{_NUMBER})(?P<unit>{_UNIT})(?:及|\(含\))?(?P<behind>以上|以下|以内|之内)?[。.]?"
)
_RANGE: Final = re.compile(
    rf"(?P<low>{_NUMBER})(?P<one>{_UNIT})(?:-|~|～|—|–|至|到)(?P<high>{_NUMBER})(?P<unit>{_UNIT})(?:以内|之内|内)?"
)
_FUSED: Final = re.compile(
    rf"(?P<share>(?:{_SIGN})?{_NUMBER}%)(?:{_NUMBER})(?P<unit>[一-鿿]{{1,3}})"
    rf"|(?P<count>(?:{_SIGN})?{_NUMBER}(?P<counted>[一-鿿]{{1,3}}))(?:{_NUMBER})%"
)
"""A share and a count in one cell, 100%1000件: the first is meant."""
_AROUND: Final = re.compile(rf"(?P<middle>[0-9.]*)(?P<one>{_UNIT})±(?P<by>[0-9]+(?:\.[0-9]+)?)(?P<unit>{_UNIT})")
_BOTH: Final = re.compile(
    rf"(?:(?:{_SIGN})(?P<low>{_NUMBER})(?P<unit>{_UNIT})[且,，、和并]?(?P<below>{_SIGN})(?P<high>{_NUMBER})(?P=unit))"
    rf"|(?:(?P<low2>{_NUMBER})(?P<unit2>{_UNIT})[≤<][A-Za-z一-鿿]{{0,8}}[≤<](?P<high2>{_NUMBER})(?P=unit2))"
)
_APART: Final = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])")
_CHINESE: Final = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
_FREQUENCY: Final = re.compile(
    r"(?:平均)?(?:每人每?|每)(?:半年|季度|年度?|月|周|天|日)|全年|年均|一(?:年|月|周)(?=不|至)"
)
_COMPARED: Final = re.compile(
    r"(?:与|同|比|较)(?:上年度?|去年|上一年度?|上年同期|去年同期)?(?:相比|同期)?(?=增|减|下|上|提|降)|同比|环比"
)
_ABOUT: Final = re.compile(r"(?:大约|大概|约为?|将近|接近|近|共计|总计|总共|累计|合计|共|各|已经|已|实际)+")
_LEVEL: Final = {"控制在": "≤"}
"""Words before a figure that set a limit when nothing behind it says which."""
_STANDING: Final = re.compile(rf"(?P<words>[一-鿿]{{1,16}}?)(?P<rest>(?:{_SIGN})?(?:{_NUMBER}|百分之).*)")
_INNER: Final = re.compile(rf"(?P<sign>{_SIGN})(?P<words>[一-鿿]{{1,8}}?)(?P<rest>{_NUMBER}.*)")
_DOUBTFUL: Final = re.compile(r"[第无未非不年月日底前后如若级类版超]|标准|按照|左右")
_NO_UNIT: Final = re.compile(r"[含余多左前内底末]|以[上下]|^(?:年|月|日|%.|[千百][元人户亩件次斤吨])")
_NOTHING: Final = re.compile(r"(?:0|零)(?:事故|投诉|差错|发生|伤亡|违规|上访|缺陷|失误|案件)?")
_DIGIT: Final = {
    char: number
    for number, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_PLACE: Final = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Measure:
    """A target or actual taken apart: ``nature`` its sign ("" if none), ``text`` figure or words, ``note`` how it was read."""

    nature: str
    text: str
    unit: str
    note: str = ""


@lru_cache(maxsize=REMEMBERED)
def measure(typed: str, year: int | None = None) -> Measure:
    """Take a target or actual apart.

    ``year`` is the one meant where a day is said without; None leaves it unwritten.

    >>> measure("≥50个"), measure("3-5次").nature, measure("显著提升").text
    (Measure(nature='≥', text='50', unit='个', note=''), '区间', '显著提升')
    >>> measure("百分之九十五").note, measure("每季度不少于1次").note, measure("控制在20万元以内").note
    ('按 95% 读取', '按 ≥1次 读取', '按 ≤20万元 读取')
    >>> measure("第三季度", 2022).text, measure("不得超过5天").nature, measure("100±5%").text
    ('2022-09-30', '≤', '95-105')
    """
    folded = fold(typed)
    text = _APART.sub(lambda match: match[0].replace(" ", ""), folded)
    if not text or text in NONES or re.search(r"[0-9] [0-9]", text):
        return Measure("", folded, "")
    text = text.replace(" ", "")
    if not re.fullmatch(r"20[0-9]{6}", text) and not _NOTHING.fullmatch(text) and (found := _strict(text)) is not None:
        return (
            replace(found, note="按 " + _shown(found) + " 读取") if folded != text and _APART.search(folded) else found
        )
    if day := spoken_day(text):
        last = read_deadline(day, year) if year else None
        shown = last.isoformat() if last else day
        return Measure("", shown, "", f"按 {shown} 读取")
    loose = _loosened(text)
    if loose != text and (found := _strict(loose)) is not None:
        return replace(found, note=f"按 {_shown(found)} 读取")
    return Measure("", folded, "")


def _shown(found: Measure) -> str:
    return f"{'' if found.nature == '区间' else found.nature}{found.text}{found.unit}"


def _strict(text: str) -> Measure | None:
    if re.match(r"20[0-9]{2}[.][0-9]{1,2}[-~至—–]20[0-9]{2}[.]", text):
        return None  # a period, not an interval
    if read_interval(text) is not None and (match := _RANGE.fullmatch(text)) is None:
        unit = _unit_of_interval(text)
        return Measure("区间", text.removesuffix(unit), unit)
    if (match := _RANGE.fullmatch(text)) is not None and (found := _interval(match)) is not None:
        return found
    if read_deadline(text, 2022) is not None and not text.isdigit():
        return Measure("", text, "")
    return _plain(text)


def _interval(match: re.Match[str]) -> Measure | None:
    low, high = (Decimal(match[end].replace(",", "").replace("，", "")) for end in ("low", "high"))
    if (
        match["one"] not in ("", match["unit"])
        or re.search("[0-9]", match["unit"].rstrip("23"))
        or "月" in match["unit"]
    ):
        return None
    if read_deadline(match[0], 2022) is not None or low > high:
        return None
    return Measure("区间", f"{plain(low)}{'~' if low < 0 else '-'}{plain(high)}", match["unit"])


def _plain(text: str) -> Measure | None:
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    unit, sign = match["unit"].rstrip(".。"), _SIGNS.get(match["sign"] or "", "")
    behind = match["behind"] or ""
    if not behind and unit.endswith("内") and len(unit) > 1:
        unit, behind = unit[:-1], "内"
    if re.search(r"[0-9]", unit) and unit.lower() not in ("m2", "m3", "km2"):
        return None
    if unit and unit not in FIGURE_UNITS and (len(unit) > (8 if "/" in unit else 4) or _NO_UNIT.search(unit)):
        return None
    nature = sign or _BEHIND.get(behind, "")
    return Measure(nature, match["number"], unit)


def _unit_of_interval(text: str) -> str:
    match = re.search(r"[0-9](?P<unit>[^0-9.]+)\Z", text)
    return match["unit"] if match else ""


def _loosened(text: str) -> str:
    """A text without the words around its figure, and with its Chinese numeral as digits; itself where that is in doubt."""
    if _NOTHING.fullmatch(text):
        return "0"
    if (both := _between(text)) is not None:
        return both
    if (fused := _FUSED.fullmatch(text)) is not None and (fused["unit"] or fused["counted"]) in FIGURE_UNITS:
        return fused["share"] or fused["count"]
    text = text.replace("於", "于").replace("未超过", "不超过")
    text = re.sub(r"\((?:含|包含)[^)]*\)", "", text)
    text = re.sub(r"%?\((?:%|百分比)\)", "%", text)
    text = re.sub(r"[￥¥](?=[0-9])", "", text)
    text = re.sub(r"([0-9.]+)[Ee]\+?([0-9]{1,2})(?![0-9])", _scientific, text)
    text = re.sub(r"元每(人|户|亩|村|次|天)", r"元/\1", text)
    text = re.sub(r"人/次", "人次", text)
    text = re.sub(r"^超(?=[0-9])", "超过", text)
    text = re.sub(r"^([0-9]+)\+$", r"≥\1", text)
    text = _counted(text)
    limit = ""
    before = None
    while before != text:
        before = text
        for pattern in (_FREQUENCY, _COMPARED, _ABOUT):
            match = pattern.match(text)
            if match is not None and match.end() < len(text):
                text = text[match.end() :]
        text = re.sub(r"(?:左右|上下|以上的?目标)\Z", "", text)
        for word, sign in _LEVEL.items():
            if text.startswith(word):
                text, limit = text.removeprefix(word), sign
        if (inner := _INNER.fullmatch(text)) is not None and not _DOUBTFUL.search(inner["words"].replace("全年", "")):
            text = inner["sign"] + inner["rest"]
        elif (
            not text.startswith(_WORDS)
            and (standing := _STANDING.fullmatch(text)) is not None
            and not _DOUBTFUL.search(standing["words"])
        ):
            text = re.sub(r"^达到?(?=[0-9])", "", standing["rest"])  # 合格率达100%: that much, not at least
        text = _counted(text)
    text = re.sub(r"(?<=[0-9])[余多](?=[一-鿿])", "", text)
    text = re.sub(
        r"^(.*[0-9]%)[一-鿿]{1,4}$", lambda m: m[0] if m[0].endswith(("以上", "以下", "以内", "之内")) else m[1], text
    )
    text = re.sub(rf"^((?:{_SIGN})?[0-9]+次)(?:宣传|培训|检查|活动|以上?宣传)$", r"\1", text)
    text = re.sub(r"^(.*[0-9].{1,4}内)(?:办结|完成|办理|审核|发放|到位|答复|联系|回复|处置)$", r"\1", text)
    text = re.sub(r"([0-9]+(?:\.[0-9]+)?)([千百])(?=[元人户亩件次斤吨])", _multiplied, text)
    found = _plain(text)
    return limit + text if limit and found is not None and not found.nature else text


def _between(text: str) -> str | None:
    if (match := _BOTH.fullmatch(text)) is not None:
        low, high = match["low"] or match["low2"], match["high"] or match["high2"]
        return f"{low}-{high}{match['unit'] or match['unit2'] or ''}"
    if (match := _AROUND.fullmatch(text)) is not None and match["one"] in ("", match["unit"]):
        middle, by = Decimal(match["middle"] or 0), Decimal(match["by"])
        return f"{plain(middle - by)}{'~' if by > middle else '-'}{plain(middle + by)}{match['unit']}"
    if (match := re.fullmatch(rf"({_NUMBER})(?:-|~|至)({_NUMBER})(%)", text)) and Decimal(match[1]) > Decimal(match[2]):
        return f"{match[2]}-{match[1]}{match[3]}"
    return None


def _scientific(match: re.Match[str]) -> str:
    try:
        return plain(Decimal(f"{match[1]}E{match[2]}"))
    except InvalidOperation:
        return match[0]


def _multiplied(match: re.Match[str]) -> str:
    return plain(Decimal(match[1]) * _PLACE[match[2]])


def _counted(text: str) -> str:
    """A text whose figure is written as a Chinese numeral, with digits: 百分之九十五, 三次, 不少于两期."""
    share = re.search(
        r"百分之(?:(?P<digits>[0-9.]+)|(?P<whole>[零〇一二两三四五六七八九十百]+)(?:点(?P<part>[零〇一二三四五六七八九]+))?)",
        text,
    )
    if share is not None:
        whole = 100 if share["whole"] == "百" else _numeral(share["whole"]) if share["whole"] else share["digits"]
        if whole is None:
            return text
        part = "".join(str(_DIGIT[char]) for char in share["part"] or "")
        return f"{text[: share.start()]}{whole}{'.' + part if part else ''}%{text[share.end() :]}"
    sign = next((word for word in _WORDS if text.startswith(word)), "")
    rest = text.removeprefix(sign)
    match = _CHINESE.match(rest)
    if match is not None:
        behind = re.sub(r"^[余多]", "", rest[match.end() :])
        unit = re.sub(r"(以上|以下|以内|之内|内)\Z", "", behind)
        value = _numeral(match[0])
        if value is not None and unit in FIGURE_UNITS and unit not in ("类", "级"):  # 一类, 三级 are ranks
            return f"{sign}{value}{behind}"
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
