"""The 校验 sheet says what the bureau's check finds, and leads to it."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_from_string

from tests import kit
from tests.office import convert, needs_office
from tests.parity import random_values, without_caches
from tests.seed import seed
from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.findings import Finding
from xltool.form import Form, Issue, Key, form_by_id
from xltool.form.compiled.form import DEPARTMENT, PROJECT
from xltool.generate import generate
from xltool.read import read

Line = tuple[str, str]
"""A rule and a sheet."""


LINK = re.compile(rb"""<f(?P<kind>[^>]*)>HYPERLINK\("#'[^'<]*'!"&amp;(?P<target>[^<]*),"[^"<]*"\)</f>""")


def with_targets(data: bytes) -> bytes:
    """The same workbook, but the cells with links say where they lead."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as output:
        for info in source.infolist():
            output.writestr(info.filename, LINK.sub(rb"<f\g<kind>>\g<target></f>", source.read(info)))
    return without_caches(target.getvalue())


def leading(workbooks: Mapping[str, bytes], folder: Path) -> dict[str, dict[Line, str]]:
    """By workbook, rule and sheet: the cell the link of 校验 leads to, as LibreOffice finds it."""
    for name, data in workbooks.items():
        (folder / f"{name}.xlsx").write_bytes(with_targets(data))
    done = convert([folder / f"{name}.xlsx" for name in workbooks], folder / "out")
    result: dict[str, dict[Line, str]] = {}
    for path in done:
        lines = openpyxl.load_workbook(path, data_only=True)["校验"].iter_rows(min_row=4, max_col=3, values_only=True)
        titles = list(listed(workbooks[path.stem]))
        targets = [str(target) for _, _, target in lines]
        result[path.stem] = dict(zip(titles, targets, strict=True))
    return result


def listed(data: bytes) -> dict[Line, int]:
    """By rule and sheet, in their order: the number of places."""
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)["校验"]
    lines = sheet.iter_rows(min_row=4, max_col=6, values_only=True)
    return {(str(code), str(title)): int(str(count)) for code, _, title, _, _, count in lines}


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


def judged(data: bytes, form: Form) -> tuple[Finding, ...]:
    """What the bureau's check finds, also in a form that nobody has filled in and that it would not go into."""
    result = read(data, lambda _: form)
    assert result.layout is not None
    assert result.filled is not None
    return check(result.layout, Evaluation(form, result.filled))


def _column_first(cell: str) -> tuple[int, str, int]:
    letters, row = coordinate_from_string(cell)
    return len(letters), letters, row


def assert_leads_to_them(data: bytes, targets: Mapping[Line, str], form: Form) -> int:
    """The same rules on the same sheets, each with a link to where it is said; returns how many cells were certain.

    A link leads to a cell that is marked. A finding lists all cells of all places of a rule; for a rule on a row or
    a cell the link leads to one of them, and where the places are one cell each, to the first.
    """
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    told = judged(data, form)
    counts, findings = listed(data), found(told, form)
    # What is written in words or another unit is not compared in the workbook (ZB06); the bureau reads it in its row, and says so.
    in_words = {("ZB06", finding.sheet) for finding in told if finding.code == "GF01"}
    converted = {(finding.sheet, cell) for finding in told if finding.code == "GF01" for cell in finding.cells}
    broken, said = ({line for line, count in counts.items() if count} - in_words), set(findings) - in_words
    # Of an amount that was meant in 元 the bureau says that, and not what follows from it as well.
    in_yuan = {finding.sheet for finding in told if finding.code == "BT20"}
    assert said <= broken
    assert [line for line in broken - said if line[1] not in in_yuan] == []
    spread = {rule.rule.code for rule in form.rules if rule.level or rule.rule.on in (PROJECT, DEPARTMENT)}
    certain = 0
    for (code, title), cells in findings.items():
        target = targets[code, title]
        letters, row = coordinate_from_string(target)
        marked = [str(cell.value) for cell in book[title][row] if str(cell.value).startswith("|")]
        assert f"|{letters}|" in "".join(marked), (code, title, target)
        assert code in spread or target in cells or (title, target) in converted, (code, title, target)
        if counts[code, title] == len(cells) > 1:
            assert target == cells[0], (code, title, target)
            certain += 1
    return certain


def in_range(form: Form, issue: Issue, seed: int) -> dict[Key, Decimal | str | bool]:
    """Random values without negative ones: the bureau says BT06 of those, and not what follows from them as well."""
    return {key: value for key, value in random_values(form, issue, seed).items() if not str(value).startswith("-")}


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("ident", ["hunan-department-2022", "sichuan-2022"])
def test_every_rule_leads_to_its_first_broken_cell(ident: str, tmp_path: Path) -> None:
    form = form_by_id(ident)
    issue = kit.issue(form, projects=2)
    made = {f"fill{seed}": kit.workbook(form, issue, in_range(form, issue, seed)) for seed in range(4)}
    targets = leading(made, tmp_path)
    assert sum(assert_leads_to_them(data, targets[name], form) for name, data in made.items()) > 5


@needs_office
@pytest.mark.office
def test_the_report_of_2022_and_a_form_just_issued(tmp_path: Path) -> None:
    """A rule that is not broken leads to the first cell it speaks of."""
    form, issue, values = seed()
    made = {"2022": kit.workbook(form, issue, values), "empty": generate(form, issue)}
    targets = leading(made, tmp_path)
    assert assert_leads_to_them(made["2022"], targets["2022"], form) > 5
    assert assert_leads_to_them(made["empty"], targets["empty"], form) > 3
    assert targets["2022"]["BT02", "“三公”经费"] == "D9"
    assert targets["empty"]["BT02", "“三公”经费"] == "C5"


def test_a_link_is_whole_in_its_cell() -> None:
    """Sorting the list takes it along, and no text of a department is in it."""
    form = form_by_id(kit.FORM_ID)
    sheet = openpyxl.load_workbook(BytesIO(generate(form, kit.issue(form))))["校验"]
    assert re.sub(r"\$[A-Z]+\$\d+", "$列$行", sheet["C4"].value) == (
        '=HYPERLINK("#\'封面\'!"&IFERROR("C"&(MATCH(TRUE,INDEX(LEN(\'计算\'!$列$行:$列$行)>1,0),0)+3),"C4"),"封面")'
    )
