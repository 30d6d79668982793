"""The number meant by a target or an actual, in its row's unit. Imports ``chain``, ``folding``, ``numbers``, ``words``.

A measure is in percent points ("99%" → 99) while a ratio *field* is a fraction (``numbers``): targets are
compared with each other and shown as typed, never computed with as shares. The text may carry an operator,
the unit, 万 or 亿; what we do not know stays unread rather than half read.
"""

from __future__ import annotations

from typing import Final

from xltool.notation.chain import (
    FLATTEN,
    Step,
    decimal_of,
    is_number_excel,
    last_found,
    last_found_excel,
    nest,
    number_in,
    run,
    value_excel,
)
from xltool.notation.folding import fold
from xltool.notation.model import Number, plain
from xltool.notation.numbers import is_none, unreadable
from xltool.notation.words import LEADING_WORDS, SIGN_OF, SIMPLE_UNITS, SYNONYMS, TRAILING, canonical

_OPENERS: Final = ("[", *(f"[{word}" for word in LEADING_WORDS))
_CLOSERS: Final = {f"{word}]": sign for sign, words in TRAILING.items() for word in words}
_SIGNED: Final = (*_CLOSERS, *_OPENERS[1:])  # a leading word outweighs a trailing one
_SIGNS: Final = (*_CLOSERS.values(), *(SIGN_OF[word] for word in LEADING_WORDS))
_AT_MOST: Final = tuple(word for word, sign in zip(_SIGNED, _SIGNS, strict=True) if sign == "≤")
_UNIT_ENDS: Final = tuple(f"{unit}]" for unit in SIMPLE_UNITS)
_DIGITS: Final[tuple[Step, ...]] = (*FLATTEN, ("0", ""))

_TAIL: Final[tuple[Step, ...]] = (
    ("。]", "]"),
    (".]", "]"),
    *((word, "]") for word in _CLOSERS),
    ("及]", "]"),
    (" ]", "]"),
)
_CANON: Final[tuple[Step, ...]] = (("·", "."), *((f"{word}]", f"{unit}]") for word, unit in SYNONYMS))
_END: Final[tuple[Step, ...]] = (("]", "}"), (" }", "}"), ("[+-", "x"), ("[+", "["))
_TIMES: Final[tuple[Step, ...]] = (("万}", "E4"), ("亿}", "E8"), ("}", ""))
_CLASH_UNREAD: Final = "度量单位空着，不能判断“{0}”按什么单位计；请先填写度量单位"


def operator_of(text: str) -> str:
    """Return the operator written before or behind a number: "≥", "≤", "=" or "".

    >>> [operator_of(text) for text in (">=3", "不超过5天", "90%以上", "＝3", "3-5次")]
    ['≥', '≤', '≥', '=', '']
    """
    index = last_found(_SIGNED, f"[{fold(text)}]")
    return "" if index is None else _SIGNS[index]


def operator_excel(x: str) -> str:
    """Return the Excel expression of ``operator_of``; ``x`` holds folded text."""
    return f'IFERROR({last_found_excel(_SIGNED, _bracketed(x), _SIGNS)},"")'


def leading_operator(text: str) -> tuple[str, str]:
    """Return (operator, folded rest) of a text that begins with an operator, else ("", folded text).

    >>> leading_operator("≥ 99％"), leading_operator("不低于3次"), leading_operator("3次以上")
    (('≥', '99%'), ('≥', '3次'), ('', '3次以上'))
    """
    text = fold(text)
    word = next((word for word in reversed(LEADING_WORDS) if text.startswith(word)), "")
    return (SIGN_OF[word], text.removeprefix(word).strip(" ")) if word else ("", text)


