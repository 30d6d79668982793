"""Figures the bureau filled in beforehand, against what came back: the bureau's copy is the witness."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from tests import clean, kit
from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import Key, form_by_id, form_ids
from xltool.form.layout import workbook_layout as layouts

ISSUED = Decimal("60")
CASES = [
    ("没有改", "60.00", []),
    ("填成文字的同一个数", "60.00万元", []),
    ("改成 62", "62", ["MC01 财政局名册上的资金总额年初预算数是 60 万元，现在填的是 62 万元。"]),
    (
        "按元填",
        "600000",
        ["MC02 财政局名册上的资金总额年初预算数是 60 万元，现在填的是 600000 万元，看来是按“元”填的。"],
    ),
    ("空着", "", []),  # 另有必填和预算的规则
]


@pytest.mark.parametrize("ident", form_ids())
@pytest.mark.parametrize(("name", "typed", "told"), CASES, ids=[case[0] for case in CASES])
def test_budget_figures_against_the_roster(ident: str, name: str, typed: str, told: list[str]) -> None:
    form = form_by_id(ident)
    key = Key(1, "funds.total.opening")
    made = kit.issue(form)
    made = replace(made, prefill=MappingProxyType({**made.prefill, key: ISSUED}))
    values = {**clean.values(form, made), key: typed}
    findings = check(layouts.build(form, made), Evaluation(form, from_values(form, made, values)))
    assert [f"{finding.code} {finding.message}" for finding in findings if finding.code.startswith("MC")] == told, name
