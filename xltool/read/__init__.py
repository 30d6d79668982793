"""From bytes to a filled form. Imports ``engine``, ``form`` and below; the only room for file formats.

Identity first, content later; nothing a return contains raises, everything becomes a reading or a finding.
"""

from xltool.read.archive import Member, is_system_file, members
from xltool.read.limits import LIMITS, Limits
from xltool.read.notices import NOTICES, PASSING
from xltool.read.reader import ReadResult, read
from xltool.read.sniff import Refused
from xltool.read.values import open_book

__all__ = [
    "LIMITS",
    "NOTICES",
    "PASSING",
    "Limits",
    "Member",
    "ReadResult",
    "Refused",
    "is_system_file",
    "members",
    "open_book",
    "read",
]
