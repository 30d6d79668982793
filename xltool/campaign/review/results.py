"""复核差异.xlsx, and a 复核意见 for every department that was reviewed.

Imports ``result_tables``, ``correspondence``. A newcomer would send the whole list of points: the letter names what changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from xltool.campaign.collected import Collected
from xltool.campaign.correspondence.letters import TEMPLATE_BYTES, TEMPLATES, signed
from xltool.campaign.review.kept import Reviewed
from xltool.campaign.review.result_tables import difference_table, result_table, said_table
from xltool.campaign.review.review_collect import Difference, Review, show
from xltool.campaign.review.sample_list import list_path
from xltool.campaign.settings import CampaignError
from xltool.campaign.written import Written, replace_all
from xltool.files import read_own, safe_name, write_atomic
from xltool.progress import Progress, followed, silent
from xltool.report.documents.letter import LetterError, fill
from xltool.report.workbook.book import Book

DIFFERENCES, LETTERS, OPINION = "复核差异.xlsx", "复核意见", "复核意见.docx"


@dataclass(frozen=True, slots=True)
class ResultsWritten:
    """What ``xltool review collect`` wrote."""

    differences: Path
    letters: Written


def write_results(
    collected: Collected, review: Review, today: datetime.date, progress: Progress = silent
) -> ResultsWritten:
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
        book.table(difference_table(review.differences, title))
        book.table(said_table(review, title))
        book.save(path)
    template = ensure_template(collected)
    try:
        made, count = _letters(collected, review, template, today), len({one.department for one in review.results})
        letters = replace_all(folder / LETTERS, followed(made, count, progress, itemgetter(0)))
    except LetterError as error:
        raise CampaignError(str(error)) from None
    return ResultsWritten(path, letters)


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
    otherwise: dict[str, list[Difference]] = {}
    for line in review.differences:
        if line.computed is not None and line.review != line.computed:
            otherwise.setdefault(line.department, []).append(line)
    data = read_own(template, TEMPLATE_BYTES)
    for code, items in by_department.items():
        lines = otherwise.get(code, [])
        values = {
            "部门": items[0].name,
            "批次": collected.campaign.name,
            "年度": str(collected.campaign.year),
            "项目数": str(len(items)),
            "复核结果": "；".join(
                f"“{item.title or item.name}”自评 {show(item.stated)} 分，复核 {show(item.review)} 分"
                + (f"，自评偏高加扣 {show(item.penalty)} 分" if item.penalty else "")
                + f"，最终 {show(item.final)} 分，等次“{item.grade}”"
                for item in items
            ),
            "差异数": str(len(lines)),
            "日期": f"{today.year}年{today.month}月{today.day}日",
            "落款": signed(collected.campaign),
        }
        rows = [
            {
                "项目": line.title or line.name,
                "指标": line.line,
                "核定得分": show(line.computed),
                "复核得分": show(line.review),
                "原因": "；".join(text for text in (line.reason, line.note) if text),
            }
            for line in lines
        ]
        yield f"{safe_name(code)}_{safe_name(items[0].name, 40)}_{OPINION}", fill(data, str(template), values, rows)
