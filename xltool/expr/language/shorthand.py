"""Calls that stand for a longer formula: the steps and deductions of a scoring table. Imports ``tree`` and ``errors``.

A shorthand is written out before names are looked up, so neither side (Python, Excel) knows of it and none can differ:
``STEP(执行率, 1, 10, 80%, 7, 0)`` is ``IF(执行率>=1, 10, IF(执行率>=80%, 7, 0))`` in the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xltool.expr.language.errors import ExprError
from xltool.expr.language.tree import Call, Expr, Literal

_MOST_STEPS = 30


@dataclass(frozen=True, slots=True)
class Shorthand:
    """How it is written, what it means in words, and what it stands for; None: the number of arguments does not fit."""

    usage: str
    summary: str
    means: Callable[[Call], Expr | None]


def _steps(call: Call) -> Expr | None:
    """The first bound reached decides; bounds are written from high to low, which is not asked for."""
    if len(call.args) < 4 or len(call.args) % 2:
        return None
    number, *steps, otherwise = call.args
    if len(steps) > 2 * _MOST_STEPS:
        raise ExprError(f"STEP 最多写 {_MOST_STEPS} 档", call.position)
    if _shortened(number):  # it is written once for each step: steps within would multiply
        raise ExprError("STEP 的第一项里不能再写 STEP；请先算在一个栏目里", call.position)
    made = otherwise
    for bound, worth in reversed(list(zip(steps[::2], steps[1::2], strict=True))):
        made = Call("IF", (Call(">=", (number, bound), call.position), worth, made), call.position)
    return made


def _shortened(expr: Expr) -> bool:
    return isinstance(expr, Call) and (expr.name == "STEP" or any(map(_shortened, expr.args)))


def _deduction(call: Call) -> Expr | None:
    """Whole steps only: what a table means by 每超 1 个百分点; 不足一点的按一点 is ROUNDUP in the first argument."""
    if len(call.args) not in (3, 4):
        return None
    at = call.position
    over, each, points, *most = call.args
    steps = Call("INT", (Call("/", (over, each), at),), at)
    taken: Expr = Call("*", (steps, points), at)
    if most:
        # "+" makes a column's name this row's figure; in MIN alone it would mean the whole column.
        taken = Call("MIN", (Call("u+", (most[0],), at), taken), at)
    return Call("MAX", (Literal(Decimal(0), at), taken), at)


SHORTHANDS: Final[Mapping[str, Shorthand]] = {
    "STEP": Shorthand(
        "STEP(数, 界, 得, …, 否则)",
        "分档：数到了第一个界（大于等于）得第一个得，否则看下一档；都不到得最后一项。界从高到低写",
        _steps,
    ),
    "DEDUCT": Shorthand(
        "DEDUCT(超出, 每, 扣, 最多)",
        "超出（或少了）的数里每满一个“每”扣几分，没有超出扣 0；最多扣几分可以不写。不满一个也算一个的，写 DEDUCT(ROUNDUP(超出/每, 0), 1, 扣, 最多)",
        _deduction,
    ),
}
