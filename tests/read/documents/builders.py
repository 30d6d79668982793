"""The same table written as Word, web page, workbook or text dump, and Word files by hand where no library would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@dataclass(frozen=True)
class Spot:
    """A cell of a table to be written."""

    row: int
    col: int
    rows: int
    cols: int
    text: str


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def word(body: str, space: str = W, office: str = R, **more: str) -> bytes:
    """A .docx with a body written by hand. ``more``: further parts, ``__`` for ``/`` and ``_dot_`` for ``.``."""
    extra = {name.replace("__", "/").replace("_dot_", "."): text for name, text in more.items()}
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return packed(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{TYPE}"/></Types>',
            "_rels/.rels": f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{head}<w:document xmlns:w="{space}" xmlns:r="{office}" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
            f"<w:body>{body}</w:body></w:document>",
            **extra,
        }
    )


def p(text: str = "", properties: str = "") -> str:
    """A paragraph."""
    return f"<w:p>{properties}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    """A table cell; text becomes a paragraph."""
    inside = content if content.startswith("<") else p(content)
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{inside}</w:tc>"


def tbl(*rows: Iterable[str]) -> str:
    """A table of cells; a row that begins with ``<w:trPr>`` brings its properties."""
    return "<w:tbl><w:tblGrid/>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def as_docx(spots: list[Spot]) -> bytes:
    """The table by python-docx."""
    import docx

    document = docx.Document()
    table = document.add_table(max(s.row + s.rows for s in spots), max(s.col + s.cols for s in spots))
    for spot in spots:
        first, last = table.cell(spot.row, spot.col), table.cell(spot.row + spot.rows - 1, spot.col + spot.cols - 1)
        (first.merge(last) if first is not last else first).text = spot.text
    return saved(document)


def saved(document: Any) -> bytes:
    """What a library saves."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_html(spots: list[Spot]) -> bytes:
    """The table as a page."""
    from html import escape

    rows: dict[int, list[Spot]] = {}
    for spot in sorted(spots, key=lambda s: (s.row, s.col)):
        rows.setdefault(spot.row, []).append(spot)
    height = max(s.row + s.rows for s in spots)
    lines = (
        "<tr>"
        + "".join(f"<td rowspan={s.rows} colspan={s.cols}>{_lines(escape(s.text))}</td>" for s in rows.get(row, []))
        for row in range(height)
    )
    return f"<html><meta charset=utf-8><body><table>{''.join(lines)}</table>".encode()


def _lines(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.split("\n"))


def as_xlsx(spots: list[Spot]) -> bytes:
    """The table as a sheet by openpyxl."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for spot in spots:
        cell = sheet.cell(spot.row + 1, spot.col + 1, spot.text or None)
        cell.data_type = "s"
        sheet.merge_cells(None, spot.row + 1, spot.col + 1, spot.row + spot.rows, spot.col + spot.cols)
    return saved(book)


def as_xls(spots: list[Spot]) -> bytes:
    """The table as an old sheet by xlwt."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for s in spots:
        sheet.write_merge(s.row, s.row + s.rows - 1, s.col, s.col + s.cols - 1, s.text)
    return saved(book)


def as_ods(spots: list[Spot]) -> bytes:
    """The table as an OpenDocument sheet, by hand."""
    from xml.sax.saxutils import escape

    places = {(s.row, s.col): s for s in spots}
    covered = {(s.row + r, s.col + c) for s in spots for r in range(s.rows) for c in range(s.cols)} - set(places)
    rows = []
    for row in range(max(s.row + s.rows for s in spots)):
        cells = []
        for col in range(max(s.col + s.cols for s in spots)):
            if (row, col) in covered:
                cells.append("<t:covered-table-cell/>")
            else:
                s = places[row, col]
                spans = f't:number-rows-spanned="{s.rows}" t:number-columns-spanned="{s.cols}"'
                lines = "".join(f"<x:p>{escape(line)}</x:p>" for line in s.text.split("\n"))
                cells.append(f'<t:table-cell o:value-type="string" {spans}>{lines}</t:table-cell>')
        rows.append(f"<t:table-row>{''.join(cells)}</t:table-row>")
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<o:document-content xmlns:o="{urn}office:1.0" xmlns:t="{urn}table:1.0" xmlns:x="{urn}text:1.0"><o:body>'
        f'<o:spreadsheet><t:table t:name="Sheet">{"".join(rows)}</t:table></o:spreadsheet></o:body></o:document-content>'
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def as_dump(rows: list[list[str]]) -> str:
    """A table as text tools write it: every cell begins a line with a tab, a blank line ends a row, one more the table."""
    return "".join("".join(f"\t{cell}\n" for cell in row) + "\n" for row in rows) + "\n"


def numbered(objects: list[bytes]) -> bytes:
    """A PDF of its objects; the first is the catalogue."""
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail
