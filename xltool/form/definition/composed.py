"""A composed definition: pieces that a form may replace one by one are put together, and all of it is one text.

The text reads back the same: it is what a campaign keeps and what other processes are told. Imports ``strict``. Written as YAML with every text in quotes, so no reader of any version can take one for a number.
A newcomer would copy the files somebody wrote: what they extend changes with the next version of the tool.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xltool.form.definition.strict import Problem

_TEXT = "tag:yaml.org,2002:str"


_FORMULAS = ("compute", "default")
_TEXTS = "instructions"
_KINDS = {"dates": "date", "multiple": "multiple"}  # what a rule is on: the type of cell


def joined(root: Node) -> tuple[Node, list[Problem]]:
    """Return a definition with its branches made formulas and its numbered instructions texts, and what is wrong with them.

    ``compute: [{id: low, when: 甲<乙, then: 0}, {id: rest, then: 1}]`` is ``IF(甲<乙, 0, 1)``. The formula stands at the line
    of a branch that the author's own file says, if one does.
    """
    problems: list[Problem] = []
    return _joined(root, "", str(root.start_mark.name), problems), problems


def _joined(node: Node, key: str, own: str, problems: list[Problem]) -> Node:
    if isinstance(node, MappingNode):
        pairs = [(name, _joined(value, str(name.value), own, problems)) for name, value in node.value]
        return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
    if not isinstance(node, SequenceNode):
        return node
    if key in _FORMULAS:
        return _formula(node, key, own, problems)
    if key == _TEXTS:
        items = [_piece(item, ("text",), problems).get("text", item) for item in node.value]
    else:
        items = [_joined(item, "", own, problems) for item in node.value]
    return SequenceNode(node.tag, items, node.start_mark, node.end_mark)


def _piece(item: Node, keys: tuple[str, ...], problems: list[Problem]) -> dict[str, ScalarNode]:
    """The texts of a numbered piece by key; empty for what is no mapping."""
    if not isinstance(item, MappingNode):
        return {}
    found = {str(key.value): value for key, value in item.value if isinstance(value, ScalarNode)}
    unknown = [str(key.value) for key, _ in item.value if str(key.value) not in (*keys, "id")]
    if unknown or keys[-1] not in found:
        said = f"不认识的键“{unknown[0]}”；" if unknown else ""
        problems.append(_told(item, f"{said}这一项写 {'、'.join(('id', *keys))}"))
        return {}
    return found


def _formula(node: SequenceNode, key: str, own: str, problems: list[Problem]) -> Node:
    branches = [_piece(item, ("when", "then"), problems) for item in node.value]
    mine = next((item for item in node.value if str(item.start_mark.name) == own), node)
    if not branches or not all(branches):
        if not problems:
            problems.append(_told(mine, f"{key} 的每一支写 id、when、then"))
        return node
    for at, branch in enumerate(branches):
        last = at == len(branches) - 1
        if ("when" in branch) is last:
            what = "最后一支是其余的情形，不写 when" if last else "不是最后一支，要写 when"
            problems.append(
                _told(node.value[at], f"{key} 的“{branch['id'].value if 'id' in branch else at + 1}”：{what}")
            )
    made = str(branches[-1]["then"].value)
    for branch in reversed(branches[:-1]):
        made = f"IF({branch['when'].value if 'when' in branch else ''}, {branch['then'].value}, {made})"
    return ScalarNode(_TEXT, made, mine.start_mark, mine.end_mark)


def _told(node: Node, message: str) -> Problem:
    return Problem(str(node.start_mark.name), node.start_mark.line + 1, message)


def rules_of(root: Node | None) -> list[Node]:
    """Return the rules of a definition that can apply: none on a kind of cell (``_KINDS``) that the form does not have."""
    found = {str(key.value): value for key, value in root.value} if isinstance(root, MappingNode) else {}
    types = set(_types(found["sheets"])) if "sheets" in found else set()
    rules = found["rules"].value if isinstance(found.get("rules"), SequenceNode) else []
    return [rule for rule in rules if _KINDS.get(_scalar(rule, "on"), "") in ("", *types)]


def _types(node: Node) -> Iterator[str]:
    if isinstance(node, MappingNode):
        yield _scalar(node, "type")
    for item in node.value if not isinstance(node, ScalarNode) else ():
        yield from _types(item[1] if isinstance(item, tuple) else item)


def _scalar(node: Node, key: str) -> str:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((str(value.value) for name, value in pairs if str(name.value) == key), "")


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
