"""Everything the sheets of the summary show, gathered in one pass: each outcome is opened once and let go.

Imports ``report.summary_data``. What is ranked, counted or added up is kept, small; the long lists (score lines,
findings) go to spools. A newcomer would let every sheet open the outcomes it needs, and unpack each a dozen times.
"""

from __future__ import annotations

import marshal
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xltool.examine.outcome import Figure, Outcome
from xltool.progress import Progress, followed, silent
from xltool.report.lights import rates
from xltool.report.standing import Counts, Stand, counts
from xltool.report.summary.data import Brief, Standing, SummaryData, standings, strangers
from xltool.report.wording import INCOMPLETE, by_weight, cells_text
from xltool.report.workbook.book import CellValue, Link
from xltool.report.workbook.spool import Spool
from xltool.score import ProjectScore, ScoreSheet
from xltool.writing.measure import number

Points = dict[str, float | None]
Watcher = Callable[[Outcome], None]
_ESCAPES = str.maketrans({"%": "%25", "#": "%23", "?": "%3F"})  # in a link; Chinese stays as it is
_MOST_NAMED = 10
_MOST_LACKING = 3
DOUBTFUL = "（疑按元填，未计入）"


class Figures:
    """A table of figures: one column per name and unit as they occur, one row per department or project, kept packed."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, str], int] = {}
        self._rows: dict[object, bytes] = {}

    def add(self, owner: object, figures: Iterable[Figure]) -> None:
        """Take the figures of an owner."""
        row: list[float | str | None] = [None] * len(self.columns)
        for figure in figures:
            at = self.columns.setdefault((figure.name, figure.unit), len(self.columns))
            row.extend([None] * (at + 1 - len(row)))
            value = number(figure.value)
            # A text is shown and never added, by Excel neither.
            row[at] = f"{value:,.2f}{DOUBTFUL}" if figure.doubtful and value is not None else value
        self._rows[owner] = marshal.dumps(row)

    def row(self, owner: object) -> tuple[float | str | None, ...]:
        """Return the figures of an owner, one for every column; None where there is none."""
        packed = self._rows.get(owner)
        row = marshal.loads(packed) if packed else ()  # noqa: S302 - what ``add`` packed in this process
        return (*row, *(None,) * (len(self.columns) - len(row)))

    def has(self, owner: object) -> bool:
        """Whether anything is known of an owner."""
        return owner in self._rows


@dataclass(frozen=True, slots=True)
class RankedPart:
    """A scored project as the rankings show it. ``amount`` in 万元, ``rate`` of execution (1 is 100 %); None where unknown or doubtful."""

    department: str
    title: str
    total: float | None
    grade: str
    stated: float | None
    blocks: Points
    why: str = ""
    code: str = ""
    amount: float | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A department's scores as the rankings show them. ``blocks``: the mean of its projects, block by block."""

    total: Decimal | None
    grade: str
    projects: int
    blocks: Points
    overall: float | None = None
    overall_grade: str = ""


@dataclass(slots=True)
class Frequency:
    """How often one code was found: findings, departments in order, one message as an example."""

    count: int = 0
    departments: dict[str, None] = field(default_factory=dict)
    example: str = ""

    def named(self) -> str:
        """Return the departments as text."""
        names = list(self.departments)
        return "、".join(names[:_MOST_NAMED]) + (f" 等 {len(names)} 个" if len(names) > _MOST_NAMED else "")


