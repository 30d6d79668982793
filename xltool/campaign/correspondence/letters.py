"""退回修改通知 for every department with something to correct, 回执 for every accepted one, and one 审核情况通报 for all.

A 主管部门 gets one 主管部门通知 with a list of its units, beside their own or instead of them, as the campaign says.

Imports ``campaign.status`` and ``report.letter``. The templates lie in the campaign folder under 模板 and are
made there once; what the bureau changes in them stays.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

from xltool.campaign.collected import Collected, Opened, Receipt
from xltool.campaign.intake.rounds import compare
from xltool.campaign.settings import UNIT, Campaign, CampaignError
from xltool.campaign.status import DepartmentLine, Standings, goes_to_authority, goes_to_unit, standings
from xltool.campaign.written import replace_all
from xltool.engine.paper_code import PaperCode
from xltool.examine import Outcome
from xltool.examine.catalogue import catalogue
from xltool.files import read_own, safe_name, write_atomic
from xltool.findings import Finding, Severity, State
from xltool.progress import Progress, followed, silent
from xltool.report.documents.letter import LetterError, fill
from xltool.report.lights import lights
from xltool.report.standing import light
from xltool.report.wording import INCOMPLETE, by_weight, cells_text, named, place, waived_text
from xltool.writing.measure import points

TEMPLATES, LETTERS = "模板", "通知"
NOTICE, REPORT, RECEIPT, TIER = "退回修改通知.docx", "审核情况通报.docx", "回执.docx", "主管部门通知.docx"
TEMPLATE_BYTES = 20_000_000
_MOST_NAMED = 3
_SIGNED = "（财政局绩效管理股）"


@dataclass(frozen=True, slots=True)
class Letters:
    """What was written: one notice per department with open findings, a receipt for each accepted one, the report on all.

    ``tiers``: one for every 主管部门 that is written to. ``kept``, ``blocked``: see ``campaign.written``.
    """

    notices: tuple[Path, ...]
    report: Path
    kept: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    receipts: tuple[Path, ...] = ()
    tiers: tuple[Path, ...] = ()


def write_letters(collected: Collected, today: datetime.date, progress: Progress = silent) -> Letters:
    """Write all letters into 汇总/通知; those of ours for which there is no reason any more are taken away.

    Raises:
        CampaignError, UnusableFileError: a template cannot be used.
    """
    campaign = collected.campaign
    folder = campaign.summary.parent / LETTERS
    templates = ensure_templates(campaign, collected.form.spec.scoring.scored)
    found = standings(collected, today)
    with collected.open() as opened:
        try:
            made = _letters(collected, opened, found, templates, today)
            written = replace_all(folder, followed(made, _count(campaign, found), progress, itemgetter(0)))
        except LetterError as error:
            raise CampaignError(str(error)) from None
    notices, receipts, tiers = (
        tuple(p for p in written.paths if p.name.endswith(f"_{kind}")) for kind in (NOTICE, RECEIPT, TIER)
    )
    return Letters(notices, folder / REPORT, written.kept, written.blocked, receipts, tiers)


def _count(campaign: Campaign, found: Standings) -> int:
    """How many letters there will be, the report among them."""
    units = sum(_received(line) or (line.state.open and goes_to_unit(campaign, line)) for line in found.lines)
    return units + sum(goes_to_authority(campaign, *tier) for tier in found.authorities.items()) + 1


def _received(line: DepartmentLine) -> bool:
    """Whether there is nothing to correct in it; also a unit whose 主管部门 is written to gets no receipt before."""
    return line.state.counted and not line.state.open


def _letters(
    collected: Collected, opened: Opened, found: Standings, templates: Sequence[Path], today: datetime.date
) -> Iterator[tuple[str, bytes]]:
    """Each letter with its name."""
    for line in found.lines:
        if line.state.open and goes_to_unit(collected.campaign, line):
            name = notice_name(line)
            yield name, _notice(collected, opened, collected.chosen[line.code], line, found, templates[0], today)
        elif _received(line):
            name = f"{safe_name(line.code)}_{safe_name(line.name, 40)}_{RECEIPT}"
            yield name, _receipt(collected, opened, line, found, templates[2], today)
    for authority, units in found.authorities.items():
        if goes_to_authority(collected.campaign, authority, units):
            name = f"{safe_name(authority, 60)}_{TIER}"
            yield name, _tier(collected, opened, authority, units, found, templates[3], today)
    yield REPORT, _report(collected, opened, found, templates[1], today)


def notice_name(line: DepartmentLine) -> str:
    """Return what a department's notice is called in 汇总/通知."""
    return f"{safe_name(line.code)}_{safe_name(line.name, 40)}_{NOTICE}"


