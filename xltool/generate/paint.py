"""Writing primitives: text as text, formulas with their cached values, merges, failures as errors.

XlsxWriter answers a refused write with a negative number and goes on; here that raises.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from xltool.engine.formulas import Formula

_ERROR_CODES = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


class FormulaSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes formulas as they are.

    Ours use no function newer than Excel 2010; searching each for some forty newer names took half the time.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")


class WriteRefusedError(RuntimeError):
    """XlsxWriter refused a write (text or list too long); a fault of the form, not of a department."""


def ensure(code: int | None, what: str) -> None:
    """Raise if XlsxWriter reported a refused write."""
    if code is not None and code < 0:
        raise WriteRefusedError(f"{what}: XlsxWriter returned {code}")


def plain(value: Decimal | str) -> float | str:
    """Return a cached value the way XlsxWriter takes it; text that spells an error code would become that error."""
    if isinstance(value, Decimal):
        return float(value)
    return "" if value in _ERROR_CODES else value


def put(sheet: Any, row: int, col: int, value: Decimal | str, style: Any, rows: int = 1, cols: int = 1) -> None:
    """Write text or a number, merged over ``rows`` x ``cols``."""
    _merge(sheet, row, col, rows, cols, style)
    if isinstance(value, Decimal):
        ensure(sheet.write_number(row, col, float(value), style), str(value))
    elif value:
        ensure(sheet.write_string(row, col, value, style), value[:40])
    else:
        ensure(sheet.write_blank(row, col, None, style), "blank")


def put_formula(
    sheet: Any, row: int, col: int, formula: Formula, style: Any = None, rows: int = 1, cols: int = 1
) -> None:
    """Write a formula with its cached value, merged over ``rows`` x ``cols``."""
    if len(formula.text) > 8000:
        raise WriteRefusedError(f"formula of {len(formula.text)} characters: {formula.text[:60]}")
    _merge(sheet, row, col, rows, cols, style)
    ensure(sheet.write_formula(row, col, f"={formula.text}", style, plain(formula.cached)), formula.text[:60])


def put_link(sheet: Any, row: int, col: int, target: str, text: str, style: Any) -> None:
    """Write a link to a place in this workbook, e.g. ``'封面'!A1``."""
    ensure(sheet.write_url(row, col, f"internal:{target}", style, text), text)


def _merge(sheet: Any, row: int, col: int, rows: int, cols: int, style: Any) -> None:
    if rows > 1 or cols > 1:
        ensure(sheet.merge_range(row, col, row + rows - 1, col + cols - 1, "", style), "merge")


def lines(text: str, width: float) -> int:
    """Estimate how many lines a text takes in a column of ``width`` characters (a Chinese one counts two)."""
    total = 0
    for part in text.split("\n"):
        size = sum(2 if ord(char) > 0x2E80 or char in "“”……—" else 1 for char in part)
        total += max(1, -(-size // max(1, int(width - 2))))
    return total