@dataclass(slots=True)
class Gathered:
    """The summary's content. ``scores`` and ``codes`` by department code; ``rates``: project, department, rate.

    ``kinds``: file to 下发表 or 正式表. ``owners``: the 主管部门 of the units whose ``projects`` they are.
    """

    data: SummaryData
    standings: tuple[Standing, ...]
    strangers: tuple[Brief, ...]
    scores: dict[str, Scored] = field(default_factory=dict)
    parts: list[RankedPart] = field(default_factory=list)
    rates: list[tuple[str, str, float]] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    funds: Figures = field(default_factory=Figures)
    projects: list[tuple[str, str, str]] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    codes: dict[str, Counter[str]] = field(default_factory=dict)
    frequencies: dict[tuple[int, str, str], Frequency] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    lines: Spool = field(default_factory=Spool)
    problems: Spool = field(default_factory=Spool)
    _words: dict[str, str] = field(default_factory=dict)

    def same(self, word: str) -> str:
        """Return a word that occurs in every return, kept once."""
        return self._words.setdefault(word, word)

    @property
    def counts(self) -> Counts:
        """The figures of the departments of the roster."""
        return counts(self.stand(standing) for standing in self.standings if standing.on_roster)

    @property
    def tiered(self) -> bool:
        """Whether the roster says of any unit which 主管部门 it has."""
        return any(standing.authority for standing in self.standings)

    @property
    def several(self) -> frozenset[str]:
        """The 主管部门 with more than one unit: only of these a subtotal says more than the unit's own row."""
        found = Counter(standing.authority for standing in self.standings if standing.authority)
        return frozenset(name for name, count in found.items() if count > 1)

    def stand(self, standing: Standing) -> Stand:
        """Return a department as the counts take it."""
        scored = self.scores.get(standing.code)
        return Stand(standing.state, scored.total if scored else None, scored.grade if scored else "")

    def close(self) -> None:
        """Free what the long lists take."""
        self.lines.close()
        self.problems.close()


def gather(data: SummaryData, watch: Watcher = lambda _outcome: None, progress: Progress = silent) -> Gathered:
    """Open every outcome that is shown, once. ``watch`` sees those that count, for what the caller wants of them."""
    made = Gathered(data, standings(data), strangers(data))
    try:
        _fill(made, watch, progress)
    except BaseException:  # an outcome that cannot be opened: whoever asked gets nothing to close
        made.close()
        raise
    return made


def _fill(made: Gathered, watch: Watcher, progress: Progress) -> None:
    for standing in followed(made.standings, len(made.standings), progress, lambda one: f"汇总 {one.name}"):
        outcome = standing.outcome
        if outcome is None or standing.brief is None:
            continue
        made.kinds[standing.brief.file] = outcome.source
        _findings(made, standing.code, standing.name, standing.brief, outcome)
        if standing.counted:
            watch(outcome)
            _counted(made, standing, outcome)
    for brief in made.strangers:
        if any(brief.counts) and not brief.skipped:
            outcome = brief.open()
            made.kinds[brief.file] = outcome.source
            _findings(made, "", brief.name, brief, outcome)


def linked(file: str, target: str) -> CellValue:
    """Return a file's name leading to ``target``, a relative path; only the name if there is none."""
    return Link(file, f"external:{target.translate(_ESCAPES)}") if target else file


def block_points(project: ProjectScore) -> Points:
    """Return points per 一级 block; None where a line of the block cannot be determined."""
    sums: Points = {}
    for line in project.lines:
        points, before = number(line.final), sums.get(line.level1, 0.0)
        sums[line.level1] = None if points is None or before is None else round(before + points, 2)
    return sums


def _findings(made: Gathered, code: str, name: str, brief: Brief, outcome: Outcome) -> None:
    names = sheet_projects(outcome)
    file = linked(brief.file, made.data.links.get(brief.file, "") or made.data.sources.get(brief.file, ""))
    if outcome.findings and code:
        made.codes[code] = Counter(made.same(finding.code) for finding in outcome.findings)
    for finding in by_weight(outcome.findings):
        frequency = made.frequencies.setdefault(
            (finding.severity.rank, finding.code, finding.severity.value), Frequency(example=finding.message)
        )
        frequency.count += 1
        if name:
            frequency.departments[name] = None
        project = names.get(finding.sheet, "")
        made.problems.add(
            (
                name or "—",
                (f"{finding.sheet}（{project}）" if project else finding.sheet) or "整个文件",
                cells_text(finding.cells, 3),
                finding.label,
                finding.code,
                finding.severity.value,
                finding.seen,
                finding.expected,
                finding.message,
                finding.remedy,
                file,
            )
        )


