"""The very hidden sheet 计算: one cell per value a formula can ask for, one per place a rule is checked.

Like ``form.layout.workbook_layout`` it only deals in addresses. Every row of an input sheet that holds fields has one row here,
its line, with the row's values and the states of the rules that show in it. Cells of a kind stand below each
other, in columns of their own: only so can their formulas be shared (see ``generate.cells.shared_formulas``), and only so is
every list a formula needs one range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from xltool.form.compiled.form import BoundRule
from xltool.form.layout.issue import Key
from xltool.form.layout.places import Place, of_rule
from xltool.form.layout.workbook_layout import CALC, Address, Box, Layout, SheetLayout, keys_at

LABEL, HINT, COUNT, MARKS, FAR_MARKS, _FIRST_VALUE = range(6)
_SLOT = 3  # columns of a field: as typed, folded, value
RuleState = tuple[str, Place]


@dataclass(frozen=True, slots=True)
class CalcPlan:
    """Addresses on 计算. ``raw``: an input as typed; ``folded``: its text; ``values``: what formulas use.

    ``lines``: the row of 计算 for a row of an input sheet. ``items``: the name of a row of a grid, by project and
    row. ``states``: rules; such a cell holds ``""`` (does not apply), 0 (holds) or the rule's text (broken).
    ``state_cols``: first and last column of all states; the gravest stand last, so the last broken state of a line is
    the one to show.
    """

    labels: Mapping[Address, str]
    raw: Mapping[Key, Address]
    folded: Mapping[Key, Address]
    values: Mapping[Key, Address]
    states: Mapping[RuleState, Address]
    lines: Mapping[tuple[str, int], int]
    items: Mapping[tuple[int, str], Address]
    state_cols: tuple[int, int]
    last_row: int

    def areas(self, states: Iterable[RuleState]) -> list[str]:
        """Return few ranges that hold these states and no others (they may hold blank cells)."""
        wanted = {self.states[state] for state in states}
        others = [address for address in self.states.values() if address not in wanted]
        return [_range(*corners) for corners in _rectangles(sorted(wanted, key=_row_first), others)]


class _Planner:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.form, self.issue = layout, layout.form, layout.issue
        self.row = 0
        self.widest = _FIRST_VALUE
        self.labels: dict[Address, str] = {}
        self.raw: dict[Key, Address] = {}
        self.folded: dict[Key, Address] = {}
        self.values: dict[Key, Address] = {}
        self.lines: dict[tuple[str, int], int] = {}
        self.items: dict[tuple[int, str], Address] = {}
        self.rest: dict[Key, int] = {}
        self.slots: dict[Key, int] = {}

    def plan(self) -> CalcPlan:
        for table in self.form.tables:
            self.heads(table)
        for source in self.layout.inputs:
            self.sheet(source)
        last_row = self.row
        self.hidden_fields()
        states, state_cols = self.states()
        frozen = MappingProxyType
        return CalcPlan(
            frozen(self.labels),
            frozen(self.raw),
            frozen(self.folded),
            frozen(self.values),
            frozen(states),
            frozen(self.lines),
            frozen(self.items),
            state_cols,
            last_row,
        )

    def sheet(self, source: SheetLayout) -> None:
        """One line per row with fields, as far below the sheet's name as it is in the sheet; then one for hidden fields."""
        self.label(f"# {source.title}")
        top = self.row
        items: dict[tuple[str, str], int] = {}
        for row, boxes in _rows(source):
            self.row = top + row
            keys = [box.key for box in boxes if box.key is not None]
            single = [key for key in keys if not key.row]
            if keys and not single:
                self.table_row(source, row, keys[0])
            elif single:
                self.single_fields(source, row, single, items)
        self.row = top + source.last_row + 1
        self.rest |= {
            Key(source.project, ident): self.row for ident in self.hidden(source) if self.item(ident) not in items
        }
        self.row += 1

    def hidden_fields(self) -> None:
        """The hidden fields outside rows: each in a column of its own, where all projects share its formula."""
        cols: dict[str, int] = {}
        first = self.widest + 1
        for key, line in self.rest.items():
            self.row = line
            col = cols.setdefault(key.id, first + len(cols))
            self.labels[Address(CALC, 0, col)] = self.form.fields[key.id].field.name
            self.cell(key, col, 0)

    def single_fields(self, source: SheetLayout, row: int, keys: list[Key], items: dict[tuple[str, str], int]) -> None:
        """The fields of a row outside tables, and the hidden ones of its item."""
        self.lines[source.title, row] = self.row
        info = self.form.fields[keys[0].id]
        self.label(self.form.item_name(info.item) or info.field.name)
        if info.item:
            self.items[source.project, info.item] = Address(CALC, self.row, LABEL)
            item = self.item(info.field.id)
            keys = [*keys, *(Key(source.project, ident) for ident in self.hidden(source) if self.item(ident) == item)]
            items[item] = self.row
        for slot, key in enumerate(keys):
            self.cell(key, _FIRST_VALUE + slot * _SLOT, slot)

    def table_row(self, source: SheetLayout, row: int, key: Key) -> None:
        """The fields of a row of a table, shown or not."""
        self.lines[source.title, row] = self.row
        for slot, (ident, col) in enumerate(self.columns(self.form.fields[key.id].table)):
            self.cell(Key(source.project, ident, key.row), col, slot)

    def hidden(self, source: SheetLayout) -> list[str]:
        """Ids of a sheet's hidden fields outside tables."""
        return [
            ident
            for ident, info in self.form.fields.items()
            if info.sheet is source.source and not info.table and info.field.hidden
        ]

    def item(self, ident: str) -> tuple[str, str]:
        info = self.form.fields[ident]
        return info.grid, info.item

    def heads(self, table: str) -> None:
        """The names of a table's columns, once for all projects."""
        self.label(f"# {self.form.tables[table].name}")
        for item, col in self.columns(table):
            self.labels[Address(CALC, self.row, col)] = item
        self.row += 1

    def columns(self, table: str) -> Iterator[tuple[str, int]]:
        """Where the cells of each column of a table begin."""
        col = _FIRST_VALUE
        for item in self.form.tables[table].columns:
            yield item.id, col
            col += (1 + item.is_input + (item.is_input and item.is_number)) if not item.compute else 1

    def label(self, text: str) -> None:
        self.labels[Address(CALC, self.row, LABEL)] = text

    def cell(self, key: Key, col: int, slot: int) -> None:
        """Give a field its columns."""
        item = self.form.fields[key.id].field
        places = [Address(CALC, self.row, col + offset) for offset in range(_SLOT)]
        self.slots[key] = slot
        if item.is_input:
            self.raw[key], self.folded[key] = places[:2]
            self.values[key] = places[2] if item.is_number else places[1]
        else:
            self.values[key] = places[0]
        self.widest = max(self.widest, self.values[key].col)

    def states(self) -> tuple[dict[RuleState, Address], tuple[int, int]]:
        """Give every state a cell in the line where it shows; one column per rule (and cell of the line)."""
        found: list[tuple[RuleState, int, tuple[int, int]]] = []
        taken: dict[tuple[int, int], int] = {}
        for number, rule in enumerate(self.form.rules):
            for place in of_rule(self.form, rule, self.issue):
                keys = keys_at(self.layout, rule, place)
                if not keys:
                    continue
                first = self.layout.cells[keys[0]]
                line = self.lines[first.sheet, first.row]
                slot = self.slots[keys[0]] if rule.on_cells else taken.get((line, number), 0)
                taken[line, number] = slot + 1
                found.append(((rule.rule.code, place), line, (number, slot)))
        kinds = sorted({kind for _, _, kind in found}, key=lambda kind: (*gravity(self.form.rules[kind[0]]), kind))
        first_col = self.widest + 1
        cols = {kind: first_col + offset for offset, kind in enumerate(reversed(kinds))}
        states = {state: Address(CALC, line, cols[kind]) for state, line, kind in found}
        for (number, _), col in cols.items():
            self.labels[Address(CALC, 0, col)] = self.form.rules[number].rule.code
        return states, (first_col, first_col + max(len(kinds), 1) - 1)


