"""The tables of the summary workbook: receipt, rankings, indicator lines, findings, figures.

Imports ``report.book`` and ``report.summary_data``. pandas shapes what is grouped, ranked or pivoted; lists
stay lists. A newcomer would show 0 where a score is unknown: unknown is blank with the reason beside it,
and has no rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from xltool.examine.outcome import Figure, Outcome
from xltool.report.book import Cell, Column, Kind, Link, Table
from xltool.report.summary_data import Brief, Standing, SummaryData, current, standings, strangers
from xltool.report.text import number
from xltool.report.wording import INCOMPLETE, VERDICT, by_weight, cells_text
from xltool.score import ProjectScore

BLOCKS = ("预算执行率", "产出指标", "效益指标", "满意度指标")
_CODE, _NAME = Column("部门编码", 14, Kind.CENTER), Column("部门", 24)
_NOT_ADDED = ("", "%", "分", "年", "年度")  # sums of shares, points and years mean nothing
_ESCAPES = str.maketrans({"%": "%25", "#": "%23", "?": "%3F"})  # in a link; Chinese stays as it is


def receipt(data: SummaryData) -> Table:
    """收件情况: every department and every file."""
    rows: list[tuple[Cell, ...]] = []
    for standing in standings(data):
        remark = _remark(standing) or (data.remarks.get(standing.brief.file, "") if standing.brief else "")
        rows.append((standing.code, standing.name, standing.state, *_file(data, standing.brief), remark))
        rows.extend(
            (
                standing.code,
                standing.name,
                "未采用",
                *_file(data, brief),
                data.remarks.get(brief.file, "同一部门的另一份文件"),
            )
            for brief in standing.others
        )
    for brief in strangers(data):
        reason = brief.skipped or ("名册中没有这个部门" if brief.code else "看不出属于哪个部门")
        states = (brief.code or "—", brief.name or "不属于任何部门", VERDICT[brief.status])
        rows.append((*states, *_file(data, brief), reason))
    columns = (
        _CODE,
        Column("部门名称", 24),
        Column("状态", 10, Kind.STATE),
        Column("文件", 44),
        *(Column(level, 8, Kind.COUNT) for level in ("退回", "须改", "提示")),
        Column("备注", 30),
    )
    note = "名册中的每个部门一行；同一部门的其他文件、不属于任何部门的文件也列在这里。"
    return Table("收件情况", f"{data.title}：收件情况", note, columns, rows)


def departments(data: SummaryData) -> Table:
    """得分排名: departments by total; those without a score at the end, with the reason."""
    frame = pd.DataFrame(
        [
            {
                "code": standing.code,
                "name": standing.name,
                "total": number(scores.total) if scores else None,
                "grade": scores.grade if scores else "",
                "projects": len(scores.projects) if scores else None,
                "overall": number(scores.overall.total) if scores and scores.overall else None,
                "overall_grade": scores.overall.grade if scores and scores.overall else "",
                "note": _why_unranked(standing),
            }
            for standing in standings(data)
            for scores in (standing.outcome.scores if standing.counted and standing.outcome else None,)
        ],
        columns=["code", "name", "total", "grade", "projects", "overall", "overall_grade", "note"],
    )
    # Only forms with a department-wide self-evaluation have these two columns.
    wide = bool(frame["overall"].notna().any())
    rows: list[tuple[Cell, ...]] = [
        (
            _blank(row["rank"]),
            row["code"],
            row["name"],
            _blank(row["total"]),
            row["grade"],
            _blank(row["projects"]),
            *((_blank(row["overall"]), row["overall_grade"]) if wide else ()),
            row["note"],
        )
        for row in _ranked(frame)
    ]
    columns = (
        Column("名次", 8, Kind.CENTER),
        _CODE,
        Column("部门", 36),
        Column("得分", 12, Kind.POINTS),
        Column("等次", 10, Kind.CENTER),
        Column("项目数", 10, Kind.COUNT),
        *((Column("整体自评得分", 14, Kind.POINTS), Column("整体等次", 10, Kind.CENTER)) if wide else ()),
        Column("说明", 40),
    )
    note = "按核定得分从高到低，同分同名次；没有得分的部门列在最后，说明栏写原因。"
    return Table("得分排名", f"{data.title}：部门得分排名", note, columns, rows)


def projects(data: SummaryData) -> Table:
    """项目排名: projects by total with the points of each 一级 block."""
    parts: list[dict[str, float | None]] = []
    records = []
    for index, (standing, project) in enumerate(_projects(data)):
        parts.append(_block_points(project))
        records.append(
            {
                "index": index,
                "name": project.name,
                "department": standing.name,
                "total": number(project.total),
                "grade": project.grade,
                "stated": number(project.stated),
                "note": "" if project.total is not None else INCOMPLETE,
            }
        )
    blocks = block_names(name for part in parts for name in part)
    frame = pd.DataFrame(records, columns=["index", "name", "department", "total", "grade", "stated", "note"])
    frame["gap"] = (frame["stated"].astype(float) - frame["total"].astype(float)).round(2)
    rows: list[tuple[Cell, ...]] = [
        (
            _blank(row["rank"]),
            row["name"],
            row["department"],
            _blank(row["total"]),
            row["grade"],
            _blank(row["stated"]),
            _blank(row["gap"]),
            *(parts[row["index"]].get(block) for block in blocks),
            row["note"],
        )
        for row in _ranked(frame)
    ]
    columns = (
        Column("名次", 7, Kind.CENTER),
        Column("项目", 36),
        _NAME,
        Column("核定总分", 10, Kind.POINTS),
        Column("等次", 8, Kind.CENTER),
        Column("自评总分", 10, Kind.POINTS),
        Column("自评减核定", 11, Kind.POINTS),
        *(Column(block, 12, Kind.POINTS) for block in blocks),
        Column("说明", 14),
    )
    note = "按核定总分从高到低，同分同名次；分块得分空白表示这一块有指标不能测算。"
    return Table("项目排名", f"{data.title}：项目得分排名", note, columns, rows)


def lines(data: SummaryData) -> Table:
    """指标明细: one row per scored line."""
    columns = (
        Column("部门", 18),
        Column("项目", 24),
        Column("一级指标", 12),
        Column("二级指标", 14),
        Column("三级指标", 28),
        Column("指标值", 13, Kind.CENTER),
        Column("实际完成值", 13, Kind.CENTER),
        *(Column(name, 9, Kind.POINTS) for name in ("分值", "测算得分", "自评得分", "核定得分", "扣分")),
        Column("测算依据", 42),
        Column("偏差原因及改进措施", 28),
        Column("位置", 12, Kind.CENTER),
    )
    note = "每个指标一行；核定得分空白表示不能测算，原因见测算依据。"
    return Table("指标明细", f"{data.title}：指标明细", note, columns, _line_rows(data))


def _line_rows(data: SummaryData) -> Iterator[tuple[Cell, ...]]:
    for standing, project in _projects(data, overall=True):
        for line in project.lines:
            lost = line.weight - line.final if line.weight is not None and line.final is not None else None
            points = (line.weight, line.system, line.stated, line.final, lost)
            texts = (standing.name, project.name, line.level1, line.level2, line.name, line.target, line.actual)
            place = f"{line.sheet}!{line.cell}" if line.cell else ""
            yield (*texts, *map(number, points), line.working, line.reason, place)


def problems(data: SummaryData) -> Table:
    """问题清单: one row per finding."""
    columns = (
        Column("部门", 16),
        Column("项目/工作表", 28),
        Column("单元格", 13, Kind.CENTER),
        Column("栏目", 24),
        Column("编号", 8, Kind.CENTER),
        Column("级别", 8, Kind.STATE),
        Column("看到的", 16),
        Column("应当是", 14),
        Column("说明", 42),
        Column("怎么改", 30),
        Column("文件", 22),
    )
    note = "退回：不能接收；须改：必须改正；提示：请看一眼。已被新文件替换的不列。"
    return Table("问题清单", f"{data.title}：问题清单", note, columns, _problem_rows(data))


def _problem_rows(data: SummaryData) -> Iterator[tuple[Cell, ...]]:
    for name, brief in current(data):
        if not any(brief.counts):
            continue
        outcome = brief.open()
        names = sheet_projects(outcome)
        for finding in by_weight(outcome.findings):
            project = names.get(finding.sheet, "")
            where = f"{finding.sheet}（{project}）" if project else finding.sheet
            yield (
                name or "—",
                where or "整个文件",
                cells_text(finding.cells, 3),
                finding.label,
                finding.code,
                finding.severity.value,
                finding.seen,
                finding.expected,
                finding.message,
                finding.remedy,
                _linked(data, brief),
            )


def statistics(data: SummaryData) -> Table:
    """问题统计: how often each code was found and at how many departments."""
    found: dict[tuple[int, str, str], tuple[list[int], dict[str, None], str]] = {}
    for name, brief in current(data):
        if any(brief.counts):
            for finding in brief.open().findings:
                key = (finding.severity.rank, finding.code, finding.severity.value)
                count, names, _ = found.setdefault(key, ([0], {}, finding.message))
                count[0] += 1
                if name:
                    names[name] = None
    rows: list[tuple[Cell, ...]] = []
    for rank, code, level in sorted(found, key=lambda key: (key[0], -found[key][0][0], key[1])):
        count, everyone, example = found[rank, code, level]
        names_ = list(everyone)
        shown = "、".join(names_[:10]) + (f" 等 {len(names_)} 个" if len(names_) > 10 else "")
        rows.append((code, level, count[0], len(names_), shown, example))
    columns = (
        Column("编号", 10, Kind.CENTER),
        Column("级别", 8, Kind.STATE),
        Column("条数", 8, Kind.COUNT),
        Column("部门数", 8, Kind.COUNT),
        Column("部门", 50),
        Column("例如", 66),
    )
    note = "同一编号的问题合在一行；“例如”是其中第一条的原文。"
    return Table("问题统计", f"{data.title}：问题统计", note, columns, rows)


def by_department(data: SummaryData) -> Table:
    """部门问题统计: how many findings of each severity each department has, and which codes most often."""
    rows: list[tuple[Cell, ...]] = []
    for standing in standings(data):
        if standing.brief is None or not any(standing.brief.counts):
            continue
        codes = Counter(finding.code for finding in standing.brief.open().findings)
        shown = "、".join(f"{code}×{count}" if count > 1 else code for code, count in codes.most_common(12))
        counts = standing.brief.counts
        rows.append((standing.code, standing.name, standing.state, *counts, sum(counts), len(codes), shown))
    columns = (
        _CODE,
        _NAME,
        Column("状态", 10, Kind.STATE),
        *(Column(level, 8, Kind.COUNT, total=True) for level in ("退回", "须改", "提示")),
        Column("合计", 8, Kind.COUNT, total=True),
        Column("编号数", 9, Kind.COUNT),
        Column("编号", 70),
    )
    note = "每个有问题的部门一行；编号按出现次数从多到少。"
    return Table("部门问题统计", f"{data.title}：部门问题统计", note, columns, rows, totals=True)


def figures(data: SummaryData) -> Table:
    """部门数据: one row per department, one column per figure."""
    everyone = standings(data)
    found = {s.code: _by_name(s.outcome.figures) for s in everyone if s.counted and s.outcome}
    names = list(dict.fromkeys(key for values in found.values() for key in values))
    rows = [(s.code, s.name, s.state, *(found.get(s.code, {}).get(name) for name in names)) for s in everyone]
    columns = (_CODE, _NAME, Column("状态", 9, Kind.STATE), *(_figure_column(name, unit) for name, unit in names))
    note = "各部门填报的数据；未报、退回的部门空白。合计只加金额、人数等可以相加的列。"
    return Table("部门数据", f"{data.title}：部门数据", note, columns, rows, fixed=2, totals=True)


def funds(data: SummaryData) -> Table:
    """项目资金: one row per project, one column per figure."""
    rows_of: list[tuple[Standing, str, str, dict[tuple[str, str], float | None]]] = []
    for standing in standings(data):
        if standing.counted and standing.outcome:
            for index, values in enumerate(standing.outcome.project_figures):
                code, name = _project_name(standing.outcome, index)
                rows_of.append((standing, code, name, _by_name(values)))
    names = list(dict.fromkeys(key for *_, values in rows_of for key in values))
    rows = [(s.name, code, name, *(values.get(key) for key in names)) for s, code, name, values in rows_of]
    columns = (
        _NAME,
        Column("项目编码", 14, Kind.CENTER),
        Column("项目", 36),
        *(_figure_column(name, unit) for name, unit in names),
    )
    note = "每个项目一行，取自各部门填报的项目资金表。"
    return Table("项目资金", f"{data.title}：项目资金", note, columns, rows, fixed=3, totals=True)


def block_names(names: Iterable[str]) -> list[str]:
    """Return the 一级 blocks: the customary four unless the form knows none of them, then the others that occur."""
    seen = [name for name in dict.fromkeys(names) if name]
    customary = BLOCKS if not seen or set(seen) & set(BLOCKS) else ()
    return [*customary, *(block for block in seen if block not in BLOCKS)]


def sheet_projects(outcome: Outcome) -> dict[str, str]:
    """Return sheet name to project name, as far as the score lines tell."""
    found = outcome.scores.parts if outcome.scores else ()
    return {line.sheet: project.name for project in found for line in project.lines if line.sheet}


def _projects(data: SummaryData, *, overall: bool = False) -> Iterator[tuple[Standing, ProjectScore]]:
    for standing in standings(data):
        if standing.counted and standing.outcome and standing.outcome.scores:
            scores = standing.outcome.scores
            for project in scores.parts if overall else scores.projects:
                yield standing, project


def _block_points(project: ProjectScore) -> dict[str, float | None]:
    """Points per block; None where a line of the block cannot be determined."""
    sums: dict[str, float | None] = {}
    for line in project.lines:
        points, before = number(line.final), sums.get(line.level1, 0.0)
        sums[line.level1] = None if points is None or before is None else round(before + points, 2)
    return sums


def _ranked(frame: pd.DataFrame) -> list[dict[str, Any]]:
    totals = frame["total"].astype(float)
    frame = frame.assign(total=totals, rank=totals.rank(method="min", ascending=False))
    ordered = frame.sort_values("total", ascending=False, kind="stable", na_position="last")
    return [{str(key): value for key, value in row.items()} for row in ordered.to_dict("records")]


def _blank(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _file(data: SummaryData, brief: Brief | None) -> tuple[Cell, ...]:
    return (_linked(data, brief), *brief.counts) if brief else ("", None, None, None)


def _linked(data: SummaryData, brief: Brief) -> Cell:
    target = data.links.get(brief.file)
    return Link(brief.file, f"external:{target.translate(_ESCAPES)}") if target else brief.file


def _remark(standing: Standing) -> str:
    if not standing.on_roster:
        return "名册中没有这个部门"
    if standing.brief is None:
        return "没有收到文件"
    return "" if standing.adopted else "收到的文件都没有采用"


def _why_unranked(standing: Standing) -> str:
    if not standing.counted or standing.outcome is None:
        return f"{standing.state}，不参加排名"
    scores = standing.outcome.scores
    return INCOMPLETE if scores is None or scores.total is None else ""


def _by_name(values: tuple[Figure, ...]) -> dict[tuple[str, str], float | None]:
    return {(figure.name, figure.unit): number(figure.value) for figure in values}


def _figure_column(name: str, unit: str) -> Column:
    kind = Kind.PERCENT if unit == "%" else Kind.AMOUNT if unit.endswith("元") else Kind.GENERAL
    header = f"{name}\n（{unit}）" if unit else name
    return Column(header, max(13, min(20, len(name) * 2 + 3)), kind, total=unit not in _NOT_ADDED)


def _project_name(outcome: Outcome, index: int) -> tuple[str, str]:
    if outcome.scores and index < len(outcome.scores.projects):
        return outcome.scores.projects[index].code, outcome.scores.projects[index].name
    if outcome.shape and index < len(outcome.shape.projects):
        return outcome.shape.projects[index].code, outcome.shape.projects[index].name
    return "", f"项目{index + 1}"
