"""What a number format makes of a number, for tables the bureau keeps itself: 1001 shown as 001001, 24 as 24万元.

Imports ``formats``, ``sheet_xml`` and the gate. Only what changes the reading of a number is looked at: padding zeros, words, a
scale, a hidden sign. How many decimals are shown is not: a figure keeps the digits it has. A newcomer would round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from xltool.ooxml.gate import Archive, guarded, tree, xml_part
from xltool.ooxml.limits import Limits
from xltool.read.book.areas import Cell
from xltool.read.book.formats import LONGEST, is_date, is_percent
from xltool.read.book.sheet_xml import walked
from xltool.read.book.values import position

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_.|\*.|(?P<plain>.)', re.DOTALL)
_SIGNS = "-()（）¥￥$ "  # a sign or a currency is said by the number, or by its column
_CONDITION = re.compile(r"[<>=]")
_PADDED = re.compile(r"0{2,}")
_LONGEST = 200  # characters of a format that anybody uses


def codes_of(styles: Any) -> Mapping[str, str]:
    """Return cell format (its index as text) to number format, for those that may show another text than the number.

    ``styles``: the root of styles.xml.
    """
    own = {item.get("numFmtId"): item.get("formatCode") or "" for item in styles.iter("{*}numFmt")}
    formats = next(styles.iterchildren("{*}cellXfs"), ())
    found = {}
    for index, item in enumerate(formats):
        ident = item.get("numFmtId") or "0"
        code = own.get(ident, "")[:LONGEST]
        number_format = int(ident[:9]) if ident.isdigit() else 0
        if code and not is_date(number_format, code) and not is_percent(number_format, code):
            found[str(index)] = code
    return MappingProxyType(found)


def cell_codes(archive: Archive, part: str, styles: str | None, limits: Limits) -> Mapping[Cell, str]:
    """Return the number formats of a sheet's cells, where they may show another text than the number.

    Raises:
        Refused: a part is damaged or too large.
    """
    with guarded(archive):
        codes = codes_of(tree(archive, styles, limits)) if styles else {}
        if not codes:
            return MappingProxyType({})
        rows = walked(xml_part(archive, part, limits), ["{*}row"])
        cells = ((item.get("r") or "", item.get("s")) for row in rows for item in row.iterchildren("{*}c"))
        found = ((position(reference), codes[style]) for reference, style in cells if style in codes)
        return MappingProxyType({place: code for place, code in found if place is not None})


def as_shown(value: Decimal, code: str) -> tuple[str, bool]:
    """Return the text a number is seen as, and whether that text says the number that is stored.

    >>> as_shown(Decimal(1001), "000000"), as_shown(Decimal("24.567"), '#,##0.00"万元"')
    (('001001', True), ('24.567万元', True))
    >>> as_shown(Decimal(123456), "0!.0,"), as_shown(Decimal(-3), "0.00;0.00"), as_shown(Decimal("1.5"), "General")
    (('12.3', False), ('3.00', False), ('1.5', True))
    """
    plain = f"{value:f}"
    if not code:
        return plain, True
    sections = _sections(code[:_LONGEST])
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        section = sections[2]
    if any(kind == "condition" for kind, _ in section) or ("word", "@") in section or "general" in code.lower():
        return plain, True
    marks = "".join(text if kind == "mark" else "x" for kind, text in section)
    digits = [at for at, mark in enumerate(marks) if mark in "0#?"]
    if not digits:
        return plain, value == 0  # “-” for nothing, as accountants like it; anything else would be hidden
    scale = len(re.match(r",*", marks[digits[-1] + 1 :])[0])  # type: ignore[index]  # * always matches
    inside = any(kind == "word" for kind, _ in section[digits[0] : digits[-1]])
    signed = value >= 0 or len(sections) == 1 or any("-" in text or "(" in text or "（" in text for _, text in section)
    before = "".join(text for kind, text in section[: digits[0]] if kind == "word")
    after = "".join(text for kind, text in section[digits[-1] + 1 :] if kind == "word")
    if scale or inside or not signed:
        return before + _filled(abs(value), section, marks, digits, scale) + after, not scale and inside and signed
    padded = _PADDED.search(marks.partition(".")[0].replace(",", ""))
    whole, point, rest = f"{abs(value):f}".partition(".")
    width = len(padded[0]) if padded else 1
    before, after = before.strip(_SIGNS), after.strip(_SIGNS)
    return f"{'-' if value < 0 else ''}{before}{whole.zfill(width)}{point}{rest}{after}", True


def _sections(code: str) -> list[list[tuple[str, str]]]:
    """The format's sections as marks and words."""
    result: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(code):
        if match["quoted"] is not None or match["escaped"] is not None:
            result[-1] += [("word", letter) for letter in match["quoted"] or match["escaped"] or ""]
        elif match["bracket"] is not None:
            if _CONDITION.match(match["bracket"]):
                result[-1].append(("condition", ""))
        elif match["plain"] == ";":
            result.append([])
        elif match["plain"]:
            kind = "mark" if match["plain"] in "0#?.,%" else "word"
            result[-1].append((kind, match["plain"]))
    return result


def _filled(value: Decimal, section: list[tuple[str, str]], marks: str, digits: list[int], scale: int) -> str:
    """The number put into its places from the right, as a spreadsheet does, words between the digits kept."""
    point = marks.find(".")
    places = sum(at > point for at in digits) if point >= 0 else 0
    text = f"{value / 1000**scale:.{places}f}"
    whole, _, rest = text.partition(".")
    left = [at for at in digits if point < 0 or at < point]
    whole = whole.zfill(sum(marks[at] == "0" for at in left))
    parts = [rest]
    for at in range(point if point >= 0 else digits[-1], digits[0] - 1, -1):
        kind, mark = section[at]
        if kind == "word" or mark == ".":
            parts.insert(0, mark)
        elif mark in "0#?":
            first = at == left[0]
            parts.insert(0, whole if first else whole[-1:])
            whole = "" if first else whole[:-1]
    return "".join(parts)
