"""What a review came to, as tables and letters: 复核差异.xlsx, the sheet 复核结果 of the summary, 复核意见 for every department.

Imports ``collect``, ``kept``, ``report``. The self-score stands beside the final one everywhere. A newcomer would rank the reviewed projects
among themselves: the rank is among all, the others with the points they have.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xltool.campaign.collect import Collected
from xltool.campaign.correspondence.letters import TEMPLATE_BYTES, TEMPLATES
from xltool.campaign.correspondence.written import Written, replace_all
from xltool.campaign.review.collect import NAMES, Difference, Review, show
from xltool.campaign.review.kept import Reviewed
from xltool.campaign.review.plan import list_path
from xltool.campaign.settings import CampaignError
from xltool.files import read_own, safe_name, write_atomic
from xltool.form import Form
from xltool.report.documents.letter import LetterError, fill
from xltool.report.text import number
from xltool.report.workbook.book import Book, Cell, Column, Kind, Table

DIFFERENCES, LETTERS, OPINION = "复核差异.xlsx", "复核意见", "复核意见.docx"
_SIGNED = "（财政局绩效管理股）"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ``xltool review collect`` wrote."""

    differences: Path
    letters: Written


def write_results(collected: Collected, review: Review, today: datetime.date) -> Outcome:
    """Write 复核差异.xlsx and the letters.

    Raises:
        CampaignError, UnusableFileError: the template cannot be used.
        TargetLockedError: 复核差异.xlsx is open in Excel.
    """
    folder = list_path(collected).parent
    path = folder / DIFFERENCES
    title = f"{collected.campaign.name}：复核"
    with Book(f"{collected.campaign.name}复核差异") as book:
        book.table(result_table(collected.form, review.results, {}, title))
        book.table(_difference_table(review.differences, title))
        book.table(_said_table(review, title))
        book.save(path)
    template = ensure_template(collected)
    try:
        letters = replace_all(folder / LETTERS, _letters(collected, review, template, today))
    except LetterError as error:
        raise CampaignError(str(error)) from None
    return Outcome(path, letters)


def result_table(
    form: Form, results: Sequence[Reviewed], ranks: dict[str, tuple[int | None, int | None]], title: str
) -> Table:
    """复核结果: one row per reviewed unit. ``ranks``: rank before and after by unit, where they are known."""
    policy = form.spec.review
    uses = {str(use.grade): str(use.say) for use in policy.uses}
    ranked = bool(ranks)
    columns = (
        Column("部门编码", 14, Kind.CENTER),
        Column("部门", 26),
        Column("项目", 32),
        Column("复核人", 12, Kind.CENTER),
        Column("自评总分", 10, Kind.POINTS),
        Column("核定总分", 10, Kind.POINTS),
        Column("复核得分", 10, Kind.POINTS),
        Column("加扣", 8, Kind.POINTS),
        Column("最终得分", 10, Kind.POINTS),
        Column("自评减最终", 11, Kind.POINTS),
        Column("等次变化", 12, Kind.CENTER),
        *((Column("核定名次", 9, Kind.CENTER), Column("最终名次", 9, Kind.CENTER)) if ranked else ()),
        Column("结果应用", 22),
    )
    rows: list[tuple[Cell, ...]] = []
    for item in results:
        gap = item.stated - item.final if item.stated is not None else None
        figures = (item.stated, item.computed, item.review, item.penalty, item.final, gap)
        grades = item.grade if item.grade == item.grade_before else f"{item.grade_before or '无'}→{item.grade}"
        places = ranks.get(item.id, (None, None)) if ranked else ()
        start = (item.department, item.name, item.title, item.reviewer)
        rows.append((*start, *map(number, figures), grades, *places, uses.get(item.grade, "")))
    note = (
        f"最终得分＝复核得分－加扣。自评高于复核 {show(policy.gap.value)} 分以内不加扣，超过的每 1 分加扣 {show(policy.penalty.value)} 分，"
        f"至多 {show(policy.penalty.most)} 分（{policy.gap.source}）。结果应用按最终等次（{policy.uses[0].source if policy.uses else '表样没有写'}）。"
    )
    return Table("复核结果", f"{title}结果", note, columns, rows, fixed=3)


