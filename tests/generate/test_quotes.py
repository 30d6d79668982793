"""A form whose titles, headings, labels and texts hold quotation marks; and formulas beyond what Excel takes.

LibreOffice does not mind nesting, Excel repairs the file: so it is measured.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.worksheet.worksheet import Worksheet

from tests.audit import audit
from tests.cli.test_commands import run
from tests.office import convert, needs_office
from xltool import expr
from xltool.campaign.issue.outbox import sample
from xltool.form import Form, form_by_id, form_ids, library, load_form

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_SHEET = re.compile(r"'(?:[^']|'')*'")
QUOTED = {
    "title: 封面": "title: '封\"面\"'",
    'title: "项目{n}"': "title: '项\"目{n}'",
    'title: "自评表{n}"': "title: '自\"评\"表{n}'",
    'text: "绩\\n效\\n指\\n标"': 'text: "绩\\n\\"\\n指\\n标"',
    'text: "偏差原因分析\\n及改进措施"': 'text: "偏差“\\"原因\\"分析\\n及改进措施"',
    'text: "年度\\n指标值"': 'text: "\\"年度\\"\\n指标值"',
}


def quoted(folder: Path) -> Form:
    base = (library() / "_project" / "form.yaml").read_text(encoding="utf-8")
    for old, new in QUOTED.items():
        assert old in base, old
        base = base.replace(old, new)
    own = (library() / "national-2020" / "form.yaml").read_text(encoding="utf-8")
    for name, text in (("_project", base), ("mine", own.replace("form: national-2020", "form: mine"))):
        (folder / name).mkdir()
        (folder / name / "form.yaml").write_text(text, encoding="utf-8")
    return load_form(folder / "mine" / "form.yaml")


def formulas(data: bytes) -> dict[str, str]:
    book = openpyxl.load_workbook(BytesIO(data))
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "f"
    }


def links(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK(")]


def test_quotation_marks_leave_every_formula_whole(tmp_path: Path) -> None:
    data = sample(quoted(tmp_path), 2024)
    assert audit(data) == []
    found = formulas(data)
    for place, text in found.items():
        rest = _SHEET.sub("", _TEXT.sub("", text[1:])) if "'" not in text else _TEXT.sub("", _SHEET.sub("", text[1:]))
        assert '"' not in rest, (place, text)
        Tokenizer(text)
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames[0] == '封"面"'
    assert any(
        text.startswith('=HYPERLINK("#\'项""目1\'!"&') and text.endswith(',"项""目1")')
        for text in links(book.worksheets[0])
    )


@needs_office
@pytest.mark.office
def test_libreoffice_computes_what_we_wrote(tmp_path: Path) -> None:
    form = quoted(tmp_path)
    path = tmp_path / "引号.xlsx"
    path.write_bytes(sample(form, 2024))
    (saved,) = convert([path], tmp_path / "saved")
    before, after = (openpyxl.load_workbook(item, data_only=True) for item in (path, saved))
    for title in before.sheetnames[:-3]:
        for row in before[title].iter_rows():
            for cell in row:
                theirs = after[title][cell.coordinate].value
                assert (cell.value or "") == (theirs or "") or cell.value == pytest.approx(theirs), (
                    title,
                    cell.coordinate,
                )


@pytest.mark.parametrize("ident", form_ids())
def test_no_formula_of_any_form_is_beyond_excel(ident: str) -> None:
    data = sample(form_by_id(ident), 2024)
    found = formulas(data)
    assert len(found) > 500
    assert max(map(expr.nesting, found.values())) <= 60
    assert max(map(len, found.values())) < 8192
    assert audit(data) == []


RULE = """form: mine
extends: national-2020
version: "1"
rules:
  - code: XX01
    name: 深
    on: project
    expect: '{expect}'
    at: 项目名称
    severity: 提示
    say: 请看。
    do: 请核对。
    source: 测试
"""


def test_formulas_beyond_excel_are_refused_at_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "form.yaml"
    deep = 'NUM(项目名称, "")'
    for _ in range(7):
        deep = f"ROUND(MAX(1, {deep}), 2)"
    for number, (expect, told) in enumerate(
        (
            (f"{deep} > 1", "规则 XX01：公式写进表里以后函数套了"),
            (
                " + ".join(['NUM(项目名称, "")'] * 40) + " > 1",
                "规则 XX01：公式写进表里太长（超过 8192 个字符）。请拆成几条规则",
            ),
        )
    ):
        path.write_text(RULE.format(expect=expect), encoding="utf-8")
        for verb in (("check", str(path)), ("preview", str(path), "--no-open", "--out", str(tmp_path / "样.xlsx"))):
            code, out, err = run(capsys, "form", *verb)
            assert (code, out, err.count("\n")) == (2, "", 2), (number, err)
            assert err.startswith(f"表样需要修改：\n  form.yaml 第 8 行：{told}"), err
    assert not (tmp_path / "样.xlsx").exists()
