"""A marked copy is sent on by the bureau: nothing in it runs, fetches or leads into a network share."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.marked import hand_back
from tests.office import convert, needs_office
from tests.robustness.acting import Acting, acting
from tests.validator import complaints, needs_validator
from xltool.examine import Outcome
from xltool.findings import Finding, Severity
from xltool.read.book.active import HARMLESS, inventory

CASES = list(acting())
# What every marked copy changes, and where something was taken out.
TOUCHED = ("[Content_Types].xml", "_rels/", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet", "xl/odd/d1.xml")


def returned(case: Acting, tmp_path: Path) -> Path:
    finding = Finding("SG01", Severity.CORRECT, "差 0.19 万元。", "请核对。", "政府采购", ("C4",))
    return hand_back("自评表", case.data, Outcome("自评表.xlsx", (finding,)), tmp_path)


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reading_tells(case: Acting) -> None:
    assert kit.codes(kit.examined(case.data)) == list(case.codes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_copy_is_quiet_and_otherwise_the_same(case: Acting, tmp_path: Path) -> None:
    copy = returned(case, tmp_path)
    old, new = contents(case.data), contents(copy.read_bytes())
    found = inventory(list(new), new.__getitem__, lambda name: new[name][:8])
    assert [item for item in found.found if item.what not in HARMLESS] == []
    assert [word for word in case.bad if word in b"".join(new.values())] == []
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames[0] == "审核结果"
    assert (len(book.sheetnames) > 1) == case.marked
    if case.marked:
        changed = {name for name in old if new.get(name) != old[name] and name in new}
        assert [name for name in changed if not name.startswith(TOUCHED) and "_rels/" not in name] == []
        assert b"xltool-mark" in b"".join(new.values())


def test_the_last_result_of_a_formula_stays(tmp_path: Path) -> None:
    for case in CASES:
        if case.name in ("WEBSERVICE", "外部链接和引用它的公式", "共享公式"):
            book = openpyxl.load_workbook(returned(case, tmp_path))
            assert book["政府采购"]["Z3"].value == 3, case.name


def test_what_a_person_clicks_stays(tmp_path: Path) -> None:
    (case,) = [case for case in CASES if case.name == "链接到共享文件夹"]
    sheet = openpyxl.load_workbook(returned(case, tmp_path))["政府采购"]
    links = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["https://www.mof.gov.cn/"]


@needs_validator
@pytest.mark.parametrize("case", [case for case in CASES if case.marked], ids=lambda case: case.name)
def test_the_sdk_finds_nothing_new(case: Acting, tmp_path: Path) -> None:
    found, before = complaints(returned(case, tmp_path)), tmp_path / "原件.xlsx"
    before.write_bytes(case.data)
    assert not found or found - complaints(before) == Counter()


@needs_office
@pytest.mark.office
def test_libreoffice_opens_them(tmp_path: Path) -> None:
    copies = []
    for number, case in enumerate(CASES):
        (tmp_path / str(number)).mkdir()
        copies.append(returned(case, tmp_path / str(number)).rename(tmp_path / f"{number}.xlsx"))
    for saved in convert(copies, tmp_path / "office"):
        assert openpyxl.load_workbook(saved).sheetnames[0] == "审核结果"
