"""The operators, both sides. Imports ``nodes``, ``decimals``, ``excel``.

Comparison is chosen by type: numbers round their difference to 6 decimals and allow a tolerance, texts
ignore case. A divisor that was computed counts as zero below 1E-9, since 0.1+0.2-0.3 is not 0 in Excel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from xltool.expr.functions.decimals import GENERAL, ZERO, floored, formatted, rounded
from xltool.expr.functions.excel import steady
from xltool.expr.functions.nodes import (
    Apply,
    Args,
    Const,
    Function,
    Node,
    Param,
    Ref,
    Run,
    Use,
    WrittenArgs,
    first_unit,
    over,
)
from xltool.expr.language.symbols import Env, Scalar, Type

TINY: Final = Decimal("1E-9")
_TINY_TEXT: Final = "0.000000001"

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


def write_same_text(left: str, left_node: Node, right: str, right_node: Node) -> str:
    """Return the Excel text of ``same_text``; UPPER is left out where a literal has no case."""
    for node in (left_node, right_node):
        if isinstance(node, Const) and str(node.value).lower() == upper(str(node.value)):
            return f"EXACT({left},{right})"
    return f"EXACT(UPPER({left}),UPPER({right}))"


def product_unit(args: Sequence[Node]) -> str:
    """Return the unit of a product: that of the factor that is neither a ratio nor bare."""
    return next((arg.unit for arg in args if arg.unit not in ("", "%")), first_unit(args))


def _quotient_unit(args: Sequence[Node]) -> str:
    return "%" if args[0].unit and args[0].unit == args[1].unit else ""


def divisor(args: Args, index: int) -> Callable[[Decimal], Decimal]:
    """Return a function that returns the argument's value to divide by; it raises ZeroDivisionError for zero."""
    tiny = _tiny(args.node(index))

    def checked(value: Decimal) -> Decimal:
        if abs(value) <= tiny:
            raise ZeroDivisionError
        return value

    return checked


def _tiny(node: Node) -> Decimal:
    """The largest value that counts as zero: what was computed carries binary noise in Excel."""
    return TINY.next_minus() if isinstance(node, Apply) else ZERO


def write_divisor(written: WrittenArgs, index: int) -> str:
    """Return the Excel text of ``divisor``."""
    text = written[index]
    if isinstance(written.node(index), Apply):
        return f"IF(ABS({text})<{_TINY_TEXT},NA(),{text})"
    return text


def power(args: Args) -> Run:
    """a^b; 0^0, 0^-1 and a negative number to a broken power do not apply."""
    tiny = _tiny(args.node(0))

    def raised(base: Decimal, exponent: Decimal) -> Decimal:
        exponent = rounded(exponent, 9)
        if abs(base) <= tiny:
            if exponent <= 0:
                raise ZeroDivisionError
            return ZERO
        if base < 0 and exponent != floored(exponent):
            raise ArithmeticError
        return base**exponent

    return over(raised)(args)


def _quotient(args: Args) -> Run:
    checked = divisor(args, 1)
    return over(lambda a, b: a / checked(b))(args)


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


def _joined(value: Scalar) -> str:
    return formatted(value, GENERAL) if isinstance(value, Decimal) else str(value)


def _write_joined(w: WrittenArgs, index: int) -> str:
    return f"ROUND({steady(w[index])},4)" if w.node(index).type is Type.NUMBER else w[index]


def _check_joined(args: Sequence[Node]) -> str:
    return "“&”只连接文字和数字，不连接是否（TRUE/FALSE）" if any(arg.type is Type.BOOL for arg in args) else ""


def _binary(
    sign: str, run: Callable[[Decimal, Decimal], Decimal], unit: Callable[[Sequence[Node]], str] = first_unit
) -> Function:
    return Function(
        usage=f"甲 {sign} 乙",
        summary="",
        params=(_NUMBER, _NUMBER),
        run=over(run),
        write=lambda w: f"({w[0]}{sign}{w[1]})",
        unit=unit,
    )


