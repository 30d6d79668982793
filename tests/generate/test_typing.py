"""A person types into the workbook: wrong entries are refused, right ones stay, and the file reads back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kit
from tests.desktop import Desktop, needs_desktop
from xltool.form import Key, form_by_id
from xltool.generate import generate
from xltool.read import read


@needs_desktop
@pytest.mark.office
def test_typing_in_libreoffice(tmp_path: Path) -> None:
    form = form_by_id(kit.FORM_ID)
    path = tmp_path / "typing.xlsx"
    path.write_bytes(generate(form, kit.issue(form)))
    with Desktop(path) as desk:
        desk.write("C7", "Zhang San")
        desk.write("C8", "0734-010")
        assert desk.refuses("C4", "other"), "the department's name is locked"
        desk.sheet(5)  # 政府采购
        assert desk.refuses("C4", "abc"), "a text where a number belongs"
        assert not desk.refuses("C5", "12.5", seconds=2), "a number"
        desk.sheet(3)  # 项目1
        assert desk.refuses("E22", "xx"), "a word that is not on the list"
        desk.write("F22", "010")
        desk.save()

    result = read(path.read_bytes(), lambda _: form)
    assert result.findings == ()
    assert result.filled is not None
    seen = {
        name: result.filled.reading(Key(project, form.field(name).id, row)).typed
        for name, project, row in (
            ("填表人", 0, 0),
            ("联系电话", 0, 0),
            ("部门名称", 0, 0),
            ("采购货物支出", 0, 0),
            ("采购工程支出", 0, 0),
            ("性质", 1, 1),
            ("指标值", 1, 1),
        )
    }
    assert seen == {
        "填表人": "Zhang San",
        "联系电话": "0734-010",
        "部门名称": "县教育局",
        "采购货物支出": "",
        "采购工程支出": "12.5",
        "性质": "",
        "指标值": "010",
    }
