"""What reading a number comes to. Bottom of this package: imports nothing of ours.

A blank, an explicit "none" and something we could not read are three different states, never one ``None``:
a blank is asked for, a "none" is accepted, an unreadable content is sent back with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

NONE: Final = "—"
"""An explicit "none" in a number field, whichever of its signs was typed."""

UNREADABLE: Final = "#?"
"""What a helper cell of the workbook holds when a content cannot be read."""

STORED_AS_TEXT: Final = "以文本形式存放"
"""How the note begins on a number that is only stored as text: nothing about it is in doubt."""

REMEMBERED: Final = 4096
"""How many texts a reading function remembers: a text is asked for by many rules, and "100%" by every department."""


@dataclass(frozen=True, slots=True)
class Number:
    """What a text says as a number.

    ``value`` is set exactly when ``state`` is ``number``; for the unit "%" of a number field it is a
    fraction (0.5184), for a measure it is in percent points (51.84). ``note`` says what was normalised
    (for a 提示), "" when it was typed plainly. ``problem`` says why it could not be read; ``unit_clash``
    is then true when the text carries another unit than the cell's. Both texts go on after 填的是“…”， and
    do not repeat what was typed; an advice follows "；".
    """

    value: Decimal | None
    state: Literal["number", "blank", "none", "unreadable"]
    note: str = ""
    problem: str = ""
    unit_clash: bool = False


def plain(value: Decimal) -> str:
    """Return ``value`` without exponent and trailing zeros, to 15 significant digits.

    >>> [plain(Decimal(n)) for n in ("1.50", "1E+3", "-0.0", "0.30000000000000004")]
    ['1.5', '1000', '0', '0.3']
    """
    # Through float, as Excel does: the 15 digits are rounded from the binary number it keeps.
    shown = format(Decimal(format(float(value), ".15g")), "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
