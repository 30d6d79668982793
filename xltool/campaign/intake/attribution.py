"""Whose file that might be which says nothing about itself: a scan, a damaged workbook, somebody else's form.

Imports ``campaign.roster``. Names of files and folders prove nothing, so a guess is only ever shown to the officer and
used in reminders; it never decides which file counts. A newcomer would call the department missing, and ask it for
what it has already sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from xltool.campaign.roster.sheet import Roster

_AREA = re.compile(r"^(中共)?.{1,6}?[省市县区旗州]委?")
_SHORTEST = 3


def guesses(roster: Roster, paths: Sequence[str]) -> Mapping[str, str]:
    """Return path to department code, for the paths that name exactly one department by code or by name."""
    words = {code: code for row in roster.departments if len(code := row["部门编码"]) >= _SHORTEST}
    short: dict[str, set[str]] = {}
    for row in roster.departments:
        for name in {row["部门名称"], _AREA.sub("", row["部门名称"])}:
            if len(name) >= _SHORTEST:
                short.setdefault(name, set()).add(row["部门编码"])
    words |= {name: codes.pop() for name, codes in short.items() if len(codes) == 1}
    lengths = sorted({len(word) for word in words}, reverse=True)
    return MappingProxyType({path: code for path in paths if (code := _named(path, words, lengths))})


def _named(path: str, words: Mapping[str, str], lengths: Sequence[int]) -> str:
    """The code of the longest word in the path; none if equally long words name two departments."""
    for length in lengths:
        parts = (path[at : at + length] for at in range(len(path) - length + 1))
        codes = {words[part] for part in parts if part in words}
        if codes:
            return codes.pop() if len(codes) == 1 else ""
    return ""
