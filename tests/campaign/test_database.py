"""The ledger and its lock as an office keeps them: damaged, in the way, on a network folder."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from threading import Barrier, Thread

import pytest

from tests.campaign.test_collect import Progress
from tests.cli.test_commands import run
from xltool.campaign.collect import collect
from xltool.campaign.ledger import database
from xltool.campaign.ledger.store import FILE, LOCK, Ledger
from xltool.campaign.settings import Campaign, CampaignError

REBUILD = "请把它改名保存，再运行一次 xltool collect，台账会从“收回”里的文件重新建立。"


def has(vfs: str) -> bool:
    try:
        sqlite3.connect(f"file:{os.devnull}?vfs={vfs}", uri=True).close()
    except sqlite3.OperationalError:
        return False
    return True


needs_dotfile = pytest.mark.skipif(not has("unix-dotfile"), reason="this SQLite cannot play a poor network folder")


def test_a_damaged_ledger_is_one_sentence_for_every_verb(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    path = campaign.summary.parent / FILE
    path.write_bytes(b"not a database at all" * 500)
    for verb in ("collect", "status", "letters"):
        code, _, err = run(capsys, verb, "-C", str(campaign.folder))
        assert (code, err) == (2, f"{path} 已损坏，或不是台账，读不出来。{REBUILD}\n"), verb
    path.rename(path.with_suffix(".old"))
    assert run(capsys, "collect", "-C", str(campaign.folder))[0] == 0


def test_a_ledger_damaged_in_the_middle(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(campaign, quiet)
    path = campaign.summary.parent / FILE
    with Ledger(campaign.summary.parent) as ledger:
        ledger.put_meta("x", "y")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    for verb in ("collect", "status"):
        code, _, err = run(capsys, verb, "-C", str(campaign.folder))
        assert (code, err) == (2, f"{path} 已损坏，或不是台账，读不出来。{REBUILD}\n"), verb


def test_a_damaged_lock_and_folders_in_the_way(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    lock, ledger = campaign.summary.parent / LOCK, campaign.summary.parent / FILE
    lock.write_bytes(b"somebody's notes" * 500)
    assert run(capsys, "collect", "-C", str(campaign.folder))[::2] == (
        2,
        f"{lock} 不是锁文件，或已损坏；里面没有数据。请删除它，再运行一次。\n",
    )
    lock.unlink()
    for path in (lock, ledger):
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()
        path.mkdir()
        assert run(capsys, "collect", "-C", str(campaign.folder))[::2] == (
            2,
            f"{path} 应当是文件，那里却是文件夹、管道或设备。请把它改名或移走，再运行一次。\n",
        )
        path.rmdir()


@needs_dotfile
def test_a_network_folder_without_shared_memory_falls_back_from_the_log(
    campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with a ledger that was written on a local disk, with a log."""
    local = collect(campaign, quiet)
    assert mode(campaign) == "wal"
    monkeypatch.setattr(database, "vfs", "unix-dotfile")
    remote = collect(campaign, quiet)
    assert (remote.tally.examined, remote.tally.files) == (0, local.tally.files)
    assert mode(campaign) in ("truncate", "delete")
    monkeypatch.setattr(database, "vfs", "")
    assert collect(campaign, quiet).tally.examined == 0
    assert mode(campaign) == "wal"


@needs_dotfile
def test_a_new_ledger_on_such_a_folder(campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "vfs", "unix-dotfile")
    assert collect(campaign, quiet).tally.examined == 4
    assert collect(campaign, quiet).tally.examined == 0


def test_a_folder_without_locks_is_named(campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SQLite says on a share whose server refuses every lock."""

    class Refused(sqlite3.OperationalError):
        sqlite_errorcode = 3850  # SQLITE_IOERR_LOCK

    def refuses(_path: Path, _patience: float) -> sqlite3.Connection:
        raise Refused("disk I/O error")

    monkeypatch.setattr(database, "_opened", refuses)
    with pytest.raises(CampaignError) as caught:
        collect(campaign, quiet)
    assert str(caught.value) == (
        f"{campaign.summary.parent / LOCK} 读写不了：多半是网络文件夹不支持文件锁或共享内存，或者磁盘满了。"
        "请清出空间，或把批次文件夹放到本机磁盘上再运行，做完再拷回去。"
    )


def mode(campaign: Campaign) -> str:
    base = sqlite3.connect(campaign.summary.parent / FILE)
    try:
        return str(base.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        base.close()


def test_many_look_while_the_first_run_makes_the_ledger(tmp_path: Path) -> None:
    """A page asks how far the first run is, while that run makes the tables."""
    for number in range(3):
        folder, start, told = tmp_path / str(number), Barrier(6), list[str]()

        def looks(folder: Path = folder, start: Barrier = start, told: list[str] = told) -> None:
            start.wait(30)
            try:
                with Ledger(folder, writing=False) as ledger:
                    told.extend(f"{head.path}" for head in ledger.heads())
            except CampaignError as error:
                told.append(str(error))

        threads = [Thread(target=looks) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert told == []


def test_sqlite_that_will_not_wait_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that turn a new ledger over to the write-ahead log would wait for each other: SQLite tells one at once."""
    asked, opened = list[float](), database._opened

    class Busy(sqlite3.OperationalError):
        sqlite_errorcode = sqlite3.SQLITE_BUSY

    def refuses_twice(path: Path, patience: float) -> sqlite3.Connection:
        asked.append(patience)
        if len(asked) < 3:
            raise Busy("database is locked")
        return opened(path, patience)

    monkeypatch.setattr(database, "_opened", refuses_twice)
    with Ledger(tmp_path, writing=False) as ledger:
        assert list(ledger.heads()) == []
    assert len(asked) == 3
    asked.clear()
    monkeypatch.setattr(database, "_PATIENCE", 0)
    with pytest.raises(CampaignError) as caught:
        Ledger(tmp_path, writing=False)
    assert str(caught.value) == f"{tmp_path / FILE} 正被另一个程序占用。请等它结束后再运行一次。"
