"""What the parser and binder accept, how they read it, and what they say to a form's author."""

from __future__ import annotations

import doctest
import importlib
from decimal import Decimal
from pathlib import Path

import pytest

from tests.expr.scene import SCOPE, CaseCells, compute, make
from xltool.expr import (
    FUNCTIONS,
    NA,
    SHORTHANDS,
    ExprError,
    Scalar,
    Scope,
    Symbol,
    Type,
    bind,
    bind_template,
    breaks,
    evaluate,
    known_names,
    names,
    parse,
    parse_template,
    to_excel,
)
from xltool.expr.language.tree import Expr, Literal, Name

PAGE = Path(__file__).parents[2] / "macros_docs" / "rule-language.md"


def shape(expr: Expr) -> str:
    """Write a tree with every bracket."""
    if isinstance(expr, Literal):
        return f'"{expr.value}"' if isinstance(expr.value, str) else str(expr.value)
    if isinstance(expr, Name):
        return expr.name
    if len(expr.args) == 2 and not expr.name[0].isalpha():
        return f"({shape(expr.args[0])}{expr.name}{shape(expr.args[1])})"
    return f"{expr.name}({','.join(shape(arg) for arg in expr.args)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1+2*3-4", "((1+(2*3))-4)"),
        ("-2^2%", "(u-(2)^%(2))"),
        ("2^3^2", "((2^3)^2)"),
        ("a&b+1=c", "((a&(b+1))=c)"),
        ("a-b-c", "((a-b)-c)"),
        ("2^-1", "(2^u-(1))"),
        (".5 + 1e3", "(0.5+1E+3)"),
        ('"说""好""" & x', '("说"好""&x)'),
        ("true", "True"),
        ("sum(a , b)", "SUM(a,b)"),
        ("“三公”经费预算数 = 因公出国（境）费、公务接待费", "(“三公”经费预算数=因公出国（境）费、公务接待费)"),
        ("≥50万元以上（含）*2", "(≥50万元以上（含）*2)"),
        ("fund_total.budget_2024/2", "(fund_total.budget_2024/2)"),
        ("a\n =\u3000b", "(a=b)"),
        ("a<>b", "(a<>b)"),
        ("NA()", "NA()"),
    ],
)
def test_parse(text: str, tree: str) -> None:
    assert shape(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "公式是空的"),
        ("甲＝乙", 1, "“＝”是全角符号，请改用半角的“=”"),
        ("甲 + （乙)", 4, "“（”是全角符号，请改用半角的“(”"),
        ("SUM(甲，乙)", 5, "“，”是全角符号，请改用半角的“,”"),
        ('甲="x', 2, '文字少了后面的半角引号 "'),
        ("2024年预算数+1", 0, "字段名不能以数字或点开头，请改用字段的编号"),
        ("甲'乙", 1, "公式里不能用“'”"),
        ("甲+", 2, "公式没有写完"),
        ("(甲+乙", 0, "这个括号没有对应的“)”"),
        ("SUM(甲", 3, "这个括号没有对应的“)”"),
        ("甲+乙)", 3, "这里不该出现“)”"),
        ("甲 乙", 2, "这里不该出现“乙”"),
        ("甲 ≥ 乙", 2, "“≥”不是运算符，请写成“>=”"),
        ("1234567890123456", 0, "数字最多 15 位（Excel 只记 15 位）"),
        ("(" * 60 + "1" + ")" * 60, 50, "括号或函数套得太深（超过 50 层）。请拆成几条规则"),
        ("1" + "+1" * 300, 400, "公式太长（超过 400 个词）。请拆成几条规则"),
    ],
)
def test_parse_error(text: str, position: int, message: str) -> None:
    with pytest.raises(ExprError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.position) == (message, position)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("甲+金额", 2, "没有叫“金额”的字段，是不是“金额列”？"),
        ("甲≥乙", 0, "没有叫“甲≥乙”的字段；公式里的引号、括号、逗号和比较符号要用半角的，这里有“≥”"),
        ("SUMM(甲)", 0, "没有叫“SUMM”的函数，是不是“SUM”？"),
        ("VLOOKUP(甲)", 0, "没有叫“VLOOKUP”的函数"),
        ("IF(甲>0,1)", 0, "IF 的项数不对，写法是 IF(条件, 甲, 乙)"),
        ('COUNTIFS(类别列,"a",地区列)', 0, "COUNTIFS 的项数不对，写法是 COUNTIFS(列, 值, …)"),
        ("SUM()", 0, "SUM 的项数不对，写法是 SUM(数或列, …)"),
        ("文+1", 0, "“+” 要数字，“文”是文字"),
        ("-文", 1, "负号 要数字，“文”是文字"),
        ("甲=文", 1, "“=”两边一边是数字、一边是文字，不能比较"),
        ("甲<乙<丙", 3, "不能连着比较，请写成 AND(甲<乙, 乙<丙)"),
        ("(甲<乙)+1", 2, "比较的结果不能参加运算"),
        ('文<"b"', 1, "文字只能比是否相等（= 或 <>），不能比大小"),
        ('文=""', 1, "问是不是空白，请写 ISBLANK(文)"),
        ("IF(甲,1,2)", 3, "IF 要是否，“甲”是数字"),
        ('IF(甲>0,1,"")', 0, "IF 的几个结果要是同一类，这里有数字、文字；不适用的请写 NA()"),
        ("金额列+1", 0, "“金额列”是一整列，请放进 SUM、MAX、COUNTIFS 等函数里用"),
        ("1+MAX(0,本行)", 2, "MAX 里的“本行”指整列。要本行的数，请写 +本行；要整列的，请单独写 MAX(本行)"),
        ("COUNTIFS(甲,1)", 9, "“甲”不是明细表的列，这里要写列名"),
        ("COUNTIFS(类别列,1)", 0, "COUNTIFS：第1项是文字列，第2项的条件却是数字"),
        ("ISBLANK(甲+1)", 9, "这里只能写字段名，不能写算式"),
        ("ISBLANK(1)", 8, "这里只能写字段名，不能写固定的值"),
        ("1+STEP(比, 1, 10)", 2, "STEP 的项数不对，写法是 STEP(数, 界, 得, …, 否则)"),
        ("STEP(STEP(比, 1, 2, 3), 1, 2, 3)", 0, "STEP 的第一项里不能再写 STEP；请先算在一个栏目里"),
        (f"STEP(比{', 1, 2' * 31}, 0)", 0, "STEP 最多写 30 档"),
        ("DEDUCT(比, 1)", 0, "DEDUCT 的项数不对，写法是 DEDUCT(超出, 每, 扣, 最多)"),
        ("DEDUCTS(比, 1)", 0, "没有叫“DEDUCTS”的函数，是不是“DEDUCT”？"),
        ("STEP(文, 1, 2, 3)", 0, "“>=”两边一边是文字、一边是数字，不能比较"),
        ("ISBLANK(倍数)", 8, "“倍数”是参数，这里要写字段名"),
        ("ROUND(甲,乙)", 8, "ROUND 的第2项要直接写出来或用参数"),
        ("ROUND(甲,0.5)", 0, "ROUND：保留的位数要写成 -9 到 9 的整数"),
        (
            'TEXT(甲,"yyyy")',
            0,
            'TEXT：数字样式只能是 "0"、"0.00"、"#,##0.00"、"0.00%" 这样的，或 "general"',
        ),
        ('"a"&是', 3, "“&”：“&”只连接文字和数字，不连接是否（TRUE/FALSE）"),
        ("INLIST(文,程)", 9, "没有叫“程”的清单，是不是“程度”？"),
        ('INLIST(文,"优")', 9, "这里要写清单的名字"),
        ("INLIST(文,文&字)", 10, "这里要写清单的名字"),
    ],
)
def test_bind_error(text: str, position: int, message: str) -> None:
    with pytest.raises(ExprError) as caught:
        bind(parse(text), SCOPE)
    assert (caught.value.message, caught.value.position) == (message, position)


