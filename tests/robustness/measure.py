"""Seconds and memory per file, each in a process of its own: ``python -m tests.robustness.measure`` (Linux)."""

from __future__ import annotations

import os
import resource
import time
from collections import defaultdict

from tests import kit
from tests.robustness.book import Fault
from tests.robustness.test_faults import faults


def cost(fault: Fault) -> tuple[float, float]:
    """Return seconds and MB above what the process had before it opened the file."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        kit.examined(fault.data, fault.file)
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        os.write(writing, f"{seconds} {(after - before) / 1024}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    text = os.read(reading, 100).decode().split()
    os.close(reading)
    os.close(writing)
    return float(text[0]), float(text[1])


def main() -> None:
    """Print one line per class: files, worst seconds, worst MB and whose they are."""
    classes: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    kit.examined(faults()[0].data)
    for fault in faults():
        classes[fault.kind].append((*cost(fault), fault.name))
    for kind, costs in classes.items():
        slow, big = max(costs), max(costs, key=lambda item: item[1])
        print(f"{kind}\t{len(costs)}\t{slow[0]:.2f} s {slow[2]}\t{big[1]:.0f} MB {big[2]}")
    print("合计", sum(map(len, classes.values())))


if __name__ == "__main__":
    main()
