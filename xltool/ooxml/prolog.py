"""Whether a part of a package may be given to an XML parser. Imports nothing of ours.

Decided by what stands before the root element, the only place where a document type can be declared and an
encoding can be named. OOXML and ODF know UTF-8 and UTF-16; a parser that guesses others (UTF-32, EBCDIC, UTF-7)
reads what the gate cannot see.
"""

from __future__ import annotations

import codecs
import re

LONGEST = 65_536
"""Bytes in which the root element must begin: what stands before it is a declaration and a comment or two."""

_WIDE, _PLAIN = ("UTF-16",), ("UTF-8", "UTF8", "US-ASCII")
_BEFORE_ROOT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ENCODING = re.compile(r"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")


def objection(head: bytes) -> str:
    """Return why XML that begins like this is not parsed, ``""`` if it may be.

    Args:
        head: the first ``LONGEST`` bytes of the part, or all of them.

    >>> objection(b'<?xml version="1.0" encoding="UTF-8"?><a/>'), objection(b"<!-- a --><!DOCTYPE x><a/>")
    ('', '含有 DOCTYPE 声明')
    >>> objection("<a/>".encode("utf-32-le")), objection(b'<?xml version="1.0" encoding="GBK"?><a/>')
    ('编码不是 UTF-8 或 UTF-16', '编码不是 UTF-8 或 UTF-16')
    """
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not head.startswith(codecs.BOM_UTF32_LE)
    text = head.decode("utf-16" if wide else "utf-8-sig", "replace")
    declared = _ENCODING.match(text)
    if "\0" in text[:64] or (declared and declared[1].upper() not in (_WIDE if wide else _PLAIN)):
        return "编码不是 UTF-8 或 UTF-16"
    at = _BEFORE_ROOT.match(text)
    rest = text[at.end() :] if at else text
    if rest.startswith("<!DOCTYPE"):
        return "含有 DOCTYPE 声明"
    if not rest.startswith("<") or rest.startswith(("<!", "<?")):
        return "XML 的开头不是元素"
    return ""
