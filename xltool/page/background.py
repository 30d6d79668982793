"""What takes longer than a page may: one thing at a time, with its progress for whoever asks; and the processes that stay.

Imports ``campaign`` and ``examine``. The work itself is a function of ``campaign``, as a command calls it; that nobody else writes into the
campaign meanwhile is the ledger's doing, not ours. A newcomer would let the browser wait for the answer.
"""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xltool.campaign.correspondence.reports import reporting_desk
from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.campaign.settings import open_campaign
from xltool.examine import Desk, Pool
from xltool.examine.jobs import Looking
from xltool.progress import Progress

_WORKERS = 2
_IDLE_SECONDS, _PATIENCE = 600.0, 5.0  # starting takes about two
Doing = Callable[[Progress], Sequence[str]]
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

    def end(self) -> None:
        """The program ends: what breaks off now is nobody's fault, and is done again by the next run."""
        self._on_fault = lambda _error: "已停止。"

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


class _Kept(Pool):
    """A pool that ends when its crew says so, not after a run."""

    def __init__(self, desk: Desk, free: Callable[[], None]) -> None:
        super().__init__(lambda: desk, _WORKERS)
        self._free = free

    def close(self) -> None:
        """The run is over; the processes wait for the next."""
        self._free()

    def dismiss(self) -> None:
        """End all processes."""
        super().close()


class Crew:
    """The processes that examine files, kept from one run of collect to the next: they have loaded the form by then.

    They are kept while they would be told the same, and some minutes at most. One run at a time. ``early``: whether they
    are started before there is work.
    """

    def __init__(self, *, early: bool = True) -> None:
        self._early = early
        self._busy = threading.Semaphore()
        self._pool: _Kept | None = None
        self._timer: threading.Timer | None = None
        self._warmed: set[Path] = set()
        self._in_use = False

    def hire(self, desk: Callable[[], Desk]) -> Pool:
        """Return the pool for a run; its ``close`` gives it back."""
        told = desk()
        self._busy.acquire()
        self._in_use = True
        if self._timer is not None:
            self._timer.cancel()
        if self._pool is None or self._pool.desk != told:
            self._dismiss()
            self._pool = _Kept(told, self._free)
        return self._pool

    def warm(self, folder: Path) -> None:
        """Start the processes of a campaign before somebody waits for them, once; in a thread of its own."""
        if self._early and folder not in self._warmed:
            self._warmed.add(folder)
            threading.Thread(target=self._warm, args=(folder,), name="xltool warm", daemon=True).start()

    def end(self) -> None:
        """End the processes. A run that still uses them is not waited for: they end with this program."""
        if self._busy.acquire(timeout=_PATIENCE):
            if self._timer is not None:
                self._timer.cancel()
            self._dismiss()
            self._busy.release()

    def _warm(self, folder: Path) -> None:
        with contextlib.suppress(*OWN_ERRORS), self.hire(lambda: reporting_desk(open_campaign(folder))) as pool:
            list(pool.run([Looking("~$", Path())] * _WORKERS))  # nothing is read under such a name

    def _free(self) -> None:
        """A run closes its pool when it has no more work for it, and once more at its end."""
        if self._in_use:
            self._in_use = False
            self._timer = threading.Timer(_IDLE_SECONDS, self._rest)
            self._timer.daemon = True
            self._timer.start()
            self._busy.release()

    def _rest(self) -> None:
        if self._busy.acquire(blocking=False):
            self._dismiss()
            self._busy.release()

    def _dismiss(self) -> None:
        if self._pool is not None:
            self._pool.dismiss()
            self._pool = None
