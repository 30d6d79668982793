"""Where every department stands, and the reminders that follow from it.

Imports ``campaign.collect``. Reads the ledger only: it answers at once, also while a collect is running.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType

from xltool.campaign.collected import Collected, Receipt
from xltool.campaign.intake.choice import Choice
from xltool.campaign.intake.claims import TO_CLAIM
from xltool.campaign.roster.sheet import authority_of
from xltool.campaign.settings import AUTHORITY, BOTH, RETURNED, UNIT, Campaign, CampaignError, date_of
from xltool.campaign.written import Written, replace_all
from xltool.files import own_text, safe_name
from xltool.findings import Severity, State
from xltool.form.definition.roles import Timing
from xltool.progress import Progress, followed, silent
from xltool.report.standing import Counts, Stand, counts
from xltool.report.summary.gather import linked
from xltool.report.summary.tiers import table_of
from xltool.report.workbook.book import Book, Column, ColumnKind, Table
from xltool.writing.measure import number
from xltool.writing.text import one_line

FOLDER, LIST, TEMPLATE, TIER_TEMPLATE = "催报", "收件进度.xlsx", "催报模板.txt", "催报模板_主管部门.txt"
_OTHERS = "（其他单位）"
_TEMPLATE_BYTES = 1_000_000
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}")
_HEAD = "{部门}：\n\n{批次}的报送截止日期是 {截止日期}（{时限}）。"
_BACK = (
    "贵单位报送的“{文件}”有 {问题数} 条问题需要修改。\n"
    "有标注的副本是“{退回件}”，问题清单在第一张工作表“审核结果”里，请改好后重新报送。\n"
)
_UNREAD = (
    "我们收到的“{文件}”像是贵单位报送的，但不是填好的{表}，或已经损坏，读不出内容。\n"
    "原因和办法见“{退回件}”。请用下发的{表}填好后重新报送。\n"
)
_TEXTS = {
    State.MISSING: f"{_HEAD}我们还没有收到贵单位的{{表}}。\n请填好下发的{{表}}后报送；如已报送，请与我们联系核对。\n",
    State.BLANK: f"{_HEAD}我们收到的“{{文件}}”是没有填过的空表。\n请填好后报送；已经填好的，请核对是否发错了文件。\n",
    State.OUTDATED: f"{_HEAD}贵单位报送的“{{文件}}”是较早下发的一份，财政局后来重新下发过，改过的内容见“{{退回件}}”。\n"
    "请用最近一次下发的{表}重新报送。\n",
    State.REJECTED: f"{_HEAD}{_BACK}",
    State.TO_CORRECT: f"{_HEAD}{_BACK}",
}
_TIER_TEXT = (
    f"{_HEAD}\n贵部门应报 {{应报数}} 个单位，已报 {{已报数}} 个；还要处理的有 {{待办数}} 个：\n\n{{单位清单}}\n\n"
    "请督促未报的单位填好下发的自评表后报送，需要修改的单位按退回件里的“审核结果”改好后重新报送。\n"
)


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """One department: its state in words, the file that counts, how many versions came, what is open.

    ``unread``: nothing usable came, but this file might be the department's. ``remark``: for the officer.
    ``authority``: its 主管部门, ``""`` where the roster has no tiers; ``via``: who handed the file up, in words.
    """

    code: str
    name: str
    state: State
    file: str = ""
    versions: int = 0
    rejects: int = 0
    corrections: int = 0
    notices: int = 0
    total: Decimal | None = None
    grade: str = ""
    came: str = ""
    copy: str = ""
    unread: str = ""
    remark: str = ""
    authority: str = ""
    via: str = ""

    @property
    def counts(self) -> tuple[int, ...]:
        """Findings of each severity of the file that counts; nothing where there is none."""
        return (self.rejects, self.corrections, self.notices) if self.file else ()


@dataclass(frozen=True, slots=True)
class Standings:
    """All departments of the roster, in its order. ``deadline`` in words; ``days`` to it, None if it is not a date.

    ``scored``: whether the form has scores; ``noun``: what a workbook of it is called.
    """

    lines: tuple[DepartmentLine, ...]
    deadline: str
    days: int | None
    scored: bool = True
    noun: str = Timing().noun

    @property
    def counts(self) -> Counts:
        """The figures of all departments."""
        return _counts(self.lines)

    @property
    def by_authority(self) -> Mapping[str, Counts]:
        """The figures of every 主管部门's units; nothing where the roster has no tiers."""
        return MappingProxyType(self._of(self.authorities))

    @property
    def tiers(self) -> Mapping[str, Counts]:
        """The figures of the 主管部门 that have units below them, and of the other units together."""
        lines = self.authorities
        below = {name: units for name, units in lines.items() if any(line.name != name for line in units)}
        others = [line for line in self.lines if line.authority not in below]
        return MappingProxyType({**self._of(below), **self._of({_OTHERS: others} if below and others else {})})

    @staticmethod
    def _of(groups: Mapping[str, Sequence[DepartmentLine]]) -> dict[str, Counts]:
        return {name: _counts(lines) for name, lines in groups.items()}

    @property
    def authorities(self) -> Mapping[str, tuple[DepartmentLine, ...]]:
        """The units of every 主管部门, in the roster's order; nothing where the roster has no tiers."""
        found: dict[str, list[DepartmentLine]] = {}
        for line in self.lines:
            if line.authority:
                found.setdefault(line.authority, []).append(line)
        return MappingProxyType({name: tuple(lines) for name, lines in found.items()})

    @property
    def term(self) -> str:
        """The time left in words."""
        if self.days is None:
            return "截止日期未设置"
        if self.days == 0:
            return "今天截止"
        return f"还有 {self.days} 天" if self.days > 0 else f"已过 {-self.days} 天"


