"""Which rules speak of which cells: the basis of hints, marks, the 校验 sheet and the cover panel."""

from __future__ import annotations

import re
from collections import defaultdict

from xltool.engine.formulas import Formula, Formulas
from xltool.form.bind import REQUIRED, BoundRule
from xltool.form.layout import Address, Layout, column_letters, keys_at
from xltool.form.places import Place, of_rule

State = tuple[BoundRule, Place]
_FIGURE = re.compile(r"\{[^{}]*\}")


class States:
    """All places of all rules, indexed by where they show."""

    def __init__(self, layout: Layout) -> None:
        self.by_row: dict[tuple[str, int], list[State]] = defaultdict(list)
        self.marks: dict[tuple[str, int], list[tuple[State, int]]] = defaultdict(list)
        self.by_line: dict[tuple[str, str], list[State]] = defaultdict(list)
        for rule in layout.form.rules:
            for place in of_rule(layout.form, rule, layout.shape):
                cells = tuple(layout.cells[key] for key in keys_at(layout, rule, place))
                if cells:
                    self._index((rule, place), cells)

    def _index(self, state: State, cells: tuple[Address, ...]) -> None:
        first = cells[0]
        self.by_row[first.sheet, first.row].append(state)
        self.by_line[state[0].rule.code, first.sheet].append(state)
        for cell in cells:
            self.marks[cell.sheet, cell.row].append((state, cell.col))

    def longest(self, title: str, row: int) -> list[str]:
        """What 填报提示 may say in a row, with figures of a usual length."""
        return [_FIGURE.sub("123.45", rule.rule.say) + "（另有 2 处）" for rule, _ in self.by_row[title, row]]

    def mark(self, formulas: Formulas, title: str, row: int) -> Formula:
        """Which columns of a row are marked, such as ``|D||H|``."""
        cells = formulas.calc.states
        parts = [
            f'IF(LEN({cells[rule.rule.code, place].absolute})>1,"|{column_letters(col)}|","")'
            for (rule, place), col in self.marks[title, row]
        ]
        return Formula("&".join(parts), self.marked(formulas, title, row))

    def marked(self, formulas: Formulas, title: str, row: int) -> str:
        """The text of ``mark`` for what is filled in now."""
        fails = formulas.evaluation.fails
        return "".join(f"|{column_letters(col)}|" for state, col in self.marks[title, row] if fails(*state))

    def of_sheet(self, title: str, *, required: bool) -> list[State]:
        """Return the states whose leading cell is on a sheet: 必填 only, or all others."""
        return [
            state
            for (_, sheet), states in self.by_line.items()
            if sheet == title
            for state in states
            if (state[0].rule.on == REQUIRED) is required
        ]
