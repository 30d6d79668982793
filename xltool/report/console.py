"""What a person reads on a terminal: one return in full, many returns as a table.

Imports ``examine.outcome``; nothing heavy, because a check of one file should start at once. Fixed words
stay within GBK, the code page of a Chinese Windows console, so no ticks and no emoji. Text of a
department loses its control characters: a cell must not be able to move the cursor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from xltool.examine.outcome import Outcome
from xltool.findings import Finding, State
from xltool.report.standing import SHOWN, Counts
from xltool.report.wording import INCOMPLETE, MISSING, by_weight, department, place, waived_text
from xltool.score import ProjectScore
from xltool.writing.measure import pad, points, width
from xltool.writing.text import one_line

_HEADERS = ("部门", "状态", "退回/须改/提示", "得分", "等次", "来源")
_RIGHT = (False, False, True, True, False, False)
_OF_SCORES = (3, 4)
"""The columns that a form without scores does not have."""


def describe(outcome: Outcome, *, limit: int | None = None) -> str:
    """Return everything about one return. ``limit``: show at most so many findings and say how many are left."""
    lines = [f"文件：{one_line(outcome.file)}"]
    if outcome.skipped:
        return "\n".join([*lines, f"结果：跳过（{one_line(outcome.skipped)}）"])
    if outcome.issue:
        code = f"（{one_line(outcome.issue.department)}）" if outcome.issue.department else ""
        lines.append(f"部门：{one_line(outcome.issue.department_name) or '文件里没有写'}{code}")
    lines.append(f"结果：{outcome.state.value}{_counted(outcome)}")
    findings = by_weight(outcome.findings)
    shown = findings if limit is None else findings[: max(0, limit)]
    lines += [f"  {finding_line(finding)}" for finding in shown]
    if len(shown) < len(findings):
        lines.append(f"  另有 {len(findings) - len(shown)} 条未列出。")
    lines += [f"  豁免 {finding_line(item.finding)} {one_line(waived_text(item))}" for item in outcome.waived]
    if outcome.scores:
        scored = outcome.scores.scored
        lines += [_project(project, scored) for project in outcome.scores.parts]
        if len(outcome.scores.projects) != 1 and scored:
            lines.append(f"部门得分：{_total(outcome.scores.total, outcome.scores.grade)}")
    return "\n".join(lines)


def finding_line(finding: Finding) -> str:
    """Return a finding as one line: ``须改 SG01 〔三公经费〕C4：……``."""
    where = place(finding)
    head = f"{finding.severity.value} {finding.code}" + (f" {where}" if where else "")
    gap = "" if finding.message.endswith(("。", "？", "；")) else " "
    return one_line(f"{head}：{finding.message}{gap}{finding.remedy}")


def table(outcomes: Iterable[Outcome], missing: Sequence[str] = ()) -> str:
    """Return an aligned table of many returns; ``missing``: names of departments without a return."""
    found = list(outcomes)
    scored = not found or any(outcome.scores is None or outcome.scores.scored for outcome in found)
    return listing([_row(outcome) for outcome in found], missing, scored)


class _Line(Protocol):
    """A department as ``campaign.status`` knows it."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def counts(self) -> tuple[int, ...]: ...
    @property
    def total(self) -> Decimal | None: ...
    @property
    def grade(self) -> str: ...
    @property
    def via(self) -> str: ...


def standing_rows(lines: Sequence[_Line]) -> list[tuple[str, ...]]:
    """Return departments as rows of ``listing``; who handed a file up only where anybody did."""
    rows = [standing_row(line) for line in lines]
    if not any(line.via for line in lines):
        return rows
    return [(*row, one_line(line.via)) for row, line in zip(rows, lines, strict=True)]


def tier_listing(found: Mapping[str, Counts], scored: bool = True) -> str:
    """Return an aligned table of the 主管部门 with the figures of their units; the mean only of a form with scores."""
    states = [state for state in SHOWN if any(state in one.shown for one in found.values())]
    headers = (
        "主管部门",
        "应报",
        "已报",
        "收到率",
        *(state.value for state in states),
        *(("平均得分",) if scored else ()),
    )
    rows = [
        (
            one_line(name),
            *map(str, (one.expected, one.came)),
            one.rate,
            *(str(one.of(state)) for state in states),
            *((one.mean_text,) if scored else ()),
        )
        for name, one in found.items()
    ]
    widths = [max(map(width, column)) for column in zip(headers, *rows, strict=True)]
    right = (False, *(True for _ in headers[1:]))
    rule = "-+-".join("-" * columns for columns in widths)
    return "\n".join([_line(headers, widths, right), rule, *(_line(row, widths, right) for row in rows)])


def standing_row(line: _Line) -> tuple[str, ...]:
    """Return a department as a row of ``listing``; its score only where it counts."""
    total = points(line.total, INCOMPLETE) if line.state.counted else ""
    return (line.name, line.state.value, "/".join(map(str, line.counts)), total, line.grade)


def listing(rows: Sequence[tuple[str, ...]], missing: Sequence[str] = (), scored: bool = True) -> str:
    """Return an aligned table of (department, state, counts, points, grade, and perhaps who handed it up) and the missing."""
    rows = [*((one_line(row[0]), *row[1:]) for row in rows)]
    rows += [(one_line(name), MISSING, "", "", "") for name in missing]
    headers = _HEADERS[: len(rows[0])] if rows else _HEADERS[:-1]
    shown = [at for at in range(len(headers)) if scored or at not in _OF_SCORES]
    lines = [[line[at] for at in shown] for line in (headers, *rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    rights = [_RIGHT[at] for at in shown]
    head, *others = (_line(line, widths, rights) for line in lines)
    return "\n".join([head, "-+-".join("-" * columns for columns in widths), *others])


def _row(outcome: Outcome) -> tuple[str, ...]:
    name = one_line(department(outcome)) or f"（{one_line(outcome.file)}）"
    if outcome.skipped:
        return (name, outcome.state.value, "", "", "")
    counts = "/".join(str(count) for count in outcome.counts().values())
    scores = outcome.scores
    if scores is None or not outcome.state.counted:
        return (name, outcome.state.value, counts, "", "")
    return (name, outcome.state.value, counts, points(scores.total), scores.grade)


def _line(cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool] = _RIGHT) -> str:
    padded = (pad(cell, columns, right) for cell, columns, right in zip(cells, widths, rights, strict=False))
    return " | ".join(padded).rstrip()


def _counted(outcome: Outcome) -> str:
    counts = "，".join(f"{level} {count} 条" for level, count in outcome.counts().items() if count)
    return f"（{counts}）" if counts else ""


def _project(project: ProjectScore, scored: bool) -> str:
    if not scored:
        return f"项目 {one_line(project.name) or '（未命名）'}：指标 {len(project.lines)} 个"
    stated = f"，自评总分 {points(project.stated)}" if project.stated is not None else ""
    return f"项目 {one_line(project.name) or '（未命名）'}：{_total(project.total, project.grade)}{stated}"


def _total(total: Decimal | None, grade: str) -> str:
    return INCOMPLETE if total is None else f"{points(total)} 分，{grade}"
