"""The published JSON: exactly these keys, numbers as numbers, one line whatever the text."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from tests.report.factory import finding, outcome
from xltool.examine.outcome import Outcome
from xltool.findings import Severity
from xltool.report.json import to_json


def test_keys_and_values() -> None:
    made = outcome(findings=(finding(cells=("C4", "C5")),))
    data = json.loads(to_json(made))
    assert list(data) == [
        "file",
        "status",
        "department",
        "form",
        "version",
        "findings",
        "scores",
        "seconds",
        "waived",
        "source",
        "state",
        "codes",
    ]
    assert data["status"] == "accepted_with_findings"
    assert (data["department"], data["form"], data["version"]) == ("衡山县开云镇人民政府", "hunan-2022", "1.0")
    (found,) = data["findings"]
    assert found == {
        "code": "SG01",
        "severity": "须改",
        "sheet": "“三公”经费",
        "cell": "C4",
        "cells": ["C4", "C5"],
        "label": "合计预算数",
        "seen": "1.50",
        "expected": "1.31",
        "message": "预算数合计 1.50 万元，三项之和是 1.31 万元，差 0.19 万元。",
        "remedy": "请核对三项明细。",
    }
    assert list(data["scores"]) == ["total", "grade", "projects", "light"]
    (project,) = data["scores"]["projects"]
    assert list(project) == ["name", "code", "total", "grade", "stated", "rows", "light"]
    assert list(project["rows"][0]) == (
        [
            "level1",
            "level2",
            "name",
            "target",
            "actual",
            "weight",
            "system",
            "stated",
            "final",
            "working",
            "sheet",
            "cell",
        ]
    )
    assert data["seconds"] == 0.012


def test_numbers_are_json_numbers() -> None:
    text = to_json(outcome(total="92.50"))
    assert '"total": 92.5,' in text
    assert '"stated": 95,' in text, "a whole number stays whole"
    assert '"weight": 10,' in text


def test_unknown_is_null() -> None:
    data = json.loads(to_json(Outcome("坏.xlsx", (finding(severity=Severity.REJECT),))))
    assert data["status"] == "rejected"
    assert (data["department"], data["form"], data["version"], data["scores"]) == (None, None, None, None)
    lines = json.loads(to_json(outcome(total=None, grade="")))["scores"]["projects"][0]["rows"]
    assert lines[3]["final"] is None


def test_numbers_json_does_not_know_are_null() -> None:
    made = outcome()
    assert made.scores
    for odd in ("NaN", "Infinity", "1E+400"):
        data = json.loads(to_json(replace(made, scores=replace(made.scores, total=Decimal(odd)))))
        assert data["scores"]["total"] is None
    data = json.loads(to_json(replace(made, scores=replace(made.scores, total=Decimal("1E+20")))))
    assert data["scores"]["total"] == 1e20


def test_one_line_and_encodable_whatever_the_text() -> None:
    text = to_json(outcome(file="a\ud800\u2028\u0085\n\x00.xlsx"))
    assert len(text.splitlines()) == 1
    assert json.loads(text.encode())["file"] == "a\ufffd\u2028\u0085\n\x00.xlsx"
