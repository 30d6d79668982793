"""What a bureau says about official forms, apart from how they are read: who hands out files reads none. Imports ``form``."""

from __future__ import annotations

from dataclasses import dataclass, field

from xltool.form.layout.issues import Issues


@dataclass(frozen=True, slots=True)
class Official:
    """What a bureau says about official forms. ``forms``: the ids of those to consider; a single one is not questioned.

    ``departments``: the issues of the roster's departments, by code; ``year``: the year evaluated, 0 if not told.
    """

    forms: tuple[str, ...] = ()
    departments: Issues = field(default_factory=lambda: Issues({}))
    year: int = 0
