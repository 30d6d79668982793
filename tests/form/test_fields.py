"""Days, several words of a list, own sources of funds, one branch of a formula, deductions: what a form may write."""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit
from tests.official import paper, printed
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import Form, Key, library, load_form
from xltool.read.official import Official, recognise
from xltool.read.tables.open import open_document

FORM = Path(__file__).parent / "forms" / "fields-2024" / "form.yaml"
SOURCES = {
    f"{row}{column}": figure
    for row, figures in {"中央资金": ("50", "50", "50"), "地方资金": ("10", "20", "18.6")}.items()
    for column, figure in zip(("年初预算数", "全年预算数", "全年执行数"), figures, strict=True)
}
GOOD = {
    **SOURCES,
    "开工日期": "2022年3月1日",
    "完工日期": "2022.11",
    "支出方向": "设备购置，人员培训",
    "制度1名称": "项目管理办法",
    "制度2名称": "资金管理办法",
    "制度3名称": "采购办法",
}


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(FORM)


def examined(form: Form, **changes: object) -> list[str]:
    made = kit.issue(form)
    data = kit.workbook(form, made, clean.values(form, made, {**GOOD, **changes}))
    outcome = kit.examined(data, form=form)
    return [f"{f.code} {f.cell} {f.message}{f.remedy}" for f in outcome.findings]


def test_days_and_several_words_are_read_as_people_write_them(form: Form) -> None:
    assert examined(form) == []
    assert examined(form, 完工日期="去年底", 支出方向="设备购置、办公", 制度1施行日期="2021-13-01", 开工日期="—") == [
        "BT08 D8 填的是“去年底”，读不出是哪一天。请填写日期，写成 2022-12-31 这样。",
        "BT09 D9 填的是“设备购置、办公”，“办公”不在可以选的词里，或者写了两次。请按提示里的词填写，几个词用“、”隔开。",
        "BT08 H22 填的是“2021-13-01”，读不出是哪一天。请填写日期，写成 2022-12-31 这样。",
    ]


def test_the_checks_follow_the_sources_a_form_declares(form: Form) -> None:
    """A row that is no part of the total (其中) is not added; a day is a number that rules compare and subtract."""
    changes: dict[str, object] = {
        "其中国债全年执行数": "28.6",
        "中央资金全年执行数": "40",
        "完工日期": "2022-02-01",
        "开工日期": 44621,
    }
    assert examined(form, **changes) == [
        "RQ21 D8 开工日期是 2022年3月1日，完工日期是 2022年2月1日，早了 28 天。请核对两个日期。",
        "ZJ03 G12 全年执行总额 68.60 万元，中央资金、地方资金之和是 58.60 万元。请补填资金来源或核对总额。",
    ]


def test_one_branch_and_the_deductions(form: Form) -> None:
    made = kit.issue(form)

    def value(name: str, **changes: object) -> object:
        filled = from_values(form, made, clean.values(form, made, {**GOOD, **changes}))
        item = form.field(name.partition("/")[0])
        return Evaluation(form, filled).value(Key(1, item.id, int(name.partition("/")[2] or 0)))

    assert [value("制度得分", **{f"制度{n}名称": "" for n in gone}) for gone in ((), (1,), (1, 2), (1, 2, 3))] == [
        10,
        6,
        2,
        0,
    ]
    assert [value("工期得分", 完工日期=day) for day in ("2022-08-27", "2022-08-28", "2023-02-28", "2023-03-01")] == [
        10,
        7,
        7,
        0,
    ]
    # The branch of ≤ is this form's own, that of ≥ the one it extends says.
    row = {"性质/1": "≤", "指标值/1": "10", "单位/1": "天", "实际完成值/1": "11"}
    assert value("完成系数/1", **row) == 0
    assert value("完成系数/1", **{**row, "性质/1": "≥", "实际完成值/1": "9"}) == Decimal("0.9")


def test_what_was_overridden_singly_stands_among_what_was_not(form: Form) -> None:
    (table,) = form.tables.values()
    assert [(level.name, [group.name for group in level.groups]) for level in table.levels] == [
        ("产出指标", ["数量指标", "质量指标", "安全指标", "时效指标", "成本指标"]),
        ("效益指标", ["经济效益指标", "社会效益指标", "可持续影响指标"]),
        ("满意度指标", ["服务对象满意度指标"]),
    ]
    base = load_form(library() / "national-2020" / "form.yaml").spec.instructions
    own = form.spec.instructions
    assert (own[1:3], own[3:]) == (("金额单位是“万元”，保留两位小数。", "日期写成 2022-12-31 这样。"), base[3:])
    assert str(form.field("完工日期").unit) == "日期"


def test_the_workbook_asks_for_days_and_words(form: Form) -> None:
    made = kit.issue(form)
    data = kit.workbook(form, made, clean.values(form, made, {**GOOD, "完工日期": Decimal(44895)}))
    book = openpyxl.load_workbook(BytesIO(data))
    sheet, printed = book["项目1"], book["自评表1"]
    told = {str(item.sqref).split()[0]: item for item in sheet.data_validations.dataValidation}
    assert (told["D7:K7"].type, told["D7:K7"].errorStyle, told["D7:K7"].prompt) == (
        "date",
        "warning",
        "请填写日期，如 2022-12-31",
    )
    assert told["D9:K9"].prompt == "可以选几个，用“、”隔开：设备购置、人员培训、工程、其他"
    assert sheet["D8"].number_format == 'yyyy"年"m"月"d"日"'
    shown = openpyxl.load_workbook(BytesIO(data), data_only=True)["自评表1"]
    days = {
        cell.coordinate: cell.value.date().isoformat()
        for line in shown.iter_rows()
        for cell in line
        if isinstance(cell.value, datetime.datetime)
    }
    assert list(days.values()) == ["2022-03-01", "2022-11-30"]
    assert {printed[place].number_format for place in days} == {'yyyy"年"m"月"d"日"'}


def test_the_printed_form_reads_back(form: Form) -> None:
    """As a department without our workbook would send it: days in words, words with boxes to tick."""
    made = kit.issue(form)
    before = Evaluation(form, from_values(form, made, clean.values(form, made, GOOD)))
    tables = printed.tables(before)
    ticked = [
        [cell.replace("设备购置，人员培训", "☑设备购置 ☑人员培训 □工程 □其他") for cell in line] for line in tables[0]
    ]
    found = recognise(
        open_document(paper.WRITERS["docx"]([], [ticked, *tables[1:]]), "自评表.docx"), [form], Official((form.id,))
    )
    assert found is not None
    after = Evaluation(form, found.filled)
    keys = {name: Key(1, form.field(name).id) for name in ("开工日期", "完工日期", "支出方向", "地方资金全年执行数")}
    assert {name: after.value(key) for name, key in keys.items()} == {
        "开工日期": Decimal(44621), "完工日期": Decimal(44895), "支出方向": "设备购置、人员培训", "地方资金全年执行数": Decimal("18.6"),
    }  # fmt: skip
