"""Tables and paragraphs of a Word document, written as XML: a table of thirty rows takes two milliseconds.

Imports ``official_table``. What is missing is highlighted. A newcomer would build tables with python-docx cell by cell: every cell
looks the table up anew, and a vertical merge is three calls (decision 0031 has the figures).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from xltool.report.documents.official_table import PaperCell, PaperTable
from xltool.writing.text import clean

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MISSING = re.compile("(〔待补(?:：[^〔〕]*)?〕)")
SONG, HEI, FANG, TITLE = "宋体", "黑体", "仿宋_GB2312", "方正小标宋简体"
_POINT, _CM = 20, 567  # twentieths of a point
_BARE = {
    "title": ("top", "left", "right"),
    "right": ("top", "left", "right"),
    "plain": ("top", "left", "bottom", "right"),
    "footer": ("left", "bottom", "right"),
    "code": ("top", "left", "bottom", "right"),
}
_TOGETHER = 14
"""A table among text of so many rows stands on one page."""
_SPLITS = 300
"""Characters of a cell whose row may go on on the next page; shorter rows stay together."""


@dataclass(frozen=True, slots=True)
class _Look:
    """``size`` in points; ``inside``: among text; ``together``: on one page with the row below."""

    size: float
    inside: bool
    together: bool


def parsed(xml: str) -> Any:
    """Return the elements of a piece of WordprocessingML."""
    from docx.oxml.parser import parse_xml

    return list(parse_xml(f'<w:body xmlns:w="{W}">{xml}</w:body>'))


def runs(text: str, font: str, size: float) -> str:
    """Return the runs of a text; what is missing in it is highlighted. ``size`` in points."""
    look = (
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>'
        + f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    )
    made = []
    for piece in MISSING.split(text):
        if piece:
            marked = '<w:highlight w:val="yellow"/>' if MISSING.fullmatch(piece) else ""
            made.append(f'<w:r><w:rPr>{look}{marked}</w:rPr><w:t xml:space="preserve">{escape(piece)}</w:t></w:r>')
    return "".join(made)


def table(paper: PaperTable, width: float, size: float, inside: bool = False) -> str:
    """Return a table as wide as ``width`` (cm), its type ``size`` points; ``inside``: it stands among text, on one page if it is short."""
    look = _Look(size, inside, inside and len(paper.rows) <= _TOGETHER)
    total = sum(paper.widths)
    columns = [round(width * _CM * wide / total) for wide in paper.widths]
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="40" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
    head = (
        f'<w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )
    above: dict[int, tuple[int, PaperCell]] = {}  # by column: how many rows a cell still reaches down, and the cell
    rows = []
    for number, cells in enumerate(paper.rows):
        rows.append(_row(paper, number, cells, above, columns, look))
    return f"<w:tbl>{head}{''.join(rows)}</w:tbl>"


def _row(
    paper: PaperTable,
    number: int,
    cells: Sequence[PaperCell],
    above: dict[int, tuple[int, PaperCell]],
    columns: Sequence[int],
    look: _Look,
) -> str:
    last = number == len(paper.rows) - 1
    coded = paper.rows[-1][0].style == "code"
    closing = len(paper.rows) - 2 - coded <= number and not last  # a signature line is never alone on a page
    look = replace(look, together=not last if look.together else closing and not look.inside)
    waiting, col, made = list(cells), 0, []
    while col < len(columns):
        if col in above:
            left, owner = above.pop(col)
            if left > 1:
                above[col] = (left - 1, owner)
            made.append(
                _cell(PaperCell("", owner.style, owner.cols), columns[col : col + owner.cols], look, "<w:vMerge/>")
            )
            col += owner.cols
            continue
        if waiting:
            cell = waiting.pop(0)
            merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
            if cell.rows > 1:
                above[col] = (cell.rows - 1, cell)
        else:
            cell, merge = PaperCell("", "center", len(columns) - col), ""
        made.append(_cell(cell, columns[col : col + cell.cols], look, merge))
        col += cell.cols
    longest = max((len(cell.text) for cell in cells), default=0)
    together = "<w:cantSplit/>" if longest < _SPLITS else ""
    repeated = "<w:tblHeader/>" if number < paper.heads else ""
    height = round(paper.heights[number] * _POINT)
    return f'<w:tr><w:trPr>{together}<w:trHeight w:val="{height}" w:hRule="atLeast"/>{repeated}</w:trPr>{"".join(made)}</w:tr>'


def _cell(cell: PaperCell, widths: Sequence[int], look: _Look, merge: str) -> str:
    span = f'<w:gridSpan w:val="{cell.cols}"/>' if cell.cols > 1 else ""
    bare = _BARE.get(cell.style, ())
    borders = "".join(f'<w:{side} w:val="nil"/>' for side in bare)
    borders = f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    align = {"left": "left", "right": "right", "plain": "left", "footer": "left", "code": "right"}.get(
        cell.style, "center"
    )
    font, points = (FANG, 12.0) if cell.style == "plain" else (SONG, 8.0 if cell.style == "code" else look.size)
    if cell.style == "title":
        font, points = (HEI, 12.0) if look.inside else (TITLE, 16.0)
    keep = "<w:keepNext/>" if look.together else ""
    above = 120 if cell.style == "title" and look.inside else 0
    said = "".join(
        f'<w:p><w:pPr>{keep}<w:spacing w:before="{above}" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0"/>'
        f'<w:jc w:val="{align}"/></w:pPr>{runs(line, font, points)}</w:p>'
        for line in clean(cell.text).split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}{merge}{borders}<w:vAlign w:val="center"/></w:tcPr>'
        f"{said}</w:tc>"
    )
