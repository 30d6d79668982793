"""What follows from a filled form, as Excel formulas. The Python side is ``engine.evaluation``.

A formula is a pair: its text and the result the engine computed, which becomes the cached value, so
that a preview that calculates nothing still shows the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xltool import expr, notation
from xltool.engine.evaluation import Evaluation, column_keys, level_value
from xltool.engine.filled import FilledForm, Reading, ReadingKind
from xltool.expr import NA, Symbol
from xltool.form import Key, Value
from xltool.form.compiled.form import (
    CELL,
    CELL_NAME,
    CELL_REST,
    CELL_TEXT,
    CELL_UNIT,
    GROUP_POINTS,
    ITEM_NAME,
    ITEM_TEXT,
    LEVEL_NAME,
    LEVEL_POINTS,
    LEVEL_REQUIRED,
    BoundRule,
    words_of,
)
from xltool.form.definition.model import FieldType
from xltool.form.layout.calculation_layout import COUNT, HINT, CalcPlan, gravity, ranges
from xltool.form.layout.places import Place
from xltool.form.layout.workbook_layout import CALC, Address, Layout


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its ``=`` and the value it gives."""

    text: str
    cached: Value


class Formulas:
    """Every formula of one workbook, with the cells of 计算 they stand in and the results they have now.

    ``form`` and ``layout`` say what the workbook is; where 计算 keeps a value and what was filled in is asked of here.
    """

    def __init__(self, layout: Layout, calc: CalcPlan, evaluation: Evaluation) -> None:
        self.layout, self.form = layout, layout.form
        self._calc, self._evaluation = calc, evaluation
        self._texts: dict[object, str] = {}

    def text(self, of: object, make: Callable[[], str]) -> str:
        """The text of a formula, made once: it does not depend on what is filled in."""
        if of not in self._texts:
            self._texts[of] = make()
        return self._texts[of]

    def follow(self, evaluation: Evaluation) -> None:
        """Take the results from another filling of the same layout from now on; the texts stay as they are."""
        self._evaluation = evaluation

    @property
    def labels(self) -> Mapping[Address, str]:
        """The headings of 计算, by cell."""
        return self._calc.labels

    @property
    def keys(self) -> Collection[Key]:
        """The fields that have a value on 计算, in its order."""
        return self._calc.values.keys()

    @property
    def states(self) -> Iterator[tuple[BoundRule, Place, Address]]:
        """Every state of every rule with its cell on 计算."""
        rules = {rule.rule.code: rule for rule in self.form.rules}
        return ((rules[code], place, cell) for (code, place), cell in self._calc.states.items())

    @property
    def lines(self) -> Iterable[tuple[str, int]]:
        """The rows of the input sheets, by title and index, that have a row of 计算."""
        return self._calc.lines.keys()

    @property
    def last_row(self) -> int:
        """The last row of 计算, from 0."""
        return self._calc.last_row

    def line(self, title: str, row: int) -> int:
        """Return the row of 计算 for a row of an input sheet, both from 0."""
        return self._calc.lines[title, row]

    def address(self, key: Key) -> Address:
        """Return the cell other formulas should refer to for a field's value."""
        return self._calc.values[key]

    def raw(self, key: Key) -> Address:
        """Return the cell of 计算 that holds an input as typed."""
        return self._calc.raw[key]

    def name_of_item(self, project: int, item: str) -> str:
        """Return the expression for the name of a row of a grid: its cell, or the name itself where it is fixed."""
        label = self._calc.items.get((project, item))
        return label.absolute if label else expr.literal(self.form.item_name(item))

    def state_cell(self, rule: BoundRule, place: Place) -> Address:
        """Return the cell of 计算 that holds the state of a rule at a place."""
        return self._calc.states[rule.rule.code, place]

    def everything(self) -> str:
        """Return the range of 计算 that holds every 填报提示, mark and state."""
        first, last = Address(CALC, 1, HINT), Address(CALC, self._calc.last_row, self._calc.state_cols[1])
        return f"{first.absolute}:{last.absolute.rpartition('!')[2]}"

    @property
    def filled(self) -> FilledForm:
        """What is filled in now."""
        return self._evaluation.filled

    @property
    def now(self) -> Evaluation:
        """What follows from what is filled in now."""
        return self._evaluation

    def filled_in(self, keys: Sequence[Key]) -> Formula:
        """How many of some fields are not blank."""
        areas = ranges(self.address(key) for key in keys)
        text = "+".join(f"SUMPRODUCT(--(LEN({area})>0))" for area in areas)
        return Formula(text or "0", Decimal(sum(self._evaluation.value(key) != "" for key in keys)))

    def reading(self, key: Key) -> Reading:
        """Return what is filled in now in a field."""
        return self._evaluation.filled.reading(key)

    def fails(self, rule: BoundRule, place: Place) -> bool | None:
        """Return whether a rule is broken now; None where it does not apply."""
        return self._evaluation.fails(rule, place)

    def message(self, rule: BoundRule, place: Place) -> str:
        """Return what a broken rule says now."""
        return self._evaluation.message(rule, place)

    def shown(self, key: Key) -> Formula:
        """What a visible cell that is not typed in holds: a computed value, or the default of an input."""
        if self.form.fields[key.id].field.compute:
            return Formula(self.address(key).absolute, self._evaluation.value(key))
        return self.computed(key)

    def computed(self, key: Key) -> Formula:
        """The formula of a computed field, or the default formula of an input where it still stands."""
        info = self.form.fields[key.id]
        place = Place(key.project, info.table, key.row, key.row, item=info.item)
        bound = self.form.computed[key.id]
        text = self.text(key, lambda: f'IFERROR({expr.to_excel(bound, _Cells(self, place))},"")')
        return Formula(text, self._evaluation.value(key))

    def printed(self, formula: tuple[str, int, int], place: Place) -> Formula:
        """The formula of a cell of an official form."""
        bound = self.form.prints[formula]
        text = self.text((formula, place), lambda: f'IFERROR({expr.to_excel(bound, _Cells(self, place))},"")')
        result = expr.evaluate(bound, self._evaluation.env(place))
        return Formula(text, "" if result is NA or isinstance(result, bool) else result)

    def state(self, rule: BoundRule, place: Place) -> Formula:
        """The state cell of a rule: ``""`` does not apply, 0 holds, text broken."""
        text = self.text((rule.rule.code, place), lambda: self._state(rule, place))
        fails = self._evaluation.fails(rule, place)
        cached: Value = self._evaluation.message(rule, place) if fails else "" if fails is None else Decimal(0)
        return Formula(text, cached)

    def _state(self, rule: BoundRule, place: Place) -> str:
        cells = _Cells(self, place)
        text = f"IF({expr.to_excel(rule.expect, cells)},0,{expr.template_to_excel(rule.say, cells)})"
        if rule.when is not None:
            text = f'IF({expr.to_excel(rule.when, cells)},{text},"")'
        return f'IFERROR({text},"")'

    def calculation(self, key: Key) -> Iterator[tuple[Address, Formula]]:
        """The formulas of the calculation sheet for a field that is typed in or computed."""
        if self.form.fields[key.id].field.compute:
            yield self._calc.values[key], self.computed(key)
        elif key in self._calc.raw:
            yield from self._input(key)

    def constants(self) -> Iterator[tuple[Address, Value]]:
        """What the calculation sheet holds of fields that are neither typed in nor computed."""
        for key, address in self._calc.values.items():
            if key not in self._calc.raw and not self.form.fields[key.id].field.compute:
                yield address, self._evaluation.value(key)

    def _input(self, key: Key) -> Iterator[tuple[Address, Formula]]:
        """An input as typed, its text folded, its number: three steps, so that the two long ones look alike in all rows."""
        raw, folded = self._calc.raw[key].absolute, self._calc.folded[key]
        item, reading, cell = (
            self.form.fields[key.id].field,
            self._evaluation.filled.reading(key),
            self.layout.cells[key].absolute,
        )
        value = self._evaluation.value(key)
        default = reading.kind is ReadingKind.DEFAULT
        yield self._calc.raw[key], Formula(f'IF({cell}="","",{cell})', value if default else reading.content)
        typed = notation.fold(reading.typed) if not default else notation.text_of(value)
        shown = self.text(folded, lambda: notation.fold_excel(raw))
        yield folded, Formula(shown, typed if item.is_number else value)
        if item.is_number:
            number = self._calc.values[key]
            text = self.text(
                number,
                lambda: (
                    notation.date_excel(raw, folded.absolute)
                    if item.is_date
                    else notation.number_excel(raw, folded.absolute, item.unit)
                ),
            )
            yield number, Formula(text, value)

    def hint(self, line: int, states: Sequence[tuple[BoundRule, Place]]) -> tuple[Formula, Formula]:
        """The 填报提示 of a row and the number of its problems.

        The gravest problem in words and how many more there are, so that it is never cut off. States of a line
        stand with the gravest last, so the last that is broken is the one.
        """
        first, last = (Address(CALC, line, col).absolute for col in self._calc.state_cols)
        broken = f"LEN({first}:{last.rpartition('!')[2]})>1"
        count = Address(CALC, line, COUNT).absolute
        ranked = sorted(states, key=lambda state: gravity(state[0]))
        texts = [self._evaluation.message(rule, place) for rule, place in ranked if self._evaluation.fails(rule, place)]
        more = f'IF({count}>1,"（另有 "&({count}-1)&" 处）","")'
        text = f'IF({count}=0,"",LOOKUP(2,1/({broken}),{first}:{last.rpartition("!")[2]})&{more})'
        shown = (texts[0] if texts else "") + (f"（另有 {len(texts) - 1} 处）" if len(texts) > 1 else "")
        return Formula(text, shown), Formula(f"SUMPRODUCT(--({broken}))", Decimal(len(texts)))

    def count(self, states: Sequence[tuple[BoundRule, Place]], *, broken: bool) -> Formula:
        """How many of some states are broken, or (``broken=False``) hold."""
        asked = tuple((rule.rule.code, place) for rule, place in states)
        areas = self.text(asked, lambda: " ".join(self._calc.areas(asked))).split()
        count = "SUMPRODUCT(--(LEN({})>1))" if broken else "COUNT({})"
        number = sum(self._evaluation.fails(rule, place) is broken for rule, place in states)
        return Formula("+".join(count.format(area) for area in areas) or "0", Decimal(number))


