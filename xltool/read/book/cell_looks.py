"""What a cell looks like where that is another thing than what it holds. Imports ``formats``.

A number format may show another figure than is stored (24000 as 2.4, -7 as 7, 24 as nothing); a pen may have struck
a text out. What people see is told here, as they would have typed it; whether it says the same is decided later,
by the rules that read typed texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from xltool.read.book.formats import LONGEST, is_date, is_month, is_percent

DATE, MONTH, PERCENT = "date", "month", "percent"


@dataclass(frozen=True, slots=True)
class Look:
    """How cells of one format look. ``code``: the number format, of a date ``MONTH`` where no day is shown; ``plain``: it shows every number as it is, if rounded.

    ``text``: what is seen, where the file says so itself; ``struck``: what of the content is struck out, ``WHOLE`` for all.
    """

    kind: str = ""
    code: str = ""
    plain: bool = True
    text: str = ""
    struck: str = ""

    def shown(self, value: Decimal) -> str:
        """Return a number as people see it, with no digit rounded away; zeros are seen as what they are."""
        if value == 0 or self.kind == DATE:
            return ""
        if self.kind == PERCENT:
            return f"{(value * 100).normalize():f}%"
        return self.text or (rendered(self.code, value) if self.code else "")


PLAIN = Look()
WHOLE = "全部"

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<other>E[+-]|/|@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)\Z")
_MONEY = re.compile(r"[¥￥$€£]|RMB|CNY|US", re.IGNORECASE)
_RED = re.compile(r"red|红色|红|color *3\Z", re.IGNORECASE)
_NEGATIVE = re.compile(r"[-−－()（）负▲△]")
_SAMPLES = (Decimal("1234567.25"), Decimal("-1234567.25"))


@lru_cache(maxsize=1024)
def look_of(number_format: int, code: str = "", struck: bool = False) -> Look:
    """Return how cells with a number format look.

    >>> look_of(164, "#,##0.00").plain, look_of(164, '0!.0,"万"').plain, look_of(164, "0.00;[Red]0.00").plain
    (True, False, True)
    >>> look_of(164, "0.00;0.00").plain, look_of(164, ";;;").plain, look_of(164, '0"元"').plain
    (False, False, False)
    """
    code, pen = code[:LONGEST], WHOLE if struck else ""
    if is_date(number_format, code):
        return Look(DATE, MONTH if is_month(number_format, code) else "", struck=pen)
    if is_percent(number_format, code):
        return Look(PERCENT, struck=pen)
    if not code or code.lower() == "general":
        return Look(struck=pen) if pen else PLAIN
    return Look("", code, all(_is(rendered(code, sample), sample) for sample in _SAMPLES), struck=pen)


def _is(text: str, value: Decimal) -> bool:
    try:
        return Decimal(text) == value
    except InvalidOperation:
        return False


@lru_cache(maxsize=4096)
def rendered(code: str, value: Decimal) -> str:
    """Return what a number format makes of a number, not rounded; currency signs and padding are left out.

    >>> [rendered(code, Decimal(24000)) for code in ('0!.0,"万"', "0!.0000", "0.00,,", "#,##0.00", '0"元"', ";;;", '0.00"万元"')]
    ['2.4万', '2.4000', '0.024', '24000.00', '24000元', '', '24000.00万元']
    >>> [rendered(code, Decimal(-7)) for code in ("0.00", "0.00;0.00", "0.00;(0.00)", "0;[Red]0", '0;"-"0', "0_ ;-0 ")]
    ['-7.00', '7.00', '-7.00', '-7', '-7', '-7']
    >>> rendered('[>=10000]0!.0,"万";0', Decimal(24000)), rendered('[>=10000]0!.0,"万";0', Decimal(7))
    ('2.4万', '7')
    """
    section, signed = _section(code, value)
    parts: list[tuple[str, str]] = []
    red = False
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if kind == "bracket":
            red = red or bool(_RED.match(text))
            text = text[1:].partition("-")[0] if text.startswith("$") else ""
        if kind in ("quoted", "escaped", "literal", "bracket"):
            parts.append(("literal", _MONEY.sub("", text)))
        elif kind:
            parts.append((kind, text))
    kinds = {kind for kind, _ in parts}
    if "other" in kinds:
        return f"{value:f}"  # an exponent or a fraction: the same number in another dress
    words = "".join(text for kind, text in parts if kind == "literal")
    if not kinds & {"digit", "general"}:
        return words.strip()
    negative = value < 0 and (not signed or red or bool(_NEGATIVE.search(words)))
    if value < 0 and signed:
        parts = [(kind, _NEGATIVE.sub("", text) if kind == "literal" else text) for kind, text in parts]
    body = _digits(parts, abs(value))
    return ("-" if negative else "") + body.strip()


def _section(code: str, value: Decimal) -> tuple[str, bool]:
    """The section of a format that shows a value, and whether it has to say itself that the value is negative."""
    sections, start, at = [], 0, 0
    for match in _TOKEN.finditer(code):
        at = match.end()
        if match[0] == ";":
            sections.append(code[start : match.start()])
            start = at
    sections.append(code[start:])
    conditions = [_condition(section) for section in sections[:2]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition and _holds(value, *condition):
                return section, False
        rest = [section for section, condition in zip(sections[:3], [*conditions, None], strict=False) if not condition]
        return (rest[0] if rest else "0"), False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return sections[0], False


def _condition(section: str) -> tuple[str, Decimal] | None:
    for match in _TOKEN.finditer(section):
        if match["bracket"] and (found := _CONDITION.match(match["bracket"])):
            try:
                return found[1], Decimal(found[2])
            except InvalidOperation:
                return None
    return None


def _holds(value: Decimal, operator: str, limit: Decimal) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[operator]


def _digits(parts: list[tuple[str, str]], value: Decimal) -> str:
    """The digits in their places with the literals around and between them."""
    kinds = [kind for kind, _ in parts]
    places = [at for at, kind in enumerate(kinds) if kind in ("digit", "general")]
    first, last = places[0], places[-1]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    whole = [at for at in places if at < point]
    scale = sum(
        1 for at, kind in enumerate(kinds) if kind == "comma" and whole and not (whole[0] < at < whole[-1])
    )  # between digits it groups them, elsewhere it divides by a thousand
    value = value / Decimal(1000) ** scale * Decimal(100) ** kinds.count("percent")
    inner = [at for at in range(first, min(last, point)) if kinds[at] == "literal" and parts[at][1]]
    if inner:
        text = f"{value.quantize(Decimal(1), ROUND_HALF_UP):f}".zfill(len(whole))
        for at in reversed(inner):
            behind = sum(1 for place in whole if place > at)
            text = text[:-behind] + parts[at][1] + text[-behind:] if behind else text + parts[at][1]
    else:
        text = f"{value:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        decimals = sum(1 for at in places if at > point and parts[at][1] == "0")
        have = len(text.partition(".")[2])
        if decimals > have:
            text = text + ("" if have else ".") + "0" * (decimals - have)
    before = "".join(part for kind, part in parts[:first] if kind == "literal")
    after = "".join(part for kind, part in parts[last + 1 :] if kind in ("literal", "percent"))
    return before + text + after
