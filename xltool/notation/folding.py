"""How a cell's content looks once width and space no longer matter. Imports ``chain``, ``model``.

Folding is for comparing and reading, never for showing: messages quote what the department typed. Full-width
letters stay as they are, because Excel takes at most 64 nested functions and ASC works only in some languages.
"""

from __future__ import annotations

import re
from decimal import Decimal

from xltool.notation.chain import Step, nest, run
from xltool.notation.model import UNREADABLE, plain

_FOLDS: tuple[Step, ...] = (
    *zip("０１２３４５６７８９", "0123456789", strict=True),
    *zip("％．－−＋＝＞＜：（）／", "%.--+=><:()/", strict=True),
    *((space, " ") for space in "\u00a0\u3000\t\r\n"),
    *((unseen, "") for unseen in "\u200b\u200c\u200d\u2060\ufeff"),
)
_TO_FOLD = re.compile("[" + "".join(re.escape(old) for old, _ in _FOLDS) + r"]|  |^ | \Z")


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
