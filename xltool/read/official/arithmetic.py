"""Arithmetic of a report's text that needs no form: parts and their total, shares, the same figure twice.

Imports ``prose``. Only what cannot be meant is told: parts that come to more than their total, not parts
that leave something over; the same words with two figures, not figures that look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from xltool import notation
from xltool.engine.filled import Reading
from xltool.engine.text_totals import unequal
from xltool.findings import Finding
from xltool.form import Key
from xltool.form.layout.workbook_layout import Address
from xltool.read.official import official_notices
from xltool.read.official.labels import squeeze
from xltool.read.official.prose import BareParagraph, told
from xltool.read.tables.grid import Paragraph

_SHARE = re.compile(r"占[^，。；,;0-9]{0,12}?(?P<figure>[0-9]+(?:\.[0-9]+)?)[%％]")
_NAMED = re.compile(
    r"(?P<name>[一-鿿]{4,14}?)(?:为|是|共计|共|合计)?(?P<figure>[0-9]+(?:\.[0-9]+)?)(?P<unit>万元|亿元)"
)
_TOTALS = ("决算", "总收入", "总支出", "资产总额", "净资产")
_BEFORE = ("上年", "去年", "同比", "较", "比上", "增加", "减少", "下降", "增长")


def of_text(paragraphs: Sequence[Paragraph], read: Mapping[Key, Reading]) -> Iterator[Finding]:
    """Yield what does not add up in the text. ``read``: figures the form's rules already look at are left to them."""
    known: dict[Address, set[str]] = {}
    for reading in read.values():
        if reading.address is not None:
            known.setdefault(reading.address, set()).add(squeeze(reading.typed))
    ready = [told(paragraph) for paragraph in paragraphs]
    for item in ready:
        seen = known.get(item.paragraph.address, set())
        yield from _parts(item, seen)
        yield from _shares(item, seen)
    yield from _twice(ready)


def _parts(item: BareParagraph, seen: set[str]) -> Iterator[Finding]:
    """Parts that their total contradicts."""
    for told_total in unequal(item.text, seen):
        yield official_notices.PARTS.finding(
            *_spot(item),
            "",
            told_total.total,
            total=f"{told_total.head}{told_total.total}",
            sum=notation.show_number(told_total.added, ""),
            unit=told_total.unit,
            gap=notation.show_number(told_total.gap, ""),
        )


def _shares(item: BareParagraph, seen: set[str]) -> Iterator[Finding]:
    """Shares of one whole in one sentence that come to more than it."""
    for sentence in item.text.split("。"):
        found = list(_SHARE.finditer(sentence))
        if len(found) < 2 or any(f"{match['figure']}%" in seen for match in found):
            continue
        total = sum((_value(match) for match in found), Decimal(0))
        if total > Decimal("100.05") and len({re.sub(r"[0-9.%％]", "", match[0]) for match in found}) == 1:
            yield official_notices.SHARES.finding(*_spot(item), sum=notation.show_number(total, ""))


def _twice(ready: Sequence[BareParagraph]) -> Iterator[Finding]:
    """The same words of a total with two different figures."""
    first: dict[tuple[str, str], tuple[str, BareParagraph]] = {}
    for item in ready:
        for match in _NAMED.finditer(item.text):
            name = match["name"]
            if not any(word in name for word in _TOTALS) or any(
                word in item.text[max(0, match.start() - 6) : match.end()] for word in _BEFORE
            ):
                continue
            shown = f"{match['figure']}{match['unit']}"
            old = first.setdefault((name, match["unit"]), (shown, item))
            if _value(match) != Decimal(old[0].removesuffix(match["unit"])) and old[1] is not item:
                yield official_notices.TWICE.finding(
                    *_spot(item),
                    "",
                    shown,
                    old[0],
                    name=name,
                    here=shown,
                    where=old[1].paragraph.address.a1,
                    there=old[0],
                )


def _value(match: re.Match[str]) -> Decimal:
    return Decimal(match["figure"].replace(",", ""))


def _spot(item: BareParagraph) -> tuple[str, tuple[str, ...]]:
    address = item.paragraph.address
    return address.sheet, (address.a1,)
