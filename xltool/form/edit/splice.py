"""A change put into the text of a ``form.yaml``: only the characters of that entry differ, all others stay as they stand.

Works on the positions that the strict reader keeps of every node. Imports ``definition``. A newcomer would load and dump
the file with a library that keeps comments: it re-folds lines and closes gaps wherever it finds them.
"""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xltool.form.definition.extend import FILE, NAMES, OVERRIDE
from xltool.form.definition.strict import DefinitionError, compose_text

YamlValue = str | tuple[str, ...]
"""What stands under a key: a text, or a list of texts."""
Way = tuple[str, ...]
"""From the top of a definition to a record: keys of mappings, names of records."""


class Bare(str):
    """A number or a truth value: never in quotes."""

    __slots__ = ()


_Tree = dict[str, "YamlValue | _Tree | list[_Tree]"]


def value_of(node: Node | None, key: str) -> Node | None:
    """Return what stands under a key of a mapping, None if nothing."""
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in pairs if str(name.value) == key), None)


def name_of(node: Node | None) -> tuple[str, str]:
    """Return by which key a record of a list has its name, and the name; empty if it has none."""
    values = ((key, value_of(node, key)) for key in NAMES)
    return next(((key, str(value.value)) for key, value in values if isinstance(value, ScalarNode)), ("", ""))


def follow(node: Node | None, way: Way) -> Node | None:
    """Return the record at the end of a way, None if there is none."""
    for step in way:
        if isinstance(node, SequenceNode):
            node = next((item for item in node.value if name_of(item)[1] == step), None)
        else:
            node = value_of(node, step)
    return node


def with_value(text: str, way: Way, key: str, value: YamlValue, base: Node | None) -> str:
    """Return the text of a definition that says ``value`` under ``key`` of a record.

    Args:
        text: the definition.
        way: to the record; what of it is not in the text is made, as an override of the base.
        key: of the record.
        value: ``Bare`` for what stands without quotes.
        base: the definition it extends.
    """
    spliced = _Spliced(text)
    node, above = spliced.root, base
    for at, step in enumerate(way):
        found = follow(node, (step,))
        if found is None:
            return spliced.inserted(node, _grown(above, way[at:], key, value))
        node, above = found, follow(above, (step,))
    old = value_of(node, key)
    if old is None:
        return spliced.inserted(node, {key: value})
    return spliced.replaced(old, value)


def without_value(text: str, way: Way, key: str) -> str:
    """Return the text without a key of a record, and without the record if it then says nothing of its own."""
    spliced = _Spliced(text)
    return _tidied(spliced.dropped(follow(spliced.root, way), key), way)


def without_record(text: str, way: Way) -> str:
    """Return the text without a record; lists and records that held nothing else go with it."""
    spliced = _Spliced(text)
    holder = follow(spliced.root, way[:-1])
    if holder is not None and len(holder.value) == 1 and len(way) > 1:
        shorter = spliced.emptied(holder)
        return _tidied(shorter, way[:-2]) if shorter else without_value(text, way[:-2], way[-2])
    return spliced.dropped(holder, way[-1])


def _tidied(text: str, way: Way) -> str:
    left = follow(_Spliced(text).root, way)
    names = {str(name.value) for name, _ in left.value} if isinstance(left, MappingNode) else set()
    return without_record(text, way) if OVERRIDE in names and names <= {*NAMES, OVERRIDE} else text


def lines_of(text: str, way: Way, key: str) -> tuple[int, int]:
    """Return the first and the last line (1-based) of an entry; of its record where it has none; (0, 0) if there is none."""
    spliced = _Spliced(text)
    record = follow(spliced.root, way)
    node = value_of(record, key) or record
    if node is None:
        return 0, 0
    return node.start_mark.line + 1, text.count("\n", 0, spliced.end(node)) + 1


def _grown(base: Node | None, way: Way, key: str, value: YamlValue) -> _Tree:
    """What has to be put where a way ends: from the first step that is missing to the key at its end."""
    step, rest = way[0], way[1:]
    found = follow(base, (step,))
    if isinstance(base, SequenceNode):
        tree: _Tree = {name_of(found)[0]: step, OVERRIDE: Bare("true")}
        return tree | (_grown(found, rest, key, value) if rest else {key: value})
    if not rest:
        return {step: {OVERRIDE: Bare("true"), key: value}}
    inner = _grown(found, rest, key, value)
    return {step: [inner] if isinstance(found, SequenceNode) else inner}


@dataclass(frozen=True, slots=True)
class _Pair:
    key: Node
    value: Node


