"""The sheets no department needs to see: calculation, drop-down lists, identity."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from xltool.engine.formulas import Formula, Formulas
from xltool.form import Form, Issue
from xltool.form.compiled.form import BoundRule
from xltool.form.layout import mapping
from xltool.form.layout.calculation_layout import COUNT, FAR_MARKS, HINT, MARKS
from xltool.form.layout.places import Place
from xltool.form.layout.workbook_layout import CALC, Address, Layout, column_letters
from xltool.generate.cells.states import States
from xltool.generate.cells.steps import step
from xltool.generate.cells.write import ensure, put, put_formula

CHUNK = 30000
_TOKEN = re.compile(r'"(?:[^"]|"")*"|\{(?:"(?:[^"]|"")*",?)+\}')
_WORD = re.compile(r'"((?:[^"]|"")*)"')


def paint_calculation(sheet: Any, formulas: Formulas, states: States) -> None:
    """Write every intermediate value and rule state, the 填报提示 and the marks of every line."""
    for address, text in formulas.labels.items():
        ensure(sheet.write_string(address.row, address.col, text), text)
    for address, value in formulas.constants():
        put(sheet, address.row, address.col, value, None)
    words = _WordLists(formulas.last_row + 1)
    for key in formulas.keys:
        step(sheet, _written, sheet, words, formulas.calculation, key)
    for rule, place, address in formulas.states:
        step(sheet, _written, sheet, words, _state, formulas, rule, place, address)
    for row in formulas.lines:
        if row in states.by_row:
            step(sheet, _written, sheet, words, _hint, formulas, states, row)
        if row in states.marks:
            step(sheet, _written, sheet, words, _marks, formulas, states, row)
    words.paint(sheet)
    sheet.protect()
    sheet.very_hidden()


def _written(sheet: Any, words: _WordLists, make: Callable[..., Iterator[tuple[Address, Formula]]], *of: Any) -> None:
    for address, formula in make(*of):
        put_formula(sheet, address.row, address.col, Formula(words.moved_out(formula.text), formula.cached))


def _state(formulas: Formulas, rule: BoundRule, place: Place, address: Address) -> Iterator[tuple[Address, Formula]]:
    yield address, formulas.state(rule, place)


def _hint(formulas: Formulas, states: States, row: tuple[str, int]) -> Iterator[tuple[Address, Formula]]:
    line = formulas.line(*row)
    text, count = formulas.hint(line, states.by_row[row])
    yield Address(CALC, line, HINT), text
    yield Address(CALC, line, COUNT), count


def _marks(formulas: Formulas, states: States, row: tuple[str, int]) -> Iterator[tuple[Address, Formula]]:
    line = formulas.line(*row)
    whole, far = states.mark(formulas, *row)
    yield Address(CALC, line, MARKS), whole
    if far is not None:
        yield Address(CALC, line, FAR_MARKS), far


class _WordLists:
    """Array constants of formulas, moved to cells: Excel allows none in a shared formula.

    They only occur inside LOOKUP and SUMPRODUCT, which take a range just as well.
    """

    def __init__(self, row: int) -> None:
        self.row = row
        self.cols: dict[tuple[str, ...], int] = {}
        self.known: dict[str, str] = {}

    def moved_out(self, text: str) -> str:
        """Return a formula with ranges in place of its lists of words.

        Without the sheet's own name too, so that the formulas of a column can be shared.
        """
        if text not in self.known:
            short = text.replace(f"'{CALC}'!", "")
            self.known[text] = _TOKEN.sub(self._range, short) if "{" in short else short
        return self.known[text]

    def _range(self, token: re.Match[str]) -> str:
        text = token[0]
        words = tuple(word.replace('""', '"') for word in _WORD.findall(text)) if text.startswith("{") else ()
        if not all(words) or not words:
            return text
        col = column_letters(self.cols.setdefault(words, len(self.cols)))
        return f"${col}${self.row + 1}:${col}${self.row + len(words)}"

    def paint(self, sheet: Any) -> None:
        """Write the words below all formulas, row by row: the numbers of neighbours run on and take less room packed."""
        for offset in range(max(map(len, self.cols), default=0)):
            for words, col in self.cols.items():
                if offset < len(words):
                    ensure(sheet.write_string(self.row + offset, col, words[offset]), words[offset])


def paint_lists(sheet: Any, form: Form) -> None:
    """Write the words of every list, one column each, under the list's name."""
    for col, (name, words) in enumerate(form.spec.lists.items()):
        for row, word in enumerate((name, *words.words)):
            ensure(sheet.write_string(row, col, word), word)
    sheet.protect()
    sheet.hide()


def paint_identity(sheet: Any, layout: Layout, issue: Issue) -> None:
    """Write who this workbook was made for, its shape, its seal and its layout, in few cells, small enough for every program.

    The layout lets another version of the form find what was filled in here (``form.layout.mapping``).
    """
    rows = [
        ("xltool", "1"),
        ("form", issue.form),
        ("version", issue.version),
        ("department", issue.department),
        ("issue", issue.issue_id),
    ]
    text = issue.to_json()
    rows += [("shape", text[start : start + CHUNK]) for start in range(0, len(text), CHUNK)]
    rows += mapping.rows_of(layout)
    rows += [("seal", issue.seal)] if issue.seal else []
    for row, (name, value) in enumerate(rows):
        ensure(sheet.write_string(row, 0, name), name)
        ensure(sheet.write_string(row, 1, value), value[:40])
    sheet.protect()
    sheet.very_hidden()
