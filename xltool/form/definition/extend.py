"""One form built on another: ``extends: <id>`` merges two definitions before they are checked.

Works on YAML nodes, below ``form.definition.strict``, so every message keeps the file and line of what somebody wrote.
Mappings merge key by key. Lists of records with a name of their own (``id``, ``code``, ``grid``, ``table``)
merge record by record: a new record is added at the end, or where ``after`` / ``before`` says; one that
the base already has must say ``override: true`` or ``remove: true``. ``levels`` and ``groups`` do so by ``name`` where one
record has such a mark. All other lists are replaced whole. ``without`` leaves
out everything of the base that belongs to a group; what that takes along is in ``form.definition.changes``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xltool.form.definition import changes as differences
from xltool.form.definition.changes import WITHOUT, Changes
from xltool.form.definition.composed import joined
from xltool.form.definition.strict import DefinitionError, Problem, compose, compose_text
from xltool.form.folders import FILE as FILE
from xltool.form.folders import is_id as is_id

EXTENDS = "extends"
NAMES = ("id", "code", "grid", "table")
_CALLED = (*NAMES, "name")
OVERRIDE, REMOVE, _AFTER, _BEFORE = "override", "remove", "after", "before"
_MARKS = (OVERRIDE, REMOVE, _AFTER, _BEFORE)
_BY_NAME = ("levels", "groups")
NAMED = ("units", "lists", "cells")  # mappings whose keys are names: changing one must be stated as well


def compose_form(
    path: Path,
    *folders: Path,
    used: list[Path] | None = None,
    changes: Changes | None = None,
    text: str | None = None,
    read: Callable[[Path, str], Node | None] = compose,
) -> Node | None:
    """Return a definition with everything it extends merged in.

    Args:
        path: the ``form.yaml``.
        folders: where to look for what it extends, after the folder its own folder lies in.
        used: is given the files it was made of, itself first.
        changes: is given what of its base it no longer has.
        text: what the file is to say, in place of what it says; it need not be there then.
        read: returns the nodes of a file, as ``compose``; nothing changes them.

    Raises:
        DefinitionError: unreadable, an unknown base, a circle, or an override that does not fit its base.
    """
    files: list[Path] = [] if used is None else used
    made = _compose(path, folders, files, path.name, Changes() if changes is None else changes, read, text)
    if made is None:
        return None
    made, problems = joined(differences.plain(made))
    if problems:
        raise DefinitionError(problems)
    return made


def _compose(
    path: Path,
    folders: tuple[Path, ...],
    used: list[Path],
    label: str,
    changes: Changes,
    read: Callable[[Path, str], Node | None],
    text: str | None = None,
) -> Node | None:
    node = read(path, label) if text is None else compose_text(text, label)
    used.append(path.resolve())
    base = _get(node, EXTENDS) if isinstance(node, MappingNode) else None
    if base is None or not isinstance(node, MappingNode):
        alone = _get(node, WITHOUT) if node is not None else None
        if alone is not None:
            raise DefinitionError([_problem(alone, "without 说的是基础表样里的组，要同 extends 一起写")])
        return node
    name, line = str(base.value), base.start_mark.line + 1
    if not is_id(name):
        raise DefinitionError([Problem(label, line, "extends 要写成一个表样的编号")])
    spots = [spot / name / FILE for spot in (path.parent.parent, *folders)]
    found = [spot.resolve() for spot in spots if spot.is_file()]
    if not found:
        raise DefinitionError([Problem(label, line, f"extends 的表样“{name}”找不到，应当有 {name}/{FILE}")])
    # A form may extend the one of its own name further on: a county's hunan-2022 is built on the library's.
    further = [spot for spot in found if spot not in used] if name == path.parent.name else found
    target = further[0] if further else found[0]
    if target in used:
        raise DefinitionError([Problem(label, line, f"extends 互相引用成了圈：“{name}”最终又以本表样为基础")])
    parent = _compose(target, folders, used, f"{name}/{FILE}", changes, read)
    if not isinstance(parent, MappingNode):
        return node
    for told in (changes.groups, changes.removed, changes.rules):
        told.clear()  # what those it extends left out
    merger = _Merger(name)
    left = _left(parent, node, merger, changes)
    rest = [(key, value) for key, value in node.value if str(key.value) != WITHOUT]
    merged = merger.mapping(left, MappingNode(node.tag, rest, node.start_mark, node.end_mark))
    if merger.problems:
        raise DefinitionError(merger.problems)
    changes.removed += merger.removed
    without = _get(node, WITHOUT) or base
    differences.compare(parent, merged, merger.lines, (label, without.start_mark.line + 1), changes)
    return differences.follow(merged, parent, changes)


def _left(parent: MappingNode, own: MappingNode, merger: _Merger, changes: Changes) -> MappingNode:
    """The base without the groups that the form leaves out."""
    names = differences.texts(without := _get(own, WITHOUT))
    if without is None:
        return parent
    known = differences.groups_in(parent)
    items = without.value if isinstance(without, SequenceNode) else [without]
    if not names or len(names) != len(items):
        merger.fail(without, "without 要写一个组名，或组名的列表")
    for item, name in zip(items, names, strict=False):
        if name not in known:
            there = f"；有：{'、'.join(sorted(known))}" if known else ""
            merger.fail(item, f"without 里的“{name}”不是基础表样“{merger.base}”的组{there}")
    changes.groups += names
    left = differences.leave(parent, names)
    return left if isinstance(left, MappingNode) else parent


def _problem(node: Node, message: str) -> Problem:
    return Problem(str(node.start_mark.name), node.start_mark.line + 1, message)


_get = differences.get


def _name(node: Node) -> str:
    """What a record of a list is called, ``""`` if it has no name of its own."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    for wanted in _CALLED:
        for key, value in pairs:
            if key.value == wanted:
                if isinstance(value, ScalarNode):
                    return str(value.value)
                break
    return ""


