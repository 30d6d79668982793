"""The 校验 sheet says what the bureau's check finds, and leads to it."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_from_string

from tests import kit
from tests.parity import random_values
from tests.seed import seed
from xltool.findings import Finding
from xltool.form import Form, form_by_id, form_ids
from xltool.form.bind import DEPARTMENT, PROJECT
from xltool.generate import generate

Line = tuple[str, str]
"""A rule and a sheet."""


def listed(data: bytes) -> dict[Line, tuple[int, str]]:
    """By rule and sheet: the number of places, and the cell the link leads to."""
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)["校验"]
    result = {}
    for row in sheet.iter_rows(min_row=4, values_only=True):
        code, _, shown, _, _, count, _, _, _, title, target = row[:11]
        assert shown == title
        result[str(code), str(title)] = (int(str(count)), str(target))
    return result


def found(findings: tuple[Finding, ...], form: Form) -> dict[Line, list[str]]:
    """By rule of the form and sheet: all cells of all places, column by column."""
    rules = {rule.rule.code for rule in form.rules}
    result: dict[Line, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.code in rules:
            result[finding.code, finding.sheet] += finding.cells
    for cells in result.values():
        cells.sort(key=_column_first)
    return result


def _column_first(cell: str) -> tuple[int, str, int]:
    letters, row = coordinate_from_string(cell)
    return len(letters), letters, row


def assert_leads_to_them(data: bytes, form: Form) -> int:
    """The same rules on the same sheets, each with a link to where it is said; returns how many cells were certain.

    A link leads to a cell that is marked. A finding lists all cells of all places of a rule; for a rule on a row or
    a cell the link leads to one of them, and where the places are one cell each, to the first.
    """
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    lines, findings = listed(data), found(kit.examined(data, form=form).findings, form)
    assert {line for line, (count, _) in lines.items() if count} == set(findings)
    spread = {rule.rule.code for rule in form.rules if rule.level or rule.rule.on in (PROJECT, DEPARTMENT)}
    certain = 0
    for (code, title), cells in findings.items():
        count, target = lines[code, title]
        letters, row = coordinate_from_string(target)
        marked = [str(cell.value) for cell in book[title][row] if str(cell.value).startswith("|")]
        assert f"|{letters}|" in "".join(marked), (code, title, target)
        assert code in spread or target in cells, (code, title, target)
        if count == len(cells) > 1:
            assert target == cells[0], (code, title, target)
            certain += 1
    return certain


@pytest.mark.parametrize("ident", form_ids())
def test_every_rule_leads_to_its_first_broken_cell(ident: str) -> None:
    form = form_by_id(ident)
    shape = kit.shape(form, projects=2)
    fills = (random_values(form, shape, number) for number in range(4))
    assert sum(assert_leads_to_them(kit.workbook(form, shape, fill), form) for fill in fills) > 5


def test_the_report_of_2022() -> None:
    form, shape, values = seed()
    assert assert_leads_to_them(kit.workbook(form, shape, values), form) > 5


@pytest.mark.parametrize("ident", form_ids())
def test_a_rule_that_is_not_broken_leads_to_the_first_cell_it_speaks_of(ident: str) -> None:
    form = form_by_id(ident)
    data = generate(form, kit.shape(form))
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    for (_, title), (count, target) in listed(data).items():
        if not count:
            assert not book[title][target].protection.locked or book[title][target].value is not None


def test_links_are_formulas_of_two_cells() -> None:
    """So one shared formula serves them all, and no text of a department is in a link."""
    sheet = openpyxl.load_workbook(BytesIO(generate(form_by_id(kit.FORM_ID), kit.shape(form_by_id(kit.FORM_ID)))))[
        "校验"
    ]
    assert sheet["C4"].value == '=HYPERLINK("#\'"&$J4&"\'!"&$K4,$J4)'
    assert sheet.column_dimensions["J"].hidden
    assert (sheet["J4"].value, sheet["J5"].value) == ("封面", "部门基本情况")
