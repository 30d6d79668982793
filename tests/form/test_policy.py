"""Scoring policy is data: parameters of a form, changed in a few lines of YAML, change points on both sides.

Rows of the clean fill: 2 检查单位数, 9 业务平均办理天数 (≤), 15 长效工作机制 (定性). It has 执行 68.60 of 全年 70.00 and 年初 60.00; 检查单位数 has 43 of ≥40 with 分值 10.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import clean, kit
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import DefinitionError, Form, Key, form_ids, library, load_form
from xltool.form.compiled import policy_texts
from xltool.form.definition.extend import FILE, compose_form
from xltool.form.definition.model import FormSpec
from xltool.form.definition.strict import build


def form_with(tmp_path: Path, **parameters: str) -> Form:
    lines = [f"  - {{id: {name}, override: true, value: {value}}}" for name, value in parameters.items()]
    text = '\n'.join(['form: policy', 'extends: national-2020', 'version: "1"', *(['parameters:', *lines] if lines else [])])  # fmt: skip
    (tmp_path / "form.yaml").write_text(text + "\n", encoding="utf-8")
    return load_form(tmp_path / "form.yaml")


@pytest.mark.parametrize("ident", ["sichuan-2022", "review-2022", "hunan-department-2022"])
def test_what_a_base_demands_holds_in_what_extends_it(ident: str, tmp_path: Path) -> None:
    """Also where the form in between has constraints of its own."""
    text = f"form: own\nextends: {ident}\nversion: '1'\nparameters:\n  - {{id: grade_a, override: true, value: 10}}\n"
    (tmp_path / "form.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="等次起点应当是 满分 > 优 > 良 > 中 > 0"):
        load_form(tmp_path / "form.yaml")


# policy, cells, field, points
CASES: list[tuple[str, dict[str, str], dict[str, str], str, str]] = [
    ("按比例", {}, {}, "执行率测算得分", "9.8"),
    ("按年初预算，封顶", {"execution_opening": "1"}, {}, "执行率测算得分", "10"),
    ("分档 98%", {"execution_steps": "1"}, {}, "执行率测算得分", "7"),
    ("分档 100%", {"execution_steps": "1"}, {"资金总额全年执行数": "70"}, "执行率测算得分", "10"),
    ("分档 80% 含", {"execution_steps": "1"}, {"资金总额全年执行数": "56"}, "执行率测算得分", "7"),
    ("分档 60% 以下", {"execution_steps": "1"}, {"资金总额全年执行数": "41"}, "执行率测算得分", "0"),
    ("一位小数", {"points_digits": "1"}, {"资金总额全年执行数": "68.3"}, "执行率测算得分", "9.8"),
    ("整数", {"points_digits": "0"}, {"实际完成值/2": "38"}, "系统测算得分/2", "10"),
    ("超额不扣", {}, {"实际完成值/2": "60"}, "系统测算得分/2", "10"),
    ("超额扣 2 分", {"over_deduct": "2"}, {"实际完成值/2": "60"}, "系统测算得分/2", "8"),
    ("正好 130% 不扣", {"over_deduct": "2"}, {"实际完成值/2": "52"}, "系统测算得分/2", "10"),
    ("超额扣分，核定也扣", {"over_deduct": "2"}, {"实际完成值/2": "60", "自评得分/2": "10"}, "核定得分/2", "8"),
    ("超过 130% 记零", {"over_zero": "1.3"}, {"实际完成值/2": "60"}, "系统测算得分/2", "0"),
    ("不到 70% 记零", {"under_zero": "0.7"}, {"实际完成值/2": "27"}, "系统测算得分/2", "0"),
    ("正好 70% 按比例", {"under_zero": "0.7"}, {"实际完成值/2": "28"}, "系统测算得分/2", "7"),
    ("≤ 的指标不记零", {"over_zero": "1.3", "under_zero": "0.7"}, {"实际完成值/9": "1"}, "系统测算得分/9", "10"),
    ("总分随执行率封顶", {"cap_by_rate": "1"}, {"资金总额全年执行数": "35"}, "核定总分", "50"),
    ("部分达成 80—50—0", {"tier_part": "0.65", "tier_part_low": "0.5", "tier_none_high": "0.5"}, {"实际完成值/15": "部分达成"}, "系统测算得分/15", "6.5"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "policy", "cells", "field", "points"), CASES, ids=[case[0] for case in CASES])
def test_policy_changes_points(
    tmp_path: Path, name: str, policy: dict[str, str], cells: dict[str, str], field: str, points: str
) -> None:
    form = form_with(tmp_path, **policy)
    made = kit.issue(form)
    assert clean.named(form, made)["三级指标/2"] == "检查单位数"
    evaluation = Evaluation(form, from_values(form, made, clean.values(form, made, cells)))
    column, _, row = field.partition("/")
    ident = form.field(column).id
    assert evaluation.value(Key(1, ident, int(row or 0))) == Decimal(points), name


@needs_office
@pytest.mark.office
def test_every_switch_gives_the_same_in_libreoffice(tmp_path: Path) -> None:
    form = form_with(
        tmp_path, execution_opening="1", execution_steps="1", cap_by_rate="1", over_zero="1.5", under_zero="0.7", points_digits="1"
    )  # fmt: skip
    made = kit.issue(form)
    fills = [random_values(form, made, 900 + seed) for seed in range(3)] + [dict(clean.values(form, made))]
    assert_same(form, made, fills, tmp_path)


def fixed_texts(value: Any, is_text: bool = False) -> Iterator[str]:
    """Everything a person reads of a definition, as written, without what is filled in from the policy."""
    if isinstance(value, str):
        if is_text:
            yield re.sub(r"\{[^}]*\}|[0-9]+(-[0-9]+)+", "", value)  # nor dates given as examples
    elif isinstance(value, tuple):
        for item in value:
            yield from fixed_texts(item, is_text)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from fixed_texts(item, is_text)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from fixed_texts(getattr(value, field.name), field.name in {*policy_texts.TEXTS, "say"})


@pytest.mark.parametrize("ident", form_ids())
def test_no_text_repeats_a_number_of_the_policy(ident: str) -> None:
    """A form that changes a parameter must not contradict itself; so texts name parameters instead of their values."""
    spec: FormSpec = build(compose_form(library() / ident / FILE, library()), FormSpec, FILE)
    values = {parameter.value for parameter in spec.parameters} - {Decimal(n) for n in (0, 1, 2, 4)}
    values |= {value * 100 for value in values if value < 2}
    told = [
        text
        for text in fixed_texts(spec)
        if any(Decimal(number) in values for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", text))
    ]
    assert told == []


def test_wording_follows_the_policy(tmp_path: Path) -> None:
    form = form_with(tmp_path, grade_a="95", grade_b="85", grade_c="70", execution_floor="0.85")
    texts = " ".join([*(rule.rule.do for rule in form.rules), form.field("资金偏差说明").prompt])
    assert "95 分起为优，85 分起为良，70 分起为中，以下为差" in texts
    assert "执行率低于85%" in texts
    assert "90" not in form.field("资金偏差说明").prompt
