"""What people do to a workbook besides typing: nothing breaks, and what would break is refused or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kit, told
from tests.desktop import Desktop, needs_desktop
from tests.office import convert, needs_office
from tests.read.test_happenings import clean
from xltool.form import Key, form_by_id
from xltool.generate import generate
from xltool.read import read

FORM = form_by_id(kit.FORM_ID)


@needs_desktop
@pytest.mark.office
def test_what_is_refused_or_harmless_changes_nothing(tmp_path: Path) -> None:
    """Rows in and out, widths, heights, hiding, sorting, clearing labels; filter and links on a finished workbook."""
    path = tmp_path / "use.xlsx"
    path.write_bytes(clean())
    codes = [line[0] for line in told.checked(clean())]
    link = f"C{codes.index('CG01') + 4}"  # 政府采购合计
    with Desktop(path) as desk:
        desk.settle()
        desk.follow("B21")
        assert desk.place() == ("xltool:project:1", "D4:K4")
        desk.go("B22:M39")
        desk.menu("d", "Down", "Down")  # 降序
        assert desk.refused()
        desk.sheet(-8)
        desk.follow("B18")
        assert desk.place() == ("xltool:procurement:0", "C4")
        desk.keys("alt+Right")  # 列宽
        assert desk.refused(), "LibreOffice 7.4 knows no permission for widths; Excel does"
        desk.keys("ctrl+KP_Add")
        desk.answer("Insert Cells", "alt+w", "Return")  # 整行
        assert desk.refused()
        desk.keys("ctrl+minus")
        desk.answer("Delete Cells", "Return")
        assert desk.refused()
        desk.go("B4")
        desk.keys("Delete")
        desk.dismiss(1)
        desk.sheet(5)
        assert desk.shows("A1") == "校验：每条规则的当前结果"
        desk.go("E4:E9")
        desk.menu("d", "Down")
        desk.answer("Sort Range", "Return")
        assert desk.refused()
        desk.follow(link)
        assert desk.place() == ("xltool:procurement:0", "C7")
        desk.sheet(5)
        desk.filter("E3", "✔")
        shown = [line.split("\t") for line in desk.shows(f"A4:E{len(codes) + 3}").split("\n")]
        desk.sheet(-10)
        assert desk.shows(told.verdict_cell(clean())).startswith("✔ 可以报送")
        desk.save()

    data = path.read_bytes()
    assert {line[4] for line in shown} == {"✔"}
    assert [line[0] for line in shown] == [line[0] for line in told.checked(data) if line[4] == "✔"]
    assert kit.codes(kit.examined(data)) == []
    assert told.agrees(data)
    assert told.verdict(data).startswith("✔ 可以报送")


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
