"""Strict YAML: a file becomes frozen dataclasses, or a list of messages with file and line.

Used only by ``form.load``. The dataclass *is* the schema: its field names are the keys, its types
say what may stand there. YAML's own guesses are refused on purpose (``2.10`` is not ``2.1``, ``yes``
is not a truth value, ``010`` keeps its zero): where the schema wants text, a bare number must be quoted.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import types
import typing
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError
from yaml.resolver import BaseResolver

from xltool.files import UnusableFileError, read_own
from xltool.form.definition import bounds

_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"


class YamlText(str):
    """A text from a definition file that remembers its line (1-based) and the file."""

    line: int
    file: str

    def __new__(cls, text: str, line: int, file: str) -> YamlText:
        """Make a text that stands in ``line`` of ``file``."""
        self = super().__new__(cls, text)
        self.line, self.file = line, file
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Elsewhere (another process, a temporary file) it is a text like any other."""
        return str, (str.__str__(self),)


def line_of(text: str) -> int:
    """Return the line a text was read from, 0 if it did not come from a file."""
    return getattr(text, "line", 0)


def file_of(text: str) -> str:
    """Return the file a text was read from, ``""`` if it did not come from a file."""
    return getattr(text, "file", "")


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition file; ``line`` is 1-based, 0 for the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.message}" if self.line else f"{self.file}：{self.message}"


class DefinitionError(Exception):
    """A form definition cannot be used; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class UnknownFormError(DefinitionError):
    """There is no form of this id; ``text`` says which there are."""

    def __init__(self, file: str, form_id: str, known: Sequence[str]) -> None:
        import difflib  # for mistakes alone

        close = difflib.get_close_matches(form_id, known, n=1)
        meant = f"，是不是“{close[0]}”？" if close else "，"
        self.text = f"没有编号为“{form_id}”的表样{meant}可用的有：{'、'.join(known)}"
        super().__init__([Problem(file, 0, self.text)])


class _Resolver(BaseResolver):
    """Which plain words are no texts: the core schema of YAML 1.2. The 1.1 of the library has ``yes`` and 1:30 besides."""


for _tag, _word, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    first = [char.replace("\0", "") for char in _first]
    _Resolver.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_word})\Z"), first)

try:
    from yaml._yaml import CParser

    class _Loader(bounds.BoundedComposer, CParser, _Resolver):
        """What is written is taken apart by libyaml, many times as fast as in Python; the bounds are kept in Python."""

        def __init__(self, stream: Any) -> None:
            CParser.__init__(self, stream)
            bounds.BoundedComposer.__init__(self)
            _Resolver.__init__(self)

except ImportError:  # a platform for which there is no compiled library

    class _Loader(bounds.BoundedComposer, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, _Resolver):  # type: ignore[no-redef]
        """Reads nodes in Python."""

        def __init__(self, stream: Any) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            bounds.BoundedComposer.__init__(self)
            _Resolver.__init__(self)


def load(path: Path, schema: type[Any]) -> Any:
    """Read ``path`` into an instance of the dataclass ``schema``.

    Raises:
        DefinitionError: with every problem found, not just the first.
    """
    return build(compose(path, path.name), schema, path.name)


def compose(path: Path, label: str, most: int = bounds.BYTES) -> Node | None:
    """Return the YAML nodes of a file; their marks carry ``label`` as the file's name.

    Raises:
        DefinitionError: not YAML, not UTF-8, or beyond ``bounds``.
    """
    try:
        return compose_text(read_own(path, most).decode("utf-8-sig"), label)
    except UnusableFileError as error:
        raise DefinitionError([Problem(label, 0, error.why)]) from None
    except UnicodeDecodeError:
        raise DefinitionError([Problem(label, 0, "文件不是 UTF-8 编码，请另存为 UTF-8")]) from None


def compose_text(text: str, label: str) -> Node | None:
    """Return the YAML nodes of a text, as ``compose`` those of a file."""
    try:
        stream = io.StringIO(text)
        stream.name = label  # what stands in every mark
        loader = _Loader(stream)
        try:
            node: Node | None = loader.get_single_node()
            return node
        finally:
            loader.dispose()
    except bounds.TooMuchError as error:
        raise DefinitionError([Problem(label, error.line, str(error.problem))]) from None
    except ReaderError as error:
        found = bounds.unseen(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        message = f"含有看不见的控制字符（U+{int(error.character):04X}），请删除"
        raise DefinitionError([Problem(label, line, message)]) from None
    except RecursionError:
        raise DefinitionError([Problem(label, 0, "括号或缩进套得太深")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        here = text.split("\n")[mark.line][mark.column :] if mark else ""
        said = _TAB if here.startswith("\t") else _in_chinese(str(error.problem or error))
        # Either the library or our composer meets the depth first, by the library's build: one sentence for both.
        told = said if said == bounds.TOO_DEEP else f"不是有效的 YAML：{said}"
        raise DefinitionError([Problem(label, mark.line + 1 if mark else 0, told)]) from None


_TAB = "这一行用了制表符，缩进请改用空格"
_YAML_PROBLEMS = (
    ("cannot start any token", "文字以 @、`、% 开头，请给它加引号"),
    ("mapping values are not allowed", "文字里有冒号加空格，请给整段文字加引号；或者上一行的缩进不对"),
    ("expected ',' or", "花括号、方括号里的文字有逗号、冒号、引号或“{”，请给它加引号；或者少了结尾的括号"),
    ("could not find expected ':'", "键的后面缺少冒号和空格"),
    ("did not find expected key", "缩进没有与同级的行对齐，或者引号后面还有文字"),
    ("did not find expected '-' indicator", "缩进没有与同级的“-”对齐"),
    ("found unexpected end of stream", "引号或括号没有结尾"),
    ("undefined alias", "* 引用的名称没有用 & 定义过；文字里的 * 请加引号"),
    ("another document", "一个文件只写一个表样，请删除“---”"),
    ("found unknown escape character", "双引号里的反斜杠请写两个，或改用单引号"),
    ("nesting depth", bounds.TOO_DEEP),
    ("invalid Unicode character", "“\\u”后面不是能用的字符，请删除"),
)


def _in_chinese(problem: str) -> str:
    """What the YAML reader objects to, in the author's terms where we know them."""
    return next((said for part, said in _YAML_PROBLEMS if part in problem), problem)


