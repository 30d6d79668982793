"""From bytes to a filled form. Imports ``engine``, ``form`` and below; the only room for file formats.

Identity first, content later; nothing a return contains raises, everything becomes a reading or a finding.
"""

from xltool.read.archive import Member, is_system_file, members
from xltool.read.limits import LIMITS, Limits
from xltool.read.notices import HELD, NOTICES, PASSING
from xltool.read.reader import ReadResult, read

__all__ = [
    "HELD",
    "LIMITS",
    "NOTICES",
    "PASSING",
    "Limits",
    "Member",
    "ReadResult",
    "is_system_file",
    "members",
    "read",
]
