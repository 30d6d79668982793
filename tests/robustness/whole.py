"""Damaged and hostile files through a whole run of collect, marking included, with the memory of all its processes.

``python -m tests.robustness.whole FOLDER MUTANTS`` (Linux) makes a campaign in FOLDER, collects it as the command does,
and prints a row for macros_docs/develop/robustness.md. Every file that can be read has a wrong total, so that it is marked.

Memory is the sum, over the processes that are alive at one time, of the most each has ever occupied (VmHWM), looked at
every 20 ms: never less than what they occupied together, pages they share counted in each.
"""

from __future__ import annotations

import io
import os
import random
import re
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tests.bench.measure import family
from tests.robustness import other_files
from tests.robustness.book import SHEET, Fault, pack, parts
from tests.robustness.mutate import damaged_bytes, damaged_xml
from tests.robustness.test_faults import faults
from xltool.campaign.collected import open_collected
from xltool.campaign.demo import load_demo, roster_of
from xltool.campaign.issue.outbox import RECORD
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import write_roster
from xltool.campaign.settings import Campaign, create, open_campaign
from xltool.findings import Severity
from xltool.form import form_by_id
from xltool.read import UNOPENED

READABLE = ("XML 内容", "活动内容", "同一内容", "格的内容", "标识")
"""Kinds of faults in a zip that is whole, so that a part can be changed."""
_TOTAL, _WRONG = b'<c r="C7" s="20"><v>3.5</v></c>', b'<c r="C7" s="20"><v>9.5</v></c>'
_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """What a run cost: seconds by the clock and of CPU, bytes of memory, its exit code, and what it said."""

    seconds: float
    cpu: float
    memory: int
    code: int
    said: str


def made(folder: Path) -> Campaign:
    """A campaign that has issued the workbook all the faults are made from; nothing has come yet."""
    import json

    demo = load_demo()
    form, roster = form_by_id(demo.form), roster_of(demo)
    campaign = create(folder, demo.form, demo.year, demo.title, demo.deadline)
    write_roster(campaign.roster, roster)
    # As on record before workbooks were signed: what the faults are made from carries no seal.
    made = (replace(issue_for(form, roster, row, demo.year), layout="") for row in roster.departments)
    issues = [issue.to_json() for issue in made]
    (campaign.outbox / RECORD).write_text(json.dumps(issues), encoding="ascii")
    return campaign


def put(campaign: Campaign, number: int, name: str, data: bytes) -> str:
    """Place a file under its own name, each in a folder of its own; return its path below 收回."""
    path = campaign.inbox / f"{number:04d}" / name
    path.parent.mkdir()
    path.write_bytes(data)
    return str(path.relative_to(campaign.inbox))


@cache
def flawed() -> bytes:
    """The return with a wrong total."""
    return with_wrong_total(pack(parts()))


def with_wrong_total(data: bytes) -> bytes:
    """The same workbook with a wrong total, if it still has this cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    if _TOTAL not in content.get(SHEET, b""):
        return data
    return pack({**content, SHEET: content[SHEET].replace(_TOTAL, _WRONG)})


def known() -> Iterator[tuple[str, bytes]]:
    """Every fault of this folder, and every archive."""
    fault: Fault
    for fault in faults():
        yield fault.file, with_wrong_total(fault.data) if fault.kind in READABLE else fault.data
    for fault, _ in other_files.archives():
        yield "包.zip", fault.data


def mutants(count: int, seed: int = 2026) -> Iterator[bytes]:
    """Half with damage to the zip, half with damage to the XML."""
    rng = random.Random(seed)
    for number in range(count):
        yield damaged_bytes(flawed(), rng) if number % 2 == 0 else with_wrong_total(damaged_xml(rng))


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files that cost much where they are opened without a gate."""
    content = parts()
    book = content["xl/workbook.xml"]
    within = b"<extLst><ext>" + b"<x/>" * 12_000_000 + b"</ext></extLst></workbook>"
    yield "标记炸弹.xlsx", pack({**content, "xl/workbook.xml": book.replace(b"</workbook>", within)})
    yield "目录炸弹.xlsx", endless_directory(700_000)


