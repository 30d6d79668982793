"""Outcomes as the first version kept them: lists without names, read by place. Imports nothing of ours.

Only to open ledgers from then; nothing is written this way. The order of the fields below is that version's and never
changes, whatever fields outcomes have by now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_Table = dict[str, Any]
_OUTCOME = (
    "file", "findings", "shape", "scores", "figures", "project_figures", "title", "seconds", "skipped", "waived",
)  # fmt: skip
_FINDING = ("code", "severity", "message", "remedy", "sheet", "cells", "label", "seen", "expected")
_LINE = (
    "level1", "level2", "name", "target", "actual", "weight", "system", "stated", "final", "working", "reason",
    "sheet", "cell",
)  # fmt: skip


def named(data: list[Any]) -> dict[str, Any]:
    """Return the same with names, as ``campaign.stored`` has it. Entries are a list of lists, an outcome begins with a text.

    Raises:
        ValueError, TypeError: it is not what that version wrote.
    """
    if not data or isinstance(data[0], list):
        return {"entries": _table(("key", "typed", "sheet", "cell"), data)}
    values = dict(zip(_OUTCOME, data, strict=True))
    values["findings"] = _table(_FINDING, values["findings"])
    values["scores"] = _scores(values["scores"])
    values["figures"] = _figures(values["figures"])
    values["project_figures"] = [_figures(items) for items in values["project_figures"]]
    values["waived"] = _table(
        ("finding", "reason", "approver", "until"),
        [[_table(_FINDING, [finding]), *rest] for finding, *rest in values["waived"]],
    )
    return {"outcome": _table(_OUTCOME, [list(values.values())])}


def _table(names: Sequence[str], rows: list[list[Any]]) -> _Table:
    return {"names": names, "rows": rows}


def _figures(rows: list[list[Any]]) -> _Table:
    return _table(("name", "unit", "value"), rows)


def _scores(data: list[Any] | None) -> _Table | None:
    if data is None:
        return None
    total, grade, projects, overall = data
    parts = _parts(projects)
    return _table(("total", "grade", "projects", "overall"), [[total, grade, parts, _parts([overall]) if overall else None]])  # fmt: skip


def _parts(rows: list[list[Any]]) -> _Table:
    lines = [[*part, _table(_LINE, found)] for *part, found in rows]
    return _table(("code", "name", "total", "grade", "stated", "lines"), lines)
