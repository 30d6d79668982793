"""What a workbook tells the department: the cover's panel and the 校验 sheet, and what the bureau would have it say."""

from __future__ import annotations

from io import BytesIO

import openpyxl

from tests import kit
from xltool.form import Form, form_by_id
from xltool.form.layout.workbook_layout import Layout
from xltool.generate.workbook import write
from xltool.read import read

Told = list[tuple[str, ...]]


def panel(data: bytes) -> Told:
    """The cover below 填报状态: sheet by sheet, then the verdict."""
    lines = _lines(data, "封面", 2)
    return lines[next(index for index, line in enumerate(lines) if line[0] == "填报状态") + 2 :]


def verdict(data: bytes) -> str:
    return panel(data)[-1][0]


def verdict_cell(data: bytes) -> str:
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)["封面"]
    return next(c.coordinate for line in sheet.iter_rows() for c in line if str(c.value)[:1] in "✔✘" and c.column == 2)


def checked(data: bytes) -> Told:
    """The lines of 校验, from the rule's code to the text."""
    return [line[:7] for line in _lines(data, "校验", 1)[3:]]


def _lines(data: bytes, title: str, first: int) -> Told:
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)[title]
    lines = (
        tuple("" if value is None else str(value) for value in line)
        for line in sheet.iter_rows(min_col=first, max_col=9, values_only=True)
    )
    return [line for line in lines if any(line)]


def as_bureau_sees(data: bytes, form: Form | None = None) -> bytes:
    """The workbook as the bureau would write it from what it reads in this one."""
    ours = form or form_by_id(kit.FORM_ID)
    found = read(data, lambda _: ours)
    assert isinstance(found.layout, Layout)
    assert found.filled is not None
    return write(found.layout, found.filled)


def agrees(data: bytes, form: Form | None = None) -> bool:
    """Whether cover and 校验, saved with the file, say what the bureau says; pytest shows where they differ."""
    bureau = as_bureau_sees(data, form)
    assert panel(data) == panel(bureau)
    assert checked(data) == checked(bureau)
    return True
