"""The form: read from YAML, verified, compiled and laid out. Imports ``expr``, ``notation``, ``findings``."""

from xltool.form.bind import Form
from xltool.form.load import find_form, form_by_id, form_ids, library, listed, load_form
from xltool.form.shape import Key, Project, Shape, TableRow, Value
from xltool.form.strict import DefinitionError

__all__ = [
    "DefinitionError",
    "Form",
    "Key",
    "Project",
    "Shape",
    "TableRow",
    "Value",
    "find_form",
    "form_by_id",
    "form_ids",
    "library",
    "listed",
    "load_form",
]
