"""催报 and 通知 are folders people work in: only what we wrote there is written over or taken away."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.test_collect import Progress, total_wrong
from xltool.campaign.collect import collect
from xltool.campaign.collected import open_collected
from xltool.campaign.correspondence.letters import Letters, write_letters
from xltool.campaign.settings import Campaign
from xltool.campaign.status import standings, write_reminders
from xltool.campaign.written import RECORD, Written, replace_all

DAY = datetime.date(2023, 3, 20)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != RECORD)


def test_only_our_own_unchanged_files_are_replaced_or_removed(tmp_path: Path) -> None:
    first = replace_all(tmp_path, [("a.txt", b"1"), ("b.txt", b"1"), ("c.txt", b"1")])
    assert first == Written(tuple(tmp_path / name for name in ("a.txt", "b.txt", "c.txt")))
    (tmp_path / "b.txt").write_bytes(b"by hand")
    (tmp_path / "c.txt").write_bytes(b"by hand, too")
    (tmp_path / "d.txt").write_bytes(b"somebody else's")
    (tmp_path / "notes.txt").write_bytes(b"the officer's")
    second = replace_all(tmp_path, [("b.txt", b"2"), ("d.txt", b"2")])
    said = "改过，或不是本工具写的，没有覆盖。需要新的请先把它改名或移走，再运行一次。"
    assert second == Written(
        (),
        (
            f"{tmp_path / 'b.txt'} {said}",
            f"{tmp_path / 'd.txt'} {said}",
            f"{tmp_path / 'c.txt'} 已经不需要了，但改过，没有删除。请核对后自行处理。",
        ),
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != RECORD} == {
        "b.txt": b"by hand",
        "c.txt": b"by hand, too",
        "d.txt": b"somebody else's",
        "notes.txt": b"the officer's",
    }


def test_a_run_that_was_killed_leaves_nothing_we_would_not_know(tmp_path: Path) -> None:
    def stops() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"1"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_all(tmp_path, stops())
    assert replace_all(tmp_path, [("b.txt", b"1")]).kept == ()
    assert names(tmp_path) == ["b.txt"]


def test_what_stands_there_without_a_list_is_never_removed(tmp_path: Path) -> None:
    """The first run after an earlier version of ours: our names are written over, all else stays."""
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "x.txt").write_bytes(b"unknown")
    assert replace_all(tmp_path, [("a.txt", b"new")]) == Written((tmp_path / "a.txt",))
    assert names(tmp_path) == ["a.txt", "x.txt"]


def test_reminders_and_letters_of_what_is_settled_go(campaign: Campaign, quiet: Progress) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    (campaign.inbox / "000002.xlsx").rename(campaign.folder / "000002.xlsx")
    reminders, letters = campaign.summary.parent / "催报", campaign.summary.parent / "通知"

    def run() -> tuple[Written, Letters]:
        collect(campaign, quiet)
        opened = open_collected(campaign)
        return write_reminders(campaign, standings(opened, DAY)), write_letters(opened, DAY)

    run()
    assert names(reminders) == ["000001_县样例单位00001.txt", "000002_县样例单位00002.txt"]
    receipts = [f"{code}_县样例单位{code[1:]}_回执.docx" for code in ("000002", "000003", "000004")]
    assert names(letters) == ["000001_县样例单位00001_退回修改通知.docx", *receipts[1:], "审核情况通报.docx"]
    (reminders / "电话记录.txt").write_text("officer", encoding="utf-8")
    (letters / "领导批示.docx").write_bytes(b"officer")
    (campaign.inbox / "000001.xlsx").unlink()
    (campaign.folder / "000002.xlsx").rename(campaign.inbox / "000002.xlsx")
    reminded, written = run()
    assert (reminded.kept, written.kept) == ((), ())
    assert names(reminders) == ["000001_县样例单位00001.txt", "电话记录.txt"]
    assert names(letters) == [*receipts, "审核情况通报.docx", "领导批示.docx"]
