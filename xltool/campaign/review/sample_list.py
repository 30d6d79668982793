"""抽查名单.xlsx: which projects are reviewed, why, and by whom; the officer edits it, ``book`` goes by it.

Imports ``risk``, ``draw``, ``collect``. A newcomer would keep the sample in a hidden file: the list itself is the paper that is
signed, so it is also what counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.review.draw import METHOD, Drawn, assign, draw
from xltool.campaign.review.kept import reviewed_before
from xltool.campaign.review.risk import ReviewUnit, low_of, unit_id, units_of, with_amounts
from xltool.campaign.roster.workbook_tables import tables
from xltool.campaign.settings import CampaignError, open_campaign
from xltool.files import UnusableFileError
from xltool.progress import Progress, followed, silent
from xltool.report.workbook.book import HEADER_ROW, Book, CellValue, Column, ColumnKind, Table
from xltool.writing.measure import number
from xltool.writing.text import one_line

FOLDER, LIST, SHEET = "复核", "抽查名单.xlsx", "抽查名单"
NAMED, CERTAIN, DRAWN = "指定", "风险分达到必查线", "加权抽取"
_HEADERS = ("部门编码", "部门", "项目编码", "项目", "自评总分", "核定总分", "风险分", "风险依据", "入选方式", "复核人")
_LONGEST_SEED = 80


@dataclass(frozen=True, slots=True)
class Planned:
    """The list that was written. ``unknown``: what was to be included and is no department or project."""

    path: Path
    units: int
    drawn: Drawn
    unknown: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """How many there are, and why each was picked, in one sentence."""
        drawn = self.drawn
        counts = f"指定 {len(drawn.named)}、必查 {len(drawn.certain)}、抽取 {len(drawn.drawn)}"
        return f"共 {self.units} 个项目，列入 {len(drawn.all)} 个：{counts}。"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A line of the list: a unit and who reviews it."""

    department: str
    name: str
    code: str
    title: str
    how: str
    reviewer: str

    @property
    def id(self) -> str:
        """The unit."""
        return unit_id(self.department, self.code, self.title)


def list_path(collected: Collected) -> Path:
    """Return where the list lies."""
    return collected.campaign.summary.parent / FOLDER / LIST


def units(collected: Collected, progress: Progress = silent) -> tuple[ReviewUnit, ...]:
    """Return every unit of the returns that count, with its risk points, in the order of the roster."""
    policy = collected.form.spec.review
    grades, seen = _last_year(collected)
    low = low_of(collected.form.spec.scoring.grades)
    result: list[ReviewUnit] = []
    with collected.open() as opened:
        counted = [receipt for receipt in collected.chosen.values() if receipt.state.counted]
        for receipt in followed(counted, len(counted), progress, lambda one: one.head.department_name):
            result += units_of(opened.outcome(receipt), policy, low, grades, seen)
    return with_amounts(result, policy)


def split_words(text: str) -> list[str]:
    """Return the words of a list that somebody typed, whatever comma stands between them.

    >>> split_words("张三，李四、 王五,")
    ['张三', '李四', '王五']
    """
    return [word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip()]


def _last_year(collected: Collected) -> tuple[dict[str, str], set[str]]:
    """Last year's grades by unit, and the units that were reviewed then."""
    if collected.campaign.last_year is None:
        return {}, set()
    before = open_collected(open_campaign(collected.campaign.last_year))
    grades: dict[str, str] = {}
    with before.open() as opened:
        for code, receipt in before.chosen.items():
            scores = opened.outcome(receipt).scores
            grades |= {unit_id(code, part.code, part.name): part.grade for part in (scores.parts if scores else ())}
    return grades, reviewed_before(before.campaign)


