"""The table of an official form, as long as what was filled in: no row stays empty, no text is lost.

Nothing in a workbook without macros hides rows by itself, and nothing fits a row's height to a formula. So the
table's rows are no fixed rows. An area of plain rows, all of one height, takes the used indicators one after the
other; a text that needs more room continues in the next row; the total and the signature follow directly. Helper
columns to the right (hidden, not printed) say which indicator and which part of it a row shows; borders are
conditional formats that ask them. Labels that span rows stand in the middle row of their span.

Where more rows of the form stand below the area (a remark, a reason), the indicators share the whole of it: what is below
then follows directly, too.

When all texts together need more rows than there are, every indicator gets at most an equal share; what is longer
ends with a word that says so, and its whole text is printed by ``generate.sheets.attached``.
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
from xltool.form.layout.workbook_layout import column_letters, sheet_prefix
from xltool.generate.cells import borders
from xltool.generate.cells.borders import CLOSING, CONTINUED, ITEM, LEVEL1, LEVEL2
from xltool.generate.cells.room import SIZE, capacity
from xltool.generate.cells.steps import Step, step
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import ensure, put_formula
from xltool.generate.sheets import signed
from xltool.generate.sheets.typed_texts import flat, typed_text

_NONE = 0
ELSEWHERE = "…见附页"
_ADDRESS = re.compile(r"'[^']+'!\$[A-Z]+\$[0-9]+")

LINES, BEFORE, START1, MIDDLE1, START2, MIDDLE2, SHOWN, PART, BORDER, NEEDED, REST = range(11)


def paint(sheet: Any, layout: PrintLayout, flow: Flow, formulas: Formulas, styles: Styles) -> Step[Formula]:
    """Paint the flow; return what it leaves over for other sheets: the whole texts that it cuts short, else ``""``."""
    painter = _Painter(sheet, layout, flow, formulas, styles)
    painter.shown = {
        (number, box.middle): step(sheet, painter.text, number, box)
        for number, boxes in enumerate(flow.items)
        for box in boxes
        if number < flow.count or box.cell.value or box.cell.text
    }
    rest = step(sheet, painter.paint)
    borders.paint(sheet, flow, painter.kinds, (painter.letter(painter.at(BORDER)), painter.wide), styles)
    return rest


def last_column(wide: int) -> int:
    """The last helper column."""
    return 2 * wide + 1 + REST


class _Painter:
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
        self.known: dict[tuple[int, int], tuple[Value | int, Any]] = {}
        self.left_texts: dict[int, str] = {}
        self.holds = [capacity(width, flow.height) for width in self.widths]
        self.heads = {box.col: re.sub(r"\\n|\s", "", box.cell.text) for box in layout.boxes if box.row == flow.top - 1}
        self.kinds = {box.col: self.kind(box) for box in flow.items[0]} if flow.items else {}
        if flow.side:
            self.kinds[flow.side.col] = "side"

    def paint(self) -> Formula:
        """Paint all but the texts of the items; return what is left over."""
        self.texts = {at: made.get() for at, made in self.shown.items()}
        self.left: list[Formula] = []
        self.items()
        self.rows()
        return self.rest()

    @staticmethod
    def kind(box: PrintBox) -> str:
        return box.cell.rows if box.cell.rows in ("level1", "level2") else "number" if box.cell.unit else "text"

    def at(self, name: int) -> int:
        """The column of a helper; before them, behind the printed columns, stand the texts of the items."""
        return 2 * self.wide + 1 + name

    def source(self, col: int) -> int:
        """The column with the items' texts for a printed column."""
        return self.wide + 1 + col

    @staticmethod
    def letter(col: int) -> str:
        return column_letters(col)

    def helper(self, name: int, item: int) -> str:
        return f"${column_letters(self.at(name))}${self.first + item}"

    def helpers(self, name: int) -> str:
        """The range of a helper of the items."""
        return f"{self.helper(name, 0)}:{self.helper(name, self.count - 1)}"

    # the items: what there is to print

    def items(self) -> None:
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
        lines = self.helper(LINES, number)
        name, *_ = cells = [f"${column_letters(self.source(col))}${self.first + number}" for col in texts]
        parts = [
            f'IF(LEN({cell})>{lines}*{self.holds[col]},{expr.literal("【" + self.heads.get(col, "") + "】")}&{cell},"")'
            for cell, col in zip(cells, texts, strict=True)
        ]
        head = expr.literal(f"{self.layout.title}“")
        return f'IF({self.helper(NEEDED, number)}>{lines},{head}&LEFT({name},20)&"”"&{"&".join(parts)}&"　　","")'

    def rest(self) -> Formula:
        """What all items leave over, as a formula for other sheets."""
        whole = "".join(str(left.cached) for left in self.left)
        parts = partial("&".join, [self.helper(REST, number) for number in range(self.flow.count)])
        self.formula(-1, self.at(REST), parts, whole)
        return Formula(f"{sheet_prefix(self.layout.title)}${self.letter(self.at(REST))}${self.flow.top}", whole)

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
        ensure(self.sheet.write_number(self.flow.top + number, self.at(name), value), "number")

    # the rows: what is printed

    def rows(self) -> None:
        total = self.above[-1]
        columns = [(col, self.style(col), *self.column(col)) for col in range(self.wide)]
        for row in range(self.flow.room):
            self.sheet.set_row(self.flow.top + row, self.flow.height)
            item, part = self.item(row) if row < total else (None, 0)
            shown = _NONE if item is None else item + 1
            self.formula(row, self.at(SHOWN), lambda: self.which, shown)
            self.formula(row, self.at(PART), partial(self.part, row), part)
            self.formula(row, self.at(BORDER), partial(self.border, row), self.border_of(row, shown, part))
            for col, style, text, value in columns:
                content = self.texts.get((shown - 1, col), "") if shown > 0 else ""
                self.formula(row, col, partial(text, row, col), value(row, col, shown, part, content), style)

    def item(self, row: int) -> tuple[int, int]:
        """Which item a row shows and which part of it, from 1."""
        before = 0
        for number, lines in enumerate(self.lines):
            if before <= row < before + lines:
                return number, row - before + 1
            before += lines
        raise IndexError(row)

    @property
    def order(self) -> str:
        """The row's number from 1; the same formula in all of them."""
        return f"(ROW()-{self.flow.top})"

    @property
    def which(self) -> str:
        """The item a row shows, from 1; 0 behind the last."""
        return f"IF({self.order}>{self.end},0,MATCH({self.order}-1,{self.helpers(BEFORE)},1))"

    def part(self, row: int) -> str:
        """The part of its item a row shows, from 1."""
        here = self.helper(SHOWN, row)
        return f"IF({here}>0,{self.order}-INDEX({self.helpers(BEFORE)},{here}),0)"

    def border(self, row: int) -> str:
        here, count = self.helper(SHOWN, row), self.flow.count
        begins = [f"INDEX({self.helpers(name)},{here})={self.order}-1" for name in (START1, START2)]
        return (
            f"IF(OR({here}=0,{here}>{len(self.flow.items)}),0,"
            f"IF({here}>{count},{CLOSING}+{here}-{count + 1},IF({self.helper(PART, row)}>1,{CONTINUED},"
            f"IF({begins[0]},{LEVEL1},IF({begins[1]},{LEVEL2},{ITEM})))))"
        )

    def border_of(self, row: int, shown: int, part: int) -> int:
        if shown == _NONE or shown > len(self.flow.items):
            return 0
        if shown > self.flow.count:
            return CLOSING + shown - self.flow.count - 1
        if part > 1:
            return CONTINUED
        starts = [self.above[first] for first, _ in self.flow.runs[shown - 1]]
        return LEVEL1 if starts[0] == row else LEVEL2 if starts[1] == row else ITEM

    def column(self, col: int) -> tuple[Callable[[int, int], str], Callable[[int, int, int, int, Value], Value]]:
        """How a printed column writes its formula at a row, and what that gives."""
        kind = self.kinds.get(col, "text")
        if kind == "side" and self.flow.side is not None:
            return self.beside, self.beside_now
        if kind in ("level1", "level2"):
            return self.label, self.label_now
        return (self.figure, self.figure_now) if kind == "number" else (self.piece, self.piece_now)

    def found(self, row: int, col: int) -> str:
        """What the item of a row has for a column."""
        letter = column_letters(self.source(col))
        return f"INDEX(${letter}${self.first}:${letter}${self.first + self.count - 1},{self.helper(SHOWN, row)})"

    def label(self, row: int, col: int) -> str:
        """The name of a block, in the middle row of its span."""
        here, source = self.helper(SHOWN, row), self.found(row, col)
        middle = f"INDEX({self.helpers(MIDDLE1 if self.kinds[col] == 'level1' else MIDDLE2)},{here})={self.order}"
        return f'IF({here}<1,"",IF({here}>{self.flow.count},{source}&"",IF({middle},{source}&"","")))'

    def label_now(self, row: int, col: int, shown: int, _part: int, text: Value) -> Value:
        if not 1 <= shown <= self.flow.count:
            return "" if shown < 1 else text
        first, last = self.flow.runs[shown - 1][0 if self.kinds[col] == "level1" else 1]
        at = (self.above[first] + self.above[last + 1] + 1) // 2
        return text if at == row + 1 else ""

    def figure(self, row: int, col: int) -> str:
        """A number, in the middle row of its item."""
        here, source = self.helper(SHOWN, row), self.found(row, col)
        middle = f"INT((INDEX({self.helpers(LINES)},{here})+1)/2)"
        return f'IF({here}<1,"",IF({self.helper(PART, row)}={middle},IF({source}="","",{source}),""))'

    def figure_now(self, _row: int, _col: int, shown: int, part: int, text: Value) -> Value:
        return text if shown > 0 and part == (self.lines[shown - 1] + 1) // 2 else ""

    def piece(self, row: int, col: int) -> str:
        """A part of a text, the whole centred over the rows of its item; the last says if there is more."""
        here, holds, count, source = self.helper(SHOWN, row), self.holds[col], self.flow.count, self.found(row, col)
        part_here, lines = self.helper(PART, row), f"INDEX({self.helpers(LINES)},{here})"
        needed = f"MAX(1,INT((LEN({source})+{holds - 1})/{holds}))"
        start = f"1+({part_here}-1-MAX(0,INT(({lines}-{needed})/2)))*{holds}"
        more = f"AND({here}<={count},{part_here}={lines},{needed}>{lines})"
        cut = f'MID({source},{start},{max(0, holds - len(ELSEWHERE))})&"{ELSEWHERE}"'
        return f'IF({here}<1,"",IFERROR(IF({more},{cut},MID({source},{start},{holds})),""))'

    def piece_now(self, _row: int, col: int, shown: int, part: int, text: Value) -> Value:
        if shown < 1:
            return ""
        whole, holds = notation.text_of(text), self.holds[col]
        tall, rows = max(1, -(-len(whole) // holds)), self.lines[shown - 1]
        begin = (part - 1 - max(0, (rows - tall) // 2)) * holds
        if shown <= self.flow.count and part == rows and tall > rows:
            return whole[begin : begin + max(0, holds - len(ELSEWHERE))] + ELSEWHERE
        return whole[begin : begin + holds] if begin >= 0 else ""

    @property
    def side(self) -> PrintBox:
        """The label beside all rows."""
        if self.flow.side is None:
            raise ValueError(f"{self.layout.title}: no label beside the rows")
        return self.flow.side

    def words(self) -> tuple[str, bool]:
        """The words of that label, and whether they are written downwards, one character a row."""
        if self.side.formula:
            return notation.text_of(self.texts[-1, self.side.col]), False
        parts = self.side.cell.text.replace("\\n", "\n").split("\n")
        return "".join(parts), all(len(part) == 1 for part in parts)

    def beside(self, row: int, col: int) -> str:
        """The label beside all rows: written downwards, one character a row, or whole in the middle."""
        here, count, order = self.helper(SHOWN, row), self.flow.count, self.order
        lines, (words, down) = self.helper(BEFORE, count), self.words()
        label = f"${column_letters(self.source(col))}${self.first - 1}" if self.side.formula else expr.literal(words)
        middle = f'IF({order}=INT(({lines}+1)/2),{label},"")'
        if down:
            letter = f'IFERROR(MID({label},{order}-INT(({lines}-{len(words)})/2),1),"")'
            middle = f"IF({lines}<{len(words)},{middle},{letter})"
        return f'IF({here}<1,"",IF({here}>{count},{self.found(row, col)}&"",{middle}))'

    def beside_now(self, row: int, _col: int, shown: int, _part: int, text: Value) -> Value:
        count = self.flow.count
        if not 1 <= shown <= count:
            return text if shown > count else ""
        (words, down), total = self.words(), self.above[count]
        if down and total >= len(words):
            at = row + 1 - (total - len(words)) // 2
            return words[at - 1 : at] if at >= 1 else ""
        return words if row + 1 == (total + 1) // 2 else ""

    def style(self, col: int) -> Any:
        box = next((box for box in self.flow.items[0] if box.col == col), None)
        return self.styles.flowing(box.cell.style if box else "center", box.cell.unit if box else "", SIZE)


def _half(begin: Callable[[], str], after: Callable[[], str]) -> str:
    return f"INT(({begin()}+{after()}+1)/2)"
