"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out."""

from xltool.examine.examine import examine, skip_reason
from xltool.examine.outcome import Entry, Figure, Outcome, Waived

__all__ = ["Entry", "Figure", "Outcome", "Waived", "examine", "skip_reason"]
