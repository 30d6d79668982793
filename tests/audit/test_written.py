"""Every kind of workbook the tool writes: the audit finds nothing.

What depends on the form, for every form; the others once. Workbooks as issued are audited where all of them are made
(``tests/generate/test_quotes.py``), forms of other kinds in ``tests/form``.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.audit import audit
from tests.audit.written import Here, begun, complaints
from xltool.campaign.collect import collect
from xltool.campaign.correspondence.packing import pack
from xltool.campaign.exchange.platform import add_to_roster, export_platform, results_of
from xltool.campaign.form_editing.edit_book import edit_book
from xltool.campaign.intake.waivers import XLSX, write_waivers
from xltool.campaign.issue.outbox import file_name, issued
from xltool.campaign.province.merge import merge
from xltool.campaign.province.sources import find
from xltool.campaign.review.results import write_results
from xltool.campaign.review.review_book import NOTE, REVIEW, STATED, TOP, write_books
from xltool.campaign.review.review_collect import collect_reviews
from xltool.campaign.review.sample_list import plan
from xltool.campaign.roster.guided import write_guided
from xltool.campaign.settings import Campaign
from xltool.campaign.status import standings, write_list
from xltool.campaign.summarise import write_summary_of, write_tables
from xltool.examine import Desk, Job, Opening
from xltool.form import form_ids, load_form
from xltool.form.edit.edited import opened
from xltool.generate import generate

DAY = datetime.date(2023, 4, 20)
FORMS = Path(__file__).parents[1] / "form" / "forms"
NOW = datetime.datetime(2023, 4, 20, 9)


def quiet(_done: int, _total: int, _name: str) -> None:
    pass


@pytest.mark.parametrize("ident", form_ids())
def test_what_follows_from_a_form(ident: str, tmp_path: Path) -> None:
    """名册, what comes back, both kinds of copies, 汇总, the list of what came, the results for the platform."""
    campaign, form, data = begun(tmp_path, ident)
    write_guided(tmp_path / "空名册.xlsx", form)
    collected = collect(campaign, quiet, hire=Here)
    write_list(campaign, standings(collected, DAY))
    found = Opening(Job("001.xlsx", tmp_path, data), results_of).perform(Desk.of(form, issued(campaign)))
    assert export_platform([("001.xlsx", found)], tmp_path / "平台.xlsx") == (2, [])
    made = {path.name for path in tmp_path.rglob("*.xlsx")}
    assert {"名册.xlsx", "003 县民政局_退回.xlsx", "汇总.xlsx", "收件进度.xlsx"} <= made
    assert any(name.startswith("001_县") for name in made)
    assert complaints(tmp_path) == {}


@pytest.mark.parametrize("ident", ["department-2025", "fields-2024", "overall-tasks-2023", "sichuan-export-2023"])
def test_forms_of_other_kinds(ident: str) -> None:
    """Those that no other test shows to the audit."""
    form = load_form(FORMS / ident / "form.yaml")
    assert audit(generate(form, kit.issue(form))) == []


def hand_in(campaign: Campaign) -> None:
    """The reviewers agree with everything, with a word on the first line."""
    folder = campaign.summary.parent / "复核"
    (folder / "复核收回").mkdir()
    for path in sorted((folder / "复核表").glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        for row in range(TOP + 1, book.worksheets[0].max_row):
            book.worksheets[0].cell(row, REVIEW + 1, book.worksheets[0].cell(row, STATED + 2).value)
        book.worksheets[0].cell(TOP + 1, NOTE + 1, "=看了签到表")
        book.save(folder / "复核收回" / path.name)


def test_what_is_written_of_a_campaign(tmp_path: Path) -> None:
    """Review from the list to the results, the register of what was sent, a roster that was added to, exceptions, a
    merged 汇总, the workbook in which a form is changed. Two rounds: a copy of a copy, a register with older lines.
    """
    campaign, form, data = begun(tmp_path / "甲县", "hunan-2022", 1)
    folder = campaign.folder
    write_waivers(folder / XLSX)
    row = {"项目编码": "001-1", "一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "=1+1", "指标值": "3"}
    add_to_roster(campaign.roster, [row])
    collected = collect(campaign, quiet, hire=Here)
    (made,) = issued(campaign).values()
    (campaign.outbox / file_name(made, form)).write_bytes(data)
    for moment in (NOW, NOW.replace(day=21)):
        pack(campaign, collected.roster, moment)
    (copy,) = campaign.returned.glob("001_*")
    (campaign.inbox / "001 改.xlsx").write_bytes(copy.read_bytes())
    plan(collected, "20230410", ("001",), ("张三", '李"四'))
    write_books(collected)
    hand_in(campaign)
    write_results(collected, review := collect_reviews(collected), DAY)
    assert (len(review.results), [one.code for one in review.said]) == (1, [])
    write_summary_of(collected)
    write_tables(collected)
    merge(find([f"甲县={folder}", f'"乙"县={folder}']), tmp_path / "合并")
    (tmp_path / "改表样.xlsx").write_bytes(edit_book(opened("hunan-2022")))
    made_here = {path.parent.name for path in tmp_path.rglob("*.xlsx")}
    assert made_here >= {"甲县", "退回", "汇总", "复核", "复核表", "发送", "合并"}
    assert complaints(tmp_path) == {}
    collect(campaign, quiet, hire=Here)
    assert complaints(campaign.returned) == {}
