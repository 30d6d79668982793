"""What people do to a workbook besides typing: nothing breaks, and what would break is refused or said."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit, told
from tests.desktop import Desktop, needs_desktop
from tests.office import convert, needs_office
from tests.read.test_happenings import clean
from xltool.form import form_by_id

FORM = form_by_id(kit.FORM_ID)


def points(data: bytes) -> list[Decimal | None]:
    scores = kit.examined(data).scores
    assert scores is not None
    return [project.total for project in scores.projects]


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
        desk.sheet(6)
        assert desk.shows("A1") == "校验：每条规则的当前结果"
        desk.go("E4:E9")
        desk.menu("d", "Down")
        desk.answer("Sort Range", "Return")
        assert desk.refused()
        desk.follow(link)
        assert desk.place() == ("xltool:procurement:0", "C7")
        desk.sheet(6)
        desk.filter("E3", "✔")
        shown = [line.split("\t") for line in desk.shows(f"A4:E{len(codes) + 3}").split("\n")]
        desk.sheet(-11)
        assert desk.shows(told.verdict_cell(clean())).startswith("✔ 可以报送")
        desk.save()

    data = path.read_bytes()
    assert {line[4] for line in shown} == {"✔"}
    assert [line[0] for line in shown] == [line[0] for line in told.checked(data) if line[4] == "✔"]
    assert kit.codes(kit.examined(data)) == []
    assert told.agrees(data)
    assert told.verdict(data).startswith("✔ 可以报送")


@needs_desktop
@pytest.mark.office
def test_pasting_clearing_and_undoing(tmp_path: Path) -> None:
    """Text from elsewhere passes by the number check: what can be understood is taken, the rest is said at its cell."""
    path = tmp_path / "paste.xlsx"
    path.write_bytes(clean())
    with Desktop(path) as desk:
        desk.settle()
        desk.sheet(5)  # 政府采购
        desk.paste_text("C4", "１２３\n24万元\n1,234.5\n约30\n")
        assert desk.shows("E7").startswith("填的是“约30”，这一格应当只填数字")
        desk.sheet(1)  # 资产管理
        desk.go("C8")
        desk.keys("ctrl+c", "Up", "Up")
        desk.keys("ctrl+shift+v")
        desk.answer("Paste Special", "Return")  # 只粘贴数值
        desk.go("C4")
        desk.keys("ctrl+c", "Down", "ctrl+v", "Escape")  # 整格：连同格式和限制
        desk.go("C7:C8")
        desk.keys("Delete")
        desk.go("C9")
        desk.keys("Delete")
        desk.copied()
        desk.keys("ctrl+z")
        desk.sheet(2)  # 项目1
        desk.paste_text("D22", "培训班\t=\t０１２\t期\t10\t１２\n合格率\t≥\t95%\t\t10\t９６％\n")
        desk.go("D23")
        desk.keys("ctrl+c", "Down", "Down", *["Right"] * 4, "ctrl+v", "Escape")  # 文字格盖住分值格 H25
        desk.go("D24")
        desk.copy_from_elsewhere("会议\t=\t3\t次\t10\t3\t10\t10\n")
        desk.keys("ctrl+v")
        assert desk.refused(), "J24 是计算格"
        desk.sheet(3)  # 校验
        desk.unprotect()
        desk.go(f"A4:I{len(told.checked(clean())) + 3}")
        desk.menu("d", "Down", "Down")
        desk.save()

    data = path.read_bytes()
    assert kit.codes(kit.examined(data)) == [
        "BT02 政府采购!C7",
        "ZC01 资产管理!C6",
        "BT01 资产管理!C7+C8",
        "ZB01 项目1!D25",
        "ZB02 项目1!F25",
        "BT02 项目1!H25",
        "ZB03 项目1!I25",
        "GF01 政府采购!C4",
        "GF01 政府采购!C5",
        "ZB07 项目1!D23",
        "GF01 项目1!F23",
        "GF01 项目1!I23",
        "GF14 !",
    ]
    bureau = told.as_bureau_sees(data)
    assert told.panel(data) == told.panel(bureau)
    assert told.checked(data) != told.checked(bureau), "sorted"
    assert sorted(told.checked(data)) == sorted(told.checked(bureau))


@needs_desktop
@pytest.mark.office
def test_without_protection(tmp_path: Path) -> None:
    """Sizes, a hidden row, a sorted 校验: as they were, and said. A sorted table is read by the names of its rows."""
    path = tmp_path / "free.xlsx"
    path.write_bytes(clean())
    with Desktop(path) as desk:
        desk.settle()
        desk.sheet(5)  # 政府采购
        desk.unprotect()
        desk.go("C6")
        desk.menu("o", "m")  # 格式、列、宽度
        desk.answer("Column Width", "ctrl+a", "9", "Return")
        desk.menu("o", "w")
        desk.answer("Row Height", "ctrl+a", "2", "Return")
        desk.menu("o", "w", "Down", "Down")  # 隐藏行
        desk.sheet(3)  # 项目1
        desk.unprotect()
        desk.go("B22:M39")
        desk.menu("d", "Down", "Down")  # 降序
        desk.save()

    data = path.read_bytes()
    assert kit.codes(kit.examined(data)) == ["GF12 项目1!", "GF13 !", "GF16 !"]
    notes = [finding.message for finding in kit.examined(data).findings]
    assert notes[1:] == [
        "以下工作表的保护已取消：政府采购、项目1。",
        "有隐藏起来的内容（“政府采购”C6），填报的部分照常读取。",
    ]
    assert points(data) == points(clean())
    assert told.verdict(told.as_bureau_sees(data)).startswith("✔ 可以报送")
    assert told.verdict(data).startswith("✘ 暂不能报送"), "the workbook itself looks at rows where they were issued"
    sheet = openpyxl.load_workbook(path)["政府采购"]
    row = sheet.row_dimensions[6]
    assert (sheet.column_dimensions["C"].width > 30, row.height > 50, row.hidden) == (True, True, True)


@needs_office
@pytest.mark.office
def test_a_row_with_a_long_reason_grows_and_the_official_form_shows_all_of_it(tmp_path: Path) -> None:
    """Opened in LibreOffice, a row without a fixed height has room for its text; nothing was set by hand."""
    reason = "受强降雨影响，三个乡镇的施工推迟到第四季度，部分任务结转到下年；" * 3
    values = kit.keyed(FORM, {"三级指标/1": "改厕", "偏差原因及改进措施/1": reason, "三级指标/2": "培训"})
    source = tmp_path / "long.xlsx"
    source.write_bytes(kit.workbook(FORM, kit.issue(FORM), dict(values)))
    saved = openpyxl.load_workbook(BytesIO(convert([source], tmp_path / "out")[0].read_bytes()), data_only=True)
    heights = saved["项目1"].row_dimensions
    assert heights[22].height > heights[23].height + 30
    printed = "".join(str(saved["自评表1"].cell(row, 9).value or "") for row in range(12, 20))
    assert printed.startswith(reason)
