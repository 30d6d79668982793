"""Scores of single rows, from the wording of the regulation; and laws that hold for any row."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import kit
from xltool.engine.evaluation import Evaluation
from xltool.form import Key, form_by_id
from xltool.score import score

FORM = form_by_id(kit.FORM_ID)
FULL = [12, 13, 13, 12, 10, 10, 5, 5, 10]

# 性质, 指标值, 单位, 分值, 实际完成值 → 系统测算得分
ROWS = [
    ("正向指标完成，满分", "≥", "3", "次", 12, "3", "12"),
    ("正向指标未完成，按比例", "≥", "4", "次", 12, "3", "9"),
    ("正向指标超额，不加分", "≥", "3", "次", 12, "30", "12"),
    ("负向指标未突破，满分", "≤", "5", "%", 10, "4", "10"),
    ("负向指标突破，指标值÷实际", "≤", "5", "%", 10, "8", "6.25"),
    ("负向指标为零而发生，零分", "≤", "0", "起", 15, "1", "0"),
    ("等于指标，不足按比例", "=", "100", "%", 8, "95", "7.6"),
    ("区间之内，满分", "区间", "3-5", "次", 10, "4", "10"),
    ("低于区间，按比例", "区间", "4-5", "次", 10, "3", "7.5"),
    ("定性达成", "定性", "显著提升", "", 10, "达成", "10"),
    ("定性与指标值同文", "定性", "按实", "", 10, "按实", "10"),
    ("定性部分达成，取中值", "定性", "显著提升", "", 10, "部分达成", "7"),
    ("定性未达成", "定性", "显著提升", "", 10, "未达成", "0"),
    ("定性说法认不出，不测算", "定性", "显著提升", "", 10, "见附件", ""),
    ("时限之前", "时限", "2022年11月30日前", "", 8, "2022-11-15", "8"),
    ("时限之后，按部分达成", "时限", "2022年11月30日前", "", 8, "2022.12.3", "5.6"),
    ("实际写百分号", "≥", "99", "%", 10, "99.5%", "10"),
    ("实际写小数形式的比率", "≥", "95", "%", 10, "0.96", "10"),
    ("实际带单位和千分位", "≥", "1200", "人", 10, "1,300人", "10"),
    ("单位不符，不测算", "≥", "24", "万元", 10, "240000元", ""),
    ("没有完成值，不测算", "≥", "3", "次", 12, "", ""),
    ("四舍五入到分", "≥", "3", "次", 10, "2", "6.67"),
]


def row(nature: str, target: str, unit: str, weight: object, actual: str, **more: object) -> Evaluation:
    values: dict[str, object] = {"三级指标/1": "某指标", "性质/1": nature, "指标值/1": target, "分值/1": weight}
    values |= {name: text for name, text in (("单位/1", unit), ("实际完成值/1", actual)) if text}
    return kit.evaluation(FORM, {**values, **{f"{name}/1": value for name, value in more.items()}})


def points(evaluation: Evaluation, name: str = "系统测算得分") -> object:
    value = evaluation.value(Key(1, FORM.field(name).id, 1))
    return str(value.normalize() + 0) if isinstance(value, Decimal) else value


@pytest.mark.parametrize(
    ("values", "expected"), [(case[1:-1], case[-1]) for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_points_by_rule(values: tuple[str, str, str, object, str], expected: str) -> None:
    assert points(row(*values)) == expected


@pytest.mark.parametrize(
    ("stated", "actual", "expected"),
    [("10", "3", "9"), ("8", "3", "8"), ("99", "3", "9"), ("-1", "3", "0"), ("5", "", "0")],
    ids=["高于测算，取测算", "自己扣分，取自评", "超过分值，取测算", "负数，取零", "没有完成值，计零"],
)
def test_points_that_count(stated: str, actual: str, expected: str) -> None:
    """≥4 与实际 3，分值 12：测算 9 分。"""
    assert points(row("≥", "4", "次", 12, actual, 自评得分=Decimal(stated)), "核定得分") == expected


numbers = st.decimals(min_value=0, max_value=1000, places=2)


@settings(max_examples=60, deadline=None)
@given(nature=st.sampled_from(["≥", "≤"]), target=numbers, one=numbers, other=numbers, weight=st.integers(1, 30))
def test_a_better_result_never_scores_less(
    nature: str, target: Decimal, one: Decimal, other: Decimal, weight: int
) -> None:
    worse, better = (min(one, other), max(one, other)) if nature == "≥" else (max(one, other), min(one, other))
    low, high = (
        row(nature, str(target), "", weight, str(actual)).value(Key(1, "points", 1)) for actual in (worse, better)
    )
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    assert 0 <= low <= high <= weight


@settings(max_examples=25, deadline=None)
@given(actuals=st.lists(st.integers(0, 12), min_size=9, max_size=9), executed=numbers)
def test_rows_add_up_to_the_total_and_the_grade_follows(actuals: list[int], executed: Decimal) -> None:
    values: dict[str, object] = {"资金总额全年预算数": 500, "资金总额全年执行数": str(executed)}
    for number, (weight, actual) in enumerate(zip(FULL, actuals, strict=True), start=1):
        at = 2 * number - 1
        values |= {f"三级指标/{at}": f"指标{at}", f"性质/{at}": "≥", f"指标值/{at}": "10", f"分值/{at}": weight}
        values[f"实际完成值/{at}"] = str(actual)
    project = score(kit.evaluation(FORM, values)).projects[0]
    finals = [line.final for line in project.lines]
    assert None not in finals
    assert project.total == sum(final for final in finals if final is not None)
    bands = [(Decimal(90), "优"), (Decimal(80), "良"), (Decimal(60), "中"), (Decimal(-1), "差")]
    assert project.total is not None
    assert project.grade == next(grade for low, grade in bands if project.total >= low)


def test_execution_score_is_capped_and_needs_a_budget() -> None:
    def execution(budget: object, executed: object) -> object:
        given = {"资金总额全年预算数": budget, "资金总额全年执行数": executed}
        values = {name: value for name, value in given.items() if value is not None}
        return score(kit.evaluation(FORM, values)).projects[0].lines[0].system

    assert execution(100, 99) == Decimal("9.90")
    assert execution(100, 250) == Decimal(10)
    assert execution(0, 250) is None
    assert execution(None, 250) is None


def test_a_project_not_carried_out_has_no_score_and_does_not_pull_the_department_down() -> None:
    values: dict[str, object] = {
        "资金总额全年预算数": 100,
        "资金总额全年执行数": 0,
        "资金偏差说明": "未实施，资金收回",
        "三级指标/1": "某指标",
    }
    sheet = score(kit.evaluation(FORM, values))
    assert (sheet.total, sheet.projects[0].total) == (None, None)


@pytest.mark.parametrize("points", ["1E+26", "3E+200"])
def test_points_that_nobody_can_mean_are_told_and_do_not_raise(points: str) -> None:
    """Beyond 28 digits: more than the usual arithmetic can round."""
    evaluation = kit.evaluation(FORM, {"三级指标/1": "培训", "自评得分/1": Decimal(points)})
    assert [line.stated for line in score(evaluation).projects[0].lines if line.name == "培训"] == [Decimal(points)]
