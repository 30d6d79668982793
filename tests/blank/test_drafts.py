"""A form drafted from a blank paper prints that paper again, cell by cell, and everything added is told."""

import re

import pytest

from tests import kit
from tests.blank.drafts import draft, drafted
from tests.blank.papers import BLANKS
from tests.official import printed
from tests.official.paper import grid
from xltool.campaign.issue.outbox import sample
from xltool.form.definition.model import FieldType
from xltool.read.blank.printed_words import options
from xltool.read.official.labels import squeeze

YEAR, DEPARTMENT, PROJECT = "2022年", "县教育局", "项目1"  # of kit.issue
_SIGNED = ("填表人:", "项目负责人:财务负责人:")  # become the footer


def shape(rows: list[list[str]]) -> list[list[tuple[str, int]]]:
    made = grid(rows)
    return [[(squeeze(c.text), c.cols) for c in made.cells if c.row == row] for row in range(made.height)]


def asked(text: str) -> str:
    """What the draft shows for a text of the paper when nothing is filled in."""
    text = re.sub(r"20[0-9]{2}年", lambda found: "2021年" if found[0] == "2021年" and "决算" in text else YEAR, text)
    text = text.replace("(年度)", f"({YEAR}度)").replace("填报日期:年月日", "填报日期:")
    for label in ("填报单位:", "单位名称:"):
        text = text.replace(label, f"{label}{DEPARTMENT}")
    return "" if options(text) else text


@pytest.mark.parametrize("name", BLANKS)
def test_the_drafted_form_is_the_paper_cell_by_cell(name: str) -> None:
    blank, form = BLANKS[name], drafted(name)
    at = [sheet.id for sheet in form.spec.prints].index("paper_form")
    made = shape(printed.tables(kit.evaluation(form, {}))[at])
    width = grid(blank.rows).width
    before = [[f"{text}→{width}"] for text in blank.before if not text.startswith("附件")]
    paper = [
        [(asked(text), cols) for text, cols in row]
        for row in shape([*before, *blank.rows])
        if not row[0][0].startswith(_SIGNED)
    ]
    labels = {"项目名称", "项目支出名称"}
    for row in paper:
        if row[0][0] in labels and row[1][0] == "":
            row[1] = (PROJECT, row[1][1])
    if name == "hubei":
        paper[0] = [(f"{YEAR}度{PROJECT}项目自评表", width)]
    if name == "two_line_heads":  # the title at the side stands in the lower of two lines of heads
        heads = next(at for at, row in enumerate(paper) if row[0][0] == "绩效指标")
        paper[heads][0], paper[heads + 1] = ("", 1), [("绩效指标", 1), *paper[heads + 1]]
    assert made == paper


LEVELS = {
    "cost_first": {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10},
    "yinchuan": {"项目决策": 10, "项目管理": 25, "产出指标": 30, "效益指标": 35},
    "city": {"产出指标": 50, "效益指标": 30, "满意度指标": 10},
    "guangshui": {"产出指标": 80, "效益指标": 80, "满意度指标": 80},
    "sichuan": {"产出指标": 50, "效益指标": 30, "满意度指标": 10},
}
BASES = {
    "hubei": "hubei-2022",
    "guangshui": "hubei-2022",
    "sichuan": "sichuan-2022",
    "cost_first": "national-cost-2021",
    "base_table": "hunan-department-2022",
}


@pytest.mark.parametrize("name", LEVELS)
def test_points_and_blocks_are_those_of_the_paper(name: str) -> None:
    form = drafted(name)
    points = {str(p.name): int(p.value) for p in form.spec.parameters if not p.value % 1}
    (table,) = form.tables.values()
    assert {str(level.name): points[level.points] for level in table.levels} == LEVELS[name]
    assert sum(points[weight] for weight in form.spec.weights) == 100


def test_each_is_built_on_the_form_it_is_most_like() -> None:
    assert {name: draft(name).base for name in BLANKS} == {name: BASES.get(name, "national-2020") for name in BLANKS}


def test_what_a_city_added_becomes_fields_and_everything_is_told() -> None:
    form, base = drafted("city"), {str(ident) for ident in drafted("national").fields}
    new = {
        str(info.field.name): (info.field.type, str(info.field.unit))
        for ident, info in form.fields.items()
        if str(ident) not in base
    }
    text, number, long = FieldType.TEXT, FieldType.NUMBER, FieldType.LONG
    assert new == {
        "项目编码": (text, ""),
        "项目负责人": (text, ""),
        "项目类型": (FieldType.CHOICE, ""),
        "合同金额": (number, "元"),
        "上级补助年初预算数": (number, "万元"),
        "上级补助全年预算数": (number, "万元"),
        "上级补助全年执行数": (number, "万元"),
        "财政复核分": (number, "分"),
        "存在的主要问题": (long, ""),
        "下一步改进措施": (long, ""),
    }
    assert form.spec.lists["项目类型"].words == ("新增", "延续", "一次性")
    told = "\n".join(draft("city").decisions)
    for label in (
        "项目编码",
        "项目负责人",
        "项目类型",
        "合同金额",
        "上级补助",
        "财政复核分",
        "存在的主要问题",
        "下一步改进措施",
    ):
        assert f"“{label}" in told, label
    assert "资金表新增的行（上级补助）加进合计：" in told, "the sums know of a new source of funds"
    assert "注:分值由财政局批复" in told
    assert all(f"#   {number}. " in draft("city").text for number in range(1, len(draft("city").decisions) + 1))


def test_points_the_paper_does_not_print_are_told() -> None:
    assert [line for line in draft("three_columns").decisions if "分值" in line] == [
        "空表上没有写的分值沿用基础表样：执行率分值 10 分、产出分值 50 分、效益分值 30 分、满意度分值 10 分。请核对。",
        "空表上没有这几栏，填报表里仍然有，只是不打印：分值。不要的请去掉，用到它们的规则也要改。",
    ]
    assert draft("yinchuan").decisions[0] == (
        "空表上各级指标的分值已经是 100 分，执行率分值先写 0 分：请定执行率是否计分。"
    )


@pytest.mark.parametrize("name", BLANKS)
def test_excel_takes_every_formula_of_a_draft(name: str) -> None:
    assert sample(drafted(name), 2024)[:2] == b"PK"
