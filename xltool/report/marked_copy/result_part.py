"""The sheet 审核结果 as a worksheet part: plain XML with texts inside the cells.

Imports ``report.review``. Texts stand in the sheet itself, so the shared strings of the workbook need no
change; links are places inside the workbook and need no relationship. A newcomer would forget ``_x000D_``:
Excel reads such a text as a control character unless its underscore is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from xltool.ooxml.package import MAIN
from xltool.report.marked_copy.result_sheet import WIDTHS, Item, ResultRow
from xltool.writing.text import for_part

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def review_part(rows: Sequence[ResultRow], styles: Mapping[tuple[str, str], int]) -> bytes:
    """Return the part; ``styles``: the cell format of (look, number format)."""
    body: list[str] = []
    merges: list[str] = []
    links: list[str] = []
    for number, row in enumerate(rows, start=1):
        cells: list[str] = []
        column = 0
        for item in row.items:
            index, first = styles[item.look, item.num_format], f"{_LETTERS[column]}{number}"
            cells.append(_cell(first, item, index))
            cells += [f'<c r="{_LETTERS[column + more]}{number}" s="{index}"/>' for more in range(1, item.span)]
            if item.span > 1:
                merges.append(f'<mergeCell ref="{first}:{_LETTERS[column + item.span - 1]}{number}"/>')
            if item.link:
                display = quoteattr(for_part(str(item.value)), {"\n": "&#10;"})
                links.append(f'<hyperlink ref="{first}" location={quoteattr(for_part(item.link))} display={display}/>')
            column += item.span
        body.append(f'<row r="{number}" ht="{row.height:g}" customHeight="1">{"".join(cells)}</row>')
    widths = "".join(
        f'<col min="{index}" max="{index}" width="{width + 0.71:g}" customWidth="1"/>'
        for index, width in enumerate(WIDTHS, start=1)
    )
    joined = "".join(body)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFB00020"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{_LETTERS[len(WIDTHS) - 1]}{max(1, len(rows))}"/>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{joined}</sheetData>'
        f"{_counted('mergeCells', merges)}{_wrapped('hyperlinks', links)}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C&amp;A&amp;R第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    ).encode()


def _cell(reference: str, item: Item, style: int) -> str:
    if item.value is None or item.value == "":
        return f'<c r="{reference}" s="{style}"/>'
    if isinstance(item.value, str):
        text = escape(for_part(item.value))
        return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{reference}" s="{style}"><v>{item.value!r}</v></c>'


def _counted(name: str, items: list[str]) -> str:
    return f'<{name} count="{len(items)}">{"".join(items)}</{name}>' if items else ""


def _wrapped(name: str, items: list[str]) -> str:
    return f"<{name}>{''.join(items)}</{name}>" if items else ""
