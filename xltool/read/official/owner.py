"""Whose an official form is: the department of the roster that its cells, its text or its file's name speak of.

Imports ``labels``, ``form``. A form names both who answers for a project (主管部门) and who carries it out (实施单位), and
both may be on the roster. A newcomer would take the first that stands there: a school's form would become its bureau's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xltool.form import Issue
from xltool.form.layout.issues import Issues
from xltool.read.official.labels import squeeze

_SHORTEST = 4
"""A part of a name so long may stand for the name."""


@dataclass(frozen=True, slots=True)
class OwnerWords:
    """What a form says about itself. ``own``: its own name; ``units``, ``superiors``: of its projects; ``file``: its file's name."""

    own: Sequence[str]
    units: Sequence[str]
    superiors: Sequence[str]
    projects: Sequence[str]
    texts: Sequence[str]
    file: str

    @property
    def names(self) -> tuple[str, ...]:
        """All names in its cells, most telling first."""
        return (*self.own, *self.units, *self.superiors)


def owner_of(departments: Issues, said: OwnerWords) -> Issue | None:
    """Return the department meant, None if that is not certain enough."""
    by_name = {squeeze(name): code for code, name in departments.names.items()}
    if own := _exact(by_name, said.own):
        return departments[own[0]]
    units = _exact(by_name, said.units) or [code for name in said.units if (code := _only(by_name, name))]
    cells = list(dict.fromkeys((*units, *_exact(by_name, said.superiors))))
    told = _told(by_name, departments, said)
    wanted = {squeeze(title) for title in said.projects if squeeze(title)}
    holders = [
        code
        for code in dict.fromkeys((*cells, *told))
        if any(squeeze(project.name) in wanted for project in departments[code].projects)
    ]
    for codes in (holders if len(holders) == 1 else (), [code for code in told if code in cells], cells, told):
        if codes:
            return departments[codes[0]]
    return next((departments[code] for name in said.names if (code := _only(by_name, name))), None)


def nearest(departments: Issues, names: Sequence[str]) -> str:
    """Return the department's name that one of these resembles most, "" if none does."""
    import difflib

    known = list(departments.names.values())
    return next((found[0] for name in names if (found := difflib.get_close_matches(squeeze(name), known, 1, 0.6))), "")


def _exact(by_name: dict[str, str], names: Iterable[str]) -> list[str]:
    return [by_name[plain] for name in names if (plain := squeeze(name)) in by_name]


def _only(by_name: dict[str, str], name: str) -> str:
    """The one department whose name holds this or is held in it."""
    plain = squeeze(name)
    inside = [one for one in by_name if one in plain or (len(plain) >= _SHORTEST and plain in one)]
    return by_name[inside[0]] if len(inside) == 1 else ""


def _told(by_name: dict[str, str], departments: Issues, said: OwnerWords) -> list[str]:
    """The department of the first paragraph, or else the file's name, that names one; the longest name wins."""
    for text in (*said.texts, said.file):
        plain = squeeze(text)
        if inside := [name for name in by_name if name in plain]:
            return [by_name[max(inside, key=len)]]
    codes = [code for code in departments if len(code) >= 3 and code in said.file]
    return codes if len(codes) == 1 else []
