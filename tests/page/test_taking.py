"""Files come in and go out: nothing is overwritten, too large, outside the campaign, or run."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.page.conftest import ORIGIN, Officer
from xltool.campaign.collected import open_collected
from xltool.campaign.settings import Campaign
from xltool.page import uploads
from xltool.page.shelf import ident

SPRING = 1_680_000_000_000  # ms


def put(officer: Officer, name: str, data: bytes | Iterator[bytes], **headers: str) -> Any:
    sent = {"Origin": ORIGIN, "X-Name": quote(name, safe=""), "X-Modified": str(SPRING), **headers}
    return officer.client.post(officer.base + "/upload", content=data, headers=sent)


def inside(campaign: Campaign) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in campaign.inbox.iterdir()}


def leftovers(campaign: Campaign) -> list[Path]:
    return [path for path in campaign.folder.rglob("*") if path.name.startswith(".xltool-")]


def test_a_file_lands_with_its_name_content_and_time(officer: Officer, campaign: Campaign) -> None:
    before = inside(campaign)
    answer = put(officer, "县教育局 自评表（终）.xlsx", b"one")
    assert (answer.status_code, answer.json()) == (200, {"name": "县教育局 自评表（终）.xlsx", "said": ""})
    assert inside(campaign) == {**before, "县教育局 自评表（终）.xlsx": b"one"}
    assert (campaign.inbox / "县教育局 自评表（终）.xlsx").stat().st_mtime_ns == SPRING * 10**6
    assert leftovers(campaign) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\xltool.toml", "xltool.toml"),
        ("/etc/x.xlsx", "x.xlsx"),
        ("C:\\Windows\\x.xlsx", "x.xlsx"),
        ("认领/a.xlsx", "a.xlsx"),
        ("..", "_"),
        ("", "_"),
        ("a\x00b\r\n.xlsx", "a_b__.xlsx"),
        ("con.xlsx", "_con.xlsx"),
        ("<script>alert(1)</script>.xlsx", "script_.xlsx"),
        ('"><img src=x onerror=alert(1)>.xlsx', "___img src=x onerror=alert(1)_.xlsx"),
        ("a\u202excod.xlsx", "a_xcod.xlsx"),
        ("县" * 400 + ".xlsx", "县" * 60 + ".xlsx"),
        ("a." + "x" * 300, "a." + "x" * 58),
    ],
)
def test_a_name_is_made_safe(officer: Officer, campaign: Campaign, name: str, kept: str) -> None:
    before = inside(campaign)
    answer = put(officer, name, b"one")
    assert answer.json() == {"name": kept, "said": ""}
    assert inside(campaign) == {**before, kept: b"one"}


def test_half_a_character_is_no_name(officer: Officer, campaign: Campaign) -> None:
    before = inside(campaign)
    assert put(officer, "", b"one", **{"X-Name": "%ED%A0%80.xlsx"}).json() == {"name": "___.xlsx", "said": ""}
    assert inside(campaign) == {**before, "___.xlsx": b"one"}


def test_nothing_is_ever_written_over(officer: Officer, campaign: Campaign) -> None:
    before = inside(campaign)
    said = put(officer, "000001.xlsx", before["000001.xlsx"]).json()
    assert (said["name"], "内容相同" in said["said"]) == ("000001.xlsx", True)
    names = [put(officer, "000001.xlsx", data).json()["name"] for data in (b"two", b"three", b"two")]
    assert names == ["000001.xlsx".replace(".", f"（{n}）.") for n in (2, 3, 2)]
    assert inside(campaign) == {**before, "000001（2）.xlsx": b"two", "000001（3）.xlsx": b"three"}
    outside = campaign.folder.parent / "外.xlsx"
    (campaign.inbox / "link.xlsx").symlink_to(outside)
    assert put(officer, "link.xlsx", b"four").json()["name"] == "link（2）.xlsx"
    assert not outside.exists()


def test_what_is_too_large_is_refused_whatever_it_announces(
    officer: Officer, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST", 100_000)
    before = inside(campaign)
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield b"x" * 10_000

    announced = put(officer, "大.xlsx", b"x" * 100_001)
    streamed = put(officer, "大.xlsx", endless())
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert "没有收下" in answer.json()["said"]
    assert put(officer, "正好.xlsx", b"x" * 100_000).status_code == 200
    assert inside(campaign) == {**before, "正好.xlsx": b"x" * 100_000}
    assert leftovers(campaign) == []


def test_an_odd_time_is_not_taken(officer: Officer, campaign: Campaign) -> None:
    for number, modified in enumerate(("", "x", "-1", "0", "9" * 15, "9" * 5000, "1e3")):
        assert put(officer, f"{number}.xlsx", b"one", **{"X-Modified": modified}).status_code == 200
        apart = (campaign.inbox / f"{number}.xlsx").stat().st_mtime - campaign.summary.stat().st_mtime
        assert abs(apart) < 86_400 * 365, modified


def test_a_full_disk_is_said(officer: Officer, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "_placed", full)
    answer = put(officer, "a.xlsx", b"one")
    assert (answer.status_code, answer.json()["said"]) == (507, "写不进“收回”：磁盘已满或超出配额。请清出空间")
    assert leftovers(campaign) == []


def test_five_hundred_at_once(officer: Officer, campaign: Campaign) -> None:
    """Eight at a time, half of them under the same fifty names: each content is there once."""
    before = inside(campaign)

    def one(number: int) -> int:
        name = f"{number % 50}.xlsx" if number < 250 else f"单位{number}.xlsx"
        return int(put(officer, name, f"content {number}".encode()).status_code)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(one, range(500))) == {200}
    after = inside(campaign)
    assert len(after) == len(before) + 500
    assert {data for name, data in after.items() if name not in before} == {f"content {n}".encode() for n in range(500)}
    assert leftovers(campaign) == []


def test_only_what_the_campaign_knows_goes_out(officer: Officer) -> None:
    for query in (
        "",
        "kind=original",
        "kind=original&id=../../xltool.toml",
        "kind=original&id=000001.xlsx",
        "kind=copy&id=" + ident("000001.xlsx"),
        "kind=original&id=" + ident("../xltool.toml"),
        "kind=../签发密钥.txt",
        "kind=letter&department=../../xltool",
        "kind=letter",
        "kind=letter&department=000020",
        "kind=issued&department=999999",
        "kind=summary&department=000001",
        "kind=ledger",
        "kind=list",
    ):
        assert "没有这个文件" in officer.get(f"/download?{query}", status=404), query


def test_a_link_out_of_the_campaign_is_not_followed(officer: Officer, campaign: Campaign) -> None:
    secret = campaign.folder.parent / "别的.xlsx"
    secret.write_bytes(b"secret")
    copy = campaign.returned / open_collected(campaign).chosen["000020"].copy
    for path, query in (
        (copy, f"kind=copy&id={ident('000020.xlsx')}"),
        (campaign.inbox / "000020.xlsx", f"kind=original&id={ident('000020.xlsx')}"),
        (campaign.summary, "kind=summary"),
    ):
        assert officer.client.get(f"{officer.base}/download?{query}").status_code == 200
        path.unlink()
        path.symlink_to(secret)
        officer.get(f"/download?{query}", status=404)
        path.unlink()
        os.mkfifo(path)
        officer.get(f"/download?{query}", status=404)


def test_a_folder_may_be_one_on_a_server(officer: Officer, campaign: Campaign) -> None:
    elsewhere = campaign.folder.parent / "服务器上的收回"
    campaign.inbox.rename(elsewhere)
    campaign.inbox.symlink_to(elsewhere)
    answer = officer.client.get(f"{officer.base}/download?kind=original&id={ident('000001.xlsx')}")
    assert answer.content == (elsewhere / "000001.xlsx").read_bytes()
    assert put(officer, "新.xlsx", b"one").status_code == 200
    assert (elsewhere / "新.xlsx").read_bytes() == b"one"


def test_of_a_member_of_an_archive_the_archive_goes_out(officer: Officer) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("再.html", "<script>alert(1)</script>")
    assert put(officer, "包.zip", stream.getvalue()).status_code == 200
    officer.post("/collect")
    assert officer.done()[0] == "核对完成：收到文件 5 个，退回修改 2 个。"
    answer = officer.client.get(f"{officer.base}/download?kind=original&id={ident('包.zip/再.html')}")
    assert answer.content == stream.getvalue()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f"attachment; filename*=utf-8''{quote('包.zip')}"