def ensure_templates(campaign: Campaign, scored: bool = True) -> tuple[Path, ...]:
    """Return the templates; those not there yet are made, that for a 主管部门 only where the campaign writes to one.

    ``scored``: whether the form has scores to write of.
    """
    from xltool.report.documents import letter_templates as made

    makers = {NOTICE: made.notice_template, REPORT: made.report_template, RECEIPT: made.receipt_template}
    if campaign.letters_to != UNIT:
        makers[TIER] = made.tier_template
    folder = campaign.folder / TEMPLATES
    for name, make in makers.items():
        if not (folder / name).exists():
            write_atomic(folder / name, make(scored))
    return tuple(folder / name for name in makers)


def _notice(
    collected: Collected,
    opened: Opened,
    receipt: Receipt,
    line: DepartmentLine,
    found: Standings,
    template: Path,
    today: datetime.date,
) -> bytes:
    outcome = opened.outcome(receipt)
    choice = collected.choices[line.code]
    history, number = "", 1
    if choice.current is not None:
        number = choice.current.number
        if choice.previous is not None:
            before = opened.version(choice.previous.head, entries=True)
            now = opened.version(receipt.head, entries=True)
            history = compare(collected.form, before, now).sentence()
    values = {
        **_common(collected.campaign, found, today),
        "部门": line.name,
        "文件": Path(line.file).name,
        "版本": str(number),
        "问题数": str(line.rejects + line.corrections),
        "退回数": str(line.rejects),
        "须改数": str(line.corrections),
        "提示数": str(line.notices),
        "退回件": line.copy,
        "轮次": history,
        "豁免": "".join(
            f"另有 {item.finding.code} {place(item.finding)}{waived_text(item)}，不用修改。" for item in outcome.waived
        ),
    }
    rows = [
        {
            "级别": finding.severity.value,
            "编号": finding.code,
            "位置": _where(finding) or "整个文件",
            "问题": named(finding, _MOST_NAMED),
            "怎么改": finding.remedy,
        }
        for finding in by_weight(outcome.findings)
        if finding.severity is not Severity.NOTICE
    ]
    return fill(read_own(template, TEMPLATE_BYTES), str(template), values, rows)


def _receipt(
    collected: Collected, opened: Opened, line: DepartmentLine, found: Standings, template: Path, today: datetime.date
) -> bytes:
    """What was received when, its score, and the code that has to stand on the paper."""
    outcome, current = opened.outcome(collected.chosen[line.code]), collected.choices[line.code].current
    values = {
        **_common(collected.campaign, found, today),
        "部门": line.name,
        "文件": Path(line.file).name,
        "版本": str(current.number if current is not None else 1),
        "收到时间": line.came,
        "得分": f"{points(line.total)} 分" if line.total is not None else f"暂无（{INCOMPLETE}）",
        "等次": line.grade or "—",
    }
    on = lights(outcome, collected.form)
    rows = [
        {
            "正式表": paper.title,
            "项目": project_of(outcome, paper),
            "得分": points(_total_of(outcome, paper)) or "—",
            "红黄灯": (on.projects[paper.number - 1] if 0 < paper.number <= len(on.projects) else on.department) or "—",
            "校验码": paper.code,
        }
        for paper in outcome.papers
    ]
    return fill(read_own(template, TEMPLATE_BYTES), str(template), values, rows)


def project_of(outcome: Outcome, paper: PaperCode) -> str:
    """Return the project a printed form is of, in words; 部门整体 for one of the department."""
    scores = outcome.scores.projects if outcome.scores else ()
    written = scores[paper.number - 1].name if 0 < paper.number <= len(scores) else ""
    return (paper.project or written or f"项目{paper.number}") if paper.number else "部门"


def _total_of(outcome: Outcome, paper: PaperCode) -> Decimal | None:
    scores = outcome.scores.projects if outcome.scores else ()
    return scores[paper.number - 1].total if 0 < paper.number <= len(scores) else None


_TODO = {
    State.MISSING: "填好下发的自评表后报送",
    State.BLANK: "报来的是空表，填好后报送",
    State.OUTDATED: "用最近一次下发的表重新报送",
    State.REJECTED: "按退回件修改后重新报送",
    State.TO_CORRECT: "按退回件修改后重新报送",
}


