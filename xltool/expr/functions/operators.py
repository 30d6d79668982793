"""The operators, both sides. Imports ``nodes``, ``decimals``, ``excel``.

Comparison is chosen by type: numbers round their difference to 6 decimals and allow a tolerance, texts
ignore case. A divisor that was computed counts as zero below 1E-9, since 0.1+0.2-0.3 is not 0 in Excel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from xltool.expr.functions.decimals import CONTEXT, GENERAL, ZERO, floored, formatted, rounded
from xltool.expr.functions.excel import steady
from xltool.expr.functions.nodes import (
    Apply,
    CodeArgs,
    Const,
    Function,
    Node,
    Param,
    Ref,
    Use,
    WrittenArgs,
    first_unit,
)
from xltool.expr.language.symbols import Type

TINY: Final = Decimal("1E-9")
_TINY_TEXT: Final = "0.000000001"
_COMPUTED: Final = TINY.next_minus(CONTEXT)

_NUMBER = Param(Type.NUMBER)
_ANY = Param(None)


def upper(text: str) -> str:
    """Return ``text`` as Excel's UPPER does: one character stays one character ("ß" stays)."""
    whole = text.upper()
    if len(whole) == len(text):  # every character stayed one
        return whole
    return "".join(up if len(up := char.upper()) == 1 else char for char in text)


def same_text(left: str, right: str) -> bool:
    """Tell whether two texts are equal but for case; ``upper`` leaves their length alone."""
    return left == right or (len(left) == len(right) and upper(left) == upper(right))


def caseless(node: Node) -> bool:
    """Tell whether a text is written out and has no case, so that no other is equal to it."""
    return isinstance(node, Const) and str(node.value).lower() == upper(str(node.value))


def write_same_text(left: str, left_node: Node, right: str, right_node: Node) -> str:
    """Return the Excel text of ``same_text``; UPPER is left out where a literal has no case."""
    if caseless(left_node) or caseless(right_node):
        return f"EXACT({left},{right})"
    return f"EXACT(UPPER({left}),UPPER({right}))"


def product_unit(args: Sequence[Node]) -> str:
    """Return the unit of a product: that of the factor that is neither a ratio nor bare."""
    return next((arg.unit for arg in args if arg.unit not in ("", "%")), first_unit(args))


def _quotient_unit(args: Sequence[Node]) -> str:
    return "%" if args[0].unit and args[0].unit == args[1].unit else ""


def divisor(c: CodeArgs, index: int) -> str:
    """Return the Python text of an argument to divide by, which does not apply where it is zero."""
    node = c.node(index)
    if isinstance(node, Const) and node.value != 0:
        return c[index]
    return f"{c.name(not_zero)}({c[index]}, {c.name(tiny(node))})"


def not_zero(value: Decimal, tiny: Decimal) -> Decimal:
    """Return a divisor; raise ZeroDivisionError if it is no larger than ``tiny``."""
    if abs(value) <= tiny:
        raise ZeroDivisionError
    return value


def tiny(node: Node) -> Decimal:
    """Return the largest value that counts as zero: what was computed carries binary noise in Excel."""
    return _COMPUTED if isinstance(node, Apply) else ZERO


def write_divisor(written: WrittenArgs, index: int) -> str:
    """Return the Excel text of ``divisor``."""
    text = written[index]
    if isinstance(written.node(index), Apply):
        return f"IF(ABS({text})<{_TINY_TEXT},NA(),{text})"
    return text


def power(base: Decimal, exponent: Decimal, tiny: Decimal) -> Decimal:
    """a^b; 0^0, 0^-1 and a negative number to a broken power do not apply."""
    exponent = rounded(exponent, 9)
    if abs(base) <= tiny:
        if exponent <= 0:
            raise ZeroDivisionError
        return ZERO
    if base < 0 and exponent != floored(exponent):
        raise ArithmeticError
    return base**exponent


def _power(c: CodeArgs) -> str:
    return f"{c.name(power)}({c[0]}, {c[1]}, {c.name(tiny(c.node(0)))})"


def _write_power(w: WrittenArgs) -> str:
    base, exponent = w[0], w[1]
    node = w.node(1)
    if isinstance(node, Const) and node.value in (Decimal(1), Decimal(2), Decimal(3)):
        return f"({base}^{exponent})"
    exponent = steady(exponent)
    zero = f"ABS({base})<{_TINY_TEXT}" if isinstance(w.node(0), Apply) else f"{base}=0"
    return (
        f"IF({zero},IF({exponent}>0,0,NA()),"
        f"IF({base}<0,IF({exponent}=INT({exponent}),{base}^{exponent},NA()),{base}^{exponent}))"
    )


def _joined(c: CodeArgs, index: int) -> str:
    return f"{c.name(_shown)}({c[index]})" if c.node(index).type is Type.NUMBER else c[index]


def _shown(value: Decimal) -> str:
    return formatted(value, GENERAL)


def _write_joined(w: WrittenArgs, index: int) -> str:
    return f"ROUND({steady(w[index])},4)" if w.node(index).type is Type.NUMBER else w[index]


def _check_joined(args: Sequence[Node]) -> str:
    return "“&”只连接文字和数字，不连接是否（TRUE/FALSE）" if any(arg.type is Type.BOOL for arg in args) else ""


def _binary(sign: str, unit: Callable[[Sequence[Node]], str] = first_unit) -> Function:
    return Function(
        usage=f"甲 {sign} 乙",
        summary="",
        params=(_NUMBER, _NUMBER),
        code=lambda c: f"({c[0]} {sign} {c[1]})",
        write=lambda w: f"({w[0]}{sign}{w[1]})",
        unit=unit,
    )


