"""More rows than a sheet can hold go on to further sheets."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from xltool.report.workbook import book as module
from xltool.report.workbook.book import Book, Column, ColumnKind, Link, Table
from xltool.writing import workbook


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


@pytest.mark.parametrize(
    ("most", "linked"),
    [
        (65_530, [True, True, True, False, True, False]),
        (4, [True, True, True, False, True, False]),
        (3, [True] * 3 + [False] * 3),
    ],
)
def test_in_a_long_list_the_first_line_of_a_file_leads_to_it(
    most: int, linked: list[bool], monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    """The lines are all there, and nothing is said of links that Excel does not take."""
    monkeypatch.setattr(module, "_LINKED_ROWS", 5)
    monkeypatch.setattr(workbook, "_LINKS", most)
    files = ["甲", "甲", "乙", "乙", "丙", "丙"]
    table = Table(
        "明细", "题", "注", (Column("文件", 9),), ((Link(file, f"external:{file}.xlsx"),) for file in files), 0
    )
    with Book("题") as book:
        book.table(table)
        sheet = openpyxl.load_workbook(io.BytesIO(book.content())).active
    assert sheet is not None
    rows = [sheet.cell(row, 1) for row in range(4, 10)]
    assert ([cell.value for cell in rows], [cell.hyperlink is not None for cell in rows]) == (files, linked)
    assert not recwarn.list
