"""How a cell's content looks once width and space no longer matter. Imports ``chain``, ``model``.

Folding is for comparing and reading, never for showing: messages quote what the department typed. Full-width
letters stay as they are, because Excel takes at most 64 nested functions and ASC works only in some languages. For
the same reason look-alike characters (Kangxi radicals, as copied from a PDF) are folded on reading a return only.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from xltool.notation.chain import ChainStep, nest, run
from xltool.notation.understood import UNREADABLE, plain

_FOLDS: tuple[ChainStep, ...] = (
    *zip("０１２３４５６７８９", "0123456789", strict=True),
    *zip("％．－−＋＝＞＜：（）／", "%.--+=><:()/", strict=True),
    *((space, " ") for space in "\u00a0\u3000\t\r\n"),
    *((unseen, "") for unseen in "\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    *((mark, "") for mark in "\u200e\u200f\u202c\u202d"),  # direction of writing
)
_TO_FOLD = re.compile("[" + "".join(re.escape(old) for old, _ in _FOLDS) + r"]|  |^ | \Z")

_SPACES = "\u2002\u2003\u2009\u202f\u1680\u2000\u2001\u2004\u2005\u2006\u2007\u2008\u200a\u205f"
_UNSEEN = "\u202a\u202b\u202e\u2066\u2067\u2068\u2069\u061c\u180e\u034f" + "".join(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
_RADICALS = dict(
    zip("⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻩⻬⻮⻰⻳", "母民西见角贝车长门青页风飞食马鱼鸟黄齐齿龙龟", strict=True)
)
_TWINS = {
    **{ord(space): " " for space in _SPACES},
    **{ord(unseen): "" for unseen in _UNSEEN},
    **{ord(radical): word for radical, word in _RADICALS.items()},
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAD9))},
}
_TO_UNIFY = re.compile("[" + "".join(re.escape(chr(code)) for code in _TWINS) + "]")


def unified(text: str) -> str:
    r"""Return ``text`` with rare spaces plain, and characters that only look like others replaced by those.

    >>> unified("⽆"), unified("⻓\u2007期"), unified("无")
    ('无', '长 期', '无')
    """
    return text.translate(_TWINS) if _TO_UNIFY.search(text) else text


def text_of(raw: Decimal | str | bool) -> str:
    """Return a cell value as Excel's ``x&""`` shows it (numbers below 1E+15).

    >>> text_of(Decimal("1.50")), text_of(Decimal("1E-5")), text_of(True), text_of(" a")
    ('1.5', '0.00001', 'TRUE', ' a')
    """
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    return plain(raw) if isinstance(raw, Decimal) else raw


def fold(text: str) -> str:
    r"""Return ``text`` with half-width digits and signs, plain single spaces, nothing invisible.

    >>> fold("　≥９９％\u200b\r\n以上 "), fold("（a\u00a0 b）")
    ('≥99% 以上', '(a b)')
    """
    if _TO_FOLD.search(text) is None:  # most texts are as they should be
        return text
    return re.sub(" +", " ", run(text, _FOLDS)).strip(" ")


def fold_excel(x: str) -> str:
    """Return the Excel expression of ``fold(text_of(x))``; an error value gives "#?".

    >>> fold_excel("A1")[:40]
    'IFERROR(TRIM(SUBSTITUTE(SUBSTITUTE(SUBST'
    """
    # LibreOffice joins a truth as "1"; say the word.
    text = f'IF(ISLOGICAL({x}),IF({x},"TRUE","FALSE"),{x}&"")'
    return f'IFERROR(TRIM({nest(text, _FOLDS)}),"{UNREADABLE}")'
