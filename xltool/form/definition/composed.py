"""A composed definition as one text that reads back the same: what a campaign keeps and what other processes are told.

Imports ``strict``. Written as YAML with every text in quotes, so no reader of any version can take one for a number.
A newcomer would copy the files somebody wrote: what they extend changes with the next version of the tool.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_TEXT = "tag:yaml.org,2002:str"


def text_of(node: Node | None) -> str:
    """Return a definition as YAML, block by block; ``""`` for an empty one."""
    return "".join(f"{line}\n" for line in _lines(node)) if node is not None else ""


def _lines(node: Node) -> Iterator[str]:
    """The lines of a node, the first without indentation: whoever holds it knows where it begins."""
    if isinstance(node, MappingNode) and node.value:
        for key, value in node.value:
            name = json.dumps(str(key.value), ensure_ascii=False)
            yield from _held(f"{name}:", value, "  ")
    elif isinstance(node, SequenceNode) and node.value:
        for item in node.value:
            yield from _held("-", item, "  ")
    else:
        yield _flat(node)


def _held(head: str, value: Node, indent: str) -> Iterator[str]:
    if isinstance(value, ScalarNode) or not value.value:
        yield f"{head} {_flat(value)}"
        return
    lines = _lines(value)
    if head == "-":
        yield f"- {next(lines)}"
    else:
        yield head
    yield from (f"{indent}{line}" for line in lines)


def _flat(node: Node) -> str:
    if isinstance(node, ScalarNode):
        # JSON's escapes are YAML's; what is no text (a number, true, nothing) stands as it was written.
        return json.dumps(str(node.value), ensure_ascii=False) if node.tag == _TEXT else str(node.value)
    return "{}" if isinstance(node, MappingNode) else "[]"
