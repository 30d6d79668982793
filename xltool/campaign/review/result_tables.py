"""What a review came to, as tables: for 复核差异.xlsx and for the sheet 复核结果 of the summary.

Imports ``review_collect``, ``kept``, ``report``. The self-score stands beside the final one everywhere. A newcomer would rank the reviewed
projects among themselves: the rank is among all, the others with the points they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xltool.campaign.review.kept import Reviewed
from xltool.campaign.review.review_collect import NAMES, Difference, Review, show
from xltool.form import Form
from xltool.report.standing import ranks
from xltool.report.workbook.book import CellValue, Column, ColumnKind, Table
from xltool.writing.measure import number


def result_table(
    form: Form, results: Sequence[Reviewed], ranks: dict[str, tuple[int | None, int | None]], title: str
) -> Table:
    """复核结果: one row per reviewed unit. ``ranks``: rank before and after by unit, where they are known."""
    policy = form.spec.review
    uses = {str(use.grade): str(use.say) for use in policy.uses}
    ranked = bool(ranks)
    columns = (
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 26),
        Column("项目", 32),
        Column("复核人", 12, ColumnKind.CENTER),
        Column("自评总分", 10, ColumnKind.POINTS),
        Column("核定总分", 10, ColumnKind.POINTS),
        Column("复核得分", 10, ColumnKind.POINTS),
        Column("加扣", 8, ColumnKind.POINTS),
        Column("最终得分", 10, ColumnKind.POINTS),
        Column("自评减最终", 11, ColumnKind.POINTS),
        Column("等次变化", 12, ColumnKind.CENTER),
        *((Column("核定名次", 9, ColumnKind.CENTER), Column("最终名次", 9, ColumnKind.CENTER)) if ranked else ()),
        Column("结果应用", 22),
    )
    rows: list[tuple[CellValue, ...]] = []
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
    before = ranks(dict(totals))
    after = ranks({ident: final.get(ident, total) for ident, total in totals})
    return {ident: (before.get(ident), after.get(ident)) for ident, _ in totals}


def difference_table(differences: Sequence[Difference], title: str) -> Table:
    """逐项差异: one row per reviewed line."""
    columns = (
        Column("部门", 24),
        Column("项目", 28),
        Column("三级指标", 30),
        *(Column(name, 9, ColumnKind.POINTS) for name in ("分值", "自评得分", "核定得分", "复核得分", "复核减核定")),
        Column("扣分原因", 26),
        Column("依据", 36),
        Column("复核人", 12, ColumnKind.CENTER),
    )
    rows: list[tuple[CellValue, ...]] = []
    for item in differences:
        gap = item.review - item.computed if item.computed is not None else None
        points = map(number, (item.weight, item.stated, item.computed, item.review, gap))
        rows.append((item.name, item.title, item.line, *points, item.reason, item.note, item.reviewer))
    note = "每个复核过的指标一行；复核减核定是负数的为扣分。"
    return Table("逐项差异", f"{title}逐项差异", note, columns, rows, fixed=3)


def said_table(review: Review, title: str) -> Table:
    """复核问题: what is to be asked of the reviewers."""
    columns = (
        Column("编号", 9, ColumnKind.CENTER),
        Column("类别", 24),
        Column("级别", 8, ColumnKind.STATE),
        Column("复核表", 28),
        Column("项目", 36),
        Column("位置", 24),
        Column("说明", 70),
    )
    rows = [(o.code, NAMES[o.code], o.severity.value, o.book, o.unit, o.cell, o.text) for o in review.said]
    return Table("复核问题", f"{title}要问复核人的", "“须改”“退回”的没有计入复核结果。", columns, rows)