def _counts(lines: Iterable[DepartmentLine]) -> Counts:
    return counts(Stand(line.state, line.total, line.grade) for line in lines)


def standings(collected: Collected, today: datetime.date) -> Standings:
    """Return where every department stands."""
    found = _standings(collected, today)
    if not collected.roster.tiered:
        return found
    authorities = {row["部门编码"]: authority_of(row) for row in collected.roster.departments}
    return replace(found, lines=tuple(replace(line, authority=authorities[line.code]) for line in found.lines))


def _standings(collected: Collected, today: datetime.date) -> Standings:
    chosen, doubtful, lines = collected.chosen, collected.doubtful, []
    reported = collected.packages.reported
    held = {code: path for path, code in collected.held.items()}
    for row in collected.roster.departments:
        code, name = row["部门编码"], row["部门名称"]
        receipt, choice = chosen.get(code), collected.choices.get(code)
        if receipt is None:
            said = held_remark(collected, code, held) or (choice.reason if choice else "") or reported.get(code, "")
            lines.append(_missing(code, name, choice, doubtful.get(code), said))
            continue
        head = receipt.head
        came = datetime.datetime.fromtimestamp(head.modified / 1e9).astimezone()
        lines.append(
            DepartmentLine(
                code,
                name,
                head.state,
                head.path,
                len(choice.versions) if choice else 1,
                head.rejects,
                head.corrections,
                head.notices,
                head.score,
                head.grade if head.score is not None else "",
                came.strftime("%Y-%m-%d %H:%M"),
                receipt.copy,
                remark="；".join(filter(None, (held_remark(collected, code, held), collected.told_otherwise(receipt)))),
                via=collected.via(receipt),
            )
        )
    spec = collected.form.spec
    scored, noun = spec.scoring.scored, spec.timing.noun
    deadline = date_of(collected.campaign.deadline)
    if deadline is None:
        return Standings(tuple(lines), collected.campaign.deadline or "（未设置）", None, scored, noun)
    shown = f"{deadline.year}年{deadline.month}月{deadline.day}日"
    return Standings(tuple(lines), shown, (deadline - today).days, scored, noun)


def _missing(code: str, name: str, choice: Choice | None, doubtful: Receipt | None, said: str) -> DepartmentLine:
    if doubtful is not None:
        file = "" if doubtful.same_as else doubtful.head.path
        return DepartmentLine(code, name, State.MISSING, copy=doubtful.copy, unread=file, remark=doubtful.unread_remark)
    return DepartmentLine(code, name, State.MISSING, versions=len(choice.versions) if choice else 0, remark=said)


def held_remark(collected: Collected, code: str, held: Mapping[str, str]) -> str:
    """What is to be said of a file that names the department and does not count yet. ``held``: code to path."""
    if code not in held:
        return ""
    other = "另有" if code in collected.chosen else "收到的"
    return f"{other}“{held[code]}”写的是本部门，{collected.doubt(held[code])}{TO_CLAIM}"


def write_list(campaign: Campaign, found: Standings) -> Path:
    """Write 汇总/收件进度.xlsx and return where.

    Raises:
        TargetLockedError: it is open in Excel.
    """
    path = campaign.summary.parent / LIST
    tiers = found.by_authority
    tiered, handed_up = bool(tiers), any(line.via for line in found.lines)
    columns = (
        Column("部门编码", 14, ColumnKind.CENTER),
        Column("部门", 30),
        *((Column("主管部门", 24),) if tiered else ()),
        Column("状态", 10, ColumnKind.STATE),
        Column("文件", 46),
        Column("收到时间", 18, ColumnKind.CENTER),
        Column("版本数", 9, ColumnKind.COUNT),
        *(Column(level.value, 8, ColumnKind.COUNT) for level in Severity),
        *((Column("得分", 10, ColumnKind.POINTS), Column("等次", 8, ColumnKind.CENTER)) if found.scored else ()),
        Column("退回件", 46),
        *((Column("来源", 24),) if handed_up else ()),
        Column("备注", 36),
    )
    rows = [
        (
            line.code,
            line.name,
            *((line.authority,) if tiered else ()),
            line.state.value,
            line.file,
            line.came,
            line.versions or None,
            *(line.counts or (None, None, None)),
            *((number(line.total), line.grade) if found.scored else ()),
            linked(line.copy, f"../{RETURNED}/{line.copy}") if line.copy else None,
            *((line.via,) if handed_up else ()),
            line.remark,
        )
        for line in found.lines
    ]
    note = f"截止日期 {found.deadline}，{found.term}。{found.counts.sentence()}"
    with Book(f"{campaign.title}收件进度") as book:
        book.table(Table("收件进度", f"{campaign.title}：收件进度", note, columns, rows, fixed=2))
        if tiered:
            book.table(table_of(f"{campaign.title}收件进度", dict(tiers), found.counts, found.scored))
        book.save(path)
    return path


