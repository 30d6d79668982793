"""The department-wide self-evaluation reaches every output: ledger, JSON, console, marked copy, summary."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import openpyxl

from tests import clean, kit
from tests.marked import write_marked_copy
from xltool.campaign.ledger.codec import pack, unpack
from xltool.examine import Outcome
from xltool.form import form_by_id
from xltool.report.console import describe
from xltool.report.json import to_json
from xltool.report.summary.summary_book import Expected, SummaryData, write_summary


def outcome() -> tuple[bytes, Outcome]:
    form = form_by_id("hunan-department-2022")
    made = kit.issue(form)
    data = kit.workbook(form, made, dict(clean.values(form, made)))
    return data, kit.examined(data, form=form)


def test_overall_score_is_kept_and_shown_everywhere(tmp_path: Path) -> None:
    data, seen = outcome()
    assert seen.findings == ()
    assert seen.scores is not None
    overall = seen.scores.overall
    assert overall is not None
    assert len(overall.lines) == 16
    assert overall.total == sum(line.final for line in overall.lines if line.final is not None)
    assert unpack(*pack(seen)).scores == seen.scores

    told = json.loads(to_json(seen))["scores"]
    assert (told["overall"]["total"], told["overall"]["grade"]) == (float(overall.total or 0), overall.grade)
    assert "部门整体" in describe(seen)

    write_marked_copy(data, seen, tmp_path / "marked.xlsx")
    texts = [
        cell.value for line in openpyxl.load_workbook(tmp_path / "marked.xlsx")["审核结果"].iter_rows() for cell in line
    ]
    assert all(line.name in texts for line in overall.lines)

    summary = SummaryData("汇总", 2022, "表", (Expected("101001", "县教育局"),), (seen,), {"101001": seen})
    write_summary(tmp_path / "汇总.xlsx", summary)
    book = openpyxl.load_workbook(BytesIO((tmp_path / "汇总.xlsx").read_bytes()))
    ranking = [[cell.value for cell in line] for line in book["得分排名"].iter_rows()]
    header = next(line for line in ranking if "整体自评得分" in line)
    row = next(line for line in ranking if "县教育局" in line)
    assert row[header.index("整体自评得分")] == float(overall.total or 0)
    details = [line[0].value for line in book["指标明细"].iter_rows()]
    assert details.count("县教育局") == len(overall.lines) + sum(len(p.lines) for p in seen.scores.projects)
