"""安装.bat, as far as it can be tried without Windows: its bytes, what it names, what Python it is content with."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("wheelhouse", Path(__file__).parents[1] / "packaging" / "wheelhouse.py")
assert _SPEC
assert _SPEC.loader
wheelhouse = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(wheelhouse)
SIGNS = b'|&<>^()%\\"!'


def test_the_installer_for_windows() -> None:
    data: bytes = wheelhouse.installer(("3.11", "3.12", "3.14"))
    assert b"{" not in data
    assert data.count(b"\r\n") == data.count(b"\n") == len(data.split(b"\r\n")) - 1
    assert not data.startswith(b"\xef\xbb\xbf"), "cmd takes a mark for a command"
    text = data.decode("gbk")
    for character in text:
        encoded = character.encode("gbk")
        assert len(encoded) == 1 or encoded[1] not in SIGNS, character
    # What is spoken in a block has no bracket in it, and a path is never without its quotes.
    for line in text.splitlines():
        bare = re.sub(r'"[^"]*"', "", line)
        assert bare.count("(") == bare.count(")") == bare.count("(echo ") + bare.count("in ("), line
        for found in re.finditer(r"%HOME_%|%~dp0|%USERPROFILE%|%LOCALAPPDATA%", line):
            assert line[: found.start()].count('"') % 2 == 1, line
    assert set(re.findall(r"%~dp0([^\"\\\\]*)", text)) == {"wheels"}, "the only thing it needs beside itself"
    assert "for %%v in (3.14 3.12 3.11) do" in text
    assert '"xltool[page]"' in text
    # The condition in the words of Python, for this Python and for others.
    (code,) = re.findall(r'not defined PY python -c "([^"]*)"', text)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    for version, good in ((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False):
        told = code.replace("sys.version_info[:2]", str(version))
        assert (subprocess.run([sys.executable, "-c", told], check=False).returncode == 0) is good, version
