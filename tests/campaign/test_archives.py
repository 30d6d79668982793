"""Archives in 收回: the same results as if somebody had unpacked them by hand, and nothing done twice."""

from __future__ import annotations

import datetime
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests import kit
from tests.bench.returns import make
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected
from xltool.campaign.ledger.store import FILE, Ledger
from xltool.campaign.settings import Campaign, open_campaign
from xltool.examine import Examining, Pool
from xltool.examine.workers import Task, perform
from xltool.findings import Status

Progress = Callable[[int, int, str], None]
_TIME = datetime.datetime(2023, 3, 1, 9, 0, 0)


@pytest.fixture(scope="session")
def _twenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 departments; the last one's file has a wrong total."""
    folder = tmp_path_factory.mktemp("archives") / "批次"
    make(folder, 20, projects=1)
    return folder


@pytest.fixture
def campaign(_twenty: Path, tmp_path: Path) -> Campaign:
    """Nothing lies in 收回; the returns are in a folder beside it."""
    folder = tmp_path / "批次"
    shutil.copytree(_twenty, folder)
    (folder / "收回").rename(tmp_path / "returns")
    (folder / "收回").mkdir()
    return open_campaign(folder)


def returns(campaign: Campaign, *numbers: int) -> dict[str, bytes]:
    folder = campaign.folder.parent / "returns"
    return {f"{n:06}.xlsx": (folder / f"{n:06}.xlsx").read_bytes() for n in numbers}


