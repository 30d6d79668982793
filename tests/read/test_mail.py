"""Mails dropped in whole give their attachments; zips whose comment looks like an end of directory are read."""

from __future__ import annotations

import struct
import zipfile
from email.message import EmailMessage
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from tests import kit
from xltool.examine import Desk, Examining, Outcome, examine, jobs_of
from xltool.examine.workers import perform
from xltool.form import form_by_id
from xltool.ooxml.gate import opened
from xltool.ooxml.limits import Limits
from xltool.ooxml.refused import Refused
from xltool.read import Archived

PICTURE = b"\x89PNG\r\n\x1a\nsignature"


def eml(*attached: tuple[str, bytes], body: str = "附件请查收。") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.cn", "b@example.cn", "自评表"
    mail.set_content(body)
    for name, data in attached:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def msg(*attached: tuple[str, bytes]) -> bytes:
    """A compound file as Outlook writes it: one storage per attachment, name and content as streams."""
    streams: list[tuple[tuple[str, ...], bytes]] = [(("__substg1.0_0037001F",), "自评表".encode("utf-16-le"))]
    for number, (name, data) in enumerate(attached):
        folder = f"__attach_version1.0_#{number:08X}"
        streams += [
            ((folder, "__substg1.0_37010102"), data),
            ((folder, "__substg1.0_3707001F"), name.encode("utf-16-le")),
        ]
    return compound(streams)


