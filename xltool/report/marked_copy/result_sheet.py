"""What the sheet 审核结果 says, independent of how it is written into a file.

Imports ``report.wording`` and below. Two writers use it: the patcher of the department's own file and the
stand-alone workbook. Row heights are given, because cells over several columns do not grow by themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from xltool.examine.outcome import Outcome
from xltool.findings import RESULT_SHEET, Finding, Severity, Status
from xltool.report.wording import INCOMPLETE, by_weight, code_of, department, place, waived_text
from xltool.report.workbook.looks import STATE_LOOK
from xltool.score import ProjectScore, ScoreLine
from xltool.writing.measure import lines_needed, number, points, row_height

WIDTHS = (6, 12, 14, 20, 10, 14, 14, 8, 8, 8, 8, 36, 26, 18, 14, 9)
"""On a screen of 1366 points one sees the first twelve: where it is, what is wrong, what to do."""
_ALL = 13
_SAID, _TO_DO = 5, 3  # columns that 说明 and 怎么改 take


class Item(NamedTuple):
    """One cell, ``span`` columns wide. ``link``: a place in the same workbook, ``'表'!C4``."""

    value: str | float | None
    look: str
    span: int = 1
    num_format: str = ""
    link: str = ""


class ResultRow(NamedTuple):
    """One row; the items follow each other from column A. ``height`` in points."""

    items: tuple[Item, ...]
    height: float


def location(sheet: str, cell: str) -> str:
    """Return a place as a link names it.

    >>> location("三公'经费", "C4")
    "'三公''经费'!C4"
    """
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}"


def review_rows(
    outcome: Outcome, sheets: Collection[str], history: str = "", answered: Sequence[tuple[str, str]] = ()
) -> tuple[ResultRow, ...]:
    """Return the rows of the sheet.

    Args:
        outcome: what was found.
        sheets: names that exist and can be shown, so that links work.
        history: what changed since the version before, one line.
        answered: sheet and cell of conversations in which we replied; not every program shows them.
    """
    rows = [ResultRow((Item(RESULT_SHEET, "title", _ALL),), 30), *_head(outcome, bool(sheets))]
    if history:
        rows.append(_wide(history, "note"))
    if answered:
        where = "、".join(f"〔{sheet}〕{cell}" for sheet, cell in answered[:5])
        more = f"等 {len(answered)} 格" if len(answered) > 5 else ""
        rows.append(
            _wide(
                f"{where}{more}已有部门的对话批注，审核意见回复在对话里，没有另加批注；看不到对话的程序（WPS、旧版 Excel）请以本表为准。",
                "note",
            )
        )
    findings = by_weight(outcome.findings)
    if findings:
        rows += [_blank(), _section("一、需要处理的问题"), _finding_header()]
        rows += [_finding(index, finding, sheets) for index, finding in enumerate(findings, start=1)]
    numbers = iter("一二三" if not findings else "二三")
    if outcome.waived:
        rows += [_blank(), _section(f"{next(numbers)}、经批准不作要求的问题（豁免）")]
        rows += [
            _wide(f"{item.finding.code} {place(item.finding)}：{item.finding.message}{waived_text(item)}", "note")
            for item in outcome.waived
        ]
    if outcome.scores and outcome.scores.parts:
        scored = outcome.scores.scored
        rows += [_blank(), _section(f"{next(numbers)}、{'得分与测算依据' if scored else '指标完成情况'}")]
        for project in outcome.scores.parts:
            rows += _project(project, sheets) if scored else _unscored(project, sheets)
    return tuple(rows)


def _head(outcome: Outcome, linked: bool) -> list[ResultRow]:
    who = f"部门：{department(outcome) or '未能识别'}" + (f"（{code_of(outcome)}）" if code_of(outcome) else "")
    form = f"　表样：{outcome.title}" if outcome.title else ""
    counts = "，".join(f"{level} {count} 条" for level, count in outcome.counts().items() if count)
    todo = {
        Status.REJECTED: "这份文件不能接收，请按下表处理后重新报送。",
        Status.ACCEPTED: "没有发现问题，不用处理。",
        Status.SKIPPED: outcome.skipped,
    }.get(
        outcome.status,
        "请按下表逐条处理，改好后重新报送。" if outcome.counts()[Severity.CORRECT] else "请核对下表各条提示。",
    )
    verdict = f"结果：{outcome.state.value}" + (f"（{counts}）" if counts else "") + f"。{todo}"
    rows = [_wide(f"{who}{form}　文件：{outcome.file}", "note"), _wide(verdict, "verdict", 22)]
    if outcome.findings and linked:
        rows.append(
            _wide(
                "点“单元格”可跳到要看的格子；浅红底色表示退回或须改，浅黄底色表示提示或待填，重新报送审核后更新。请在原工作表中改，本表不用删除。",
                "note",
            )
        )
    return rows


def _finding_header() -> ResultRow:
    items = (
        *(Item(head, "header") for head in ("序号", "级别", "工作表", "单元格")),
        Item("说明", "header", _SAID),
        Item("怎么改", "header", _TO_DO),
        *(Item(head, "header") for head in ("栏目", "填的是", "应当是", "编号")),
    )
    return ResultRow(items, 22)


def _finding(index: int, finding: Finding, sheets: Collection[str]) -> ResultRow:
    level = finding.severity.value
    items = (
        Item(float(index), "center", num_format="0"),
        Item(level, STATE_LOOK.get(level, "center")),
        Item(finding.sheet or "整个文件", "text"),
        _place(_short(finding.cells), finding.sheet, finding.cell, sheets),
        Item(finding.message, "text", _SAID),
        Item(finding.remedy, "text", _TO_DO),
        Item(finding.label, "text"),
        Item(finding.seen, "text"),
        Item(finding.expected, "text"),
        Item(finding.code, "center"),
    )
    return _fitted(items)


def _project(project: ProjectScore, sheets: Collection[str]) -> list[ResultRow]:
    total = INCOMPLETE if project.total is None else f"{points(project.total)} 分　等次：{project.grade}"
    stated = f"　自评总分：{points(project.stated)} 分" if project.stated is not None else ""
    heads = (
        "序号",
        "一级指标",
        "二级指标",
        "三级指标",
        "单元格",
        "指标值",
        "实际完成值",
        "分值",
        "测算",
        "自评",
        "核定",
        "测算依据",
        "偏差原因及改进措施",
    )
    header = ResultRow(tuple(Item(head, "header") for head in heads), 22)
    title = _wide(f"{project.name or '（未命名项目）'}　核定总分：{total}{stated}", "verdict", 24)
    return [title, header, *(_line(index, line, sheets) for index, line in enumerate(project.lines, start=1)), _blank()]


def _unscored(project: ProjectScore, sheets: Collection[str]) -> list[ResultRow]:
    """The lines of a form without scores: the reasons take the room of the points."""
    heads = ("序号", "一级指标", "二级指标", "三级指标", "单元格", "指标值", "实际完成值")
    wide = _ALL - len(heads)
    rows = [
        _wide(project.name or "（未命名项目）", "verdict", 24),
        ResultRow((*(Item(head, "header") for head in heads), Item("偏差原因及改进措施", "header", wide)), 22),
    ]
    rows += [
        _fitted((*_line(index, line, sheets).items[: len(heads)], Item(line.reason, "text", wide)))
        for index, line in enumerate(project.lines, start=1)
    ]
    return [*rows, _blank()]


def _line(index: int, line: ScoreLine, sheets: Collection[str]) -> ResultRow:
    figures = (line.weight, line.system, line.stated, line.final)
    items = (
        Item(float(index), "center", num_format="0"),
        *(Item(text, "text") for text in (line.level1, line.level2, line.name)),
        _place(line.cell, line.sheet, line.cell, sheets),
        Item(line.target, "center"),
        Item(line.actual, "center"),
        *(Item(number(value), "number", num_format="0.00") for value in figures),
        Item(line.working, "text"),
        Item(line.reason, "text"),
    )
    return _fitted(items)


def _place(text: str, sheet: str, cell: str, sheets: Collection[str]) -> Item:
    if cell and sheet in sheets:
        return Item(text, "link", link=location(sheet, cell))
    return Item(text, "center")


def _short(cells: tuple[str, ...]) -> str:
    """Addresses for a narrow column: a link is one line in some programs, and leads to the first cell anyway."""
    return "、".join(cells) if len(cells) <= 2 else f"{cells[0]} 等 {len(cells)} 格"


def _wide(text: str, look: str, least: float = 18) -> ResultRow:
    needed = lines_needed(text, sum(WIDTHS[:_ALL]) * (0.8 if look == "verdict" else 1))
    return ResultRow((Item(text, look, _ALL),), max(least, needed * 18.0))


def _section(text: str) -> ResultRow:
    return ResultRow((Item(text, "section", _ALL),), 22)


def _blank() -> ResultRow:
    return ResultRow((), 10)


def _fitted(items: tuple[Item, ...]) -> ResultRow:
    column, most = 0, 1
    for item in items:
        columns = sum(WIDTHS[column : column + item.span]) - (1 if item.look == "center" else 3)
        most = max(most, lines_needed(item.value, columns) if isinstance(item.value, str) else 1)
        column += item.span
    return ResultRow(items, row_height(most))
