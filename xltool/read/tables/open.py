"""The one door to a document, whatever program wrote it: as ``values.open_book`` is to a workbook's cells.

Imports ``kinds`` and, when one is asked for, the reader of a format.
"""

from __future__ import annotations

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.values import as_verdict
from xltool.read.tables.grid import Document
from xltool.read.tables.kinds import document_kind


def open_document(data: bytes, name: str = "", limits: Limits = LIMITS) -> Document:
    """Read the tables and paragraphs of a document, or of the visible sheets of a workbook.

    Raises:
        Refused: it cannot be read; the finding says why and what to do.
    """
    kind = document_kind(data, name, limits)
    with as_verdict():
        match kind:
            case "docx":
                from xltool.read.tables.word import read_docx

                return read_docx(data, limits)
            case "xlsx" | "xls" | "ods":
                from xltool.read.tables.sheets import read_sheets

                return read_sheets(data, name, limits)
            case "html" | "mht":
                from xltool.read.tables.web import read_html, read_mht

                return (read_html if kind == "html" else read_mht)(data, limits)
            case "doc":
                from xltool.read.tables.word.old import read_doc

                return read_doc(data, limits)
            case "pdf":
                from xltool.read.tables.pdf import read_pdf

                return read_pdf(data, limits)
            case "text":
                from xltool.read.tables.text_dumps import decoded, read_text

                text = decoded(data)
                if text is None:
                    raise refuse(file_notices.NOT_A_WORKBOOK, what="文本文件，编码无法识别")
                return read_text(text, limits)
            case _:
                raise refuse(file_notices.NOT_A_WORKBOOK, what="压缩包，请用收件文件夹核对")
