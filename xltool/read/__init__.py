"""From bytes to a filled form. Imports ``engine``, ``form`` and below; the only room for file formats.

Identity first, content later; nothing a return contains raises, everything becomes a reading or a finding.
"""

from xltool.ooxml.limits import LIMITS, Limits
from xltool.read.archive import Archived, Member, is_system_file
from xltool.read.notices import NOTICES, PASSING, UNOPENED
from xltool.read.reader import ReadResult, read

__all__ = [
    "LIMITS",
    "NOTICES",
    "PASSING",
    "UNOPENED",
    "Archived",
    "Limits",
    "Member",
    "ReadResult",
    "is_system_file",
    "read",
]
