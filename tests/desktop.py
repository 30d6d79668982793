"""A department's desk: LibreOffice on a virtual screen, driven by real keystrokes.

A list or number check is only enforced for what a person types; through any interface it is bypassed.
So the keys go through the X server (Xvfb, xdotool), as they would from a keyboard; what stands in a cell is
seen by copying it (xclip), where the cursor is by looking at the screen.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import pytest
from PIL import Image

from tests.office import SOFFICE

needs_desktop = pytest.mark.skipif(
    SOFFICE is None or not all(map(shutil.which, ("Xvfb", "xdotool", "xclip"))),
    reason="LibreOffice, Xvfb, xdotool and xclip are needed (CI installs them)",
)

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Save/Document"><prop oor:name="WarnAlienFormat"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion"><value>99</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Input"><prop oor:name="ReplaceCellsWarning"><value>false</value></prop></item>
</oor:items>
"""


_MARKED = (0, 0, 128)
"""The colour of the selected row's and column's header."""
T = TypeVar("T")


def waited(what: Callable[[], T | None], seconds: float, otherwise: str) -> T:
    """Return what there is within some seconds, when it is no longer None; fails the test otherwise."""
    end = time.monotonic() + seconds
    while (found := what()) is None:
        assert time.monotonic() < end, otherwise
        time.sleep(0.1)
    return found


