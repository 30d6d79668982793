"""The corpus as real files: Word, web page and workbook give what the case says, through the same door as any return."""

from __future__ import annotations

import pytest

from tests.official import paper
from tests.official.cases import cases
from tests.official.test_cases import told
from xltool.examine import examine
from xltool.findings import Severity
from xltool.form import form_by_id, form_ids
from xltool.read.official import Official


@pytest.mark.parametrize("kind", paper.WRITERS)
@pytest.mark.parametrize("name", cases())
def test_as_a_file(name: str, kind: str) -> None:
    case = cases()[name]
    data = paper.WRITERS[kind](case.before, case.rows())
    outcome = examine(f"自评表.{kind}", data, form_by_id, official=Official(form_ids()))
    assert outcome.issue is not None
    assert outcome.issue.form == case.form
    assert outcome.source == "正式表"
    said = told(outcome.findings, Severity.REJECT, Severity.CORRECT)
    if kind == "xlsx":  # the places are A1
        assert [line.split(" ")[0] for line in said] == [line.split(" ")[0] for line in case.musts]
    else:
        assert said == case.musts


def test_refused_without_the_setting() -> None:
    case = cases()["chizhou-2022"]
    outcome = examine("自评表.docx", paper.to_docx(case.before, case.rows()), form_by_id)
    assert [finding.code for finding in outcome.findings] == ["WJ16"]


def test_another_document_keeps_its_verdict() -> None:
    """A Word file that is no official form is refused as before."""
    data = paper.to_docx(["关于召开会议的通知", "请准时参加。"], [[["时间", "地点"], ["3月1日", "二楼会议室"]]])
    outcome = examine("通知.docx", data, form_by_id, official=Official(form_ids()))
    assert [finding.code for finding in outcome.findings] == ["WJ16"]
