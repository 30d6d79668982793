"""Both sides of the language agree: every case, and random expressions on nasty values, in LibreOffice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.expr.cases import CASES
from tests.expr.generator import expression, values
from tests.expr.scene import SCOPE, Case, CaseCells, agree, compute, formula, make, recalculated, to_value
from tests.office import needs_office
from xltool.expr import (
    FUNCTIONS,
    NA,
    SHORTHANDS,
    ExprError,
    bind_template,
    names,
    parse,
    parse_template,
    render,
    template_to_excel,
)
from xltool.expr.language.tree import Call, Expr


@pytest.mark.parametrize(("text", "given", "expected"), CASES, ids=[f"{text} {given}" for text, given, _ in CASES])
def test_python(text: str, given: dict[str, object], expected: object) -> None:
    answer = compute(text, **given)
    if expected is NA:
        assert answer is NA
    else:
        wanted = to_value(expected)
        assert type(answer) is type(wanted)
        assert answer == wanted


@needs_office
@pytest.mark.office
def test_cases_in_libreoffice(tmp_path: Path) -> None:
    cases = [make(text, given, row) for row, (text, given, _) in enumerate(CASES, 1)]
    shown = recalculated(cases, [formula(case) for case in cases], tmp_path)
    wrong = [
        f"{case.text} {case.given}: {case.answer!r}, LibreOffice {got!r}\n  {formula(case)}"
        for case, got in zip(cases, shown, strict=True)
        if not agree(case.answer, got)
    ]
    assert not wrong, "\n".join(wrong)


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("seed", [20240101, 7])
def test_random_expressions_in_libreoffice(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    cases: list[Case] = []
    while len(cases) < 600:
        text = expression(rng)
        case = make(text, values(rng, names(parse(text))), len(cases) + 1)
        try:
            formula(case)
        except ExprError as error:
            assert "太长" in error.message  # noqa: PT017
            continue
        cases.append(case)
    shown = recalculated(cases, [formula(case) for case in cases], tmp_path)
    assert sum(case.answer is not NA for case in cases) > 300
    wrong = [
        f"{case.text} {case.given}: {case.answer!r}, LibreOffice {got!r}\n  {formula(case)}"
        for case, got in zip(cases, shown, strict=True)
        if not agree(case.answer, got)
    ]
    assert not wrong, "\n".join(wrong)


TEMPLATES: list[tuple[str, dict[str, object], str]] = [
    ("没有数字", {}, "没有数字"),
    ("", {}, ""),
    ("差 {甲-乙} 万元", {"甲": 1.5, "乙": 1.31}, "差 0.19 万元"),
    ("差 {甲-乙:general} 万元", {"甲": 1.5, "乙": 0.5}, "差 1 万元"),
    ("{甲}和{乙}", {"甲": 10}, "10.00和（空）"),
    ("{数}次，{数:0.0}", {"数": 10}, "10次，10.0"),
    ("{甲/乙}", {"甲": 1, "乙": 3}, "33.33%"),
    ("{甲/乙:0%}", {"甲": 1, "乙": 0}, "（空）"),
    ('填的是“{文}”，{{原样}}，{IF(甲>0,"正","}负")}', {"文": 'a"b', "甲": 0}, '填的是“a"b”，{原样}，}负'),
    ("{文}", {}, "（空）"),
    ("{T(文)}。", {}, "。"),
    ('"引号"', {}, '"引号"'),
    ("长" * 300 + "{甲}", {"甲": -0.001}, "长" * 300 + "0.00"),
    ("{甲:#,##0.00}", {"甲": "—"}, "（空）"),
    ("{甲:#,##0.00}", {"甲": 12345.675}, "12,345.68"),
]
FORMATS = {"万元": "0.00", "%": "0.00%"}


@pytest.mark.parametrize(("text", "given", "expected"), TEMPLATES)
def test_template(text: str, given: dict[str, object], expected: str) -> None:
    assert render(bind_template(parse_template(text), SCOPE, FORMATS), make("1", given)) == expected


@needs_office
@pytest.mark.office
def test_templates_in_libreoffice(tmp_path: Path) -> None:
    cases = [make("1", given, row) for row, (_, given, _) in enumerate(TEMPLATES, 1)]
    bound = [bind_template(parse_template(text), SCOPE, FORMATS) for text, _, _ in TEMPLATES]
    formulas = [template_to_excel(one, CaseCells(case)) for one, case in zip(bound, cases, strict=True)]
    shown = recalculated(cases, formulas, tmp_path)
    assert [got or "" for got in shown] == [expected for _, _, expected in TEMPLATES]


def _functions(expr: Expr) -> set[str]:
    if not isinstance(expr, Call):
        return set()
    return {expr.name}.union(*(_functions(arg) for arg in expr.args))


def test_every_function_has_a_case() -> None:
    used = set().union(*(_functions(parse(text)) for text, _, _ in CASES))
    assert {*FUNCTIONS, *SHORTHANDS} - used == set()