class _Spliced:
    """A text with the positions of its nodes. Every method returns a new text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = compose_text(text, FILE)
        self.newline = "\r\n" if "\r\n" in text else "\n"

    # where

    def end(self, node: Node) -> int:
        """Where what is written of a node ends: the reader puts the end of a block after the comments below it."""
        if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
            return self.end(_children(node)[-1])
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        block = isinstance(node, ScalarNode) and node.style in ("|", ">")
        return start + len(self.text[start:end].rstrip()) if block else end

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """After the line break of the line that holds ``at``."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def dash(self, item: Node) -> int:
        """Where the dash of an item of a list stands."""
        return self.text.rindex("-", 0, item.start_mark.index)

    def alone(self, at: int) -> bool:
        """Whether nothing stands before ``at`` in its line."""
        return not self.text[self.line_start(at) : at].strip()

    def in_flow(self, node: Node) -> bool:
        """Whether a node stands inside braces or brackets."""

        def inside(here: Node, flow: bool) -> bool | None:
            if here is node:
                return flow
            flow = flow or bool(getattr(here, "flow_style", False))
            for child in _children(here):
                if (found := inside(child, flow)) is not None:
                    return found
            return None

        return bool(self.root is not None and inside(self.root, False))

    def cut(self, start: int, end: int, put: str = "") -> str:
        return self.text[:start] + put + self.text[end:]

    def add_lines(self, at: int, lines: Sequence[str], indent: int) -> str:
        """Put lines at the beginning of a line, or at the end of a text that ends without a line break."""
        before = "" if not at or self.text[at - 1] == "\n" else self.newline
        return self.cut(at, at, before + "".join(" " * indent + line + self.newline for line in lines))

    # put in

    def replaced(self, old: Node, value: YamlValue) -> str:
        if isinstance(value, tuple):
            return self.words(old, value)
        flow = self.in_flow(old)
        indent = old.start_mark.column if flow else self.indent_of(old)
        put = _scalar(value, flow, getattr(old, "style", None), indent + 2, self.newline)
        start, end = old.start_mark.index, self.end(old)
        return self.cut(start, end, put if start < end else f" {put}")

    def indent_of(self, node: Node) -> int:
        start = self.line_start(node.start_mark.index)
        line = self.text[start : node.start_mark.index]
        return len(line) - len(line.lstrip(" -"))

    def words(self, old: Node, value: tuple[str, ...]) -> str:
        if not isinstance(old, SequenceNode) or old.flow_style:
            items = _children(old) if isinstance(old, SequenceNode) else [old]
            known = {str(item.value): self.text[item.start_mark.index : self.end(item)] for item in items}
            put = ", ".join(
                known[word] if word in known and "\n" not in known[word] else _scalar(word, True) for word in value
            )
            return self.cut(old.start_mark.index, self.end(old), f"[{put}]")
        items = list(old.value)
        indent = self.dash(items[0]) - self.line_start(self.dash(items[0]))
        begins = [self.line_start(self.dash(item)) for item in items]
        ends = [self.line_end(self.end(item)) for item in items]
        gaps = [ends[at - 1] if at else begins[0] for at in range(len(items))]
        made, old_words = "", [str(item.value) for item in items]
        for what, i, j, first, last in difflib.SequenceMatcher(None, old_words, value, autojunk=False).get_opcodes():
            for at in range(i, j):
                made += self.text[gaps[at] : ends[at] if what == "equal" else begins[at]]
            if what in ("insert", "replace"):
                made += "".join(f"{' ' * indent}- {_scalar(word, False)}{self.newline}" for word in value[first:last])
        return self.cut(begins[0], ends[-1], made)

    def inserted(self, holder: Node | None, tree: _Tree) -> str:
        """Put keys into a mapping, or a record at the end of a list."""
        if isinstance(holder, SequenceNode):
            if holder.flow_style or not holder.value:
                last = self.end(holder.value[-1]) if holder.value else self.end(holder) - 1
                return self.cut(last, last, (", " if holder.value else "") + _flow(tree))
            dash = self.dash(holder.value[0])
            return self.add_lines(self.line_end(self.end(holder)), list(_item(tree)), dash - self.line_start(dash))
        pairs = holder.value if isinstance(holder, MappingNode) else []
        if isinstance(holder, MappingNode) and (self.in_flow(holder) or holder.flow_style):
            last = self.end(pairs[-1][1]) if pairs else self.end(holder) - 1
            return self.cut(last, last, (", " if pairs else "") + _flow(tree)[1:-1])
        if holder is self.root and _made(tree):
            gap = [] if self.text.endswith(("\n\n", "\r\n\r\n")) else [""]
            return self.add_lines(len(self.text), [*gap, *_block(tree)], 0)
        if holder is self.root:  # with the others that say what the form is
            pairs = list(itertools.takewhile(lambda pair: isinstance(pair[1], ScalarNode), pairs))
        column = pairs[0][0].start_mark.column
        return self.add_lines(self.line_end(self.end(pairs[-1][1])), list(_block(tree)), column)

    # take out

    def dropped(self, holder: Node | None, name: str) -> str:
        """Take a key out of a mapping or a record out of a list that holds more."""
        if isinstance(holder, SequenceNode):
            at = next(at for at, item in enumerate(holder.value) if name_of(item)[1] == name)
            items = [_Pair(item, item) for item in holder.value]
        else:
            pairs = holder.value if holder is not None else []
            at = next(at for at, (key, _) in enumerate(pairs) if str(key.value) == name)
            items = [_Pair(*pair) for pair in pairs]
        pair = items[at]
        if self.in_flow(pair.key):
            if at:
                return self.cut(self.end(items[at - 1].value), self.end(pair.value))
            end = items[1].key.start_mark.index if len(items) > 1 else self.end(pair.value)
            return self.cut(pair.key.start_mark.index, end)
        start = self.dash(pair.key) if isinstance(holder, SequenceNode) else pair.key.start_mark.index
        if self.alone(start):
            begin, end = self.line_start(start), self.line_end(self.end(pair.value))
            gap = self.line_start(begin - 1) if begin else 0
            if holder is self.root and end == len(self.text) and begin and not self.text[gap:begin].strip():
                begin = gap  # the blank line that parts an entry at the end from what stands above
            return self.cut(begin, end)
        if at + 1 < len(items):
            return self.cut(start, items[at + 1].key.start_mark.index)
        return self.cut(start, self.line_end(self.end(pair.value)))

    def emptied(self, holder: Node) -> str:
        """Take out a list with its one record where comments stand between, which stay; ``""`` if there are none."""
        keys = [pair for node in _all(self.root) if isinstance(node, MappingNode) for pair in node.value]
        key = next(key for key, value in keys if value is holder)
        inner = _children(holder)[0]
        if self.in_flow(inner) or not self.alone(key.start_mark.index):
            return ""
        start = self.dash(inner) if isinstance(holder, SequenceNode) else inner.start_mark.index
        begin, end = self.line_start(start), self.line_end(self.end(holder))
        below = self.line_end(self.end(key))
        if below >= begin or not self.text[below:begin].strip():
            return ""
        return self.text[: self.line_start(key.start_mark.index)] + self.text[below:begin] + self.text[end:]


