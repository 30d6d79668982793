"""The look of a workbook: one table of formats, nothing styled anywhere else.

Colour never alone carries meaning: input cells are also the unlocked ones with a thin frame, broken
cells also have a text in 填报提示.
"""

from __future__ import annotations

from typing import Any

from xltool.form.definition.model import FieldType, Unit
from xltool.form.layout.workbook_layout import Box, Role
from xltool.writing.palette import (
    AMBER,
    BLUE,
    BROKEN_FILL,
    COMPUTED_FILL,
    GREEN,
    GREY,
    GRID,
    HEADER_FILL,
    HEI,
    INPUT_FILL,
    LABEL_FILL,
    OPEN_FILL,
    RED,
    RULE,
    SONG,
)

LONG_SIZE = 9

_BASE = {"font_name": SONG, "font_size": 11, "valign": "vcenter"}
_FRAME = {"border": 1, "border_color": GRID}

_STYLES: dict[str, dict[str, Any]] = {
    "heading": {"font_name": HEI, "font_size": 18, "align": "center"},
    "title": {"font_name": HEI, "font_size": 12, "bottom": 2, "bottom_color": RULE},
    "note": {"font_size": 10, "font_color": GREY, "align": "right"},
    "header": {**_FRAME, "font_name": HEI, "bg_color": HEADER_FILL, "align": "center", "text_wrap": True},
    "label": {**_FRAME, "bg_color": LABEL_FILL, "text_wrap": True, "indent": 1},
    "unit": {**_FRAME, "align": "center", "font_color": GREY},
    "input": {**_FRAME, "bg_color": INPUT_FILL, "locked": False},
    "computed": {**_FRAME, "bg_color": COMPUTED_FILL},
    "constant": {**_FRAME},
    "hint": {**_FRAME, "font_color": RED, "font_size": 10, "text_wrap": True, "align": "left"},
    "print": {"border": 1, "font_size": 10.5, "text_wrap": True},
    "print_title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "bold": True},
    "text": {"text_wrap": True, "align": "left"},
    "body": {**_FRAME, "text_wrap": True, "align": "left"},
    "middle": {**_FRAME, "text_wrap": True, "align": "center"},
    "link": {**_FRAME, "font_color": BLUE, "underline": 1, "align": "left"},
    "stop": {},
    "state": {**_FRAME, "align": "center", "bold": True},
    "verdict": {**_FRAME, "bold": True, "font_size": 12, "align": "left", "text_wrap": True},
    "bad": {"bg_color": BROKEN_FILL},
    "open": {"bg_color": OPEN_FILL},
    "red": {"font_color": RED, "bold": True},
    "amber": {"font_color": AMBER, "bold": True},
    "green": {"font_color": GREEN, "bold": True},
}


class Styles:
    """Formats of one workbook, each created once."""

    def __init__(self, book: Any, units: dict[str, Unit]) -> None:
        self.book, self.units = book, units
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, name: str, **more: Any) -> Any:
        """Return a named format, optionally with extra properties."""
        differential = name in ("bad", "open", "red", "amber", "green")
        return self._format({**({} if differential else _BASE), **_STYLES[name], **more})

    def _format(self, properties: dict[str, Any]) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    def of(self, box: Box) -> Any:
        """Return the format of a box of an input sheet."""
        if box.field is None:
            return self.get(box.role.value)
        more: dict[str, Any] = {}
        if box.field.is_number:
            unit = self.units.get(box.field.unit, Unit())
            more = {"num_format": unit.cell, "align": "center" if box.key is not None and box.key.row else "right"}
        elif box.field.type is FieldType.LONG:
            # Text format would show ##### for more than 255 characters in older Excel.
            more = {"text_wrap": True, "align": "left", "indent": 1}
            if box.field.lines > 2:
                # A row ends at 409 points: in this type a wide cell shows some 1,800 characters. What does not fit is cut off
                # below, never above.
                more |= {"font_size": LONG_SIZE, "valign": "top"}
        elif box.role in (Role.INPUT, Role.CONSTANT):
            align = "center" if box.key is not None and box.key.row else "left"
            # A formula in a cell of text format becomes a text as soon as somebody edits it.
            shown = {} if box.field.default else {"num_format": "@"}
            more = {**shown, "align": align, "text_wrap": True, "indent": int(align == "left")}
        return self.get(box.role.value, **more)

    def printed(self, style: str, unit: str, **more: Any) -> Any:
        """Return the format of a cell of an official form."""
        if style == "title":
            return self.get("print_title")
        more = {"align": "left" if style == "left" else "center", **more}
        if unit:
            more["num_format"] = self.units.get(unit, Unit()).cell
        return self.get("print", **more)

    def flowing(self, style: str, unit: str, size: float) -> Any:
        """Return the format of a cell of a part that flows: its borders are conditional (``edges``)."""
        return self.printed(style, unit, border=0, font_size=size)

    def edges(self, sides: tuple[str, ...]) -> Any:
        """Return the conditional format that draws thin lines at some sides."""
        return self._format(dict.fromkeys(sides, 1))
