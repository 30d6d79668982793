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
from decimal import Decimal
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
    rest = step(sheet, _paint, sheet, layout, flow, formulas, styles)
    painter = _Painter(sheet, layout, flow, formulas, styles)
    borders.paint(sheet, flow, painter.kinds, (painter.letter(painter.at(BORDER)), painter.wide), styles)
    return rest


def _paint(*of: Any) -> Formula:
    painter = _Painter(*of)
    painter.items()
    painter.rows()
    return painter.rest()


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
        self.texts: dict[tuple[int, int], Value] = {}
        self.holds = [capacity(width, flow.height) for width in self.widths]
        self.left: list[Formula] = []
        self.kinds = {box.col: self.kind(box) for box in flow.items[0]} if flow.items else {}
        if flow.side:
            self.kinds[flow.side.col] = "side"

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
        for number, boxes in enumerate(self.flow.items):
            for box in boxes:
                if number < self.flow.count or box.cell.value or box.cell.text:
                    self.text(number, box)
        self.signature()
        if self.flow.side is not None and self.flow.side.formula:
            formula = self.formulas.printed(self.flow.side.formula, self.flow.side.place)
            self.texts[-1, self.flow.side.col] = formula.cached
            self.formula(-1, self.source(self.flow.side.col), formula)
        self.measure()

    def text(self, number: int, box: PrintBox) -> None:
        col = box.middle
        if box.formula:
            typed = typed_text(box, self.formulas)
            formula = flat(typed.text) if typed else self.formulas.printed(box.formula, box.place)
            if self.fixed(formula, box):
                self.plain(number, col, notation.text_of(formula.cached))
            else:
                self.texts[number, col] = formula.cached
                self.formula(number, self.source(col), formula)
        else:
            self.plain(number, col, box.cell.text.replace("\\n", "\n"))

    def fixed(self, formula: Formula, box: PrintBox) -> bool:
        """Whether a label follows from the names of its block alone, so that no formula is needed."""
        keys = [Key(box.place.project, ident, box.place.first) for ident in self.levels]
        names = {self.formulas.address(key).absolute for key in keys if key in self.formulas.keys}
        asked = set(_ADDRESS.findall(formula.text))
        return bool(asked) and asked <= names and isinstance(formula.cached, str)

    def plain(self, number: int, col: int, text: str) -> None:
        self.texts[number, col] = text
        ensure(self.sheet.write_string(self.flow.top + number, self.source(col), text), text)

    def signature(self) -> None:
        """The line for signatures."""
        place = Place(self.layout.boxes[0].place.project)
        for col, shown in signed.arranged(self.layout.source, place, self.formulas, self.widths, self.holds):
            if isinstance(shown, str):
                self.plain(self.count - 1, col, shown)
            else:
                self.texts[self.count - 1, col] = shown.cached
                self.formula(self.count - 1, self.source(col), shown)

    def measure(self) -> None:
        """How many rows each item takes and how many there are before it."""
        shown = [col for col, kind in sorted(self.kinds.items()) if kind in ("text", "number")]
        letters = [column_letters(self.source(col)) for col in shown]
        top, bottom = self.first, self.first + self.flow.count - 1
        blank = "+".join(f"SUMPRODUCT(LEN(${letter}${top}:${letter}${bottom}))" for letter in letters)
        used = [
            sum(len(notation.text_of(self.texts.get((n, col), ""))) for col in shown) for n in range(self.flow.count)
        ]
        total = self.formula(-1, self.at(LINES), Formula(blank, Decimal(sum(used))))
        texts = [col for col in shown if self.kinds[col] == "text"]
        needed = [
            1 if not sum(used) else max([1, *(self.needs(n, col) for col in texts)]) if used[n] else 0
            for n in range(self.flow.count)
        ]
        needed += [1] * (len(self.flow.items) - self.flow.count) + [0 if self.shared else 1]
        space = f"${self.letter(self.at(NEEDED))}${self.flow.top}<={self.flow.room}"
        self.formula(-1, self.at(NEEDED), Formula(f"SUM({self.helpers(NEEDED)})", Decimal(sum(needed))))
        fits = sum(needed) <= self.flow.room
        share = self.flow.room // sum(one > 0 for one in needed)
        equal = Formula(f'INT({self.flow.room}/COUNTIF({self.helpers(NEEDED)},">0"))', Decimal(share))
        self.formula(-1, self.at(PART), equal)
        most = f"${self.letter(self.at(PART))}${self.flow.top}"
        more = self.more(needed)
        own = [one + more[n] if fits else min(one, share) for n, one in enumerate(needed[: self.flow.count])]
        self.lines = [*own, *needed[self.flow.count :]]
        self.above = [0, *accumulate(self.lines)]
        for number in range(self.count):
            line = self.first + number
            if number < self.flow.count:
                cells = {col: f"${column_letters(self.source(col))}${line}" for col in shown}
                tall = ",".join(f"INT((LEN({cells[col]})+{self.holds[col] - 1})/{self.holds[col]})" for col in texts)
                text = f"IF({total}=0,1,IF(LEN({'&'.join(cells.values())})=0,0,MAX(1,{tall})))"
                self.formula(number, self.at(NEEDED), Formula(text, Decimal(needed[number])))
                all_of_it = self.helper(NEEDED, number)
                lines = f"IF({space},{all_of_it}{self.and_more(number)},MIN({all_of_it},{most}))"
                self.formula(number, self.at(LINES), Formula(lines, Decimal(self.lines[number])))
                self.left.append(self.left_over(number, texts))
                self.formula(number, self.at(REST), self.left[-1])
            else:
                self.number(number, NEEDED, needed[number])
                self.number(number, LINES, needed[number])
            if number:
                before = f"{self.helper(BEFORE, number - 1)}+{self.helper(LINES, number - 1)}"
                self.formula(number, self.at(BEFORE), Formula(before, Decimal(self.above[number])))
            else:
                self.number(0, BEFORE, 0)
        total = f"{self.flow.top}+{self.helper(BEFORE, self.count - 1)}{'' if self.shared else '+1'}"
        self.formula(-1, self.at(BEFORE), Formula(total, Decimal(self.flow.top + self.above[-1])))
        for number, runs in enumerate(self.flow.runs):
            for (first, last), start, middle in zip(runs, (START1, START2), (MIDDLE1, MIDDLE2), strict=True):
                begin, after = self.helper(BEFORE, first), self.helper(BEFORE, last + 1)
                at, end = self.above[first], self.above[last + 1]
                self.formula(number, self.at(start), Formula(begin, Decimal(at)))
                half = Formula(f"INT(({begin}+{after}+1)/2)", Decimal((at + end + 1) // 2))
                self.formula(number, self.at(middle), half)

    def more(self, needed: list[int]) -> list[int]:
        """How many more rows every indicator gets where they share what is left, the first ones what does not go round."""
        if not self.shared:
            return [0] * self.flow.count
        used = [one > 0 for one in needed[: self.flow.count]]
        whole, rest = divmod(max(0, self.flow.room - sum(needed)), sum(used))
        sums, items = f"${self.letter(self.at(NEEDED))}${self.flow.top}", self.among(self.flow.count - 1)
        left = f"MAX(0,{self.flow.room}-{sums})"
        self.formula(-1, self.at(START1), Formula(f"INT({left}/{items})", Decimal(whole)))
        self.formula(-1, self.at(START2), Formula(f"MOD({left},{items})", Decimal(rest)))
        return [(whole + (sum(used[: n + 1]) <= rest)) * one for n, one in enumerate(used)]

    def and_more(self, number: int) -> str:
        if not self.shared:
            return ""
        whole, rest = (f"${self.letter(self.at(name))}${self.flow.top}" for name in (START1, START2))
        return f"+IF({self.helper(NEEDED, number)}>0,{whole}+({self.among(number)}<={rest}),0)"

    def among(self, number: int) -> str:
        """How many indicators there are up to one."""
        return f'COUNTIF({self.helper(NEEDED, 0)}:{self.helper(NEEDED, number)},">0")'

    def needs(self, number: int, col: int) -> int:
        """How many rows a text of an item takes by itself."""
        return -(-len(notation.text_of(self.texts.get((number, col), ""))) // self.holds[col])

    def left_over(self, number: int, texts: list[int]) -> Formula:
        """The whole of an item's texts that its rows cut short, each under the heading of its column."""
        heads = {
            box.col: re.sub(r"\\n|\s", "", box.cell.text) for box in self.layout.boxes if box.row == self.flow.top - 1
        }
        lines = self.helper(LINES, number)
        name, *_ = cells = [f"${column_letters(self.source(col))}${self.first + number}" for col in texts]
        parts = [
            f'IF(LEN({cell})>{lines}*{self.holds[col]},{expr.literal("【" + heads.get(col, "") + "】")}&{cell},"")'
            for cell, col in zip(cells, texts, strict=True)
        ]
        head = expr.literal(f"{self.layout.title}“")
        text = f'IF({self.helper(NEEDED, number)}>{lines},{head}&LEFT({name},20)&"”"&{"&".join(parts)}&"　　","")'
        shown = [notation.text_of(self.texts.get((number, col), "")) for col in texts]
        over = [
            f"【{heads.get(col, '')}】{word}"
            for col, word in zip(texts, shown, strict=True)
            if len(word) > self.lines[number] * self.holds[col]
        ]
        return Formula(text, f"{self.layout.title}“{shown[0][:20]}”{''.join(over)}　　" if over else "")

    def rest(self) -> Formula:
        """What all items leave over, as a formula for other sheets."""
        parts = "&".join(self.helper(REST, number) for number in range(self.flow.count))
        whole = "".join(str(left.cached) for left in self.left)
        self.formula(-1, self.at(REST), Formula(parts, whole))
        return Formula(f"{sheet_prefix(self.layout.title)}${self.letter(self.at(REST))}${self.flow.top}", whole)

    def formula(self, number: int, col: int, formula: Formula, style: Any = None) -> str:
        """Write into the row of an item; return the cell."""
        put_formula(self.sheet, self.flow.top + number, col, formula, style)
        return f"${column_letters(col)}${self.first + number}"

    def number(self, number: int, name: int, value: int) -> None:
        ensure(self.sheet.write_number(self.flow.top + number, self.at(name), value), "number")

    # the rows: what is printed

    def rows(self) -> None:
        total, styles = self.above[-1], [self.style(col) for col in range(self.wide)]
        for row in range(self.flow.room):
            self.sheet.set_row(self.flow.top + row, self.flow.height)
            item, part = self.item(row) if row < total else (None, 0)
            shown = _NONE if item is None else item + 1
            self.formula(row, self.at(SHOWN), Formula(self.which, Decimal(shown)))
            here = self.helper(SHOWN, row)
            before = f"INDEX({self.helpers(BEFORE)},{here})"
            self.formula(row, self.at(PART), Formula(f"IF({here}>0,{self.order}-{before},0)", Decimal(part)))
            self.formula(row, self.at(BORDER), self.border(row, shown, part))
            for col, style in enumerate(styles):
                self.cell(row, col, shown, part, style)

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
        total = f"{self.helper(BEFORE, self.count - 1)}{'' if self.shared else '+1'}"
        return f"IF({self.order}>{total},0,MATCH({self.order}-1,{self.helpers(BEFORE)},1))"

    def border(self, row: int, shown: int, part: int) -> Formula:
        here, count = self.helper(SHOWN, row), self.flow.count
        begins = [f"INDEX({self.helpers(name)},{here})={self.order}-1" for name in (START1, START2)]
        text = (
            f"IF(OR({here}=0,{here}>{len(self.flow.items)}),0,"
            f"IF({here}>{count},{CLOSING}+{here}-{count + 1},IF({self.helper(PART, row)}>1,{CONTINUED},"
            f"IF({begins[0]},{LEVEL1},IF({begins[1]},{LEVEL2},{ITEM})))))"
        )
        return Formula(text, Decimal(self.border_of(row, shown, part)))

    def border_of(self, row: int, shown: int, part: int) -> int:
        if shown == _NONE or shown > len(self.flow.items):
            return 0
        if shown > self.flow.count:
            return CLOSING + shown - self.flow.count - 1
        if part > 1:
            return CONTINUED
        starts = [self.above[first] for first, _ in self.flow.runs[shown - 1]]
        return LEVEL1 if starts[0] == row else LEVEL2 if starts[1] == row else ITEM

    def cell(self, row: int, col: int, shown: int, part: int, style: Any) -> None:
        here, kind = self.helper(SHOWN, row), self.kinds.get(col, "text")
        letter = column_letters(self.source(col))
        items = f"${letter}${self.first}:${letter}${self.first + self.count - 1}"
        source = f"INDEX({items},{here})"
        text = self.texts.get((shown - 1, col), "") if shown > 0 else ""
        value: Value
        if kind == "side" and self.flow.side is not None:
            formula, value = self.beside(self.flow.side, row, shown, text, source)
        elif kind in ("level1", "level2"):
            middle = MIDDLE1 if kind == "level1" else MIDDLE2
            formula = f'IF({here}<1,"",IF({here}>{self.flow.count},{source}&"",IF(INDEX({self.helpers(middle)},{here})={self.order},{source}&"","")))'
            value = "" if shown < 1 else text
            if 1 <= shown <= self.flow.count:
                first, last = self.flow.runs[shown - 1][0 if kind == "level1" else 1]
                at = (self.above[first] + self.above[last + 1] + 1) // 2
                value = text if at == row + 1 else ""
        elif kind == "number":
            lines = f"INDEX({self.helpers(LINES)},{here})"
            formula = f'IF({here}<1,"",IF({self.helper(PART, row)}=INT(({lines}+1)/2),IF({source}="","",{source}),""))'
            value = text if shown > 0 and part == (self.lines[shown - 1] + 1) // 2 else ""
        else:
            formula, value = self.part_of(row, col, shown, part, text, source)
        self.formula(row, col, Formula(formula, value), style)

    def part_of(self, row: int, col: int, shown: int, part: int, text: Value, source: str) -> tuple[str, Value]:
        """A part of a text, the whole centred over the rows of its item; the last says if there is more."""
        here, holds, count = self.helper(SHOWN, row), self.holds[col], self.flow.count
        part_here, lines = self.helper(PART, row), f"INDEX({self.helpers(LINES)},{here})"
        needed = f"MAX(1,INT((LEN({source})+{holds - 1})/{holds}))"
        start = f"1+({part_here}-1-MAX(0,INT(({lines}-{needed})/2)))*{holds}"
        more = f"AND({here}<={count},{part_here}={lines},{needed}>{lines})"
        cut = f'MID({source},{start},{max(0, holds - len(ELSEWHERE))})&"{ELSEWHERE}"'
        formula = f'IF({here}<1,"",IFERROR(IF({more},{cut},MID({source},{start},{holds})),""))'
        if shown < 1:
            return formula, ""
        whole = notation.text_of(text)
        tall, rows = max(1, -(-len(whole) // holds)), self.lines[shown - 1]
        begin = (part - 1 - max(0, (rows - tall) // 2)) * holds
        if shown <= count and part == rows and tall > rows:
            return formula, whole[begin : begin + max(0, holds - len(ELSEWHERE))] + ELSEWHERE
        return formula, whole[begin : begin + holds] if begin >= 0 else ""

    def beside(self, box: PrintBox, row: int, shown: int, text: Value, source: str) -> tuple[str, Value]:
        """The label beside all rows: written downwards, one character a row, or whole in the middle."""
        here, count, order = self.helper(SHOWN, row), self.flow.count, self.order
        lines = self.helper(BEFORE, count)
        total = self.above[count]
        if box.formula:
            label = f"${column_letters(self.source(box.col))}${self.first - 1}"
            words = notation.text_of(self.texts[-1, box.col])
            down = False
        else:
            parts = box.cell.text.replace("\\n", "\n").split("\n")
            words, down = "".join(parts), all(len(part) == 1 for part in parts)
            label = expr.literal(words)
        middle = f'IF({order}=INT(({lines}+1)/2),{label},"")'
        size = len(words)
        if down:
            letter = f'IFERROR(MID({label},{order}-INT(({lines}-{size})/2),1),"")'
            middle = f"IF({lines}<{size},{middle},{letter})"
        formula = f'IF({here}<1,"",IF({here}>{count},{source}&"",{middle}))'
        if not 1 <= shown <= count:
            return formula, text if shown > count else ""
        if down and total >= size:
            at = row + 1 - (total - size) // 2
            return formula, words[at - 1 : at] if at >= 1 else ""
        return formula, words if row + 1 == (total + 1) // 2 else ""

    def style(self, col: int) -> Any:
        box = next((box for box in self.flow.items[0] if box.col == col), None)
        return self.styles.flowing(box.cell.style if box else "center", box.cell.unit if box else "", SIZE)
