"""What takes longer than a page may: one thing at a time, with its progress for whoever asks.

Imports ``campaign``. The work itself is a function of ``campaign``, as a command calls it; that nobody else writes into the
campaign meanwhile is the ledger's doing, not ours. A newcomer would let the browser wait for the answer.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xltool.campaign.plain_words import OWN_ERRORS, lines_of

Report = Callable[[int, int, str], None]
Doing = Callable[[Report], Sequence[str]]
"""What is done: it reports its progress, and returns what is to be said at the end."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far it is. ``trouble``: what is said is why it was not done. ``number`` grows with each thing begun."""

    number: int = 0
    what: str = ""
    folder: Path | None = None
    running: bool = False
    done: int = 0
    total: int = 0
    name: str = ""
    lines: tuple[str, ...] = ()
    trouble: bool = False
    since: str = ""


class Background:
    """A thread that does one thing; ``on_fault`` says what to tell of an error nobody foresaw."""

    def __init__(self, on_fault: Callable[[Exception], str]) -> None:
        self._on_fault = on_fault
        self._lock = threading.Lock()
        self._now = Progressed()
        self._thread: threading.Thread | None = None

    @property
    def now(self) -> Progressed:
        """How far the current or last thing is."""
        return self._now

    def begin(self, what: str, folder: Path, doing: Doing) -> bool:
        """Begin something; False if something else is still being done."""
        with self._lock:
            if self._now.running:
                return False
            since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
            self._now = Progressed(self._now.number + 1, what, folder, running=True, since=since)
            self._thread = threading.Thread(target=self._run, args=(doing,), name=f"xltool {what}", daemon=True)
            self._thread.start()
            return True

    def wait(self, seconds: float | None = None) -> None:
        """Wait for what is being done."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, doing: Doing) -> None:
        try:
            lines, trouble = tuple(doing(self._report)), False
        except OWN_ERRORS as error:
            lines, trouble = lines_of(error), True
        except Exception as error:
            lines, trouble = tuple(self._on_fault(error).split("\n")), True
        self._now = replace(self._now, running=False, name="", lines=lines, trouble=trouble)

    def _report(self, done: int, total: int, name: str) -> None:
        self._now = replace(self._now, done=done, total=total, name=name)
