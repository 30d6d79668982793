"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out.

``examine`` is loaded when it is first asked for: the process that hands out files examines none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xltool.examine.jobs import Examining, Job, Looking, Opening, examine_many, jobs_of
from xltool.examine.outcome import Entry, Figure, Outcome, Waived
from xltool.examine.workers import Desk, Pool

if TYPE_CHECKING:
    from xltool.examine.one_return import examine

__all__ = [
    "Desk",
    "Entry",
    "Examining",
    "Figure",
    "Job",
    "Looking",
    "Opening",
    "Outcome",
    "Pool",
    "Waived",
    "examine",
    "examine_many",
    "jobs_of",
]


def __getattr__(name: str) -> Any:
    if name != "examine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from xltool.examine.one_return import examine

    return examine
