"""The official form is as long as what was filled in, and no text is cut off."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import kit
from xltool.form import Form, form_by_id, form_ids
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.print_layout import Flow
from xltool.generate.cells.room import capacity

FORM = form_by_id(kit.FORM_ID)
MADE = kit.issue(FORM)
HEAD = 11  # rows above the table's
NAME, REASON = 4, 9
Grid = list[list[object]]


def printed(values: dict[str, object], form: Form = FORM) -> Grid:
    """What the sheet 自评表1 shows, down to the last row of its print area."""
    data = kit.workbook(form, MADE, dict(kit.keyed(form, values)))
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    sheet = book["自评表1"]
    last = sheet.cell(HEAD, 2 * 9 + 2 + 1).value  # 打印到第几行
    assert isinstance(last, int)
    return [[cell.value for cell in line[:9]] for line in sheet.iter_rows(min_row=HEAD + 1, max_row=last)]


def indicators(rows: dict[int, tuple[str, str]]) -> dict[str, object]:
    filled: dict[str, object] = {}
    for row, (name, reason) in rows.items():
        filled |= {f"三级指标/{row}": name, f"分值/{row}": "5", f"偏差原因及改进措施/{row}": reason}
    return {key: value for key, value in filled.items() if value != ""}


def test_three_indicators_take_three_rows() -> None:
    shown = printed(indicators({1: ("甲", ""), 5: ("乙", ""), 17: ("丙", "")}))
    text = [[str(value) if value is not None else "" for value in line] for line in shown]
    assert text == [
        ["", "产出指标\n(50分)", "数量指标", "甲", "", "", "5", "", ""],
        ["绩效指标", "", "时效指标", "乙", "", "", "5", "", ""],
        ["", "满意度指标\n(10分)", "服务对象满意度指标", "丙", "", "", "5", "", ""],
        ["", "", "", "总  分", "", "", "100", "", ""],
        ["填表人：", "", "", "单位负责人（签字）：", "", "单位盖章：", "", "", "年　　月　　日"],
    ]
    signed = indicators({1: ("甲", "")}) | {
        "填表人": "王建国",
        "单位负责人": "买买提·阿不都热依木·艾合买提",
        "填报日期": "2023-03-15",
    }
    line = [str(value or "") for value in printed(signed)[-1]]
    whole = [
        "填表人：",
        "王建国",
        "",
        "单位负责人（签字）：",
        "买买提·阿不都热依木…",
        "单位盖章：",
        "",
        "",
        "2023-03-15",
    ]
    assert line == whole


def test_an_empty_form_prints_all_its_rows_to_be_filled_in_by_hand() -> None:
    shown = printed({})
    assert len(shown) == 18 + 2
    assert [line[2] for line in shown if line[2]][:3] == ["数量指标", "质量指标", "时效指标"]


TEXT = st.text(alphabet="一二三四五六七八九十，", min_size=0, max_size=90)
ROWS = st.dictionaries(st.integers(1, 18), st.tuples(TEXT.filter(bool), TEXT), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_every_used_row_prints_whole_and_nothing_else(rows: dict[int, tuple[str, str]]) -> None:
    shown = printed(indicators(rows))
    body, closing = shown[:-2], shown[-2:]
    used = [rows[row] for row in sorted(rows)]
    assert "".join(str(line[NAME - 1] or "") for line in body) == "".join(name for name, _ in used)
    assert "".join(str(line[REASON - 1] or "") for line in body) == "".join(reason for _, reason in used)
    assert [line[6] for line in body if line[6] not in (None, "")] == [5] * len(used)
    assert closing[0][3] == "总  分"
    assert closing[1][3] == "单位负责人（签字）："


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.integers(1, 18), st.text("一二三四五六七，", min_size=1, max_size=20), min_size=1, max_size=8)
)
def test_what_stands_below_follows_directly(rows: dict[int, str]) -> None:
    """复核意见 below the table: the indicators share its rows, so that the total is the last of them."""
    form = form_by_id("review-2022")
    issue = kit.issue(form)
    values = kit.keyed(form, {f"三级指标/{row}": name for row, name in rows.items()})
    (layout,) = (sheet for sheet in layouts.build(form, issue).prints if sheet.flow and sheet.title == "自评表1")
    assert layout.flow
    top, room = layout.flow.top, layout.flow.room
    book = openpyxl.load_workbook(BytesIO(kit.workbook(form, issue, dict(values))), data_only=True)
    shown = [[str(cell.value or "") for cell in line] for line in book["自评表1"].iter_rows(top + 1, top + room)]
    (col,) = {box.middle for box in layout.flow.items[0] if "三级指标" in box.cell.value}
    assert "".join(line[col] for line in shown[:-1]) == "".join(rows[row] for row in sorted(rows))
    assert "总  分" in shown[-1]


def test_what_does_not_fit_is_said() -> None:
    """More text than the page has room for: it ends with a pointer to 附页, the others stay whole, and a 提示 says so."""
    long = "受强降雨影响推迟。" * 200
    values = indicators({1: ("甲", long), 2: ("乙", "已说明"), 18: ("丙", "")})
    shown = printed(values)
    assert [line[NAME - 1] or "" for line in shown] == ["", "甲", "", "", "乙", "丙", "总  分", "单位负责人（签字）："]
    reasons = [str(line[REASON - 1] or "") for line in shown[:-2]]
    assert reasons[3].endswith("…见附页")
    assert long.startswith("".join(reasons[:4]).removesuffix("…见附页"))
    assert reasons[4:] == ["已说明", ""]
    data = kit.workbook(FORM, MADE, dict(kit.keyed(FORM, values)))
    attached = openpyxl.load_workbook(BytesIO(data), data_only=True)["附页"]
    texts = "".join(str(line[0].value or "") for line in attached["A3:A22"])
    assert texts == f"自评表1“甲”【偏差原因分析及改进措施】{long}　　"
    found = kit.codes(kit.examined(data))
    assert [line for line in found if line.startswith("MB06")] == ["MB06 项目1!L22+L23"]


@pytest.mark.parametrize("ident", form_ids())
def test_the_form_s_own_limits_fit_its_columns(ident: str) -> None:
    """Rule MB06 counts rows of 打印每行字数; the columns hold that many, and the sheet has room for 打印最少行数 rows, or 打印行数余地 more than indicators."""
    form = form_by_id(ident)
    limits = {item.id: item.value for item in form.spec.parameters}
    flows = [(sheet, sheet.flow) for sheet in layouts.build(form, kit.issue(form)).prints if sheet.flow]
    assert flows
    for sheet, flow in flows:
        assert (int(limits["row_room"]), int(limits["row_least"])) == (Flow.SPARE, Flow.LEAST)
        for box in flow.items[0]:
            holds = capacity(sheet.source.widths[box.col], flow.height)
            if any(name in box.cell.value for name in ("三级指标", "偏差原因")):
                assert holds >= limits["row_chars"], box.cell.value
            elif any(name in box.cell.value for name in ("指标文本", "完成文本", "指标值", "实际完成值")):
                assert holds >= limits["row_chars"] / 2, box.cell.value