class _Cells:
    """The addresses a formula at one place uses."""

    def __init__(self, formulas: Formulas, place: Place) -> None:
        self.formulas, self.place = formulas, place

    def cell(self, symbol: Symbol) -> str:
        formulas, place = self.formulas, self.place
        if place.cell is not None and symbol.id in (CELL, CELL_NAME, CELL_UNIT, CELL_TEXT, CELL_REST):
            if symbol.id == CELL:
                return formulas.address(place.cell).absolute
            if symbol.id == CELL_REST:
                words = words_of(formulas.form, place.cell.id)
                return f"({notation.besides_excel(formulas.address(place.cell).absolute, words)})"
            if symbol.id == CELL_TEXT:
                return f'({formulas.raw(place.cell).absolute}&"")'
            item = formulas.form.fields[place.cell.id].field
            return expr.literal(item.name if symbol.id == CELL_NAME else item.unit)
        filled = formulas.filled
        if symbol.id == ITEM_NAME:
            return formulas.name_of_item(place.project, place.item)
        if symbol.id == ITEM_TEXT:
            return expr.literal(formulas.form.item_text(place.item))
        if symbol.id == LEVEL_NAME and (name := self.level_name()):
            return name
        if symbol.id in (LEVEL_NAME, LEVEL_POINTS, LEVEL_REQUIRED, GROUP_POINTS):
            return expr.literal(level_value(formulas.form, filled, place, symbol.id))
        ident = symbol.id.replace("*", place.item)
        info = formulas.form.fields[ident]
        key = Key(place.project if info.per_project else 0, ident, place.first if info.table else 0)
        return formulas.address(key).absolute

    def level_name(self) -> str:
        """The cell with the name of the place's block, if the table has it in a column."""
        kind = FieldType.LEVEL2 if self.place.level == 2 else FieldType.LEVEL1
        if self.place.table not in self.formulas.form.tables:
            return ""
        columns = self.formulas.form.tables[self.place.table].columns
        keys = (Key(self.place.project, item.id, self.place.first) for item in columns if item.type is kind)
        return next((self.formulas.address(key).absolute for key in keys), "")

    def column(self, symbol: Symbol) -> list[str]:
        formulas = self.formulas
        keys = column_keys(formulas.form, formulas.filled, self.place, symbol.id)
        return ranges(formulas.address(key) for key in keys)
