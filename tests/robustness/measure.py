"""Counts, verdicts, seconds and memory per class of faults: ``python -m tests.robustness.measure`` (Linux).

Each file is examined in a process of its own. The table of macros_docs/develop/robustness.md is printed by this command.
"""

from __future__ import annotations

import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests import kit
from tests.robustness.book import Fault
from tests.robustness.other_files import archives
from tests.robustness.test_faults import faults
from xltool.examine import Desk, jobs_of
from xltool.examine.jobs import examine_job

Cost = tuple[float, float, bool, str]


def cost(name: str, work: Callable[[], list[str]], wanted: list[str]) -> Cost:
    """Return seconds, MB above what the process had before it opened the file, whether the verdict is right, and name."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        try:
            right = work() == wanted
        except BaseException:  # a traceback is what must not happen: counted as a wrong verdict
            right = False
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        os.write(writing, f"{seconds} {(after - before) / 1024} {int(right)}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    text = os.read(reading, 100).decode().split()
    os.close(reading)
    return (float(text[0]), float(text[1]), text[2] == "1", name) if text else (0.0, 0.0, False, name)


def _fault(fault: Fault) -> Callable[[], list[str]]:
    return lambda: kit.codes(kit.examined(fault.data, fault.file))


def _archive(fault: Fault, path: Path) -> Callable[[], list[str]]:
    def work() -> list[str]:
        path.write_bytes(fault.data)
        outcomes = (examine_job(job, Desk((kit.FORM_ID,))) for job in jobs_of([("包.zip", path)]))
        return [" ".join(kit.codes(outcome)) for outcome in outcomes]

    return work


def main() -> None:
    """Print one line per class: files, right verdicts, worst seconds, worst MB and whose they are."""
    import tempfile

    classes: dict[str, list[Cost]] = defaultdict(list)
    kit.examined(faults()[0].data)
    for fault in faults():
        classes[fault.kind].append(cost(fault.name, _fault(fault), list(fault.codes)))
    with tempfile.TemporaryDirectory() as folder:
        for fault, _ in archives():
            work = _archive(fault, Path(folder) / "包.zip")
            classes[fault.kind].append(cost(fault.name, work, list(fault.codes)))
    print("| 类别 | 文件 | 结论正确 | 最慢 | 占内存最多 |\n|---|---:|---:|---|---|")
    for kind, costs in classes.items():
        slow, big = max(costs), max(costs, key=lambda item: item[1])
        right = sum(item[2] for item in costs)
        print(f"| {kind} | {len(costs)} | {right} | {slow[0]:.2f} 秒（{slow[3]}） | {big[1]:.0f} MB（{big[3]}） |")
    everything = [item for costs in classes.values() for item in costs]
    bombs = [item for item in everything if "炸弹" in item[3]]
    for name, items in (("其中炸弹", bombs), ("合计", everything)):
        seconds, memory = max(items)[0], max(item[1] for item in items)
        print(f"| {name} | {len(items)} | {sum(item[2] for item in items)} | {seconds:.2f} 秒 | {memory:.0f} MB |")


if __name__ == "__main__":
    main()
