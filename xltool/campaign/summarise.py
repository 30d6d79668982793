"""汇总.xlsx of a campaign from its ledger.

Imports the other ``campaign`` modules. Outcomes are opened one after the other, never kept.
"""

from __future__ import annotations

from functools import partial

from xltool.campaign.choice import Choice
from xltool.campaign.collect import Collected, Opened, Receipt
from xltool.report.summary import Brief, Expected, SummaryData, write_summary


def summary_data(result: Collected, opened: Opened) -> SummaryData:
    """Return what the summary workbook is made from."""
    campaign = result.campaign
    briefs = {receipt.head.path: _brief(receipt, opened) for receipt in result.receipts}
    return SummaryData(
        title=campaign.title,
        year=campaign.year,
        form_title=result.form.spec.title,
        expected=tuple(Expected(row["部门编码"], row["部门名称"]) for row in result.roster.departments),
        outcomes=tuple(briefs.values()),
        chosen={code: briefs[receipt.head.path] for code, receipt in result.chosen.items()},
        links={path: f"../退回/{copy}" for path, copy in result.marked.items()},
        remarks={path: text for choice in result.choices.values() for path, text in _remarks(choice).items()},
    )


def write_summary_of(result: Collected) -> None:
    """Write 汇总.xlsx.

    Raises:
        TargetLockedError: it is open in Excel.
    """
    with result.open() as opened:
        write_summary(result.campaign.summary, summary_data(result, opened))


def _brief(receipt: Receipt, opened: Opened) -> Brief:
    head = receipt.head
    own = not receipt.skipped
    return Brief(
        head.path,
        head.department if own else "",
        head.department_name if own else "",
        head.status if own else receipt.status,
        tuple(head.counts.values()) if own else (0, 0, 0),
        receipt.skipped,
        partial(opened.outcome, receipt),
    )


def _remarks(choice: Choice) -> dict[str, str]:
    """Every file of a department with several: which version it is, and why it counts or not."""
    if len(choice.versions) < 2:
        return {}
    return {
        version.head.path: f"第 {version.number} 版，共 {len(choice.versions)} 版；"
        + (
            f"采用：{choice.reason or '现有的一份'}"
            if version.head.path == choice.counts
            else "未采用，另有一份计入汇总"
        )
        for version in choice.versions
        if version.head.present
    }
