"""What the workers hand back, made in this process and written to a file."""

from __future__ import annotations

from pathlib import Path

from xltool.examine import Desk, Job, Outcome
from xltool.files import write_atomic
from xltool.report.marked_copy.annotate import HandingBack, copy_name, marked_copy, result_workbook


def write_marked_copy(source: bytes, outcome: Outcome, target: Path, history: str = "") -> None:
    write_atomic(target, marked_copy(source, outcome, target.suffix.lower(), history))


def write_result_workbook(outcome: Outcome, target: Path, history: str = "") -> None:
    write_atomic(target, result_workbook(outcome, history))


def hand_back(stem: str, source: bytes, outcome: Outcome, folder: Path, history: str = "") -> Path:
    """As a run of collect or ``check --out`` does it."""
    copy = HandingBack(Job(stem, folder / stem, source), outcome, history).perform(Desk())
    target = folder / copy_name(stem, copy.suffix)
    write_atomic(target, copy.data)
    return target
