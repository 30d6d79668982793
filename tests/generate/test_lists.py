"""A drop-down whose words join to more than 255 characters, which a list written into the cell cannot hold."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit, told
from tests.desktop import Desktop, needs_desktop
from xltool.form import Form, form_by_id, load_form
from xltool.form.layout.workbook_layout import build

WORDS = [
    f"{number:02}.{name}"
    for number, name in enumerate(("公开招标方式采购", "邀请招标方式采购", "竞争性谈判方式采购") * 12, start=1)
]
DEFINITION = f"""
form: long-list
extends: {kit.FORM_ID}
version: "1.0"
title: 清单很长的表样
source: 测试用表样
lists:
  采购方式: {{words: [{", ".join(WORDS)}], source: 测试用清单}}
sheets:
  - id: procurement
    override: true
    blocks:
      - id: purchase_way_block
        title: 采购方式
        fields:
          - {{id: purchase_way, name: 主要采购方式, type: choice, choices: 采购方式, required: true}}
"""


@pytest.fixture
def form(tmp_path: Path) -> Form:
    path = tmp_path / "form.yaml"
    path.write_text(DEFINITION, encoding="utf-8")
    return load_form(path)


def test_the_list_is_a_range(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(kit.workbook(form, kit.issue(form), {}))
    book = openpyxl.load_workbook(path)
    lists = [v for v in book["政府采购"].data_validations.dataValidation if v.type == "list"]
    assert len(",".join(WORDS)) > 255
    assert [(str(v.sqref), v.formula1) for v in lists] == [(cell_of(form), lists[0].formula1)]
    title, area = lists[0].formula1.split("!")
    assert [cell.value for (cell,) in book[title][area.replace("$", "")]] == WORDS


def cell_of(form: Form) -> str:
    (key,) = kit.keyed(form, {"主要采购方式": ""})
    return build(form, kit.issue(form)).cells[key].a1


@needs_desktop
@pytest.mark.office
def test_by_keys(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    issue = kit.issue(form)
    path.write_bytes(kit.workbook(form, issue, clean.values(form_by_id(kit.FORM_ID), issue)))
    cell = cell_of(form)
    with Desktop(path) as desk:
        desk.settle()
        desk.sheet(5)
        desk.pick(cell, "End")
        assert desk.shows(cell) == WORDS[-1]
        assert not desk.enter(cell, "自行采购"), "not on the list"
        assert desk.shows(cell) == WORDS[-1], "what stood there stays"
        assert desk.enter(cell, WORDS[20]), "on the list"
        assert not desk.enter(cell, WORDS[20][:-1]), "nearly on the list"
        desk.save()

    data = path.read_bytes()
    assert kit.codes(kit.examined(data, form=form)) == []
    assert openpyxl.load_workbook(path)["政府采购"][cell].value == WORDS[20]
    assert told.agrees(data, form)
