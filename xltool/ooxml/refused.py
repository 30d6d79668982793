"""The verdict on a file that cannot be read, on its way up."""

from __future__ import annotations

from xltool.findings import Finding, Notice


class Refused(Exception):  # noqa: N818 - not an error of ours: the verdict on a file
    """The file cannot be read; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def refuse(notice: Notice, **figures: object) -> Refused:
    """Return the exception for a notice about the whole file."""
    return Refused(notice.finding("", (), "", "", "", **figures))