def write_reminders(campaign: Campaign, found: Standings, progress: Progress = silent) -> Written:
    """Write one text per department that has something to do. Old ones of ours are taken away, others' left alone.

    The campaign says whom they go to: the unit, its 主管部门 with a list of its units, or both. ``催报模板.txt`` and
    ``催报模板_主管部门.txt`` in the campaign folder, if they are there, are used instead of the built-in texts.

    Raises:
        CampaignError: the template has a placeholder that nothing fills.
        UnusableFileError: the template cannot be read.
    """
    folder, template = campaign.summary.parent / FOLDER, campaign.folder / TEMPLATE
    own = own_text(template, _TEMPLATE_BYTES) if template.exists() else ""
    texts = []
    for line in found.lines:
        if line.state in _TEXTS and goes_to_unit(campaign, line):
            pattern = own or (_HEAD + _UNREAD if line.unread else _TEXTS[line.state])
            text = _filled(pattern.replace("\r\n", "\n"), _values(campaign, found, line), template)
            texts.append((reminder_name(line), text.replace("\n", "\r\n").encode("utf-8-sig")))
    texts += _tier_reminders(campaign, found)
    return replace_all(folder, followed(texts, len(texts), progress, itemgetter(0)))


def goes_to_unit(campaign: Campaign, line: DepartmentLine) -> bool:
    """Whether a unit is written to itself: always where it has no 主管部门 above it."""
    return campaign.letters_to in (UNIT, BOTH) or line.authority in ("", line.name)


def goes_to_authority(campaign: Campaign, name: str, units: Sequence[DepartmentLine]) -> bool:
    """Whether a 主管部门 is written to: only one that has units below it and something to do."""
    below = any(line.name != name for line in units)
    return campaign.letters_to in (AUTHORITY, BOTH) and below and any(line.state in _TEXTS for line in units)


def _tier_reminders(campaign: Campaign, found: Standings) -> Iterator[tuple[str, bytes]]:
    template = campaign.folder / TIER_TEMPLATE
    pattern = own_text(template, _TEMPLATE_BYTES) if template.exists() else _TIER_TEXT
    for name, units in found.authorities.items():
        if goes_to_authority(campaign, name, units):
            text = _filled(pattern.replace("\r\n", "\n"), _tier_values(campaign, found, name, units), template)
            yield f"主管部门_{safe_name(name, 40)}.txt", text.replace("\n", "\r\n").encode("utf-8-sig")


def _tier_values(campaign: Campaign, found: Standings, name: str, units: Sequence[DepartmentLine]) -> dict[str, str]:
    figures, todo = found.by_authority[name], [line for line in units if line.state in _TEXTS]
    listed = [
        f"  {number}. {one_line(line.name)}：{line.state.value}"
        + (
            f"，{line.rejects + line.corrections} 条问题，退回件“{one_line(line.copy)}”"
            if line.copy and line.file
            else ""
        )
        for number, line in enumerate(todo, start=1)
    ]
    return {
        "部门": one_line(name),
        "批次": one_line(campaign.name),
        "截止日期": found.deadline,
        "时限": found.term,
        "应报数": str(figures.expected),
        "已报数": str(figures.came),
        "待办数": str(len(todo)),
        "单位清单": "\n".join(listed),
    }


def reminder_name(line: DepartmentLine) -> str:
    """Return what a department's reminder is called in 汇总/催报."""
    return f"{safe_name(line.code)}_{safe_name(line.name, 40)}.txt"


def _values(campaign: Campaign, found: Standings, line: DepartmentLine) -> dict[str, str]:
    return {
        "部门": one_line(line.name),
        "批次": one_line(campaign.name),
        "截止日期": found.deadline,
        "时限": found.term,
        "状态": line.state.value,
        "文件": one_line(line.file or line.unread),
        "问题数": str(line.rejects + line.corrections),
        "退回件": one_line(line.copy),
        "表": found.noun,
    }


def _filled(template: str, values: dict[str, str], path: Path) -> str:
    """The template with its placeholders filled in, once: what a value says is never a placeholder itself."""

    def value(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        if match[1] not in values:
            known = "、".join(f"{{{name}}}" for name in values)
            at = template.count("\n", 0, match.start()) + 1
            raise CampaignError(f"{path} 第 {at} 行的 {match[0][:40]} 没有可填的内容。可以用的是：{known}。")
        return values[match[1]]

    return _PLACEHOLDER.sub(value, template)