def plan(
    collected: Collected,
    seed: str,
    include: Collection[str] = (),
    reviewers: Sequence[str] = (),
    progress: Progress = silent,
) -> Planned:
    """Draw the sample and write the list.

    Args:
        collected: the campaign.
        seed: any text; printed in the list.
        include: codes of departments or projects, or names of projects, that must be in it.
        reviewers: among whom the sample is divided.
        progress: told of each return that is looked at.

    Raises:
        CampaignError: there is nothing to review, or the form has no scores.
        TargetLockedError: the list is open in Excel.
    """
    if not collected.form.spec.scoring.scored:
        raise CampaignError("这个批次的表样没有得分，不用复核得分；要抽查的，请在“问题清单”和“指标明细”里选。")
    policy, every = collected.form.spec.review, units(collected, progress)
    if not every:
        raise CampaignError("还没有可以复核的项目：没有收到能够评分的自评表。请先运行 xltool collect。")
    by_id = {unit.id: unit for unit in every}
    wanted = {word for word in include if word}
    named = {unit.id for unit in every if wanted & {unit.department, unit.name, unit.code, unit.title}}
    known = {word for unit in every for word in (unit.department, unit.name, unit.code, unit.title)}
    seed = one_line(seed)[:_LONGEST_SEED]
    drawn = draw({i: unit.risk for i, unit in by_id.items()}, named, policy.certain.value, policy.share.value, seed)
    who = assign({ident: by_id[ident].department for ident in drawn.all}, dict.fromkeys(reviewers), seed)
    how = dict.fromkeys(drawn.named, NAMED) | dict.fromkeys(drawn.certain, CERTAIN) | dict.fromkeys(drawn.drawn, DRAWN)
    path = list_path(collected)
    numbers = (
        f"种子“{seed}”。必查线 {policy.certain.value} 分，抽取比例 {policy.share.value:.0%}。共 {len(every)} 个，"
        f"指定 {len(drawn.named)} 个、必查 {len(drawn.certain)} 个、抽取 {len(drawn.drawn)} 个。"
    )
    chosen = [_row(by_id[ident], how[ident], who[ident]) for ident in drawn.all]
    others = [_row(unit, how.get(unit.id, ""), who.get(unit.id, "")) for unit in sorted(every, key=_by_risk)]
    title = f"{collected.campaign.name}：复核"
    with Book(f"{collected.campaign.name}抽查名单") as book:
        book.table(Table(SHEET, f"{title}抽查名单", numbers + METHOD, _columns(), chosen, fixed=4))
        book.table(
            Table(
                "全部项目", f"{title}风险分", "按风险分从高到低；入选方式空白的没有抽中。", _columns(), others, fixed=4
            )
        )
        book.save(path)
    return Planned(path, len(every), drawn, tuple(sorted(wanted - known)))


def _by_risk(unit: ReviewUnit) -> tuple[Decimal, str]:
    return -unit.risk, unit.id


def _columns() -> tuple[Column, ...]:
    widths = (14, 26, 14, 32, 10, 10, 9, 50, 16, 12)
    points = ("自评总分", "核定总分", "风险分")
    kinds = [
        ColumnKind.POINTS
        if name in points
        else ColumnKind.TEXT
        if name in ("部门", "项目", "风险依据")
        else ColumnKind.CENTER
        for name in _HEADERS
    ]
    return tuple(Column(name, width, kind) for name, width, kind in zip(_HEADERS, widths, kinds, strict=True))


def _row(unit: ReviewUnit, how: str, who: str) -> tuple[CellValue, ...]:
    figures = (number(unit.stated), number(unit.total), number(unit.risk))
    return (unit.department, unit.name, unit.code, unit.title, *figures, "；".join(unit.reasons), how, who)


def read_list(collected: Collected) -> tuple[Assigned, ...]:
    """Return the lines of the list as it is now, edited or not.

    Raises:
        CampaignError: there is none yet, or a column is gone.
        UnusableFileError: it cannot be opened.
    """
    path = list_path(collected)
    if not path.is_file():
        raise CampaignError(f"还没有抽查名单（{path}）。请先运行 xltool review plan。")
    table = tables(path).get(SHEET)
    if table is None:
        raise UnusableFileError(path, f"里没有工作表“{SHEET}”。请恢复，或重新运行 xltool review plan")
    heads = {text: col for col, text in table.rows.get(HEADER_ROW, {}).items()}
    if missing := [name for name in ("部门编码", "项目", "复核人") if name not in heads]:
        raise UnusableFileError(path, f"里少了栏目 {'、'.join(missing)}。请恢复，或重新运行 xltool review plan")
    result = []
    for _, cells in table.lines(HEADER_ROW + 1):
        said = {name: cells.get(heads[name], "") if name in heads else "" for name in _HEADERS}
        if said["部门编码"]:
            result.append(
                Assigned(
                    said["部门编码"],
                    said["部门"],
                    said["项目编码"],
                    said["项目"],
                    said["入选方式"],
                    said["复核人"].strip(),
                )
            )
    return tuple(result)
