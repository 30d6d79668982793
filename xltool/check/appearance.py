"""Cells that show something else than they hold. Imports ``notices``, ``readers``, ``spots``.

A workbook's formulas cannot see a number format or a struck-out word, so this is asked of the return only. What
people see is read by the rules for typed texts; where it comes to the same, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xltool.check import return_notices
from xltool.check.locations import FindingAt, order_of, spot_of
from xltool.check.readers import TEXT_READERS, beside, text_readers
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import Reading, read_value
from xltool.findings import Finding
from xltool.form import Key
from xltool.form.layout.workbook_layout import Address, Placed

_ALL = "全部"


def looks(layout: Placed, evaluation: Evaluation, order: dict[str, int]) -> Iterator[FindingAt]:
    """Yield what a number format makes another figure (one finding a sheet), and what is struck out."""
    other: dict[str, list[tuple[Key, Reading, Address]]] = {}
    for key in layout.cells:
        item, reading = layout.form.fields[key.id].field, evaluation.filled.reading(key)
        if not item.is_input or reading.address is None:
            continue
        if reading.struck:
            cell = spot_of(layout, evaluation, key)
            yield _struck(item.name, reading, cell), order_of(layout, order, key)
        # What was understood otherwise than it is stored (83.66 as a percentage) is told as such.
        told = reading.note or key in layout.issue.locked
        if reading.shown is not None and not told and not _same(layout, evaluation, key, reading):
            cell = spot_of(layout, evaluation, key)
            if reading.shown == f"{reading.typed}0" and not item.is_number:  # only a day reads otherwise by a last 0
                finding = return_notices.MONTH_UNCLEAR.finding(
                    cell.sheet,
                    (cell.a1,),
                    item.name,
                    reading.typed,
                    typed=reading.typed,
                    shown=reading.shown,
                    year=reading.typed[:4],
                )
                yield finding, order_of(layout, order, key)
                continue
            other.setdefault(cell.sheet, []).append((key, reading, cell))
    for sheet, found in other.items():
        key, first, _ = found[0]
        cells = tuple(cell.a1 for _, _, cell in found)
        names = dict.fromkeys(layout.form.fields[key.id].field.name for key, _, _ in found)
        shown = f"显示“{first.shown}”" if first.shown else "什么也不显示"
        finding = return_notices.SHOWN_OTHERWISE.finding(
            sheet,
            cells,
            "、".join(names),
            first.shown or "",
            first.typed,
            count=len(found),
            shown=shown,
            typed=first.typed,
        )
        yield finding, order_of(layout, order, key)


def _struck(name: str, reading: Reading, cell: Address) -> Finding:
    if reading.struck == _ALL:
        text = f"“{_brief(reading.typed)}”，都划掉了，核对时仍按它读取"
    else:
        text = f"“{_brief(reading.struck)}”，核对时按没有划掉的“{_brief(reading.typed)}”读取"
    return return_notices.STRUCK_OUT.finding(cell.sheet, (cell.a1,), name, reading.typed, what=text)


def _brief(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _same(layout: Placed, evaluation: Evaluation, key: Key, reading: Reading) -> bool:
    """Whether what is shown reads as what is stored, by every formula that reads it."""
    item, shown = evaluation.form.fields[key.id].field, reading.shown or ""
    if item.is_number:
        return read_value(item, shown).value == reading.value
    if not shown.strip():
        return False
    for name, (text, *more), result in text_readers(layout):
        if text.id != key.id or not result:
            continue
        if not isinstance(evaluation.value(beside(evaluation.form, key, result)), Decimal):
            continue
        others = [evaluation.value(beside(evaluation.form, key, symbol.id)) for symbol in more]
        if TEXT_READERS[name](shown, *others) != TEXT_READERS[name](reading.typed, *others):
            return False
    return True