def compound(streams: list[tuple[tuple[str, ...], bytes]]) -> bytes:
    """An OLE compound file, version 3; streams are padded over the mini stream's limit so that none is needed."""
    free, end, fat_mark, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    entries: list[dict[str, object]] = [{"name": "Root Entry", "kind": 5, "children": []}]
    folders: dict[str, int] = {}
    for path, data in streams:
        parent = 0
        if len(path) == 2:
            if path[0] not in folders:
                folders[path[0]] = len(entries)
                entries[0]["children"].append(len(entries))  # type: ignore[attr-defined]
                entries.append({"name": path[0], "kind": 1, "children": []})
            parent = folders[path[0]]
        entries[parent]["children"].append(len(entries))  # type: ignore[attr-defined]
        entries.append({"name": path[-1], "kind": 2, "children": [], "data": data})
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        start, count = len(fat), max(1, -(-len(data) // 512))
        for index in range(count):
            sectors.append(data[index * 512 : (index + 1) * 512].ljust(512, b"\0"))
            fat.append(start + index + 1 if index + 1 < count else end)
        return start

    for entry in entries:
        if entry["kind"] == 2:
            content = entry["data"]
            assert isinstance(content, bytes)
            entry["start"], entry["size"] = (
                put(content.ljust(4096, b"\0")),
                max(4096, len(content)),
            )
    directory = b""
    right: dict[int, int] = {}
    for entry in entries:
        children = entry["children"]
        assert isinstance(children, list)
        right |= dict(pairwise(children))
    for number, entry in enumerate(entries):
        name = str(entry["name"]).encode("utf-16-le")
        children = entry["children"]
        assert isinstance(children, list)
        directory += name.ljust(64, b"\0") + struct.pack("<HBB", len(name) + 2, int(str(entry["kind"])), 1)
        directory += struct.pack("<LLL", none, right.get(number, none), children[0] if children else none)
        directory += b"\0" * 36 + struct.pack(
            "<LQ", int(str(entry.get("start", end if number == 0 else 0))), int(str(entry.get("size", 0)))
        )
    first = put(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    places = list(range(len(fat), len(fat) + count))
    fat += [fat_mark] * count
    fat += [free] * (count * 128 - len(fat))
    table = struct.pack(f"<{len(fat)}L", *fat)
    sectors += [table[index * 512 : (index + 1) * 512] for index in range(count)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<LLLLLLLLL", 0, count, first, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109L", *(places + [free] * (109 - len(places))))
    return header + b"".join(sectors)


def filled() -> bytes:
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    return kit.workbook(form, made, kit.keyed(form, {"填表人": "陈志远"}))


@pytest.mark.parametrize("write", [eml, msg])
def test_attachments_are_files_of_their_own(write: object, tmp_path: Path) -> None:
    assert callable(write)
    data, path = filled(), tmp_path / ("报送.eml" if write is eml else "报送.msg")
    path.write_bytes(write(("县教育局.xlsx", data), ("说明.pdf", b"%PDF-1.4\n" + b"x" * 5000)))
    jobs = jobs_of([(path.name, path)])
    assert [job.name for job in jobs] == [f"{path.name}/县教育局.xlsx", f"{path.name}/说明.pdf"]
    assert jobs[0].content()[: len(data)] == data
    outcome = perform(Examining(jobs[0], _same), Desk((kit.FORM_ID,)))
    alone = kit.examined(data)
    assert outcome.issue is not None
    assert alone.issue is not None
    assert (outcome.issue.issue_id, kit.codes(outcome)) == (alone.issue.issue_id, kit.codes(alone))


def _same(outcome: Outcome) -> Outcome:
    return outcome


def test_a_zip_in_a_mail_is_opened() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("里面.xlsx", filled())
    found = Archived.opened("报送.eml", eml(("包.zip", stream.getvalue())))
    assert found is not None
    assert [member.name for member in found.members] == ["包.zip/里面.xlsx"]
    assert found.content("包.zip/里面.xlsx") == filled()


def test_a_mail_without_attachments_and_a_picture_in_its_text() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.cn", "自评表"
    mail.set_content("附件忘了。")
    mail.add_alternative("<p>附件忘了。</p>", subtype="html")
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(PICTURE, "image", "png", filename="image001.png", disposition="inline")
    found = Archived.opened("报送.eml", mail.as_bytes())
    assert found is not None
    (member,) = found.members
    assert member.finding is not None
    assert (member.finding.code, member.finding.message) == ("WJ41", "这是一封邮件，里面没有附件。")


def test_too_many_and_too_large() -> None:
    small = Limits(members=2)
    found = Archived.opened("a.eml", eml(*((f"{n}.xlsx", b"x") for n in range(3))), small)
    assert found is not None
    assert [m.finding.code for m in found.members if m.finding] == ["WJ05"]


@pytest.mark.parametrize("text", ["From here on: nothing", "姓名：张三\n年龄：5", "a,b\n1,2", "MIME-Version"])
def test_texts_are_no_mails(text: str) -> None:
    assert Archived.opened("a.txt", text.encode()) is None


def test_a_damaged_message_is_a_verdict() -> None:
    data = msg(("a.xlsx", b"x" * 9000))
    for cut in (600, 1024, len(data) // 2):
        found = Archived.opened("a.msg", data[:cut])
        assert found is None or all(member.finding or member.size for member in found.members)


END = b"PK\x05\x06"


def commented(data: bytes, comment: bytes) -> bytes:
    stream = BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = comment
    return stream.getvalue()


def small_zip(name: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, name.encode())
    return stream.getvalue()


@pytest.mark.parametrize(
    "comment",
    [
        b"see " + END + b" and then some more text, enough for a record" + b"\0" * 30,
        END + b"\0" * 18 + "备注".encode(),  # a record with no comment of its own, and text behind it
        END + b"\0" * 18,  # a whole record: an archive with nothing in it
        END + b"\0" * 16 + b"\x04\0note",
        END + b"\0" * 4 + b"\x01\0\x01\0" + b"\x2e\0\0\0" + b"\0" * 4 + b"\0\0",  # says one part, and there is none
    ],
    ids=["words", "text behind", "nothing behind", "a comment", "one part"],
)
def test_a_comment_with_an_end_of_directory_mark(comment: bytes) -> None:
    with opened(commented(small_zip("a.txt"), comment)) as read:
        assert (read.namelist(), read.read("a.txt")) == (["a.txt"], b"a.txt")


def test_two_directories_are_refused() -> None:
    """One program reads the archive, another the one in its comment."""
    with pytest.raises(Refused) as told, opened(commented(small_zip("a.txt"), small_zip("b.txt"))):
        pass
    assert (told.value.finding.code, "有两份目录" in told.value.finding.message) == ("WJ18", True)


def test_a_return_with_such_a_comment() -> None:
    assert kit.codes(kit.examined(commented(filled(), END + b"\0" * 18))) == kit.codes(kit.examined(filled()))


def test_numbers_is_named() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Index/Document.iwa", b"x")
        archive.writestr("preview.jpg", b"x")
    (finding,) = examine("表.numbers", stream.getvalue(), lambda _ident: None).findings
    assert (finding.code, "苹果电脑的 Numbers" in finding.message) == ("WJ15", True)
