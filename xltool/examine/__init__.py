"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out."""

from xltool.examine.examine import examine, skip_reason
from xltool.examine.outcome import Figure, Outcome

__all__ = ["Figure", "Outcome", "examine", "skip_reason"]
