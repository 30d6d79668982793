"""The official layouts, as macros_docs/form-layouts.md describes them cell by cell, are those of the workbooks.

The page is written by hand from the published forms, so it is an independent statement; ``〔…〕`` stands for what a
department fills in or a formula shows. A number in it is the value the cell must have.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests import clean, kit
from xltool.form import form_by_id, form_ids

DOCS = Path(__file__).parents[2] / "macros_docs"
PAGE = (DOCS / "form-layouts.md").read_text("utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"(?ms)^## ([a-z0-9-]+)：(.+?)(?=^## |\Z)", PAGE))
LAYOUTS = [
    (ident, sheet, rows)
    for ident, text in SECTIONS.items()
    for sheet, rows in re.findall(r"(?s)```layout (\S+)\n(.+?)```", text)
]
TO_THE_END = "各行"


def squeezed(text: object) -> str:
    plain = int(text) if isinstance(text, float) and text.is_integer() else "" if text is None else text
    return re.sub(r"\s", "", str(plain))


def parsed(cell: str) -> tuple[str, int, str]:
    """Text, columns, rows of one cell of a description."""
    match = re.fullmatch(r"(.*?)(?:→(\d+))?(?:↓(\d+|各行))?", cell.strip())
    assert match
    return squeezed(match[1]), int(match[2] or 1), match[3] or "1"


def extent(page: Worksheet, row: int, col: int) -> tuple[int, int]:
    """Columns and rows of the box at a cell; (0, 0) inside a box that begins elsewhere."""
    for area in page.merged_cells.ranges:
        if (area.min_row, area.min_col) == (row, col):
            return area.max_col - col + 1, area.max_row - row + 1
        if area.min_row <= row <= area.max_row and area.min_col <= col <= area.max_col:
            return 0, 0
    return 1, 1


def compare(page: Worksheet, row: int, described: list[str]) -> list[str]:
    wrong: list[str] = []
    col = 1
    for cell in described:
        while extent(page, row, col) == (0, 0):
            col += 1
        text, columns, rows = parsed(cell)
        shown, box = squeezed(page.cell(row, col).value), extent(page, row, col)
        number = re.fullmatch(r"〔(\d+)〕", text)
        if number and shown != number[1]:
            wrong.append(f"第 {row} 行第 {col} 列：应为 {number[1]}，是 {shown}")
        if not text.startswith("〔") and shown != text:
            wrong.append(f"第 {row} 行第 {col} 列：应为“{text}”，是“{shown}”")
        named = re.fullmatch(r"〔([^〔〕]+\(\d+分\))〕", text)
        if named and shown != named[1]:
            wrong.append(f"第 {row} 行第 {col} 列：应为“{named[1]}”，是“{shown}”")
        if box[0] != columns or (rows != TO_THE_END and box[1] != int(rows)) or (rows == TO_THE_END and box[1] < 9):
            wrong.append(f"第 {row} 行第 {col} 列“{text}”：应占 {columns} 列 {rows} 行，占 {box}")
        col += columns
    return wrong


@pytest.mark.parametrize(("ident", "sheet", "rows"), LAYOUTS, ids=[f"{ident} {sheet}" for ident, sheet, _ in LAYOUTS])
def test_the_generated_form_has_the_official_layout(ident: str, sheet: str, rows: str) -> None:
    form = form_by_id(ident)
    made = kit.issue(form)
    data = kit.workbook(form, made, dict(clean.values(form, made)))
    page = openpyxl.load_workbook(BytesIO(data), data_only=True)[sheet]
    shown = {squeezed(cell.value) for line in page.iter_rows() for cell in line}
    flowing = False
    wrong: list[str] = []
    for line in rows.strip().splitlines():
        number, *cells = [part.strip() for part in line.split("|")]
        if TO_THE_END in line:  # from here on the form is as long as what was filled in: its rows are not merged
            flowing = True
            heads = [squeezed(page.cell(int(number), col).value) for col in range(2, len(cells) + 1)]
            wrong += [f"第 {number} 行应为 {cells}"] if heads != [parsed(cell)[0] for cell in cells[1:]] else []
        elif number == "末" or flowing:
            texts = [parsed(cell)[0] for cell in cells]
            named = [text.strip("〔〕") for text in texts if not text.startswith("〔") or re.search(r"\(\d+分\)", text)]
            wrong += [f"没有“{text}”" for text in named if text not in shown]
        else:
            wrong += compare(page, int(number), cells)
    assert wrong == []


def test_every_form_and_every_print_sheet_of_its_own_is_described_with_a_picture() -> None:
    assert sorted(SECTIONS) == list(form_ids())
    own = {(ident, sheet.title.replace("{n}", "1")) for ident in form_ids() for sheet in form_by_id(ident).spec.prints}
    described = {(ident, sheet) for ident, sheet, _ in LAYOUTS}
    # The department-wide form prints its projects as the form it extends does.
    assert own - described == {("hunan-department-2022", "自评表1")}
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGE)
    assert len(pictures) == len(described)
    assert [name for name in pictures if not (DOCS / name).is_file()] == []
