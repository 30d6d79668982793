"""Control figures: what the bureau's roster says of figures that departments report.

Imports ``campaign.roster``. On the sheet 部门 any column that is called like a figure of the form is one; projects
have two of their own. A newcomer would ask for a second list of control totals; the roster has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from xltool import notation
from xltool.campaign.roster.sheet import Roster
from xltool.report.summary.data import Controls

OF_PROJECT = MappingProxyType({"年初预算数": "资金总额年初预算数", "全年预算数": "资金总额全年预算数"})


def department_controls(roster: Roster) -> Controls:
    """Return department code to figure name to what the roster says; names that are no figure do no harm."""
    return {row["部门编码"]: _amounts(row.values.items()) for row in roster.departments}


def project_controls(roster: Roster) -> Controls:
    """Return project code to figure name to what the roster says."""
    return {
        row["项目编码"]: _amounts((name, row[column]) for column, name in OF_PROJECT.items()) for row in roster.projects
    }


def _amounts(texts: Iterable[tuple[str, str]]) -> Mapping[str, Decimal]:
    found = ((name, notation.read_number(text, "万元")) for name, text in texts if text)
    return {name: amount.value for name, amount in found if amount is not None and amount.value is not None}
