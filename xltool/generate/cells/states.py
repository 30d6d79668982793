"""Which rules speak of which cells: the basis of hints, marks, the 校验 sheet and the cover panel."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from xltool.engine.formulas import Formula, Formulas
from xltool.form.compiled.form import BoundRule
from xltool.form.layout.calculation_layout import FAR_MARKS
from xltool.form.layout.places import Place, of_rule
from xltool.form.layout.workbook_layout import CALC, Address, Layout, column_letters, keys_at

BoundState = tuple[BoundRule, Place]
_FIGURE = re.compile(r"\{[^{}]*\}")


class Mark(NamedTuple):
    """A column of an input row that is marked while a state is broken. ``state`` None: no rule there, a blank cell."""

    far: bool
    col: int
    cell: Address
    state: BoundState | None


class States:
    """All places of all rules, indexed by where they show."""

    def __init__(self, formulas: Formulas) -> None:
        layout = formulas.layout
        self.by_row: dict[tuple[str, int], list[BoundState]] = defaultdict(list)
        self.by_line: dict[tuple[str, str], list[BoundState]] = defaultdict(list)
        marks: dict[tuple[str, int], list[Mark]] = defaultdict(list)
        for rule in layout.form.rules:
            for place in of_rule(layout.form, rule, layout.issue):
                cells = tuple(layout.cells[key] for key in keys_at(layout, rule, place))
                if cells:
                    self.by_row[cells[0].sheet, cells[0].row].append((rule, place))
                    self.by_line[rule.rule.code, cells[0].sheet].append((rule, place))
                for cell in cells:
                    source = formulas.state_cell(rule, place)
                    far = source.row != formulas.line(cell.sheet, cell.row)
                    marks[cell.sheet, cell.row].append(Mark(far, cell.col, source, (rule, place)))
        self.marks = _alike(formulas, marks)

    def longest(self, title: str, row: int) -> list[str]:
        """What 填报提示 may say in a row, with figures of a usual length."""
        return [_FIGURE.sub("123.45", rule.rule.say) + "（另有 2 处）" for rule, _ in self.by_row[title, row]]

    def mark(self, formulas: Formulas, title: str, row: int) -> tuple[Formula, Formula | None]:
        """Which columns of a row are marked, such as ``|D||H|``; and the part of it that other lines of 计算 mark.

        The first formula holds the second, by its cell. Apart, the first is the same for all rows of a table.
        """
        line = formulas.line(title, row)
        own, far = ([mark for mark in self.marks[title, row] if mark.far is kind] for kind in (False, True))
        texts = [*_pieces(own), Address(CALC, line, FAR_MARKS).absolute]
        whole = Formula("&".join(texts), self.marked(formulas, title, row))
        return whole, Formula("&".join(_pieces(far)), _shown(formulas, far)) if far else None

    def marked(self, formulas: Formulas, title: str, row: int) -> str:
        """The text of ``mark`` for what is filled in now."""
        own, far = ([mark for mark in self.marks[title, row] if mark.far is kind] for kind in (False, True))
        return _shown(formulas, own) + _shown(formulas, far)

    def of_sheet(self, title: str, *, to_fill: bool) -> list[BoundState]:
        """Return the states whose leading cell is on a sheet: 待填 only, or all others."""
        return [
            state
            for (_, sheet), states in self.by_line.items()
            if sheet == title
            for state in states
            if state[0].rule.open is to_fill
        ]


def _alike(formulas: Formulas, marks: Mapping[tuple[str, int], list[Mark]]) -> dict[tuple[str, int], list[Mark]]:
    """Give rows of a kind the same marks in the same order, so that they share one formula.

    What a state in its own line of 计算 marks in one row of a table (or in one row outside tables), it would mark in
    every other; where the rule does not apply, the cell is blank and marks nothing.
    """
    kinds = _kinds(formulas.layout)
    taken = {(cell.row, cell.col) for _, _, cell in formulas.states}
    known: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    for place, row in marks.items():
        known[kinds[place]] |= {(mark.col, mark.cell.col) for mark in row if not mark.far}
    result = {}
    for place, row in marks.items():
        line = formulas.line(*place)
        blank = [
            Mark(False, col, Address(CALC, line, source), None)
            for col, source in known[kinds[place]]
            if (line, source) not in taken
        ]
        result[place] = sorted((*row, *blank), key=lambda mark: mark[:3])
    return result


def _pieces(marks: Sequence[Mark]) -> list[str]:
    """One text per column: states that hold say 0, those that do not apply nothing; the words of a broken one remain."""
    return [
        f'IF(SUBSTITUTE({"&".join(mark.cell.absolute for mark in same)},0,"")="","","|{column_letters(col)}|")'
        for col, same in groupby(marks, key=lambda mark: mark.col)
    ]


def _shown(formulas: Formulas, marks: Sequence[Mark]) -> str:
    broken = (mark.col for mark in marks if mark.state is not None and formulas.fails(*mark.state))
    return "".join(f"|{column_letters(col)}|" for col in dict.fromkeys(broken))


def _kinds(layout: Layout) -> dict[tuple[str, int], tuple[str, str]]:
    """The definition of the sheet and the table (or none) that a row belongs to."""
    fields = layout.form.fields
    return {
        (source.title, box.row): (source.source.id, fields[box.key.id].table if box.key.row else "")
        for source in layout.inputs
        for box in source.boxes
        if box.key is not None
    }
