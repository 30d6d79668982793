"""The line for signatures at the foot of an official form: what the department typed stands behind its label, else room for a pen.

Imports ``engine``, ``form``, ``cells``. Two callers: ``flow``, where the words stand in columns because no cell is merged, and ``prints``, where
the line is one cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xltool import expr, notation
from xltool.engine.formulas import Formula, Formulas
from xltool.form.definition.model import PrintSheet
from xltool.form.definition.paper import FOOT, PARTED, foot_text, foot_words
from xltool.form.layout.places import Place
from xltool.generate.cells.room import words_at

DAY = "2023年12月31日"
"""About as much room as a word without a label takes: a day."""


@dataclass(frozen=True, slots=True)
class SignedWord:
    """A word of the line; ``typed``: what the department filled in behind it, None where only a pen writes."""

    label: str
    typed: Formula | None


def words(sheet: PrintSheet, place: Place, formulas: Formulas) -> list[SignedWord]:
    """Return the words of a form's line that say something."""
    made = enumerate(foot_words(str(sheet.footer)))
    return [
        SignedWord(word.label, formulas.printed((sheet.id, FOOT, number), place) if word.shown else None)
        for number, word in made
        if word.label or word.shown
    ]


def arranged(
    sheet: PrintSheet, place: Place, formulas: Formulas, widths: Sequence[float], holds: Sequence[int]
) -> Iterator[tuple[int, Formula | str]]:
    """Yield what stands in which column: what is typed in the one behind its label, else in one cell with it.

    ``widths`` of the columns, and how many characters each ``holds``.
    """
    made = words(sheet, place, formulas)
    placed = list(words_at([word.label or DAY for word in made], widths))
    after = [*(col for col, _ in placed[1:]), len(widths)][: len(placed)]
    for (col, (first, last)), end in zip(placed, after, strict=True):
        group = made[first:last]
        if all(word.typed is None for word in group):
            yield col, "　".join(word.label for word in group)
        elif len(group) == 1 and group[0].label and group[0].typed and col + 1 < end:
            yield col, group[0].label
            yield col + 1, cut(group[0].typed, holds[col + 1])
        else:
            yield col, cut(joined(group), holds[col])


def joined(words: Sequence[SignedWord]) -> Formula:
    """Return words as one text."""
    parts, cached = [], []
    for word in words:
        text = expr.literal(word.label) if word.label else ""
        parts.append("&".join(filter(None, (text, word.typed.text if word.typed else ""))))
        cached.append(word.label + (notation.text_of(word.typed.cached) if word.typed else ""))
    return Formula('&"　"&'.join(parts), "　".join(cached))


def cut(text: Formula, holds: int) -> Formula:
    """Return a text that ends visibly where there is no room for more."""
    whole = notation.text_of(text.cached)
    shown = whole if len(whole) <= holds else f"{whole[: holds - 1]}…"
    return Formula(f'IF(LEN({text.text})>{holds},LEFT({text.text},{holds - 1})&"…",{text.text})', shown)


def line(sheet: PrintSheet, place: Place, formulas: Formulas) -> Formula | str:
    """Return the whole line of a form; a text if nothing of it is filled in by the department."""
    footer = str(sheet.footer)
    found = foot_words(footer)
    if not any(word.shown for word in found):
        return footer
    parts, values = [], []
    for number, word in enumerate(found):
        typed = formulas.printed((sheet.id, FOOT, number), place) if word.shown else Formula("", "")
        values.append(notation.text_of(typed.cached))
        blanks = (
            f'REPT("　",MAX({PARTED},{word.room}-LEN({typed.text})))' if typed.text else expr.literal("　" * word.room)
        )
        parts += [expr.literal(word.label) if word.label else "", typed.text, blanks if word.room else ""]
    return Formula("&".join(filter(None, parts)), foot_text(found, values))
