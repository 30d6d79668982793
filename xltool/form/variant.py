"""A form with other numbers for some parameters: the points a department's own form is written with.

Imports ``bind``. Compiling takes about as long as loading, so variants are remembered.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from xltool.form.compiled.compiler import bind_form
from xltool.form.compiled.form import Form
from xltool.form.definition.strict import DefinitionError, file_of


@lru_cache(maxsize=16)
def with_parameters(form: Form, values: tuple[tuple[str, Decimal], ...]) -> Form | None:
    """Return the form with other numbers, by the parameters' ids; None if they do not go together."""
    wanted = dict(values)
    made = tuple(replace(p, value=wanted.get(str(p.id), p.value)) for p in form.spec.parameters)
    try:
        return bind_form(replace(form.spec, parameters=made), file_of(form.spec.form))
    except DefinitionError:
        return None
