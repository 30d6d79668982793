"""The two models of the checks across departments. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Alert:
    """Something the bureau should look at. ``place``: project or cell; ``measure``: how much, for sorting by eye."""

    code: str
    department: str
    name: str
    place: str
    text: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What of a project is compared. ``indicators``: hash of names and targets, None if there are too few."""

    code: str
    name: str
    indicators: int | None
    count: int
    full: bool
    figures: Mapping[str, Decimal]
    rates: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a department is compared with the others."""

    code: str
    name: str
    projects: tuple[ProjectFacts, ...]
    figures: Mapping[str, Decimal]
    rates: Mapping[str, Decimal]