def read_measure(text: str, unit: str) -> Number:
    """Return the number meant by a target or actual in ``unit`` (may be "").

    "6/6" is "done of all": the done, or with the unit "%" their ratio in percent points. With "%", a bare
    text that begins with "0." was meant as a share and is read × 100, unless it is an upper limit. 万 and 亿
    multiply, unless the unit begins with one of them ("550万" in 万粒 is 550) or is blank (unreadable).

    >>> [str(read_measure(*case).value) for case in (("≥99%", "%"), ("550万粒", "粒"), ("6/6", "%"), ("0.95", "%"))]
    ['99', '5.50E+6', '100', '95.00']
    """
    raw, text, unit = text, fold(text), fold(unit)
    if not text:
        return Number(None, "blank")
    if is_none(text):
        return Number(None, "none")
    if run(text, _DIGITS) == "/":
        return _done_of_all(raw, text, unit)
    core = _core(text, unit)
    refused = unit[:1] in {"万", "亿", ""}
    shape = core
    for multiplier in ("万}", "亿}"):
        shape = shape.replace(multiplier, "x" if refused else "}")
    value = decimal_of(run(run(core, _TIMES), _CLEANED)) if number_in(shape.replace("}", "]")) is not None else None
    if value is None:
        return _why(raw, text, unit, core)
    factor = 100 if _is_share(text, unit) else 1
    note = ""
    if factor == 100:
        note = f"填的是“{raw.strip()}”，按 {plain(value * 100)}% 读取"
    elif shape != core:
        note = f"填的是“{raw.strip()}”，按 {plain(value)} {unit} 读取"
    elif not unit and f"{plain(value)}]" not in f"{text}]":
        note = f"没有填单位，“{raw.strip()}”按 {plain(value)} 读取"
    return Number(value * factor, "number", note=note)


def measure_excel(x: str, unit: str) -> str:
    """Return the Excel expression of ``read_measure``: a number, or an error when there is none.

    Args:
        x: address of a cell with folded text.
        unit: address of a cell with the row's unit, folded.
    """
    core = _core_excel(x, unit)
    refused = _has_scale_excel(unit)
    shape = f'SUBSTITUTE(SUBSTITUTE({core},"万}}",IF({refused},"x","}}")),"亿}}",IF({refused},"x","}}"))'
    share = (
        f'IF(AND({_is_percent_excel(unit)},LEFT({nest(_lead_excel(x), _ZERO_POINT)},2)="[.",'
        f'ISERROR(FIND("%",SUBSTITUTE({x},"百分比","%"))),'
        f"ISERROR({last_found_excel(_AT_MOST, _bracketed(x), _AT_MOST)})),100,1)"
    )
    done = f'VALUE(LEFT({x},FIND("/",{x})-1))'
    total = f'VALUE(MID({x},FIND("/",{x})+1,99))'
    # Dividing in both cases refuses a total of 0.
    part = f"{done}/{total}*IF({_is_percent_excel(unit)},100,{total})"
    number = f"IF({is_number_excel(nest(shape, _CLOSE))},{value_excel(nest(core, _TIMES))}*{share},NA())"
    return f'IF({nest(x, _DIGITS)}="/",{part},{number})'


def show_target(nature: str, target: str, unit: str) -> str:
    """Return a target as the official form prints it: operator, number, unit in one text.

    Args:
        nature: "≥", "≤", "=" or a word (定性, 时限, 区间), which leaves the text as it is.
        target: as typed.
        unit: of the row, may be "".

    >>> show_target("≥", "99", "%"), show_target("=", "3", "次"), show_target("定性", "显著提升", "")
    ('≥99%', '3次', '显著提升')
    """
    number = read_measure(target, unit).value
    if number is None or nature not in SIGN_OF:
        return target
    sign = SIGN_OF[nature]
    return ("" if sign == "=" else sign) + plain(number) + fold(unit)


_CLEANED: Final[tuple[Step, ...]] = (("[", ""), (",", ""), ("，", ""))
_CLOSE: Final[tuple[Step, ...]] = (("}", "]"),)
_ZERO_POINT: Final[tuple[Step, ...]] = ((" ", ""), ("[0.", "[."))


