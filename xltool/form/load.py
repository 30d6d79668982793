"""From an id or a definition to a verified ``Form``. Where forms are says ``folders``."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from yaml.nodes import MappingNode, Node

from xltool.form.blame import blamed
from xltool.form.compiled.compiler import bind_form
from xltool.form.compiled.form import Form
from xltool.form.definition.changes import Changes
from xltool.form.definition.composed import rules_of, text_of
from xltool.form.definition.extend import compose_form
from xltool.form.definition.model import FormSpec
from xltool.form.definition.strict import DefinitionError, Problem, UnknownFormError, build, compose, compose_text
from xltool.form.folders import FILE, ids_in
from xltool.form.folders import library as library
from xltool.form.folders import users_folder as users_folder


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of forms says of one; its definition is read, not verified."""

    id: str
    version: str
    region: str
    title: str
    rules: int


def listed(form_ids: Iterable[str]) -> Iterator[Listed]:
    """Yield what is to be said of forms of the library or the user's without verifying and compiling them.

    Raises:
        DefinitionError: unreadable, or what it extends.
    """
    read = cache(compose)  # several are built on one
    for ident in form_ids:
        with _uncollected():
            node = compose_form(located(ident), users_folder(), library(), read=read)
        given = {str(key.value): value.value for key, value in node.value} if isinstance(node, MappingNode) else {}
        version, region, title = (str(given.get(name, "")) for name in ("version", "region", "title"))
        yield Listed(ident, version, region, title, len(rules_of(node)))


@contextmanager
def _uncollected() -> Iterator[None]:
    """What a form is made of stays: the collector would look through it again and again, a fifth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def located(form_id: str, first: Sequence[Path] = ()) -> Path:
    """Return the ``form.yaml`` of a form by its id: in the folders given, then the user's, then the library.

    Raises:
        UnknownFormError: there is none of this id.
    """
    folders = (*first, users_folder(), library())
    found = next((folder for folder in folders if form_id in ids_in(folder)), None)
    if found is None:
        known = sorted({ident for folder in folders for ident in ids_in(folder)})
        raise UnknownFormError(FILE, form_id, known)
    return found / form_id / FILE


def sources_of(path: Path, first: Sequence[Path] = ()) -> list[Path]:
    """Return the files a definition is made of, itself first.

    Raises:
        DefinitionError: unreadable, or what it extends.
    """
    used: list[Path] = []
    compose_form(path, *first, users_folder(), library(), used=used)
    return used


def built_on(path: Path, first: Sequence[Path] = ()) -> tuple[Problem, ...]:
    """Return what a change of one ``form.yaml`` breaks in the forms that extend it.

    They are looked for where it lies itself, in the folders given and in the user's folder; a form of the library is built on
    forms of the library alone.
    """
    target, found = path.resolve(), dict[Problem, None]()
    folders = (*first, users_folder(), library())
    for folder in dict.fromkeys(spot.resolve() for spot in (target.parent.parent, *folders[:-1])):
        for other in (folder / ident / FILE for ident in ids_in(folder)):
            used: list[Path] = []  # filled as far as it can be composed
            with suppress(DefinitionError):
                compose_form(other, *folders, used=used)
            if target not in used[1:]:
                continue
            try:
                load_form(other, first)
            except DefinitionError as error:
                own = f"{other.parent.name}/{FILE}"
                found |= {replace(one, file=own) if one.file == FILE else one: None for one in error.problems}
    return tuple(found)


def load_form(path: Path, first: Sequence[Path] = (), text: str | None = None) -> Form:
    """Read and verify one ``form.yaml``. ``first``: folders in which to look for what it extends, before the others.

    ``text``: what the file is to say, in place of what it says.

    Raises:
        DefinitionError: the file cannot be used; says where and why.
    """
    changes = Changes()
    with _uncollected():
        node = compose_form(path, *first, users_folder(), library(), changes=changes, text=text)
        try:
            form = _bound(node, path.name)
        except DefinitionError as error:
            raise DefinitionError(blamed(error.problems, changes, path.name)) from None
    ours = path.resolve().is_relative_to(library().resolve())
    return form if ours else replace(form, composed=text_of(node))


def changes_of(path: Path, first: Sequence[Path] = ()) -> Changes:
    """Return what a definition does away with of those it extends.

    Raises:
        DefinitionError: unreadable, or what it extends.
    """
    changes = Changes()
    compose_form(path, *first, users_folder(), library(), changes=changes)
    return changes


def _bound(node: Node | None, label: str) -> Form:
    spec: FormSpec = build(node, FormSpec, label)
    return bind_form(spec, label)


def composed_of(form: Form) -> str:
    """Return the whole definition of a form as a text that ``form_from`` reads.

    Raises:
        DefinitionError: it is of the library, and no longer there.
    """
    return form.composed or text_of(compose_form(library() / str(form.id) / FILE, library()))


@lru_cache(maxsize=8)
def form_from(composed: str, label: str = FILE) -> Form:
    """Return the form of a definition that was composed before, on this machine or another, this year or earlier.

    Raises:
        DefinitionError: it cannot be used; says where and why.
    """
    return replace(_bound(compose_text(composed, label), label), composed=composed)


def find_form(text: str, first: Sequence[Path] = ()) -> Form:
    """Return a form by id, or by the path of a ``form.yaml`` or of its folder.

    Raises:
        DefinitionError: no such form, or its definition cannot be used.
    """
    path = path_given(text)
    if path is not None:
        return load_form(path, first)
    return load_form(located(text, first), first) if first else form_by_id(text)


def path_given(text: str) -> Path | None:
    """Return the ``form.yaml`` a person means by a path to it or to its folder; None if the text is an id.

    Raises:
        DefinitionError: it is a path at which there is none.
    """
    path = Path(text)
    looks = text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text
    if not looks:
        return None
    if path.is_dir():
        path = path / FILE
    if not path.exists():
        raise DefinitionError([Problem(str(path), 0, "没有这个文件，请核对路径")])
    return path


@cache
def form_by_id(form_id: str) -> Form:
    """Return a form of the user's folder or of the library.

    Raises:
        DefinitionError: no such form, or its definition cannot be used.
    """
    return load_form(located(form_id))
