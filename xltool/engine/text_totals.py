"""Parts and their total in a sentence, as officials write them: 共100人，其中县级60人、乡级50人. Imports nothing of ours.

Only what cannot be meant is told: parts that come to more than their total, or an itemised sum that its own parts do
not give; parts that leave something over are no mistake.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

UNITS = (
    "万元|亿元|元|人次|场次|人|个|名|户|件|次|场|期|台|套|辆|亩|公里|平方米|米|吨|家|所|座|处|盏|份|批|项|村|起|宗|辆次"
)
_AMOUNT = re.compile(rf"(?P<figure>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?)(?P<unit>{UNITS})")
_TOTAL = re.compile(rf"[，,、](?:合计|共计|总计)[^0-9，,。；;]{{0,6}}(?P<figure>[0-9]+(?:\.[0-9]+)?)(?P<unit>{UNITS})")
_CLAUSE = re.compile(r"[。；;]")
_CENT = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Told:
    """A total (``head`` the words before it, ``total`` figure and unit) and what its parts come to."""

    head: str
    total: str
    unit: str
    added: Decimal
    gap: Decimal


def unequal(text: str, known: Collection[str] = ()) -> Iterator[Told]:
    """Yield the totals of a text, folded and without blanks, that their parts contradict; those ``known`` are left out.

    >>> [(told.total, str(told.added)) for told in unequal("培训3期共100人,其中县级60人,乡级50人。")]
    [('100人', '110')]
    >>> [(told.total, str(told.added)) for told in unequal("发放种子20吨、化肥30吨,合计60吨;培训10人,其中女性4人,男性3人。")]
    [('60吨', '50')]
    """
    for sentence in text.split("。"):
        for before, after in pairwise(sentence.split("其中")):
            plain = before.rstrip("，,：:；; (（")
            totals = list(_AMOUNT.finditer(plain))
            if not totals or totals[-1].end() < len(plain) or totals[-1][0] in known:
                continue
            total = totals[-1]
            parts = [m for m in _AMOUNT.finditer(_CLAUSE.split(after)[0]) if m["unit"] == total["unit"]]
            added = sum((_value(part) for part in parts), Decimal(0))
            if len(parts) >= 2 and added > _value(total) + _CENT:
                head = re.split(r"[，。；,;]", before[: total.start()])[-1][-12:]
                yield Told(head, total[0], total["unit"], added, abs(added - _value(total)))
    for clause in _CLAUSE.split(text):
        found_total = _TOTAL.search(clause)
        if found_total is None or "其中" in clause or f"{found_total['figure']}{found_total['unit']}" in known:
            continue
        pieces = re.split(r"[，,、]", clause[: found_total.start()])
        parts = [found for piece in pieces if (found := _AMOUNT.search(piece)) is not None]
        added = sum((_value(part) for part in parts), Decimal(0))
        alike = (
            len(parts) >= 2 and len(parts) == len(pieces) and all(part["unit"] == found_total["unit"] for part in parts)
        )
        if alike and abs(added - _value(found_total)) > _CENT:
            shown = f"{found_total['figure']}{found_total['unit']}"
            yield Told("合计", shown, found_total["unit"], added, abs(added - _value(found_total)))


def _value(match: re.Match[str]) -> Decimal:
    return Decimal(match["figure"].replace(",", ""))
