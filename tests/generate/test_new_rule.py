"""A rule added to form.yaml appears everywhere, and no Python was touched."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from tests import kit
from tests.office import convert, needs_office
from tests.parity import without_caches
from xltool.cli import cli
from xltool.form import Form, library, load_form

RULE = """
  - code: XX99
    name: 接待费不超五千
    on: department
    expect: 公务接待费决算数 <= 0.5
    at: 公务接待费决算数
    severity: 须改
    say: 公务接待费决算 {公务接待费决算数} 万元，超过 0.50 万元。
    do: 请核对公务接待费。
    source: 测试用规则
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "form.yaml"
    text = (library() / kit.FORM_ID / "form.yaml").read_text(encoding="utf-8")
    target.write_text(text + RULE, encoding="utf-8")
    return target


def made(form: Form) -> bytes:
    issue = kit.issue(form)
    return kit.workbook(form, issue, dict(kit.keyed(form, {"公务接待费决算数": "0.62"})))


def lines(data: bytes, sheet: str) -> list[list[object]]:
    return [
        [cell.value for cell in line]
        for line in openpyxl.load_workbook(BytesIO(data), data_only=True)[sheet].iter_rows()
    ]


def test_reader_checks_it_at_its_cell(path: Path) -> None:
    form = load_form(path)
    outcome = kit.examined(made(form), form=form)
    found = [(f.sheet, f.cell, f.severity, f.message) for f in outcome.findings if f.code == "XX99"]
    assert found == [("“三公”经费", "D8", "须改", "公务接待费决算 0.62 万元，超过 0.50 万元。")]


def test_checks_list_it(path: Path) -> None:
    data = made(load_form(path))
    check = next(line for line in lines(data, "校验") if line[0] == "XX99")
    assert check[1:7] == ["接待费不超五千", "“三公”经费", "须改", "✘", 1, "公务接待费决算 0.62 万元，超过 0.50 万元。"]


def test_rules_command_lists_it(path: Path) -> None:
    result = CliRunner().invoke(cli, ["rules", "--form", str(path)])
    assert result.exit_code == 0
    assert "XX99  须改  接待费不超五千  （测试用规则）" in result.output


@needs_office
@pytest.mark.office
def test_it_is_live_in_the_workbook(path: Path, tmp_path: Path) -> None:
    """The department's own program shows it, calculated, with the figures and at the row."""
    source = tmp_path / "in.xlsx"
    source.write_bytes(without_caches(made(load_form(path))))
    data = convert([source], tmp_path / "out")[0].read_bytes()
    check = next(line for line in lines(data, "校验") if line[0] == "XX99")
    assert check[4:7] == ["✘", 1, "公务接待费决算 0.62 万元，超过 0.50 万元。"]
    hints = [line[4] for line in lines(data, "“三公”经费") if line[1] == "公务接待费"]
    assert "超过 0.50 万元。" in str(hints[0])