def _core(text: str, unit: str) -> str:
    core = _lead(text) + "]"
    core = core.replace("[ ", "[").replace("[百分之", "[" if not unit or _is_percent(unit) else "x")
    core = run(core, (*_TAIL, *_CANON))
    if unit:
        ending = run(f"{unit}]", _CANON)
    else:
        index = last_found(_UNIT_ENDS, run(f"{text}]", (*_TAIL, *_CANON)))
        ending = "]" if index is None else _UNIT_ENDS[index]
    core = core.replace(ending, "}").replace(" 万", "万")
    core = core.replace((unit[:1] if unit[:1] in {"万", "亿"} else "") + "]", "}")
    return run(core, _END)


def _core_excel(x: str, unit: str) -> str:
    core = f'SUBSTITUTE({_lead_excel(x)}&"]","[ ","[")'
    core = f'SUBSTITUTE({core},"[百分之",IF(OR({unit}="",{_is_percent_excel(unit)}),"[","x"))'
    core = nest(core, (*_TAIL, *_CANON))
    guess = last_found_excel(_UNIT_ENDS, nest(f'{x}&"]"', (*_TAIL, *_CANON)), _UNIT_ENDS)
    own = nest(f'{unit}&"]"', _CANON)
    ending = f'IF({unit}="",IFERROR({guess},"]"),{own})'
    core = f'SUBSTITUTE(SUBSTITUTE({core},{ending},"}}")," 万","万")'
    core = f'SUBSTITUTE({core},IF({_has_scale_excel(unit)},LEFT({unit}),"")&"]","}}")'
    return nest(core, _END)


def _lead(text: str) -> str:
    index = last_found(_OPENERS, f"[{text}")
    return f"[{text}".replace(_OPENERS[index or 0], "[")


def _lead_excel(x: str) -> str:
    start = f'"["&{x}'
    return f'SUBSTITUTE({start},{last_found_excel(_OPENERS, start, _OPENERS)},"[")'


def _bracketed(x: str) -> str:
    return f'"["&{x}&"]"'


def _has_scale_excel(unit: str) -> str:
    """Is the unit blank, or does it begin with 万 or 亿? Then neither multiplies."""
    return f'ISNUMBER(FIND(LEFT({unit}&"万"),"万亿"))'


def _is_percent(unit: str) -> bool:
    return unit in {"%", "百分比"}


def _is_percent_excel(unit: str) -> str:
    return f'OR({unit}="%",{unit}="百分比")'


def _is_share(text: str, unit: str) -> bool:
    return (
        _is_percent(unit)
        and run(_lead(text), _ZERO_POINT).startswith("[.")
        and "%" not in text.replace("百分比", "%")
        and last_found(_AT_MOST, f"[{text}]") is None
    )


def _done_of_all(raw: str, text: str, unit: str) -> Number:
    done, total = (decimal_of(part) for part in text.split("/"))
    if done is None or not total:
        return Number(None, "unreadable", problem=f"填的是“{raw.strip()}”，不能读作一个数字")
    if _is_percent(unit):
        value = 100 * done / total
        return Number(value, "number", note=f"填的是“{raw.strip()}”，按 {plain(value)}% 读取")
    return Number(done, "number", note=f"填的是“{raw.strip()}”，按完成数 {plain(done)} 读取")


def _why(raw: str, text: str, unit: str, core: str) -> Number:
    if not unit and core.rstrip("}").endswith(("万", "亿")):
        return Number(None, "unreadable", problem=_CLASH_UNREAD.format(raw.strip()))
    rest = leading_operator(text)[1]
    trimmed = run(f"{rest}]", _TAIL).removesuffix("]")
    found = unreadable(raw, trimmed, unit)
    return Number(None, "unreadable", problem=found.problem, unit_clash=found.unit_clash and canonical(unit) != "")
