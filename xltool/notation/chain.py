"""Reading rules that run in Python and are written out as Excel formulas. Imports nothing of ours.

A rule is a list of replacements, not a regular expression: ``str.replace`` and SUBSTITUTE do the same thing,
so both sides agree by construction. "[" and "]" stand for the two ends of the text, which makes "only at the
end" a replacement too ("元]" → "]"). Texts that contain brackets themselves need no care: what is left over
is not a number, on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

ChainStep = tuple[str, str]
"""(what, by what), every occurrence, case-sensitive."""

_CONTROL = {"\t": "CHAR(9)", "\n": "CHAR(10)", "\r": "CHAR(13)"}

FLATTEN: Final[tuple[ChainStep, ...]] = tuple((str(digit), "0") for digit in range(1, 10))
"""Every digit becomes 0: what is left is the shape of the text."""

_SHAPE: Final[tuple[ChainStep, ...]] = (
    ("[-", "["),
    *FLATTEN,
    ("，", ","),
    (",000", "k"),  # a group of three
    ("k0", "x"),  # ... of more than three
    ("[k", "x"),  # ... with nothing before it
    ("0" * 16, "x"),
    ("[]", "x"),
    ("0", ""),
    (".k", "x"),  # a comma behind the decimal point
    ("k", ""),
)
_CLEAN: Final[tuple[ChainStep, ...]] = (("[", ""), ("]", ""), (",", ""), ("，", ""))


def run(text: str, steps: Sequence[ChainStep]) -> str:
    """Return ``text`` after the replacements."""
    for old, new in steps:
        text = text.replace(old, new)
    return text


def nest(expression: str, steps: Sequence[ChainStep]) -> str:
    """Return the Excel expression of ``run``: nested SUBSTITUTE, one level per step."""
    for old, new in steps:
        expression = f"SUBSTITUTE({expression},{quoted(old)},{quoted(new)})"
    return expression


_APART: Final[tuple[ChainStep, ...]] = (
    *((sign, "、") for sign in "，,；; "),
    ("、、", "、"),
    ("、、", "、"),
    ("、]", "]"),
)


def _taken_out(words: Sequence[str]) -> tuple[ChainStep, ...]:
    """Each word goes once, with a mark on both sides of it; what is left is bare."""
    return (
        *_APART,
        ("]", "、]"),
        *((f"、{word}、", "、") for word in words),
        *(("[、]", ""), ("[、", ""), ("、]", "")),
    )


def besides(text: str, words: Sequence[str]) -> str:
    """Return what a folded text holds besides some words put one behind the other; "" if nothing, a word said twice too.

    >>> besides("丙，甲", ("甲", "乙", "丙")), besides("甲、丁", ("甲", "乙")), besides("甲甲", ("甲",)), besides("甲、甲", ("甲",))
    ('', '丁', '甲甲', '甲')
    """
    return run(f"[、{text}]", _taken_out(words))


def besides_excel(x: str, words: Sequence[str]) -> str:
    """Return the Excel expression of ``besides``."""
    return nest(f'"[、"&{x}&"]"', _taken_out(words))


def quoted(text: str) -> str:
    """Return an Excel text literal.

    >>> quoted('a"b'), quoted(chr(10))
    ('"a""b"', 'CHAR(10)')
    """
    return _CONTROL.get(text) or '"' + text.replace('"', '""') + '"'


def array(words: Sequence[str]) -> str:
    """Return an array constant."""
    return "{" + ",".join(quoted(word) for word in words) + "}"


def last_found(words: Sequence[str], text: str) -> int | None:
    """Return the index of the last word of the list that occurs in ``text``."""
    return next((index for index in range(len(words) - 1, -1, -1) if words[index] in text), None)


def last_found_excel(words: Sequence[str], text: str, results: Sequence[str]) -> str:
    """Return the Excel expression that gives the result of the last word found, or #N/A.

    LOOKUP of a number above all takes the last number of the list and skips the errors of FIND.
    """
    return f"LOOKUP(9E9,FIND({array(words)},{text}),{array(results)})"


def number_in(text: str) -> Decimal | None:
    """Return the number between the brackets, or None.

    Digits with at most one point, a leading minus, commas (also ，) only between groups of three, and no run
    of more than 15 digits. Everything else is no number: VALUE would take 1e5, 3/4, 12:30, $5 and (5).

    >>> [str(number_in(f"[{text}]")) for text in ("-1,234.50", "1,31", "1e5", ".5", "-", "")]
    ['-1234.50', 'None', 'None', '0.5', 'None', 'None']
    """
    if run(text, _SHAPE).replace(".", "", 1) != "[]":
        return None
    return decimal_of(cleaned(text))


def cleaned(text: str) -> str:
    """Return the text that ``value_excel`` gives to VALUE."""
    return run(text, _CLEAN)


def is_number_excel(expression: str) -> str:
    """Return the Excel condition of ``number_in``; give its value only where this holds."""
    return f'SUBSTITUTE({nest(expression, _SHAPE)},".","",1)="[]"'


def value_excel(expression: str) -> str:
    """Return the Excel value of ``number_in`` (an error where ``number_in`` finds no digits)."""
    return f"VALUE({nest(expression, _CLEAN)})"


def decimal_of(text: str) -> Decimal | None:
    """Return the Decimal that VALUE gives for a text already known to be of the right shape."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
