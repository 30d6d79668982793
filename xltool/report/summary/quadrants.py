"""金额与得分: every project as a point in a native chart, budget across, score upwards, four quadrants.

Imports ``report.workbook`` and ``gather``. The lines: the median of the budgets, and the score from which no light is on. A newcomer would
give every point a label: only the projects that ask for a decision, large and low, are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from xltool.report.summary.gather import Gathered, RankedPart
from xltool.report.workbook.book import Book, ReportSheet
from xltool.writing.measure import shorten
from xltool.writing.palette import GREEN, HEI, RED, RULE, SONG

SHEET = "金额与得分"
_NAMES = ("金额大、得分低", "金额小、得分低", "金额大、得分高", "金额小、得分高")
_MEANS = ("优先核查，考虑压减", "督促整改，可以整合", "继续保障", "保留，可以扩大")
_COLOURS = (RED, "#E08A00", GREEN, RULE)
_NAMED = 5
_TOP = 9  # the first row of the list, from 0
_WIDTHS = (16, 24, 30, 15, 10, 3)
_SPREAD = 50
"""From so many times the smallest budget on, the axis is logarithmic: else all points but one lie on its left edge."""


def quadrants(book: Book, made: Gathered) -> None:
    """Write the sheet; nothing where no project has both a budget and a score."""
    line = float(made.data.results.yellow_score.value)
    known = [part for part in made.parts if part.amount is not None and part.amount > 0 and part.total is not None]
    if not known or not made.data.results.lights:
        return
    middle = float(median(part.amount or 0.0 for part in known))
    groups: list[list[RankedPart]] = [[], [], [], []]
    for part in known:
        groups[_quadrant(part, middle, line)].append(part)
    for group in groups:
        group.sort(key=lambda part: (-(part.amount or 0.0), part.total or 0.0, part.title))
    sheet = book.sheet(SHEET, f"{made.data.title}：金额与得分")
    for index, width in enumerate(_WIDTHS):
        sheet.made.set_column(index, index, width)
    left = len(made.parts) - len(known)
    note = f"横线是 {line:g} 分，竖线是{made.data.amount_label}的中位数 {middle:,.2f} 万元。" + (
        f"没有核定总分或没有预算数的 {left} 个项目不在图上。" if left else ""
    )
    sheet.put(1, 0, note, "note")
    _summary(sheet, groups)
    for index, header in enumerate(("象限", "部门", "项目", f"{made.data.amount_label}\n（万元）", "核定总分")):
        sheet.put(_TOP - 1, index, header, "header")
    sheet.made.set_row(_TOP - 1, 30)
    chart, row = sheet.book.chart("scatter"), _TOP
    for number, group in enumerate(groups):
        if group:
            _list(sheet, row, number, group)
            chart.add_series(_series(row, number, group))
            row += len(group)
    _lines(sheet, chart, known, middle, line)
    _axes(chart, known, made.data.amount_label)
    sheet.made.insert_chart(2, len(_WIDTHS), chart, {"object_position": 1})
    sheet.made.freeze_panes(_TOP, 0)
    sheet.made.autofilter(_TOP - 1, 0, row - 1, 4)


def _quadrant(part: RankedPart, middle: float, line: float) -> int:
    """0 large and low, 1 small and low, 2 large and high, 3 small and high; on a line counts as large, as high."""
    return int((part.amount or 0.0) < middle) + 2 * int((part.total or 0.0) >= line)


def _summary(sheet: ReportSheet, groups: Sequence[Sequence[RankedPart]]) -> None:
    for index, header in enumerate(("象限", "看什么", "例如", "全年预算合计\n（万元）", "项目数")):
        sheet.put(2, index, header, "header")
    sheet.made.set_row(2, 30)
    for number, group in enumerate(groups):
        row = 3 + number
        sheet.put(row, 0, _NAMES[number], "center")
        sheet.put(row, 1, _MEANS[number], "text")
        sheet.put(row, 2, shorten(group[0].title, 24) if group else "", "text")
        sheet.put(row, 3, round(sum(part.amount or 0.0 for part in group), 2), "number", "#,##0.00")
        sheet.put(row, 4, len(group), "number", "0")


def _list(sheet: ReportSheet, row: int, number: int, group: Sequence[RankedPart]) -> None:
    for at, part in enumerate(group, start=row):
        sheet.put(at, 0, _NAMES[number], "center")
        sheet.put(at, 1, part.department, "text")
        sheet.put(at, 2, part.title, "text")
        sheet.put(at, 3, part.amount, "number", "#,##0.00")
        sheet.put(at, 4, part.total, "number", "0.00")


def _series(row: int, number: int, group: Sequence[RankedPart]) -> dict[str, Any]:
    last = row + len(group) - 1
    colour = _COLOURS[number]
    series: dict[str, Any] = {
        "name": f"{_NAMES[number]}（{len(group)}）",
        "categories": [SHEET, row, 3, last, 3],
        "values": [SHEET, row, 4, last, 4],
        "marker": {"type": "circle", "size": 7, "fill": {"color": colour}, "border": {"color": "#FFFFFF"}},
    }
    if number == 0:
        named = [{"value": shorten(part.title, 16)} for part in group[:_NAMED]]
        font = {"name": SONG, "size": 9}
        custom = [*({**one, "font": font} for one in named), *({"delete": True} for _ in group[_NAMED:])]
        series["data_labels"] = {"value": True, "position": "right", "custom": custom, "font": font}
    return series


def _lines(sheet: ReportSheet, chart: Any, known: Sequence[RankedPart], middle: float, line: float) -> None:
    """The two lines between the quadrants, as series of two points, with their ends far to the right of the list."""
    low, high = _across(known)
    bottom, top = _upwards(known)
    ends = (((middle, bottom), (middle, top)), ((low, line), (high, line)))
    for number, points in enumerate(ends):
        at = len(_WIDTHS) + 20 + 2 * number
        for row, (x, y) in enumerate(points):
            sheet.put(row, at, x, "note", "#,##0.00")
            sheet.put(row, at + 1, y, "note", "0.00")
        chart.add_series(
            {
                "name": "",
                "categories": [SHEET, 0, at, 1, at],
                "values": [SHEET, 0, at + 1, 1, at + 1],
                "marker": {"type": "none"},
                "line": {"color": "#7F7F7F", "width": 1.25, "dash_type": "dash"},
            }
        )
        sheet.made.set_column(at, at + 1, None, None, {"hidden": True})
    chart.show_hidden_data()


def _across(known: Sequence[RankedPart]) -> tuple[float, float]:
    """The ends of the axis of budgets."""
    amounts = [part.amount or 0.0 for part in known]
    if _logarithmic(amounts):
        return _power(min(amounts), down=True), _power(max(amounts), down=False)
    return 0.0, max(amounts) * 1.1


def _upwards(known: Sequence[RankedPart]) -> tuple[float, float]:
    lowest = min(part.total or 0.0 for part in known)
    return max(0.0, min(60.0, lowest // 10 * 10)), 100.0


def _logarithmic(amounts: Sequence[float]) -> bool:
    return max(amounts) > _SPREAD * min(amounts)


def _power(amount: float, *, down: bool) -> float:
    """The power of ten at or below (above) an amount."""
    power = 1.0
    while power > amount:
        power /= 10
    while power * 10 <= amount:
        power *= 10
    return power if down or power == amount else power * 10


def _axes(chart: Any, known: Sequence[RankedPart], amount: str) -> None:
    amounts = [part.amount or 0.0 for part in known]
    low, high = _across(known)
    bottom, top = _upwards(known)
    font, grid = {"name": SONG, "size": 9}, {"visible": True, "line": {"color": "#EDEDED"}}
    across = {"name": f"{amount}（万元）", "num_format": "#,##0", "min": low, "max": high, "major_gridlines": grid}
    if _logarithmic(amounts):
        across |= {"log_base": 10, "name": f"{amount}（万元，对数刻度）"}
    named = {"name_font": {**font, "bold": False}, "num_font": font}
    chart.set_x_axis({**across, **named, "crossing": "min"})
    chart.set_y_axis(
        {"name": "核定总分", "min": bottom, "max": top, "num_format": "0", "major_gridlines": grid, **named}
    )
    chart.set_title({"name": "金额与得分", "name_font": {"name": HEI, "size": 12, "bold": False}, "overlay": False})
    count = len(chart.series)
    chart.set_legend({"position": "bottom", "font": font, "delete_series": [count - 2, count - 1]})
    chart.set_size({"width": 720, "height": 480})
    chart.set_chartarea({"border": {"color": "#D0D0D0"}})
