"""From bytes to a filled form. Imports ``engine``, ``form`` and below; the only room for file formats.

Identity first, content later; nothing a return contains raises, everything becomes a reading or a finding.
What opens files is loaded when it is first asked for: the process that hands them out opens none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused
from xltool.read.bystanders import PACKAGE, PACKAGE_LIST, SYSTEM, is_package_list, not_a_return, not_entered
from xltool.read.file_notices import BUILTIN_PASSWORD, HELD, PASSING, UNOPENED
from xltool.read.file_notices import ENCRYPTED as _ENCRYPTED
from xltool.read.file_notices import NOTICES as _FILES
from xltool.read.tables.document_notices import NOTICES as _DOCUMENTS

if TYPE_CHECKING:
    from xltool.read.archive import Archived, Member
    from xltool.read.book.opening import open_book
    from xltool.read.returned.reader import ReadResult, read
    from xltool.read.sniff import NOBODYS

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

_OPENS = {
    "Archived": "archive",
    "Member": "archive",
    "NOBODYS": "sniff",
    "ReadResult": "returned.reader",
    "open_book": "book.opening",
    "read": "returned.reader",
}
"""Where what opens files is."""


def __getattr__(name: str) -> Any:
    if name not in _OPENS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OPENS[name]}"), name)
