"""The chapters of the officer's manual, and how they read on a terminal.

They are the Markdown files of ``macros_docs/manual``; in an installed package they lie in ``xltool/manual``. Imports ``writing``.
Every character of a chapter is in GBK, the code page of a Chinese Windows console (a test looks); pictures are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from xltool.cli.chinese import wrapped
from xltool.writing.measure import pad, width

_FOLDER = "财政局操作手册"
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)$")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_RULE = re.compile(r"^\|[-|: ]+\|$")
_NUMBER = re.compile("^[一二三四五六七八九]、")
_COLUMN = 46  # columns of the terminal for one of a table


def chapters() -> dict[str, Path]:
    """Return the files of the manual by topic, in the order of reading."""
    package = Path(str(files("xltool")))
    installed = package / "manual"
    folder = installed if installed.is_dir() else package.parent / "macros_docs" / "manual" / _FOLDER
    return {path.stem.partition("-")[2]: path for path in sorted(folder.glob("*.md"))}


def about(path: Path) -> str:
    """Return what a chapter is about: its sections."""
    heads = [line[3:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    return "、".join(_NUMBER.sub("", head.partition("：")[0]) for head in heads)


def sections(word: str) -> Iterator[tuple[str, str]]:
    """The sections that speak of ``word`` in their heading, in bold questions or in a table's first column, by chapter."""
    for topic, path in chapters().items():
        for section in re.split(r"(?m)^(?=## )", path.read_text(encoding="utf-8")):
            heads = re.findall(r"(?m)^#+ .*$|^\*\*.*?\*\*|^\| [^|]+", section)
            if any(word in head for head in heads):
                yield topic, section


def told(text: str) -> Iterator[str]:
    """Markdown as lines for a terminal: no pictures, links as their words, tables aligned."""
    table: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            if not _RULE.match(line):
                table.append([_plain(cell.strip()) for cell in line.strip("|").split("|")])
            continue
        if table:
            yield from _aligned(table)
            table = []
        if _PICTURE.match(line):
            continue
        if line.startswith("#"):
            title = line.lstrip("# ")
            yield from (title, ("=" if line.startswith("# ") else "-") * width(title))
        else:
            yield _plain(line)


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("**", "").replace("`", "")


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in columns, the first row underlined; long cells go on below."""
    widths = [min(max(map(width, column)), _COLUMN) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = [wrapped(cell, room) for cell, room in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            parts = (
                pad(cell[line] if line < len(cell) else "", room) for cell, room in zip(cells, widths, strict=True)
            )
            yield "  ".join(parts).rstrip()
        if number == 0:
            yield "  ".join("-" * room for room in widths)
