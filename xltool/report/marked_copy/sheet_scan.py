"""One pass over a worksheet part: where its elements stand in bytes, and what comments and marks must know of it.

Imports ``report.package``. Offsets come from the parser, never from a search in the bytes: a pattern over XML
that a stranger wrote is either wrong (comments, quotes, CDATA) or slow (a megabyte of blanks). A newcomer would
also splice a part once per change; ``edited`` joins its pieces once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.parsers import expat

from xltool.ooxml.package import NotPatchable

Edit = tuple[int, int, bytes]
"""(start, end, by what); offsets in bytes of the part before any edit."""

_BEFORE = frozenset(
    [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
    ]
)
_AFTER_DRAWING = frozenset(
    [
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
        "AlternateContent",
    ]
)
_MANY_ROWS = 3_000
_MANY_COLUMNS = 16_384
_TAG = re.compile(rb"<[^\s/>\"']++(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+>")
_NAME = re.compile(rb"<[^\s/>]++")
_ATTRIBUTE = re.compile(rb"\s*+([^\s=/>]++)\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_PRIORITY = re.compile("[0-9]{1,8}")


@dataclass(slots=True)
class Scan:
    """What one pass found; -1 where there is no such place.

    ``marks_at``: where conditional formats go; ``drawing_at``: where the reference to a VML drawing goes;
    ``end``: the end tag of the sheet; ``legacy``: relationship id and extent of that reference, if there is one;
    ``views``: start of each sheet view that is selected; ``conditional``: extent of each conditional format;
    ``columns`` and ``rows``: their attributes, of rows the first few thousand; ``filled``: cells that hold something.
    """

    root: str = ""
    marks_at: int = -1
    drawing_at: int = -1
    end: int = -1
    legacy: tuple[str, int, int] | None = None
    views: list[int] = field(default_factory=list)
    conditional: list[tuple[int, int]] = field(default_factory=list)
    priorities: list[tuple[int, int]] = field(default_factory=list)
    columns: list[Mapping[str, str]] = field(default_factory=list)
    rows: list[Mapping[str, str]] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)

    @property
    def prefix(self) -> str:
        """The prefix of the sheet's own elements, with its colon."""
        before, colon, _ = self.root.rpartition(":")
        return before + colon


def scan(part: bytes) -> Scan:
    """Walk a worksheet part.

    Raises:
        NotPatchable: the part is not plain XML in UTF-8.
    """
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in part[:100]:
        raise NotPatchable("工作表不是 UTF-8 编码")
    walk = _Walk(part)
    walk.parse()
    return walk.found


class SheetEdits:
    """A worksheet part that is being changed: looked through once, if at all, and joined once."""

    def __init__(self, part: bytes) -> None:
        self.part, self.edits = part, list[Edit]()

    @cached_property
    def found(self) -> Scan:
        """What stands where.

        Raises:
            NotPatchable: as ``scan``.
        """
        return scan(self.part)

    def done(self) -> bytes:
        """Return the part as it is now."""
        return edited(self.part, self.edits)


def edited(part: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the part with all edits made; of one inside another only the outer counts.

    >>> edited(b"abcdef", [(4, 5, b""), (1, 1, b"-"), (2, 4, b"CD")])
    b'a-bCDf'
    """
    pieces: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1] > edit[0], -edit[1])):
        if start < at:
            continue
        pieces += (part[at:start], new)
        at = end
    return b"".join((*pieces, part[at:]))


def parse(parser: Any, part: bytes, what: str) -> None:
    """Let an expat parser run over a part.

    Raises:
        NotPatchable: it is not plain XML.
    """

    def doctype(*_: Any) -> None:
        raise NotPatchable(f"{what}含有 DOCTYPE")

    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # also an encoding nobody knows
        raise NotPatchable(f"{what}不是完好的 XML：{error}") from None


def end_of(part: bytes, start: int, here: int) -> int:
    """Return where the element ends that begins at ``start`` and whose end the parser reports at ``here``.

    The parser stands behind the tag if the element is empty, before its end tag if not.
    """
    tag = _TAG.match(part, start)
    if tag is not None and tag[0].endswith(b"/>"):
        return tag.end()
    return part.index(b">", here) + 1


def attributes_at(part: bytes, start: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name and extent, the blanks before it included, of each attribute of the tag at ``start``."""
    tag = _NAME.match(part, start)
    at = tag.end() if tag else start
    while tag and (match := _ATTRIBUTE.match(part, at)):
        at = match.end()
        yield match[1], match.start(), at


class _Walk:
    """The handlers of one pass."""

    def __init__(self, part: bytes) -> None:
        self.part, self.found = part, Scan()
        self.depth, self.start, self.cell, self.data, self.ident = 0, 0, "", False, ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.opened, self.closed

    def parse(self) -> None:
        parse(self.parser, self.part, "工作表")

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        local = name.rpartition(":")[2]
        if local == "c":
            self.cell = attributes.get("r", "")
        elif local in ("v", "is", "f"):
            if self.depth > 2:
                self.found.filled.add(self.cell)
        elif local == "row":
            if self.depth == 3 and len(self.found.rows) <= _MANY_ROWS:
                self.found.rows.append(attributes)
        elif self.depth <= 3:
            self._above(name, local, attributes)
        if local == "cfRule":
            number = attributes.get("priority", "0")
            value = int(number) if _PRIORITY.fullmatch(number) else 0
            self.found.priorities.append((self.parser.CurrentByteIndex, value))

    def _above(self, name: str, local: str, attributes: dict[str, str]) -> None:
        """What is not a cell: the sheet itself, its parts, its views and columns."""
        found, here = self.found, self.parser.CurrentByteIndex
        if self.depth == 1:
            found.root = name
        elif self.depth == 2:
            self.start = here
            self.ident = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            if local not in _BEFORE and found.marks_at < 0:
                found.marks_at = here
            if local == "sheetData":
                self.data = True
            elif self.data and found.drawing_at < 0 and local in _AFTER_DRAWING:
                found.drawing_at = here
        elif local == "sheetView":
            if attributes.get("tabSelected") in ("1", "true"):
                found.views.append(here)
        elif local == "col" and not self.data and len(found.columns) < _MANY_COLUMNS:
            found.columns.append(attributes)

    def closed(self, name: str) -> None:
        found = self.found
        if self.depth == 1:
            found.end = self.parser.CurrentByteIndex
            if found.drawing_at < 0:
                found.drawing_at = found.end
        elif self.depth == 2:
            local = name.rpartition(":")[2]
            if local == "conditionalFormatting":
                found.conditional.append((self.start, end_of(self.part, self.start, self.parser.CurrentByteIndex)))
            elif local == "legacyDrawing" and found.legacy is None and self.ident:
                found.legacy = self.ident, self.start, end_of(self.part, self.start, self.parser.CurrentByteIndex)
        self.depth -= 1
