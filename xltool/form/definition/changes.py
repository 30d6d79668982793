"""What a form does away with of the one it extends: whole groups (``without``), what goes with a table, and what was renamed.

Used by ``form.definition.extend`` on YAML nodes, so that every line is known; ``form.blame`` tells the author with it. A
newcomer would let an author remove rule after rule: a rule goes with the table it is on, a group with its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

GROUP, WITHOUT = "group", "without"
_PROJECT = "project"


@dataclass(frozen=True, slots=True)
class NameChange:
    """A name of the base that is gone, or (``now``) is another one; the line of the author that did it, 0 if not known."""

    file: str
    line: int
    now: str = ""


class Changes(dict[str, NameChange]):
    """Old name → what became of it. ``rules``: codes that went with the table they are on, ``groups``: those left out."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: list[str] = []
        self.groups: list[str] = []
        self.removed: list[str] = []


def get(node: Node | None, key: str) -> Node | None:
    """Return what stands under a key, None where there is none."""
    pairs: list[tuple[Node, Node]] = node.value if isinstance(node, MappingNode) else []
    for name, value in pairs:
        if name.value == key:
            return value
    return None


def text(node: Node | None, key: str) -> str:
    """Return the text under a key, ``""`` where there is none."""
    value = get(node, key)
    return str(value.value) if isinstance(value, ScalarNode) else ""


def texts(node: Node | None) -> tuple[str, ...]:
    """Return a text or a list of texts as texts."""
    if isinstance(node, ScalarNode):
        return (str(node.value),)
    return tuple(str(item.value) for item in _items(node) if isinstance(item, ScalarNode))


def _items(node: Node | None) -> list[Node]:
    return node.value if isinstance(node, SequenceNode) else []


def _blocks(root: Node) -> Iterator[Node]:
    for sheet in _items(get(root, "sheets")):
        yield from _items(get(sheet, "blocks"))


def things(root: Node) -> dict[str, str]:
    """Return id → name of everything a formula can speak of: fields, columns, cells of grids, parameters, lists."""
    found: dict[str, str] = {}
    for block in _blocks(root):
        rows, grid = _items(get(block, "rows")), text(block, "grid")
        parts = text(get(block, "total"), "parts")
        for key in ("fields", "columns"):
            for item in _items(get(block, key)):
                ident, name = text(item, "id"), text(item, "name")
                found |= {f"{grid}.*.{ident}": name} if grid else {ident: name}
                found |= {f"{grid}.{text(row, 'id')}.{ident}": text(row, "name") + name for row in rows}
                found |= {f"{grid}.+": parts, f"{grid}.+.{ident}": parts + name} if parts else {}
    found |= {text(item, "id"): text(item, "name") for item in _items(get(root, "parameters"))}
    lists = get(root, "lists")
    return found | {
        str(key.value): str(key.value) for key, _ in (lists.value if isinstance(lists, MappingNode) else ())
    }


def places(root: Node) -> set[str]:
    """Return what a rule can be on besides single cells and the department: the tables, the grids, ``project``."""
    found = {text(block, key) for block in _blocks(root) for key in ("table", "grid")} - {""}
    projects = any(text(sheet, "per") == _PROJECT for sheet in _items(get(root, "sheets")))
    return found | ({_PROJECT} if projects else set())


def idents(node: Node) -> set[str]:
    """Return the ids of a record and of all that is in it."""
    own = {text(node, key) for key in ("id", "grid", "table")} - {""}
    return own.union(*map(idents, _children(node)))


def groups_in(node: Node) -> set[str]:
    """Return the groups that something of a definition belongs to."""
    own = set(texts(get(node, GROUP)))
    return own.union(*map(groups_in, _children(node)))


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [value for _, value in node.value]
    return _items(node)


def leave(node: Node, names: Collection[str]) -> Node:
    """Return a definition without what belongs to one of some groups."""

    def stays(item: Node) -> bool:
        return not any(name in names for name in texts(get(item, GROUP)))

    if isinstance(node, MappingNode):
        pairs = [(key, leave(value, names)) for key, value in node.value if stays(value)]
        return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
    if isinstance(node, SequenceNode):
        kept = [leave(item, names) for item in node.value if stays(item)]
        return SequenceNode(node.tag, kept, node.start_mark, node.end_mark)
    return node


def plain(node: Node) -> Node:
    """Return a definition without the names of groups: they have done their work."""
    if isinstance(node, MappingNode):
        pairs = [(key, plain(value)) for key, value in node.value if str(key.value) != GROUP]
        return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
    if isinstance(node, SequenceNode):
        return SequenceNode(node.tag, [plain(item) for item in node.value], node.start_mark, node.end_mark)
    return node


def compare(
    base: Node, made: Node, lines: Mapping[str, tuple[str, int]], own: tuple[str, int], changes: Changes
) -> None:
    """Note every name of the base that the form made of it no longer has.

    Args:
        base, made: the definitions before and after.
        lines: file and line of what the author overrode or removed, by id.
        own: where to tell of anything else.
        changes: is added to.
    """
    old, new = things(base), things(made)
    taken = {*new, *new.values()}
    for ident, name in old.items():
        parts = (ident, *reversed(ident.split(".")))
        file, line = next((lines[part] for part in parts if part in lines), own)
        now = new.get(ident, "")
        for known in (ident, name):
            if known not in taken:
                changes[known] = NameChange(file, line, now)


def follow(made: Node, base: Node, changes: Changes) -> Node:
    """Return a definition without what cannot apply any more: rules on a table that is gone, and what speaks of it.

    That is the reminders of such rules, the words others have for a lost field, its roles. What the author's own file says
    stays, and is told as wrong.
    """
    if not isinstance(made, MappingNode):
        return made
    own = str(made.start_mark.name)
    gone = places(base) - places(made)
    lost = {name for name, change in changes.items() if not change.now}
    rules = [
        rule
        for rule in _items(get(made, "rules"))
        if text(rule, "on").partition(".")[0] not in gone or str(rule.start_mark.name) == own
    ]
    codes = {text(rule, "code") for rule in rules}
    changes.rules += [code for rule in _items(get(made, "rules")) if (code := text(rule, "code")) not in codes]
    pairs = []
    for key, value in made.value:
        name = str(key.value)
        if name == "rules" and gone:
            value = _with(value, rules)
        elif name == "reminders":
            value = _with(value, [item for item in _items(value) if text(item, "code") in codes])
        elif name in ("official", "roles") and lost:
            value = _without(value, lost, own)
        pairs.append((key, value))
    return MappingNode(made.tag, pairs, made.start_mark, made.end_mark)


def _with(node: Node, items: list[Node]) -> Node:
    return SequenceNode(node.tag, items, node.start_mark, node.end_mark) if isinstance(node, SequenceNode) else node


def _without(node: Node, lost: Collection[str], own: str) -> Node:
    """A mapping and those in it without the keys whose value is a lost name, unless the author wrote it."""
    if not isinstance(node, MappingNode):
        return node
    pairs = [
        (key, _without(value, lost, own))
        for key, value in node.value
        if not (isinstance(value, ScalarNode) and str(value.value) in lost and str(value.start_mark.name) != own)
    ]
    return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
