"""The functions that ask what a cell holds, of texts, of dates and of indicators, one record each. Used only by ``known``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from xltool import notation
from xltool.expr.functions import text_functions
from xltool.expr.functions.decimals import ZERO
from xltool.expr.functions.logic import (
    is_error,
    is_number,
    write_is,
)
from xltool.expr.functions.nodes import Function, Param, Use, called, first_unit
from xltool.expr.functions.operators import is_raw
from xltool.expr.language.symbols import UNREADABLE, Type

_NUMBER = Param(Type.NUMBER)
_TEXT = Param(Type.TEXT)
_FOLDED = Param(Type.TEXT, fold=True)
_RAW = Param(None, Use.RAW)
_FIELD = Param(None, Use.RAW, bare=True)
_TEXT_FIELD = Param(Type.TEXT, Use.RAW, bare=True)
_NUMBER_FIELD = Param(Type.NUMBER, Use.RAW, bare=True)


TEXTS: Final[Mapping[str, Function]] = {
    "ISBLANK": Function(
        usage="ISBLANK(字段)",
        summary="是空白",
        params=(_FIELD,),
        code=lambda c: f"({c[0]} == '')",
        write=lambda w: f'({w[0]}="")',
        result=Type.BOOL,
    ),
    "ISNUMBER": Function(
        usage="ISNUMBER(字段或算式)",
        summary="是数；算式不适用时不成立",
        params=(_RAW,),
        code=is_number,
        write=lambda w: f"ISNUMBER({w[0]})",
        result=Type.BOOL,
    ),
    "ISERROR": Function(
        usage="ISERROR(字段或算式)",
        summary="字段读不出（单元格是错误值）；算式不适用",
        params=(_RAW,),
        code=is_error,
        write=write_is(f'="{UNREADABLE}"', "ISERROR"),
        result=Type.BOOL,
    ),
    "N": Function(
        usage="N(数)",
        summary="这个数；字段不是数时得 0。在明细行里写 N(列名) 是本行的值",
        params=(Param(Type.NUMBER, Use.RAW),),
        code=called(lambda value: value if isinstance(value, Decimal) else ZERO),
        write=lambda w: f"N({w[0]})" if is_raw(w.node(0)) else w[0],
        unit=first_unit,
    ),
    "T": Function(
        usage="T(文字)",
        summary="这段文字；字段空白或读不出时得空文字",
        params=(Param(Type.TEXT, Use.RAW),),
        code=called(text_functions.plain_text),
        write=text_functions.write_plain_text,
        result=Type.TEXT,
    ),
    "LEN": Function("LEN(文字)", "字数", (_TEXT,), called(lambda text: Decimal(len(text))), lambda w: f"LEN({w[0]})"),
    "LEFT": Function(
        usage="LEFT(文字, 字数)",
        summary="开头几个字，不写字数是 1",
        params=(_TEXT, _NUMBER),
        code=text_functions.end_part(text_functions.head),
        write=text_functions.write_part("LEFT"),
        result=Type.TEXT,
        optional=1,
    ),
    "RIGHT": Function(
        usage="RIGHT(文字, 字数)",
        summary="末尾几个字，不写字数是 1",
        params=(_TEXT, _NUMBER),
        code=text_functions.end_part(text_functions.tail),
        write=text_functions.write_part("RIGHT"),
        result=Type.TEXT,
        optional=1,
    ),
    "MID": Function(
        usage="MID(文字, 起点, 字数)",
        summary="从第几个字起的几个字",
        params=(_TEXT, _NUMBER, _NUMBER),
        code=called(text_functions.middle),
        write=text_functions.write_part("MID"),
        result=Type.TEXT,
    ),
    "TRIM": Function(
        "TRIM(文字)",
        "去掉首尾空格，中间的连续空格留一个",
        (_TEXT,),
        called(text_functions.trimmed),
        lambda w: f"TRIM({w[0]})",
        Type.TEXT,
    ),
    "SUBSTITUTE": Function(
        usage="SUBSTITUTE(文字, 旧, 新, 第几处)",
        summary="把旧换成新（分大小写）；不写第几处就全换",
        params=(_TEXT, _FOLDED, _TEXT, _NUMBER),
        code=called(text_functions.substituted),
        write=text_functions.write_substitute,
        result=Type.TEXT,
        optional=1,
    ),
    "SEARCH": Function(
        usage="SEARCH(部分, 文字)",
        summary="部分在文字中第几个字开始，不分大小写、没有通配符；找不到则不适用",
        params=(_FOLDED, _FOLDED),
        code=text_functions.search,
        write=text_functions.write_search,
    ),
    "TEXT": Function(
        usage='TEXT(数, "0.00")',
        summary="按样式写成文字",
        params=(_NUMBER, Param(Type.TEXT, fixed=True)),
        code=text_functions.shown,
        write=text_functions.write_shown,
        result=Type.TEXT,
        check=text_functions.check_format,
    ),
    "DATE": Function(
        "DATE(年, 月, 日)",
        "日期（序列数）；月、日可以越界进位",
        (_NUMBER, _NUMBER, _NUMBER),
        called(text_functions.date),
        text_functions.write_date,
    ),
    "YEAR": Function(
        "YEAR(日期)",
        "年",
        (_NUMBER,),
        called(lambda n: Decimal(text_functions.day_of(n).year)),
        text_functions.write_day_part("YEAR"),
    ),
    "MONTH": Function(
        "MONTH(日期)",
        "月",
        (_NUMBER,),
        called(lambda n: Decimal(text_functions.day_of(n).month)),
        text_functions.write_day_part("MONTH"),
    ),
    "DAY": Function(
        "DAY(日期)",
        "日",
        (_NUMBER,),
        called(lambda n: Decimal(text_functions.day_of(n).day)),
        text_functions.write_day_part("DAY"),
    ),
    "INLIST": Function(
        usage="INLIST(文字, 清单, …)",
        summary="文字是清单里的一个词；字段空白时不成立",
        params=(Param(Type.TEXT, Use.RAW), Param(Type.TEXT, words=True)),
        code=text_functions.in_list,
        write=text_functions.write_in_list,
        result=Type.BOOL,
        repeat=1,
    ),
    "CONTAINS": Function(
        usage="CONTAINS(文字, 清单, …)",
        summary="文字里有清单里的一个词，不分大小写；字段空白时不成立",
        params=(Param(Type.TEXT, Use.RAW), Param(Type.TEXT, words=True)),
        code=text_functions.contains,
        write=text_functions.write_contains,
        result=Type.BOOL,
        repeat=1,
    ),
    "NUM": Function(
        usage="NUM(文字, 单位, 口径)",
        summary="“≥1,234.5次”这样的文字所指的数，按所给单位；读不出则不适用。口径是性质或指标数，可以不写：性质是 ≤、指标数不大于 2 的，“0.8”不当作 80%",
        params=(_TEXT, Param(Type.TEXT, Use.RAW), _FIELD),
        code=called(text_functions.measure),
        write=lambda w: notation.measure_excel(w[0], w[1], w[2] if len(w) == 3 else ""),
        unit=text_functions.measure_unit,
        optional=1,
    ),
    "SHOWN": Function(
        usage="SHOWN(文字, 单位, 数, 符号, 性质)",
        summary="指标值或完成值在正式表里的写法：≥99%、550万粒、3-5次；数、符号是 NUM、OPERATOR 读出来的，性质可以不写",
        params=(_TEXT_FIELD, _TEXT_FIELD, _NUMBER_FIELD, _TEXT_FIELD, _TEXT_FIELD),
        code=called(text_functions.target_shown),
        write=text_functions.write_target_shown,
        result=Type.TEXT,
        optional=1,
    ),
    "LOW": Function(
        "LOW(文字)",
        "“3-5”这样的区间的下限",
        (_TEXT,),
        called(text_functions.end_of(0)),
        lambda w: notation.interval_low_excel(w[0]),
    ),
    "HIGH": Function(
        "HIGH(文字)",
        "“3-5”这样的区间的上限",
        (_TEXT,),
        called(text_functions.end_of(1)),
        lambda w: notation.interval_high_excel(w[0]),
    ),
    "DEADLINE": Function(
        usage="DEADLINE(文字, 年)",
        summary="“2024年12月底前”这样的文字所指的最后一天（序列数）；给了年，“11月底”也能读",
        params=(_TEXT, _NUMBER_FIELD),
        code=called(text_functions.deadline),
        write=lambda w: notation.deadline_excel(w[0], w.whole(1) if len(w) == 2 else ""),
        optional=1,
    ),
    "OPERATOR": Function(
        usage="OPERATOR(文字)",
        summary="文字开头的 ≥、≤、=；没有则得空文字",
        params=(Param(Type.TEXT, Use.RAW),),
        code=called(notation.operator_of),
        write=lambda w: notation.operator_excel(w[0]),
        result=Type.TEXT,
    ),
}
