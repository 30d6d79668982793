"""The items of a flow, in the helper columns of an official form: their texts, and how many rows each takes.

Imports ``engine``, ``form``, ``cells``. ``sheets.flow`` prints the rows that follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import Any

from xltool import expr, notation
from xltool.engine.formulas import Formula, Formulas
from xltool.form import Key, Value
from xltool.form.definition.model import FieldType
from xltool.form.layout.places import Place
from xltool.form.layout.print_layout import Flow, PrintBox, PrintLayout
from xltool.form.layout.workbook_layout import column_letters
from xltool.generate.cells.room import capacity
from xltool.generate.cells.steps import Step
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import ensure, put_formula
from xltool.generate.sheets import signed
from xltool.generate.sheets.typed_texts import flat, typed_text

_ADDRESS = re.compile(r"'[^']+'!\$[A-Z]+\$[0-9]+")

LINES, BEFORE, START1, MIDDLE1, START2, MIDDLE2, SHOWN, PART, BORDER, NEEDED, REST = range(11)


class Items:
    """What there is to print, in helper columns: the items' texts, how many rows each takes, and what those cut short."""

    def __init__(self, sheet: Any, layout: PrintLayout, flow: Flow, formulas: Formulas, styles: Styles) -> None:
        self.sheet, self.layout, self.flow, self.formulas, self.styles = sheet, layout, flow, formulas, styles
        self.widths, self.wide = layout.source.widths, len(layout.source.widths)
        self.first = flow.top + 1
        self.footer = layout.source.footer if layout.last_row < flow.top + flow.room else ""
        self.count = len(flow.items) + 1  # and the signature
        self.shared = not self.footer and layout.last_row >= flow.top + flow.room and flow.count > 0
        fields = formulas.form.fields.items()
        self.levels = [ident for ident, info in fields if info.field.type in (FieldType.LEVEL1, FieldType.LEVEL2)]
        self.shown: dict[tuple[int, int], Step[Value]] = {}
        self.texts: dict[tuple[int, int], Value] = {}
        self.left: list[Formula] = []
        self.known: dict[tuple[int, int], tuple[Value | int, Any]] = {}
        self.left_texts: dict[int, str] = {}
        self.holds = [capacity(width, flow.height) for width in self.widths]
        self.heads = {box.col: re.sub(r"\\n|\s", "", box.cell.text) for box in layout.boxes if box.row == flow.top - 1}
        self.kinds = {box.col: self.kind(box) for box in flow.items[0]} if flow.items else {}
        if flow.side:
            self.kinds[flow.side.col] = "side"

    @staticmethod
    def kind(box: PrintBox) -> str:
        """What a column holds: names of blocks, numbers or texts."""
        return box.cell.rows if box.cell.rows in ("level1", "level2") else "number" if box.cell.unit else "text"

    def at(self, name: int) -> int:
        """The column of a helper; before them, behind the printed columns, stand the texts of the items."""
        return 2 * self.wide + 1 + name

    def source(self, col: int) -> int:
        """The column with the items' texts for a printed column."""
        return self.wide + 1 + col

    @staticmethod
    def letter(col: int) -> str:
        """The name of a column."""
        return column_letters(col)

    def helper(self, name: int, item: int) -> str:
        """The cell of a helper of an item."""
        return f"${column_letters(self.at(name))}${self.first + item}"

    def helpers(self, name: int) -> str:
        """The range of a helper of the items."""
        return f"{self.helper(name, 0)}:{self.helper(name, self.count - 1)}"

    # the items: what there is to print

    def items(self) -> None:
        """Write what stands in the helper columns but the texts of the items."""
        self.signature()
        if self.flow.side is not None and self.flow.side.formula:
            formula = self.formulas.printed(self.flow.side.formula, self.flow.side.place)
            self.texts[-1, self.flow.side.col] = formula.cached
            self.put(-1, self.source(self.flow.side.col), formula)
        self.measure()

    def text(self, number: int, box: PrintBox) -> Value:
        """Write what an item has for a column; return it."""
        col = box.middle
        if box.formula:
            typed = typed_text(box, self.formulas)
            formula = flat(typed.text) if typed else self.formulas.printed(box.formula, box.place)
            if not self.fixed(formula, box):
                self.put(number, self.source(col), formula)
                return formula.cached
            return self.plain(number, col, notation.text_of(formula.cached))
        return self.plain(number, col, box.cell.text.replace("\\n", "\n"))

    def fixed(self, formula: Formula, box: PrintBox) -> bool:
        """Whether a label follows from the names of its block alone, so that no formula is needed."""
        keys = [Key(box.place.project, ident, box.place.first) for ident in self.levels]
        names = {self.formulas.address(key).absolute for key in keys if key in self.formulas.keys}
        asked = set(_ADDRESS.findall(formula.text))
        return bool(asked) and asked <= names and isinstance(formula.cached, str)

    def plain(self, number: int, col: int, text: str) -> str:
        """Write a text; return it."""
        ensure(self.sheet.write_string(self.flow.top + number, self.source(col), text), text)
        return text

    def signature(self) -> None:
        """The line for signatures."""
        place = Place(self.layout.boxes[0].place.project)
        for col, shown in signed.arranged(self.layout.source, place, self.formulas, self.widths, self.holds):
            if isinstance(shown, str):
                self.texts[self.count - 1, col] = self.plain(self.count - 1, col, shown)
            else:
                self.texts[self.count - 1, col] = shown.cached
                self.put(self.count - 1, self.source(col), shown)

    def measure(self) -> None:
        """How many rows each item takes and how many there are before it."""
        shown = [col for col, kind in sorted(self.kinds.items()) if kind in ("text", "number")]
        texts = [col for col in shown if self.kinds[col] == "text"]
        sizes = [
            {col: len(notation.text_of(self.texts.get((n, col), ""))) for col in shown} for n in range(self.flow.count)
        ]
        used = [sum(of.values()) for of in sizes]
        total = self.formula(-1, self.at(LINES), lambda: self.used(shown), sum(used))
        needed = [
            1 if not sum(used) else max([1, *(-(-of[col] // self.holds[col]) for col in texts)]) if used[n] else 0
            for n, of in enumerate(sizes)
        ]
        needed += [1] * (len(self.flow.items) - self.flow.count) + [0 if self.shared else 1]
        self.formula(-1, self.at(NEEDED), lambda: f"SUM({self.helpers(NEEDED)})", sum(needed))
        fits = sum(needed) <= self.flow.room
        share = self.flow.room // sum(one > 0 for one in needed)
        self.formula(-1, self.at(PART), lambda: f'INT({self.flow.room}/COUNTIF({self.helpers(NEEDED)},">0"))', share)
        more = self.more(needed)
        own = [one + more[n] if fits else min(one, share) for n, one in enumerate(needed[: self.flow.count])]
        self.lines = [*own, *needed[self.flow.count :]]
        self.above = [0, *accumulate(self.lines)]
        for number in range(self.count):
            if number < self.flow.count:
                self.formula(
                    number, self.at(NEEDED), partial(self.rows_of, number, total, shown, texts), needed[number]
                )
                self.formula(number, self.at(LINES), partial(self.lines_of, number), self.lines[number])
                self.left.append(self.left_over(number, texts))
                self.put(number, self.at(REST), self.left[-1])
            else:
                self.number(number, NEEDED, needed[number])
                self.number(number, LINES, needed[number])
            if number:
                self.formula(number, self.at(BEFORE), partial(self.before, number), self.above[number])
            else:
                self.number(0, BEFORE, 0)
        whole = self.flow.top + self.above[-1]
        self.formula(-1, self.at(BEFORE), lambda: f"{self.flow.top}+{self.end}", whole)
        for number, runs in enumerate(self.flow.runs):
            for (first, last), start, middle in zip(runs, (START1, START2), (MIDDLE1, MIDDLE2), strict=True):
                begin, after = partial(self.helper, BEFORE, first), partial(self.helper, BEFORE, last + 1)
                at, end = self.above[first], self.above[last + 1]
                self.formula(number, self.at(start), begin, at)
                half = partial(_half, begin, after)
                self.formula(number, self.at(middle), half, (at + end + 1) // 2)

    def used(self, shown: list[int]) -> str:
        """How much is written in all items."""
        top, bottom = self.first, self.first + self.flow.count - 1
        letters = [column_letters(self.source(col)) for col in shown]
        return "+".join(f"SUMPRODUCT(LEN(${letter}${top}:${letter}${bottom}))" for letter in letters)

    def rows_of(self, number: int, total: str, shown: list[int], texts: list[int]) -> str:
        """How many rows an item needs for its texts."""
        cells = {col: f"${column_letters(self.source(col))}${self.first + number}" for col in shown}
        tall = ",".join(f"INT((LEN({cells[col]})+{self.holds[col] - 1})/{self.holds[col]})" for col in texts)
        return f"IF({total}=0,1,IF(LEN({'&'.join(cells.values())})=0,0,MAX(1,{tall})))"

    def lines_of(self, number: int) -> str:
        """How many rows an item gets."""
        space = f"${self.letter(self.at(NEEDED))}${self.flow.top}<={self.flow.room}"
        most, all_of_it = f"${self.letter(self.at(PART))}${self.flow.top}", self.helper(NEEDED, number)
        return f"IF({space},{all_of_it}{self.and_more(number)},MIN({all_of_it},{most}))"

    def before(self, number: int) -> str:
        """How many rows there are before an item."""
        return f"{self.helper(BEFORE, number - 1)}+{self.helper(LINES, number - 1)}"

    @property
    def end(self) -> str:
        """How many rows all items take."""
        return f"{self.helper(BEFORE, self.count - 1)}{'' if self.shared else '+1'}"

    def more(self, needed: list[int]) -> list[int]:
        """How many more rows every indicator gets where they share what is left, the first ones what does not go round."""
        if not self.shared:
            return [0] * self.flow.count
        used = [one > 0 for one in needed[: self.flow.count]]
        whole, rest = divmod(max(0, self.flow.room - sum(needed)), sum(used))
        sums = f"${self.letter(self.at(NEEDED))}${self.flow.top}"
        left = f"MAX(0,{self.flow.room}-{sums})"
        self.formula(-1, self.at(START1), lambda: f"INT({left}/{self.among(self.flow.count - 1)})", whole)
        self.formula(-1, self.at(START2), lambda: f"MOD({left},{self.among(self.flow.count - 1)})", rest)
        return [(whole + (sum(used[: n + 1]) <= rest)) * one for n, one in enumerate(used)]

    def and_more(self, number: int) -> str:
        """What an item gets of the rows that are left, as a term."""
        if not self.shared:
            return ""
        whole, rest = (f"${self.letter(self.at(name))}${self.flow.top}" for name in (START1, START2))
        return f"+IF({self.helper(NEEDED, number)}>0,{whole}+({self.among(number)}<={rest}),0)"

    def among(self, number: int) -> str:
        """How many indicators there are up to one."""
        return f'COUNTIF({self.helper(NEEDED, 0)}:{self.helper(NEEDED, number)},">0")'

    def left_over(self, number: int, texts: list[int]) -> Formula:
        """The whole of an item's texts that its rows cut short, each under the heading of its column."""
        if number not in self.left_texts:
            self.left_texts[number] = self.left_text(number, texts)
        shown = [notation.text_of(self.texts.get((number, col), "")) for col in texts]
        over = [
            f"【{self.heads.get(col, '')}】{word}"
            for col, word in zip(texts, shown, strict=True)
            if len(word) > self.lines[number] * self.holds[col]
        ]
        return Formula(
            self.left_texts[number], f"{self.layout.title}“{shown[0][:20]}”{''.join(over)}　　" if over else ""
        )

    def left_text(self, number: int, texts: list[int]) -> str:
        """The formula of ``left_over``."""
        lines = self.helper(LINES, number)
        name, *_ = cells = [f"${column_letters(self.source(col))}${self.first + number}" for col in texts]
        parts = [
            f'IF(LEN({cell})>{lines}*{self.holds[col]},{expr.literal("【" + self.heads.get(col, "") + "】")}&{cell},"")'
            for cell, col in zip(cells, texts, strict=True)
        ]
        head = expr.literal(f"{self.layout.title}“")
        return f'IF({self.helper(NEEDED, number)}>{lines},{head}&LEFT({name},20)&"”"&{"&".join(parts)}&"　　","")'

    def put(self, number: int, col: int, formula: Formula, style: Any = None) -> str:
        """Write into the row of an item; return the cell."""
        put_formula(self.sheet, self.flow.top + number, col, formula, style)
        return f"${column_letters(col)}${self.first + number}"

    def formula(self, number: int, col: int, text: Callable[[], str], cached: Value | int, style: Any = None) -> str:
        """Write a formula that does not depend on what is filled in: its text is made once."""
        known, row = self.known.get((number, col)), self.flow.top + number
        if known is not None and known[0].__class__ is cached.__class__ and known[0] == cached:
            self.sheet.table[row][col] = known[1]
            return f"${column_letters(col)}${self.first + number}"
        value = Decimal(cached) if isinstance(cached, int) else cached
        cell = self.put(number, col, Formula(known[1].formula if known else text(), value), style)
        if known is None:
            self.known[number, col] = cached, self.sheet.table[row][col]
        return cell

    def number(self, number: int, name: int, value: int) -> None:
        """Write a helper of an item that is the same in every workbook."""
        ensure(self.sheet.write_number(self.flow.top + number, self.at(name), value), "number")


def _half(begin: Callable[[], str], after: Callable[[], str]) -> str:
    return f"INT(({begin()}+{after()}+1)/2)"
