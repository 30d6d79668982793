"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out."""

from xltool.examine.jobs import Examining, Job, Looking, Opening, examine_many, jobs_of
from xltool.examine.one_return import examine
from xltool.examine.outcome import Entry, Figure, Outcome, Waived
from xltool.examine.workers import Desk, Pool

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
