"""The borders of a flow (see ``generate.sheets.flow``): conditional formats that ask a helper column what a row shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xltool.form.layout.print_layout import Flow
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import ensure

CONTINUED, ITEM, LEVEL2, LEVEL1, CLOSING = range(1, 6)
"""What a row shows: a further part of an item, an item, the first of a 二级 or 一级 block; the closing rows, counted on."""


def paint(sheet: Any, flow: Flow, kinds: Mapping[int, str], place: tuple[str, int], styles: Styles) -> None:
    """Frame the flow, column by column.

    Args:
        sheet: the official form.
        flow: its table.
        kinds: what the columns hold: "level1", "level2", "side" (a label beside all rows) or anything else.
        place: the letter of the helper column, and how many columns are printed.
        styles: of the workbook.
    """
    thresholds = {"level1": LEVEL1, "level2": LEVEL2, "side": CLOSING + 99}
    letter, wide = place
    code, last = f"${letter}{flow.top + 1}", flow.top + flow.room - 1

    def edge(col: int, criteria: str, edges: list[str]) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": styles.edges(tuple(edges)), "stop_if_true": True}
        ensure(sheet.conditional_format(flow.top, col, last, col, rule), criteria)

    for col in range(wide):
        for number, boxes in enumerate(flow.items[flow.count :]):
            box = next(box for box in boxes if box.col <= col < box.col + box.cols)
            edges = ["top", "bottom"]
            edges += ["left"] if col == box.col else []
            edges += ["right"] if col == box.col + box.cols - 1 else []
            edge(col, f"={code}={CLOSING + number}", edges)
        least = thresholds.get(kinds.get(col, "text"), ITEM)
        if least < CLOSING:
            edge(col, f"=AND({code}>={least},{code}<{CLOSING})", ["top", "left", "right"])
        edge(col, f"=AND({code}>0,{code}<{CLOSING})", ["left", "right"])
