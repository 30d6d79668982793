"""Policy in the form's fixed texts: ``{参数}`` in a prompt, an instruction, a remedy or a printed text.

Used only by ``form.compiled.compiler``, before anything else looks at the form, so that a form which changes a parameter
never contradicts itself. Only parameters may stand there, and ``{年度}``, ``{次年}``, ``{上年}``: the year of the campaign, the
one after and the one before it, filled in by ``of_year`` when the text is shown; ``{填报日}`` is an example by ``timing``. What depends on a department's figures is ``say``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from xltool import expr
from xltool.expr import ExprError, Scope
from xltool.form.compiled.policy import NO_CELLS
from xltool.form.definition.strict import Problem, YamlText, file_of, line_of

TEXTS = frozenset({"do", "label", "prompt", "note", "instructions", "text", "footer"})
"""The keys of a definition whose texts may name parameters."""

_YEARS = re.compile(r"(\{年度\}|\{次年\}|\{上年\})")
_DAY = "{填报日}"
_FOOTER, _BRACES = "footer", re.compile(r"\{[^{}]*\}")
"""A signature line may name fields, too: what no constant explains is left to ``form.compiled.compiler``."""


def of_year(text: str, year: int | None = None) -> str:
    """Return a fixed text with its examples in the campaign's year; without one (a catalogue), the years in words.

    >>> of_year("如 {次年}-03-15", 2023), of_year("如 {次年}-03-15")
    ('如 2024-03-15', '如 次年-03-15')
    """
    names = {"年度": 0, "次年": 1, "上年": -1}
    for name, shift in names.items():
        text = text.replace(f"{{{name}}}", name if year is None else str(year + shift))
    return text


def fill(spec: Any, constants: Scope, formats: Mapping[str, str], file: str) -> tuple[Any, list[Problem]]:
    """Return the definition with its parameters' values in the texts, and what could not be understood."""
    writer = _Writer(constants, formats, file, spec.timing.example)
    return writer.record(spec), writer.problems


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in dataclasses.fields(kind))


class _Writer:
    def __init__(self, constants: Scope, formats: Mapping[str, str], file: str, day: str) -> None:
        self.constants, self.formats, self.file, self.day = constants, formats, file, day
        self.problems: list[Problem] = []

    def record(self, record: Any) -> Any:
        changed, kind = {}, cast(Any, type(record))
        for name in _names(kind):
            old = getattr(record, name)
            new = self.footer(old) if name == _FOOTER and "{" in old else self.value(old, name in TEXTS)
            if new is not old:
                changed[name] = new
        return dataclasses.replace(record, **changed) if changed else record

    def value(self, value: Any, is_text: bool) -> Any:
        if isinstance(value, str):
            return self.text(value) if is_text and "{" in value else value
        if isinstance(value, tuple):
            made = tuple(self.value(item, is_text) for item in value)
            return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
        if isinstance(value, Mapping):
            return MappingProxyType({key: self.value(item, is_text) for key, item in value.items()})
        return self.record(value) if dataclasses.is_dataclass(value) else value

    def footer(self, text: str) -> str:
        def known(brace: re.Match[str]) -> str:
            try:
                return expr.render(
                    expr.bind_template(expr.parse_template(brace[0]), self.constants, self.formats), NO_CELLS
                )
            except ExprError:
                return brace[0]

        made = _BRACES.sub(known, text)
        return text if made == text else YamlText(made, line_of(text), file_of(text))

    def text(self, text: str) -> str:
        pieces = _YEARS.split(text.replace(_DAY, self.day))
        made = "".join(piece if _YEARS.fullmatch(piece) else self.constant(text, piece) for piece in pieces)
        return YamlText(made, line_of(text), file_of(text))

    def constant(self, text: str, piece: str) -> str:
        """A stretch of a text that names no year."""
        if "{" not in piece:
            return piece
        try:
            template = expr.bind_template(expr.parse_template(piece), self.constants, self.formats)
        except ExprError as error:
            message = f"“{text[:20]}…”：{error.message}（这里的大括号里只能用参数、满分、年度、次年、上年和填报日）"
            self.problems.append(Problem(file_of(text) or self.file, line_of(text), message))
            return piece
        return expr.render(template, NO_CELLS)
