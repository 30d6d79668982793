"""Texts copied from one department to another: both places and the share.

Imports ``campaign.alert``. Long texts are cut into overlapping pieces; a fixed quarter of the pieces finds
which texts to compare in full, so that ten thousand returns fit into memory. A newcomer
would compare every text with every other; here only texts that share rare pieces meet.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from xltool.campaign.alert import Alert
from xltool.campaign.rounds import label_of
from xltool.examine.outcome import Outcome
from xltool.form import Form

SHORTEST = 40  # characters without blanks and punctuation
SHARE = 0.7
_PIECE = 8
_SAMPLE = 4  # one piece in so many, to find what is worth comparing in full
_LIKELY = 0.4
_COMMON = 30  # a piece in more texts than this is a turn of phrase
_MEANINGLESS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Text:
    """A long text: whose, where, which pieces stand for it."""

    department: str
    name: str
    place: str
    text: str
    pieces: frozenset[int]


class Copies:
    """Collects long texts of all departments and finds those that are nearly the same."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._texts: list[_Text] = []
        self._same: dict[int, list[int]] = {}

    def add(self, outcome: Outcome) -> None:
        """Take the long texts of one department."""
        shape = outcome.shape
        if shape is None:
            return
        for entry in outcome.entries:
            if len(entry.typed) < SHORTEST or shape.prefill.get(entry.key) == entry.typed:
                continue
            text = _MEANINGLESS.sub("", entry.typed)
            if len(text) >= SHORTEST:
                place = f"〔{entry.sheet}〕{entry.cell} {label_of(self._form, shape, entry.key)}"
                whole = zlib.crc32(text.encode("utf-8", "replace"))
                self._same.setdefault(whole, []).append(len(self._texts))
                self._texts.append(_Text(shape.department, shape.department_name, place, text, pieces(text, _SAMPLE)))

    def alerts(self) -> Iterator[Alert]:
        """Yield one alert per group of equal texts and per pair of nearly equal ones."""
        kept = []
        for group in self._same.values():
            texts = [self._texts[index] for index in group]
            kept.append(group[0])
            if len({text.department for text in texts}) > 1:
                first, rest = texts[0], texts[1:]
                named = [f"{text.name}{text.place}" for text in rest if text.department != first.department]
                shown = "、".join(named[:5]) + (f" 等 {len(named)} 处" if len(named) > 5 else "")
                yield Alert("PL01", first.department, first.name, first.place, f"与{shown}文字完全相同。", "100%")
        shared: Counter[tuple[int, int]] = Counter()
        index: dict[int, list[int]] = {}
        for number in kept:
            for piece in self._texts[number].pieces:
                index.setdefault(piece, []).append(number)
        for numbers in index.values():
            if 1 < len(numbers) <= _COMMON:
                shared.update(combinations(numbers, 2))
        for (one, other), count in shared.items():
            first, second = self._texts[one], self._texts[other]
            likely = count / max(1, min(len(first.pieces), len(second.pieces))) >= _LIKELY
            share = _share(first.text, second.text) if likely and first.department != second.department else 0.0
            if share >= SHARE:
                text = f"与{second.name}{second.place}约 {share:.0%} 的文字相同。"
                yield Alert("PL01", first.department, first.name, first.place, text, f"{share:.0%}")


def _share(one: str, other: str) -> float:
    first, second = pieces(one, 1), pieces(other, 1)
    return len(first & second) / max(1, min(len(first), len(second)))


def pieces(text: str, sample: int) -> frozenset[int]:
    """Return the pieces that stand for a text: the same text anywhere gives the same pieces."""
    data = text.encode("utf-16-le", "replace")
    found = (zlib.crc32(data[at : at + 2 * _PIECE]) for at in range(0, max(1, len(data) - 2 * _PIECE + 1), 2))
    return frozenset(piece for piece in found if piece % sample == 0)
