"""The look of all reports: one table of named looks.

Imports ``writing.palette``. The properties are XlsxWriter's; ``style_part`` writes the same table as OOXML. A
newcomer would look for a list of fallback fonts: a workbook has none, so charset and family are given, and
a program without 宋体 takes another Chinese font of that family.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from xltool.writing.palette import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    GRID,
    HEADER_FILL,
    HEI,
    LABEL_FILL,
    RED,
    RED_FILL,
    RULE,
    SONG,
    YELLOW_FILL,
)

BASE = {"font_name": SONG, "font_size": 10, "font_charset": 134, "font_family": 3, "valign": "vcenter"}
_HEADING = {"font_name": HEI, "font_family": 2}
_FRAME = {"border": 1, "border_color": GRID}
LOOKS: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "title": {**_HEADING, "font_size": 16},
        "section": {**_HEADING, "font_size": 12, "bottom": 2, "bottom_color": RULE},
        "note": {"font_color": GREY},
        "note_wrapped": {"font_color": GREY, "text_wrap": True, "valign": "top"},
        "header": {**_HEADING, **_FRAME, "bg_color": HEADER_FILL, "align": "center", "text_wrap": True},
        "text": {**_FRAME, "text_wrap": True, "align": "left", "indent": 1},
        "center": {**_FRAME, "text_wrap": True, "align": "center"},
        "link": {**_FRAME, "text_wrap": True, "align": "left", "indent": 1, "font_color": BLUE, "underline": 1},
        "number": {**_FRAME, "align": "right", "indent": 1},
        "red": {**_FRAME, "align": "center", "font_color": RED, "bg_color": RED_FILL},
        "amber": {**_FRAME, "align": "center", "font_color": AMBER, "bg_color": YELLOW_FILL},
        "green": {**_FRAME, "align": "center", "font_color": GREEN},
        "verdict": {**_HEADING, "font_size": 12, "text_wrap": True},
        "total": {**_HEADING, **_FRAME, "bg_color": LABEL_FILL, "align": "center", "text_wrap": True},
        "total_number": {**_HEADING, **_FRAME, "bg_color": LABEL_FILL, "align": "right", "indent": 1},
    }
)
STATE_LOOK = MappingProxyType(
    {
        "退回": "red",
        "未报": "red",
        "须改": "red",
        "旧版": "red",
        "空表": "red",
        "待修改": "amber",
        "待认领": "amber",
        "提示": "amber",
        "资料不全": "amber",
        "通过": "green",
        "红灯": "red",
        "黄灯": "amber",
        "绿灯": "green",
    }
)
