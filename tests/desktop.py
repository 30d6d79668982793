"""A department's desk: LibreOffice on a virtual screen, driven by real keystrokes.

A list or number check is only enforced for what a person types; through any interface it is bypassed.
So the keys go through the X server (Xvfb, xdotool), as they would from a keyboard.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

import pytest

from tests.office import SOFFICE

needs_desktop = pytest.mark.skipif(
    SOFFICE is None or shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
    reason="LibreOffice, Xvfb and xdotool are needed (CI installs them)",
)

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Save/Document"><prop oor:name="WarnAlienFormat"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion"><value>99</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay"><value>false</value></prop></item>
</oor:items>
"""


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
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as stream:
            display = stream.readline().strip()
        self.environment = {**os.environ, "DISPLAY": f":{display}", "SAL_USE_VCLPLUGIN": "gen"}
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
        )
        self.window(self.path.stem, 90)
        time.sleep(3)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (self.office, self.screen):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        subprocess.run(["pkill", "-f", str(self.profile)], check=False)
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

    def enter(self, cell: str, text: str, pause: float) -> None:
        """As ``write``, but as fast as LibreOffice takes it; ``""`` clears the cell."""
        go = ["key", "ctrl+shift+t", "key", "ctrl+a", "type", "--args", "1", "--delay", "6", cell, "key", "Return"]
        delay = "6" if text.isascii() else "40"  # every Chinese character is a change of the keyboard
        words = ["type", "--args", "1", "--delay", delay, text, "key", "Return"] if text else ["key", "Delete"]
        self.ask(*go, "sleep", str(pause), *words, "sleep", str(pause))

    def go(self, cell: str) -> None:
        """Select a cell."""
        self.ask("key", "ctrl+shift+t", "key", "ctrl+a", "type", "--args", "1", "--delay", "6", cell, "key", "Return")
        time.sleep(0.3)

    def dismiss(self, seconds: float = 2) -> None:
        """Close whatever message box comes up."""
        time.sleep(seconds)
        for number in self.boxes():
            self.ask("windowfocus", "--sync", number)
            self.keys("Escape")
        self.window(self.path.stem, 10)

    def boxes(self) -> list[str]:
        """Windows other than the workbook's: message boxes."""
        return [number for number, name in self.windows() if self.path.stem not in name]

    def sheet(self, steps: int) -> None:
        """Go ``steps`` tabs to the right."""
        self.keys(*["ctrl+Next"] * steps)
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
