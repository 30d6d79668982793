"""The attachments of a mail that was dropped in whole: .eml with the standard library, Outlook's .msg with olefile.

Imports ``notices``, ``sniff`` and ``ooxml``. A mail is an archive of its attachments, under the same limits; what it says itself,
pictures of a signature and mails attached to it are not looked at. A web page in one file (.mht) is no mail.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO

from xltool.files import cause
from xltool.ooxml.limits import Limits
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices
from xltool.read.sniff import OLE

_MARK = "__substg1.0_".encode("utf-16-le")
_HEAD = 65_536
_MIXED = "multipart/mixed"
_DATA, _LONG, _SHORT = "37010102", ("3707001F", "3707001E"), ("3704001F", "3704001E")  # of MS-OXMSG
_MOST_PARTS = 1_000
Attachments = tuple[tuple[str, bytes], ...]


def is_mail(data: bytes, name: str) -> bool:
    """Whether a file is a mail: by its content, and for a mail of one part also by its name."""
    if data.startswith(OLE):
        return _MARK in data and "EncryptedPackage".encode("utf-16-le") not in data
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n")
    first = head.split(b"\n", 1)[0]
    if b":" not in first or b"\0" in head or not first.split(b":", 1)[0].replace(b"-", b"").isalnum():
        return False
    from email import message_from_bytes, policy

    try:
        message = message_from_bytes(head, policy=policy.compat32)
        kind, told = message.get_content_type(), {key.lower() for key in message}
    except Exception:  # the parser meets whatever somebody wrote
        return False
    sent = bool(told & {"from", "received", "date", "to"}) and bool(told & {"mime-version", "content-type", "received"})
    return sent and (kind == _MIXED or name.lower().endswith(".eml"))


def attachments(data: bytes, limits: Limits) -> Attachments:
    """Return name and content of every attachment.

    Raises:
        Refused: the mail is damaged, or its attachments are too many or too large.
    """
    try:
        found = _of_msg(data) if data.startswith(OLE) else _of_eml(data)
        result: list[tuple[str, bytes]] = []
        total = 0
        for name, content in found:
            total += len(content)
            if len(result) >= limits.members or total > limits.member_total:
                what = f"邮件里超过 {limits.members} 个附件或 {limits.member_total // 1_000_000} MB"
                raise refuse(file_notices.TOO_LARGE, what=what)
            result.append((name, content))
    except Refused:
        raise
    except MemoryError:
        raise refuse(file_notices.TOO_LARGE, what="内存不足") from None
    except Exception as error:  # both libraries raise whatever they meet
        raise refuse(file_notices.DAMAGED, what=f"邮件 {cause(error)}") from None
    return tuple(result)


def _of_eml(data: bytes) -> Iterator[tuple[str, bytes]]:
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.default)
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            raise refuse(file_notices.TOO_LARGE, what=f"邮件里超过 {_MOST_PARTS} 个部分")
        name = part.get_filename()
        picture = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
        if name and not part.is_multipart() and not picture:
            content = part.get_payload(decode=True)
            yield _plain(name), content if isinstance(content, bytes) else b""


def _of_msg(data: bytes) -> Iterator[tuple[str, bytes]]:
    import olefile

    with olefile.OleFileIO(BytesIO(data)) as book:
        streams = {"/".join(path): path for path in book.listdir(streams=True, storages=False)}
        folders = sorted({path[0] for path in streams.values() if len(path) == 2 and path[0].startswith("__attach")})
        for number, folder in enumerate(folders, start=1):
            content = streams.get(f"{folder}/__substg1.0_{_DATA}")
            if content is None:
                continue  # a mail attached to the mail, or a link
            names = (f"{folder}/__substg1.0_{tag}" for tag in (*_LONG, *_SHORT))
            place = next((place for place in names if place in streams), "")
            name = _text(book.openstream(place).read(), place) if place else f"附件{number}"
            yield _plain(name), book.openstream(content).read()


def _text(data: bytes, place: str) -> str:
    return data.decode("utf-16-le" if place.endswith("1F") else "gb18030", "replace").rstrip("\0")


def _plain(name: str) -> str:
    """A name without folders and line ends; mails of old programs spell it in GBK without saying so."""
    try:
        name = name.encode("ascii", "surrogateescape").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        name = name.encode("utf-8", "replace").decode()
    return posixpath.basename(" ".join(name.replace("\\", "/").split())) or "附件"
