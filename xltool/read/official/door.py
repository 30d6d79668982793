"""From the bytes of a file that is not our workbook to a filled form. Imports ``recognise``, ``read.tables``.

Asked only about files that ``read.reader`` took for none of ours, never about one that the gate refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xltool.form import Form
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused
from xltool.read import file_notices
from xltool.read.book.values import as_verdict
from xltool.read.official.recognise import recognise
from xltool.read.returned.reader import ReadResult
from xltool.read.wanted import Official

OTHERS = frozenset(
    notice.code
    for notice in (
        file_notices.NOT_A_WORKBOOK,
        file_notices.NOT_OURS,
        file_notices.OTHER_TABLE,
        file_notices.NOT_A_TABLE,
    )
)
"""Verdicts that only say that a file is not the workbook we issued."""


def read_official(
    refused: ReadResult,
    data: bytes,
    name: str,
    form_of: Callable[[str], Form | None],
    official: Official,
    limits: Limits = LIMITS,
) -> ReadResult:
    """Read a file as an official form; ``refused`` is returned as it is if the file is none.

    Args:
        refused: what reading it as our workbook came to.
        data: the file.
        name: its name, for the department and the year.
        form_of: gives a form by id.
        official: the bureau's settings.
        limits: the gate's settings.
    """
    if not {finding.code for finding in refused.findings} <= OTHERS:
        return refused
    try:
        with as_verdict():
            from xltool.read.tables.open import open_document

            document = open_document(data, name, limits)
            forms = [form for ident in official.forms if (form := form_of(ident)) is not None]
            found = recognise(document, forms, official, name)
    except Refused as verdict:
        return replace(refused, findings=(verdict.finding,))
    if found is None:
        return refused
    return ReadResult(found.findings, found.places, found.filled)
