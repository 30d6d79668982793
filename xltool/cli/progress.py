"""Progress of long work: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click

from xltool.cli.say import say
from xltool.writing.measure import pad, shorten
from xltool.writing.text import one_line

_QUIET = 1.0  # seconds of work before anything is shown
_BAR = 20
_COLUMNS = 78  # a line that reaches the edge of a terminal cannot be written over


class ProgressBar:
    """Call it with (done, total, name). Shows nothing for work that takes less than a second.

    A run has several stretches of work (examining, writing copies); when ``done`` starts again, so do rate and rest.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.start = self.last = self.stretch = time.monotonic()
        self.before = 0
        self.bar = sys.stderr.isatty()
        self.shown = False

    def __enter__(self) -> ProgressBar:
        return self

    def __call__(self, done: int, total: int, name: str) -> None:
        """Report that ``done`` of ``total`` are finished, ``name`` last."""
        now = time.monotonic()
        if done <= self.before:
            self.stretch = self.last
        self.before = done
        due = now - self.last >= (0.1 if self.bar else 2) or done == total
        if now - self.start < _QUIET or not due:
            return
        self.last, self.shown = now, True
        # The very first one took as long as everything that was loaded before it.
        pace = "" if done == 1 < total and self.stretch == self.start else self._pace(done, total, now - self.stretch)
        told = " ".join(filter(None, (f"{done}/{total}", pace, one_line(name))))
        if self.bar:
            filled = _BAR * done // max(1, total)
            line = f"{self.label} [{'#' * filled}{'.' * (_BAR - filled)}] {told}"
            click.echo("\r" + pad(shorten(line, _COLUMNS), _COLUMNS), nl=False, err=True)
        else:
            say(f"{self.label} {told}", err=True)

    @staticmethod
    def _pace(done: int, total: int, seconds: float) -> str:
        if seconds <= 0 or not done:
            return ""
        rate = done / seconds
        rest = (total - done) / rate
        left = f"约剩 {rest / 60:.0f} 分" if rest >= 90 else f"约剩 {rest:.0f} 秒"
        return f"每秒 {rate:.1f} 个，{left}" if done < total else f"每秒 {rate:.1f} 个，用时 {seconds:.0f} 秒"

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar and self.shown:
            click.echo("", err=True)
