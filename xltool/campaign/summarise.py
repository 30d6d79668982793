"""汇总.xlsx of a campaign from its ledger.

Imports the other ``campaign`` modules. Outcomes are opened one after the other, never kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from xltool import __version__
from xltool.campaign.collected import Collected, Opened, Receipt
from xltool.campaign.compare.alert import Alert
from xltool.campaign.compare.alerts import Watch
from xltool.campaign.compare.last_year import last_year_of
from xltool.campaign.intake.choice import Choice
from xltool.campaign.intake.claims import TO_CLAIM
from xltool.campaign.intake.rounds import compare
from xltool.campaign.roster.controls import department_controls, project_controls
from xltool.campaign.roster.sheet import authority_of
from xltool.campaign.settings import INBOX, RETURNED
from xltool.examine import batch_notices
from xltool.examine.usage import give_back
from xltool.form import Form
from xltool.form.compiled.form import grid_labels, heading_of
from xltool.progress import Progress, silent
from xltool.report.summary.figures import FIGURES, FUNDS, figure_name, for_programs
from xltool.report.summary.summary_book import Brief, Expected, Gathered, SummaryData, gather, tables_in, write_gathered
from xltool.report.wording import place
from xltool.report.workbook.book import CellValue, Column, ColumnKind, Data, Table
from xltool.report.workbook.frames import About
from xltool.score import scored_blocks

DATA = "数据"
"""The folder beside 汇总.xlsx for other programs."""


def _called(form: Form) -> dict[str, str]:
    """What the form's own tables call the two figures that projects are compared by."""
    roles = form.spec.roles
    found = {"amount_label": heading_of(form, roles.amount), "rate_label": heading_of(form, roles.execution_rate)}
    return {key: label for key, label in found.items() if label}


def summary_data(result: Collected, opened: Opened) -> SummaryData:
    """Return what the summary workbook is made from."""
    campaign = result.campaign
    names = {row["部门编码"]: row["部门名称"] for row in result.roster.departments}
    doubtful, tiered = result.doubtful, result.roster.tiered
    guessed = {receipt.head.path for receipt in doubtful.values()}
    labels = grid_labels(result.form)
    briefs = {receipt.head.path: _brief(receipt, opened) for receipt in result.receipts}
    return SummaryData(
        title=campaign.title,
        year=campaign.year,
        form_title=result.form.spec.title,
        expected=tuple(
            Expected(row["部门编码"], row["部门名称"], authority_of(row) if tiered else "")
            for row in result.roster.departments
        ),
        outcomes=tuple(briefs.values()),
        chosen={code: briefs[receipt.head.path] for code, receipt in result.chosen.items()},
        links={path: f"../{RETURNED}/{copy}" for path, copy in result.marked.items()},
        sources={
            receipt.head.path: f"../{INBOX}/{opened.archive(receipt) or receipt.head.path}"
            for receipt in result.receipts
        },
        remarks={path: text for choice in result.choices.values() for path, text in _remarks(choice).items()}
        | {r.head.path: text for r in result.chosen.values() if (text := _told(result, r))}
        | {path: f"写的是{names.get(code, code)}，{result.doubt(path)}{TO_CLAIM}" for path, code in result.held.items()}
        | {
            receipt.head.path: f"写的是{names[code]}，没有计入：{receipt.head.why.rstrip('。')}"
            if receipt.head.named
            else receipt.unread_remark
            if receipt.same_as
            else f"文件名像是{names[code]}的，表里读不出部门"
            for code, receipt in doubtful.items()
        }
        | {path: f"看不出属于哪个部门：{why}" for path, why in result.unplaced.items() if why and path not in guessed}
        | dict(result.unrelated),
        absent=dict(result.packages.reported)
        | {code: f"收到的“{path}”写的是本部门，{result.doubt(path)}{TO_CLAIM}" for path, code in result.held.items()}
        | {code: choice.reason for code, choice in result.choices.items() if not choice.counts}
        | {code: receipt.unread_remark for code, receipt in doubtful.items()},
        controls=department_controls(result.roster),
        project_controls=project_controls(result.roster, result.form),
        execution_rate=str(result.form.spec.roles.execution_rate),
        amount=str(result.form.spec.roles.amount),
        **_called(result.form),
        labels=labels,
        sections=MappingProxyType(
            {
                figure_name(labels.get(str(info.field.name), str(info.field.name)), str(info.field.unit)): str(
                    info.sheet.title
                ).replace("{n}", "")
                for info in result.form.fields.values()
                if info.field.is_number
            }
        ),
        blocks=tuple(scored_blocks(result.form)),
        grades=tuple(map(str, result.form.spec.scoring.grades)),
        results=result.form.spec.results,
        scored=result.form.spec.scoring.scored,
        uses=MappingProxyType({str(use.grade): use for use in result.form.spec.review.uses}),
        authorities=MappingProxyType(
            {row["项目编码"]: row["主管部门"] for row in result.roster.projects if row["主管部门"].strip()}
        ),
        vias=MappingProxyType({path: via.words for path, via in result.packages.vias.items()}),
    )


