"""The functions of the language, one record each in ``known_numbers`` or ``known_texts``.

To add a function, add a record there, a case in ``tests/expr``, a line in ``macros_docs/rule-language.md`` and nothing else: the
page of the language is checked against ``usage`` and ``summary``, and both sides against LibreOffice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xltool.expr.functions.known_numbers import NUMBERS
from xltool.expr.functions.known_texts import TEXTS
from xltool.expr.functions.nodes import Function

FUNCTIONS: Final[Mapping[str, Function]] = {**NUMBERS, **TEXTS}
