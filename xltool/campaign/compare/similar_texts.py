"""Texts copied from one department to another: both places and the share.

Imports ``campaign.alert``. Long texts are cut into overlapping pieces; a few fixed ones of each text (a sketch) find
which texts to compare in full, so that the texts of ten thousand returns fit into memory. A newcomer
would compare every text with every other; here only texts that share pieces of their sketches meet.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from xltool.campaign.compare.alert import Alert
from xltool.campaign.intake.rounds import label_of
from xltool.examine.outcome import Outcome
from xltool.form import Form

SHORTEST = 40  # characters without blanks and punctuation
SHARE = 0.7
_PIECE = 8
_SAMPLE = 8  # of a sketch: one piece in so many, so that a short text is found inside a long one,
_LOWEST = 10  # and the pieces of the lowest hashes, so that short texts have enough of them
_LIKELY = 0.3
_COMMON = 30  # a piece in more texts than this is a turn of phrase; its texts meet their neighbours only
_PARTS = 16
_NAMED = 5  # places of a group that are listed
_MEANINGLESS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose text it is, and where."""

    department: str
    name: str
    place: str


class Copies:
    """Collects long texts of all departments and finds those that are nearly the same."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._numbers: dict[str, int] = {}  # every different text once
        self._places: list[list[_Place]] = []
        self._labels: dict[str, str] = {}
        self._sketches: list[array[int]] = []

    def add(self, outcome: Outcome) -> None:
        """Take the long texts of one department."""
        issue = outcome.issue
        if issue is None:
            return
        for entry in outcome.entries:
            if len(entry.typed) < SHORTEST or issue.prefill.get(entry.key) == entry.typed:
                continue
            text = _MEANINGLESS.sub("", entry.typed)
            if len(text) >= SHORTEST:
                place = f"〔{entry.sheet}〕{entry.cell} {label_of(self._form, issue, entry.key)}"
                number = self._numbers.setdefault(text, len(self._places))
                if number == len(self._places):
                    self._places.append([])
                    self._sketches.append(_sketch(text))
                place = self._labels.setdefault(place, place)  # the same few in every return
                self._places[number].append(_Place(issue.department, issue.department_name, place))

    def alerts(self) -> Iterator[Alert]:
        """Yield one alert per group of texts that are equal or nearly so, from the first place of each."""
        texts = list(self._numbers)
        above = list(range(len(texts)))

        def head(number: int) -> int:
            while above[number] != number:
                above[number] = number = above[above[number]]
            return number

        lowest: dict[int, float] = {}
        for (one, other), count in sorted(self._shared().items()):
            if self._places[one][0].department == self._places[other][0].department:
                continue
            likely = count >= _LIKELY * min(len(self._sketches[one]), len(self._sketches[other]))
            share = _share(texts[one], texts[other]) if likely else 0.0
            if share >= SHARE:
                into, gone = sorted((head(one), head(other)))
                lowest[into] = min(lowest.get(into, share), lowest.pop(gone, share), share)
                above[gone] = into
        groups: dict[int, list[_Place]] = {}
        for number, places in enumerate(self._places):
            groups.setdefault(head(number), []).extend(places)
        for number, places in groups.items():
            first, *rest = places
            others = [place for place in rest if place.department != first.department]
            if others:
                named = "、".join(f"{place.name}{place.place}" for place in others[:_NAMED])
                shown = named + (f" 等 {len(others)} 处" if len(others) > _NAMED else "")
                share = lowest.get(number, 1.0)
                text = f"与{shown}文字完全相同。" if share == 1.0 else f"与{shown}约 {share:.0%} 的文字相同。"
                yield Alert("PL01", first.department, first.name, first.place, text, f"{share:.0%}")

    def _shared(self) -> Counter[tuple[int, int]]:
        """Count the pieces that two sketches share; part by part of all pieces, to keep memory low."""
        shared: Counter[tuple[int, int]] = Counter()
        for part in range(_PARTS):
            owners: dict[int, list[int]] = {}
            for number, sketch in enumerate(self._sketches):
                for piece in sketch:
                    if piece // _SAMPLE % _PARTS == part:
                        owners.setdefault(piece, []).append(number)
            for numbers in owners.values():
                shared.update(combinations(numbers, 2) if len(numbers) <= _COMMON else pairwise(numbers))
        return shared


def _sketch(text: str) -> array[int]:
    found = sorted(pieces(text))
    return array("I", [*found[:_LOWEST], *(piece for piece in found[_LOWEST:] if piece % _SAMPLE == 0)])


def _share(one: str, other: str) -> float:
    first, second = pieces(one), pieces(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def pieces(text: str) -> frozenset[int]:
    """Return the pieces of a text as hashes: the same text anywhere gives the same pieces."""
    data = text.encode("utf-16-le", "replace")
    return frozenset(zlib.crc32(data[at : at + 2 * _PIECE]) for at in range(0, max(1, len(data) - 2 * _PIECE + 1), 2))
