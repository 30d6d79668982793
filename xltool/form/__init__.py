"""The form: read from YAML, verified, compiled and laid out. Imports ``expr``, ``notation``, ``findings``."""

from xltool.form.compiled.form import Form
from xltool.form.definition.strict import DefinitionError
from xltool.form.layout.issue import Issue, Key, Project, TableRow, Value
from xltool.form.load import (
    built_on,
    composed_of,
    find_form,
    form_by_id,
    form_from,
    form_ids,
    known_ids,
    library,
    listed,
    load_form,
    located,
    path_given,
    sources_of,
    users_folder,
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
