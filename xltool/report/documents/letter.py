"""Letters: a Word template the bureau can edit, with its placeholders filled in.

Imports ``writing``, ``files`` and ``report.placeholders``. A placeholder is {{名称}} (or ｛｛名称｝｝); a table row with {{序号}} in
it is repeated for every entry of the list. One pass: what is in the template is found first and filled once; text of a
department is put in and never looked at again. A newcomer would fill rows, then the whole document, and take {{x}} in a
department's text for a placeholder.
"""

from __future__ import annotations

import copy
import datetime
import io
from collections.abc import Mapping, Sequence, Set
from pathlib import PurePath
from typing import Any

from xltool.files import AUTHOR, cause
from xltool.report.documents import placeholders
from xltool.report.documents.placeholders import LetterPlaceholder
from xltool.writing.text import cut, one_line

_MADE = datetime.datetime(2000, 1, 1)
NUMBER = "序号"
_TITLE = 255


class LetterError(Exception):
    """The template cannot be used; the message says what to do."""


def known_placeholders(template: bytes, name: str) -> set[str]:
    """Return the placeholders of a template.

    Raises:
        LetterError: it is not a Word document.
    """
    return {named for spot in placeholders.spots(opened(template, name)) for named in spot.names}


def fill(template: bytes, name: str, values: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return the letter. ``values`` fill the text, ``rows`` the repeated row of a table.

    Raises:
        LetterError: not a Word document, or it names something nobody can fill, or in a place where nothing is filled.
    """
    document = opened(template, name)
    found = placeholders.spots(document)
    repeated = {spot.rows[0] for spot in found if spot.rows and NUMBER in spot.names}
    of_rows = frozenset((NUMBER, *(key for row in rows for key in row)))
    for spot in found:
        inside = not repeated.isdisjoint(spot.rows)
        if rows or not inside:  # without entries the row goes, whatever it asks for
            check(spot, name, values, of_rows, inside=inside)
    for spot in found:
        if repeated.isdisjoint(spot.rows):
            placeholders.put(spot.paragraph, values)
    for pattern in repeated:
        if repeated.isdisjoint(pattern.iterancestors()):
            _repeat(pattern, values, rows)
    _keep_together(document)
    sign(document, name)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def check(spot: LetterPlaceholder, name: str, values: Mapping[str, str], of_rows: Set[str], *, inside: bool) -> None:
    """Refuse what would stay in the letter as it is."""
    if spot.broken:
        raise LetterError(f"{name} 的{spot.where}里，“{spot.broken}”的括号不成对。请写成 {{{{名称}}}} 的样子。")
    for named in spot.single:
        if named in values or named in of_rows:
            said = f"{name} 的{spot.where}里，“{{{named}}}”只有一层括号，不会填上内容。请写成 {{{{{named}}}}}。"
            raise LetterError(said)
    for named in spot.names:
        shown = f"{{{{{named}}}}}"
        if spot.paragraph is None:
            raise LetterError(
                f"{name} 的{spot.where}里有 {shown}，那里填不进内容。请移到正文、表格、文本框或页眉页脚里。"
            )
        if named in values or (inside and named in of_rows):
            continue
        if named in of_rows:
            raise LetterError(
                f"{name} 的{spot.where}里，{shown} 要和 {{{{{NUMBER}}}}} 写在表格的同一行。请移到那一行或删去。"
            )
        known = "、".join(f"{{{{{key}}}}}" for key in values)
        raise LetterError(f"{name} 里的 {shown} 没有可填的内容（在{spot.where}里）。可以用的是：{known}。")


def _repeat(pattern: Any, values: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> None:
    """Put a row of a table for every entry in place of the pattern."""
    for number, entry in enumerate(rows, start=1):
        made = copy.deepcopy(pattern)
        pattern.addprevious(made)
        for paragraph in placeholders.paragraphs(made):
            placeholders.put(paragraph, {**values, **entry, NUMBER: str(number)})
    pattern.getparent().remove(pattern)


def _keep_together(document: Any) -> None:
    """The last row of a table stays on the page of what follows: a signature is never alone on a page."""
    from docx.text.paragraph import Paragraph

    for table in document.tables:
        for cell in table._tbl.tr_lst[-1].tc_lst if table._tbl.tr_lst else ():
            for paragraph in cell.p_lst:
                Paragraph(paragraph, table).paragraph_format.keep_with_next = True


def sign(document: Any, title: str) -> None:
    """Set the properties of a document: its title, our author, no clock; nothing of the machine or of who edited it."""
    sign_properties(document.core_properties, title)


def sign_properties(properties: Any, title: str) -> None:
    """As ``sign``, for the properties alone."""
    properties.title, properties.comments = cut(one_line(PurePath(title).stem), _TITLE), ""
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = _MADE


def opened(template: bytes, name: str) -> Any:
    """Return a template as a document.

    Raises:
        LetterError: it is not a Word document.
    """
    import docx

    from xltool.ooxml.gate import all_acceptable, opened
    from xltool.ooxml.refused import Refused

    try:
        with opened(template) as archive:
            all_acceptable(archive)
    except Refused as refused:
        raise LetterError(
            f"{name} 打不开：{refused.finding.message.rstrip('。')}。请用 Word 或 WPS 另存为 .docx，或删除后重新生成。"
        ) from None
    try:
        document = docx.Document(io.BytesIO(template))
        for section in document.sections:  # a first section without header and footer gets empty ones
            _ = section.header.paragraphs, section.footer.paragraphs
    except Exception as error:  # a damaged package makes python-docx raise almost anything
        raise LetterError(
            f"{name} 打不开（{cause(error)}）。请用 Word 或 WPS 另存为 .docx，或删除后重新生成。"
        ) from None
    return document
