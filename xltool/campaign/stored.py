"""An outcome as text for the ledger, and back, equal in every field.

Imports ``examine``. Lists instead of objects keep it small; what was typed is kept apart, because only
comparisons between files need it. A newcomer would store numbers as JSON numbers: 0.10 would come back as 0.1.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from sys import intern
from typing import Any, NamedTuple

from xltool.examine.outcome import Entry, Figure, Outcome, Waived
from xltool.findings import Finding, Severity
from xltool.form import Key, Shape
from xltool.score import ProjectScore, ScoreLine, ScoreSheet


class Record(NamedTuple):
    """An outcome as the ledger keeps it: what is asked for often, then all of it. ``codes``: of the findings."""

    form: str
    form_version: str
    department: str
    department_name: str
    status: str
    skipped: str
    rejects: int
    corrections: int
    notices: int
    total: str | None
    grade: str
    main: bytes
    entries: bytes
    codes: frozenset[str]


def record(outcome: Outcome) -> Record:
    """Return the record of an outcome."""
    main, entries = pack(outcome)
    shape, scores = outcome.shape, outcome.scores
    rejects, corrections, notices = outcome.counts().values()
    return Record(
        shape.form if shape else "",
        shape.version if shape else "",
        shape.department if shape else "",
        shape.department_name if shape else "",
        outcome.status.value,
        outcome.skipped,
        rejects,
        corrections,
        notices,
        _text(scores.total) if scores else None,
        scores.grade if scores else "",
        main,
        entries,
        frozenset(finding.code for finding in outcome.findings),
    )


def pack(outcome: Outcome) -> tuple[bytes, bytes]:
    """Return (the outcome without its entries, the entries), compressed."""
    main = [
        outcome.file,
        [_finding(finding) for finding in outcome.findings],
        outcome.shape.to_json() if outcome.shape else None,
        _scores(outcome.scores),
        _figures(outcome.figures),
        [_figures(figures) for figures in outcome.project_figures],
        outcome.title,
        outcome.seconds,
        outcome.skipped,
        [[_finding(item.finding), item.reason, item.approver, item.until] for item in outcome.waived],
        int(outcome.official),
    ]
    return _zip(main), _zip([[str(e.key), e.typed, e.sheet, e.cell] for e in outcome.entries])


def unpack(main: bytes, entries: bytes | None = None) -> Outcome:
    """Return the outcome; without its entries if they are not given."""
    file, findings, shape, scores, figures, per_project, title, seconds, skipped, waived, *official = _unzip(main)
    return Outcome(
        file,
        tuple(_finding_of(item) for item in findings),
        Shape.from_json(shape) if shape else None,
        _scores_of(scores),
        _figures_of(figures),
        tuple(_figures_of(item) for item in per_project),
        title,
        seconds,
        skipped,
        unpack_entries(entries) if entries else (),
        tuple(Waived(_finding_of(item), *rest) for item, *rest in waived),
        bool(official and official[0]),
    )


def unpack_entries(entries: bytes) -> tuple[Entry, ...]:
    """Return what was typed."""
    return tuple(Entry(Key.parse(key), typed, sheet, cell) for key, typed, sheet, cell in _unzip(entries))


def with_entries(outcome: Outcome, entries: bytes) -> Outcome:
    """Return the outcome with its entries."""
    return replace(outcome, entries=unpack_entries(entries))


def _zip(data: Any) -> bytes:
    return zlib.compress(json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode("ascii"), 1)


def _unzip(data: bytes) -> Any:
    return json.loads(zlib.decompress(data))


def _finding(item: Finding) -> list[Any]:
    return [
        item.code,
        item.severity.value,
        item.message,
        item.remedy,
        item.sheet,
        list(item.cells),
        item.label,
        item.seen,
        item.expected,
    ]


def _finding_of(data: Sequence[Any]) -> Finding:
    code, severity, message, remedy, sheet, cells, label, seen, expected = data
    return Finding(code, Severity(severity), message, remedy, sheet, tuple(cells), label, seen, expected)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _figures(figures: Sequence[Figure]) -> list[Any]:
    return [[figure.name, figure.unit, _text(figure.value)] for figure in figures]


def _figures_of(data: Sequence[Any]) -> tuple[Figure, ...]:
    # The same few names in every outcome: whoever keeps figures of many keeps the names once.
    return tuple(Figure(intern(name), intern(unit), _number(value)) for name, unit, value in data)


def _scores(scores: ScoreSheet | None) -> list[Any] | None:
    if scores is None:
        return None
    overall = _part(scores.overall) if scores.overall else None
    return [_text(scores.total), scores.grade, [_part(project) for project in scores.projects], overall]


def _scores_of(data: Sequence[Any] | None) -> ScoreSheet | None:
    if data is None:
        return None
    total, grade, projects, overall = data
    return ScoreSheet(_number(total), grade, tuple(map(_part_of, projects)), _part_of(overall) if overall else None)


def _part(part: ProjectScore) -> list[Any]:
    return [
        part.code,
        part.name,
        _text(part.total),
        part.grade,
        _text(part.stated),
        [_line(line) for line in part.lines],
    ]


def _part_of(data: Sequence[Any]) -> ProjectScore:
    code, name, points, mark, stated, lines = data
    return ProjectScore(code, name, _number(points), mark, _number(stated), tuple(map(_line_of, lines)))


def _line(line: ScoreLine) -> list[Any]:
    return [
        line.level1,
        line.level2,
        line.name,
        line.target,
        line.actual,
        _text(line.weight),
        _text(line.system),
        _text(line.stated),
        _text(line.final),
        line.working,
        line.reason,
        line.sheet,
        line.cell,
    ]


def _line_of(data: Sequence[Any]) -> ScoreLine:
    level1, level2, name, target, actual, weight, system, stated, final, *rest = data
    points = (_number(weight), _number(system), _number(stated), _number(final))
    return ScoreLine(level1, level2, name, target, actual, *points, *rest)
