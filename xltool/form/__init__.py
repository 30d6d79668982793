"""The form: read from YAML, verified, compiled and laid out. Imports ``expr``, ``notation``, ``findings``.

Names are loaded when they are first asked for: the process that hands out files knows issues and ids, and reads no form.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xltool.form.compiled.form import Form
    from xltool.form.definition.strict import DefinitionError
    from xltool.form.folders import form_ids, known_ids, library, users_folder
    from xltool.form.layout.issue import Issue, Key, Project, TableRow, Value
    from xltool.form.load import (
        built_on,
        composed_of,
        find_form,
        form_by_id,
        form_from,
        listed,
        load_form,
        located,
        path_given,
        sources_of,
    )

__all__ = [
    "DefinitionError",
    "Form",
    "Issue",
    "Key",
    "Project",
    "TableRow",
    "Value",
    "built_on",
    "composed_of",
    "find_form",
    "form_by_id",
    "form_from",
    "form_ids",
    "known_ids",
    "library",
    "listed",
    "load_form",
    "located",
    "path_given",
    "sources_of",
    "users_folder",
]

_ELSEWHERE = {
    "Form": "compiled.form",
    "DefinitionError": "definition.strict",
    **dict.fromkeys(("form_ids", "known_ids", "library", "users_folder"), "folders"),
    **dict.fromkeys(("Issue", "Key", "Project", "TableRow", "Value"), "layout.issue"),
}
"""Where what is not in ``load`` is."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'load')}"), name)
