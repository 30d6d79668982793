"""What people do to a workbook besides typing: nothing breaks, and what would break is refused or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kit
from tests.desktop import Desktop, needs_desktop
from tests.office import convert, needs_office
from xltool.form import Key, form_by_id
from xltool.generate import generate
from xltool.read import read

FORM = form_by_id(kit.FORM_ID)


@needs_desktop
@pytest.mark.office
def test_pasting_clearing_and_inserting_rows(tmp_path: Path) -> None:
    """政府采购: C4 货物, C5 工程, C6 服务, C7 合计. Rows cannot be inserted anywhere (the sheets are protected)."""
    path = tmp_path / "use.xlsx"
    path.write_bytes(generate(FORM, kit.shape(FORM)))
    with Desktop(path) as desk:
        desk.sheet(5)
        desk.enter("C4", "12.5", 0.3)
        desk.go("C4")
        desk.keys("ctrl+c")
        desk.go("C5")
        desk.keys("ctrl+v", "Escape")  # a whole cell over an input cell: value, format and validation
        desk.enter("C6", "8", 0.3)
        desk.enter("C6", "", 0.3)  # cleared again
        desk.go("C5")
        desk.keys("ctrl+KP_Add")  # a row above: refused, with a message or without
        desk.dismiss()
        desk.enter("C7", "25", 0.3)
        desk.save()

    outcome = kit.examined(path.read_bytes())
    found = read(path.read_bytes(), lambda _: FORM)
    assert found.filled is not None
    names = ("采购货物支出", "采购工程支出", "采购服务支出", "政府采购支出合计")
    typed = {name: found.filled.reading(Key(0, FORM.field(name).id, 0)).typed for name in names}
    assert typed == {"采购货物支出": "12.5", "采购工程支出": "12.5", "采购服务支出": "", "政府采购支出合计": "25"}
    on_sheet = [line for line in kit.codes(outcome) if "政府采购" in line or line.startswith("GF")]
    assert on_sheet == ["BT01 政府采购!C6"]


@needs_office
@pytest.mark.office
def test_a_row_with_a_long_reason_grows_and_the_official_form_shows_all_of_it(tmp_path: Path) -> None:
    """Opened in LibreOffice, a row without a fixed height has room for its text; nothing was set by hand."""
    from io import BytesIO

    import openpyxl

    reason = "受强降雨影响，三个乡镇的施工推迟到第四季度，部分任务结转到下年；" * 3
    values = kit.keyed(FORM, {"三级指标/1": "改厕", "偏差原因及改进措施/1": reason, "三级指标/2": "培训"})
    source = tmp_path / "long.xlsx"
    source.write_bytes(kit.workbook(FORM, kit.shape(FORM), dict(values)))
    saved = openpyxl.load_workbook(BytesIO(convert([source], tmp_path / "out")[0].read_bytes()), data_only=True)
    heights = saved["项目1"].row_dimensions
    assert heights[22].height > heights[23].height + 30
    printed = "".join(str(saved["自评表1"].cell(row, 9).value or "") for row in range(12, 20))
    assert printed.startswith(reason)
