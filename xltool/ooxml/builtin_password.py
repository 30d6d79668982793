"""Files that Excel encrypts with a password of its own, and opens without asking anybody.

Protecting a workbook's structure made old Excel (and WPS after it) encrypt the file with a password built into the
program. To the person who sent it the file has no password. Imports ``limits`` only. Decryption is left to
msoffcrypto-tool; where it cannot be installed such a file is one with a password, as before. What comes out is as
untrusted as what went in and passes the same gates.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Final

from xltool.ooxml.limits import LIMITS, Limits

PASSWORD: Final = "VelvetSweatshop"  # noqa: S105 - known to everybody
"""Source: [MS-OFFCRYPTO] 2.3.6.2 and [MS-XLS] 2.2.10, the default password."""
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")


class _Bounded(BytesIO):
    """Takes no more than the gate would."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > self._most:
            raise OverflowError
        return super().write(data)


def sealed(data: bytes) -> bool:
    """Tell whether a file is an encrypted package, with whatever password."""
    return data.startswith(_COMPOUND) and _PACKAGE in data


def unsealed(data: bytes, limits: Limits = LIMITS) -> bytes | None:
    """Return what a compound file holds, encrypted with the built-in password; None if it is not such a file.

    Args:
        data: an encrypted package (.xlsx) or an old workbook (.xls).
        limits: the gate's; nothing larger than a file may be is written out.
    """
    if not data.startswith(_COMPOUND):
        return None
    try:
        from msoffcrypto import OfficeFile
    except ImportError:
        return None
    with suppress(Exception):  # damaged, another password, another method: it stays what it was
        office = OfficeFile(BytesIO(data))
        if not office.is_encrypted():
            return None
        office.load_key(password=PASSWORD)
        plain = _Bounded(limits.file)
        office.decrypt(plain)
        opened = plain.getvalue()
        if opened.startswith(b"PK\x03\x04") or (opened.startswith(_COMPOUND) and not sealed(opened)):
            return opened
    return None
