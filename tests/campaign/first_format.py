"""A ledger as the first version wrote it: its tables, and outcomes as lists without names. Frozen; changes with nothing."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xltool.campaign.ledger.store import _SCHEMAS
from xltool.examine.outcome import Figure, Outcome
from xltool.findings import Finding
from xltool.score import ProjectScore, ScoreLine, ScoreSheet

COLUMNS = (
    "sha256, rules, issues, form, form_version, tool_version, department, department_name, status, skipped, rejects, "
    "corrections, notices, total, grade, examined, outcome, entries"
)


def pack(outcome: Outcome) -> tuple[bytes, bytes]:
    main = [
        outcome.file,
        [_finding(finding) for finding in outcome.findings],
        outcome.issue.to_json() if outcome.issue else None,
        _scores(outcome.scores),
        _figures(outcome.figures),
        [_figures(figures) for figures in outcome.project_figures],
        outcome.title,
        outcome.seconds,
        outcome.skipped,
        [[_finding(item.finding), item.reason, item.approver, item.until] for item in outcome.waived],
    ]
    return _zip(main), _zip([[str(e.key), e.typed, e.sheet, e.cell] for e in outcome.entries])


def _zip(data: Any) -> bytes:
    return zlib.compress(json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode("ascii"), 1)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _finding(item: Finding) -> list[Any]:
    head = [item.code, item.severity.value, item.message, item.remedy, item.sheet]
    return [*head, list(item.cells), item.label, item.seen, item.expected]


def _figures(figures: Sequence[Figure]) -> list[Any]:
    return [[figure.name, figure.unit, _text(figure.value)] for figure in figures]


def _scores(scores: ScoreSheet | None) -> list[Any] | None:
    if scores is None:
        return None
    overall = _part(scores.overall) if scores.overall else None
    return [_text(scores.total), scores.grade, [_part(project) for project in scores.projects], overall]


def _part(part: ProjectScore) -> list[Any]:
    return [part.code, part.name, _text(part.total), part.grade, _text(part.stated), [_line(x) for x in part.lines]]


def _line(line: ScoreLine) -> list[Any]:
    points = [_text(value) for value in (line.weight, line.system, line.stated, line.final)]
    texts = [line.level1, line.level2, line.name, line.target, line.actual]
    return [*texts, *points, line.working, line.reason, line.sheet, line.cell]


def as_first_version(path: Path, outcomes: dict[str, Outcome]) -> None:
    """Turn a ledger of today into one of then. ``outcomes``: by the digest of the content, with their entries."""
    base = sqlite3.connect(path, isolation_level=None)
    files = base.execute("SELECT * FROM files").fetchall()
    rows = base.execute(f"SELECT {COLUMNS} FROM results").fetchall()  # noqa: S608
    base.close()
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript("".join(_SCHEMAS[:2]) + "PRAGMA user_version=2;")
    base.executemany(f"INSERT INTO files VALUES ({','.join('?' * 8)})", files)  # noqa: S608
    for row in rows:
        old = [*row[:-2], *pack(outcomes[row[0]])]
        base.execute(f"INSERT INTO results VALUES ({','.join('?' * len(old))})", old)  # noqa: S608
    base.close()
