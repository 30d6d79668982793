"""The shade of a marked cell, which remembers what it replaced. Imports nothing of ours but names of elements.

``<w:shd w:val="clear" w:color=… w:fill=ours/>``: a clear pattern shows no pattern colour, so programs keep whatever
stands there; it holds the fill that was there before. Any other shade a department chose (a pattern, a theme
colour) is left alone, and the comment must do.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from lxml import etree

from xltool.ooxml.package import insert_ordered
from xltool.read.tables.word.runs import child, local, value
from xltool.writing.palette import RED_FILL, YELLOW_FILL

_ORDER = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection",
    "tcFitText", "vAlign", "hideMark", "headers", "cellIns", "cellDel", "cellMerge", "tcPrChange",
)  # fmt: skip
_RED, _YELLOW = RED_FILL.lstrip("#"), YELLOW_FILL.lstrip("#")
_NONE, _AUTO = "FEFEFE", "FDFDFD"
"""Instead of a colour: there was no shade at all; there was one without colour."""


def shade(cell: Any, reject: bool) -> None:
    """Colour a cell (w:tc): red for what must change, yellow for what should be looked at."""
    space = f"{{{etree.QName(cell).namespace}}}"
    properties = child(cell, "tcPr")
    if properties is None:
        properties = etree.Element(f"{space}tcPr")
        cell.insert(0, properties)
    item, before = child(properties, "shd"), _NONE
    if item is not None:
        fill = value(item, "fill") or "auto"
        plain = {key.rpartition("}")[2] for key in item.attrib} <= {"val", "color", "fill"}
        if not plain or value(item) != "clear" or value(item, "color") not in (None, "auto"):
            return
        before = _AUTO if fill == "auto" else fill
        properties.remove(item)
    made = etree.Element(f"{space}shd")
    for name, text in (("val", "clear"), ("color", before), ("fill", _RED if reject else _YELLOW)):
        made.set(f"{space}{name}", text)
    insert_ordered(properties, made, _ORDER)


def unshade(root: Any, ours: Set[str]) -> None:
    """Take our shades out. ``ours``: ids of our comments, by which a cell is known whose memory a program has lost."""
    for item in list(root.iter("{*}shd")):
        properties = item.getparent()
        if local(properties) != "tcPr" or value(item, "fill") not in (_RED, _YELLOW) or value(item) != "clear":
            continue
        before = value(item, "color") or "auto"
        if before == "auto" and not _commented(properties.getparent(), ours):
            continue
        space = f"{{{etree.QName(item).namespace}}}"
        if before in (_NONE, "auto"):
            cell = properties.getparent()
            properties.remove(item)
            if len(properties) == 0 and not properties.attrib:
                cell.remove(properties)
        else:
            item.set(f"{space}color", "auto")
            item.set(f"{space}fill", "auto" if before == _AUTO else before)


def _commented(cell: Any, ours: Set[str]) -> bool:
    return any(value(item, "id") in ours for item in cell.iter("{*}commentRangeStart", "{*}commentReference"))
