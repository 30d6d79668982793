"""Which fields of a form play a part the program has to know of. Part of ``form.definition.model``.

Names and ids of fields never stand in the program: what compares years, holds a figure against the roster or names a
project asks here. A form without such a field leaves the role out, and what needs it is not done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of fields by what they are.

    ``project_name``: the project's name, where the roster has none. ``nature``: the column that says how a target is
    meant. ``execution_rate``: a project's rate. ``opening`` and ``closing``: what the department carries in from last
    year and over to the next; ``carried``: a project's part of it, as it is budgeted. ``amount``: how large a project is,
    where projects are compared. ``controls``: a column of the
    roster's sheet 项目 to the project's figure that must equal it. ``goal`` and ``goal_result``: what a project was to
    reach and what it did, in words.
    """

    project_name: str = ""
    nature: str = ""
    execution_rate: str = ""
    opening: str = ""
    closing: str = ""
    carried: str = ""
    amount: str = ""
    goal: str = ""
    goal_result: str = ""
    controls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def unknown_roles(roles: Roles, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that are no fields of the form: the text at whose line to tell, and what."""
    plain = [getattr(roles, item.name) for item in fields(roles) if item.name != "controls"]
    for name in (*plain, *roles.controls.values()):
        if name and name not in known:
            yield name, f"roles 里的“{name}”不是本表的栏目"
