"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out."""

from xltool.examine.examine import examine, skip_reason
from xltool.examine.outcome import Figure, Outcome
from xltool.examine.workers import Job, examine_many, jobs_of

__all__ = ["Figure", "Job", "Outcome", "examine", "examine_many", "jobs_of", "skip_reason"]