def endless_directory(count: int) -> bytes:
    """A zip of nothing but entries of its directory: each costs the reader an object before anybody can count them."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    size = len(entry) * count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count % 65536, count % 65536, size, 4, 0)
    return b"PK\3\4" + entry * count + end


def sparse(path: Path, size: int) -> None:
    """A file that is large and takes no room on the disk."""
    with path.open("wb") as stream:
        stream.truncate(size)


def collected(campaign: Campaign) -> Run:
    """Run ``xltool collect`` as a command and watch all its processes."""
    before, begin = os.times(), time.monotonic()
    command = [sys.executable, "-m", "xltool", "collect", "-C", str(campaign.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8") as run:
        most, done = 0, threading.Event()

        def watch() -> None:
            nonlocal most
            seen: set[int] = set()
            while not done.wait(_EVERY):
                alive = family(run.pid)
                # One just forked still shows its parent's memory; it counts from the second look.
                most = max(most, sum(_highest(pid) for pid in alive if pid in seen))
                seen = set(alive)

        watcher = threading.Thread(target=watch)
        watcher.start()
        said = "\n".join(run.communicate())
        done.set()
        watcher.join()
    after = os.times()
    return Run(time.monotonic() - begin, after[2] + after[3] - before[2] - before[3], most, run.returncode, said)


def _highest(pid: int) -> int:
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def problems(campaign: Campaign) -> tuple[Counter[str], list[str]]:
    """How many files got which result (``标记``, ``审核结果``, ``不退``, ``跳过``), and what is wrong with the run."""
    result = open_collected(campaign)
    unrelated = result.unrelated
    wrong = []
    counts: Counter[str] = Counter()
    files = {str(path.relative_to(campaign.inbox)) for path in campaign.inbox.rglob("*") if path.is_file()}
    with result.open() as opened:
        for receipt in result.receipts:
            path = receipt.head.path
            files -= {path, opened.archive(receipt)}
            outcome = opened.outcome(receipt)
            codes = {finding.code for finding in outcome.findings}
            grave = any(finding.severity is not Severity.NOTICE for finding in outcome.findings)
            if receipt.skipped or not grave or path in unrelated:
                counts["跳过" if receipt.skipped else "不退"] += 1
                wrong += [f"{path}：不该有退回件"] if receipt.copy else []
                continue
            copy = campaign.returned / receipt.copy
            found = sheets(copy) if receipt.copy and copy.is_file() else []
            alone = found == ["审核结果"]
            counts["审核结果" if alone else "标记"] += 1
            if found[:1] != ["审核结果"]:
                wrong.append(f"{path}：没有退回件 {sorted(codes)}")
            elif codes & UNOPENED and not alone:
                wrong.append(f"{path}：没有读取的文件又被打开 {sorted(codes)}")
    wrong += [f"{path}：没有结论" for path in sorted(files)]
    return counts, wrong


def sheets(path: Path) -> list[str]:
    """The names of a workbook's sheets."""
    with zipfile.ZipFile(path) as archive:
        _, _, listed = archive.read("xl/workbook.xml").decode().partition("<sheets")
        return re.findall(r'<sheet [^>]*?name="([^"]*)"', listed)  # a mutant may have one elsewhere, which is none


def main(folder: Path, count: int) -> None:
    """Print one row of the table."""
    campaign = open_campaign(folder) if folder.exists() else _filled(folder, count)
    run = collected(campaign)
    counts, wrong = problems(campaign)
    print(*wrong, sep="\n")
    print(
        f"| {sum(counts.values())} | {'、'.join(f'{name} {number}' for name, number in counts.most_common())} | {len(wrong)} "
        f"| {run.seconds:.0f} 秒，CPU {run.cpu:.0f} 秒 | {run.memory / 1e6:.0f} MB | {run.code} |"
    )


def _filled(folder: Path, count: int) -> Campaign:
    campaign = made(folder)
    files = [*known(), *hostile(), *((f"{number}.xlsx", data) for number, data in enumerate(mutants(count)))]
    for number, (name, data) in enumerate(files):
        put(campaign, number, name, data)
    (campaign.inbox / "视频").mkdir()
    sparse(campaign.inbox / "视频" / "县里的视频.mp4", 4 << 30)
    return campaign


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
