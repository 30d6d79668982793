"""From bytes to a filled form. Imports ``engine``, ``form`` and below; the only room for file formats.

Identity first, content later; nothing a return contains raises, everything becomes a reading or a finding.
"""

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused
from xltool.read.archive import Archived, Member
from xltool.read.book.opening import open_book
from xltool.read.bystanders import PACKAGE, PACKAGE_LIST, SYSTEM, is_package_list, not_a_return, not_entered
from xltool.read.file_notices import BUILTIN_PASSWORD, HELD, PASSING, UNOPENED
from xltool.read.file_notices import ENCRYPTED as _ENCRYPTED
from xltool.read.file_notices import NOTICES as _FILES
from xltool.read.returned.reader import ReadResult, read
from xltool.read.sniff import NOBODYS
from xltool.read.tables.document_notices import NOTICES as _DOCUMENTS

NOTICES = (*_FILES, *_DOCUMENTS)
ENCRYPTED = _ENCRYPTED.code
"""Of a file that has a password; Excel's own built-in one can be taken off."""

__all__ = [
    "BUILTIN_PASSWORD",
    "ENCRYPTED",
    "HELD",
    "LIMITS",
    "NOBODYS",
    "NOTICES",
    "PACKAGE",
    "PACKAGE_LIST",
    "PASSING",
    "SYSTEM",
    "UNOPENED",
    "Archived",
    "Limits",
    "Member",
    "ReadResult",
    "Refused",
    "is_package_list",
    "not_a_return",
    "not_entered",
    "open_book",
    "read",
]
