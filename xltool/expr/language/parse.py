"""Text of a rule → tree. Imports ``tree`` and ``errors``.

The grammar is Excel's, with its surprises: ``-2^2`` is 4 and ``2^3^2`` is 64. A field name is any run
of characters Excel has no use for, so “三公”经费 and 五十万元（含）以上 are names, and ASCII ``-`` never is part of one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from xltool.expr.language.errors import ExprError
from xltool.expr.language.tree import Call, Expr, Literal, Name

_LEVELS = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![^\s=<>&+\-*/^%(),"'{}＝＜＞＋，]))
      | (?P<text>"(?:[^"]|"")*")
      | (?P<sign><>|<=|>=|[=<>&+\-*/^%(),])
      | (?P<name>[^\s=<>&+\-*/^%(),"'{}＝＜＞＋，0-9.（）][^\s=<>&+\-*/^%(),"'{}＝＜＞＋，]*)""",
    re.VERBOSE,
)
_WIDE = {"＝": "=", "＜": "<", "＞": ">", "＋": "+", "，": ",", "（": "(", "）": ")"}
_MAX_TOKENS = 400
_MAX_DEPTH = 50


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def parse(text: str) -> Expr:
    """Return the tree of a rule.

    >>> parse("a+1") == Call("+", (Name("a"), Literal(Decimal(1))))
    True

    Raises:
        ExprError: the text is not a formula; the message says what to write instead.
    """
    return _Parser(_tokens(text), len(text)).whole()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match.group(), at))
        at = match.end()
    if len(found) > _MAX_TOKENS:
        raise ExprError(f"公式太长（超过 {_MAX_TOKENS} 个词）。请拆成几条规则", found[_MAX_TOKENS].position)
    return found


def _unreadable(text: str, at: int) -> ExprError:
    sign = text[at]
    if sign in _WIDE:
        return ExprError(f"“{sign}”是全角符号，请改用半角的“{_WIDE[sign]}”", at)
    if sign == '"':
        return ExprError('文字少了后面的半角引号 "', at)
    if sign in "0123456789.":
        return ExprError("字段名不能以数字或点开头，请改用字段的编号", at)
    return ExprError(f"公式里不能用“{sign}”", at)


class _Parser:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._end = _Token("end", "", length)
        self._next = 0
        self._depth = 0

    def whole(self) -> Expr:
        if not self._tokens:
            raise ExprError("公式是空的", 0)
        expr = self._binary(1)
        token = self._peek()
        if token.kind != "end":
            raise ExprError(_unexpected(token), token.position)
        return expr

    def _peek(self, ahead: int = 0) -> _Token:
        index = self._next + ahead
        return self._tokens[index] if index < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _is(self, sign: str) -> bool:
        token = self._peek()
        return token.kind == "sign" and token.text == sign

    def _binary(self, lowest: int) -> Expr:
        left = self._operand()
        while True:
            token = self._peek()
            level = _LEVELS.get(token.text, 0) if token.kind == "sign" else 0
            if level < lowest:
                return left
            self._take()
            left = Call(token.text, (left, self._binary(level + 1)), token.position)

    def _operand(self) -> Expr:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExprError(f"括号或函数套得太深（超过 {_MAX_DEPTH} 层）。请拆成几条规则", self._peek().position)
        if self._is("-") or self._is("+"):
            sign = self._take()
            expr: Expr = Call("u" + sign.text, (self._operand(),), sign.position)
        else:
            expr = self._primary()
        while self._is("%"):
            expr = Call("%", (expr,), self._take().position)
        self._depth -= 1
        return expr

    def _primary(self) -> Expr:
        token = self._take()
        if token.kind == "number":
            value = Decimal(token.text)
            if abs(value.adjusted()) > 300 or len(value.normalize().as_tuple().digits) > 15:
                raise ExprError("数字最多 15 位（Excel 只记 15 位）", token.position)
            return Literal(value, token.position)
        if token.kind == "text":
            return Literal(token.text[1:-1].replace('""', '"'), token.position)
        if token.kind == "name":
            return self._name(token)
        if token.kind == "sign" and token.text == "(":
            expr = self._binary(1)
            self._close(token)
            return expr
        raise ExprError(_unexpected(token), token.position)

    def _name(self, token: _Token) -> Expr:
        following = self._peek()
        if self._is("(") and following.position == token.position + len(token.text):
            self._take()
            args: list[Expr] = []
            if not self._is(")"):
                args.append(self._binary(1))
                while self._is(","):
                    self._take()
                    args.append(self._binary(1))
            self._close(following)
            return Call(token.text.upper(), tuple(args), token.position)
        if token.text.upper() in ("TRUE", "FALSE"):
            return Literal(token.text.upper() == "TRUE", token.position)
        return Name(token.text, token.position)

    def _close(self, opened: _Token) -> None:
        token = self._take()
        if token.kind == "end":
            raise ExprError("这个括号没有对应的“)”", opened.position)
        if token.kind != "sign" or token.text != ")":
            raise ExprError(_unexpected(token), token.position)


def _unexpected(token: _Token) -> str:
    if token.kind == "end":
        return "公式没有写完"
    for wide, narrow in (("≥", ">="), ("≤", "<="), ("≠", "<>"), ("×", "*"), ("÷", "/")):
        if token.text.startswith(wide):
            return f"“{wide}”不是运算符，请写成“{narrow}”"
    return f"这里不该出现“{token.text}”"
