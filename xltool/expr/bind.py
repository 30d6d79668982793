"""Tree + names of a form → bound tree: names resolved, types and units checked. Imports the function tables.

All errors of a form's author surface here, so that a bound rule cannot fail on a department's data.
Literal texts that will be met by department text are folded here, as that text was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from xltool import notation
from xltool.expr.functions.known import FUNCTIONS
from xltool.expr.functions.nodes import COMPARISONS, Apply, Const, Function, Node, Param, Ref, Use, Words
from xltool.expr.functions.operators import COMPARE_NUMBERS, COMPARE_TEXTS, COMPARE_TRUTHS, OPERATORS
from xltool.expr.functions.python import Bound
from xltool.expr.functions.sums import lenient
from xltool.expr.language.errors import ExprError
from xltool.expr.language.shorthand import SHORTHANDS
from xltool.expr.language.symbols import Scope, Symbol, Type
from xltool.expr.language.tree import Call, Expr, Literal, Name

_MOST_ARGS = 255  # of a function of Excel
_FOREIGN = "“”‘’≥≤≠（），；×÷"


def bind(expr: Expr, scope: Scope, tolerance: Decimal | None = None) -> Bound:
    """Resolve and check a parsed rule.

    Args:
        expr: what ``parse`` returned.
        scope: fields, lists of words, tolerance by unit.
        tolerance: of every comparison in this rule; None takes the unit's.

    Raises:
        ExprError: unknown name or function, wrong number or type of arguments.
    """
    return Bound(lenient(_Binder(scope, tolerance).node(expr, Param())))


def names(expr: Expr) -> tuple[str, ...]:
    """Return the field names a rule mentions, in order, each once; lists of words are not fields."""
    found: dict[str, None] = {}
    _collect(expr, found)
    return tuple(found)


def _collect(expr: Expr, found: dict[str, None]) -> None:
    if isinstance(expr, Name):
        found.setdefault(expr.name)
    elif isinstance(expr, Call):
        function = FUNCTIONS.get(expr.name)
        params = _params(function, len(expr.args)) if function else ()
        for index, arg in enumerate(expr.args):
            if not (index < len(params) and params[index].words):
                _collect(arg, found)


def _params(function: Function, count: int) -> tuple[Param, ...]:
    """Return the parameters for ``count`` arguments; shorter or longer than that if they do not fit."""
    params = function.params
    while function.repeat and len(params) < count:
        params += function.params[-function.repeat :]
    return params if count < len(params) - function.optional or count > len(params) else params[:count]


class _Binder:
    def __init__(self, scope: Scope, tolerance: Decimal | None) -> None:
        self._scope = scope
        self._tolerance = tolerance

    def node(self, expr: Expr, param: Param) -> Node:
        if param.words:
            if isinstance(expr, Name):
                return self._words(expr)
            raise ExprError("这里要写清单的名字", expr.position)
        if isinstance(expr, Call):
            if param.bare:
                raise ExprError("这里只能写字段名，不能写算式", expr.position)
            short = SHORTHANDS.get(expr.name)
            if short is None:
                return self._call(expr)
            means = short.means(expr)
            if means is None:
                raise ExprError(f"{expr.name} 的项数不对，写法是 {short.usage}", expr.position)
            return self.node(means, param)
        if isinstance(expr, Literal):
            if param.bare:
                raise ExprError("这里只能写字段名，不能写固定的值", expr.position)
            return _const(expr, param)
        return self._ref(expr, param)

    def _words(self, expr: Name) -> Words:
        words = self._scope.lists.get(expr.name)
        if words is None:
            raise ExprError(f"没有叫“{expr.name}”的清单{_hint(expr.name, self._scope.lists)}", expr.position)
        if not words:
            raise ExprError(f"清单“{expr.name}”是空的", expr.position)
        return Words(tuple(notation.fold(word) for word in words))

    def _ref(self, expr: Name, param: Param) -> Node:
        symbol = self._scope.symbols.get(expr.name)
        if expr.name in self._scope.parts:
            raise ExprError(f"“{expr.name}”是几格，请放进 SUM、COUNTA 这样的函数里用", expr.position)
        if symbol is None:
            raise ExprError(f"没有叫“{expr.name}”的字段{_hint(expr.name, self._scope.symbols)}", expr.position)
        if symbol.constant is not None:
            if param.bare:
                raise ExprError(f"“{expr.name}”是参数，这里要写字段名", expr.position)
            const = _const(Literal(symbol.constant, expr.position), param)
            return replace(const, unit=symbol.unit)
        use = param.use
        if use is Use.SPREAD:
            use = Use.COLUMN if symbol.column else Use.RAW
        if use is Use.COLUMN and not symbol.column:
            raise ExprError(f"“{expr.name}”不是明细表的列，这里要写列名", expr.position)
        if use is not Use.COLUMN and not symbol.scalar:
            raise ExprError(f"“{expr.name}”是一整列，请放进 SUM、MAX、COUNTIFS 等函数里用", expr.position)
        return Ref(symbol, use)

    def _call(self, expr: Call) -> Node:
        if expr.name in COMPARISONS:
            return self._compare(expr)
        function = OPERATORS.get(expr.name) or FUNCTIONS.get(expr.name)
        if function is None:
            raise ExprError(f"没有叫“{expr.name}”的函数{_hint(expr.name, [*FUNCTIONS, *SHORTHANDS])}", expr.position)
        expr = self._each(expr, function)
        params = _params(function, len(expr.args))
        if len(params) != len(expr.args):
            raise ExprError(f"{expr.name} 的项数不对，写法是 {function.usage}", expr.position)
        self._spread(expr, params)
        args = tuple(self._argument(expr, index, params[index]) for index in range(len(params)))
        problem = function.check(args)
        if problem:
            raise ExprError(f"{_called(expr.name)}：{problem}", expr.position)
        if expr.name == "u-" and isinstance(args[0], Const) and isinstance(args[0].value, Decimal):
            return replace(args[0], value=-args[0].value)  # so that -2 counts as written out
        return Apply(expr.name, function, args, _result(expr, function, params, args), function.unit(args))

    def _each(self, call: Call, function: Function) -> Call:
        """A call with the parts of a total written out, where any number of fields may stand."""
        parts = self._scope.parts
        if not (function.repeat == 1 and function.params[-1].use is Use.SPREAD):
            return call
        args: list[Expr] = []
        for arg in call.args:
            found = parts.get(arg.name) if isinstance(arg, Name) else None
            args += [arg] if found is None else [Name(name, arg.position) for name in found]
        if len(args) > _MOST_ARGS:
            raise ExprError(f"{call.name} 里有 {len(args)} 格，最多 {_MOST_ARGS} 格", call.position)
        return replace(call, args=tuple(args))

    def _spread(self, call: Call, params: tuple[Param, ...]) -> None:
        """``MAX(0, column)`` in a row: the whole column by the rules of the language, this row's number in the author's mind."""
        for arg, param in zip(call.args, params, strict=True):
            symbol = self._scope.symbols.get(arg.name) if isinstance(arg, Name) else None
            if len(params) > 1 and param.use is Use.SPREAD and symbol is not None and symbol.column and symbol.scalar:
                raise ExprError(
                    f"{call.name} 里的“{symbol.name}”指整列。要本行的数，请写 +{symbol.name}；"
                    f"要整列的，请单独写 {call.name}({symbol.name})",
                    call.position,
                )

    def _argument(self, call: Call, index: int, param: Param) -> Node:
        arg = call.args[index]
        node = self.node(arg, param)
        if call.name in OPERATORS and isinstance(node, Apply) and node.name in COMPARISONS and param.type:
            raise ExprError("比较的结果不能参加运算", arg.position)
        if param.type is not None and node.type is not param.type:
            which = f"“{arg.name}”" if isinstance(arg, Name) else f"第{index + 1}项"
            raise ExprError(f"{_called(call.name)} 要{param.type.word}，{which}是{node.type.word}", arg.position)
        if param.fixed and not isinstance(node, Const):
            raise ExprError(f"{_called(call.name)} 的第{index + 1}项要直接写出来或用参数", arg.position)
        return node

    def _compare(self, expr: Call) -> Apply:
        left, right = (self.node(arg, Param(fold=True)) for arg in expr.args)
        if left.type is not right.type:
            if any(isinstance(node, Apply) and node.name in COMPARISONS for node in (left, right)):
                raise ExprError("不能连着比较，请写成 AND(甲<乙, 乙<丙)", expr.position)
            raise ExprError(
                f"“{expr.name}”两边一边是{left.type.word}、一边是{right.type.word}，不能比较", expr.position
            )
        for node, other in ((left, right), (right, left)):
            if isinstance(node, Const) and node.value == "" and isinstance(other, Ref):
                raise ExprError(f"问是不是空白，请写 ISBLANK({other.symbol.name})", expr.position)
        if left.type is Type.NUMBER:
            tolerance = Const(self._tolerance_of(left, right), Type.NUMBER)
            return Apply(expr.name, COMPARE_NUMBERS[expr.name], (left, right, tolerance), Type.BOOL)
        function = (COMPARE_TEXTS if left.type is Type.TEXT else COMPARE_TRUTHS).get(expr.name)
        if function is None:
            raise ExprError(f"{left.type.word}只能比是否相等（= 或 <>），不能比大小", expr.position)
        return Apply(expr.name, function, (left, right), Type.BOOL)

    def _tolerance_of(self, left: Node, right: Node) -> Decimal:
        if self._tolerance is not None:
            return self._tolerance
        return self._scope.tolerance.get(left.unit or right.unit, Decimal(0))


def _const(expr: Literal, param: Param) -> Const:
    value = expr.value
    if isinstance(value, bool):
        return Const(value, Type.BOOL)
    if isinstance(value, Decimal):
        return Const(value, Type.NUMBER)
    return Const((notation.fold(value) or value) if param.fold else value, Type.TEXT)


def _result(expr: Call, function: Function, params: tuple[Param, ...], args: tuple[Node, ...]) -> Type:
    if function.result is not None:
        return function.result
    open_args = [arg for arg, param in zip(args, params, strict=True) if param.type is None]
    types = {arg.type for arg in open_args if not (isinstance(arg, Apply) and arg.name == "NA")}
    if len(types) > 1:
        words = "、".join(sorted(kind.word for kind in types))
        raise ExprError(f"{expr.name} 的几个结果要是同一类，这里有{words}；不适用的请写 NA()", expr.position)
    return types.pop() if types else Type.NUMBER


def _called(name: str) -> str:
    return {"u-": "负号", "u+": "正号"}.get(name, f"“{name}”" if name in OPERATORS else name)


def _hint(name: str, known: Mapping[str, object] | Iterable[str]) -> str:
    import difflib  # for mistakes alone

    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"，是不是“{close[0]}”？"
    foreign = next((char for char in name if char in _FOREIGN), "")
    return f"；公式里的引号、括号、逗号和比较符号要用半角的，这里有“{foreign}”" if foreign else ""


def known_names(symbols: Iterable[Symbol]) -> dict[str, Symbol]:
    """Return the ``Scope.symbols`` of some fields: by id and by name; an id wins over a name."""
    listed = list(symbols)
    return {symbol.name: symbol for symbol in listed} | {symbol.id: symbol for symbol in listed}
