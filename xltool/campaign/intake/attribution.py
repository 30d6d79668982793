"""Whose file that might be which says nothing about itself: a scan, a damaged workbook, somebody else's form.

Imports ``campaign.roster``. Names of files and folders prove nothing, so a guess is only ever shown to the officer and
used in reminders; it never decides which file counts. A newcomer would call the department missing, and ask it for
what it has already sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xltool.campaign.ledger.store import Head
from xltool.campaign.roster.sheet import Roster
from xltool.read import NOBODYS
from xltool.read.returned.file_names import departments_named

_REPORTED = (
    ".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".docx", ".doc", ".wps", ".rtf", ".pdf", ".ofd",
    ".htm", ".html", ".mht", ".zip", ".rar", ".7z",
)  # fmt: skip
"""A file called so was meant to be a table or a report, whatever is in it."""


def guesses(roster: Roster, paths: Sequence[str]) -> Mapping[str, str]:
    """Return path to department code, for the paths that name exactly one department by code or by name."""
    return departments_named({row["部门编码"]: row["部门名称"] for row in roster.departments}, paths)


def unrelated(roster: Roster, heads: Iterable[Head]) -> Mapping[str, str]:
    """Return path to a sentence, for the files that can be nobody's return: of such a kind, and called after no department.

    They are listed like every other, but nothing is handed back for them: a bureau would not know to whom (decision 52).
    """
    found = {
        head.path: f"{head.why.rstrip('。')}，不像哪个部门的表，没有写退回件"
        for head in heads
        if head.why in NOBODYS and not head.skipped and not head.path.lower().endswith(_REPORTED)
    }
    for path in guesses(roster, list(found)) if found else ():
        del found[path]
    return found