OPERATORS: Final[Mapping[str, Function]] = {
    "+": _binary("+"),
    "-": _binary("-"),
    "*": _binary("*", product_unit),
    "/": Function(
        usage="甲 / 乙",
        summary="",
        params=(_NUMBER, _NUMBER),
        code=lambda c: f"({c[0]} / {divisor(c, 1)})",
        write=lambda w: f"({w[0]}/{write_divisor(w, 1)})",
        unit=_quotient_unit,
    ),
    "^": Function("甲 ^ 乙", "", (_NUMBER, _NUMBER), _power, _write_power),
    "%": Function("甲%", "", (_NUMBER,), lambda c: f"({c[0]} / 100)", lambda w: f"({w[0]}/100)"),
    "u-": Function("-甲", "", (_NUMBER,), lambda c: f"(-{c[0]})", lambda w: f"(-{w[0]})", unit=first_unit),
    "u+": Function("+甲", "", (_NUMBER,), lambda c: f"(+{c[0]})", lambda w: w[0], unit=first_unit),
    "&": Function(
        usage="甲 & 乙",
        summary="",
        params=(_ANY, _ANY),
        code=lambda c: f"({_joined(c, 0)} + {_joined(c, 1)})",
        write=lambda w: f"({_write_joined(w, 0)}&{_write_joined(w, 1)})",
        result=Type.TEXT,
        check=_check_joined,
    ),
}


def _write_difference(w: WrittenArgs) -> str:
    node = w.node(1)
    zero = isinstance(node, Const) and node.value == 0
    return f"ROUND({w[0]},6)" if zero else f"ROUND({w[0]}-{w[1]},6)"


def _difference(left: Decimal, right: Decimal, far: Decimal) -> Decimal:
    """The difference as it is compared; one so large as ``far`` is on the same side, rounded or not."""
    difference = left - right
    return rounded(difference, 6) if difference and -far < difference < far else difference


def _numbers(code: Callable[[CodeArgs, str, Decimal], str], write: Callable[[str, str], str]) -> Function:
    def compare(c: CodeArgs) -> str:
        tolerance = _constant(c.node(2))
        return f"({code(c, f'{c.name(_difference)}({c[0]}, {c[1]}, {c.name(abs(tolerance) + 1)})', tolerance)})"

    return Function(
        usage="",
        summary="",
        params=(_NUMBER, _NUMBER, Param(Type.NUMBER, fixed=True)),
        code=compare,
        write=lambda w: "(" + write(_write_difference(w), w[2]) + ")",
        result=Type.BOOL,
    )


COMPARE_NUMBERS: Final[Mapping[str, Function]] = {
    "=": _numbers(lambda c, d, t: f"{c.name(abs)}({d}) <= {c.name(t)}", lambda d, t: f"ABS({d})<={t}"),
    "<>": _numbers(lambda c, d, t: f"{c.name(abs)}({d}) > {c.name(t)}", lambda d, t: f"ABS({d})>{t}"),
    "<=": _numbers(lambda c, d, t: f"{d} <= {c.name(t)}", lambda d, t: f"{d}<={t}"),
    "<": _numbers(lambda c, d, t: f"{d} < {c.name(-t)}", lambda d, t: f"{d}<-{t}"),
    ">=": _numbers(lambda c, d, t: f"{d} >= {c.name(-t)}", lambda d, t: f"{d}>=-{t}"),
    ">": _numbers(lambda c, d, t: f"{d} > {c.name(t)}", lambda d, t: f"{d}>{t}"),
}

_TEXTS: Final = (Param(Type.TEXT, fold=True), Param(Type.TEXT, fold=True))
_TRUTHS: Final = (Param(Type.BOOL), Param(Type.BOOL))


def _constant(node: Node) -> Decimal:
    if not (isinstance(node, Const) and isinstance(node.value, Decimal)):
        raise TypeError(f"{node!r} is not written out")
    return node.value


def _write_texts(w: WrittenArgs) -> str:
    return write_same_text(w[0], w.node(0), w[1], w.node(1))


def _texts(c: CodeArgs) -> str:
    """The Python text of ``same_text``; a literal without case equals itself alone."""
    if caseless(c.node(0)) or caseless(c.node(1)):
        return f"({c[0]} == {c[1]})"
    return f"{c.name(same_text)}({c[0]}, {c[1]})"


COMPARE_TEXTS: Final[Mapping[str, Function]] = {
    "=": Function("", "", _TEXTS, _texts, _write_texts, Type.BOOL),
    "<>": Function("", "", _TEXTS, lambda c: f"(not {_texts(c)})", lambda w: f"NOT({_write_texts(w)})", Type.BOOL),
}

COMPARE_TRUTHS: Final[Mapping[str, Function]] = {
    "=": Function("", "", _TRUTHS, lambda c: f"({c[0]} == {c[1]})", lambda w: f"({w[0]}={w[1]})", Type.BOOL),
    "<>": Function("", "", _TRUTHS, lambda c: f"({c[0]} != {c[1]})", lambda w: f"({w[0]}<>{w[1]})", Type.BOOL),
}


def attempt(c: CodeArgs, index: int) -> str:
    """Return the Python text of an argument's value, None where it does not apply."""
    return c[index] if is_raw(c.node(index)) else f"{c.name(_attempt)}({c.part(index)}, env)"


def _attempt(part: Callable[[object], object], env: object) -> object:
    try:
        return part(env)
    except ArithmeticError:
        return None


def is_raw(node: Node) -> bool:
    """Tell whether an argument is a field taken as it is."""
    return isinstance(node, Ref) and node.use is Use.RAW
