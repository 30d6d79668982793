"""What is made for 2025 speaks of 2025, of the year before and of the year after; other years only name a document."""

from __future__ import annotations

import datetime
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from xltool.campaign.correspondence.letters import NOTICE, REPORT, ensure_templates
from xltool.campaign.correspondence.packing import Parcel, mail
from xltool.campaign.issue.outbox import sample
from xltool.campaign.settings import open_campaign
from xltool.cli import main
from xltool.form import form_by_id, form_ids
from xltool.report.documents.report_template import report_template

YEAR = 2025
NEAR = {str(YEAR - 1), str(YEAR), str(YEAR + 1)}
_YEAR = re.compile(r"(?<![0-9A-Za-z.$])(?:19|20)[0-9]{2}(?![0-9])")
_SOURCE = re.compile(r"〔20[0-9]{2}〕|[a-z]+(?:-[a-z]+)*-20[0-9]{2}|[0-9a-f]{16,}|《[^》]*》|Excel 20[0-9]{2}")
"""A document's number or title, a form's id, an issue's id."""


def texts_of(data: bytes) -> list[str]:
    """Every text of a workbook or document a person may read: cells, prompts, headers, names of sheets."""
    found = []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.endswith(".xml") or "theme" in name or "styles" in name or name.startswith("docProps"):
                continue
            for node in etree.fromstring(archive.read(name)).iter("*"):
                kind = node.tag.rpartition("}")[2]
                said = [node.text or ""] if kind in ("t", "v", "oddFooter", "oddHeader", "formula1", "f") else []
                if kind in ("dataValidation", "sheet"):
                    said += [node.get(key, "") for key in ("promptTitle", "prompt", "errorTitle", "error", "name")]
                found += [f"{name}: {text}" for text in said if text]
    return found


def others(texts: list[str]) -> list[str]:
    """The texts that name another year otherwise than as a source."""
    return [
        text
        for text in texts
        for year in _YEAR.findall(_SOURCE.sub("", text.partition(": ")[2]))
        if year not in NEAR and not re.fullmatch(r"[0-9.]+", text.partition(": ")[2])
    ]


def test_another_year_would_be_found() -> None:
    assert others(["a: 如 2022-11-30", "a: 财预〔2020〕10号", "a: hunan-2022", "a: 2025年", "a: 2023"]) == [
        "a: 如 2022-11-30"
    ]


@pytest.mark.parametrize("ident", form_ids())
def test_the_workbook_and_the_report_of_2025(ident: str) -> None:
    form = form_by_id(ident)
    said = texts_of(sample(form, YEAR))
    assert any(str(YEAR) in text for text in said)
    assert others(said) == []
    if form.spec.report.parts:
        assert others(texts_of(report_template(form))) == []


def test_a_campaign_of_2025(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings, roster, exceptions, letters, mail: whatever lies in the folder from the first day on."""
    folder = tmp_path / "批次"
    with pytest.raises(SystemExit) as stopped:
        main(["init", str(folder), "--form", "national-2020", "--year", str(YEAR)])
    assert stopped.value.code == 0
    capsys.readouterr()
    campaign = open_campaign(folder)
    ensure_templates(campaign)
    books = [folder / "名册.xlsx", folder / "豁免.xlsx", folder / "模板" / NOTICE, folder / "模板" / REPORT]
    said = [text for path in books for text in texts_of(path.read_bytes())]
    assert others(said) == []
    plain = [f"a: {line}" for line in (folder / "xltool.toml").read_text(encoding="utf-8").splitlines()]
    plain += [f"a: {line}" for line in mail(campaign, Parcel("县教育局", "", "", ()), "绩效自评表").splitlines()]
    assert others(plain) == []
    assert f"{YEAR + 1}年3月31日" in "\n".join(plain)
    assert datetime.date(YEAR + 1, 3, 31).isoformat() in "\n".join(plain)