def gravity(rule: BoundRule) -> tuple[int, bool]:
    """Sort key, gravest first; what is wrong comes before what is merely still open."""
    return rule.rule.severity.rank, rule.rule.open


def _rows(source: SheetLayout) -> Iterator[tuple[int, list[Box]]]:
    rows: dict[int, list[Box]] = {}
    for box in source.boxes:
        rows.setdefault(box.row, []).append(box)
    yield from sorted(rows.items())


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
                result.append(_range(run[0], run[-1]))
                run = []
            step = move
        run.append(address)
    return [*result, _range(run[0], run[-1])] if run else result


def _rectangles(cells: Sequence[Address], others: Sequence[Address]) -> Iterator[tuple[Address, Address]]:
    """Cover cells, sorted by rows, with rectangles that hold none of the others."""
    if not cells:
        return
    rows, cols = [cell.row for cell in cells], [cell.col for cell in cells]
    inside = [o for o in others if rows[0] <= o.row <= rows[-1] and min(cols) <= o.col <= max(cols)]
    if not inside:
        yield Address(CALC, rows[0], min(cols)), Address(CALC, rows[-1], max(cols))
        return
    gaps = [(after - before, at) for at, (before, after) in enumerate(pairwise(rows), start=1)]
    widest = max(gaps, default=(0, 0))
    if widest[0] > 0:
        yield from _rectangles(cells[: widest[1]], inside)
        yield from _rectangles(cells[widest[1] :], inside)
    else:
        yield from _rectangles(cells[:1], inside)
        yield from _rectangles(cells[1:], inside)


def _row_first(address: Address) -> tuple[int, int]:
    return address.row, address.col


def _range(first: Address, last: Address) -> str:
    return first.absolute if first == last else f"{first.absolute}:{last.absolute.rpartition('!')[2]}"