class Desktop:
    """One workbook open in LibreOffice; ``keys`` and ``write`` are what a person's hands do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.profile = Path(tempfile.mkdtemp(prefix="lo-desk-"))
        settings = self.profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")

    def __enter__(self) -> Desktop:
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
                "-fbdir",
                self.profile,
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as stream:
            display = stream.readline().strip()
        self.environment = {**os.environ, "DISPLAY": f":{display}", "SAL_USE_VCLPLUGIN": "gen"}
        try:
            try:
                self._open()
            except pytest.fail.Exception:  # on a busy machine the program now and then never shows; once more
                self._end()
                self._open()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        time.sleep(3)
        return self

    def _open(self) -> None:
        assert SOFFICE is not None
        self.office = subprocess.Popen(
            [
                SOFFICE,
                f"-env:UserInstallation=file://{self.profile}",
                "--norestore",
                "--nologo",
                "--nolockcheck",
                str(self.path),
            ],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # the program starts others; all are ended together
        )
        self.window(self.path.stem, 90)

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.office.pid, signal.SIGKILL)
        self.office.wait(20)
        self.path.with_name(f".~lock.{self.path.name}#").unlink(missing_ok=True)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self.screen.terminate()
        self.screen.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, *args: str) -> str:
        done = subprocess.run(["xdotool", *args], env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def window(self, title: str, seconds: float) -> None:
        """Wait for a window whose title contains ``title`` and focus it; fails the test if none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, name in self.windows():
                if title in name:
                    self.ask("windowfocus", "--sync", number)
                    return
            time.sleep(0.3)
        pytest.fail(f"no window “{title}” after {seconds} s; windows: {self.windows()}")

    def windows(self) -> list[tuple[str, str]]:
        """Numbers and titles of all visible windows."""
        numbers = self.ask("search", "--onlyvisible", "--name", ".").splitlines()
        named = [(number, self.ask("getwindowname", number)) for number in numbers]
        return [(number, name) for number, name in named if name]

    def keys(self, *names: str) -> None:
        for name in names:
            self.ask("key", "--clearmodifiers", name)
            time.sleep(0.15)

    def write(self, cell: str, text: str) -> None:
        """Go to a cell through the name box and type into it."""
        self.keys("ctrl+shift+t", "ctrl+a")
        self.ask("type", "--delay", "25", cell)
        self.keys("Return")
        time.sleep(0.3)
        self.ask("type", "--delay", "25", text)
        self.keys("Return")
        time.sleep(0.4)

    def enter(self, cell: str, text: str) -> bool:
        """As ``write``, but as fast as LibreOffice takes it; ``""`` clears the cell. Return whether it was taken.

        Text that is not on a keyboard is pasted into the opened cell, as an input method puts in a finished phrase:
        a key of its own for every Chinese character means a change of the keyboard for each, and some get lost.
        Delete takes away what the program would add because a cell above begins in the same way.
        """
        self.go(cell)
        if not text:
            self.ask("key", "Delete")
        elif text.isascii():
            self.ask("type", "--delay", "6", text)
            self.ask("key", "Return")
        else:
            self.copy_from_elsewhere(text)
            self.ask("key", "F2", "key", "ctrl+a", "key", "ctrl+v", "key", "Delete", "key", "ctrl+a", "key", "ctrl+c")
            inside = waited(lambda: self._offered(b"MULTIPLE"), 30, "the cell did not open")
            assert inside == text, f"{cell}: {inside} instead of {text}"
            self.ask("key", "Return")
        if self._copy() is not None:
            return True
        self.dismiss(0)
        return False

    def go(self, cell: str) -> None:
        """Select a cell; ends when the sheet has the keyboard again. The clipboard is changed by it."""
        self.ask("key", "ctrl+shift+t", "key", "ctrl+a", "type", "--args", "1", "--delay", "6", cell, "key", "Return")
        self.copied()

    def copy_from_elsewhere(self, text: str) -> None:
        """Put text on the clipboard, as from a mail or a document."""
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-i"],
            env=self.environment, input=text.encode(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def copied(self) -> str:
        """Copy what is selected and return it as text; waits until the program has done all keys before."""
        text = self._copy()
        assert text is not None, f"a message box is open: {self.windows()}"
        return text

    def _copy(self, kind: bytes = b"openoffice") -> str | None:
        """Copy until the program offers its kinds of a cell's content; None if a message box keeps it from that."""
        self.copy_from_elsewhere("")
        for _ in range(20):
            self.ask("key", "ctrl+c")  # a key can get lost just after a message box was closed
            end = time.monotonic() + 3
            while time.monotonic() < end:
                text = self._offered(kind)
                if text is not None:
                    return text
                time.sleep(0.02)
                if self.boxes():
                    return None
        pytest.fail(f"nothing was copied; windows: {self.windows()}")

    def _offered(self, kind: bytes) -> str | None:
        """The clipboard's text once it is offered in this kind too; xclip, which held it before, offers only text."""
        if kind not in self._clipboard("TARGETS"):
            return None
        return self._clipboard("UTF8_STRING").decode()  # a blank cell has no text to give

    def _clipboard(self, kind: str) -> bytes:
        command = ["xclip", "-selection", "clipboard", "-o", "-t", kind]
        try:
            return subprocess.run(command, env=self.environment, capture_output=True, timeout=5, check=False).stdout
        except subprocess.TimeoutExpired:  # the clipboard changed hands meanwhile
            return b""

    def shows(self, cell: str) -> str:
        """What a cell of this sheet shows."""
        self.go(cell)
        return self.copied().rstrip("\n")

    def place(self) -> tuple[str, str]:
        """Where the cursor is: what A1 of the sheet says (on input sheets its marker), and the cell's name."""
        self.keys("ctrl+shift+t", "ctrl+a")
        cell = self._copy(b"COMPOUND_TEXT") or ""
        self.keys("Escape")
        marker = self.shows("A1")
        self.go(cell)
        return marker, cell

    def paste_text(self, cell: str, text: str) -> None:
        """Paste lines of text, cells separated by tabs, as they come from a mail, a web page or a document."""
        self.go(cell)
        self.copy_from_elsewhere(text)
        self.keys("ctrl+v")
        self.answer("Text Import", "Return")

    def answer(self, title: str, *names: str) -> None:
        """Wait for a dialog, press keys in it, wait until it is gone."""
        self.window(title, 30)
        self.keys(*names)
        waited(lambda: None if any(title in name for _, name in self.windows()) else True, 30, f"“{title}” stays open")
        self.window(self.path.stem, 10)
        self._copy()

    def refused(self) -> bool:
        """Wait for the message that protected cells cannot be changed; close it, and others that follow."""
        self.window("Information", 30)
        while boxes := self.boxes():
            self.ask("windowfocus", "--sync", boxes[0])
            self.keys("Escape")
            time.sleep(0.5)
        self.window(self.path.stem, 10)
        self.copied()
        return True

    def menu(self, letter: str, *names: str) -> None:
        """Open a menu by its letter and press keys in it."""
        self.keys(f"alt+{letter}", *names, "Return")

    def unprotect(self) -> None:
        """Take the sheet's protection off: Tools, Protect Sheet (the seventh from below); no password is asked for."""
        self.menu("t", *["Up"] * 7)

    def pick(self, cell: str, *names: str) -> None:
        """Open a cell's drop-down list, move in it, take what is marked."""
        self.go(cell)
        self.keys("alt+Down")
        time.sleep(1)
        self.keys(*names, "Return")

    def filter(self, head: str, word: str) -> None:
        """Open the list of a filtered column, look for a word, keep only the rows that have it."""
        self.go(head)
        self.keys("alt+Down")
        time.sleep(1)
        self.copy_from_elsewhere(word)
        self.keys("ctrl+v")
        time.sleep(0.5)
        self.keys("Return")

    def follow(self, cell: str) -> None:
        """Click on a cell's link with Ctrl held down."""
        self.go(cell)
        x, y = self.cursor()
        self.ask(
            "keydown",
            "ctrl",
            "mousemove",
            str(x),
            str(y),
            "sleep",
            "0.2",
            "click",
            "1",
            "sleep",
            "0.2",
            "keyup",
            "ctrl",
        )

    def cursor(self) -> tuple[int, int]:
        """The middle of the selected cell on the screen: where the marked row header and column header cross."""
        screen = self.look()
        wide, high = screen.size
        rows = [y for y in range(high) if screen.getpixel((2, y)) == _MARKED]
        top = next(y for y in range(high) if sum(screen.getpixel((x, y)) == _MARKED for x in range(wide)) > 9)
        cols = [x for x in range(30, wide) if screen.getpixel((x, top)) == _MARKED]
        return cols[0] + 20, (rows[0] + rows[-1]) // 2

    def look(self) -> Image.Image:
        """What is on the screen: the frame buffer Xvfb keeps in a file (format XWD)."""
        data = (self.profile / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", data[:100])
        start, wide, high, line = head[0] + head[19] * 12, head[4], head[5], head[12]
        return Image.frombuffer("RGB", (wide, high), data[start:], "raw", "BGRX", line, 1)

    def settle(self) -> None:
        """Wait until the program answers quickly: right after opening it loses keys."""
        for _ in range(3):
            self.go("B2")
            time.sleep(0.3)

    def dismiss(self, seconds: float = 2) -> None:
        """Close whatever message box comes up."""
        time.sleep(seconds)
        boxes = self.boxes()
        for number in boxes:
            self.ask("windowfocus", "--sync", number)
            self.keys("Escape")
        self.window(self.path.stem, 10)
        if boxes:
            self.copied()

    def boxes(self) -> list[str]:
        """Windows other than the workbook's: message boxes."""
        return [number for number, name in self.windows() if self.path.stem not in name]

    def sheet(self, steps: int) -> None:
        """Go ``steps`` tabs to the right, or to the left."""
        self.ask("key", "--delay", "60", *["ctrl+Next" if steps > 0 else "ctrl+Prior"] * abs(steps))
        time.sleep(0.3)

    def refuses(self, cell: str, text: str, seconds: float = 15) -> bool:
        """Type into a cell; return whether a message box said no (and close it). Waits for one up to ``seconds``."""
        self.write(cell, text)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            boxes = self.boxes()
            if boxes:
                for number in boxes:
                    self.ask("windowfocus", "--sync", number)
                    self.keys("Escape")
                time.sleep(0.5)
                self.window(self.path.stem, 10)
                return True
            time.sleep(0.3)
        return False

    def save(self) -> None:
        before = self.path.stat().st_mtime_ns
        self.keys("ctrl+s")
        end = time.monotonic() + 60
        while self.path.stat().st_mtime_ns == before and time.monotonic() < end:
            time.sleep(0.5)
        assert self.path.stat().st_mtime_ns != before, f"not saved; windows: {self.windows()}"
        time.sleep(1)
