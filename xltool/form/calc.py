"""The very hidden sheet 计算: one cell per value a formula can ask for, one per place a rule is checked.

Like ``form.layout`` it only deals in addresses. Cells of one table column stand side by side, the states of
one rule over a sheet's cells below each other, so that formulas can use ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from xltool.form.bind import BoundRule
from xltool.form.layout import CALC, Address, Layout
from xltool.form.places import Place, of_rule
from xltool.form.shape import Key


@dataclass(frozen=True, slots=True)
class CalcPlan:
    """Addresses on 计算. ``folded``: text of an input; ``values``: what formulas use; ``states``: rules.

    ``mirrors`` repeat the visible columns of a table that are not typed in, so that all columns lie the same way.

    A state cell holds ``""`` (does not apply), 0 (holds) or the rule's text (broken).
    """

    labels: Mapping[Address, str]
    folded: Mapping[Key, Address]
    values: Mapping[Key, Address]
    mirrors: Mapping[Key, Address]
    states: Mapping[tuple[str, Place], Address]


class _Planner:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.form, self.shape = layout, layout.form, layout.shape
        self.row = 0
        self.labels: dict[Address, str] = {}
        self.folded: dict[Key, Address] = {}
        self.values: dict[Key, Address] = {}
        self.mirrors: dict[Key, Address] = {}
        self.states: dict[tuple[str, Place], Address] = {}
        self.places = {rule.rule.code: list(of_rule(self.form, rule, self.shape)) for rule in self.form.rules}

    def at(self, col: int) -> Address:
        return Address(CALC, self.row, col)

    def label(self, text: str) -> None:
        self.labels[self.at(0)] = text

    def scalars(self, project: int) -> None:
        for ident, info in self.form.fields.items():
            item, key = info.field, Key(project, ident)
            if info.table or info.per_project != (project > 0) or (item.compute and not item.hidden):
                continue
            self.label(item.name)
            if item.is_input:
                self.folded[key] = self.at(1)
            self.values[key] = self.at(2) if item.is_number or item.compute else self.at(1)
            self.row += 1

    def single_states(self, project: int) -> None:
        for rule in self.form.rules:
            for place in self.places[rule.rule.code]:
                if place.project != project or _in_rows(rule, place):
                    continue
                self.label(rule.rule.code)
                self.states[rule.rule.code, place] = self.at(2)
                self.row += 1

    def table(self, project: int, table: str) -> None:
        """One line per column, one cell per row: formulas of a kind stand side by side, which halves the file."""
        numbers = range(1, len(self.shape.rows(project, table)) + 1)
        for item in self.form.tables[table].columns:
            keys = [Key(project, item.id, number) for number in numbers]
            if item.is_input and item.is_number:
                self.line(f"{item.name} 原文", self.folded, keys)
            elif item.is_input:
                self.folded |= {key: self.at(key.row) for key in keys}
            target = self.values if item.is_input or item.hidden else self.mirrors
            self.line(item.name, target, keys)
        for rule in self.form.rules:
            rows = [
                place for place in self.places[rule.rule.code] if place.project == project and _in_rows(rule, place)
            ]
            for _, group in groupby(rows, key=lambda place: place.cell.id if place.cell else place.table):
                self.label(rule.rule.code)
                for place in group:
                    self.states[rule.rule.code, place] = self.at(place.cell.row if place.cell else place.first)
                self.row += 1

    def line(self, label: str, target: dict[Key, Address], keys: list[Key]) -> None:
        self.label(label)
        target |= {key: self.at(key.row) for key in keys}
        self.row += 1

    def plan(self) -> CalcPlan:
        for project in range(len(self.shape.projects) + 1):
            self.label(f"# {project}")
            self.row += 1
            self.scalars(project)
            self.single_states(project)
            if project:
                for table in self.form.tables:
                    self.table(project, table)
        frozen = MappingProxyType
        return CalcPlan(
            frozen(self.labels), frozen(self.folded), frozen(self.values), frozen(self.mirrors), frozen(self.states)
        )


def _in_rows(rule: BoundRule, place: Place) -> bool:
    """Whether a place is one row of a table (and so belongs into the table's area)."""
    return place.cell.row > 0 if place.cell else bool(rule.table) and not rule.level


def plan(layout: Layout) -> CalcPlan:
    """Plan the calculation sheet of a workbook."""
    return _Planner(layout).plan()


def ranges(addresses: Iterable[Address]) -> list[str]:
    """Join neighbouring cells, down or across, into ranges: ``'计算'!$C$5:$C$9``."""
    result: list[str] = []
    run: list[Address] = []
    step = (0, 0)
    for address in addresses:
        if run:
            move = (address.row - run[-1].row, address.col - run[-1].col)
            if address.sheet != run[-1].sheet or move not in ((0, 1), (1, 0)) or (len(run) > 1 and move != step):
                result.append(_range(run))
                run = []
            step = move
        run.append(address)
    return [*result, _range(run)] if run else result


def _range(run: list[Address]) -> str:
    first, last = run[0].absolute, run[-1].absolute
    return first if len(run) == 1 else f"{first}:{last.rpartition('!')[2]}"
