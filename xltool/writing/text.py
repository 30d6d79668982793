"""Text fit to leave the tool, one function for each kind of output.

What no file can carry (control characters, halves of a surrogate pair, U+FFFE, U+FFFF) becomes ``LOST``, so that a person
sees that something stood there; what ends a line in any program ends a line; marks that make text run backwards go. A
newcomer would measure with ``len`` (Excel counts UTF-16 units) and forget ``_x0041_``, which every program reads as ``A``.
"""

from __future__ import annotations

import re

from xltool.files import readable

EXCEL_LIMIT = 32_767
CUT = "…（已截断）"
LOST = "\ufffd"

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85]")  # \x0b is the line end inside a paragraph of Word
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_KEPT = re.compile(f"{_CONTROL.pattern}|[\ud800-\udfff{LOST}]")
_UNSEEN = re.compile(f"{_CONTROL.pattern}|{_DIRECTION.pattern}")
_HALF = re.compile("[\ud800-\udfff]")
_SPELT = re.compile(f"[\x7f-\x9f\u2028\u2029\ufffe\uffff]|{_DIRECTION.pattern}")
_ESCAPE_LIKE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_FORMULA = re.compile("[^\\S\t\n]*[\t\n]|[\\s\ufeff\u200b]*[=+\\-@＝＋－＠﹦﹢﹣﹫\u2212]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\n\t]")
_LONGEST_NAME = 31


def clean(text: str) -> str:
    """Return text that XML, Word and every table can carry; what they cannot becomes ``LOST``.

    >>> clean("a\\x00b\\r\\nc\\u202ed")
    'a\ufffdb\\ncd'
    """
    if text.isprintable():
        return text
    return _DIRECTION.sub("", _CONTROL.sub(LOST, _LINE_END.sub("\n", readable(text))))


def one_line(text: str) -> str:
    """Return text for one line of a terminal; what is left of a damaged name shows as a sign that GBK has.

    >>> one_line("第一行\\n第二行\\x1b[31m")
    '第一行 第二行[31m'
    """
    line = readable(_UNSEEN.sub("", re.sub("[\r\n\t\x0b\x0c\x85\u2028\u2029]+", " ", text)))
    return " ".join(line.replace(LOST, "□").split())


def for_screen(text: str) -> str:
    """Return a finished line as it goes to the terminal: its blanks stay, nothing in it steers the screen.

    >>> for_screen("部门  | 得分\\x9b2J\\n下一行")
    '部门  | 得分2J 下一行'
    """
    if text.isprintable():
        return text.replace(LOST, "□")
    line = _UNSEEN.sub("", re.sub("[\r\n\t\x0b\x0c\x85\u2028\u2029]", " ", text))
    return readable(line).replace(LOST, "□")


def for_cell(text: str) -> str:
    """Return text that a cell can hold, as a person is to see it there."""
    if len(text) <= EXCEL_LIMIT // 2 and text.isprintable():
        return text
    text = clean(text)
    return text if units(text) <= EXCEL_LIMIT else cut(text, EXCEL_LIMIT - units(CUT)) + CUT


def told_lost(text: str) -> str:
    """Say what of a text no file can keep, as part of a sentence; empty if nothing is lost.

    >>> told_lost("教育局"), told_lost("教\x07育\u202e局")
    ('', '有不能保留的字符（U+0007），换成了“�”；有看不见的方向符号（U+202E），去掉了')
    """
    if text.isprintable() and LOST not in text and len(text) <= EXCEL_LIMIT // 2:
        return ""
    text = _LINE_END.sub("\n", text)
    found = [
        f"有{what}（{'、'.join(f'U+{ord(character):04X}' for character in sorted(set(kind.findall(text)))[:5])}），{done}"
        for kind, what, done in (
            (_NOT_KEPT, "不能保留的字符", f"换成了“{LOST}”"),
            (_DIRECTION, "看不见的方向符号", "去掉了"),
        )
        if kind.search(text)
    ]
    if units(clean(text)) > EXCEL_LIMIT:
        found.append(f"超过一格的 {EXCEL_LIMIT} 字，截断了")
    return "；".join(found)


def escaped(text: str) -> str:
    """Return text as the parts of a workbook spell it: programs read ``_x0041_`` there as ``A``.

    >>> escaped("_x000B_x0041_ a_b")
    '_x005F_x000B_x005F_x0041_ a_b'
    """
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text


def for_part(text: str, limit: int = EXCEL_LIMIT) -> str:
    """Return text for the XML of a workbook, still to be escaped as XML: cleaned, cut to ``limit`` units, spelt."""
    if len(text) * 2 <= limit and "_x" not in text and text.isprintable():
        return text
    text = cut(for_cell(text), limit)
    while units(spelt := escaped(text)) > limit < EXCEL_LIMIT:
        text = text[:-1]
    return spelt


def for_header(text: str, limit: int) -> str:
    """Return text for a header or footer of a page: no codes of its own, one line, ``limit`` units at most.

    >>> for_header("教育&科技\\n局", 255), for_header("&&&", 5)
    ('教育&&科技 局', '&&&&')
    """
    text = cut(" ".join(for_cell(text).split("\n")), limit)
    while units(doubled := text.replace("&", "&&")) > limit:
        text = text[:-1]
    return doubled


def sheet_name(text: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """Return ``text`` as the name of a worksheet, another than the lower-case names in ``taken``.

    >>> sheet_name("a/b:c'", set()), sheet_name("X", {"x"}), sheet_name("_x0041_"), sheet_name(" ")
    ('a_b_c_', 'X(2)', '＿x0041_', '未命名')
    """
    text = _ESCAPE_LIKE.sub("＿", _SHEET_NAME.sub("_", clean(text)))
    name = cut(text, _LONGEST_NAME).strip() or "未命名"
    name, number, whole = name if name.lower() != "history" else "History_", 1, name
    while name.lower() in taken:
        number += 1
        name = cut(whole, _LONGEST_NAME - len(f"({number})")) + f"({number})"
    return name


def for_csv(text: str) -> str:
    """Return text for a cell of a CSV: where a program would calculate on opening, an apostrophe stands in front.

    >>> for_csv("＝1+1"), for_csv(" \\n=1+1"), for_csv("经费-A")
    ("'＝1+1", "' \\n=1+1", '经费-A')
    """
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) else text


def for_json(text: str) -> str:
    """Return JSON as one line of UTF-8: what it quotes stays, spelt where it would steer a terminal or end the line.

    >>> for_json('{"a": "\x9b2J\u202e"}')
    '{"a": "\\\\u009b2J\\\\u202e"}'
    """
    return _SPELT.sub(lambda match: f"\\u{ord(match[0]):04x}", _HALF.sub(LOST, text))


def for_html(text: str) -> str:
    """Return text for the inside of an element or a quoted attribute of HTML: nothing in it is a tag.

    >>> for_html('<a href="x">A&B</a>')
    '&lt;a href=&quot;x&quot;&gt;A&amp;B&lt;/a&gt;'
    """
    from html import escape  # which knows some thousand characters by name

    return escape(clean(text))


def units(text: str) -> int:
    """Return the length as Excel counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return the beginning of ``text``, at most ``limit`` UTF-16 units, no character in half."""
    if len(text) * 2 <= limit:
        return text
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")
