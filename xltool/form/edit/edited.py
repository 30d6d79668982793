"""A form opened to be changed, the changes put into its file's text, and the proof that nothing else changed.

Imports ``editable``, ``splice`` and ``load``. A form of the library is never written: a form of the same id that extends
it is begun in the campaign or in the user's folder, which is found first from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xltool.files import read_own
from xltool.form.compiled.form import Form
from xltool.form.definition import bounds
from xltool.form.definition.extend import EXTENDS, FILE, compose_form
from xltool.form.definition.strict import DefinitionError, Problem, compose, compose_text
from xltool.form.edit.editable import FALSE, Editable, EditLine, Takes, lines_of_form
from xltool.form.edit.splice import (
    Bare,
    Way,
    YamlValue,
    lines_of,
    name_of,
    value_of,
    with_value,
    without_record,
    without_value,
)
from xltool.form.load import library, load_form, located, path_given, users_folder

_BOM = "\ufeff"
_NEW = """\
# {ident}：在基础表样 {ident} 上改写。没有写的都跟基础表样一样；可以用 xltool form edit 在 Excel 里改。
form: {ident}
extends: {ident}
"""


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """One entry and what it is to become."""

    line: EditLine
    entry: Editable
    new: YamlValue


@dataclass(frozen=True, slots=True)
class Editing:
    """A form that is being changed. ``path``: the file that will be written; ``text``: what it says, or is to begin with.

    ``folders``: where to look for what it extends; ``base``: that, composed; ``merged``: all of it; ``new``: the
    file is not there yet.
    """

    ident: str
    path: Path
    folders: tuple[Path, ...]
    text: str
    new: bool
    base: Node | None = None
    merged: Node | None = None
    lines: tuple[EditLine, ...] = ()


def opened(asked: str, home: Path | None = None) -> Editing:
    """Return a form to be changed.

    Args:
        asked: its id, or a path to it.
        home: the folder of forms of a campaign; the user's own where there is none.

    Raises:
        DefinitionError: there is none, or it cannot be used as it is.
        UnusableFileError: the file cannot be read.
    """
    first = (home,) if home is not None else ()
    given = path_given(asked)
    found = given or located(asked, first)
    ours = found.resolve().is_relative_to(library().resolve())
    ident = found.parent.name if ours or given is None else _id_in(found)
    if ours and ident.startswith("_"):
        raise DefinitionError([Problem(FILE, 0, f"“{ident}”只用作基础，不能直接改。请先以它为基础起草一个表样")])
    path = found if given is not None and not ours else (home or users_folder()) / ident / FILE
    new = not path.is_file()
    text = _NEW.format(ident=ident) if new else _read(path)
    load_form(path, first, text.removeprefix(_BOM))
    return _with(Editing(ident, path, first, text, new), text)


def _id_in(path: Path) -> str:
    node = value_of(compose(path, path.name), "form")
    return str(node.value) if isinstance(node, ScalarNode) else path.parent.name


def _read(path: Path) -> str:
    try:
        return read_own(path, bounds.BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise DefinitionError([Problem(path.name, 0, "文件不是 UTF-8 编码，请另存为 UTF-8")]) from None


def _with(editing: Editing, text: str) -> Editing:
    """The same form with another text of its own."""
    plain = text.removeprefix(_BOM)
    own = compose_text(plain, editing.path.name)
    folders = (*editing.folders, users_folder(), library())
    extends = value_of(own, EXTENDS)
    base = editing.base
    if base is None and isinstance(extends, ScalarNode):
        base = compose_form(editing.path, *folders, text=f"{EXTENDS}: {json.dumps(str(extends.value))}\n")
    merged = compose_form(editing.path, *folders, text=plain)
    return replace(editing, text=text, base=base, merged=merged, lines=lines_of_form(own, base, merged))


def changed(editing: Editing, changes: Sequence[EntryEdit]) -> str:
    """Return the text of the form's file with the changes, each in its place and nothing else touched.

    Raises:
        DefinitionError: the file is written in a way in which that cannot be done.
    """
    bom = _BOM if editing.text.startswith(_BOM) else ""
    text = editing.text.removeprefix(_BOM)
    for change in changes:
        try:
            text = _put(text, change, editing.base)
        except (DefinitionError, StopIteration, ValueError, IndexError):
            raise _odd(editing, (*change.entry.way, change.entry.key)) from None
    if changes:
        _prove(editing, text, changes)
    return bom + text


def _odd(editing: Editing, way: Way) -> DefinitionError:
    told = f"文件的写法特别（如用 & 和 * 引用别处），改“{'/'.join(way)}”会动到别的内容，没有改动。请写表样的人改这一处"
    return DefinitionError([Problem(editing.path.name, 0, told)])


def _put(text: str, change: EntryEdit, base: Node | None) -> str:
    entry = change.entry
    if change.line.off_by_removal:
        return without_record(text, entry.way)
    nothing = FALSE if entry.takes is Takes.TRUTH else () if entry.takes is Takes.WORDS else ""
    if change.new == (nothing if entry.inherited is None else entry.inherited):
        return without_value(text, entry.way, entry.key)
    bare = isinstance(change.new, str) and entry.takes in (Takes.NUMBER, Takes.TRUTH)
    return with_value(text, entry.way, entry.key, Bare(change.new) if bare else change.new, base)


def _prove(editing: Editing, text: str, changes: Sequence[EntryEdit]) -> None:
    """Read the new text: every change is there, and whatever else the composed form says is what it said.

    Raises:
        DefinitionError: it is not so (an alias, for one, stands for two places at once).
    """
    try:
        after = _with(editing, text)
    except DefinitionError:
        raise _odd(editing, (*changes[0].entry.way, changes[0].entry.key)) from None
    says = {(entry.way, entry.key): entry.now for line in after.lines for entry in line.entries.values()}
    wrong = [change for change in changes if says.get((change.entry.way, change.entry.key)) != change.new]
    meant = [
        change.entry.way if change.line.off_by_removal else (*change.entry.way, change.entry.key) for change in changes
    ]
    # A rule that was removed takes the sentence about it in 填报说明 along, and brings it back.
    meant += [("reminders", change.entry.way[-1]) for change in changes if change.line.off_by_removal]
    before, now = (dict(_flat(one.merged)) for one in (editing, after))
    other = [way for way in before.keys() | now.keys() if before.get(way) != now.get(way)]
    stray = [way for way in other if not any(way[: len(place)] == place for place in meant)]
    if wrong or stray:
        raise _odd(editing, (*wrong[0].entry.way, wrong[0].entry.key) if wrong else min(stray))


def _flat(node: Node | None, way: Way = ()) -> Iterator[tuple[Way, str]]:
    """Every value of a definition by its way."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _flat(value, (*way, str(key.value)))
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            yield from _flat(item, (*way, name_of(item)[1] or str(number)))
    elif node is not None:
        yield way, str(node.value)


def verified(editing: Editing, text: str) -> Form:
    """Return the form that the new text makes, read and checked as a whole.

    Raises:
        DefinitionError: it cannot be used; ``blamed`` tells which change a problem belongs to.
    """
    return load_form(editing.path, editing.folders, text.removeprefix(_BOM))


def blamed(editing: Editing, text: str, changes: Sequence[EntryEdit], problem: Problem) -> EntryEdit | None:
    """Return the change in whose lines a problem of the new text stands, None if in none."""
    if problem.file != editing.path.name or not problem.line:
        return None
    plain = text.removeprefix(_BOM)
    for change in changes:
        first, last = lines_of(plain, change.entry.way, change.entry.key)
        if first <= problem.line <= last:
            return change
    return None
