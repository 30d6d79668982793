"""Documents for tests, built without any file: tables as rows of texts, the dump of a Word file as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from io import BytesIO

from xltool.form.layout.workbook_layout import Address
from xltool.read.tables.grid import Grid, GridCell, Paragraph

_SPAN = re.compile(r"(.*?)(?:→(\d+))?(?:↓(\d+))?\Z", re.DOTALL)


def grid(rows: Sequence[Sequence[str]], number: int = 1) -> Grid:
    """Cells as texts; ``→3`` covers three columns, ``↓5`` five rows. 第几列 counts what a person sees in the row, merged cells too."""
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    above: dict[tuple[int, int], int] = {}
    for row, texts in enumerate(rows):
        col = 0
        place = 0
        for text in texts:
            while (row, col) in taken:
                place += above.get((row, col), 0)
                col += 1
            match = _SPAN.match(text)
            assert match
            cols, down = int(match[2] or 1), int(match[3] or 1)
            place += 1
            above |= {(row + i, col): 1 for i in range(1, down)}
            taken |= {(row + i, col + j) for i in range(down) for j in range(cols)}
            address = Address(f"表{number}", row, col, f"第{row + 1}行第{place}列")
            cells.append(GridCell(row, col, match[1], address, down, cols))
            col += cols
    return Grid(tuple(cells))


def paragraph(text: str, number: int) -> Paragraph:
    return Paragraph(text, Address("正文", number - 1, 0, f"第{number}段"))


def to_html(said: Sequence[str], tables: Sequence[Sequence[Sequence[str]]]) -> bytes:
    """A page as web sites publish it: rowspan and colspan."""
    parts = [f"<p>{escape(text)}</p>" for text in said]
    for rows in tables:
        parts.append("<table border=1>")
        for texts in rows:
            parts.append("<tr>")
            for text in texts:
                match = _SPAN.match(text)
                assert match
                spans = (f' colspan="{match[2]}"' if match[2] else "") + (f' rowspan="{match[3]}"' if match[3] else "")
                parts.append(f"<td{spans}>{escape(match[1])}</td>")
            parts.append("</tr>")
        parts.append("</table>")
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>" + "".join(parts) + "</body></html>"
    ).encode()


def to_docx(said: Sequence[str], tables: Sequence[Sequence[Sequence[str]]]) -> bytes:
    """A Word document with merged cells."""
    import docx

    document = docx.Document()
    for text in said:
        document.add_paragraph(text)
    for number, rows in enumerate(tables, start=1):
        made = grid(rows, number)
        table = document.add_table(made.height, made.width)
        for cell in made.cells:
            top = table.cell(cell.row, cell.col)
            if cell.rows > 1 or cell.cols > 1:
                top = top.merge(table.cell(cell.row + cell.rows - 1, cell.col + cell.cols - 1))
            top.text = cell.text
        document.add_paragraph("")
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def to_xlsx(said: Sequence[str], tables: Sequence[Sequence[Sequence[str]]]) -> bytes:
    """A workbook in the official layout: one sheet per table, what is said before it above the first."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(tables, start=1):
        sheet = book.create_sheet(f"表{number}")
        top = 1
        for text in said if number == 1 else ():
            sheet.cell(top, 1, text)
            top += 1
        for cell in grid(rows, number).cells:
            place = sheet.cell(top + cell.row, cell.col + 1)
            place.value = _number(cell.text)
            if cell.text.startswith("="):
                place.data_type = "s"  # =8个 is a text there; as a formula nobody could have typed it
            if cell.rows > 1 or cell.cols > 1:
                sheet.merge_cells(
                    start_row=top + cell.row,
                    start_column=cell.col + 1,
                    end_row=top + cell.row + cell.rows - 1,
                    end_column=cell.col + cell.cols,
                )
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _number(text: str) -> str | float:
    """A plain number is stored as one, as people type it; 007 is a text."""
    return float(text) if re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text) else text


WRITERS = {"docx": to_docx, "html": to_html, "xlsx": to_xlsx}
