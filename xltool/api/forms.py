"""A form, and the workbook of one department.

Imports ``form``, ``generate`` and ``campaign.roster``: the workbook is what ``xltool generate`` would write for the
department, without the seal that only a campaign has.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import MappingProxyType

from xltool.form import Form, find_form


def load_form(form: str | os.PathLike[str]) -> Form:
    """Return a form by its id (``"hunan-2022"``), or by the path of a ``form.yaml``.

    Raises:
        DefinitionError: no such form, or its definition cannot be used; says where and why.
    """
    return find_form(os.fspath(form))


def generate(
    form: str | Form,
    department: str,
    *,
    code: str,
    year: int,
    projects: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return the workbook a department fills in.

    Args:
        form: an id of the library, or a form.
        department: its name.
        code: its code, which makes the returned file known again.
        year: the year that is evaluated.
        projects: code and name of each.

    Raises:
        DefinitionError: no such form.
    """
    from xltool import generate as room
    from xltool.campaign.roster.issuing import issue_for
    from xltool.campaign.roster.sheet import Roster, RosterRow

    made = form if isinstance(form, Form) else load_form(form)
    own = RosterRow(2, MappingProxyType({"部门编码": code, "部门名称": department}))
    rows = tuple(
        RosterRow(number, MappingProxyType({"部门编码": code, "项目编码": ident, "项目名称": name}))
        for number, (ident, name) in enumerate(projects, start=2)
    )
    return room.generate(made, issue_for(made, Roster((own,), rows), own, year))
