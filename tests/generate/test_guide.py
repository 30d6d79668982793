"""填报说明 is for the person who fills in: two pages, with the deadline and where to hand in."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.office import convert, needs_office
from xltool.form import form_by_id, form_ids
from xltool.generate import generate
from xltool.generate.sender import Sender
from xltool.generate.sheets.guide import reminders

SENDER = Sender("衡山县财政局绩效股", "张三", "0734-5812345", "送县财政局 305 室", "2024-03-31")


def texts(data: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(data))["填报说明"]
    return [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]


def test_it_says_when_and_where_to_hand_in() -> None:
    form = form_by_id(kit.FORM_ID)
    said = texts(generate(form, kit.issue(form), SENDER))
    assert said[2:12] == [
        *("截止日期", "2024-03-31", "报给", "衡山县财政局绩效股", "联系人", "张三，电话 0734-5812345"),
        *("收件方式", "送县财政局 305 室", "报送什么", said[11]),
    ]


def test_the_cover_says_it_too_and_a_return_is_read_as_ever() -> None:
    form = form_by_id(kit.FORM_ID)
    plain, named = generate(form, kit.issue(form)), generate(form, kit.issue(form), SENDER)
    lines = [
        [
            str(cell.value)
            for line in openpyxl.load_workbook(BytesIO(data))["封面"].iter_rows()
            for cell in line
            if cell.value
        ]
        for data in (plain, named)
    ]
    said = "请于 2024-03-31 前报给衡山县财政局绩效股。有问题请联系张三，电话 0734-5812345。"
    assert (said in lines[0], lines[1].count(said)) == (False, 1)
    assert kit.codes(kit.examined(named)) == kit.codes(kit.examined(plain))
    assert len(named) - len(plain) < 400


def test_what_the_settings_do_not_say_stands_in_the_notice() -> None:
    form = form_by_id(kit.FORM_ID)
    said = texts(generate(form, kit.issue(form)))
    assert said[3:10:2] == ["见财政局通知", "下发本表的财政局", "见财政局通知", "见财政局通知"]


@pytest.mark.parametrize("ident", form_ids())
def test_ten_rules_that_the_workbook_checks(ident: str) -> None:
    form = form_by_id(ident)
    codes = {rule.rule.code for rule in form.rules}
    assert 8 <= len(reminders(form)) <= 10
    assert len([item for item in form.spec.reminders if item.code in codes]) >= len(reminders(form))


@pytest.mark.parametrize("ident", form_ids())
def test_nothing_of_the_bureau_s_stands_in_it(ident: str) -> None:
    """Parameters, word lists and remarks on their sources are for ``form docs`` and ``xltool rules``."""
    form = form_by_id(ident)
    said = "".join(texts(generate(form, kit.issue(form))))
    assert "未逐字核对" not in said
    assert "按本地要求调整" not in said
    assert not any(str(name) in said for name in form.spec.lists if name.endswith("用语"))


@needs_office
@pytest.mark.office
def test_one_page_and_every_official_form_on_its_own(tmp_path: Path) -> None:
    """The whole workbook as LibreOffice prints it: 填报说明 one page, no page with a title alone, forms numbered from 1."""
    paths = []
    for ident in form_ids():
        form = form_by_id(ident)
        path = tmp_path / f"{ident}.xlsx"
        path.write_bytes(generate(form, kit.issue(form, projects=3), SENDER))
        paths.append(path)
    for pdf in convert(paths, tmp_path / "pdf", "pdf"):
        done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True)
        pages = [
            [line.strip() for line in page.splitlines() if line.strip()] for page in done.stdout.decode().split("\f")
        ]
        pages = [page for page in pages if page]
        guide = [n for n, page in enumerate(pages) if "填报说明" in page[0]]
        first_input = next(n for n, page in enumerate(pages) if n > guide[0] and page[0].startswith(("一、", "项目")))
        assert first_input - guide[0] == 1, pdf.stem
        assert [page for page in pages if len(page) <= 3] == [], pdf.stem
        forms = [page for page in pages if page[-1] == "第 1 页，共 1 页"]
        assert len(forms) == 3 + (2 if ident_has_two_more(pdf.stem) else 0), pdf.stem


def ident_has_two_more(ident: str) -> bool:
    return len(form_by_id(ident).spec.prints) == 3