@contextmanager
def gathered(result: Collected, progress: Progress = silent) -> Iterator[tuple[Gathered, list[Table]]]:
    """Go once through all outcomes; give the summary's content and the tables only a campaign has."""
    give_back()  # examining and marking left holes
    with result.open() as opened, last_year_of(result) as last_year:
        watch = Watch(result.form, result.roster, last_year)
        made = gather(summary_data(result, opened), watch.add, progress)
        try:
            found = watch.alerts()
            del watch  # what it kept of every return is not needed while the tables are written
            give_back()
            yield (
                made,
                [
                    rounds_table(result, opened),
                    alerts_table(result, found),
                    waived_table(result, opened),
                    *reviewed_tables(result, opened),
                ],
            )
        finally:
            made.close()


def write_summary_of(result: Collected, progress: Progress = silent) -> None:
    """Write 汇总.xlsx.

    Raises:
        TargetLockedError: it is open in Excel.
    """
    with gathered(result, progress) as (made, more):
        write_gathered(result.campaign.summary, made, more, progress)


def tables_of(result: Collected, made: Gathered, more: Iterable[Table]) -> Iterator[Table]:
    """Yield the tables of 汇总.xlsx and, for other programs, what is known of every file."""
    yield from map(for_programs, tables_in(made))
    yield from more
    yield files_table(result)


def about(result: Collected) -> About:
    """Return what the tables of a campaign are about."""
    campaign, form = result.campaign, result.form
    values: dict[str, str | int] = {
        "campaign": campaign.title,
        "year": campaign.year,
        "form": str(form.id),
        "form_version": str(form.spec.version),
        "tool_version": __version__,
    }
    ids: dict[str, dict[str, str]] = {FIGURES: {}, FUNDS: {}}
    labels = grid_labels(form)
    for ident, info in form.fields.items():
        if not info.table:
            item = info.field
            name = labels.get(str(item.name), str(item.name))
            ids[FUNDS if info.per_project else FIGURES][figure_name(name, str(item.unit))] = str(ident)
    return About(MappingProxyType(values), MappingProxyType(ids))


def write_tables(result: Collected, progress: Progress = silent) -> tuple[Path, bool]:
    """Write the tables of 汇总.xlsx as CSV and Parquet into 汇总/数据.

    Returns:
        Where, and whether Parquet was written, too: it needs pyarrow.
    """
    from xltool.report.workbook.exports import write_all

    folder = result.campaign.summary.parent / DATA
    with gathered(result, progress) as (made, more):
        parquet = write_all(folder, tables_of(result, made, more), about(result))
    return folder, parquet