def build(node: Node | None, schema: type[Any], file: str) -> Any:
    """Turn YAML nodes into an instance of the dataclass ``schema``.

    Raises:
        DefinitionError: with every problem found, not just the first.
    """
    builder = _Builder(file)
    result = builder.build(node, schema, "文件")
    if builder.problems:
        raise DefinitionError(builder.problems)
    return result


@functools.cache
def _schema(kind: Any) -> tuple[dict[str, Any], dict[str, dataclasses.Field[Any]]]:
    """The types and the fields of a dataclass, by name."""
    return typing.get_type_hints(kind), {field.name: field for field in dataclasses.fields(kind)}


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def fail(self, node: Node | None, message: str) -> None:
        if node is None:
            self.problems.append(Problem(self.file, 0, message))
        else:
            self.problems.append(Problem(str(node.start_mark.name), node.start_mark.line + 1, message))

    def build(self, node: Node | None, kind: Any, what: str) -> Any:
        origin, args = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            options = [option for option in args if option is not types.NoneType]
            return self._choose(node, options, what)
        if origin is tuple:
            return self._sequence(node, args[0], what)
        if origin is not None and issubclass(origin, typing.Mapping):
            return self._mapping(node, args[1], what)
        if dataclasses.is_dataclass(kind):
            return self._record(node, kind, what)
        return self._scalar(node, kind, what)

    def _choose(self, node: Node | None, options: list[Any], what: str) -> Any:
        """A union of dataclasses: the first key that only one of them knows decides."""
        if len(options) == 1:
            return self.build(node, options[0], what)
        if isinstance(node, MappingNode):
            keys = {str(key.value) for key, _ in node.value}
            for option in options:
                if option.MARK in keys:
                    return self._record(node, option, what)
            marks = "、".join(option.MARK for option in options)
            self.fail(node, f"{what} 应当有下列键之一：{marks}")
            return None
        self.fail(node, f"{what} 应当是键值表")
        return None

    def _sequence(self, node: Node | None, item: Any, what: str) -> tuple[Any, ...]:
        if isinstance(node, ScalarNode) and item is str and node.tag != _NULL:
            return (self._scalar(node, str, what),)
        if not isinstance(node, SequenceNode):
            self.fail(node, f"{what} 应当是列表")
            return ()
        if problem := bounds.of_list(node):
            self.fail(node, f"{what} {problem}")
            return ()
        return tuple(self.build(child, item, f"{what} 的一项") for child in node.value)

    def _pairs(self, node: MappingNode) -> list[tuple[str, Node, Node]]:
        seen: dict[str, int] = {}
        pairs = []
        for key, value in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else ""
            if problem := bounds.of_text(name) if name else "键应当是一个词":
                self.fail(key, f"键“{name[:20]}”{problem}" if name else problem)
                continue
            if name in seen:
                self.fail(key, f"键“{name}”重复，第 {seen[name]} 行已经写过")
                continue
            seen[name] = key.start_mark.line + 1
            pairs.append((name, key, value))
        return pairs

    def _mapping(self, node: Node | None, item: Any, what: str) -> Any:
        if not isinstance(node, MappingNode):
            self.fail(node, f"{what} 应当是键值表")
            return types.MappingProxyType({})
        return types.MappingProxyType(
            {
                YamlText(name, key.start_mark.line + 1, str(key.start_mark.name)): self.build(value, item, name)
                for name, key, value in self._pairs(node)
            }
        )

    def _record(self, node: Node | None, kind: Any, what: str) -> Any:
        if not isinstance(node, MappingNode):
            self.fail(node, f"{what} 应当是键值表")
            return None
        hints, fields = _schema(kind)
        values: dict[str, Any] = {}
        for name, key, value in self._pairs(node):
            if name not in fields:
                import difflib  # for mistakes alone

                close = difflib.get_close_matches(name[:80], fields, 1)
                hint = f"，是否要写“{close[0]}”" if close else f"；可用的键：{'、'.join(fields)}"
                self.fail(key, f"不认识的键“{name}”{hint}")
                continue
            values[name] = self.build(value, hints[name], name)
        for name, field in fields.items():
            required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if required and name not in values:
                self.fail(node, f"{what} 缺少键“{name}”")
                values[name] = None
        return kind(**values)

    def _scalar(self, node: Node | None, kind: Any, what: str) -> Any:
        if not isinstance(node, ScalarNode):
            self.fail(node, f"{what} 应当是一个值")
            return None
        text = str(node.value)
        if problem := bounds.of_text(text):
            self.fail(node, f"{what} {problem}")
            return None if kind is not str else YamlText("", node.start_mark.line + 1, str(node.start_mark.name))
        if kind is str:
            if node.tag != _STR:
                self.fail(node, f'{what} 是文字，请加引号："{text}"')
            return YamlText(text, node.start_mark.line + 1, str(node.start_mark.name))
        if kind is bool:
            if text not in ("true", "false"):
                self.fail(node, f"{what} 只能写 true 或 false，现在是“{text}”")
            return text == "true"
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            if text not in list(kind):
                self.fail(node, f"{what} 只能是 {'、'.join(kind)}，现在是“{text}”")
                return None
            return kind(text)
        try:
            number = Decimal(text)
        except InvalidOperation:
            hint = "；百分数请写成小数，如 0.85" if text.endswith("%") else ""
            self.fail(node, f"{what} 应当是数，现在是“{text}”{hint}")
            return kind(0)
        if problem := bounds.of_number(number, kind is int):
            self.fail(node, f"{what} {problem}，现在是“{text[:40]}”")
            return kind(0)
        if kind is int and number != number.to_integral_value():
            self.fail(node, f"{what} 应当是整数，现在是“{text}”")
        return kind(number)
