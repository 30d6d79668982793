"""Problems of the base told at the line of the author who caused them.

Imports ``form.definition``. The base is sound by itself, so what goes wrong in it follows from what a form on it did away
with or renamed. A newcomer would list the lines of the base: renaming one column then gives a hundred lines, none of them the author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from xltool.form.definition.changes import Changes, NameChange
from xltool.form.definition.strict import Problem

_QUOTED = re.compile(r"“([^“”]+)”")
_MOST = 20


def blamed(problems: Sequence[Problem], changes: Changes, own: str) -> list[Problem]:
    """Return the problems; those outside the author's file that speak of a changed name become one at its line.

    Args:
        problems: what the compiler found.
        changes: what the form did away with.
        own: the label of the author's file.
    """
    kept: list[Problem] = []
    found: dict[tuple[str, int, bool], tuple[dict[str, NameChange], list[Problem]]] = {}
    for problem in problems:
        said = [name for name in _QUOTED.findall(problem.message) if name in changes]
        if problem.file == own or not said:
            kept.append(problem)
            continue
        change = changes[said[-1]]
        names, told = found.setdefault((change.file, change.line, bool(change.now)), ({}, []))
        names[said[-1]] = change
        told.append(problem)
    kept += [_told(file, line, names, told) for (file, line, _), (names, told) in found.items()]
    return sorted(set(kept), key=lambda problem: (problem.line, problem.message))


def _told(file: str, line: int, names: dict[str, NameChange], told: Sequence[Problem]) -> Problem:
    what, users = (
        _listed(f"“{name}”" for name in names),
        _listed(problem.message.partition("：")[0] for problem in told),
    )
    if renamed := next((change.now for change in names.values() if change.now), ""):
        message = f"{what}改成了“{renamed}”，基础表样里还有 {len(told)} 处用它：{users}。只想换一个说法的，请改 label，不改 name"
    else:
        message = f"去掉了{what}，基础表样里还有 {len(told)} 处用它：{users}。请一并去掉或改写"
    return Problem(file, line, message)


def _listed(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    return "、".join(every[:_MOST]) + (f"等 {len(every)} 处" if len(every) > _MOST else "")
