"""Both sides of the functions on text and dates. Imports ``nodes``, ``operators``, ``decimals``, ``notation``.

SEARCH is written as FIND over UPPER: Excel's SEARCH takes ? * ~ as patterns, ours never does.
Dates are serial numbers of the 1900 system from 61 (1900-03-01) on; before that programs disagree.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from xltool import notation
from xltool.expr.functions.decimals import DAY, DAYS, GENERAL, floored, format_decimals, formatted, is_format, whole
from xltool.expr.functions.excel import steady
from xltool.expr.functions.nodes import CodeArgs, Const, Node, Ref, Use, Words, WrittenArgs
from xltool.expr.functions.operators import caseless, is_raw, upper
from xltool.expr.language.symbols import UNREADABLE, Scalar

_EPOCH = datetime.date(1899, 12, 30)
_FIRST, _LAST = 61, 2958465
_LONGEST = 32767  # characters in a cell


def tail(text: str, count: int = 1) -> Scalar:
    """RIGHT: the last characters."""
    return text[-count:] if count else ""


def head(text: str, count: int = 1) -> Scalar:
    """LEFT: the first characters."""
    return text[:count]


def end_part(function: Callable[[str, int], Scalar]) -> Callable[[CodeArgs], str]:
    """Return the ``code`` of LEFT or RIGHT; how many characters is mostly written out."""

    def code(c: CodeArgs) -> str:
        if len(c) == 1:
            return f"{c.name(function)}({c[0]})"
        node = c.node(1)
        if isinstance(node, Const) and isinstance(node.value, Decimal) and 0 <= node.value <= _LONGEST:
            count = c.name(_length(node.value))
        else:
            count = f"{c.name(_length)}({c[1]})"
        return f"{c.name(function)}({c[0]}, {count})"

    return code


def middle(text: str, first: Decimal, number: Decimal) -> Scalar:
    """MID: from a 1-based position on."""
    start, count = whole(first), _length(number)
    if start < 1:
        raise ArithmeticError
    return text[start - 1 : start - 1 + count]


def _length(number: Decimal) -> int:
    count = whole(number)
    if count < 0:
        raise ArithmeticError
    return count


def write_part(name: str) -> Callable[[WrittenArgs], str]:
    """Return the writer of LEFT, RIGHT or MID."""
    return lambda w: f"{name}({','.join([w[0], *(w.whole(i) for i in range(1, len(w)))])})"


def trimmed(text: str) -> Scalar:
    """TRIM: without spaces at the ends, inner runs made one."""
    return " ".join(part for part in text.split(" ") if part)


def substituted(text: str, old: str, new: str, nth: Decimal | None = None) -> Scalar:
    """SUBSTITUTE: every occurrence, or only the n-th."""
    if nth is None:
        return text.replace(old, new) if old else text
    count = whole(nth)
    if count < 1:
        raise ArithmeticError
    pieces = text.split(old, min(count, len(text))) if old else [text]
    if count >= len(pieces):
        return text
    return old.join(pieces[:count]) + new + pieces[count]


def write_substitute(w: WrittenArgs) -> str:
    """Write SUBSTITUTE."""
    nth = f",{w.whole(3)}" if len(w) == 4 else ""
    return f"SUBSTITUTE({w[0]},{w[1]},{w[2]}{nth})"


def search(c: CodeArgs) -> str:
    """SEARCH; a literal without case is looked for as it stands."""
    return f"{c.name(_index if caseless(c.node(0)) else position)}({c[0]}, {c[1]})"


def position(part: str, text: str) -> Scalar:
    """SEARCH: where a part begins, 1-based; does not apply if it is not there or empty."""
    return _index(upper(part), upper(text))


def _index(part: str, text: str) -> Scalar:
    at = text.find(part) if part else -1
    if at < 0:
        raise ArithmeticError
    return Decimal(at + 1)


def write_search(w: WrittenArgs) -> str:
    """Write SEARCH."""
    node = w.node(0)
    if isinstance(node, Const):
        return f"FIND(UPPER({w[0]}),UPPER({w[1]}))" if node.value else "NA()"
    return f'IF({w[0]}="",NA(),FIND(UPPER({w[0]}),UPPER({w[1]})))'


def plain_text(text: str) -> str:
    """T: the text, "" where it is blank or unreadable."""
    return "" if text == UNREADABLE else text


def write_plain_text(w: WrittenArgs) -> str:
    """Write T."""
    return _plain(w[0], w.node(0))


def _plain(written: str, node: Node) -> str:
    raw = isinstance(node, Ref) and node.use is Use.RAW
    # Joined with "" because a blank cell would be the number 0.
    return f'IF({written}="{UNREADABLE}","",{written}&"")' if raw else written


def in_list(c: CodeArgs) -> str:
    """INLIST: whether the text is one of the words."""
    words = _capitals(c)
    return f"({_in_capitals(c, words)} in {c.name(frozenset(words))})"


def write_in_list(w: WrittenArgs) -> str:
    """Write INLIST with an array of the words (in capitals, like the text)."""
    words = ",".join('"' + upper(word).replace('"', '""') + '"' for word in _words(w, len(w)))
    return f"(SUMPRODUCT(--EXACT(UPPER({w[0]}),{{{words}}}))>0)"


def contains(c: CodeArgs) -> str:
    """CONTAINS: whether one of the words stands in the text."""
    words = _capitals(c)
    find = re.compile("|".join(map(re.escape, words))).search
    return f"({c.name(find)}({_in_capitals(c, words)}) is not None)"


def _in_capitals(c: CodeArgs, words: Sequence[str]) -> str:
    return f"{c.name(upper)}({c[0]})" if _cased(words) else c[0]


def write_contains(w: WrittenArgs) -> str:
    """Write CONTAINS: the words are an array, FIND gives an error for each that is not there."""
    words = _capitals(w)
    array = ",".join('"' + word.replace('"', '""') + '"' for word in words)
    text = f"UPPER({w[0]})" if _cased(words) else w[0]
    found = f"(SUMPRODUCT(--ISNUMBER(FIND({{{array}}},{text})))>0)"
    return found if is_raw(w.node(0)) else f"IF(ISERROR({w[0]}),NA(),{found})"


def _capitals(args: CodeArgs | WrittenArgs) -> list[str]:
    return list(dict.fromkeys(map(upper, _words(args, len(args)))))


def _cased(words: Sequence[str]) -> bool:
    """Whether capitals matter; Chinese words have none, which spares a function on every text."""
    return any(word.lower() != word for word in words)


def _words(args: CodeArgs | WrittenArgs, count: int) -> list[str]:
    nodes = (args.node(index) for index in range(1, count))
    return list(dict.fromkeys(word for node in nodes if isinstance(node, Words) for word in node.words))


def _format(args: CodeArgs | WrittenArgs) -> str:
    node = args.node(1)
    return str(node.value) if isinstance(node, Const) else ""


def shown(c: CodeArgs) -> str:
    """TEXT: a number in one of our formats."""
    return f"{c.name(formatted)}({c[0]}, {c.name(_format(c))})"


def write_shown(w: WrittenArgs) -> str:
    """Write TEXT."""
    return write_formatted(w[0], _format(w))


def write_formatted(number: str, text: str) -> str:
    """Return the Excel text of ``decimals.formatted``; rounded first, so that there is no "-0.00"."""
    value = f"ROUND({steady(number)},{format_decimals(text)})"
    if text == DAY:
        low, high = DAYS
        words = f'YEAR({value})&"年"&MONTH({value})&"月"&DAY({value})&"日"'
        return f'IF(AND({value}>={low},{value}<={high}),{words},{value}&"")'
    return f'({value}&"")' if text == GENERAL else f'TEXT({value},"{text}")'


def check_format(args: Sequence[Node]) -> str:
    """Check the format of TEXT."""
    node = args[1]
    if isinstance(node, Const) and is_format(str(node.value)):
        return ""
    return '数字样式只能是 "0"、"0.00"、"#,##0.00"、"0.00%" 这样的，或 "general"'


def _serial(day: datetime.date) -> Decimal:
    serial = (day - _EPOCH).days
    if serial < _FIRST:
        raise ArithmeticError
    return Decimal(serial)


def date(*numbers: Decimal) -> Scalar:
    """DATE: the serial number; month and day may run over, as in Excel."""
    year, month, day = map(whole, numbers)
    if not (1904 <= year <= 9990 and abs(month) <= 24 and abs(day) <= 366):
        raise ArithmeticError
    years, months = divmod(month - 1, 12)
    return _serial(datetime.date(year + years, months + 1, 1) + datetime.timedelta(days=day - 1))


def write_date(w: WrittenArgs) -> str:
    """Write DATE; the limits keep every program inside its calendar."""
    year, month, day = w.whole(0), w.whole(1), w.whole(2)
    return f"IF(AND({year}>=1904,{year}<=9990,ABS({month})<=24,ABS({day})<=366),DATE({year},{month},{day}),NA())"


def day_of(number: Decimal) -> datetime.date:
    """Return the day of a serial number."""
    serial = whole(number)
    if not _FIRST <= serial <= _LAST:
        raise ArithmeticError
    return _EPOCH + datetime.timedelta(days=serial)


def write_day_part(name: str) -> Callable[[WrittenArgs], str]:
    """Return the writer of YEAR, MONTH or DAY."""

    def write(w: WrittenArgs) -> str:
        serial = w.whole(0)
        return f"IF(AND({serial}>={_FIRST},{serial}<={_LAST}),{name}({serial}),NA())"

    return write


def measure(text: str, unit: str, scale: Scalar = "") -> Scalar:
    """NUM: the number a text means, in a unit; ``scale`` is the row's operator, or the target of an actual."""
    value = notation.read_measure(text, unit, scale).value
    if value is None:
        raise ArithmeticError
    return value


