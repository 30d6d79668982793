"""概览, the first sheet of the summary: counts, grades and execution rates with native charts.

Imports ``report.book`` and ``report.summary_gather``. A newcomer would chart every
project: beyond some twenty bars nothing can be read, so the lowest rates are shown and the title says so.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from xltool.findings import State
from xltool.report.summary.gather import Gathered
from xltool.report.wording import INCOMPLETE
from xltool.report.workbook.book import Book, ReportSheet
from xltool.writing.measure import lines_needed, number, shorten
from xltool.writing.palette import HEI, RULE, SONG

SHEET = "概览"
MOST_BARS = 20
MOST_RATE = 1.5
"""Bars end here: one slip of 元 for 万元 must not flatten all others. Their labels and the lines beside them tell the rate."""
_FAR = 6  # named one by one
_WIDTHS = (26, 22, 12, 12, 3, 15, 15, 15, 15, 15)
_LAST = len(_WIDTHS) - 1
_ROW = 18  # points
_REMARKS = {
    State.PASSED: "没有须改的问题",
    State.TO_CORRECT: "可以接收，但有须改的问题，见“问题清单”",
    State.INCOMPLETE: "",
    State.REJECTED: "不能接收，须重新报送；得分和数据不计入汇总",
    State.OUTDATED: "",
    State.BLANK: "",
}
"""Where there is no remark, the line is shown only if there is something to count; see ``_RARE``."""
_RARE = {
    State.INCOMPLETE: "没有须改的问题，但有得分算不出来，不参加排名",
    State.OUTDATED: "用较早下发的表报送，须用最近一次下发的表重新报送；得分和数据不计入汇总",
    State.BLANK: "报来的是没有填过的表，视同未报",
}


def overview(book: Book, made: Gathered) -> None:
    """Write the first sheet."""
    data = made.data
    sheet = book.sheet(SHEET, data.title, landscape=False)
    for index, width in enumerate(_WIDTHS):
        sheet.made.set_column(index, index, width)
    sheet.put(1, 0, f"表样：{data.form_title}　年度：{data.year}", "note")
    row = _counts(sheet, made, 3)
    row = _notes(sheet, row + 1, made.data.scored)
    if made.data.scored:
        row = _grades(sheet, made, row + 1)
    row = _rates(sheet, made, row + 1, "三" if made.data.scored else "二")
    sheet.made.fit_to_pages(1, 1)
    sheet.made.print_area(0, 0, row, _LAST)
    sheet.made.freeze_panes(2, 0)
    sheet.made.activate()


def _counts(sheet: ReportSheet, made: Gathered, row: int) -> int:
    found = made.counts
    missing = [standing.name for standing in made.standings if standing.on_roster and standing.state is State.MISSING]
    foreign = len(made.strangers) + sum(not standing.on_roster for standing in made.standings)
    told = [(state, remark) for state, remark in _REMARKS.items() if remark or found.of(state)]
    items: list[tuple[str, int | float | None, str]] = [
        ("应报部门", found.expected, "名册中的部门"),
        ("已报", found.came, f"收到率 {found.rate}" if found.expected else ""),
        *((state.value, found.of(state), _worded(remark or _RARE[state], made.data.scored)) for state, remark in told),
        (State.MISSING.value, found.of(State.MISSING), _named(missing)),
        ("名册以外的文件", foreign, "看不出部门、名册中没有的部门、无关文件，见“收件情况”"),
    ]
    if made.data.scored:
        items.append(("部门平均得分", number(found.mean), f"按 {found.scored} 个有得分的部门计算"))
    sheet.merged(row, 0, _LAST, "一、收件", "section")
    for line, (label, value, remark) in enumerate(items, start=row + 1):
        sheet.put(line, 0, label, "text")
        sheet.put(line, 1, value, "center", "0.00" if isinstance(value, float) else "#,##0")
        sheet.merged(line, 2, _LAST, remark, "text")
        sheet.made.set_row(line, _ROW * max(1, lines_needed(remark, sum(_WIDTHS[2:]))))
    return row + 1 + len(items)


def _worded(remark: str, scored: bool) -> str:
    return remark if scored else remark.replace("得分和数据", "数据")


def _notes(sheet: ReportSheet, row: int, scored: bool) -> int:
    notes: tuple[str, ...] = (
        "怎么看：得分为按统一规则重新测算的核定得分，不采用回收表自己的合计；自评总分只作对照。",
        "空白表示没有填报或不能测算，不等于 0；说明栏写“资料不全”的，请看“指标明细”的测算依据。",
        "“问题清单”每条都有部门、工作表和单元格，可用表头的筛选按钮按部门或级别查看。",
    )
    if not scored:
        notes = ("空白表示没有填报，不等于 0。", notes[-1])
    for index, note in enumerate(notes):
        sheet.merged(row + index, 0, _LAST, note, "note")
        sheet.made.set_row(row + index, _ROW)
    return row + len(notes)


def _grades(sheet: ReportSheet, made: Gathered, row: int) -> int:
    of_departments = Counter(made.counts.grades)
    of_projects = Counter(part.grade or INCOMPLETE for part in made.parts)
    other = [grade for grade in (*of_departments, *of_projects) if grade not in (*made.data.grades, INCOMPLETE)]
    last = [INCOMPLETE] if of_departments[INCOMPLETE] or of_projects[INCOMPLETE] else []
    grades = [*made.data.grades, *dict.fromkeys(other), *last]
    sheet.merged(row, 0, _LAST, "二、等次分布", "section")
    for index, header in enumerate(("等次", "部门数", "项目数")):
        sheet.put(row + 1, index, header, "header")
    for line, grade in enumerate(grades, start=row + 2):
        sheet.put(line, 0, grade, "center")
        sheet.put(line, 1, of_departments[grade], "center", "0")
        sheet.put(line, 2, of_projects[grade], "center", "0")
    first, end = row + 2, row + 1 + len(grades)
    chart = sheet.book.chart("column")
    for column, colour in ((1, RULE), (2, "#9DB7D5")):
        chart.add_series(
            {
                "name": [SHEET, row + 1, column],
                "categories": [SHEET, first, 0, end, 0],
                "values": [SHEET, first, column, end, column],
                "fill": {"color": colour},
                "data_labels": {"value": True, "font": {"name": SONG, "size": 9}},
            }
        )
    most = max([0, *of_departments.values(), *of_projects.values()])
    scale = {"min": 0, "max": 5, "major_unit": 1} if most < 5 else {"min": 0}
    chart.set_y_axis({"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}, **scale})
    _finish(chart, "等次分布", 540, 15 * 24)
    sheet.made.insert_chart(row + 1, 5, chart, {"object_position": 1, "y_offset": 6})
    for index in range(row + 1, row + 17):
        sheet.made.set_row(index, _ROW)
    return row + 17


def _rates(sheet: ReportSheet, made: Gathered, row: int, number: str) -> int:
    rates = sorted(made.rates, key=lambda item: item[2])
    shown = rates[:MOST_BARS]
    title = (
        f"各项目{made.data.rate_label}"
        if len(shown) == len(rates)
        else f"各项目{made.data.rate_label}（最低的 {MOST_BARS} 个，共 {len(rates)} 个）"
    )
    sheet.merged(row, 0, _LAST, f"{number}、{title}", "section")
    for index, header in enumerate(("项目", "部门", made.data.rate_word)):
        sheet.put(row + 1, index, header, "header")
    if not shown:
        sheet.put(row + 2, 0, "暂无数据", "note")
        return row + 3
    cut = any(rate > MOST_RATE for *_, rate in shown)
    for line, (project, department, rate) in enumerate(shown, start=row + 2):
        sheet.put(line, 0, shorten(project, 24), "text")
        sheet.put(line, 1, shorten(department, 20), "text")
        sheet.put(line, 2, rate, "number", "0.00%")
        if cut:
            sheet.put(line, 3, min(rate, MOST_RATE), "note", ";;;")  # what the bar shows
    first, end = row + 2, row + 1 + len(shown)
    far = [item for item in rates if item[2] > MOST_RATE]
    chart = sheet.book.chart("bar")
    chart.add_series(
        {
            "name": [SHEET, row + 1, 2],
            "categories": [SHEET, first, 0, end, 0],
            "values": [SHEET, first, 2 + cut, end, 2 + cut],
            "fill": {"color": RULE},
            "gap": 60,
            "data_labels": {
                "value": True,
                "num_format": "0.0%",
                "font": {"name": SONG, "size": 9},
                **({"custom": [_label(rate) for *_, rate in shown]} if cut else {}),
            },
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": {"name": SONG, "size": 9}})
    highest = min(MOST_RATE, max(1.0, *(rate for *_, rate in shown)))
    grid = {"visible": True, "line": {"color": "#E0E0E0"}}
    chart.set_x_axis({"num_format": "0%", "min": 0, "max": round(highest * 1.1 + 0.05, 1), "major_gridlines": grid})
    chart.set_legend({"none": True})
    height = max(10, len(shown) + 2)
    _finish(chart, title, 540, height * 24 - 8, legend=False)
    sheet.made.insert_chart(row + 1, 5, chart, {"object_position": 1, "y_offset": 6})
    for index in range(row + 1, row + 1 + height):
        sheet.made.set_row(index, _ROW)
    row += 1 + height
    if far:
        named = "、".join(
            f"{shorten(project, 24)}（{shorten(name, 20)}）{rate:.2%}" for project, name, rate in far[-_FAR:][::-1]
        )
        more = f"等 {len(far)} 个" if len(far) > _FAR else ""
        text = f"高于 {MOST_RATE:.0%} 的：{named}{more}。图上只画到 {MOST_RATE:.0%}，请核对是不是按“元”填的。"
        sheet.merged(row, 0, _LAST, text, "text")
        sheet.made.set_row(row, _ROW * max(1, lines_needed(text, sum(_WIDTHS))))
        row += 1
    return row


def _label(rate: float) -> dict[str, Any] | None:
    """What stands at the end of a bar that was cut off."""
    return {"value": f"{rate:.1%} →", "font": {"name": SONG, "size": 9}} if rate > MOST_RATE else None


def _finish(chart: Any, title: str, width: int, height: int, legend: bool = True) -> None:
    chart.set_title({"name": title, "name_font": {"name": HEI, "size": 12, "bold": False}, "overlay": False})
    chart.set_size({"width": width, "height": height})
    chart.set_chartarea({"border": {"color": "#D0D0D0"}})
    if legend:
        chart.set_legend({"position": "bottom", "font": {"name": SONG, "size": 9}})


def _named(names: list[str], limit: int = 12) -> str:
    shown = "、".join(names[:limit])
    return f"{shown} 等 {len(names)} 个" if len(names) > limit else shown