def test_names_in_order_without_lists() -> None:
    assert names(parse("乙+甲*乙+IF(INLIST(文,程度),“引”（x）,1)")) == ("乙", "甲", "文", "“引”（x）")


def test_refs_are_fields_once_without_parameters() -> None:
    bound = bind(parse("乙+甲*n1*倍数+SUM(金额列)"), SCOPE)
    assert [symbol.name for symbol in bound.refs] == ["乙", "甲", "金额列"]


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("甲", Type.NUMBER, "万元"),
        ("甲+乙", Type.NUMBER, "万元"),
        ("1+甲", Type.NUMBER, "万元"),
        ("甲/乙", Type.NUMBER, "%"),
        ("甲/数", Type.NUMBER, ""),
        ("甲*比", Type.NUMBER, "万元"),
        ("比*数", Type.NUMBER, "次"),
        ("比*2", Type.NUMBER, "%"),
        ("ROUND(SUM(0,金额列),2)", Type.NUMBER, "万元"),
        ("IF(甲>乙,0,甲)", Type.NUMBER, "万元"),
        ('NUM(文,"人")', Type.NUMBER, "人"),
        ("SUMIFS(金额列,类别列,文)", Type.NUMBER, "万元"),
        ("甲>乙", Type.BOOL, ""),
        ("IFERROR(文,字)", Type.TEXT, ""),
        ("COUNT(甲)", Type.NUMBER, ""),
    ],
)
def test_type_and_unit(text: str, kind: Type, unit: str) -> None:
    bound = bind(parse(text), SCOPE)
    assert (bound.type, bound.unit) == (kind, unit)