def _counted(made: Gathered, standing: Standing, outcome: Outcome) -> None:
    made.figures.add(standing.code, outcome.figures)
    for index, values in enumerate(outcome.project_figures):
        code, name = _project_name(outcome, index)
        made.funds.add(len(made.projects), values)
        made.projects.append((standing.name, code, name))
        made.owners.append(standing.authority)
    known = dict(rates(outcome, made.data.execution_rate))
    made.rates += [(name, standing.name, rate) for name, rate in known.values()]
    if outcome.scores is None:
        return
    parts = [
        _part(made, standing, project, _amount(outcome, index, made.data.amount), known.get(index, ("", None))[1])
        for index, project in enumerate(outcome.scores.projects)
    ]
    made.parts += parts
    made.scores[standing.code] = _scored(outcome.scores, parts)
    for project in outcome.scores.parts:
        for line in project.lines:
            lost = line.weight - line.final if line.weight is not None and line.final is not None else None
            points = (line.weight, line.system, line.stated, line.final, lost)
            texts = (standing.name, project.name, line.level1, line.level2, line.name, line.target, line.actual)
            place = f"{line.sheet}!{line.cell}" if line.cell else ""
            figures = (*map(number, points), line.working) if made.data.scored else ()
            made.lines.add((*texts, *figures, line.reason, place))


def _amount(outcome: Outcome, index: int, name: str) -> float | None:
    values = outcome.project_figures[index] if index < len(outcome.project_figures) else ()
    return next((number(figure.value) for figure in values if figure.name == name and not figure.doubtful), None)


def _part(
    made: Gathered, standing: Standing, project: ProjectScore, amount: float | None, rate: float | None
) -> RankedPart:
    blocks = block_points(project) if project.total is not None or _lacking(project) else {}
    return RankedPart(
        standing.name,
        project.name,
        number(project.total),
        made.same(project.grade),
        number(project.stated),
        {made.same(name): points for name, points in blocks.items()},
        why_incomplete(project),
        project.code,
        amount,
        rate,
    )


def _lacking(project: ProjectScore) -> list[str]:
    return [line.name or line.level1 for line in project.lines if line.final is None]


def why_incomplete(project: ProjectScore) -> str:
    """Return why a project has no total, ``""`` if it has one."""
    if project.total is not None:
        return ""
    if not project.lines:
        return f"{INCOMPLETE}：没有填写指标"
    if names := _lacking(project):
        more = f"等 {len(names)} 项" if len(names) > _MOST_LACKING else ""
        return f"{INCOMPLETE}：{'、'.join(f'“{name}”' for name in names[:_MOST_LACKING])}{more}的得分算不出来"
    points = sum((line.weight for line in project.lines if line.weight is not None), Decimal(0))
    return f"{INCOMPLETE}：分值合计 {points.normalize():f} 分，与满分不符，或项目没有实施，总分不能核定"


def _scored(scores: ScoreSheet, parts: Sequence[RankedPart]) -> Scored:
    overall = scores.overall
    return Scored(
        scores.total,
        scores.grade,
        len(parts),
        _mean_blocks(parts),
        number(overall.total) if overall else None,
        overall.grade if overall else "",
    )


def _mean_blocks(parts: Sequence[RankedPart]) -> Points:
    """A block's mean over the projects that count: those with a total, or all while none has one.

    None where one of them cannot be determined.
    """
    parts = [part for part in parts if part.total is not None] or parts
    result: Points = {}
    for name in dict.fromkeys(block for part in parts for block in part.blocks):
        values = [part.blocks.get(name, 0.0) for part in parts]
        known = [value for value in values if value is not None]
        result[name] = round(sum(known) / len(known), 2) if len(known) == len(values) else None
    return result


def sheet_projects(outcome: Outcome) -> dict[str, str]:
    """Return sheet name to project name, as far as the score lines tell."""
    found = outcome.scores.parts if outcome.scores else ()
    return {line.sheet: project.name for project in found for line in project.lines if line.sheet}


def _project_name(outcome: Outcome, index: int) -> tuple[str, str]:
    if outcome.scores and index < len(outcome.scores.projects):
        return outcome.scores.projects[index].code, outcome.scores.projects[index].name
    if outcome.issue and index < len(outcome.issue.projects):
        return outcome.issue.projects[index].code, outcome.issue.projects[index].name
    return "", f"项目{index + 1}"
