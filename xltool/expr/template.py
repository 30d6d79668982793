"""Messages with numbers in them: 差 {甲-乙} 万元. Imports the rest of the package.

Text → ``Template`` → ``BoundTemplate`` → shown in Python or written as an Excel formula, like a rule.
What does not apply shows as （空） on both sides, so a message is always a whole sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from xltool.expr.bind import bind
from xltool.expr.evaluate import evaluate
from xltool.expr.functions.decimals import CONTEXT, GENERAL, formatted, is_format
from xltool.expr.functions.excel import literal, to_excel, within_limit
from xltool.expr.functions.nodes import Const
from xltool.expr.functions.python import Bound
from xltool.expr.functions.text_functions import write_formatted
from xltool.expr.language.errors import ExprError
from xltool.expr.language.parse import parse
from xltool.expr.language.symbols import NA, Cells, Env, Scope, Type
from xltool.expr.language.tree import Expr

EMPTY = "（空）"
_FORMAT = re.compile(r":\s*([a-z#,0.%]+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``{expr:format}``; ``format`` "" leaves the choice to the unit."""

    expr: Expr
    format: str
    position: int


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed message: text and placeholders in turn."""

    parts: tuple[str | Placeholder, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A bound placeholder; ``format`` is "" for text."""

    bound: Bound
    format: str


@dataclass(frozen=True, slots=True)
class BoundTemplate:
    """A message ready to be shown or written."""

    parts: tuple[str | Shown, ...]


def parse_template(text: str) -> Template:
    """Return the parts of a message; ``{{`` and ``}}`` are literal braces.

    >>> [part if isinstance(part, str) else part.format for part in parse_template("差{a-b:0.00}万元").parts]
    ['差', '0.00', '万元']

    Raises:
        ExprError: a brace without its partner, an unknown format, or a bad expression; ``position``
            counts from the start of the message.
    """
    return Template(tuple(_parts(text)))


def _parts(text: str) -> Iterator[str | Placeholder]:
    plain = ""
    at = 0
    while at < len(text):
        char = text[at]
        if char in "{}" and text[at : at + 2] == char * 2:
            plain += char
            at += 2
        elif char == "}":
            raise ExprError("“}”前面没有“{”；要写出大括号本身请写两个", at)
        elif char == "{":
            if plain:
                yield plain
            plain = ""
            end = _end(text, at)
            yield _placeholder(text[at + 1 : end], at + 1)
            at = end + 1
        else:
            plain += char
            at += 1
    if plain:
        yield plain


def _end(text: str, start: int) -> int:
    quoted = False
    for at in range(start + 1, len(text)):
        if text[at] == '"':
            quoted = not quoted
        elif text[at] == "}" and not quoted:
            return at
    raise ExprError("“{”没有对应的“}”", start)


def _placeholder(inner: str, offset: int) -> Placeholder:
    match = _FORMAT.search(inner)
    source = inner[: match.start()] if match else inner
    shape = match[1] if match else ""
    if match and not is_format(shape):
        raise ExprError(f"没有“{shape}”这种数字样式，可用 0、0.00、#,##0.00、0.00%、general", offset + match.start())
    try:
        return Placeholder(parse(source), shape, offset)
    except ExprError as error:
        raise ExprError(error.message, offset + max(error.position, 0)) from None


def bind_template(template: Template, scope: Scope, formats: Mapping[str, str]) -> BoundTemplate:
    """Bind every placeholder; a number without a format gets that of its unit, else ``general``.

    Raises:
        ExprError: as ``bind``; or a truth value, or a format on a text.
    """
    parts: list[str | Shown] = []
    for part in template.parts:
        made = part if isinstance(part, str) else _bind(part, scope, formats)
        if isinstance(made, Shown) and isinstance(made.bound.root, Const) and made.bound.type is Type.TEXT:
            made = str(made.bound.root.value)  # words of the form: part of the text they stand in
        if parts and isinstance(made, str) and isinstance(parts[-1], str):
            parts[-1] += made
        else:
            parts.append(made)
    return BoundTemplate(tuple(parts))


def _bind(part: Placeholder, scope: Scope, formats: Mapping[str, str]) -> Shown:
    try:
        bound = bind(part.expr, scope)
    except ExprError as error:
        raise ExprError(error.message, part.position + max(error.position, 0)) from None
    if bound.type is Type.BOOL:
        raise ExprError('是否（TRUE/FALSE）不能直接写进文字，请写 IF(条件, "…", "…")', part.position)
    if bound.type is Type.TEXT:
        if part.format:
            raise ExprError("文字不用数字样式", part.position)
        return Shown(bound, "")
    return Shown(bound, part.format or formats.get(bound.unit, GENERAL))


def render(template: BoundTemplate, env: Env) -> str:
    """Return the message for one filled form."""
    return "".join(part if isinstance(part, str) else _render(part, env) for part in template.parts)


def _render(part: Shown, env: Env) -> str:
    value = evaluate(part.bound, env)
    if value is NA:
        return EMPTY
    if isinstance(value, Decimal):
        with localcontext(CONTEXT):
            return formatted(value, part.format)
    return str(value)


def template_to_excel(template: BoundTemplate, cells: Cells) -> str:
    """Return the message as an Excel formula without its leading "=".

    Raises:
        ExprError: longer than Excel takes.
    """
    parts = [literal(part) if isinstance(part, str) else _write(part, cells) for part in template.parts]
    return within_limit("&".join(parts) or '""')


def _write(part: Shown, cells: Cells) -> str:
    text = to_excel(part.bound, cells)
    shown = write_formatted(text, part.format) if part.format else text
    return f'IFERROR({shown},"{EMPTY}")'
