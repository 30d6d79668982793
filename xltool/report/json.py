"""One outcome as one line of JSON, for other programs.

Imports ``examine.outcome``. The keys are a published interface: only ever add. A newcomer would let
``json`` write Decimals as text; programs on the other side want numbers, and nothing that is not JSON
(NaN, Infinity, half a surrogate pair). Whatever could steer a terminal or end the line stands there spelt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xltool.examine.outcome import ISSUED, OFFICIAL, Outcome
from xltool.files import readable
from xltool.findings import Finding
from xltool.report.lights import Lights, lights
from xltool.report.standing import Light
from xltool.score import ProjectScore, ScoreLine, ScoreSheet
from xltool.writing.text import for_json

if TYPE_CHECKING:
    from xltool.form import Form


def to_json(outcome: Outcome, form: Form | None = None, provenance: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return the outcome as one line of JSON; unknown values are null.

    ``form``: the return's, for the lights. ``provenance``: what only a campaign knows of the file, such as who handed it
    up; its keys stand beside the others.
    """
    issue, on = outcome.issue, lights(outcome, form) if form is not None else None
    data = {
        "file": readable(outcome.file),
        "status": outcome.status.value,
        "department": issue.department_name if issue else None,
        "form": issue.form if issue else None,
        "version": issue.version if issue else None,
        "findings": [_finding(finding) for finding in outcome.findings],
        "scores": _scores(outcome.scores, on) if outcome.scores else None,
        "seconds": round(outcome.seconds, 3),
        "waived": [
            {**_finding(item.finding), "reason": item.reason, "approver": item.approver, "until": item.until}
            for item in outcome.waived
        ],
        "source": {ISSUED: "workbook", OFFICIAL: "official"}.get(outcome.source),
        "state": outcome.state.value,
        "codes": [
            {"sheet": paper.title, "project": paper.number or None, "code": paper.code} for paper in outcome.papers
        ],
        **provenance,
    }
    return for_json(json.dumps(data, ensure_ascii=False, allow_nan=False))


def _number(value: Decimal | None) -> int | float | None:
    if value is None or not value.is_finite() or value.adjusted() > 300:
        return None
    return int(value) if value == value.to_integral_value() and value.adjusted() < 15 else float(value)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "cells": list(finding.cells),
        "label": finding.label,
        "seen": finding.seen,
        "expected": finding.expected,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _scores(sheet: ScoreSheet, on: Lights | None) -> dict[str, Any]:
    if not sheet.scored:
        return {"projects": [_unscored(project) for project in sheet.projects]}
    overall = {"overall": _project(sheet.overall)} if sheet.overall else {}
    each = on.projects if on is not None else (None,) * len(sheet.projects)
    return {
        "total": _number(sheet.total),
        "grade": sheet.grade,
        "projects": [
            {**_project(project), "light": _light(one)} for project, one in zip(sheet.projects, each, strict=True)
        ],
        **overall,
        "light": _light(on.department if on is not None else None),
    }


def _light(one: Light | None) -> str | None:
    return one.value or None if one is not None else None


def _project(project: ProjectScore) -> dict[str, Any]:
    return {
        "name": project.name,
        "code": project.code,
        "total": _number(project.total),
        "grade": project.grade,
        "stated": _number(project.stated),
        "rows": [_row(line) for line in project.lines],
    }


def _unscored(project: ProjectScore) -> dict[str, Any]:
    """A project of a form without scores: what was to be done and what was."""
    texts = ("level1", "level2", "name", "target", "actual", "reason", "sheet", "cell")
    rows = [{text: getattr(line, text) for text in texts} for line in project.lines]
    return {"name": project.name, "code": project.code, "rows": rows}


def _row(line: ScoreLine) -> dict[str, Any]:
    return {
        "level1": line.level1,
        "level2": line.level2,
        "name": line.name,
        "target": line.target,
        "actual": line.actual,
        "weight": _number(line.weight),
        "system": _number(line.system),
        "stated": _number(line.stated),
        "final": _number(line.final),
        "working": line.working,
        "sheet": line.sheet,
        "cell": line.cell,
    }
