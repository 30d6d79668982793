"""Arithmetic of a report's text that needs no form: parts and their total, shares, the same figure twice, goals.

Imports ``prose``, ``spoken``. Only what cannot be meant is told: parts that come to more than their total, not parts
that leave something over; the same words with two figures, not figures that look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from xltool import notation
from xltool.engine.filled import FilledForm, Reading
from xltool.findings import Finding
from xltool.form import Form, Key
from xltool.form.layout.workbook_layout import Address
from xltool.notation.words import canonical
from xltool.read.official import official_notices
from xltool.read.official.labels import squeeze
from xltool.read.official.plan import Piece, Plan
from xltool.read.official.prose import BareParagraph, told
from xltool.read.tables.grid import Paragraph

_AMOUNT = re.compile(r"(?P<figure>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?P<unit>万元|亿元|元|人|个|名|户|件)")
_SHARE = re.compile(r"占[^，。；,;0-9]{0,12}?(?P<figure>[0-9]+(?:\.[0-9]+)?)[%％]")
_NAMED = re.compile(
    r"(?P<name>[一-鿿]{4,14}?)(?:为|是|共计|共|合计)?(?P<figure>[0-9]+(?:\.[0-9]+)?)(?P<unit>万元|亿元)"
)
_TOTALS = ("决算", "总收入", "总支出", "资产总额", "净资产")
_BEFORE = ("上年", "去年", "同比", "较", "比上", "增加", "减少", "下降", "增长")
_MEASURED = re.compile(r"(?P<figure>[0-9]+(?:\.[0-9]+)?)(?P<unit>[一-鿿]{1,3})")
_CENT = Decimal("0.005")


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
    """Parts named after 其中 that come to more than what they are part of."""
    for sentence in item.text.split("。"):
        pieces = sentence.split("其中")
        for before, after in pairwise(pieces):
            totals = list(_AMOUNT.finditer(before.rstrip("，,：:；; ")))
            if not totals or totals[-1].end() < len(before.rstrip("，,：:；;(（ ")) or squeeze(totals[-1][0]) in seen:
                continue
            total = totals[-1]
            parts = [m for m in _AMOUNT.finditer(re.split(r"[；;]", after)[0]) if m["unit"] == total["unit"]]
            added = sum((_value(part) for part in parts), Decimal(0))
            if len(parts) >= 2 and added > _value(total) + _CENT:
                head = re.split(r"[，。；,;]", before[: total.start()])[-1][-12:]
                gap = notation.show_number(added - _value(total), "")
                yield official_notices.PARTS.finding(
                    *_spot(item),
                    "",
                    total[0],
                    total=f"{head}{total[0]}",
                    sum=notation.show_number(added, ""),
                    unit=total["unit"],
                    gap=gap,
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


def of_goals(plan: Plan, filled: FilledForm) -> Iterator[Finding]:
    """Figures of the goals against the indicators with the same unit and a name of the same words."""
    form = plan.form
    texts: list[Piece] = [
        piece
        for p in plan.prints
        if p.per_project
        for slot in p.slots
        if slot.head and not slot.row
        for piece in slot.pieces
        if piece.field
    ]
    for item in form.spec.scoring.items:
        if not (item.table and item.target and item.actual) or len(texts) != 2:
            continue
        for number in range(1, len(filled.issue.projects) + 1):
            for piece, shown in zip(texts, (item.target, item.actual), strict=True):
                yield from _goal(form, filled, number, piece.field, item.table, item.name, shown)


def _goal(
    form: Form, filled: FilledForm, project: int, text_id: str, table: str, name: str, shown: str
) -> Iterator[Finding]:
    reading = filled.reading(Key(project, text_id))
    if reading.address is None or not reading.typed:
        return
    text = squeeze(reading.typed)
    value_id, unit_id = _shown_of(form, shown)
    if not value_id:
        return
    for row in range(1, len(filled.issue.rows(project, table)) + 1):
        label = squeeze(filled.reading(Key(project, form.ids[name], row)).typed)
        unit = canonical(squeeze(str(filled.reading(Key(project, unit_id, row)).value)))
        value = notation.read_measure(str(filled.reading(Key(project, value_id, row)).value), unit).value
        if not label or value is None or unit in ("", "%"):
            continue
        near = [
            m
            for m in _MEASURED.finditer(text)
            if m["unit"].startswith(unit) and _alike(label, text[max(0, m.start() - 10) : m.start()])
        ]
        if near and all(Decimal(m["figure"]) != value for m in near):
            here = f"{near[0]['figure']}{unit}"
            there = f"{notation.show_number(value, '')}{unit}"
            yield official_notices.GOAL.finding(
                reading.address.sheet, (reading.address.a1,), "", here, there, here=here, name=label[:20], there=there
            )


def _shown_of(form: Form, name: str) -> tuple[str, str]:
    """The text and unit columns that a shown target or actual is made of."""
    bound = form.computed.get(form.ids[name])
    symbols = next((symbols for call, symbols in bound.field_calls if call == "SHOWN"), ()) if bound else ()
    return (symbols[0].id, symbols[1].id) if len(symbols) > 1 else ("", "")


def _alike(label: str, before: str) -> bool:
    """Whether an indicator's name and the words before a figure share three characters in a row."""
    return any(label[at : at + 3] in before for at in range(len(label) - 2))


def _value(match: re.Match[str]) -> Decimal:
    return Decimal(match["figure"].replace(",", ""))


def _spot(item: BareParagraph) -> tuple[str, tuple[str, ...]]:
    address = item.paragraph.address
    return address.sheet, (address.a1,)