def files_table(result: Collected) -> Table:
    """文件清单: every file with its content's digest, so that a program finds one that came in twice."""
    columns = (
        Column("文件", 46),
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 24),
        Column("状态", 10, ColumnKind.STATE),
        Column("采用", 8, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("表样版本", 12, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("文件时间", 20, ColumnKind.CENTER, data=Data.TIME),
        Column("字节", 12, ColumnKind.COUNT),
        Column("SHA-256", 66),
    )
    counted = {receipt.head.path for receipt in result.chosen.values()}
    rows = [
        (
            head.path,
            head.department,
            head.department_name,
            receipt.state.value,
            "是" if head.path in counted else "否",
            head.form_version,
            datetime.fromtimestamp(head.modified // 1_000_000_000).isoformat() if head.modified else "",
            head.size,
            head.sha256,
        )
        for receipt in result.receipts
        for head in (receipt.head,)
    ]
    note = "“收回”里的每个文件一行；SHA-256 相同的文件内容相同。"
    return Table("文件清单", f"{result.campaign.title}：文件清单", note, columns, rows)


def reviewed_tables(result: Collected, opened: Opened) -> list[Table]:
    """复核结果, once there is a result: the final score and rank beside the self-score; nothing of a return that was replaced."""
    from xltool.campaign.review.kept import kept
    from xltool.campaign.review.result_tables import ranks_of, result_table
    from xltool.campaign.review.risk import unit_id

    chosen = result.chosen
    current = {code: receipt.head.sha256 for code, receipt in chosen.items()}
    reviewed = [item for item in kept(result.campaign) if current.get(item.department) == item.version]
    if not reviewed:
        return []
    totals = []
    for code, receipt in chosen.items():
        scores = opened.outcome(receipt).scores
        totals += [(unit_id(code, part.code, part.name), part.total) for part in (scores.parts if scores else ())]
    return [result_table(result.form, reviewed, ranks_of(reviewed, totals), f"{result.campaign.title}：复核")]


def rounds_table(result: Collected, opened: Opened) -> Table:
    """轮次对照: what departments with several versions changed."""
    columns = (
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 24),
        Column("版本", 14, ColumnKind.CENTER),
        Column("类别", 10, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("位置", 20),
        Column("栏目或编号", 24),
        Column("上一版", 30),
        Column("本版", 30),
    )
    note = "报送过几版的部门，计入汇总的一版与它的上一版对照。"
    title, rows = f"{result.campaign.title}：轮次对照", _round_rows(result, opened)
    return Table("轮次对照", title, note, columns, rows, fixed=2, optional=True)


def _round_rows(result: Collected, opened: Opened) -> Iterator[tuple[CellValue, ...]]:
    for choice in result.choices.values():
        current, previous = choice.current, choice.previous
        if current is None or previous is None:
            continue
        before = opened.version(previous.head, entries=True)
        difference = compare(result.form, before, opened.version(current.head, entries=True))
        head = (choice.department, choice.name, f"第 {previous.number} → {current.number} 版")
        for change in difference.changes:
            yield (*head, "改动", f"{change.sheet} {change.cell}", change.label, change.before, change.after)
        for word, findings in (("已改好", difference.closed), ("仍有", difference.still), ("新出现", difference.new)):
            for finding in findings:
                texts = ("", finding.message) if word == "新出现" else (finding.message, word)
                yield (*head, word, place(finding), finding.code, *texts)


def alerts_table(result: Collected, found: Iterable[Alert]) -> Table:
    """异常提示: what only shows across departments."""
    columns = (
        Column("编号", 9, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("类别", 20),
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 24),
        Column("项目或位置", 34),
        Column("说明", 80),
        Column("程度", 12, ColumnKind.CENTER),
    )
    names = {notice.code: notice.name for notice in batch_notices.NOTICES}
    rows = [
        (alert.code, names[alert.code], alert.department, alert.name, alert.place, alert.text, alert.measure)
        for alert in found
    ]
    score = "，也不影响得分" if result.form.spec.scoring.scored else ""
    note = f"各部门放在一起才看得出的情况，供抽查参考，不告知部门{score}。"
    return Table("异常提示", f"{result.campaign.title}：异常提示", note, columns, rows)


def waived_table(result: Collected, opened: Opened) -> Table:
    """豁免: findings that are not held against a department, with reason and approver."""
    columns = (
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 24),
        Column("编号", 9, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("级别", 8, ColumnKind.STATE),
        Column("位置", 20),
        Column("说明", 50),
        Column("理由", 40),
        Column("批准人", 14, ColumnKind.CENTER),
        Column("有效期至", 14, ColumnKind.CENTER, data=Data.TIME),
    )
    rows: list[tuple[CellValue, ...]] = []
    for code, receipt in result.chosen.items():
        if result.waivers.of(code):
            for item in opened.outcome(receipt).waived:
                finding = item.finding
                start = (code, receipt.head.department_name, finding.code, finding.severity.value, place(finding))
                rows.append((*start, finding.message, item.reason, item.approver, item.until))
    note = "经批准不作要求的问题，来自批次文件夹的“豁免.xlsx”或“豁免.toml”。"
    return Table("豁免", f"{result.campaign.title}：豁免", note, columns, rows, optional=True)


def _brief(receipt: Receipt, opened: Opened) -> Brief:
    head = receipt.head
    own = not receipt.skipped
    return Brief(
        head.path,
        head.department if own else "",
        head.department_name if own else "",
        receipt.state,
        tuple(head.counts.values()) if own else (0, 0, 0),
        receipt.skipped,
        partial(opened.outcome, receipt, entries=True),
    )


def _told(result: Collected, receipt: Receipt) -> str:
    """How the 主管部门 judged it otherwise, after what is said of the versions."""
    said = result.told_otherwise(receipt)
    choice = result.choices.get(receipt.head.department)
    before = _remarks(choice).get(receipt.head.path, "") if choice else ""
    return "；".join(filter(None, (before, said))) if said else ""


def _replaced(choice: Choice) -> str:
    notice = choice.notice(choice.current.head) if choice.current else None
    return f"；{notice.message.rstrip('。')}" if notice else ""


def _remarks(choice: Choice) -> dict[str, str]:
    """Every file of a department with several: which version it is, and why it counts or not."""
    if len(choice.versions) < 2:
        return {}
    return {
        version.head.path: f"第 {version.number} 版，共 {len(choice.versions)} 版；"
        + (
            f"采用：{choice.reason or '现有的一份'}{_replaced(choice)}"
            if version.head.path == choice.counts
            else "未采用，另有一份计入汇总"
        )
        for version in choice.versions
        if version.head.present
    }
