"""Writing primitives: text as text, formulas with their cached values, merges, failures as errors.

XlsxWriter answers a refused write with a negative number and goes on; here that raises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from xltool import expr
from xltool.engine.formulas import Formula
from xltool.form.layout.workbook_layout import Box, column_letters
from xltool.generate.cells.shared_formulas import shared
from xltool.generate.cells.steps import Steps
from xltool.writing.measure import lines_needed
from xltool.writing.workbook import TextSheet, written

_ERROR_CODES = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


class FormulaSheet(TextSheet):
    """A worksheet that shares its formulas and has rows that grow.

    ``growing``: rows whose height is only the first one; programs fit it to what is typed. ``steps``: who remembers how
    it is painted. ``again``: it is painted again; what is merged is, and what formulas may be is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.growing: set[int] = set()
        self.steps: Steps | None = None
        self.again = False

    def _write_sheet_data(self) -> None:
        self.shared = shared(
            {
                (row, col): cell.formula
                for row, line in self.table.items()
                for col, cell in line.items()
                if hasattr(cell, "formula")
            }
        )
        super()._write_sheet_data()

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, Any]]) -> None:
        if tag == "row":
            # Which columns a row uses is only a hint to programs; it is left out, as every program may.
            unwanted = ("spans", "customHeight") if attributes[0][1] - 1 in self.growing else ("spans",)
            attributes = [(name, value) for name, value in attributes if name not in unwanted]
        super()._xml_start_tag_unencoded(tag, attributes)

    def xml(self) -> str:
        """Return the whole sheet."""
        return written(self._write_all)

    def _write_all(self, target: StringIO) -> None:
        self._set_xml_writer(target)
        self._assemble_xml_file()

    def cell_xml(self, row: int, col: int, cell: Any) -> str:
        """Return a cell as it stands in the sheet."""
        self.fh = StringIO()
        self._write_cell(row, col, cell)
        return str(self.fh.getvalue())

    def row_xml(self, row: int, info: Any, *, empty: bool) -> str:
        """Return the beginning of a row as it stands in the sheet."""
        self.fh = StringIO()
        self._write_row(row, None, info, empty)
        return str(self.fh.getvalue())

    def blank(self) -> None:
        """Forget what stands in the cells."""
        self.table: dict[int, dict[int, Any]] = defaultdict(dict)
        self.row_info: dict[int, Any] = {}

    def afresh(self) -> None:
        """Forget the cells and how far they reach: the whole sheet is painted and written again."""
        self.blank()
        self.dim_rowmin = self.dim_rowmax = self.dim_colmin = self.dim_colmax = None

    def _xml_string_element(self, index: str, attributes: list[tuple[str, Any]]) -> None:
        super()._xml_string_element(self.str_table.numbers[index], attributes)

    def _xml_formula_element(self, formula: str, result: Any, attributes: list[tuple[str, Any]]) -> None:
        share = self.shared.get(attributes[0][1])
        if share is None:
            super()._xml_formula_element(formula, result, attributes)
            return
        if result == "":
            attributes = [*attributes, ("t", "str")]
        written = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{written}>{share.element(self._escape_data)}<v>{self._escape_data(result)}</v></c>")


class WriteRefusedError(RuntimeError):
    """XlsxWriter refused a write (text or list too long); a fault of the form, not of a department."""


def ensure(code: int | None, what: str) -> None:
    """Raise if XlsxWriter reported a refused write."""
    if code is not None and code < 0:
        raise WriteRefusedError(f"{what}: XlsxWriter returned {code}")


def plain(value: Decimal | str) -> float | int | str:
    """Return a cached value the way XlsxWriter takes it; text that spells an error code would become that error."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
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
    if not sheet.again and (problem := expr.beyond_excel(formula.text)):
        raise WriteRefusedError(f"公式{problem}：{formula.text[:60]}…")
    _merge(sheet, row, col, rows, cols, style)
    ensure(sheet.put_formula(row, col, formula.text, style, plain(formula.cached)), formula.text[:60])


def _merge(sheet: Any, row: int, col: int, rows: int, cols: int, style: Any) -> None:
    if (rows > 1 or cols > 1) and not sheet.again:
        ensure(sheet.merge_range(row, col, row + rows - 1, col + cols - 1, "", style), "merge")


def runs(boxes: Sequence[Box]) -> Iterator[tuple[int, int, int, int]]:
    """Join boxes of one column that stand below each other and are equally wide: corners as XlsxWriter takes them."""
    open_run: list[int] = []
    for box in sorted(boxes, key=lambda box: box.row):
        right, below = box.col + box.cols - 1, box.row + box.rows - 1
        if open_run and open_run[2] + 1 == box.row and open_run[3] == right:
            open_run[2] = below
            continue
        if open_run:
            yield open_run[0], open_run[1], open_run[2], open_run[3]
        open_run = [box.row, box.col, below, right]
    if open_run:
        yield open_run[0], open_run[1], open_run[2], open_run[3]


def conditional(sheet: Any, boxes: Sequence[Box], rule: dict[str, Any]) -> None:
    """Write one conditional format for boxes of a column; its formula speaks of the first one's row."""
    areas = list(runs(boxes))
    several = " ".join(area(*corners) for corners in areas)
    ensure(sheet.conditional_format(*areas[0], rule | {"multi_range": several} if len(areas) > 1 else rule), several)


def area(top: int, left: int, bottom: int, right: int) -> str:
    """Return ``B2:D5`` for corners as ``runs`` gives them."""
    first, last = f"{column_letters(left)}{top + 1}", f"{column_letters(right)}{bottom + 1}"
    return first if first == last else f"{first}:{last}"


def lines(text: str, width: float) -> int:
    """Estimate how many lines a text takes in a column of ``width`` characters (a Chinese one counts two)."""
    return lines_needed(text, int(width - 2))