def _tier(
    collected: Collected,
    opened: Opened,
    authority: str,
    units: Sequence[DepartmentLine],
    found: Standings,
    template: Path,
    today: datetime.date,
) -> bytes:
    """How the units of a 主管部门 stand, and what those have to do that are not done."""
    figures = found.by_authority[authority]
    names = {entry.code: entry.name for entry in catalogue(collected.form)}
    todo = [line for line in units if line.state in _TODO]
    copies = sum(bool(line.copy) for line in todo)
    values = {
        **_common(collected.campaign, found, today),
        "部门": authority,
        "应报数": str(figures.expected),
        "已报数": str(figures.came),
        "收到率": figures.rate,
        "状态分布": figures.told(),
        "有得分数": str(figures.scored),
        "平均得分": figures.mean_text,
        "未报单位": "、".join(line.name for line in units if not line.state.came) or "无",
        "待办数": str(len(todo)),
        "退回件": f"有标注的退回件 {copies} 个一并发去，第一张工作表“审核结果”列有全部问题和改法。" if copies else "",
    }
    rows = [
        {
            "单位": line.name,
            "状态": line.state.value,
            "问题数": str(line.rejects + line.corrections) if line.file else "",
            "主要问题": _frequent(opened, collected.chosen.get(line.code), names),
            "怎么办": _TODO[line.state] + ("（来过的文件读不出）" if line.unread else ""),
        }
        for line in todo
    ]
    return fill(read_own(template, TEMPLATE_BYTES), str(template), values, rows)


def _frequent(opened: Opened, receipt: Receipt | None, names: Mapping[str, str]) -> str:
    """The kinds of problems a unit has to deal with, the frequent ones first."""
    if receipt is None:
        return ""
    found = Counter(f.code for f in opened.outcome(receipt).findings if f.severity is not Severity.NOTICE)
    told = [f"{names.get(code, code)} {count} 条" for code, count in found.most_common(_MOST_NAMED)]
    return "；".join((*told, *(["等"] if len(found) > _MOST_NAMED else [])))


def _report(collected: Collected, opened: Opened, found: Standings, template: Path, today: datetime.date) -> bytes:
    figures = found.counts
    problems: Counter[str] = Counter()
    names = {entry.code: entry.name for entry in catalogue(collected.form)}
    for receipt in collected.chosen.values():
        if receipt.head.rejects or receipt.head.corrections:
            codes = {f.code for f in opened.outcome(receipt).findings if f.severity is not Severity.NOTICE}
            problems.update(codes)
    frequent = sorted(problems.items(), key=lambda item: (-item[1], item[0]))[:5]
    missing = [
        line.name + (f"（{line.state.value}）" if line.state is not State.MISSING else "")
        for line in found.lines
        if not line.state.came
    ]
    grades = "、".join(f"{grade} {count} 个" for grade, count in figures.grades.items() if grade != INCOMPLETE)
    values = {
        **_common(collected.campaign, found, today),
        "应报数": str(figures.expected),
        "已报数": str(figures.came),
        "收到率": figures.rate,
        "状态分布": figures.told(),
        "通过数": str(figures.of(State.PASSED)),
        "待修改数": str(sum(count for state, count in figures.states.items() if state.open)),
        "资料不全数": str(figures.of(State.INCOMPLETE)),
        "未报数": str(figures.missing),
        "有得分数": str(figures.scored),
        "平均得分": figures.mean_text,
        "等次分布": grades or "暂无",
        "未报部门": "、".join(missing) or "无",
        "主要问题": "、".join(f"{names.get(code, code)}（{count} 个部门）" for code, count in frequent) or "无",
    }
    rows = [
        {
            "部门": line.name,
            "状态": line.state.value,
            "问题数": str(line.rejects + line.corrections) if line.file else "",
            "得分": points(line.total) if line.state.counted else "",
            "等次": line.grade,
            "红黄灯": light(collected.form.spec.results, line.total).value if line.state.counted else "",
        }
        for line in found.lines
    ]
    return fill(read_own(template, TEMPLATE_BYTES), str(template), values, rows)


def _where(finding: Finding) -> str:
    """The place in a narrow column: the first cells are enough, the marked copy shows all."""
    lines = (f"〔{finding.sheet}〕" if finding.sheet else "", cells_text(finding.cells, 2))
    return "\n".join(line for line in lines if line)


def _common(campaign: Campaign, found: Standings, today: datetime.date) -> dict[str, str]:
    return {
        "批次": campaign.name,
        "年度": str(campaign.year),
        "截止日期": found.deadline,
        "时限": found.term,
        "修改期限": "尽快" if found.days is not None and found.days < 0 else f"于{found.deadline}前",
        "日期": f"{today.year}年{today.month}月{today.day}日",
        "落款": signed(campaign),
    }


def signed(campaign: Campaign) -> str:
    """Return who signs a letter."""
    return f"（{campaign.bureau.strip()}）" if campaign.bureau.strip() else _SIGNED