def _made(tree: _Tree) -> bool:
    """Whether an entry of the top is a list or mapping: those stand at the end, apart."""
    return any(isinstance(value, dict | list) for value in tree.values())


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _all(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield node
        for child in _children(node):
            yield from _all(child)


def _scalar(value: str, flow: bool, style: str | None = None, indent: int = 2, newline: str = "\n") -> str:
    """A text as YAML that reads back the same: in the style that stood there, else without quotes where that is possible."""
    if isinstance(value, Bare):
        return str(value)
    single = "'" + value.replace("'", "''") + "'"
    ways = {'"': json.dumps(value, ensure_ascii=False), "'": single, None: value}
    if style == ">" and not flow and "\n" not in value:
        ways[">"] = f">-{newline}{' ' * indent}{value}"
    for way in (style, None, '"', "'"):
        made = ways.get(way)
        if made is not None and ("\n" not in made or way == ">") and _reads(made, flow) == value:
            return made
    return json.dumps(value)


def _reads(made: str, flow: bool) -> str | None:
    try:
        node = compose_text(f"[{{k: {made}, l: [{made}]}}]" if flow else f"k: {made}", FILE)
    except DefinitionError:
        return None
    values = (
        node.value[0].value
        if flow and isinstance(node, SequenceNode) and len(node.value) == 1
        else getattr(node, "value", [])
    )
    if flow and (len(values) != 2 or not isinstance(values[1][1].value, list) or len(values[1][1].value) != 1):
        return None
    found = values[0][1] if values else None
    inside = values[1][1].value[0] if flow else found
    same = isinstance(found, ScalarNode) and isinstance(inside, ScalarNode) and found.value == inside.value
    return str(found.value) if same and found is not None and found.tag == "tag:yaml.org,2002:str" else None


def _flow(value: YamlValue | _Tree | list[_Tree]) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key, True)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return _scalar(value, True)
    return "[" + ", ".join(map(_flow, value)) + "]"


def _block(tree: _Tree) -> Iterator[str]:
    """The lines of keys, without indentation."""
    for key, value in tree.items():
        name = _scalar(key, False)
        if isinstance(value, dict) and _made(value):
            yield f"{name}:"
            yield from (f"  {line}" for line in _block(value))
        elif isinstance(value, list):
            yield f"{name}:"
            yield from (f"  {line}" for item in value for line in _item(item))
        elif isinstance(value, str):
            yield f"{name}: {_scalar(value, False)}"
        else:
            yield f"{name}: {_flow(value)}"


def _item(tree: _Tree) -> Iterator[str]:
    """The lines of a record of a list: one where it holds no others and is no rule."""
    if not _made(tree) and "code" not in tree:
        yield f"- {_flow(tree)}"
        return
    lines = _block(tree)
    yield f"- {next(lines)}"
    yield from (f"  {line}" for line in lines)
