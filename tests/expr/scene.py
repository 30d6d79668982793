"""A small form to try expressions on, in Python and in a real workbook.

Fields are named so that a case reads by itself: 甲乙丙丁 are amounts (万元), 数 a count, 比 a ratio, 文字词 texts,
是 a truth, 金额列/数列/类别列/地区列 whole columns, 本行 a column seen from one of its rows. A field a case does not
mention is blank, a column empty cells only.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter

from tests.office import convert
from xltool.expr import (
    NA,
    Bound,
    NotApplicable,
    Scalar,
    Scope,
    Symbol,
    Type,
    bind,
    evaluate,
    known_names,
    parse,
    to_excel,
)

Given = Mapping[str, object]
Answer = Scalar | NotApplicable

_NUMBERS = [("甲", "万元"), ("乙", "万元"), ("丙", "万元"), ("丁", "万元"), ("数", "次"), ("比", "%"), ("日期", "")]
SYMBOLS = [
    *(Symbol(f"n{i}", name, Type.NUMBER, unit) for i, (name, unit) in enumerate(_NUMBERS)),
    *(Symbol(f"t{i}", name, Type.TEXT) for i, name in enumerate(("文", "字", "词", "单位"))),
    Symbol("b0", "是", Type.BOOL),
    Symbol("c0", "金额列", Type.NUMBER, "万元", scalar=False, column=True),
    Symbol("c1", "数列", Type.NUMBER, "次", scalar=False, column=True),
    Symbol("c2", "类别列", Type.TEXT, scalar=False, column=True),
    Symbol("c3", "地区列", Type.TEXT, scalar=False, column=True),
    Symbol("c4", "本行", Type.NUMBER, "万元", scalar=True, column=True),
    Symbol("p0", "倍数", Type.NUMBER, constant=Decimal("1.5")),
    Symbol("p1", "重点", Type.TEXT, constant="A类"),
]
LENGTH = 5  # rows of every column, kept in two ranges of 3 and 2 cells
SCOPE = Scope(
    symbols=known_names(SYMBOLS),
    lists={"程度": ("优", "良", "Good"), "禁词": ("无", "*", "a?c")},
    tolerance={"万元": Decimal("0.01")},
)
MARK = "#NA"


@dataclass(frozen=True, slots=True)
class Case:
    """One expression on one set of values, in one row of the workbook."""

    text: str
    given: Given
    row: int
    bound: Bound = field(compare=False)

    def __getitem__(self, ident: str) -> Scalar:
        """Return the field's value; for 本行, the first of its column."""
        symbol = SCOPE.symbols[ident]
        return self.column(ident)[0] if symbol.column else to_value(self.given.get(symbol.name, ""))

    def column(self, ident: str) -> Sequence[Scalar]:
        """Return the column's values, padded with blanks."""
        listed = self.given.get(SCOPE.symbols[ident].name, [])
        assert isinstance(listed, list)
        return [to_value(value) for value in [*listed, *[""] * (LENGTH - len(listed))]]

    def cell(self, symbol: Symbol) -> str:
        """Return the field's address."""
        return f"'值 表'!${_letter(_position(symbol))}${self.row}"

    def ranges(self, symbol: Symbol) -> Sequence[str]:
        """Return the two ranges of a column."""
        at = _position(symbol)
        return [
            f"'值 表'!${_letter(at)}${self.row}:${_letter(at + 2)}${self.row}",
            f"'值 表'!${_letter(at + 3)}${self.row}:${_letter(at + 4)}${self.row}",
        ]

    @property
    def answer(self) -> Answer:
        """What Python computes."""
        return evaluate(self.bound, self)


@dataclass(frozen=True, slots=True)
class CaseCells:
    """The addresses of one case (``Case.column`` is taken by the values)."""

    case: Case

    def cell(self, symbol: Symbol) -> str:
        """Return the field's address."""
        return self.case.cell(symbol)

    def column(self, symbol: Symbol) -> Sequence[str]:
        """Return the ranges of a column."""
        return self.case.ranges(symbol)


def to_value(raw: object) -> Scalar:
    """Turn what a test wrote (1.5, 3, "文") into a value; floats pass through their shortest text."""
    if isinstance(raw, (bool, str, Decimal)):
        return raw
    assert isinstance(raw, (int, float))
    return Decimal(repr(raw))


def make(text: str, given: Given, row: int = 1) -> Case:
    """Parse and bind one case."""
    return Case(text, given, row, bind(parse(text), SCOPE))


def compute(text: str, **given: object) -> Answer:
    """Return what Python computes for an expression."""
    return make(text, given).answer


def recalculated(cases: Sequence[Case], formulas: Sequence[str], folder: Path) -> list[object]:
    """Write one workbook with a row per case, let LibreOffice compute it, return what it shows."""
    source = folder / "源.xlsx"
    book = xlsxwriter.Workbook(str(source))
    values = book.add_worksheet("值 表")
    results = book.add_worksheet("结果")
    for case, formula in zip(cases, formulas, strict=True):
        for symbol in SYMBOLS:
            if symbol.constant is None:
                listed = case.column(symbol.id) if symbol.column else [case[symbol.id]]
                for offset, value in enumerate(listed):
                    _put(values, case.row - 1, _position(symbol) + offset, value)
        results.write_formula(case.row - 1, 0, f'=IFERROR({formula},"{MARK}")', None, "")
    book.close()
    [done] = convert([source], folder / "算出")
    sheet = openpyxl.load_workbook(done, data_only=True)["结果"]
    return [_plain(sheet.cell(case.row, 1).value) for case in cases]


def _plain(shown: object) -> object:
    """Undo the date format LibreOffice gives a cell whose formula ends in DATE."""
    return (shown - datetime.datetime(1899, 12, 30)).days if isinstance(shown, datetime.datetime) else shown


def _put(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Scalar) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value))
    elif value == "":
        sheet.write_formula(row, column, '=""', None, "")  # blank the way a generated workbook is
    else:
        sheet.write_string(row, column, value)


def agree(answer: Answer, shown: object) -> bool:
    """Tell whether LibreOffice shows what Python computed; numbers to 12 digits."""
    if answer is NA:
        return shown == MARK
    if isinstance(answer, bool) or isinstance(shown, bool):
        return answer is shown
    if isinstance(answer, Decimal):
        return isinstance(shown, (int, float)) and abs(float(answer) - shown) <= 1e-9 + 1e-12 * abs(shown)
    return answer == ("" if shown is None else shown)


def formula(case: Case) -> str:
    """Return the Excel formula of a case."""
    return to_excel(case.bound, CaseCells(case))


def _position(symbol: Symbol) -> int:
    at = 0
    for other in SYMBOLS:
        if other.id == symbol.id:
            return at
        at += LENGTH if other.column else 1
    raise KeyError(symbol.id)


def _letter(position: int) -> str:
    return get_column_letter(position + 1)
