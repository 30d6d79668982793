"""Figures of a form that are the same thing twice: the cells of one row of a grid of amounts, and last year's figure beside this year's.

Imports nothing of ``check``. Both are in the definition, so no form names its kin; a newcomer would write a rule for each row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from xltool.form import Form
from xltool.form.definition.model import LAST_YEAR, GridBlock

SLIP = 5000
"""A figure this many times another was meant in 元 (10,000 times, with room for a real change)."""
_LEAST = Decimal("0.1")  # 万元: below it a real figure may well be thousands of times larger


def is_amount(form: Form, ident: str) -> bool:
    """Whether an id is a single figure of money."""
    info = form.fields.get(ident)
    return info is not None and not info.table and info.field.is_number and info.field.unit.endswith("元")


@lru_cache(maxsize=32)
def kin(form: Form) -> tuple[tuple[str, ...], ...]:
    """Return the ids that belong together, in the order of the form; each group has at least two."""
    return tuple(group for group in _groups(form) if len(group) > 1)


def _groups(form: Form) -> Iterator[tuple[str, ...]]:
    for block in (block for sheet in form.spec.sheets for block in sheet.blocks):
        if isinstance(block, GridBlock) and not block.items:
            for row in block.rows:
                cells = (block.cell(row, column) for column in block.columns)
                yield tuple(cell.id for cell in cells if cell is not None and is_amount(form, cell.id))
    for ident, info in form.fields.items():
        source, _, name = info.field.prefill.partition(".")
        other = form.ids.get(name, "")
        # In a grid the row has it already.
        if source == LAST_YEAR and other and not info.grid and is_amount(form, ident) and is_amount(form, other):
            yield (other, ident)


def outgrown(amounts: Mapping[str, Decimal]) -> tuple[Sequence[str], str]:
    """Return those of one kin that are thousands of times the others, and the largest of the others; none: ``(), ""``.

    >>> outgrown({"last": Decimal(12), "budget": Decimal(130000), "final": Decimal("12.8")})
    (['budget'], 'final')
    >>> outgrown({"last": Decimal("0.01"), "budget": Decimal(130), "final": Decimal(120)})
    ((), '')
    """
    ranked = sorted((ident for ident in amounts if amounts[ident] > 0), key=lambda ident: amounts[ident])
    for at in range(1, len(ranked)):
        below = amounts[ranked[at - 1]]
        if below >= _LEAST and amounts[ranked[at]] >= below * SLIP:
            return ranked[at:], ranked[at - 1]
    return (), ""
