"""The numbers Word itself writes before paragraphs (一、 （二） 3.): they stand in no text.

Imports ``text``. Levels come from numbering.xml, by way of the paragraph or its style. Counting goes on
over the whole document, so every paragraph must be asked in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xltool.read.tables.word.runs import child, local, switched, value

_PLACE = re.compile(r"%([1-9])")
_DIGITS, _STEMS = "〇一二三四五六七八九", "甲乙丙丁戊己庚辛壬癸"
_LEVELS = 9


def chinese(number: int) -> str:
    """Return a number below 100 as officials count.

    >>> chinese(3), chinese(10), chinese(12), chinese(40)
    ('三', '十', '十二', '四十')
    """
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _letter(number: int) -> str:
    return chr(64 + number) if 0 < number <= 26 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 40:
        return str(number)
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


_WRITTEN: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographTraditional": lambda n: _STEMS[n - 1] if 0 < n <= 10 else str(n),
    "decimalEnclosedCircle": lambda n: chr(0x245F + n) if 0 < n <= 20 else str(n),
    "decimalEnclosedCircleChinese": lambda n: chr(0x245F + n) if 0 < n <= 20 else str(n),
    "decimalZero": lambda n: f"{n:02}",
    "upperLetter": _letter,
    "lowerLetter": lambda n: _letter(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "none": lambda _: "",
}
_MARKS = frozenset(("bullet", "none"))


@dataclass(frozen=True, slots=True)
class _Level:
    """``plain``: every number of the label in figures (1.1 below 一、)."""

    start: int
    form: str
    text: str
    plain: bool


class Numbering:
    """What ``numbering`` and ``styles`` (root elements, or None) say, and how far each list has counted."""

    def __init__(self, numbering: Any = None, styles: Any = None) -> None:
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        for item in () if numbering is None else numbering:
            ident = value(item, "abstractNumId") or ""
            if local(item) == "abstractNum":
                self._levels[ident] = {n: level for n, level in map(_level, item) if level}
            elif local(item) == "num":
                self._list(item)
        properties = () if styles is None else styles.iterchildren("{*}style")
        self._styles = {
            value(style, "styleId"): found for style in properties if (found := _numbered(child(style, "pPr")))
        }

    def _list(self, item: Any) -> None:
        ident, based = value(item, "numId") or "", child(item, "abstractNumId")
        self._lists[ident] = "" if based is None else value(based) or ""
        for change in item.iterchildren("{*}lvlOverride"):
            start = child(change, "startOverride")
            if start is not None:
                self._starts[ident, _whole(value(change, "ilvl"))] = _whole(value(start))

    def label(self, paragraph: Any) -> str:
        """Return the number of a paragraph, ``""`` if it has none; counts on."""
        if not self._lists:
            return ""
        properties = child(paragraph, "pPr")
        style = None if properties is None else child(properties, "pStyle")
        found = _numbered(properties) or (self._styles.get(value(style)) if style is not None else None)
        if found is None or found[0] not in self._lists:
            return ""
        ident, at = found
        base = self._lists[ident]
        levels = self._levels.get(base, {})
        if at not in levels:
            return ""
        counts = self._counts.setdefault(base, [None] * _LEVELS)
        begin = self._starts.get((ident, at))
        if begin is not None and (ident, at) not in self._begun:
            counts[at] = begin
        else:
            before = counts[at]
            counts[at] = levels[at].start if before is None else before + 1
        self._begun.add((ident, at))
        counts[at + 1 :] = [None] * (_LEVELS - at - 1)
        return (
            ""
            if levels[at].form in _MARKS
            else _PLACE.sub(lambda m: _shown(levels, counts, int(m[1]) - 1, levels[at].plain), levels[at].text)
        )


def _shown(levels: dict[int, _Level], counts: list[int | None], at: int, plain: bool) -> str:
    level = levels.get(at)
    if level is None:
        return ""
    count = level.start if (counted := counts[at]) is None else counted
    return str(count) if plain else _WRITTEN.get(level.form, str)(count)


def _level(item: Any) -> tuple[int, _Level | None]:
    if local(item) != "lvl":
        return 0, None
    texts = {
        name: "" if (part := child(item, name)) is None else value(part) or ""
        for name in ("start", "numFmt", "lvlText")
    }
    return _whole(value(item, "ilvl")), _Level(
        _whole(texts["start"] or "1"), texts["numFmt"], texts["lvlText"][:50], switched(item, "isLgl")
    )


def _numbered(properties: Any) -> tuple[str, int] | None:
    """List and level of paragraph properties."""
    found = None if properties is None else child(properties, "numPr")
    ident = None if found is None else child(found, "numId")
    if found is None or ident is None:
        return None
    level = child(found, "ilvl")
    return value(ident) or "", 0 if level is None else min(_whole(value(level)), _LEVELS - 1)


def _whole(text: str | None) -> int:
    """A small number of a file; levels are 0 to 8."""
    return int(text[:6]) if text and text.isdecimal() else 0