def test_comparison_gives_both_sides() -> None:
    comparison = bind(parse("甲 = 乙+丙"), SCOPE).comparison
    assert comparison is not None
    left, operator, right = comparison
    assert ([s.name for s in left.refs], operator, [s.name for s in right.refs]) == (["甲"], "=", ["乙", "丙"])
    assert bind(parse("AND(甲=乙)"), SCOPE).comparison is None


@pytest.mark.parametrize(
    ("tolerance", "answer"), [(None, True), (Decimal(0), False), (Decimal("0.005"), False), (Decimal("0.1"), True)]
)
def test_tolerance_of_the_rule_before_that_of_the_unit(tolerance: Decimal | None, answer: bool) -> None:
    case = make("1", {"甲": 1.01, "乙": 1})
    assert evaluate(bind(parse("甲=乙"), SCOPE, tolerance), case) is answer


def test_tolerance_of_the_right_side_when_the_left_has_no_unit() -> None:
    assert make("1=甲", {"甲": 1.01}).answer is True


@pytest.mark.parametrize(
    ("text", "excel"),
    [
        ("甲+1", "(IF(ISNUMBER(A1),A1,NA())+1)"),
        ('文="优"', 'EXACT(IF(OR(A1="",A1="#?"),NA(),A1),"优")'),
        ('T(文)="a"', 'EXACT(UPPER(IF(A1="#?","",A1&"")),UPPER("a"))'),
        ("甲=1", "(ABS(ROUND(IF(ISNUMBER(A1),A1,NA())-1,6))<=0.01)"),
        ("SUM(金额列,甲)", "SUM(B1:B9,A1)"),
        ("MAX(金额列)", "IF(COUNT(B1:B9)=0,NA(),MAX(B1:B9))"),
        ("INLIST(文,程度)", '(SUMPRODUCT(--EXACT(UPPER(A1),{"优","良","GOOD"}))>0)'),
    ],
)
def test_excel_text(text: str, excel: str) -> None:
    class Cells:
        def cell(self, _symbol: Symbol) -> str:
            return "A1"

        def column(self, _symbol: Symbol) -> list[str]:
            return ["B1:B9"]

    assert to_excel(bind(parse(text), SCOPE), Cells()) == excel


@pytest.mark.parametrize(
    ("text", "cell", "excel"),
    [
        ("甲+1", "50", "(50+1)"),
        ("甲+乙", "0.5", "IF(COUNT(0.5,0.5)=0,NA(),(0.5+0.5))"),
        ("ISNUMBER(甲)", "50", "ISNUMBER(50)"),
        ("甲+1", "(-1)", "(IF(ISNUMBER((-1)),(-1),NA())+1)"),
        ('文="优"', '"良"', 'EXACT("良","优")'),
        ('文="优"', '"甲""乙"', 'EXACT("甲""乙","优")'),
        ('文="优"', '""', 'EXACT(IF(OR(""="",""="#?"),NA(),""),"优")'),
        ('文="优"', '"#?"', 'EXACT(IF(OR("#?"="","#?"="#?"),NA(),"#?"),"优")'),
    ],
)
def test_what_the_form_itself_says_is_not_asked_for(text: str, cell: str, excel: str) -> None:
    """A name or a number that stands in the formula itself is there; an empty one never applies, as elsewhere."""

    class Cells:
        def cell(self, _symbol: Symbol) -> str:
            return cell

        def column(self, _symbol: Symbol) -> list[str]:
            return ["B1:B9"]

    assert to_excel(bind(parse(text), SCOPE), Cells()) == excel


