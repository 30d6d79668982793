"""A report's template made ready once, to be filled many times.

Imports ``letter``, ``placeholders``, ``ooxml``. Only the parts that ask for something are parsed again for every report; all others
are handed on compressed as they are, and a table stays the text it was written as. A newcomer would open the template, look for
its placeholders, and parse, move and write out every table anew: two thirds of the time a report took.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xltool.ooxml.package import Package, written
from xltool.report.documents import letter, placeholders
from xltool.report.documents.placeholders import LetterPlaceholder
from xltool.report.documents.word_xml import W

_LATER = "xltool-table"
_LATER_AT = re.compile(rb"<\?xltool-table ([0-9]+)\?>")


@dataclass(frozen=True, slots=True)
class BlankSpot:
    """A paragraph that asks for something: the part it is in, which paragraph of it; ``alone``: it has the paragraph to itself."""

    part: str
    number: int
    names: tuple[str, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """A template ready to be filled: its file, the names of the text's part and of the properties' part, and what it asks for."""

    data: bytes
    text: str
    properties: str
    spots: tuple[BlankSpot, ...]


def blank_of(document: Any, spots: Sequence[LetterPlaceholder]) -> Blank:
    """Return an opened template with its placeholders, all of which can be filled, as a blank."""
    letter.sign(document, "")
    places: dict[Any, tuple[str, int]] = {}
    properties = ""
    for part in document.part.package.iter_parts():
        name = str(part.partname).lstrip("/")
        if part.content_type.endswith("core-properties+xml"):
            properties = name
        if (root := getattr(part, "element", None)) is not None:
            places |= {paragraph: (name, at) for at, paragraph in enumerate(placeholders.paragraphs(root))}
    found = tuple(BlankSpot(*places[spot.paragraph], spot.names, alone(spot)) for spot in spots)
    stream = io.BytesIO()
    document.save(stream)
    return Blank(stream.getvalue(), str(document.part.partname).lstrip("/"), properties, found)


def alone(spot: LetterPlaceholder) -> bool:
    """Return whether a placeholder has a paragraph to itself, outside tables."""
    text = "".join(node.text or "" for node in spot.paragraph.iter(f"{{{W}}}t"))
    return (
        len(spot.names) == 1 and re.fullmatch(r"\s*[{｛]{2}[^{}｛｝]+[}｝]{2}\s*", text) is not None and not spot.rows
    )


class Filling:
    """One report in the making. ``body``: of its text; ``spots``: what is asked for, with the paragraphs to be changed."""

    def __init__(self, blank: Blank) -> None:
        self._blank = blank
        self._package = Package.read(blank.data)
        self._roots: dict[str, Any] = {}
        self._later: list[str] = []
        wanted = dict.fromkeys((blank.text, *(spot.part for spot in blank.spots)))
        paragraphs = {name: placeholders.paragraphs(self._root(name)) for name in wanted}
        self.spots = [(spot, paragraphs[spot.part][spot.number]) for spot in blank.spots]
        self.body = self._root(blank.text).find(f"{{{W}}}body")

    def _root(self, name: str) -> Any:
        from docx.oxml.parser import parse_xml

        if name not in self._roots:
            self._roots[name] = parse_xml(self._package.parts[name])
        return self._roots[name]

    def later(self, table: str) -> Any:
        """Return what stands in the text for a table, given as XML, until the text is written."""
        from lxml import etree

        self._later.append(table)
        return etree.ProcessingInstruction(_LATER, str(len(self._later) - 1))

    def to_bytes(self, title: str) -> bytes:
        """Return the document under a title."""
        from docx.opc.coreprops import CoreProperties

        properties: Any = self._root(self._blank.properties)
        letter.sign_properties(CoreProperties(properties), title)
        for name, root in self._roots.items():
            self._package.parts[name] = written(root)
        text = self._blank.text
        self._package.parts[text] = _LATER_AT.sub(self._table, self._package.parts[text])
        return self._package.to_bytes()

    def _table(self, match: re.Match[bytes]) -> bytes:
        number = int(match[1])
        if number >= len(self._later):  # the bureau's own
            return match[0]
        table = self._later[number]
        if self._roots[self._blank.text].nsmap.get("w") != W:
            table = table.replace("<w:tbl>", f'<w:tbl xmlns:w="{W}">', 1)
        return table.encode()