def ranks_of(
    results: Sequence[Reviewed], totals: Sequence[tuple[str, Decimal | None]]
) -> dict[str, tuple[int | None, int | None]]:
    """Return the rank of every unit among all, before and after the review; equal points, equal rank.

    Args:
        totals: every unit with its computed total.
    """
    final = {item.id: item.final for item in results}
    before = [total for _, total in totals if total is not None]
    after = [final.get(ident, total) for ident, total in totals]
    known = [total for total in after if total is not None]
    return {
        ident: (
            None if total is None else 1 + sum(other > total for other in before),
            None if (now := final.get(ident, total)) is None else 1 + sum(other > now for other in known),
        )
        for ident, total in totals
    }


def _difference_table(differences: Sequence[Difference], title: str) -> Table:
    columns = (
        Column("部门", 24),
        Column("项目", 28),
        Column("三级指标", 30),
        *(Column(name, 9, Kind.POINTS) for name in ("分值", "自评得分", "核定得分", "复核得分", "复核减核定")),
        Column("扣分原因", 26),
        Column("依据", 36),
        Column("复核人", 12, Kind.CENTER),
    )
    rows: list[tuple[Cell, ...]] = []
    for item in differences:
        gap = item.review - item.computed if item.computed is not None else None
        points = map(number, (item.weight, item.stated, item.computed, item.review, gap))
        rows.append((item.name, item.title, item.line, *points, item.reason, item.note, item.reviewer))
    note = "每个复核过的指标一行；复核减核定是负数的为扣分。"
    return Table("逐项差异", f"{title}逐项差异", note, columns, rows, fixed=3)


def _said_table(review: Review, title: str) -> Table:
    columns = (
        Column("编号", 9, Kind.CENTER),
        Column("类别", 24),
        Column("级别", 8, Kind.STATE),
        Column("复核表", 28),
        Column("项目", 36),
        Column("位置", 24),
        Column("说明", 70),
    )
    rows = [(o.code, NAMES[o.code], o.severity.value, o.book, o.unit, o.cell, o.text) for o in review.said]
    return Table("复核问题", f"{title}要问复核人的", "“须改”“退回”的没有计入复核结果。", columns, rows)


def ensure_template(collected: Collected) -> Path:
    """Return the template of the letter; if it is not there yet, it is made."""
    from xltool.report.documents.letter_templates import opinion_template

    path = collected.campaign.folder / TEMPLATES / OPINION
    if not path.exists():
        write_atomic(path, opinion_template())
    return path


def _letters(collected: Collected, review: Review, template: Path, today: datetime.date) -> Iterator[tuple[str, bytes]]:
    by_department: dict[str, list[Reviewed]] = {}
    for item in review.results:
        by_department.setdefault(item.department, []).append(item)
    data = read_own(template, TEMPLATE_BYTES)
    for code, items in by_department.items():
        lines = [
            d for d in review.differences if d.department == code and d.computed is not None and d.review != d.computed
        ]
        values = {
            "部门": items[0].name,
            "批次": collected.campaign.name,
            "年度": str(collected.campaign.year),
            "项目数": str(len(items)),
            "复核结果": "；".join(
                f"“{item.title}”自评 {show(item.stated)} 分，复核 {show(item.review)} 分"
                + (f"，自评偏高加扣 {show(item.penalty)} 分" if item.penalty else "")
                + f"，最终 {show(item.final)} 分，等次“{item.grade}”"
                for item in items
            ),
            "差异数": str(len(lines)),
            "日期": f"{today.year}年{today.month}月{today.day}日",
            "落款": _SIGNED,
        }
        rows = [
            {
                "项目": line.title,
                "指标": line.line,
                "核定得分": show(line.computed),
                "复核得分": show(line.review),
                "原因": "；".join(text for text in (line.reason, line.note) if text),
            }
            for line in lines
        ]
        yield f"{safe_name(code)}_{safe_name(items[0].name, 40)}_{OPINION}", fill(data, str(template), values, rows)
