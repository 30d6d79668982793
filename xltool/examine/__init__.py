"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out."""

from xltool.examine.examine import examine
from xltool.examine.outcome import Entry, Figure, Outcome, Waived
from xltool.examine.workers import Job, examine_many, finish_many, jobs_of

__all__ = [
    "Entry",
    "Figure",
    "Job",
    "Outcome",
    "Waived",
    "examine",
    "examine_many",
    "finish_many",
    "jobs_of",
]
