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

from collections.abc import Callable
from functools import partial
from typing import Any

from xltool import expr, notation
from xltool.engine.formulas import Formula, Formulas
from xltool.form import Value
from xltool.form.layout.print_layout import Flow, PrintBox, PrintLayout
from xltool.form.layout.workbook_layout import column_letters, sheet_prefix
from xltool.generate.cells import borders
from xltool.generate.cells.borders import CLOSING, CONTINUED, ITEM, LEVEL1, LEVEL2
from xltool.generate.cells.room import SIZE
from xltool.generate.cells.steps import Step, step
from xltool.generate.cells.styles import Styles
from xltool.generate.sheets.flow_items import (
    BEFORE,
    BORDER,
    LINES,
    MIDDLE1,
    MIDDLE2,
    PART,
    REST,
    SHOWN,
    START1,
    START2,
    Items,
)

_NONE = 0
ELSEWHERE = "…见附页"


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


class _Painter(Items):
    def paint(self) -> Formula:
        """Paint all but the texts of the items; return what is left over."""
        self.texts = {at: made.get() for at, made in self.shown.items()}
        self.left = []
        self.items()
        self.rows()
        return self.rest()

    def rest(self) -> Formula:
        """What all items leave over, as a formula for other sheets."""
        whole = "".join(str(left.cached) for left in self.left)
        parts = partial("&".join, [self.helper(REST, number) for number in range(self.flow.count)])
        self.formula(-1, self.at(REST), parts, whole)
        return Formula(f"{sheet_prefix(self.layout.title)}${self.letter(self.at(REST))}${self.flow.top}", whole)

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
