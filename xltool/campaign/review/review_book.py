"""复核表: one workbook per reviewer, a sheet for each unit, the self-score locked beside what the reviewer fills in.

Imports ``writing``, ``plan``. The hidden sheet says which cell is which line, so a renamed or moved sheet is still understood. A newcomer
would read the reviewers' sheets by position.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

from xltool.campaign.collected import Collected, Receipt
from xltool.campaign.review.sample_list import Assigned, list_path, read_list
from xltool.campaign.settings import CampaignError
from xltool.campaign.written import Written, replace_all
from xltool.files import safe_name
from xltool.form.definition.review_policy import DeductionReason
from xltool.progress import Progress, followed, silent
from xltool.report.workbook.looks import BASE
from xltool.score import ProjectScore
from xltool.writing.measure import number, row_height
from xltool.writing.text import for_cell, sheet_name
from xltool.writing.workbook import TextBook

BOOKS, RETURNED = "复核表", "复核收回"
IDENTITY, LISTS = "复核标识", "扣分原因"
MARK = "xltool-review-1"
TOP = 5
"""The first line of a unit, 0-based: title, department, note, total, heads are above."""
LEVELS, NAME, TARGET, ACTUAL, WEIGHT, STATED, COMPUTED, REVIEW, REASON, PROPOSED, NOTE, SAID = range(12)
_HEADS = (
    "一级/二级指标",
    "三级指标",
    "指标值",
    "实际完成值",
    "分值",
    "自评得分",
    "核定得分",
    "复核得分",
    "扣分原因",
    "建议得分",
    "依据（看了什么材料）",
    "填写提示",
)
_WIDTHS = (18, 26, 13, 13, 8, 9, 9, 10, 22, 10, 36, 34)
_FILL = "只填浅黄色的格子。复核得分不超过分值；低于核定得分的要选或写扣分原因，选了清单里的原因会算出建议得分；高于核定得分的要写依据。"
_OPEN = "还没有填复核得分"
_GREY, _YELLOW, _HEAD = "#F2F2F2", "#FFF9DB", "#DDE6F0"


@dataclass(frozen=True, slots=True)
class Books:
    """What was written. ``missing``: units on the list whose return does not count (any more), in words; ``idle``: without a reviewer."""

    folder: Path
    written: Written
    missing: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


def write_books(collected: Collected, progress: Progress = silent) -> Books:
    """Write a workbook for every reviewer of the list.

    Raises:
        CampaignError, UnusableFileError: there is no list, or it names no project or no reviewer.
    """
    lines = read_list(collected)
    if not lines:
        raise CampaignError(
            f"{list_path(collected)} 里没有项目。请在名单里加上要复核的，或用 xltool review plan --include 指定，再运行一次。"
        )
    folder = list_path(collected).parent / BOOKS
    by_reviewer: dict[str, list[Assigned]] = {}
    for line in lines:
        for reviewer in reviewers_of(line):
            by_reviewer.setdefault(reviewer, []).append(line)
    if not by_reviewer:
        raise CampaignError(f"{list_path(collected)} 的“复核人”一栏还没有填。请填好后再运行 xltool review book。")
    parts = parts_of(collected, lines)
    books = _books(collected, by_reviewer, parts)
    made = replace_all(folder, followed(books, len(by_reviewer), progress, itemgetter(0)))
    missing = tuple(f"{line.name} {line.title}".strip() for line in lines if line.id not in parts)
    return Books(
        folder, made, missing, tuple(f"{line.name} {line.title}".strip() for line in lines if not line.reviewer)
    )


def reviewers_of(line: Assigned) -> tuple[str, ...]:
    """Return who reviews a unit; 张三、李四 are two."""
    return tuple(dict.fromkeys(name.strip() for name in line.reviewer.replace("，", "、").split("、") if name.strip()))


@dataclass(frozen=True, slots=True)
class Part:
    """A unit as it counts now: its scores, and the return they are of."""

    score: ProjectScore
    receipt: Receipt


def parts_of(collected: Collected, lines: Sequence[Assigned]) -> dict[str, Part]:
    """Return the units of the list as they count now, by id."""
    from xltool.campaign.review.risk import unit_id

    wanted = {line.department for line in lines}
    found: dict[str, Part] = {}
    with collected.open() as opened:
        for code, receipt in collected.chosen.items():
            if code in wanted and (scores := opened.outcome(receipt).scores) is not None:
                found |= {unit_id(code, part.code, part.name): Part(part, receipt) for part in scores.parts}
    return {line.id: found[line.id] for line in lines if line.id in found}


def _books(
    collected: Collected, by_reviewer: Mapping[str, Sequence[Assigned]], parts: Mapping[str, Part]
) -> Iterator[tuple[str, bytes]]:
    for reviewer, lines in by_reviewer.items():
        mine = [(line, parts[line.id]) for line in lines if line.id in parts]
        if mine:
            yield f"复核表_{safe_name(reviewer, 40)}.xlsx", one_book(collected, reviewer, mine)


def one_book(collected: Collected, reviewer: str, mine: Sequence[tuple[Assigned, Part]]) -> bytes:
    """Return the workbook of a reviewer."""
    stream = io.BytesIO()
    book: Any = TextBook(stream, {"in_memory": True, "default_format_properties": dict(BASE)})
    book.set_properties({"title": f"复核表 {reviewer}"})
    reasons = collected.form.spec.review.reasons
    looks = _looks(book)
    taken: set[str] = set()
    units = []
    for order, (line, part) in enumerate(mine, start=1):
        name = sheet_name(f"{order} {line.title or line.name}"[:28], taken)
        taken.add(name.lower())
        sheet = book.add_worksheet(name)
        _sheet(sheet, looks, f"{collected.campaign.name}复核表", line, part.score, reviewer, reasons)
        units.append(_described(line, part, name))
    lists = book.add_worksheet(LISTS)
    for row, reason in enumerate(reasons):
        lists.write_string(row, 0, _shown(reason))
        lists.write_number(row, 1, float(reason.share))
    lists.hide()
    hidden = book.add_worksheet(IDENTITY)
    for row, text in enumerate((MARK, collected.campaign.name, reviewer, *units)):
        hidden.write_string(row, 0, text)
    hidden.very_hidden()
    book.close()
    return stream.getvalue()


def _described(line: Assigned, part: Part, sheet: str) -> str:
    """A unit in the hidden sheet: which it is, where it stands, and the lines with the self-score they had."""
    return json.dumps(
        {
            "id": line.id,
            "sheet": sheet,
            "version": part.receipt.head.sha256,
            "lines": [[one.name[:40], "" if one.stated is None else str(one.stated)] for one in part.score.lines],
        },
        ensure_ascii=True,
        separators=(",", ":"),
    )


def _shown(reason: DeductionReason) -> str:
    return f"{reason.say}（扣 {reason.share:.0%}）"


def _looks(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "valign": "vcenter"}),
        "plain": book.add_format({"valign": "vcenter", "text_wrap": True}),
        "head": book.add_format({**line, "bold": True, "align": "center", "bg_color": _HEAD}),
        "text": book.add_format({**line, "bg_color": _GREY}),
        "number": book.add_format({**line, "bg_color": _GREY, "align": "center", "num_format": "0.##"}),
        "fill": book.add_format({**line, "bg_color": _YELLOW, "locked": False}),
        "points": book.add_format(
            {**line, "bg_color": _YELLOW, "locked": False, "align": "center", "num_format": "0.##"}
        ),
        "said": book.add_format({**line, "font_color": "#B03A2E"}),
        "total": book.add_format({**line, "bold": True, "align": "center", "num_format": "0.##"}),
    }


def _sheet(
    sheet: Any,
    looks: Mapping[str, Any],
    title: str,
    line: Assigned,
    part: ProjectScore,
    reviewer: str,
    reasons: Sequence[DeductionReason],
) -> None:
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    last, rows = TOP + len(part.lines), part.lines
    sheet.write_string(0, 0, title, looks["title"])
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 1, SAID, "", looks["plain"])
    sheet.write_string(1, 0, for_cell(f"部门：{line.name}　项目：{line.title}　复核人：{reviewer}"), looks["plain"])
    sheet.merge_range(2, 0, 2, SAID, "", looks["plain"])
    sheet.write_string(2, 0, _FILL, looks["plain"])
    sheet.set_row(2, 30)
    left = f'SUMPRODUCT(--(L{TOP + 1}:L{last}="{_OPEN}"))'
    wrong = f"SUMPRODUCT(--(LEN(L{TOP + 1}:L{last})>0))"
    state = f'=IF({wrong}=0,"已复核完，没有问题","还有 "&{wrong}&" 行要看（其中没有填复核得分的 "&{left}&" 行）")'
    sheet.merge_range(3, 0, 3, SAID, "", looks["plain"])
    sheet.write_formula(3, 0, state, looks["said"], f"还有 {len(rows)} 行要看（其中没有填复核得分的 {len(rows)} 行）")
    for col, head in enumerate(_HEADS):
        sheet.write_string(TOP - 1, col, head, looks["head"])
    sheet.set_row(TOP - 1, 24)
    for row, one in enumerate(rows, start=TOP):
        at = row + 1
        texts = (f"{one.level1}\n{one.level2}".strip(), one.name, one.target, one.actual)
        for col, text in enumerate(texts):
            sheet.write_string(row, col, for_cell(text), looks["text"])
        for col, value in ((WEIGHT, one.weight), (STATED, one.stated), (COMPUTED, one.final)):
            _number(sheet, row, col, value, looks["number"])
        sheet.write_blank(row, REVIEW, None, looks["points"])
        sheet.write_blank(row, REASON, None, looks["fill"])
        share = f"VLOOKUP(I{at},{LISTS}!$A$1:$B${max(1, len(reasons))},2,FALSE)"
        proposed = f'=IF(I{at}="","",IFERROR(ROUND(MAX(0,G{at}-E{at}*{share}),2),""))'
        sheet.write_formula(row, PROPOSED, proposed, looks["number"], "")
        sheet.write_blank(row, NOTE, None, looks["fill"])
        said = (
            f'=IF({_blank("H", at)},"{_OPEN}",IF(NOT(ISNUMBER(H{at})),"复核得分只填数字",IF(OR(H{at}<0,AND(ISNUMBER(E{at}),H{at}>E{at})),"复核得分应在 0 和分值之间",'
            f'IF(AND(ROUND(N(G{at})-H{at},6)>=0.01,{_blank("I", at)}),"扣了分，请选或写扣分原因",IF(AND(ROUND(H{at}-N(G{at}),6)>=0.01,{_blank("K", at)}),"高于核定得分，请写依据","")))))'
        )
        sheet.write_formula(row, SAID, said, looks["said"], _OPEN)
        sheet.set_row(
            row, max(30.0, row_height(1 + max(len(one.name) // 12, len(one.target) // 6, len(one.actual) // 6)))
        )
    sums = {
        WEIGHT: [r.weight for r in rows],
        STATED: [r.stated for r in rows],
        COMPUTED: [r.final for r in rows],
        REVIEW: [],
    }
    for col in range(len(_HEADS)):
        sheet.write_blank(last, col, None, looks["total"])
    sheet.write_string(last, 0, "合计", looks["total"])
    for col, values in sums.items():
        letter = chr(65 + col)
        cached = float(sum((v for v in values if v is not None), Decimal(0)))
        sheet.write_formula(last, col, f"=SUM({letter}{TOP + 1}:{letter}{last})", looks["total"], cached)
    points = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": f"=E{TOP + 1}"}
    sheet.data_validation(
        TOP, REVIEW, last - 1, REVIEW, {**points, "error_title": "复核得分", "error_message": "应在 0 和分值之间。"}
    )
    if reasons:
        listed = {"validate": "list", "source": f"={LISTS}!$A$1:$A${len(reasons)}", "error_type": "information"}
        free = {"error_title": "扣分原因", "error_message": "不在清单里的原因也可以写，不会算出建议得分。"}
        sheet.data_validation(TOP, REASON, last - 1, REASON, {**listed, **free})
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.freeze_panes(TOP, 2)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TOP - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _blank(col: str, row: int) -> str:
    """Whether nothing stands in a cell, or only blanks: so the reader sees it, too."""
    return f'TRIM(SUBSTITUTE({col}{row},"　",""))=""'


def _number(sheet: Any, row: int, col: int, value: Decimal | None, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, col, None, look)
    else:
        sheet.write_number(row, col, number(value), look)