OPERATORS: Final[Mapping[str, Function]] = {
    "+": _binary("+", lambda a, b: a + b),
    "-": _binary("-", lambda a, b: a - b),
    "*": _binary("*", lambda a, b: a * b, product_unit),
    "/": Function(
        usage="甲 / 乙",
        summary="",
        params=(_NUMBER, _NUMBER),
        run=_quotient,
        write=lambda w: f"({w[0]}/{write_divisor(w, 1)})",
        unit=_quotient_unit,
    ),
    "^": Function("甲 ^ 乙", "", (_NUMBER, _NUMBER), power, _write_power),
    "%": Function("甲%", "", (_NUMBER,), over(lambda a: a / 100), lambda w: f"({w[0]}/100)"),
    "u-": Function("-甲", "", (_NUMBER,), over(lambda a: -a), lambda w: f"(-{w[0]})", unit=first_unit),
    "u+": Function("+甲", "", (_NUMBER,), over(lambda a: +a), lambda w: w[0], unit=first_unit),
    "&": Function(
        usage="甲 & 乙",
        summary="",
        params=(_ANY, _ANY),
        run=over(lambda a, b: _joined(a) + _joined(b)),
        write=lambda w: f"({_write_joined(w, 0)}&{_write_joined(w, 1)})",
        result=Type.TEXT,
        check=_check_joined,
    ),
}


def _write_difference(w: WrittenArgs) -> str:
    node = w.node(1)
    zero = isinstance(node, Const) and node.value == 0
    return f"ROUND({w[0]},6)" if zero else f"ROUND({w[0]}-{w[1]},6)"


def _numbers(test: Callable[[Decimal, Decimal], bool], write: Callable[[str, str], str]) -> Function:
    def run(args: Args) -> Run:
        left, right, tolerance = args[0], args[1], _constant(args.node(2))
        far = abs(tolerance) + 1  # so large a difference is on the same side, rounded or not

        def compare(env: Env) -> bool:
            difference = left(env) - right(env)
            near = difference and -far < difference < far
            return test(rounded(difference, 6) if near else difference, tolerance)

        return compare

    return Function(
        usage="",
        summary="",
        params=(_NUMBER, _NUMBER, Param(Type.NUMBER, fixed=True)),
        run=run,
        write=lambda w: "(" + write(_write_difference(w), w[2]) + ")",
        result=Type.BOOL,
    )


COMPARE_NUMBERS: Final[Mapping[str, Function]] = {
    "=": _numbers(lambda d, t: abs(d) <= t, lambda d, t: f"ABS({d})<={t}"),
    "<>": _numbers(lambda d, t: abs(d) > t, lambda d, t: f"ABS({d})>{t}"),
    "<=": _numbers(lambda d, t: d <= t, lambda d, t: f"{d}<={t}"),
    "<": _numbers(lambda d, t: d < -t, lambda d, t: f"{d}<-{t}"),
    ">=": _numbers(lambda d, t: d >= -t, lambda d, t: f"{d}>=-{t}"),
    ">": _numbers(lambda d, t: d > t, lambda d, t: f"{d}>{t}"),
}

_TEXTS: Final = (Param(Type.TEXT, fold=True), Param(Type.TEXT, fold=True))
_TRUTHS: Final = (Param(Type.BOOL), Param(Type.BOOL))


def _constant(node: Node) -> Decimal:
    if not (isinstance(node, Const) and isinstance(node.value, Decimal)):
        raise TypeError(f"{node!r} is not written out")
    return node.value


def _write_texts(w: WrittenArgs) -> str:
    return write_same_text(w[0], w.node(0), w[1], w.node(1))


COMPARE_TEXTS: Final[Mapping[str, Function]] = {
    "=": Function("", "", _TEXTS, over(same_text), _write_texts, Type.BOOL),
    "<>": Function(
        "", "", _TEXTS, over(lambda a, b: not same_text(a, b)), lambda w: f"NOT({_write_texts(w)})", Type.BOOL
    ),
}

COMPARE_TRUTHS: Final[Mapping[str, Function]] = {
    "=": Function("", "", _TRUTHS, over(lambda a, b: a == b), lambda w: f"({w[0]}={w[1]})", Type.BOOL),
    "<>": Function("", "", _TRUTHS, over(lambda a, b: a != b), lambda w: f"({w[0]}<>{w[1]})", Type.BOOL),
}


def attempt(run: Run) -> Callable[[Env], Scalar | None]:
    """Return what gives a value, or None where it does not apply."""

    def attempted(env: Env) -> Scalar | None:
        try:
            value: Scalar = run(env)
        except ArithmeticError:
            return None
        return value

    return attempted


def is_raw(node: Node) -> bool:
    """Tell whether an argument is a field taken as it is."""
    return isinstance(node, Ref) and node.use is Use.RAW
