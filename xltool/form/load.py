"""From a folder of ``workbook_templates/`` to a verified ``Form``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from yaml.nodes import MappingNode

from xltool.form.compiled.compiler import bind_form
from xltool.form.compiled.form import Form
from xltool.form.definition.extend import FILE, compose_form
from xltool.form.definition.model import FormSpec
from xltool.form.definition.strict import DefinitionError, Problem, build


def library() -> Path:
    """Return the folder of forms: inside the installed package, or at the top of a checkout."""
    package = Path(str(files("xltool")))
    installed = package / "workbook_templates"
    return installed if installed.is_dir() else package.parent / "workbook_templates"


def form_ids() -> tuple[str, ...]:
    """Return the ids of all forms in the library, sorted; folders with a leading _ only serve as a base."""
    names = (path.parent.name for path in library().glob(f"*/{FILE}"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of forms says of one; its definition is read, not verified."""

    id: str
    version: str
    region: str
    title: str
    rules: int


def listed(form_id: str) -> Listed:
    """Return what is to be said of a form of the library without verifying and compiling it.

    Raises:
        DefinitionError: unreadable, or what it extends.
    """
    node = compose_form(library() / form_id / FILE, library())
    given = {str(key.value): value.value for key, value in node.value} if isinstance(node, MappingNode) else {}
    version, region, title = (str(given.get(name, "")) for name in ("version", "region", "title"))
    return Listed(form_id, version, region, title, len(given.get("rules", ())))


def load_form(path: Path) -> Form:
    """Read and verify one ``form.yaml``.

    Raises:
        DefinitionError: the file cannot be used; says where and why.
    """
    spec: FormSpec = build(compose_form(path, library()), FormSpec, path.name)
    return bind_form(spec, path.name)


def find_form(text: str) -> Form:
    """Return a form by id, or by the path of a ``form.yaml`` somebody is writing.

    Raises:
        DefinitionError: no such form, or its definition cannot be used.
    """
    if not text.endswith((".yaml", ".yml")):
        return form_by_id(text)
    if not Path(text).exists():
        raise DefinitionError([Problem(text, 0, "没有这个文件，请核对路径")])
    return load_form(Path(text))


@cache
def form_by_id(form_id: str) -> Form:
    """Return a form of the library.

    Raises:
        DefinitionError: no such form, or its definition cannot be used.
    """
    if form_id not in form_ids():
        raise DefinitionError([Problem(FILE, 0, f"没有编号为“{form_id}”的表样，可用的有：{'、'.join(form_ids())}")])
    return load_form(library() / form_id / FILE)
