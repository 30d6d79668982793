"""What the commands print: the one place that writes to the terminal.

Imports ``writing``. Every line may quote a file name or a department's text, so none may move the cursor, turn the writing
round or begin another line. A newcomer would call ``click.echo``; a test looks for it.
"""

from __future__ import annotations

import sys

import click

from xltool.writing.text import for_screen


def say(*lines: str, err: bool = False) -> None:
    """Print lines; what would end a line inside one of them becomes a blank. ``err``: to the error output."""
    for line in lines:
        click.echo(for_screen(line), err=err)


def next_step(text: str, err: bool = False) -> None:
    """Print what to run or open next; every command ends with it, and a test looks for it."""
    say(f"下一步：{text}", err=err)


def say_text(text: str, err: bool = False) -> None:
    """Print a text of ours that has several lines; what it quotes must have gone through ``one_line``."""
    say(*text.split("\n"), err=err)


def typed(path: object) -> str:
    """Return a path as it is typed in a command: in quotes where a blank would end it.

    >>> typed("2022年自评"), typed("2022年 自评")
    ('2022年自评', '"2022年 自评"')
    """
    return f'"{path}"' if " " in str(path) else str(path)


def say_json(line: str) -> None:
    """Print a line of JSON: as it is where the output is UTF-8, else in ASCII, which is UTF-8 as well."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    click.echo(line if encoding == "utf8" else _ascii(line))


def _ascii(line: str) -> str:
    """JSON with everything beyond ASCII spelt; outside its texts there is nothing of that kind.

    >>> _ascii('{"name": "县😀"}')
    '{"name": "\\\\u53bf\\\\ud83d\\\\ude00"}'
    """
    units = line.encode("utf-16-be")
    codes = (units[at] * 256 + units[at + 1] for at in range(0, len(units), 2))
    return "".join(chr(code) if code < 0x80 else f"\\u{code:04x}" for code in codes)
