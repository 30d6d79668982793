"""Our looks added to the styles of somebody else's workbook.

Imports ``report.looks`` and ``ooxml.package``. Existing entries are never touched or moved, because every
cell of the workbook refers to them by position; what we added in an earlier round is found again. A
newcomer would expect every list to exist: small writers leave out fills, borders or all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lxml import etree

from xltool.ooxml.package import MAIN, insert_ordered, parsed, written
from xltool.report.workbook.looks import BASE, LOOKS

_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_DEFAULTS = {
    "fonts": '<font><sz val="11"/><name val="宋体"/></font>',
    "fills": '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    "borders": "<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellStyleXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    "cellXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    "cellStyles": '<cellStyle name="Normal" xfId="0" builtinId="0"/>',
    "dxfs": "",
}
_NUMBER_FORMATS = {"": 0, "0": 1, "0.00": 2}
_SEARCHED = 400
_SMALL = 200_000  # bytes of a part worth remembering
EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}"/>'.encode()


@dataclass(frozen=True, slots=True)
class MarkedStyles:
    """A styles part with our looks in it: (look, number format) to cell format, colour to differential format."""

    part: bytes
    looks: Mapping[tuple[str, str], int]
    marks: Mapping[str, int]


def styled(part: bytes, looks: frozenset[tuple[str, str]], colours: tuple[str, ...]) -> MarkedStyles:
    """Return a styles part with everything that is needed added to it.

    Raises:
        NotPatchable: the part is not plain XML.
    """
    return (_remembered if len(part) <= _SMALL else _styled)(part, looks, colours)


def _styled(part: bytes, looks: frozenset[tuple[str, str]], colours: tuple[str, ...]) -> MarkedStyles:
    made = _StylePart(parsed("styles.xml", part))
    found = {key: made.look(*key) for key in sorted(looks)}
    marks = {colour: made.mark(colour) for colour in colours}
    return MarkedStyles(written(made.root), MappingProxyType(found), MappingProxyType(marks))


# The returns of one campaign were saved by few programs from one template: most have the same styles.
_remembered = lru_cache(maxsize=16)(_styled)


class _StylePart:
    """The parsed styles part; ``root`` is changed in place."""

    def __init__(self, root: Any) -> None:
        self.root = root
        for name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles"):
            self._list(name)

    def look(self, name: str, num_format: str) -> int:
        """Return the index of a look among the cell formats."""
        wanted = {**BASE, **LOOKS[name]}
        font = self._add("fonts", _font(wanted))
        fill = self._add("fills", _fill(wanted["bg_color"])) if "bg_color" in wanted else 0
        border = self._add("borders", _border(wanted)) if "border" in wanted or "bottom" in wanted else 0
        number = _NUMBER_FORMATS[num_format]
        horizontal = f' horizontal="{wanted["align"]}"' if "align" in wanted else ""
        vertical = {"vcenter": "center", "top": "top"}[wanted["valign"]]
        indent = f' indent="{wanted["indent"]}"' if "indent" in wanted else ""
        wrap = ' wrapText="1"' if wanted.get("text_wrap") else ""
        return self._add(
            "cellXfs",
            f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment{horizontal} vertical="{vertical}"{indent}{wrap}/></xf>',
        )

    def mark(self, colour: str) -> int:
        """Return the index of a differential format that only fills, for conditional formats."""
        fill = f'<fill><patternFill patternType="solid"><fgColor rgb="{_rgb(colour)}"/><bgColor rgb="{_rgb(colour)}"/></patternFill></fill>'
        return self._add("dxfs", f"<dxf>{fill}</dxf>")

    def _list(self, name: str) -> Any:
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is None:
            found = etree.SubElement(self.root, f"{{{MAIN}}}{name}")
            self.root.remove(found)
            insert_ordered(self.root, found, _ORDER)
        if len(found) == 0:
            found.extend(_elements(_DEFAULTS[name]))
            found.set("count", str(len(found)))
        return found

    def _add(self, name: str, xml: str) -> int:
        owner = self._list(name)
        (element,) = _elements(xml)
        wanted = _canonical(element)
        for index in range(len(owner) - 1, max(-1, len(owner) - _SEARCHED), -1):
            if _canonical(owner[index]) == wanted:
                return index
        owner.append(element)
        etree.cleanup_namespaces(element)
        owner.set("count", str(len(owner)))
        return len(owner) - 1


def _elements(xml: str) -> list[Any]:
    return list(etree.fromstring(f'<x xmlns="{MAIN}">{xml}</x>'))


def _canonical(element: Any) -> Any:
    if not isinstance(element.tag, str):
        return None
    return (element.tag, tuple(sorted(element.attrib.items())), tuple(_canonical(child) for child in element))


def _rgb(colour: str) -> str:
    return "FF" + colour.lstrip("#")


def _font(wanted: dict[str, Any]) -> str:
    underline = "<u/>" if wanted.get("underline") else ""
    colour = f'<color rgb="{_rgb(wanted["font_color"])}"/>' if "font_color" in wanted else ""
    return (
        f'<font>{underline}<sz val="{wanted["font_size"]}"/>{colour}<name val="{wanted["font_name"]}"/>'
        f'<family val="{wanted["font_family"]}"/><charset val="{wanted["font_charset"]}"/></font>'
    )


def _fill(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="{_rgb(colour)}"/><bgColor indexed="64"/></patternFill></fill>'


def _border(wanted: dict[str, Any]) -> str:
    def side(name: str) -> str:
        style = wanted.get(name, wanted.get("border", 0))
        if not style:
            return f"<{name}/>"
        colour = _rgb(wanted.get(f"{name}_color", wanted.get("border_color", "#000000")))
        return f'<{name} style="{ {1: "thin", 2: "medium"}[style] }"><color rgb="{colour}"/></{name}>'

    return f"<border>{side('left')}{side('right')}{side('top')}{side('bottom')}<diagonal/></border>"
