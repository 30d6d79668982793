"""Letters as a person sees them: opened in LibreOffice Writer and printed."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.campaign.test_collect import Progress, total_wrong
from tests.office import convert
from xltool.campaign.collect import collect
from xltool.campaign.collected import open_collected
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.settings import Campaign
from xltool.report.documents.letter import fill, known_placeholders
from xltool.report.documents.letter_templates import report_template

needs_writer = pytest.mark.skipif(
    shutil.which("lowriter") is None or shutil.which("pdftotext") is None,
    reason="LibreOffice Writer and poppler are needed (CI installs them)",
)


def printed(path: Path, folder: Path) -> str:
    (pdf,) = convert([path], folder, "pdf")
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", "", text)


@needs_writer
@pytest.mark.office
def test_a_notice_and_the_report_before_and_after_the_deadline(
    campaign: Campaign, quiet: Progress, tmp_path: Path
) -> None:
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    (campaign.inbox / "000004.xlsx").unlink()
    collect(campaign, quiet)
    before = write_letters(open_collected(campaign), datetime.date(2023, 3, 20))
    notice = printed(before.notices[0], tmp_path / "1")
    assert notice.startswith("退回修改通知县样例单位00001：")
    assert "请于2023年3月31日前修改后重新报送" in notice
    assert "须改SG01" in notice
    assert notice.endswith("（财政局绩效管理股）2023年3月20日—1—")
    report = printed(before.report, tmp_path / "2")
    assert "应报4个部门，截至2023年3月20日已报3个，收到率75%" in report
    assert "未报的部门：县样例单位00004。" in report
    late = write_letters(open_collected(campaign), datetime.date(2023, 4, 2))
    assert "请尽快修改后重新报送" in printed(late.notices[0], tmp_path / "3")


def test_nothing_is_sent_back_for_an_excepted_finding(campaign: Campaign, quiet: Progress) -> None:
    import docx

    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    collect(campaign, quiet)
    (campaign.folder / "豁免.toml").write_text(
        '[[waiver]]\ncode = "SG01"\ndepartment = "000001"\nreason = "合并核算"\napprover = "王科长"\nuntil = 2023-12-31\n',
        encoding="utf-8",
    )
    day = datetime.date(2023, 3, 20)
    found = open_collected(campaign, day)
    assert write_letters(found, day).notices == (), "with the only finding excepted there is nothing to send back"
    assert "{{" not in "".join(p.text for p in docx.Document(str(write_letters(found, day).report)).paragraphs)


@needs_writer
@pytest.mark.office
def test_the_signature_never_stands_alone_on_a_page(tmp_path: Path) -> None:
    """Lists of lengths around a full page: on the last page there is always at least a line of the list."""
    template, letters = report_template(), []
    values = dict.fromkeys(known_placeholders(template, "审核情况通报"), "示例")
    for count in range(17, 27):
        rows = [dict.fromkeys(("部门", "状态", "问题数", "得分", "等次", "红黄灯"), "内容")] * count
        letters.append(tmp_path / f"{count}.docx")
        letters[-1].write_bytes(fill(template, "审核情况通报", values, rows))
    pages = {}
    for pdf in convert(letters, tmp_path / "pdf", "pdf"):
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True).stdout.decode()
        *_, last = text.rstrip("\f").split("\f")
        pages[pdf.stem] = (text.count("\f"), "内容" in last and "示例" in last)
    assert {count for count, _ in pages.values()} == {1, 2}, "the lengths reach from one page to two"
    assert [stem for stem, (_, good) in pages.items() if not good] == []
