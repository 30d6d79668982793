"""What a bureau says about official forms, apart from how they are read: who hands out files reads none. Imports ``form``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from xltool.form import Issue


@dataclass(frozen=True, slots=True)
class Official:
    """What a bureau says about official forms. ``forms``: the ids of those to consider; a single one is not questioned.

    ``departments``: the issues of the roster's departments, by code; ``year``: the year evaluated, 0 if not told.
    """

    forms: tuple[str, ...] = ()
    departments: Mapping[str, Issue] = field(default_factory=lambda: MappingProxyType({}))
    year: int = 0
