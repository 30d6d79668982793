"""What people write into one cell of an official form: sign, figure and unit together, often in words.

Imports the other modules of the room. Two steps: what the official form itself prints ("≥50个", "3-5次") is taken apart
silently; what is read more generously than the workbook's formulas do (百分之九十五, 已完成150次) carries a note, which
becomes a 提示. What is in doubt stays words: a figure behind words that deny or date it is not taken out of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from xltool.notation.deadlines import read_deadline
from xltool.notation.folding import fold
from xltool.notation.spans import read_interval
from xltool.notation.spoken.patterns import DIGIT_UNITS, NUMBER, SIGN, SIGNS, UNIT, counter_of, is_nothing, is_unit
from xltool.notation.understood import REMEMBERED, plain
from xltool.notation.words import NONES, TRAILING

_LONGEST: Final = 60
"""A text of more characters is not searched for a figure: it is a report, and searching takes its square in time."""
_SAYS: Final = re.compile("[0-9零〇一二两三四五六七八九十百千万年]")
"""Without one of these a text says no figure and no day, whatever words are taken off it."""
_BEHIND: Final = {word: sign for sign, words in TRAILING.items() for word in words} | {"内": "≤"}
_PLAIN: Final = re.compile(
    rf"(?P<sign>{SIGN})?(?P<number>{NUMBER})(?P<unit>{UNIT})(?:及|\(含\))?(?P<behind>以上|以下|以内|之内)?[。.]?"
)
_RANGE: Final = re.compile(
    rf"(?P<low>{NUMBER})(?P<one>{UNIT})(?:-|~|～|—|–|至|到)(?P<high>{NUMBER})(?P<unit>{UNIT})(?:以内|之内|内|之间)?"
)
_PERIOD: Final = re.compile(
    r"20[0-9]{2}[.][0-9]{1,2}[-~至—–]20[0-9]{2}[.].*|20[0-9]{2}(?:0[1-9]|1[0-2])[-~至—–]20[0-9]{4}|20[0-9]{2}年?[-~至—–]+20[0-9]{2}年"
)
"""From a month or a year to another: no interval of figures."""
_APART: Final = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])")
_NO_UNIT: Final = re.compile(r"[含余多左前内底末]|以[上下]|之间|^(?:年|月|日|%.|[千百][元人户亩件次斤吨])")


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
    if not re.fullmatch(r"20[0-9]{6}", text) and not is_nothing(text) and (found := _strict(text)) is not None:
        return (
            replace(found, note="按 " + _shown(found) + " 读取") if folded != text and _APART.search(folded) else found
        )
    if len(text) > _LONGEST or not _SAYS.search(text):
        return Measure("", folded, "")
    return _spoken(text, folded, year)


def _spoken(text: str, folded: str, year: int | None) -> Measure:
    """What is said in other words than the official form prints: seldom, and knowing them all takes a while."""
    from xltool.notation.spoken.days import spoken_day
    from xltool.notation.spoken.loosened import among, loosened

    if day := spoken_day(text):
        last = read_deadline(day, year) if year else None
        shown = last.isoformat() if last else day
        return Measure("", shown, "", f"按 {shown} 读取")
    limit, loose = loosened(text)
    found = _strict(loose) if loose != text else None
    if found is None and (one := among(text) or among(loose)):
        limit, found = "", _strict(one)
    if found is not None:
        found = replace(found, nature=found.nature or limit, unit=counter_of(found.unit))
        return replace(found, note=f"按 {_shown(found)} 读取")
    return Measure("", folded, "")


def _shown(found: Measure) -> str:
    return f"{'' if found.nature == '区间' else found.nature}{found.text}{found.unit}"


def _strict(text: str) -> Measure | None:
    if _PERIOD.fullmatch(text):
        return None
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
    unit, sign = match["unit"].rstrip(".。"), SIGNS.get(match["sign"] or "", "")
    behind = match["behind"] or ""
    if not behind and unit.endswith("内") and len(unit) > 1:
        unit, behind = unit[:-1], "内"
    if re.search(r"[0-9]", unit) and unit.lower().lstrip("万亿") not in DIGIT_UNITS:
        return None
    if unit and not is_unit(unit) and (len(unit) > (8 if "/" in unit else 4) or _NO_UNIT.search(unit)):
        return None
    nature = sign or _BEHIND.get(behind, "")
    return Measure(nature, match["number"], unit)


def _unit_of_interval(text: str) -> str:
    match = re.search(r"[0-9](?P<unit>[^0-9.]+)\Z", text)
    return match["unit"] if match else ""
