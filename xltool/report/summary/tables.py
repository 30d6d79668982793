"""The tables of the summary workbook: receipt, rankings, indicator lines, findings and how often they occur.

Imports ``report.book`` and ``report.summary_gather``. A newcomer would show 0 where a score is unknown: unknown is
blank with the reason beside it, and has no rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from xltool.examine.outcome import ISSUED
from xltool.findings import State
from xltool.report.standing import Stand, counts, light, ranks
from xltool.report.summary.data import Brief, Standing
from xltool.report.summary.gather import Gathered, RankedPart, linked
from xltool.report.wording import INCOMPLETE
from xltool.report.workbook.book import CellValue, Column, ColumnKind, Data, Table
from xltool.report.workbook.spool import Fresh
from xltool.writing.measure import number

_MAY_CHANGE = "待修改，得分、名次可能有变"
_CODE, _NAME = Column("部门编码", 14, ColumnKind.CENTER), Column("部门", 24)
T = TypeVar("T")
RECEIPT = "收件情况"
DEPARTMENTS = "得分排名"
LINES = "指标明细"
AUTHORITIES = "主管部门等次"
PROBLEMS = "问题清单"


def receipt(made: Gathered) -> Table:
    """收件情况: every department and every file."""
    data = made.data
    rows: list[tuple[CellValue, ...]] = []
    for standing in made.standings:
        brief = standing.brief
        remark = _remark(made, standing) or (data.remarks.get(brief.file, "") if brief else "")
        lead = (standing.code, standing.name, *((standing.authority,) if made.tiered else ()))
        rows.append((*lead, standing.state.value, *_file(made, brief), *_via(made, brief), remark))
        rows.extend(
            (
                *lead,
                "未采用",
                *_file(made, other),
                *_via(made, other),
                data.remarks.get(other.file, "同一部门的另一份文件"),
            )
            for other in standing.others
        )
    for brief in made.strangers:
        known = data.remarks.get(brief.file, "")
        reason = brief.skipped or known or ("名册中没有这个部门" if brief.code else "看不出属于哪个部门")
        lead = (brief.code or "—", brief.name or "不属于任何部门", *(("",) if made.tiered else ()))
        rows.append((*lead, brief.state.value, *_file(made, brief), *_via(made, brief), reason))
    columns = (
        _CODE,
        Column("部门名称", 24),
        *((Column("主管部门", 24),) if made.tiered else ()),
        Column("状态", 10, ColumnKind.STATE),
        Column("文件", 46),
        *(Column(level, 8, ColumnKind.COUNT) for level in ("退回", "须改", "提示")),
        Column("退回件", 46),
        *((Column("正式表/下发表", 14, ColumnKind.CENTER),) if _mixed(made) else ()),
        *((Column("来源", 24),) if data.vias else ()),
        Column("备注", 34),
    )
    note = "名册中的每个部门一行；同一部门的其他文件、不属于任何部门的文件也列在这里。点文件名可以打开。"
    return Table(RECEIPT, f"{data.title}：收件情况", note, columns, rows, fixed=2)


def departments(made: Gathered) -> Table:
    """得分排名: departments by total with the points of each 一级 block; those without a score at the end."""
    blocks = _blocks(made, (name for scored in made.scores.values() for name in scored.blocks))
    # Only forms with a department-wide self-evaluation have these two columns.
    wide = any(scored.overall is not None for scored in made.scores.values())
    incomplete: dict[str, list[RankedPart]] = {}
    for part in made.parts:
        if part.why:
            incomplete.setdefault(part.department, []).append(part)
    rows: list[tuple[CellValue, ...]] = []
    for rank, standing in ranked(made.standings, lambda standing: _total(made, standing)):
        scored = made.scores.get(standing.code)
        rows.append(
            (
                rank,
                standing.code,
                standing.name,
                _total(made, standing),
                scored.grade if scored else "",
                scored.projects if scored else None,
                *(scored.blocks.get(block) if scored else None for block in blocks),
                *((scored.overall, scored.overall_grade) if wide and scored else (None, "") if wide else ()),
                *_consequences(made, scored.grade if scored else "", _total(made, standing)),
                _rank_remark(made, standing, incomplete),
            )
        )
    columns = (
        Column("名次", 8, ColumnKind.CENTER, data=Data.INTEGER),
        _CODE,
        Column("部门", 34),
        Column("得分", 11, ColumnKind.POINTS),
        Column("等次", 9, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("项目数", 9, ColumnKind.COUNT),
        *(Column(block, 12, ColumnKind.POINTS) for block in blocks),
        *(
            (
                Column("整体自评得分", 14, ColumnKind.POINTS),
                Column("整体等次", 10, ColumnKind.CENTER, data=Data.CATEGORY),
            )
            if wide
            else ()
        ),
        *_consequence_columns(made),
        Column("说明", 30),
    )
    how = f"{policy.note}。" if (policy := made.data.results).note else ""
    note = f"按核定得分从高到低，同分同名次；没有得分的部门列在最后，说明栏写原因。{how}分块得分是本部门各项目的平均。{_policy(made, False)}"
    return Table(DEPARTMENTS, f"{made.data.title}：部门得分排名", note, columns, rows, fixed=3)


def projects(made: Gathered) -> Table:
    """项目排名: projects by total with the points of each 一级 block."""
    blocks = _blocks(made, (name for part in made.parts for name in part.blocks))
    rows = Fresh(
        lambda: (
            (
                rank,
                part.title,
                part.department,
                part.total,
                part.grade,
                part.stated,
                round(part.stated - part.total, 2) if part.stated is not None and part.total is not None else None,
                *(part.blocks.get(block) for block in blocks),
                *((part.amount, part.rate) if made.data.results.lights else ()),
                *_consequences(made, part.grade, part.total, part.rate),
                part.why,
            )
            for rank, part in ranked(made.parts, lambda part: part.total)
        )
    )
    columns = (
        Column("名次", 7, ColumnKind.CENTER, data=Data.INTEGER),
        Column("项目", 36),
        _NAME,
        Column("核定总分", 10, ColumnKind.POINTS),
        Column("等次", 8, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("自评总分", 10, ColumnKind.POINTS),
        Column("自评减核定", 11, ColumnKind.POINTS),
        *(Column(block, 12, ColumnKind.POINTS) for block in blocks),
        *(
            (
                Column(f"{made.data.amount_label}\n（万元）", 13, ColumnKind.AMOUNT, unit="万元"),
                Column(f"{made.data.rate_word}\n（%）", 13, ColumnKind.PERCENT, unit="%"),
            )
            if made.data.results.lights
            else ()
        ),
        *_consequence_columns(made),
        Column("说明", 30),
    )
    note = f"按核定总分从高到低，同分同名次；分块得分空白表示这一块有指标不能测算。{_policy(made, True)}"
    return Table("项目排名", f"{made.data.title}：项目得分排名", note, columns, rows, fixed=2)


def _consequence_columns(made: Gathered) -> tuple[Column, ...]:
    lights = (Column("红黄灯", 9, ColumnKind.STATE, data=Data.CATEGORY),) if made.data.results.lights else ()
    return (*lights, *((Column("结果应用", 22, data=Data.CATEGORY),) if made.data.uses else ()))


def _consequences(made: Gathered, grade: str, total: float | None, rate: float | None = None) -> tuple[CellValue, ...]:
    """What follows from a score: the light, and the use of the result."""
    lights = (light(made.data.results, total, rate).value,) if made.data.results.lights else ()
    use = made.data.uses.get(grade)
    return (*lights, *((str(use.say) if use else "",) if made.data.uses else ()))


def _policy(made: Gathered, projects: bool) -> str:
    """The numbers the lights go by and where they and the uses come from, in one sentence each."""
    policy, said = made.data.results, []
    if policy.lights:
        red, yellow = (f"低于 {policy.red_score.value} 分", f"低于 {policy.yellow_score.value} 分")
        if projects:
            red += f"或{made.data.rate_word}低于 {policy.red_rate.value:.0%}"
            yellow += f"、{made.data.rate_word}低于 {policy.yellow_rate.value:.0%} 或高于 {policy.most_rate.value:.0%}"
        said.append(f"红灯：{red}；黄灯：{yellow}（{policy.yellow_score.source}）。")
    if made.data.uses:
        said.append(f"结果应用按等次（{next(iter(made.data.uses.values())).source}）。")
    return "".join(said)


def authorities(made: Gathered) -> Table:
    """主管部门等次: what the projects under each 主管部门 of the roster came to."""
    grades = [*dict.fromkeys((*made.data.grades, *(part.grade for part in made.parts if part.grade)))]
    groups: dict[str, list[RankedPart]] = {}
    for part in made.parts:
        groups.setdefault(made.data.authorities.get(part.code, "（名册没有写）"), []).append(part)
    found: list[tuple[str, list[RankedPart], float | None]] = []
    for name, parts in groups.items():
        mean = counts(
            [Stand(State.PASSED, None if p.total is None else Decimal(str(p.total)), p.grade) for p in parts]
        ).mean
        found.append((name, parts, number(mean)))
    rows: list[tuple[CellValue, ...]] = [
        (
            rank,
            name,
            len(parts),
            sum(part.total is not None for part in parts),
            mean,
            *(sum(part.grade == grade for part in parts) for grade in grades),
            sum(part.amount for part in parts if part.amount is not None),
        )
        for rank, (name, parts, mean) in ranked(found, lambda item: item[2])
    ]
    columns = (
        Column("名次", 7, ColumnKind.CENTER, data=Data.INTEGER),
        Column("主管部门", 34),
        Column("项目数", 9, ColumnKind.COUNT, total=True),
        Column("有得分的", 10, ColumnKind.COUNT, total=True),
        Column("平均得分", 11, ColumnKind.POINTS),
        *(Column(grade, 8, ColumnKind.COUNT, total=True) for grade in grades),
        Column(f"{made.data.amount_label}\n（万元）", 14, ColumnKind.AMOUNT, total=True, unit="万元"),
    )
    note = "按名册“项目”表的主管部门归类，每个项目算一次；平均得分是有核定总分的项目的平均。"
    return Table(AUTHORITIES, f"{made.data.title}：主管部门等次", note, columns, rows, fixed=2, totals=True)


def lines(made: Gathered) -> Table:
    """指标明细: one row per scored line."""
    columns = (
        Column("部门", 18),
        Column("项目", 24),
        Column("一级指标", 12, data=Data.CATEGORY),
        Column("二级指标", 14, data=Data.CATEGORY),
        Column("三级指标", 28),
        Column("指标值", 13, ColumnKind.CENTER),
        Column("实际完成值", 13, ColumnKind.CENTER),
        *(
            (
                *(Column(name, 9, ColumnKind.POINTS) for name in ("分值", "测算得分", "自评得分", "核定得分", "扣分")),
                Column("测算依据", 42),
            )
            if made.data.scored
            else ()
        ),
        Column("偏差原因及改进措施", 28),
        Column("位置", 12, ColumnKind.CENTER),
    )
    note = "每个指标一行" + ("；核定得分空白表示不能测算，原因见测算依据。" if made.data.scored else "。")
    return Table(LINES, f"{made.data.title}：指标明细", note, columns, made.lines)


def problems(made: Gathered) -> Table:
    """问题清单: one row per finding."""
    columns = (
        Column("部门", 16),
        Column("项目/工作表", 28),
        Column("单元格", 13, ColumnKind.CENTER),
        Column("栏目", 24),
        Column("编号", 8, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("级别", 8, ColumnKind.STATE),
        Column("看到的", 16),
        Column("应当是", 14),
        Column("说明", 42),
        Column("怎么改", 30),
        Column("文件", 22),
    )
    note = "退回：不能接收；须改：必须改正；提示：请看一眼。已被新文件替换的不列。点文件名可以打开有标注的副本。"
    return Table(PROBLEMS, f"{made.data.title}：问题清单", note, columns, made.problems)


def statistics(made: Gathered) -> Table:
    """问题统计: how often each code was found and at how many departments."""
    rows: list[tuple[CellValue, ...]] = []
    for rank, code, level in sorted(made.frequencies, key=lambda key: (key[0], -made.frequencies[key].count, key[1])):
        found = made.frequencies[rank, code, level]
        rows.append((code, level, found.count, len(found.departments), found.named(), found.example))
    columns = (
        Column("编号", 10, ColumnKind.CENTER, data=Data.CATEGORY),
        Column("级别", 8, ColumnKind.STATE),
        Column("条数", 8, ColumnKind.COUNT),
        Column("部门数", 8, ColumnKind.COUNT),
        Column("部门", 50),
        Column("例如", 66),
    )
    note = "同一编号的问题合在一行；“例如”是其中第一条的原文。"
    return Table("问题统计", f"{made.data.title}：问题统计", note, columns, rows)


def by_department(made: Gathered) -> Table:
    """部门问题统计: how many findings of each severity each department has, and which codes most often."""
    rows: list[tuple[CellValue, ...]] = []
    for standing in made.standings:
        codes = made.codes.get(standing.code)
        if standing.brief is None or not codes:
            continue
        shown = "、".join(f"{code}×{count}" if count > 1 else code for code, count in codes.most_common(12))
        counts = standing.brief.counts
        rows.append((standing.code, standing.name, standing.state.value, *counts, sum(counts), len(codes), shown))
    columns = (
        _CODE,
        _NAME,
        Column("状态", 10, ColumnKind.STATE),
        *(Column(level, 8, ColumnKind.COUNT, total=True) for level in ("退回", "须改", "提示")),
        Column("合计", 8, ColumnKind.COUNT, total=True),
        Column("编号数", 9, ColumnKind.COUNT),
        Column("编号", 70),
    )
    note = "每个有问题的部门一行；编号按出现次数从多到少。"
    return Table("部门问题统计", f"{made.data.title}：部门问题统计", note, columns, rows, totals=True)


def _blocks(made: Gathered, names: Iterable[str]) -> list[str]:
    """The 一级 that the form scores, in its order, then others that occur."""
    return [name for name in dict.fromkeys((*made.data.blocks, *names)) if name]


def ranked(items: Sequence[T], points: Callable[[T], float | None]) -> list[tuple[int | None, T]]:
    """Return the highest first, equal points at equal rank, in the order given; without points at the end, without a rank."""
    order = sorted(items, key=lambda item: -value if (value := points(item)) is not None else float("inf"))
    found = ranks({place: points(item) for place, item in enumerate(order)})
    return [(found.get(place), item) for place, item in enumerate(order)]


def _total(made: Gathered, standing: Standing) -> float | None:
    scored = made.scores.get(standing.code)
    return number(scored.total) if scored else None


def _file(made: Gathered, brief: Brief | None) -> tuple[CellValue, ...]:
    kind = (made.kinds.get(brief.file, "") if brief else "",) if _mixed(made) else ()
    if brief is None:
        return ("", None, None, None, "", *kind)
    copy = made.data.links.get(brief.file, "")
    name = copy.rpartition("/")[2]
    return (
        linked(brief.file, made.data.sources.get(brief.file, "")),
        *brief.counts,
        linked(name, copy) if copy else "",
        *kind,
    )


def _via(made: Gathered, brief: Brief | None) -> tuple[str, ...]:
    """Who handed a file up, in a campaign where anybody did."""
    return (made.data.vias.get(brief.file, "") if brief else "",) if made.data.vias else ()


def _mixed(made: Gathered) -> bool:
    """Whether official forms came in: only then a column says what each file was."""
    return any(kind not in ("", ISSUED) for kind in made.kinds.values())


def _remark(made: Gathered, standing: Standing) -> str:
    if not standing.on_roster:
        return "名册中没有这个部门"
    if standing.brief is None:
        return made.data.absent.get(standing.code, "没有收到文件")
    return "" if standing.adopted else "收到的文件都没有采用"


def _rank_remark(made: Gathered, standing: Standing, incomplete: Mapping[str, Sequence[RankedPart]]) -> str:
    """Why a department has no rank, or one that may change. ``incomplete``: the projects without a total, by department."""
    if not standing.counted:
        return f"{standing.state.value}，不参加排名"
    if _total(made, standing) is not None:
        return _MAY_CHANGE if standing.state is State.TO_CORRECT else ""
    own = incomplete.get(standing.name, ())
    if not own:
        return INCOMPLETE
    first = "：".join(filter(None, (own[0].title, own[0].why)))
    return f"{first}；共 {len(own)} 个项目" if len(own) > 1 else first
