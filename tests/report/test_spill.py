"""More rows than a sheet can hold go on to further sheets."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from xltool.report.workbook import book as module
from xltool.report.workbook.book import Book, Column, ColumnKind, Table


@pytest.mark.parametrize(
    ("count", "sheets"),
    [(0, {"明细": 0}), (3, {"明细": 3}), (4, {"明细": 3, "明细(2)": 1}), (6, {"明细": 3, "明细(2)": 3})],
)
def test_rows_go_on_to_further_sheets(
    count: int, sheets: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    table = Table(
        "明细", "题", "注", (Column("数", 9, ColumnKind.COUNT, total=True),), ((n,) for n in range(count)), 0, True
    )
    with Book("题") as book:
        book.table(table)
        book.save(tmp_path / "a.xlsx")
    made = openpyxl.load_workbook(tmp_path / "a.xlsx")
    found = {
        sheet.title: sum(isinstance(row[0], int) for row in sheet.iter_rows(min_row=4, values_only=True))
        for sheet in made.worksheets
    }
    assert found == sheets