def measure_unit(args: Sequence[Node]) -> str:
    """Return the unit of NUM, if it is written out."""
    return str(args[1].value) if isinstance(args[1], Const) else ""


_SCALED = "万亿/"
_EXACT = 7  # characters of a percentage that are printed as they were typed; a quotient has more


def target_shown(text: str, unit: str, number: Scalar, operator: str, nature: str = "") -> str:
    """SHOWN: a target or actual as the official form prints it, in one text."""
    text, unit, operator, nature = map(plain_text, (text, unit, operator, nature))
    sign = nature if nature in ("≥", "≤") else ""
    ends = text[-1:] in set("0123456789")
    if not isinstance(number, Decimal):
        return text + (unit if nature == "区间" and ends else "")
    if (any(mark in text for mark in _SCALED) and unit[:1] not in ("万", "亿")) or not (unit or ends):
        return ("" if operator else sign) + text + ("" if text.endswith(unit) or unit == "%" else unit)
    shown = Decimal(formatted(number, "0.00")) if unit == "%" and len(text) > _EXACT else number
    return ("" if operator == "=" else operator or sign) + formatted(shown, GENERAL) + unit


def write_target_shown(w: WrittenArgs) -> str:
    """Write SHOWN."""
    text, unit, operator = (_plain(w[index], w.node(index)) for index in (0, 1, 3))
    nature = _plain(w[4], w.node(4)) if len(w) == 5 else '""'
    sign = f'IF(OR({nature}="≥",{nature}="≤"),{nature},"")'
    marks = ",".join(f'"{mark}"' for mark in _SCALED)
    scaled = f'AND(SUMPRODUCT(--ISNUMBER(FIND({{{marks}}},{text})))>0,ISERROR(FIND(LEFT({unit}&" "),"万亿")))'
    typed = f'IF({operator}="",{sign},"")&{text}&IF(OR(EXACT(RIGHT({text},LEN({unit})),{unit}),{unit}="%"),"",{unit})'
    number_shown = f'IF(AND({unit}="%",LEN({text})>{_EXACT}),ROUND({steady(w[2])},2),{w[2]})'
    number = (
        f'IF({operator}="=","",IF({operator}="",{sign},{operator}))&{write_formatted(number_shown, GENERAL)}&{unit}'
    )
    digit = f'ISNUMBER(FIND(RIGHT(" "&{text}),"0123456789"))'
    words = f'{text}&IF(AND({nature}="区间",{digit}),{unit},"")'
    as_typed = f'OR({scaled},NOT(OR({unit}<>"",{digit})))'
    return f"IF(ISNUMBER({w[2]}),IF({as_typed},{typed},{number}),{words})"


def end_of(index: int) -> Callable[[str], Scalar]:
    """Return LOW (0) or HIGH (1): one end of the interval a text means."""

    def end(text: str) -> Scalar:
        ends = notation.read_interval(text)
        if ends is None:
            raise ArithmeticError
        return ends[index]

    return end


def deadline(text: str, year: Scalar = "") -> Scalar:
    """DEADLINE: the serial number of the last day a text allows, in the year given if it names none."""
    day = notation.read_deadline(text, int(floored(year)) if isinstance(year, Decimal) else None)
    if day is None:
        raise ArithmeticError
    return _serial(day)
