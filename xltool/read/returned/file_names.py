"""Which department a file's name speaks of, by code or by name. A name proves nothing; it may contradict what proves something.

Imports nothing of ours. A newcomer would look for the department's own name only; 县教育局 is part of 县教育局招生办.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

_AREA = re.compile(r"^(中共)?.{1,6}?[省市县区旗州]委?")
_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")
_SHORTEST = 3


def departments_named(departments: Mapping[str, str], names: Sequence[str]) -> Mapping[str, str]:
    """Return file name to department code, for the names that speak of exactly one department.

    Args:
        departments: name by code.
        names: names or paths of files.
    """
    words = {code: code for code in departments if len(code) >= _SHORTEST}
    short: dict[str, set[str]] = {}
    for code, full in departments.items():
        for name in _ways(full):
            if len(name) >= _SHORTEST:
                short.setdefault(name, set()).add(code)
    words |= {name: codes.pop() for name, codes in short.items() if len(codes) == 1}
    lengths = sorted({len(word) for word in words}, reverse=True)
    return MappingProxyType({name: code for name in names if (code := _named(name, words, lengths))})


def _ways(full: str) -> set[str]:
    """A department's name as people write it: with or without its area, and either of its names if another stands in brackets.

    >>> sorted(_ways("某县妇幼保健中心（某县妇幼保健院）"))[:4]
    ['妇幼保健中心', '妇幼保健中心（某县妇幼保健院）', '妇幼保健院', '某县妇幼保健中心']
    """
    names = {full, _BRACKETS.sub("", full), *_BRACKETS.findall(full)}
    return {way for name in names for way in (name, _AREA.sub("", name))}


def _named(name: str, words: Mapping[str, str], lengths: Sequence[int]) -> str:
    """The code of the longest word in the name; none if equally long words name two departments."""
    for length in lengths:
        parts = (name[at : at + length] for at in range(len(name) - length + 1))
        codes = {words[part] for part in parts if part in words}
        if codes:
            return codes.pop() if len(codes) == 1 else ""
    return ""


def speaks_of(name: str, code: str, full: str) -> bool:
    """Whether a file's name contains a department's code or name, with or without its area."""
    return any(word and word in name for word in (code, *_ways(full)))
