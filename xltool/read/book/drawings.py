"""Pictures, text boxes and shapes that lie over cells. Imports ``package``, ``values``.

What they say is read by nobody; where they lie over a cell to be filled in, the officer has to look. Notes are
drawn elsewhere (as VML) and are not meant here.
"""

from __future__ import annotations

import posixpath
from typing import Any

from xltool.ooxml.gate import Archive, find, relations, tree
from xltool.ooxml.limits import LIMITS, Limits
from xltool.read.book.areas import Area

_MOST = 1000


def floating(archive: Archive, sheet: str, limits: Limits = LIMITS) -> tuple[Area, ...]:
    """Return the areas that the drawings of a sheet cover.

    Raises:
        Refused: as ``package.tree``.
    """
    found: list[Area] = []
    for relation in relations(archive, sheet, limits).values():
        part = find(archive, joined(posixpath.dirname(sheet), relation.target)) if not relation.external else None
        if relation.kind != "drawing" or part is None:
            continue
        for anchor in tree(archive, part, limits):
            area = _area(anchor)
            if area is not None:
                found.append(area)
    return tuple(found[:_MOST])


def joined(folder: str, target: str) -> str:
    """Return the part a relationship points to, told from the folder of the part that has it."""
    target = target.replace("\\", "/")
    return target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _area(anchor: Any) -> Area | None:
    """The rows and columns of an anchor; None where it is tied to no cell."""
    start = _corner(anchor, "from")
    if start is None:
        return None
    end = _corner(anchor, "to") or start
    return (*start, max(start[0], end[0]), max(start[1], end[1]))


def _corner(anchor: Any, name: str) -> tuple[int, int] | None:
    corner = next(anchor.iterchildren(f"{{*}}{name}"), None)
    if corner is None:
        return None
    texts = [next((item.text or "" for item in corner.iterchildren(f"{{*}}{part}")), "") for part in ("row", "col")]
    row, col = (int(text) if text.strip().isdigit() and len(text) < 9 else -1 for text in texts)
    return (row, col) if row >= 0 and col >= 0 else None