def _says(node: Node, mark: str) -> bool:
    value = _get(node, mark)
    return value is not None and str(value.value) == "true"


class _Merger:
    def __init__(self, base: str) -> None:
        self.base = base
        self.problems: list[Problem] = []
        self.lines: dict[str, tuple[str, int]] = {}
        """Where the author overrode or removed a record, by its id; of one given another name, where that stands."""
        self.removed: list[str] = []

    def fail(self, node: Node, message: str) -> None:
        self.problems.append(_problem(node, message))

    def note(self, name: str, node: Node) -> None:
        at = _get(node, "name") or node
        self.lines[name] = (str(at.start_mark.name), at.start_mark.line + 1)

    def take_out(self, item: Node, node: Node, name: str = "") -> None:
        """Note that a record or what stands under a key is gone, with all that is in it."""
        self.removed.append(name or _name(item))
        for inner in {name, *differences.idents(item)} - {""}:
            self.note(inner, node)

    def plain(self, node: Node) -> Node:
        """A record that is new: without the marks, which would say nothing there."""
        for mark in (OVERRIDE, REMOVE):
            if _get(node, mark) is not None:
                self.fail(node, f"“{_name(node)}”写了 {mark}: true，而基础表样“{self.base}”里没有它")
        return self.bare(node)

    def bare(self, node: Node) -> Node:
        if not isinstance(node, MappingNode):
            return node
        pairs = [(key, value) for key, value in node.value if str(key.value) not in _MARKS]
        return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)

    def mapping(self, base: MappingNode, own: MappingNode) -> MappingNode:
        given: dict[str, tuple[Node, Node]] = {}
        doubles: list[tuple[Node, Node]] = []
        for key, value in self.bare(own).value:
            # A key written twice is kept twice; the strict reader names both lines.
            doubles += [(key, value)] if str(key.value) in given else []
            given.setdefault(str(key.value), (key, value))
        pairs: list[tuple[Node, Node]] = []
        for key, value in base.value:
            replaced = given.pop(str(key.value), None)
            if replaced is None:
                pairs.append((key, value))
            elif _says(replaced[1], REMOVE):
                self.take_out(value, replaced[1], str(key.value))
            else:
                pairs.append((replaced[0], self.value(value, replaced[1], str(key.value))))
        for key, value in given.values():
            if _says(value, REMOVE):
                self.fail(value, f"“{key.value}”写了 remove: true，而基础表样“{self.base}”里没有它")
        pairs += [*given.values(), *doubles]
        return MappingNode(own.tag, pairs, own.start_mark, own.end_mark)

    def value(self, base: Node, own: Node, key: str) -> Node:
        if isinstance(base, MappingNode) and isinstance(own, MappingNode):
            if key in NAMED:
                self.stated(base, own)
            return self.mapping(base, own)
        if isinstance(base, SequenceNode) and isinstance(own, SequenceNode):
            if key in _BY_NAME:
                marked = any(_get(item, mark) is not None for item in own.value for mark in _MARKS)
                return self.records(base, own) if marked else own
            named: Callable[[Node], bool] = lambda item: any(_get(item, name) for name in NAMES)  # noqa: E731 - twice
            if own.value and base.value and all(map(named, base.value)):
                nameless = [item for item in own.value if not named(item)]
                if not nameless:
                    return self.records(base, own)
                if isinstance(nameless[0], MappingNode):
                    self.fail(
                        nameless[0],
                        f"这一项没有自己的编号，不知道放在“{self.base}”已有的 {len(base.value)} 项的哪里。请写 id，"
                        "位置用 after 或 before；不要原有各项的，逐项写 remove: true",
                    )
        return own

    def stated(self, base: MappingNode, own: MappingNode) -> None:
        known = {str(name.value) for name, _ in base.value}
        for name, value in own.value:
            if _says(value, REMOVE):
                continue
            if (str(name.value) in known) is not _says(value, OVERRIDE):
                if str(name.value) in known:
                    self.fail(name, f"“{name.value}”在基础表样“{self.base}”里已有；要改写请加 override: true")
                else:
                    self.fail(name, f"“{name.value}”写了 override: true，而基础表样“{self.base}”里没有它")

    def records(self, base: SequenceNode, own: SequenceNode) -> SequenceNode:
        items = list(base.value)
        seen: dict[str, int] = {}
        for node in own.value:
            name, names = _name(node), [_name(item) for item in items]
            if name in seen:
                self.fail(node, f"“{name}”写了两次，第 {seen[name]} 行已经写过")
                continue
            seen[name] = node.start_mark.line + 1
            if name not in names:
                self.place(items, node, self.plain(node))
                continue
            index = names.index(name)
            if _says(node, REMOVE):
                self.take_out(items[index], node)
                del items[index]
            elif _says(node, OVERRIDE):
                merged = self.mapping(items[index], node)
                self.note(name, node)
                if _get(node, _AFTER) is None and _get(node, _BEFORE) is None:
                    items[index] = merged
                else:
                    del items[index]
                    self.place(items, node, merged)
            else:
                self.fail(
                    node,
                    f"“{name}”在基础表样“{self.base}”里已有；要改写请加 override: true，要去掉请加 remove: true",
                )
        return SequenceNode(own.tag, items, own.start_mark, own.end_mark)

    def place(self, items: list[Node], node: Node, made: Node) -> None:
        names = [_name(item) for item in items]
        for mark, shift in ((_AFTER, 1), (_BEFORE, 0)):
            anchor = _get(node, mark)
            if anchor is None:
                continue
            if str(anchor.value) in names:
                items.insert(names.index(str(anchor.value)) + shift, made)
            else:
                self.fail(anchor, f"{mark} 里的“{anchor.value}”在这个列表里找不到")
            return
        items.append(made)
