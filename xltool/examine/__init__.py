"""One return in, one outcome out: read, check, score. Pure: bytes and form in, outcome out."""

from xltool.examine.outcome import Outcome

__all__ = ["Outcome"]
