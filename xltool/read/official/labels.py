"""Labels of official forms as people write them: broken over lines, with blanks, units, points and numbers around.

Imports ``notation``. Two labels are the same when what is left of them is; the words that mean the same are data of
the form (``official.aliases``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from xltool.notation import fold

LONGEST = 24
"""A label is short; a longer text is content, whatever it begins with."""

_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_LEAD = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[、.．]|\((?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})\)|其中[:、]?|减[:、]|[*＊★])"
)
_SIGNS = re.compile(r"[“”\"'‘’《》:：*＊、，,。;；]")
_POINTS = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*分")


@lru_cache(maxsize=20_000)
def squeeze(text: str) -> str:
    """Return a text folded and without blanks and line breaks.

    >>> squeeze("项目支" + chr(10) + "出 名称（万元）")
    '项目支出名称(万元)'
    """
    return fold(text).replace(" ", "")


@lru_cache(maxsize=20_000)
def label_of(text: str) -> str:
    """Return what is left of a label: no blanks, brackets, leading numbers or signs.

    >>> label_of("其中：当年 财政拨款"), label_of("1、公务用车购置"), label_of("产出指标" + chr(10) + "（50分）"), label_of("“三公”经费")
    ('当年财政拨款', '公务用车购置', '产出指标', '三公经费')
    """
    plain = squeeze(text)
    while (match := _LEAD.match(plain)) is not None and match.end() < len(plain):
        plain = plain[match.end() :]
    return _SIGNS.sub("", _BRACKETS.sub("", plain))


def points_in(text: str) -> Decimal | None:
    """Return the points written behind a label: 产出指标(50分).

    >>> str(points_in("产出指标 (50分)")), points_in("产出指标")
    ('50', None)
    """
    found = [match for bracket in _BRACKETS.findall(squeeze(text)) for match in _POINTS.findall(bracket)]
    return Decimal(found[0]) if len(found) == 1 else None


class Vocabulary:
    """Labels that mean the same. A word may belong to several groups; where it stands then decides."""

    def __init__(self, aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._groups: dict[str, set[str]] = {}
        for label, words in aliases.items():
            group = {label_of(word) for word in (label, *words)}
            for word in group:
                self._groups.setdefault(word, set()).update(group)

    def meant(self, text: str) -> frozenset[str]:
        """Return the labels a text may stand for, itself among them; empty for a text too long to be one."""
        label = label_of(text)
        if not label or len(label) > LONGEST:
            return frozenset()
        return frozenset((label, *self._groups.get(label, ())))