def test_a_formula_too_long_for_excel_is_refused_early() -> None:
    case = make("/(".join(["甲"] * 30) + ")" * 29, {})
    with pytest.raises(ExprError, match="太长"):
        to_excel(case.bound, CaseCells(case))


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("差{甲-乙", 1, "“{”没有对应的“}”"),
        ("差}", 1, "“}”前面没有“{”；要写出大括号本身请写两个"),
        ("差{甲-}", 4, "公式没有写完"),
        ("差{}", 2, "公式是空的"),
        ("差{甲:0.000.0}", 3, "没有“0.000.0”这种数字样式，可用 0、0.00、#,##0.00、0.00%、general"),
        ("差{甲+无此}", 4, "没有叫“无此”的字段"),
        ("{是}", 1, '是否（TRUE/FALSE）不能直接写进文字，请写 IF(条件, "…", "…")'),
        ("{文:0.00}", 1, "文字不用数字样式"),
    ],
)
def test_template_error(text: str, position: int, message: str) -> None:
    with pytest.raises(ExprError) as caught:
        bind_template(parse_template(text), SCOPE, {})
    assert (caught.value.message, caught.value.position) == (message, position)


def test_an_id_wins_over_a_name() -> None:
    symbols = known_names([Symbol("x", "y", Type.NUMBER), Symbol("y", "z", Type.TEXT)])
    assert {name: symbol.id for name, symbol in symbols.items()} == {"x": "x", "y": "y", "z": "y"}
    assert bind(parse("y"), Scope(symbols)).type is Type.TEXT


def test_the_page_lists_every_function_as_the_table_does() -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = [(one.usage, one.summary) for one in FUNCTIONS.values()]
    told += [(one.usage, one.summary) for one in SHORTHANDS.values()]
    rows = [f"| `{usage}` | {summary} |" for usage, summary in told]
    assert [row for row in rows if row not in page] == []


def test_every_usage_starts_with_its_name() -> None:
    usages = {name: one.usage for name, one in FUNCTIONS.items()} | {
        name: one.usage for name, one in SHORTHANDS.items()
    }
    assert [name for name, usage in usages.items() if not usage.startswith(f"{name}(")] == []


def test_nothing_a_form_says_becomes_source() -> None:
    """Rules of one shape are one code without builtins; what they speak of, and a quotation mark in it, is beside it."""
    runs = [bind(parse(text), SCOPE).run for text in ('LEFT(文, 2)&"a"=字', 'LEFT(词, 3)&"""\'+env"=单位')]
    assert runs[0].__code__ is runs[1].__code__
    assert {const for const in runs[0].__code__.co_consts if const is not None} == set()
    assert [run.__globals__ for run in runs] == [{"__builtins__": {}}] * 2
    assert compute('LEFT(词, 3)&"""\'+env"=单位', 词="一二三四", 单位="一二三\"'+ENV") is True


def test_a_long_sum_is_not_too_deep_for_python() -> None:
    assert compute("+".join(["甲"] * 120) + "-乙", 甲=1, 乙="—") == 120
    assert compute("+".join(["甲"] * 120) + "-乙", 甲=1) is NA


def test_an_and_stops_early_only_where_false_and_not_applicable_are_one() -> None:
    """In the condition for asking a rule, and there only."""
    asked: list[str] = []

    class Asked(dict[str, Scalar]):
        def __missing__(self, ident: str) -> Scalar:
            asked.append(SCOPE.symbols[ident].name)
            return ""

        def column(self, ident: str) -> list[Scalar]:
            raise KeyError(ident)

    when, expect = (bind(parse(text), SCOPE) for text in ("AND(ISBLANK(甲), NOT(ISBLANK(乙)), 丙>0)", "AND(是, 丁>0)"))
    assert (breaks(expect, when)(Asked()), asked) == (None, ["甲", "乙"])
    asked.clear()
    assert (breaks(expect)(Asked(b0=False)), asked) == (None, ["丁"])
    assert [breaks(expect)(Asked(b0=truth, n3=Decimal(1))) for truth in (False, True)] == [True, False]


@pytest.mark.parametrize("name", ["language.parse", "functions.decimals", "functions.excel", "template"])
def test_doctests(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"xltool.expr.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
