"""The 校验码 at the foot of an official form, as formulas: ``engine.paper_code`` in the sheet's hidden columns.

Every row that counts has one helper cell with what its cells come to. It asks only for cells of its own sheet, so that rows alike
share their formulas, and is 0 where nothing is filled in, so that it weighs little. Below them the rows are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from xltool.engine import paper_code
from xltool.engine.formulas import Formula, Formulas
from xltool.engine.paper_code import (
    LARGEST,
    LENGTH,
    LETTERS,
    NUMBER,
    PAD,
    PLACES,
    PRIMES,
    REACH,
    ROW_PRIME,
    ROW_WEIGHTS,
    STEP,
    STIR,
    SYMBOLS,
    WEIGHT,
    WEIGHTS_PRIME,
    CodeRow,
)
from xltool.form.definition.paper import CODE
from xltool.form.layout.print_layout import PrintBox, PrintLayout
from xltool.form.layout.workbook_layout import column_letters
from xltool.generate.cells.steps import Step, step
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import ensure, put_formula
from xltool.writing.palette import GREY

COLUMNS = 6
_ROWS, _FIRST, _SECOND, _SEED, _SEED2, _SYMBOLS = range(COLUMNS)
_HEIGHT = 14.0
_PLACES = f"ROW($1:${REACH})"


def paint(
    sheet: Any,
    layout: PrintLayout,
    at: tuple[int, int],
    source: Callable[[PrintBox], int],
    formulas: Formulas,
    styles: Styles,
) -> None:
    """Write the code of a form into a row below it.

    Args:
        sheet: the form's.
        layout: the form.
        at: the row of the code and the first helper column.
        source: the column in which a flowing cell's content stands.
        formulas: of the workbook.
        styles: of the workbook.
    """
    sheet.set_row(at[0], _HEIGHT)
    found = {
        line.row: step(sheet, _line, sheet, line, at, source, formulas)
        for line in paper_code.rows(formulas.form, layout)
    }
    step(sheet, _paint, sheet, layout, at, found, formulas, styles)


def _line(sheet: Any, line: CodeRow, at: tuple[int, int], source: Callable[[PrintBox], int], formulas: Formulas) -> int:
    """Write what a row comes to; return it."""
    foot, col = at

    def text() -> str:
        texts, numbers = (
            [_cell(line.row, source(box) if line.flows else box.col) for box in boxes]
            for boxes in (line.texts, line.numbers)
        )
        return _row(texts, numbers, _cell(foot, col + _SYMBOLS))

    found = paper_code.remainder(formulas.now, line)
    formula = Formula(formulas.text((_line, sheet.name, line.row), text), Decimal(found))
    put_formula(sheet, line.row, col, formula)
    return found


def _paint(
    sheet: Any,
    layout: PrintLayout,
    at: tuple[int, int],
    lines: Mapping[int, Step[int]],
    formulas: Formulas,
    styles: Styles,
) -> None:
    (foot, col), now, form = at, formulas.now, formulas.form
    issue, project = now.identity(), layout.boxes[0].place.project
    found = {row: made.get() for row, made in lines.items()}
    ensure(sheet.write_string(foot, col + _SYMBOLS, SYMBOLS), "symbols")
    halves = []
    for half, seed in enumerate(paper_code.seeds(issue, layout.source, project)):
        ensure(sheet.write_number(foot, col + _SEED + half, seed), "seed")
        halves.append(paper_code.weighed(half, found, seed))
        text = _half(half, _cell(foot, col + _SEED + half), f"{_cell(0, col)}:{_cell(foot - 1, col)}")
        put_formula(sheet, foot, col + _FIRST + half, Formula(text, Decimal(halves[-1])))
    wanted = paper_code.asked(form, issue, layout)
    count = formulas.filled_in(wanted) if wanted else Formula("1", Decimal(1))
    put_formula(sheet, foot, col, count)
    spelt = '&"-"&'.join("&".join(_letters(_cell(foot, col + half))) for half in (_FIRST, _SECOND))
    text = f'IF({_cell(foot, col)}=0,"",IFERROR("{CODE} "&{spelt},""))'
    shown = f"{CODE} {paper_code.spelt(*halves)}" if count.cached else ""
    style = styles.get("text", align="right", font_size=8, font_color=GREY)
    put_formula(sheet, foot, 0, Formula(text, shown), style, 1, len(layout.source.widths))


def _cell(row: int, col: int) -> str:
    return f"${column_letters(col)}{row + 1}"


def _row(texts: list[str], numbers: list[str], symbols: str) -> str:
    terms = [*([_texts(texts, symbols)] if texts else []), *map(_number, numbers)]
    result = f"MOD({terms[0]},{ROW_PRIME})"
    for term in terms[1:]:
        result = f"MOD({result}*{STEP}+{term},{ROW_PRIME})"
    return result


def _number(cell: str) -> str:
    within = f"MAX(-{LARGEST},MIN({LARGEST},{cell}))"
    return f"IF(ISNUMBER({cell}),ROUND(ROUND({within},{PLACES})*{10**PLACES},0)+{NUMBER},LEN({cell}))"


def _texts(cells: list[str], symbols: str) -> str:
    row = f'&"{PAD}"&'.join(cells)
    char = f'MID({row}&REPT("{PAD}",{REACH}),{_PLACES},1)'
    weight = f"MOD({_PLACES}*{_PLACES}*{WEIGHT[0]}+{_PLACES}*{WEIGHT[1]},{WEIGHTS_PRIME})"
    return (
        f"SUMPRODUCT((FIND({char},{symbols}&{char})-{SYMBOLS.index(PAD) + 1})*{weight})+LEN({'&'.join(cells)})*{LENGTH}"
    )


def _half(half: int, seed: str, rows: str) -> str:
    (a, b), prime = ROW_WEIGHTS[half], PRIMES[half]
    weight = f"MOD(ROW({rows})*ROW({rows})*{a}+ROW({rows})*{b},{WEIGHTS_PRIME})"
    return f"MOD(MOD({seed}+SUMPRODUCT(MOD({rows}*{weight},{prime})),{prime})*{STIR},{prime})"


def _letters(cell: str) -> Iterator[str]:
    for at in (3, 2, 1, 0):
        place = f"INT({cell}/{32**at})" if at else cell
        yield f'MID("{LETTERS}",MOD({place},32)+1,1)'
