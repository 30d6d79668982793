"""A .doc (Word 97-2003) by way of .docx, through the extra ``xltool[doc]`` (PyPI's msdoc2docx, Python alone).

Imports ``document``. What the converter gives passes the gate like any .docx. Another package imports under the same name
and would start Word itself, so the distribution is asked for first. LibreOffice is no second way: of a document
whose table the converter reads it made one paragraph, without a word (decision 0020).
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from xltool.files import cause
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.tables import document_notices
from xltool.read.tables.grid import Document
from xltool.read.tables.word.document import read_docx


def read_doc(data: bytes, limits: Limits = LIMITS) -> Document:
    """Read an old Word document.

    Raises:
        Refused: encrypted, damaged, or the extra is not installed.
    """
    try:
        version("msdoc2docx")
        from doc2docx import convert
        from doc2docx.errors import Doc2DocxError, EncryptedDocumentError
    except (ImportError, PackageNotFoundError):
        raise refuse(document_notices.NEEDS_EXTRA, what="旧格式的 Word 文档（.doc）", extra="xltool[doc]") from None
    with tempfile.TemporaryDirectory(prefix="xltool-doc-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "in.doc"), Path(folder, "in.docx")
        source.write_bytes(data)
        try:
            convert(source, target)
        except EncryptedDocumentError:
            raise refuse(file_notices.ENCRYPTED) from None
        except Doc2DocxError as error:
            raise refuse(document_notices.OLD_WORD, what=cause(error)) from None
        if target.stat().st_size > limits.file:
            raise refuse(file_notices.TOO_LARGE, what="转换以后的文档")
        document = read_docx(target.read_bytes(), limits)
    return replace(document, kind="doc", findings=(document_notices.CONVERTED.finding(), *document.findings))
