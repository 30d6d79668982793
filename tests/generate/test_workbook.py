"""Laws of generated workbooks."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import kit
from tests.parity import random_values
from xltool.engine.filled import ReadingKind, from_values
from xltool.form import form_by_id
from xltool.generate import generate
from xltool.read import read
from xltool.read.worded import worded

FORM = form_by_id(kit.FORM_ID)
SHAPE = kit.issue(FORM)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000_000))
def test_reading_a_workbook_gives_back_what_was_put_in(seed: int) -> None:
    """read(generate(x)) = x: every field, value and state (figures in words as figures), and nothing reported about it."""
    values = random_values(FORM, SHAPE, seed)
    data = kit.workbook(FORM, SHAPE, values)
    result = read(data, lambda _: FORM)
    assert result.findings == ()
    assert result.filled is not None
    wanted = from_values(FORM, SHAPE, values)
    for key, reading in {**wanted.readings, **worded(FORM, SHAPE, wanted.readings)}.items():
        seen = result.filled.reading(key)
        if reading.kind is ReadingKind.DEFAULT:
            assert seen.kind is ReadingKind.DEFAULT, key
        else:
            assert (seen.value, seen.kind, seen.note) == (reading.value, reading.kind, reading.note), key
    extra = [key for key, seen in result.filled.readings.items() if seen.typed and key not in wanted.readings]
    inputs = [key for key in extra if FORM.fields[key.id].field.is_input]
    assert inputs == []


def test_the_same_input_gives_the_same_bytes() -> None:
    assert generate(FORM, SHAPE) == generate(form_by_id(kit.FORM_ID), kit.issue(FORM))


def test_every_formula_has_a_cached_value_and_none_shows_an_error() -> None:
    data = generate(FORM, SHAPE)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                text = archive.read(name).decode("utf-8")
                assert not re.findall(r"</f></c>", text), name
                assert 't="e"' not in text
    shown = {
        cell.value
        for line in openpyxl.load_workbook(BytesIO(data), data_only=True)["校验"]["E4:E90"]
        for cell in line
        if cell.value
    }
    assert shown == {"✔", "待填", "—"}, "nothing is wrong before something is filled in"


def test_protection_leaves_normal_work_possible_and_hides_what_is_ours() -> None:
    book = openpyxl.load_workbook(BytesIO(generate(FORM, SHAPE)))
    for title in ("封面", "部门预决算", "项目1"):
        protection = book[title].protection
        assert protection.sheet
        kept = (protection.formatColumns, protection.formatRows, protection.sort, protection.autoFilter)
        assert not any(kept), title
    assert book["部门预决算"]["C5"].protection.locked is False
    assert book["封面"]["C4"].protection.locked is True
    states = {sheet.title: sheet.sheet_state for sheet in book}
    assert [title for title, state in states.items() if state != "visible"] == ["附页", "计算", "选项", "_xltool"]
    assert book.active is not None
    assert book.active.title == "封面"


def test_text_from_outside_is_never_a_formula_or_a_link() -> None:
    values = kit.keyed(
        FORM,
        {
            "职能职责": '=HYPERLINK("http://x","y")',
            "填表人": "=1+1",
            "存在的问题": "http://example.org",
            "改进措施": "+1",
            "三级指标/1": "@SUM(A1)",
        },
    )
    data = kit.workbook(FORM, SHAPE, dict(values))
    book = openpyxl.load_workbook(BytesIO(data))
    cells = [
        cell
        for sheet in ("封面", "部门基本情况", "绩效与问题", "项目1")
        for line in book[sheet].iter_rows()
        for cell in line
    ]
    typed = {cell.value: cell for cell in cells if isinstance(cell.value, str)}
    for text in values.values():
        assert typed[str(text)].data_type == "s"
        assert typed[str(text)].hyperlink is None


def test_the_official_form_has_the_rows_and_merges_of_the_report() -> None:
    """Rows and merged cells above the table; the table itself flows, see test_flow.py."""
    book = openpyxl.load_workbook(BytesIO(generate(FORM, SHAPE)), data_only=True)
    sheet = book["自评表1"]
    assert [str(sheet.cell(row, 1).value).replace("\n", "") for row in (1, 2, 3, 4, 9)] == [
        "2022年度预算支出绩效自评表",
        "项目支出名称",
        "主管部门",
        "项目资金(万元)",
        "年度总体目标",
    ]
    merges = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:I1", "B2:I2", "A4:A8", "A9:A10", "B9:E9", "F9:I9", "B10:E10", "F10:I10"} <= merges
    assert [sheet.cell(11, column).value for column in range(2, 9)] == [
        "一级指标", "二级指标", "三级指标", "年度\n指标值", "实际\n完成值", "分值", "得分",
    ]  # fmt: skip
    assert [sheet.cell(row, 2).value for row in (15, 23, 28)] == [
        "产出指标\n(50分)",
        "效益指标\n(30分)",
        "满意度指标\n(10分)",
    ]
    assert [sheet.cell(row, 1).value for row in range(19, 23)] == ["绩", "效", "指", "标"]
    assert sheet["G30"].value == 100
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is the default
