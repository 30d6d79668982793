"""What a file is, by its content: a workbook, or which kind of document. The name only tells a .wps.

Imports ``sniff`` and the gate. Kinds: those of ``sniff.kind_of``, and ``docx``, ``doc``, ``html``, ``mht``, ``pdf``,
``text``. Whatever is neither is refused with the sentence the workbook's door has for it.
"""

from __future__ import annotations

import re

from xltool.ooxml.gate import opened
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read.sniff import OLE, ZIP, kind_of, whole
from xltool.read.tables import document_notices
from xltool.read.tables.text_dumps import decoded
from xltool.read.tables.word import document_part

_HTML = re.compile(r"<!doctype html|<html|<table|<body|<div|<p[ >]", re.IGNORECASE)
_MAIL = re.compile(
    r"^(mime-version|content-type|from|subject|snapshot-content-location):", re.IGNORECASE | re.MULTILINE
)
_NOT_TEXT = re.compile(r"\{\\rtf|ID;P|TABLE\r?\n|<\?xml|ofd|%pdf", re.IGNORECASE)
_HEAD = 8_192


def document_kind(data: bytes, name: str = "", limits: Limits = LIMITS) -> str:
    """Return the kind of a file.

    Raises:
        Refused: nothing that can be read as a table or a document.
    """
    whole(data, name, limits)
    if data.startswith(ZIP):
        with opened(data, limits) as archive:
            if document_part(archive) is not None:
                return "docx"
    elif data.startswith(OLE):
        if "WordDocument".encode("utf-16-le") in data and "Workbook".encode("utf-16-le") not in data:
            if name.lower().endswith(".wps"):
                raise refuse(document_notices.WPS_WRITER)
            return "doc"
        if "MatOST".encode("utf-16-le") in data:
            raise refuse(document_notices.WPS_WRITER)
    elif found := _plain(data):
        return found
    return kind_of(data, name, limits)


def _plain(data: bytes) -> str:
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    marked = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if b"\0" in data[:_HEAD] and not marked and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    text = decoded(data[:_HEAD], cut=True)
    if text is None and marked:  # tags are ASCII, whatever is wrong with the text between them
        text = data[:_HEAD].decode("latin-1")
    if text is None:
        return ""
    head = text.lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        spreadsheet = "urn:schemas-microsoft-com:office:spreadsheet" in head and "<Workbook" in head
        return "html" if _HTML.search(head) and not spreadsheet and "office:document" not in head else ""
    if _MAIL.search(head[:400]) and "multipart/related" in head.lower() + text.lower():
        return "mht"
    if _MAIL.match(head) and "text/html" in head.lower():
        return "mht"
    return "" if _NOT_TEXT.match(head) or _is_csv(head) else "text"


def _is_csv(head: str) -> bool:
    """Whether the first lines are a list with separators: a table by itself, but not a form of ours."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    return len(lines) > 1 and any(all(mark in line for line in lines) for mark in (",", ";"))
