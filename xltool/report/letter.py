"""Letters: a Word template the bureau can edit, with its placeholders filled in.

Imports ``files`` and ``report.text``. A placeholder is {{名称}}; a table row with {{序号}} in it is repeated for
every entry of the list. A newcomer would replace inside each run: Word cuts {{部门}} into several runs as soon
as somebody edits near it, so a paragraph is taken as a whole and keeps the look of its first run.
"""

from __future__ import annotations

import copy
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from xltool.files import AUTHOR
from xltool.report.text import clean

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_MADE = datetime.datetime(2000, 1, 1)
ROW_MARK = "{{序号}}"


class LetterError(Exception):
    """The template cannot be used; the message says what to do."""


def known_placeholders(template: bytes, name: str) -> set[str]:
    """Return the placeholders of a template.

    Raises:
        LetterError: it is not a Word document.
    """
    return {match for paragraph in _paragraphs(_open(template, name)) for match in _PLACEHOLDER.findall(paragraph.text)}


def fill(template: bytes, name: str, values: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return the letter. ``values`` fill the text, ``rows`` the repeated row of a table.

    Raises:
        LetterError: not a Word document, or it names something nobody can fill.
    """
    document = _open(template, name)
    for table in _tables(document):
        _repeat(table, rows, values, name)
        for cell in table.rows[-1].cells if table.rows else ():
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True  # what follows is not left alone on a page
    for paragraph in _paragraphs(document):
        _replace(paragraph, values, name)
    sign(document, name)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sign(document: Any, title: str) -> None:
    """Set the properties of a document: its title, our author, no clock; nothing of the machine or of who edited it."""
    properties = document.core_properties
    properties.title, properties.comments = PurePath(title).stem[:255], ""
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = _MADE


def _open(template: bytes, name: str) -> Any:
    import docx

    from xltool.ooxml.gate import no_doctypes, opened
    from xltool.ooxml.refused import Refused

    try:
        with opened(template) as archive:
            no_doctypes(archive)
    except Refused as refused:
        raise LetterError(
            f"{name} 打不开：{refused.finding.message.rstrip('。')}。请用 Word 或 WPS 另存为 .docx，或删除后重新生成。"
        ) from None
    try:
        return docx.Document(io.BytesIO(template))
    except Exception as error:  # a damaged package makes python-docx raise almost anything
        raise LetterError(
            f"{name} 打不开（{type(error).__name__}）。请用 Word 或 WPS 另存为 .docx，或删除后重新生成。"
        ) from None


def _tables(document: Any) -> Iterator[Any]:
    yield from document.tables


def _paragraphs(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        for part in (section.header, section.footer):
            yield from part.paragraphs


def _repeat(table: Any, rows: Sequence[Mapping[str, str]], values: Mapping[str, str], name: str) -> None:
    from docx.table import _Row

    for pattern in [row for row in table.rows if any("序号" in _names(cell.text) for cell in row.cells)]:
        element = pattern._tr
        for number, more in enumerate(rows, start=1):
            made = copy.deepcopy(element)
            element.addprevious(made)
            for cell in _Row(made, table).cells:
                for paragraph in cell.paragraphs:
                    _replace(paragraph, {**values, **more, "序号": str(number)}, name)
        element.getparent().remove(element)


def _names(text: str) -> list[str]:
    return _PLACEHOLDER.findall(text)


def _replace(paragraph: Any, values: Mapping[str, str], name: str) -> None:
    text = paragraph.text
    if "{{" not in text:
        return
    unknown = [item for item in _names(text) if item not in values]
    if unknown:
        known = "、".join(f"{{{{{key}}}}}" for key in values)
        raise LetterError(f"{name} 里的 {{{{{unknown[0]}}}}} 没有可填的内容。可以用的是：{known}。")
    filled = _PLACEHOLDER.sub(lambda match: clean(values[match[1]]), text)
    runs = paragraph.runs
    if runs:
        runs[0].text = filled
        for run in runs[1:]:
            run.text = ""