def packed(files: Mapping[str, bytes], gbk: bool = False, later: int = 0) -> bytes:
    """A zip; ``gbk``: names as a Chinese Windows writes them, without the UTF-8 flag."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for minutes, (name, data) in enumerate(files.items()):
            time = _TIME + datetime.timedelta(minutes=minutes + later)
            info = _Gbk(name, time.timetuple()[:6]) if gbk else zipfile.ZipInfo(name, time.timetuple()[:6])
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class _Gbk(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("gbk"), self.flag_bits


def put(campaign: Campaign, name: str, data: bytes, seconds: float = 0) -> None:
    path = campaign.inbox / name
    path.write_bytes(data)
    time = _TIME.timestamp() + 86400 + seconds
    os.utime(path, (time, time))


def seen(result: Collected) -> dict[str, tuple[str, list[str]]]:
    """By path: the verdict and the codes."""
    with result.open() as opened:
        return {
            receipt.head.path: (receipt.status.value, kit.codes(opened.outcome(receipt))) for receipt in result.receipts
        }


GOOD: tuple[str, list[str]] = ("accepted", [])
WRONG = ("accepted_with_findings", ["SG01 “三公”经费!C9"])


def test_every_member_has_its_own_verdict_row_and_copy(campaign: Campaign, quiet: Progress) -> None:
    inner = packed({"县卫健局的表.xlsx": returns(campaign, 3)["000003.xlsx"], "扫描件.pdf": b"%PDF-1.4"}, gbk=True)
    everything = {
        "二十号.xlsx": returns(campaign, 20)["000020.xlsx"],
        "一号.xlsx": returns(campaign, 1)["000001.xlsx"],
        "__MACOSX/._一号.xlsx": b"\0\5\x16\7",
        "Thumbs.db": b"x",
        "乡镇/二号.xlsx": returns(campaign, 2)["000002.xlsx"],
        "乡镇/内.zip": inner,
        "三重.zip": packed({"再.zip": packed({"a.xlsx": b"x"})}),
        "资料.rar": b"Rar!\x1a\x07\x00" + b"x" * 40,
        "没有传完.xlsx": returns(campaign, 5)["000005.xlsx"][:20_000],
    }
    put(campaign, "教育片.zip", packed(everything, gbk=True))
    result = collect(campaign, quiet)
    assert seen(result) == {
        "教育片.zip/一号.xlsx": GOOD,
        "教育片.zip/三重.zip/再.zip": ("rejected", ["WJ20 !"]),
        "教育片.zip/乡镇/二号.xlsx": GOOD,
        "教育片.zip/乡镇/内.zip/县卫健局的表.xlsx": GOOD,
        "教育片.zip/乡镇/内.zip/扫描件.pdf": ("rejected", ["WJ04 !"]),  # begins like a PDF and is none
        "教育片.zip/二十号.xlsx": WRONG,
        "教育片.zip/没有传完.xlsx": ("rejected", ["WJ17 !"]),
        "教育片.zip/资料.rar": ("rejected", ["WJ14 !"]),
    }
    assert {code: receipt.head.path for code, receipt in result.chosen.items()} == {
        "000001": "教育片.zip/一号.xlsx",
        "000002": "教育片.zip/乡镇/二号.xlsx",
        "000003": "教育片.zip/乡镇/内.zip/县卫健局的表.xlsx",
        "000020": "教育片.zip/二十号.xlsx",
    }
    assert sorted(path.name for path in campaign.returned.iterdir()) == [
        f"{name}_退回.xlsx" for name in ("000020_县样例单位00020", "再", "扫描件", "没有传完", "资料")
    ]
    sheets = zipfile.ZipFile(campaign.returned / "000020_县样例单位00020_退回.xlsx").namelist()
    assert len(sheets) > 20, "the department's own file, marked"


def test_nothing_is_opened_again_until_the_archive_changes(
    campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(campaign, "a.zip", packed(returns(campaign, 1, 2, 20)))
    assert astuple(collect(campaign, quiet).tally)[:3] == (3, 3, 1)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", _not_from(campaign.inbox, Path.read_bytes))
        again = collect(campaign, quiet)
        assert (astuple(again.tally)[:4], len(seen(again))) == ((3, 0, 0, False), 3)
    put(campaign, "a.zip", packed(returns(campaign, 1, 2, 20, 4)), 10)
    more = collect(campaign, quiet)
    assert (astuple(more.tally)[:4], len(more.chosen)) == ((4, 1, 0, True), 4)
    put(campaign, "a.zip", packed(returns(campaign, 2)), 20)
    fewer = collect(campaign, quiet)
    assert (list(seen(fewer)), fewer.tally.examined) == (["a.zip/000002.xlsx"], 0)
    assert list(campaign.returned.iterdir()) == [], "the copy of a file that is gone is taken away"
    (campaign.inbox / "a.zip").unlink()
    assert seen(collect(campaign, quiet)) == {}


def _not_from(folder: Path, read: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    def reading(path: Path) -> bytes:
        assert folder not in path.parents, path
        return read(path)

    return reading


@pytest.mark.parametrize("seed", range(3))
def test_as_if_unpacked_by_hand_in_any_order(campaign: Campaign, quiet: Progress, seed: int) -> None:
    """The same files loose, or in archives of any order: the same file counts for each department."""
    files = returns(campaign, *range(1, 8), 20)
    files["000007-改.xlsx"] = files["000007.xlsx"] + b""
    files["000001-旧.xlsx"] = files["000001.xlsx"].replace(b"PK\x05\x06", b"PK\x05\x06", 1) + b""
    names = list(files)
    random.Random(seed).shuffle(names)
    put(campaign, "x.zip", packed({name: files[name] for name in names}))
    from_archive = collect(campaign, quiet)
    verdicts = {path.rpartition("/")[2]: verdict for path, verdict in seen(from_archive).items()}
    counts = {code: receipt.head.path.rpartition("/")[2] for code, receipt in from_archive.chosen.items()}
    (campaign.inbox / "x.zip").unlink()
    for minutes, name in enumerate(names):
        put(campaign, name, files[name], minutes * 60 - 86400)
    loose = collect(campaign, quiet)
    assert seen(loose) == verdicts
    assert {code: receipt.head.path for code, receipt in loose.chosen.items()} == counts
    assert loose.tally.examined == 0, "the contents are known"


def test_the_later_of_two_in_one_archive_counts(campaign: Campaign, quiet: Progress) -> None:
    files = returns(campaign, 20)
    wrong = files["000020.xlsx"]
    newer = _rewritten(wrong, "<v>99</v>", "<v>98</v>")
    put(campaign, "两版.zip", packed({"b先.xlsx": wrong, "a后.xlsx": newer}))
    result = collect(campaign, quiet)
    assert result.choices["000020"].counts == "两版.zip/a后.xlsx"
    put(campaign, "单独.xlsx", wrong, 500)
    result = collect(campaign, quiet)
    assert {r.head.path: r.skipped for r in result.receipts if r.skipped} == {
        "单独.xlsx": "与“两版.zip/b先.xlsx”内容相同"
    }


def _rewritten(data: bytes, old: str, new: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info, source.read(info).replace(old.encode(), new.encode()))
    return stream.getvalue()


def test_names_shown_alike_are_kept_apart(campaign: Campaign, quiet: Progress) -> None:
    """One name in GBK and the same in UTF-8; a folder called like the archive beside it."""
    files = returns(campaign, 1, 2, 3)
    one, two, three = files.values()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_Gbk("表.xlsx", _TIME.timetuple()[:6]), one)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("表.xlsx", two)
        archive.writestr("b.zip", packed({"c.xlsx": three}))
        archive.writestr("b.zip/c.xlsx", b"%PDF-1.4")
    put(campaign, "a.zip", stream.getvalue())
    assert set(seen(collect(campaign, quiet))) == {
        "a.zip/表.xlsx",
        "a.zip/表（2）.xlsx",
        "a.zip/b.zip/c.xlsx",
        "a.zip/b.zip/c（2）.xlsx",
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (packed({}), {"a.zip": ("rejected", ["WJ19 !"])}),
        (packed({"Thumbs.db": b"x"}), {"a.zip": ("rejected", ["WJ19 !"])}),
        (packed({"../x.xlsx": b"x"}), {"a.zip": ("rejected", ["WJ18 !"])}),
        (packed({"x.xlsx": b"\0" * 60_000_000}), {"a.zip": ("rejected", ["WJ05 !"])}),
        (packed({"x.xlsx": b""}), {"a.zip/x.xlsx": ("rejected", ["WJ01 !"])}),
        (packed({"空.zip": packed({})}), {"a.zip/空.zip": ("rejected", ["WJ19 !"])}),
        (packed({"x.xlsx": b"1,2\n3,4\n"})[:60], {"a.zip": ("rejected", ["WJ17 !"])}),
    ],
    ids=["空", "只有系统文件", "路径穿越", "炸弹", "里面是空文件", "里面的包是空的", "没有传完"],
)
def test_archives_without_a_return(
    campaign: Campaign, quiet: Progress, data: bytes, expected: dict[str, tuple[str, list[str]]]
) -> None:
    put(campaign, "a.zip", data)
    assert seen(collect(campaign, quiet)) == expected
    assert collect(campaign, quiet).tally.examined == 0


def test_a_ledger_of_the_version_before_is_taken_over(campaign: Campaign, quiet: Progress) -> None:
    put(campaign, "a.xlsx", returns(campaign, 1)["000001.xlsx"])
    collect(campaign, quiet)
    base = sqlite3.connect(campaign.summary.parent / FILE)
    base.executescript(
        "DROP TABLE archives; ALTER TABLE results DROP COLUMN format; ALTER TABLE results DROP COLUMN held;"
        "ALTER TABLE results DROP COLUMN state; ALTER TABLE results DROP COLUMN named; ALTER TABLE results DROP COLUMN why;"
        "PRAGMA user_version=1;"
    )
    base.close()
    put(campaign, "b.zip", packed(returns(campaign, 2)))
    result = collect(campaign, quiet)
    # The first is examined again, too: its result is of the format that version wrote.
    assert (result.tally.examined, list(result.chosen)) == (2, ["000001", "000002"])


def test_a_file_that_cannot_be_read_gets_a_verdict_and_is_tried_again(
    campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows while a program holds it."""
    put(campaign, "a.xlsx", returns(campaign, 1)["000001.xlsx"])
    put(campaign, "b.zip", packed(returns(campaign, 2)))
    put(campaign, "~$a.xlsx", b"x" * 165)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", _held(campaign.inbox, Path.open))
        patched.setattr(Pool, "run", _here)
        result = collect(campaign, quiet)
    assert seen(result) == {
        "a.xlsx": ("rejected", ["WJ21 !"]),
        "b.zip": ("rejected", ["WJ21 !"]),
        "~$a.xlsx": ("skipped", []),
    }
    assert list(result.marked.values()) == ["a_退回.xlsx", "b_退回.xlsx"]
    assert seen(collect(campaign, quiet)) == {
        "a.xlsx": GOOD,
        "b.zip/000002.xlsx": GOOD,
        "~$a.xlsx": ("skipped", []),
    }
    assert list(campaign.returned.iterdir()) == []


