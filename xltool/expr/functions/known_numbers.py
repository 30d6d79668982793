"""The functions that decide, add up, count and calculate, one record each. Used only by ``known``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from xltool.expr.functions import aggregates
from xltool.expr.functions.decimals import ZERO, floored, rounded, rounded_down, rounded_up
from xltool.expr.functions.excel import steady
from xltool.expr.functions.logic import (
    all_of,
    if_error,
    mod,
    not_applicable,
    write_mod,
)
from xltool.expr.functions.nodes import Const, Function, Node, Param, Use, called, first_unit
from xltool.expr.language.symbols import Type

_NUMBER = Param(Type.NUMBER)
_TRUTH = Param(Type.BOOL)
_ANY = Param(None)
_NUMBERS = Param(Type.NUMBER, Use.SPREAD)
_FIELDS = Param(None, Use.SPREAD, bare=True)
_COLUMN = Param(None, Use.COLUMN, bare=True)
_CRITERION = Param(None, Use.RAW, fold=True)
_DIGITS = Param(Type.NUMBER, fixed=True)


def _check_digits(args: Sequence[Node]) -> str:
    node = args[1]
    if isinstance(node, Const) and node.value in [Decimal(n) for n in range(-9, 10)]:
        return ""
    return "保留的位数要写成 -9 到 9 的整数"


def _digits(node: Node) -> int:
    return int(node.value) if isinstance(node, Const) else 0


def _rounding(name: str, what: str, function: Callable[[Decimal, int], Decimal]) -> Function:
    return Function(
        usage=f"{name}(数, 位数)",
        summary=what,
        params=(_NUMBER, _DIGITS),
        code=lambda c: f"{c.name(function)}({c[0]}, {c.name(_digits(c.node(1)))})",
        write=lambda w: f"{name}({steady(w[0])},{w.whole(1)})",
        unit=first_unit,
        check=_check_digits,
    )


NUMBERS: Final[Mapping[str, Function]] = {
    "IF": Function(
        usage="IF(条件, 甲, 乙)",
        summary="条件成立取甲，否则取乙；只算取到的那一个。甲、乙要同为数字、文字或是否",
        params=(_TRUTH, _ANY, _ANY),
        code=lambda c: f"({c[1]} if {c[0]} else {c[2]})",
        write=lambda w: f"IF({w[0]},{w[1]},{w[2]})",
        result=None,
        unit=first_unit,
    ),
    "IFERROR": Function(
        usage="IFERROR(甲, 乙)",
        summary="甲不适用（缺数、除以零等）时取乙",
        params=(_ANY, _ANY),
        code=if_error,
        write=lambda w: f"IFERROR({w[0]},{w[1]})",
        result=None,
        unit=first_unit,
    ),
    "NA": Function("NA()", "不适用", (), called(not_applicable), lambda _w: "NA()"),
    "AND": Function(
        usage="AND(条件, …)",
        summary="都成立；有一个不适用，就不适用",
        params=(_TRUTH,),
        code=all_of("&"),
        write=lambda w: f"AND({','.join(w[i] for i in range(len(w)))})",
        result=Type.BOOL,
        repeat=1,
    ),
    "OR": Function(
        usage="OR(条件, …)",
        summary="至少一个成立；有一个不适用，就不适用",
        params=(_TRUTH,),
        code=all_of("|"),
        write=lambda w: f"OR({','.join(w[i] for i in range(len(w)))})",
        result=Type.BOOL,
        repeat=1,
    ),
    "NOT": Function(
        "NOT(条件)", "不成立", (_TRUTH,), lambda c: f"(not {c[0]})", lambda w: f"NOT({w[0]})", result=Type.BOOL
    ),
    "SUM": Function(
        usage="SUM(数或列, …)",
        summary="合计；空白和不是数的跳过，一个数也没有得 0",
        params=(_NUMBERS,),
        code=aggregates.over_numbers(lambda numbers: sum(numbers, ZERO)),
        write=aggregates.write_over("SUM"),
        repeat=1,
        unit=first_unit,
    ),
    "MIN": Function(
        usage="MIN(数或列, …)",
        summary="最小的数；空白和不是数的跳过，一个数也没有则不适用",
        params=(_NUMBERS,),
        code=aggregates.over_some(min),
        write=aggregates.write_extreme("MIN"),
        repeat=1,
        unit=first_unit,
    ),
    "MAX": Function(
        usage="MAX(数或列, …)",
        summary="最大的数；空白和不是数的跳过，一个数也没有则不适用",
        params=(_NUMBERS,),
        code=aggregates.over_some(max),
        write=aggregates.write_extreme("MAX"),
        repeat=1,
        unit=first_unit,
    ),
    "AVERAGE": Function(
        usage="AVERAGE(数或列, …)",
        summary="平均数；空白和不是数的跳过，一个数也没有则不适用",
        params=(_NUMBERS,),
        code=aggregates.over_some(lambda numbers: sum(numbers, ZERO) / len(numbers)),
        write=aggregates.write_extreme("AVERAGE"),
        repeat=1,
        unit=first_unit,
    ),
    "COUNT": Function(
        usage="COUNT(字段或列, …)",
        summary="填了数的格数",
        params=(_FIELDS,),
        code=aggregates.over_numbers(lambda numbers: Decimal(len(numbers))),
        write=aggregates.write_over("COUNT"),
        repeat=1,
    ),
    "COUNTA": Function(
        usage="COUNTA(字段或列, …)",
        summary="不空白的格数（“—”和读不出的也算填了）",
        params=(_FIELDS,),
        code=aggregates.over_all(lambda values: Decimal(sum(value != "" for value in values))),
        write=aggregates.write_count_if('<>""'),
        repeat=1,
    ),
    "COUNTBLANK": Function(
        usage="COUNTBLANK(字段或列, …)",
        summary="空白的格数",
        params=(_FIELDS,),
        code=aggregates.over_all(lambda values: Decimal(sum(value == "" for value in values))),
        write=aggregates.write_count_if('=""'),
        repeat=1,
    ),
    "COUNTIFS": Function(
        usage="COUNTIFS(列, 值, …)",
        summary="各列都等于所给值的行数；值就是值，不认“>5”“*”之类；值是字段名时空白等于空白",
        params=(_COLUMN, _CRITERION),
        code=aggregates.count_ifs,
        write=aggregates.write_ifs(0),
        repeat=2,
        check=aggregates.check_ifs(0),
    ),
    "SUMIFS": Function(
        usage="SUMIFS(求和列, 列, 值, …)",
        summary="各列都等于所给值的行里，求和列的合计",
        params=(Param(Type.NUMBER, Use.COLUMN, bare=True), _COLUMN, _CRITERION),
        code=aggregates.sum_ifs,
        write=aggregates.write_ifs(1),
        repeat=2,
        unit=lambda args: args[0].unit,
        check=aggregates.check_ifs(1),
    ),
    "REACHED": Function(
        usage="REACHED(列, 比的列)",
        summary="同一行里前一列的数不小于后一列的数，这样的行数；有一格不是数的行不算",
        params=(Param(Type.NUMBER, Use.COLUMN, bare=True), Param(Type.NUMBER, Use.COLUMN, bare=True)),
        code=aggregates.reached,
        write=aggregates.write_reached,
    ),
    "ABS": Function("ABS(数)", "绝对值", (_NUMBER,), called(abs), lambda w: f"ABS({w[0]})", unit=first_unit),
    "ROUND": _rounding("ROUND", "四舍五入到小数点后几位（负数位数：到十、百）", rounded),
    "ROUNDUP": _rounding("ROUNDUP", "向远离零的方向进位", rounded_up),
    "ROUNDDOWN": _rounding("ROUNDDOWN", "向零的方向截断", rounded_down),
    "INT": Function(
        usage="INT(数)",
        summary="不大于它的最大整数",
        params=(_NUMBER,),
        code=called(floored),
        write=lambda w: f"INT({steady(w[0])})",
        unit=first_unit,
    ),
    "MOD": Function("MOD(数, 除数)", "余数，与除数同号", (_NUMBER, _NUMBER), mod, write_mod, unit=first_unit),
}
