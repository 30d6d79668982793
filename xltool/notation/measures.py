"""The number meant by a target or an actual, in its row's unit. Imports ``chain``, ``folding``, ``numbers``, ``words``.

A measure is in percent points ("99%" → 99) while a ratio *field* is a fraction (``numbers``): targets are
compared with each other and shown as typed, never computed with as shares. The text may carry an operator,
the unit, 万 or 亿; what we do not know stays unread rather than half read.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from xltool.notation.chain import (
    FLATTEN,
    ChainStep,
    array,
    cleaned,
    decimal_of,
    is_number_excel,
    last_found,
    last_found_excel,
    nest,
    number_in,
    quoted,
    run,
    value_excel,
)
from xltool.notation.folding import fold
from xltool.notation.numbers import is_none, unreadable
from xltool.notation.understood import REMEMBERED, Number, plain
from xltool.notation.words import (
    BARE_OPENERS,
    BOUNDS,
    LEADING_WORDS,
    SIGN_OF,
    SIMPLE_UNITS,
    SYNONYMS,
    TRAILING,
    WITHIN,
    canonical,
)

_SIGN_OPENERS: Final = tuple(f"[{word}" for word in LEADING_WORDS)
_OPENERS: Final = ("[", *(f"[{word}" for word in (*BARE_OPENERS, *BOUNDS)), *_SIGN_OPENERS)
_CLOSERS: Final = {
    **{f"{word}]": "≤" for word in WITHIN},
    **{f"{word}{behind}]": sign for behind in ("", "(含)") for sign, words in TRAILING.items() for word in words},
}
_ENDINGS: Final = ("]", "内]", *(f"{word}]" for words in TRAILING.values() for word in words))
_SIGNED: Final = (*_CLOSERS, *_SIGN_OPENERS)  # a leading word outweighs a trailing one
_SIGNS: Final = (*_CLOSERS.values(), *(SIGN_OF[word] for word in LEADING_WORDS))
_SHARES: Final = tuple(f"[{word}0." for word in ("", *LEADING_WORDS) if SIGN_OF.get(word) != "≤" and len(word) < 4)
_NO_SHARE: Final = ("%", "百分", *TRAILING["≤"])
_WHOLE: Final = 2
_HALF: Final = 50  # percent; of such a target, 1 may well be meant as all of it
"""A target of this many percent points or less is not a share that an actual could be written as, too."""
_FIGURES: Final = "0123456789"
_DIGITS: Final[tuple[ChainStep, ...]] = (*FLATTEN, ("0", ""))
_PERCENT: Final = "|%|百分比|"

_STOPS: Final[tuple[ChainStep, ...]] = (("。]", "]"), (".]", "]"), ("(含)]", "]"))
_LEFT: Final[tuple[ChainStep, ...]] = (("及]", "]"), ("(含)]", "]"), (" ]", "]"))
_CANON: Final[tuple[ChainStep, ...]] = (("·", "."), *((f"{word}]", f"{unit}]") for word, unit in SYNONYMS))
_END: Final[tuple[ChainStep, ...]] = (("]", "}"), (" }", "}"), ("[+-", "x"), ("[+", "["))
_SHAPED: Final[tuple[ChainStep, ...]] = (("万}", "]"), ("亿}", "]"), ("}", "]"), ("!", "]"))
_VALUED: Final[tuple[ChainStep, ...]] = (("万}", "E4"), ("亿}", "E8"), ("}", ""), ("!", ""))


@lru_cache(maxsize=REMEMBERED)
def operator_of(text: str) -> str:
    """Return the operator written before or behind a number: "≥", "≤", "=" or "".

    >>> [operator_of(text) for text in (">=3", "不超过5天", "90%以上", "＝3", "3-5次", "最低90%", "最低生活保障")]
    ['≥', '≤', '≥', '=', '', '≥', '']
    """
    text = fold(text)
    index = last_found(_SIGNED, f"[{text}]")
    if index is not None:
        return _SIGNS[index]
    return BOUNDS.get(text[:2], "") if text[2:3] in _FIGURES and len(text) > 2 else ""


def operator_excel(x: str) -> str:
    """Return the Excel expression of ``operator_of``; ``x`` holds folded text."""
    bound = last_found_excel(tuple(BOUNDS), f"LEFT({x},2)", tuple(BOUNDS.values()))
    bound = f'IF(ISNUMBER(FIND(MID({x}&" ",3,1),"{_FIGURES}")),{bound},"")'
    return f'IFERROR({last_found_excel(_SIGNED, _bracketed(x), _SIGNS)},IFERROR({bound},""))'


def leading_operator(text: str) -> tuple[str, str]:
    """Return (operator, folded rest) of a text that begins with an operator, else ("", folded text).

    >>> leading_operator("≥ 99％"), leading_operator("不低于3次"), leading_operator("3次以上")
    (('≥', '99%'), ('≥', '3次'), ('', '3次以上'))
    """
    text = fold(text)
    word = next((word for word in reversed(LEADING_WORDS) if text.startswith(word)), "")
    return (SIGN_OF[word], text.removeprefix(word).strip(" ")) if word else ("", text)


@lru_cache(maxsize=REMEMBERED)
def read_measure(text: str, unit: str, scale: Decimal | str = "") -> Number:
    """Return the number meant by a target or actual in ``unit`` (may be "").

    ``scale`` tells whether a bare "0.8" in percent may have been meant as a share (80 %): never with "≤", and of an
    actual only where its target, given here in percent points, is above 2.

    "6/6" is "done of all": the done, or with the unit "%" their ratio in percent points. With "%", a bare
    text that begins with "0." was meant as a share and is read × 100, unless it is an upper limit. 万 and 亿
    multiply, unless the unit begins with one of them ("550万" in 万粒 is 550) or is blank (unreadable).

    >>> [str(read_measure(*case).value) for case in (("≥99%", "%"), ("550万粒", "粒"), ("6/6", "%"), ("0.95", "%"))]
    ['99', '5.50E+6', '100', '95.00']
    >>> [str(read_measure("0.8", "%", scale).value) for scale in ("≥", "≤", Decimal(95), Decimal("0.5"), "")]
    ['80.0', '0.8', '80.0', '0.8', '80.0']
    >>> read_measure("1", "%", Decimal(100)).note, read_measure("1%", "%", Decimal(100)).note
    ('按 1% 读取；如果是 100%，请填 100', '')
    """
    text, unit = fold(text), fold(unit)
    if not text:
        return Number(None, "blank")
    if is_none(text):
        return Number(None, "none")
    if run(text, _DIGITS) == "/":
        return _done_of_all(text, unit)
    core = _core(text, unit)
    known = number_in(run(core, _SHAPED)) is not None
    value = decimal_of(cleaned(run(core, _VALUED))) if known else None
    if value is None:
        return _why(text, unit, core)
    if _is_share(text, unit) and _may_be_share(scale):
        return Number(value * 100, "number", note=f"按 {plain(value * 100)}% 读取")
    if isinstance(scale, Decimal) and scale >= _HALF and 1 <= value < _WHOLE and _bare_percent(text, unit):
        return Number(
            value, "number", note=f"按 {plain(value)}% 读取；如果是 {plain(value * 100)}%，请填 {plain(value * 100)}"
        )
    return Number(value, "number", note=_note(text, value, unit, core))


def measure_excel(x: str, unit: str, scale: str = "") -> str:
    """Return the Excel expression of ``read_measure``: a number, or an error when there is none.

    Args:
        x: address of a cell with folded text.
        unit: address of a cell with the row's unit, folded.
        scale: address of a cell with an operator or a number, "" for none.
    """
    core = _core_excel(x, unit)
    number = f"IF({is_number_excel(nest(core, _SHAPED))},{value_excel(nest(core, _VALUED))}*{_share_excel(x, unit, scale)},NA())"
    done = f'VALUE(LEFT({x},FIND("/",{x})-1))'
    total = f'VALUE(MID({x},FIND("/",{x})+1,99))'
    # Dividing in both cases refuses a total of 0 or none.
    ratio = f"{done}*(100/{total})^IF({_is_percent_excel(unit)},1,0)"
    return f'IF({nest(x, _DIGITS)}="/",{ratio},{number})'


def _core(text: str, unit: str) -> str:
    """Return "[number}", or "[number!" when neither 万 nor 亿 may multiply; anything else is left as it is."""
    core = _lead(text) + "]"
    core = core.replace("[ ", "[").replace("[百分之", "[" if not unit or _is_percent(unit) else "x")
    core = run(_ended(run(core, _STOPS)), (*_LEFT, *_CANON))
    index = last_found(SIMPLE_UNITS, text)
    guess = "" if index is None else SIMPLE_UNITS[index]
    core = core.replace(run(f"{unit or guess}]", _CANON), "}").replace(" 万", "万")
    core = core.replace((unit[:1] if unit[:1] in {"万", "亿"} else "") + "]", "}")
    core = run(core, _END)
    return core.replace("}", "!" if unit[:1] in {"", "万", "亿"} else "}")


def _core_excel(x: str, unit: str) -> str:
    start = f'"["&{x}'
    core = f'SUBSTITUTE({start},{last_found_excel(_OPENERS, start, _OPENERS)},"[")'
    core = f'SUBSTITUTE({core}&"]","[ ","[")'
    core = f'SUBSTITUTE({core},"[百分之",IF(ISNUMBER(FIND("|"&{unit}&"|","|{_PERCENT}")),"[","x"))'
    core = nest(core, _STOPS)
    whole = nest(f'{x}&"]"', _STOPS)
    core = f'SUBSTITUTE({core},{last_found_excel(_ENDINGS, whole, _ENDINGS)},"]")'
    core = nest(core, (*_LEFT, *_CANON))
    guess = f'IFERROR({last_found_excel(SIMPLE_UNITS, x, SIMPLE_UNITS)},"")'
    ending = nest(f'IF({unit}="",{guess},{unit})&"]"', _CANON)
    core = f'SUBSTITUTE(SUBSTITUTE({core},{ending},"}}")," 万","万")'
    core = f'SUBSTITUTE({core},IFERROR(MID("万亿",FIND(LEFT({unit}&" "),"万亿"),1),"")&"]","}}")'
    core = nest(core, _END)
    return f'SUBSTITUTE({core},"}}",IF(ISNUMBER(FIND(LEFT({unit}&"万"),"万亿")),"!","}}"))'


def _ended(text: str) -> str:
    """Return a text that ends with "]" without the word of comparison before it."""
    index = last_found(_ENDINGS, text) or 0
    return text.replace(_ENDINGS[index], "]")


def _lead(text: str) -> str:
    index = last_found(_OPENERS, f"[{text}")
    return f"[{text}".replace(_OPENERS[index or 0], "[")


def _bracketed(x: str) -> str:
    return f'"["&{x}&"]"'


def _is_percent(unit: str) -> bool:
    return f"|{unit}|" in _PERCENT


def _is_percent_excel(unit: str) -> str:
    return f'ISNUMBER(FIND("|"&{unit}&"|",{quoted(_PERCENT)}))'


def _is_share(text: str, unit: str) -> bool:
    return last_found(_SHARES, "[" + text.replace(" ", "")) is not None and _bare_percent(text, unit)


def _bare_percent(text: str, unit: str) -> bool:
    """Whether it is in percent by its unit alone."""
    return _is_percent(unit) and last_found(_NO_SHARE, text) is None


def _may_be_share(scale: Decimal | str) -> bool:
    return scale > _WHOLE if isinstance(scale, Decimal) else scale != "≤"


def _share_excel(x: str, unit: str, scale: str) -> str:
    begins = f'ISNUMBER(LOOKUP(9E9,FIND({array(_SHARES)},"["&SUBSTITUTE({x}," ",""))))'
    plainly = f"ISERROR(LOOKUP(9E9,FIND({array(_NO_SHARE)},{x})))"
    allowed = f',IF(ISNUMBER({scale}),{scale}>{_WHOLE},{scale}<>"≤")' if scale else ""
    return f"IF(AND({_is_percent_excel(unit)},{begins},{plainly}{allowed}),100,1)"


def _note(text: str, value: Decimal, unit: str, core: str) -> str:
    read = f"按 {plain(value)} {unit}".rstrip(" ") + " 读取"
    if core.endswith(("万}", "亿}")):
        return read
    if not unit and number_in(core.replace("!", "]")) is not None and f"[{leading_operator(text)[1]}!" != core:
        return f"单位和数写在一格，{read}"
    return ""


def _done_of_all(text: str, unit: str) -> Number:
    done, total = (decimal_of(part) for part in text.split("/"))
    if done is None or not total:
        return Number(None, "unreadable", problem="不能读作一个数字")
    if _is_percent(unit):
        value = 100 * done / total
        return Number(value, "number", note=f"按 {plain(value)}% 读取")
    return Number(done, "number", note=f"按完成数 {plain(done)} 读取")


def _why(text: str, unit: str, core: str) -> Number:
    if not unit and core.rstrip("!").endswith(("万", "亿")):
        return Number(None, "unreadable", problem="度量单位空着，不能判断按什么单位计")
    rest = leading_operator(text)[1]
    trimmed = run(_ended(run(f"{rest}]", _STOPS)), _LEFT).removesuffix("]")
    found = unreadable(trimmed, unit)
    return Number(None, "unreadable", problem=found.problem, unit_clash=found.unit_clash and canonical(unit) != "")
