"""Targets and actuals in their rows: what only the bureau's side reads, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import kit
from tests.read.test_happenings import clean
from xltool.engine.filled import from_values
from xltool.form import Key, form_by_id
from xltool.notation import in_row
from xltool.read.worded import worded

READ: list[tuple[str, str, str, tuple[str, str]]] = [
    # as typed, unit of the row, nature, (text, note)
    ("近150次", "次", "≥", ("150", "按 150次 读取")),
    ("新增托位1155个", "个", "≥", ("1155", "按 1155个 读取")),
    ("300公里农村公路安保工程", "公里", "≥", ("300", "按 300公里 读取")),
    ("占总计划的99.2%", "%", "≥", ("99.2", "按 99.2% 读取")),
    ("从50%提高到60%", "%", "≥", ("60", "按 60% 读取")),
    ("约 300 个展位", "个", "≥", ("300", "按 300个 读取")),
    ("10套（件）", "套", "≥", ("10", "按 10套 读取")),
    ("5千元", "元", "=", ("5000", "按 5000 元 读取")),
    ("全年", "", "时限", ("2022-12-31", "按 2022-12-31 读取")),
    ("202201-202211", "", "时限", ("2022-11-30", "按 2022-11-30 读取")),
    ("274余件", "件", "≥", ("274", "按 274件 读取")),
    ("三次", "次", "≥", ("3", "按 3次 读取")),
    ("590000元", "万元", "≤", ("59", "按 59 万元 读取")),
    ("2千元", "元", "=", ("2000", "按 2000 元 读取")),
    ("12500人", "万人", "≥", ("1.25", "按 1.25 万人 读取")),
    ("21000卷", "万卷", "≥", ("2.1", "按 2.1 万卷 读取")),
    ("120个", "人", "≥", ("120", "按 120个 读取")),
    ("120m²", "平方米", "≥", ("120", "按 120m² 读取")),
    ("25KM", "公里", "≥", ("25", "按 25KM 读取")),
    ("75元/人年", "元/人·年", "=", ("75", "按 75元/人年 读取")),
    ("50人/次", "人次", "≥", ("50", "按 50人/次 读取")),
    ("百分之九十五", "%", "≥", ("95", "按 95% 读取")),
    ("合格率达100%", "%", "≥", ("100", "按 100% 读取")),
    ("比上年增长5%以上", "%", "≥", ("≥5", "按 ≥5% 读取")),
    ("24小时内", "天", "≤", ("≤1", "按 ≤1 天 读取")),
    ("100±5%", "%", "区间", ("95-105", "按 95-105% 读取")),
    ("2022年上半年", "", "时限", ("2022-06-30", "按 2022-06-30 读取")),
    ("9月中旬", "", "", ("2022-09-20", "按 2022-09-20 读取")),
    ("于12月底前拨付到位", "", "时限", ("2022-12-31", "按 2022-12-31 读取")),
    ("2023.07-2024.01", "", "时限", ("2024-01-31", "按 2024-01-31 读取")),
]
LEFT: list[tuple[str, str, str]] = [
    ("150次", "次", "≥"),  # read by the workbook too
    ("已完成150次", "次", "≥"),
    ("￥5000", "元", "≤"),
    ("新建300米深机井1座", "座", "≥"),  # two figures
    ("超任务17元", "元", "≥"),
    ("470张床位补助正在审批", "张", "≥"),
    ("80周岁老人", "人", "≥"),
    ("60万元", "元", "≤"),
    ("24小时内", "小时", "≤"),
    ("2022年11月底", "", "时限"),
    ("3-5次", "次", "区间"),
    ("每季度开展1次", "", "定性"),
    ("150人", "万元", "≤"),  # another thing, not another unit
    ("显著提升", "%", "≥"),
    ("38508", "", "时限"),
    ("第三季度", "次", "≥"),
    ("未完成2项", "项", "≥"),
    ("无", "次", "≥"),
    ("", "次", "≥"),
]


@pytest.mark.parametrize(("text", "unit", "nature", "expected"), READ, ids=[case[0] for case in READ])
def test_read_and_told(text: str, unit: str, nature: str, expected: tuple[str, str]) -> None:
    assert in_row(text, unit, nature, 2022) == expected


@pytest.mark.parametrize(("text", "unit", "nature"), LEFT, ids=[case[0] or "blank" for case in LEFT])
def test_left_alone(text: str, unit: str, nature: str) -> None:
    assert in_row(text, unit, nature, 2022) is None


def test_a_return_says_how_its_words_were_read() -> None:
    """An untouched return has none; what is read twice is read the same."""
    assert [code for code in kit.codes(kit.examined(clean())) if code.startswith("GF01")] == []
    for text, unit, nature, expected in READ:
        again = in_row(expected[0], unit, nature, 2022)
        assert again is None or again[0] == expected[0], text


WRITTEN_BEHIND = [
    ("≤60万元", "590000元", "59"), ("≤5天", "24小时", "1"), ("≥2万人", "25000人", "2.5"), ("≥40种", "12种", None), ("≥40%", "43", None), ("≥95%", "0.97", "97"), ("≤1%", "0.8", None), ("≥95%", "97%", None),
]  # fmt: skip


@pytest.mark.parametrize(("target", "actual", "expected"), WRITTEN_BEHIND)
def test_the_unit_written_behind_the_target(target: str, actual: str, expected: str | None) -> None:
    """The row's own column of the unit is blank."""
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    filled = from_values(form, made, kit.keyed(form, {"指标值/1": target, "实际完成值/1": actual}))
    read = worded(form, made, filled.readings).get(Key(1, form.ids["实际完成值"], 1))
    assert (read.value if read else None) == expected


ANSWERED = [
    ("12月底之前完成", "100%", "时限", "", "已完成"), ("2022年11月30日前", "已完成100%", "", "", "已完成"), ("12月底之前完成", "80%", "时限", "", None),
    ("38508", "100%", "≥", "人", None), ("下降3%", "增长3%", "=", "%", None), ("下降3%", "下降4%", "=", "%", "4"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "actual", "nature", "unit", "expected"), ANSWERED)
def test_an_answer_that_only_its_target_explains(
    target: str, actual: str, nature: str, unit: str, expected: str | None
) -> None:
    """All of it done answers a day; a rise does not answer a fall."""
    form = form_by_id(kit.FORM_ID)
    made = replace(kit.issue(form), locked=frozenset())
    typed = {"指标值/1": target, "实际完成值/1": actual, "性质/1": nature, "单位/1": unit}
    filled = from_values(form, made, kit.keyed(form, {name: text for name, text in typed.items() if text}))
    read = worded(form, made, filled.readings).get(Key(1, form.ids["实际完成值"], 1))
    assert (read.value if read else None) == expected


@pytest.mark.parametrize("piece", ["每月", "约1万", "的1%", "(1", "1 000 ", "从1提高到"])
def test_a_cell_full_of_text_is_left_alone(piece: str) -> None:
    """At once: searching it would take the square of its length."""
    assert in_row((piece * 16_000)[:32_000], "个", "≥", 2022) is None
