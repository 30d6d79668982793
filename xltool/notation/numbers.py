"""Number fields: one number in the unit of the cell. Imports ``chain``, ``folding``, ``model``, ``words``.

The unit "%" is a ratio: its value is a fraction (0.5184), because that is what Excel keeps when somebody types
51.84% into a cell with a percent format. Therefore a bare number up to 2 is taken as it is, above 2 as percent.
"""

from __future__ import annotations

import re
from decimal import Decimal

from xltool.notation.chain import ChainStep, is_number_excel, nest, number_in, quoted, run, value_excel
from xltool.notation.folding import fold
from xltool.notation.understood import NONE, STORED_AS_TEXT, UNREADABLE, Number, plain
from xltool.notation.words import KNOWN_UNITS, MACHINE_BLANKS, NONES, SCALES, aliases, canonical

_NONES = "|" + "|".join(NONES) + "|"
_WHOLE = Decimal(2)  # a bare ratio above this was meant in percent
_NUMBER = re.compile(r"[-+]?[0-9](?:[0-9,，.]*[0-9])?")
_DIGIT = re.compile("[0-9]")


def read_number(raw: Decimal | str | bool, unit: str) -> Number:
    """Return what a number field holds.

    Args:
        raw: the cell's value; a number stays as it is.
        unit: the unit of the field; "%" is a ratio field whose value is a fraction.

    >>> read_number("24 万元", "万元").value, read_number("51.84%", "%").value, read_number("/", "人").state
    (Decimal('24'), Decimal('0.5184'), 'none')
    >>> read_number("72890元", "万元").problem
    '带有单位“元”，本格单位是“万元”；若确为 72890 元，应填 7.289'
    """
    unit = fold(unit)
    if isinstance(raw, bool):
        return Number(None, "unreadable", problem="本格需要一个数字")
    if isinstance(raw, Decimal):
        return _plain_number(raw, unit)
    text = fold(raw)
    if not text:
        return Number(None, "blank")
    if is_none(text):
        return Number(None, "none")
    value = number_in(run(f"[{text}]", _steps(unit)))
    if value is None:
        return unreadable(text, unit)
    if unit == "%":
        value = value / 100 if _says_percent(text) or abs(value) > _WHOLE else value
    return Number(value, "number", note=_note(raw, text, value, unit))


def number_excel(raw: str, folded: str, unit: str) -> str:
    """Return the Excel expression of ``read_number``: a number, "", "—" or "#?".

    Args:
        raw: address of the input cell.
        folded: address of the cell that holds ``fold_excel(raw)``.
        unit: the unit of the field, plain text.
    """
    unit = fold(unit)
    text = nest(f'"["&{folded}&"]"', _steps(unit))
    value = value_excel(text)
    number = raw
    if unit == "%":
        number = f"IF(ABS({raw})>{_WHOLE},{raw}/100,{raw})"
        percent = f'ISNUMBER(FIND("%",SUBSTITUTE({folded},"百分","%")))'
        value = f"{value}/IF({percent},100,IF(ABS({value})>{_WHOLE},100,1))"
    bad = quoted(UNREADABLE)
    read = f"IFERROR(IF({is_number_excel(text)},{value},{bad}),{bad})"
    read = f'IF({folded}="","",IF({is_none_excel(folded)},{quoted(NONE)},{read}))'
    # A truth is a number to LibreOffice, so it is asked for first; an error goes through ISLOGICAL unharmed.
    return f"IF(OR(ISERROR({raw}),ISLOGICAL({raw})),{bad},IF(ISNUMBER({raw}),{number},{read}))"


def show_number(value: Decimal, unit: str) -> str:
    """Return a field's number as the official form prints it, without its unit except "%".

    The caller rounds first. ``value`` of the unit "%" is a fraction.

    >>> show_number(Decimal("1.50"), "万元"), show_number(Decimal("0.5184"), "%")
    ('1.5', '51.84%')
    """
    return plain(value * 100) + "%" if fold(unit) == "%" else plain(value)


def is_none(text: str) -> bool:
    """Tell whether a folded text says "none"."""
    return f"|{text}|" in _NONES


def is_machine_blank(text: str) -> bool:
    """Tell whether a folded text is what a program writes for nothing: nan, None, #REF!, ####.

    >>> [is_machine_blank(text) for text in ("NaN", "####", "无", "nan1")]
    [True, True, False, False]
    """
    return text.lower() in MACHINE_BLANKS or (len(text) > 1 and set(text) == {"#"})


def is_none_excel(x: str) -> str:
    """Return the Excel condition of ``is_none``."""
    return f'ISNUMBER(FIND("|"&{x}&"|",{quoted(_NONES)}))'


def unreadable(text: str, unit: str) -> Number:
    """Return why a text is no number of this unit, in words that go on after 填的是“…”，.

    Args:
        text: folded, without operator.
        unit: folded unit of the cell; "" when there is none.
    """
    match = _NUMBER.match(text)
    rest = text[match.end() :] if match else ""
    if match is None or not rest or _DIGIT.search(rest):
        return Number(None, "unreadable", problem="不能读作一个数字")
    tail = rest.strip(" .。")
    if canonical(tail) not in KNOWN_UNITS and tail not in KNOWN_UNITS:
        return Number(None, "unreadable", problem=f"数字后面的“{tail}”不能识别")
    if canonical(tail) == canonical(unit):
        return Number(None, "unreadable", problem="不能读作一个数字")
    problem = f"带有单位“{tail}”，" + (f"本格单位是“{unit}”" if unit else "本行没有填单位")
    number = number_in(f"[{match[0].removeprefix('+')}]")
    if number is not None:
        for scale in SCALES:
            if canonical(tail) in scale and canonical(unit) in scale:
                offered = plain(number * scale[canonical(tail)] / scale[canonical(unit)])
                problem += f"；若确为 {plain(number)} {tail}，应填 {offered}"
    return Number(None, "unreadable", problem=problem, unit_clash=True)


def _steps(unit: str) -> tuple[ChainStep, ...]:
    return (
        ("。]", "]"),
        (".]", "]"),
        (" ]", "]"),
        *((("[百分之", "["),) if unit == "%" else ()),
        *((f"{alias}]", "}") for alias in aliases(unit)),  # "}": one unit only, "24万万元" stays unread
        ("]", "}"),
        (" }", "}"),
        ("}", "]"),
        ("[+-", "x"),
        ("[+", "["),
    )


def _says_percent(text: str) -> bool:
    return "%" in text.replace("百分", "%")


def _plain_number(raw: Decimal, unit: str) -> Number:
    if unit == "%" and abs(raw) > _WHOLE:
        return Number(raw / 100, "number", note=f"按 {show_number(raw / 100, unit)} 读取")
    return Number(raw, "number")


def _note(raw: str, text: str, value: Decimal, unit: str) -> str:
    shown = show_number(value, unit)
    plainly = number_in(f"[{raw}]")
    if plainly == value and not {",", "，"} & set(raw):
        return f"{STORED_AS_TEXT}，按数值 {shown} 读取"
    if unit == "%" and raw.endswith("%") and number_in(f"[{raw[:-1]}]") == value * 100:
        return f"{STORED_AS_TEXT}，按 {shown} 读取"
    if unit and unit != "%":
        ending = next((alias for alias in aliases(unit) if text.rstrip(" .。").endswith(alias)), "")
        if ending:
            return f"按 {shown} 读取，去掉了单位“{ending}”"
    return f"按 {shown} 读取"
