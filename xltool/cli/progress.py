"""Progress of long work: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click


class Progress:
    """Call it with (done, total, name). Shows nothing for work that takes less than a second."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.start = self.last = time.monotonic()
        self.bar = sys.stderr.isatty()
        self.shown = False

    def __enter__(self) -> Progress:
        return self

    def __call__(self, done: int, total: int, name: str) -> None:
        """Report that ``done`` of ``total`` are finished, ``name`` last."""
        now = time.monotonic()
        if now - self.start < 1 or (now - self.last < (0.1 if self.bar else 2) and done < total):
            return
        self.last, self.shown = now, True
        if self.bar:
            filled = 30 * done // max(1, total)
            rate = done / (now - self.start)
            rest = (total - done) / rate if rate else 0
            click.echo(
                f"\r{self.label} [{'#' * filled}{'.' * (30 - filled)}] {done}/{total} 约剩 {rest:.0f} 秒 ",
                nl=False,
                err=True,
            )
        else:
            from xltool.report.text import one_line

            click.echo(f"{self.label} {done}/{total} {one_line(name)}", err=True)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar and self.shown:
            click.echo("", err=True)
