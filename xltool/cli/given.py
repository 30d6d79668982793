"""The files a command was given, those of a folder among them. Used by the commands that take any number of files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from xltool.cli.say import say

FILES = click.Path(exists=True, path_type=Path)


def given(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """Return each file with its name, of a folder those in it and below; what is none of our business there is told.

    Raises:
        click.UsageError: a folder has no files.
        UnusableFileError: a folder cannot be looked into.
    """
    found: list[tuple[str, Path]] = []
    for path in paths:
        if not path.is_dir():
            found.append((path.name, path))
            continue
        from xltool.campaign.intake.walk import walk

        places = walk(path)
        say(*(f"没有读 {place.name}：{place.skipped}" for place in places if place.skipped), err=True)
        read = [(place.name, place.path) for place in places if not place.skipped]
        if not read:
            raise click.UsageError(f"文件夹“{path}”里没有要读的文件。")
        found += read
    return found
