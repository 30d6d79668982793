"""How large and how odd a file may be before it is not read. Imports nothing of ours.

Our largest workbook (30 projects) is 4 MB packed and 60 MB unpacked; each limit leaves several times that.
A newcomer would count cells after parsing: by then the memory is gone, so everything here is known before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Limits:
    """Settings of the gate; bytes, counts, seconds."""

    file: int = 50_000_000
    """Bytes of one file: a mail server takes 50 MB at most."""
    unpacked: int = 200_000_000
    """Bytes of all parts of a workbook together."""
    part: int = 80_000_000
    """Bytes of one part that is parsed; the calculation sheet of 30 projects has 40 MB."""
    ratio: int = 200
    """Unpacked to packed, above 10 MB: XML of real workbooks reaches 60, a bomb 1,000."""
    parts: int = 2_000
    """Entries of the zip directory: a workbook with pictures has a few hundred."""
    entries: int = 50_000
    """Entries of directories in the bytes of a file, those of stored zips in it included: known before any is read."""
    tags: int = 4_000_000
    """Angle brackets of one sheet: bounds cells, styles, merges and strings alike before any is built."""
    cells: int = 400_000
    """Cells with content on one sheet; our calculation sheet has about 10,000 per project."""
    strings: int = 500_000
    """Shared texts, declared or real."""
    styles: int = 66_000
    """Cell formats; Excel itself stops at 65,490."""
    merges: int = 50_000
    """Merged areas of one sheet."""
    sheets: int = 500
    """Tabs of one workbook; 30 projects make 70."""
    document_part: int = 40_000_000
    """Bytes of a document's text as XML or HTML; a report of 100 pages has 2 MB."""
    document_tags: int = 1_000_000
    """Angle brackets of the same; a report of 100 pages has 100,000."""
    pages: int = 200
    """Pages of one PDF."""
    members: int = 300
    """Files in an archive that a department or a township sends."""
    member_total: int = 300_000_000
    """Bytes of all files of one archive, nested ones included."""
    seconds: float = 10.0
    """Processor time for one file in a worker, whatever else the machine is doing; an ordinary return takes 0.2."""
    waited: float = 90.0
    """Time by the clock for the same: ends what hangs without computing, and spares a good file on a busy machine."""
    memory: int = 500_000_000
    """Bytes a worker may use for one file; an ordinary return takes 120 MB with everything imported."""

    @property
    def document(self) -> Limits:
        """The settings for the text of a document: it becomes a tree as a whole, a sheet need not."""
        return replace(self, part=self.document_part, tags=self.document_tags)


LIMITS = Limits()