def _held(folder: Path, opened: Callable[..., Any]) -> Callable[..., Any]:
    def opening(path: Path, *args: Any, **more: Any) -> Any:
        if folder in path.parents:
            raise PermissionError(13, "The process cannot access the file", str(path))
        return opened(path, *args, **more)

    return opening


def _here(pool: Pool, tasks: Iterable[Task[Any]]) -> Iterator[Any]:
    """The work done in this process."""
    return (perform(task, pool.desk) for task in tasks)


def test_a_file_replaced_while_it_was_examined_is_examined_again(
    campaign: Campaign, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(campaign, "a.xlsx", returns(campaign, 1)["000001.xlsx"])

    def replacing(pool: Pool, tasks: Iterable[Task[Any]]) -> Iterator[Any]:
        for task in tasks:
            if isinstance(task, Examining):
                put(campaign, "a.xlsx", b"", 10)
            yield perform(task, pool.desk)

    with monkeypatch.context() as patched:
        patched.setattr(Pool, "run", replacing)
        assert seen(collect(campaign, quiet)) == {"a.xlsx": ("rejected", ["WJ01 !"])}
    put(campaign, "a.xlsx", returns(campaign, 1)["000001.xlsx"], 20)
    assert seen(collect(campaign, quiet)) == {"a.xlsx": GOOD}


def test_a_passing_verdict_is_not_remembered(campaign: Campaign, quiet: Progress) -> None:
    """Out of time on a busy machine: the next run tries again."""
    from xltool.read import file_notices

    put(campaign, "a.xlsx", returns(campaign, 1)["000001.xlsx"])

    def late(pool: Pool, tasks: Iterable[Task[Any]]) -> Iterator[Any]:
        for task in tasks:
            examining = isinstance(task, Examining)
            yield task.failed(file_notices.TIMEOUT.finding(seconds="10")) if examining else perform(task, pool.desk)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Pool, "run", late)
        first = collect(campaign, quiet)
    assert (seen(first), first.receipts[0].status) == ({"a.xlsx": ("rejected", ["WJ12 !"])}, Status.REJECTED)
    assert seen(collect(campaign, quiet)) == {"a.xlsx": GOOD}


def test_archives_are_in_the_ledger(campaign: Campaign, quiet: Progress) -> None:
    put(campaign, "a.zip", packed(returns(campaign, 1)))
    collect(campaign, quiet)
    with Ledger(campaign.summary.parent, writing=False) as ledger:
        assert list(ledger.archives()) == ["a.zip"]
        assert [head.path for head in ledger.heads()] == ["a.zip/000001.xlsx"]
