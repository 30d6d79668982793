"""A hundred departments: drawn, reviewed by three people, handed in, ranked; and everything that can go wrong with a reviewer's book."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.bench.returns import make
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.review.kept import kept
from xltool.campaign.review.results import write_results
from xltool.campaign.review.review_book import NOTE, REASON, REVIEW, STATED, TOP, WEIGHT, write_books
from xltool.campaign.review.review_collect import Review, collect_reviews, grade_of, penalty
from xltool.campaign.review.sample_list import list_path, plan, read_list
from xltool.campaign.roster.workbook_tables import tables
from xltool.campaign.settings import Campaign, CampaignError, open_campaign
from xltool.campaign.summarise import write_summary_of
from xltool.form import form_by_id

DAY = datetime.date(2023, 4, 20)
REVIEWERS = ("张三", "李四", "王五")


def quiet(_done: int, _total: int, _name: str) -> None:
    pass


@pytest.fixture(scope="module")
def collected_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review") / "批次"
    make(folder, 6, projects=2)
    collect(open_campaign(folder), quiet)
    return folder


@pytest.fixture
def campaign(collected_once: Path, tmp_path: Path) -> Campaign:
    shutil.copytree(collected_once, tmp_path / "批次")
    return open_campaign(tmp_path / "批次")


def drawn(campaign: Campaign, reviewers: tuple[str, ...] = REVIEWERS, include: tuple[str, ...] = ()) -> Collected:
    collected = open_collected(campaign)
    plan(collected, "20230410", include, reviewers)
    write_books(collected)
    return collected


def books(campaign: Campaign) -> list[Path]:
    return sorted((campaign.summary.parent / "复核" / "复核表").glob("*.xlsx"))


Edit = Callable[[Worksheet], None]


def hand_in(campaign: Campaign, book: Path, edit: Edit = lambda _sheet: None, name: str = "") -> None:
    """Every line as computed, then ``edit`` on every sheet; saved by another program, as it happens."""
    opened = openpyxl.load_workbook(book)
    for sheet in opened.worksheets:
        if not re.match(r"\d+ ", sheet.title):
            continue
        for row in range(TOP + 1, sheet.max_row):
            sheet.cell(row, REVIEW + 1, sheet.cell(row, STATED + 2).value)
        edit(sheet)
    target = campaign.summary.parent / "复核" / "复核收回" / (name or book.name)
    target.parent.mkdir(exist_ok=True)
    opened.save(target)


def take_off(sheet: Worksheet) -> None:
    sheet.cell(TOP + 1, REVIEW + 1, 2)
    sheet.cell(TOP + 1, REASON + 1, "佐证材料不全（扣 20%）")
    sheet.cell(TOP + 1, NOTE + 1, "只有 2 次的签到表")


def codes(review: Review) -> list[str]:
    return [one.code for one in review.said]


def reviewed(campaign: Campaign) -> Review:
    collected = open_collected(campaign)
    review = collect_reviews(collected)
    write_results(collected, review, DAY)
    write_summary_of(collected)
    return review


def test_the_list_says_seed_method_and_reasons_and_is_the_same_again(campaign: Campaign) -> None:
    collected = open_collected(campaign)
    made = plan(collected, "20230410", ("000003",), REVIEWERS)
    first = made.path.read_bytes()
    table = tables(made.path)["抽查名单"]
    assert "种子“20230410”" in table.rows[1][0]
    assert "SHA-256" in table.rows[1][0]
    lines = read_list(collected)
    assert [line.how for line in lines if line.department == "000003"] == ["指定", "指定"]
    assert {line.reviewer for line in lines} <= set(REVIEWERS)
    assert "没有复核过（10）" in table.rows[3][7]
    assert plan(collected, "20230410", ("000003",), REVIEWERS).path.read_bytes() == first
    assert plan(collected, "20230410", ("没有这个",)).unknown == ("没有这个",)


def test_a_review_end_to_end(campaign: Campaign) -> None:
    drawn(campaign, include=("000001", "000002"))
    for book in books(campaign):
        hand_in(campaign, book, take_off)
    review = reviewed(campaign)
    assert review.said == ()
    assert len(review.results) == len(read_list(open_collected(campaign))) >= 5
    for item in review.results:
        assert item.computed is not None
        changed = [
            d
            for d in review.differences
            if (d.department, d.title) == (item.department, item.title) and d.review != d.computed
        ]
        assert item.review == item.computed - sum(((d.computed or Decimal(0)) - d.review for d in changed), Decimal(0))
        assert item.final == item.review - item.penalty
        assert [d.reason for d in changed] == ["佐证材料不全（扣 20%）"]
    summary = tables(campaign.summary)["复核结果"]
    heads = list(summary.rows[2].values())
    assert [heads.index(name) for name in ("自评总分", "最终得分", "核定名次", "最终名次", "结果应用")]
    letters = sorted((campaign.summary.parent / "复核" / "复核意见").glob("*.docx"))
    assert len(letters) == len({item.department for item in review.results})
    with zipfile.ZipFile(letters[0]) as archive:
        text = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    assert "只有 2 次的签到表" in text
    assert "等次" in text


def test_a_missing_book_is_said_and_the_others_count(campaign: Campaign) -> None:
    drawn(campaign, include=("000001", "000002", "000003", "000004"))
    first, *others = books(campaign)
    for book in others:
        hand_in(campaign, book)
    review = reviewed(campaign)
    assert codes(review) == ["FH13"]
    assert review.said[0].book in first.name
    assert review.results


def test_two_reviewers_of_one_project(campaign: Campaign) -> None:
    drawn(campaign, ("张三、李四",), include=("000001",))
    one, other = books(campaign)
    hand_in(campaign, one)
    hand_in(campaign, other)
    same = reviewed(campaign)
    assert set(codes(same)) == {"FH14"}
    assert all("采用第一份" in said.text for said in same.said)
    assert {item.reviewer for item in same.results} == {"张三"}
    hand_in(campaign, other, take_off)
    differ = reviewed(campaign)
    assert differ.results == ()
    assert all("没有采用" in said.text for said in differ.said)


def wrong(code: str) -> Edit:
    def edit(sheet: Worksheet) -> None:
        if not sheet.title.startswith("1 "):
            return
        cell = sheet.cell(TOP + 1, REVIEW + 1)
        if code == "FH15":
            cell.value = None
        elif code == "FH16":
            cell.value = float(str(sheet.cell(TOP + 1, WEIGHT + 1).value)) + 1
            sheet.cell(TOP + 1, NOTE + 1, "有依据")
        elif code == "FH17":
            cell.value = 0
        elif code == "FH18":
            sheet.cell(TOP + 1, STATED + 1, 1)

    return edit


@pytest.mark.parametrize("code", ["FH15", "FH16", "FH17", "FH18"])
def test_what_a_reviewer_left_open_is_said_at_its_cell(campaign: Campaign, code: str) -> None:
    drawn(campaign, ("张三",), include=("000001",))
    (book,) = books(campaign)
    hand_in(campaign, book)
    whole = len(reviewed(campaign).results)
    hand_in(campaign, book, wrong(code))
    review = reviewed(campaign)
    assert codes(review) == [code]
    assert review.said[0].cell.endswith("H6")
    assert len(review.results) == whole - (code != "FH18")


def test_a_text_for_points_and_points_without_grounds(campaign: Campaign) -> None:
    drawn(campaign, ("张三",))
    (book,) = books(campaign)

    def words(sheet: Worksheet) -> None:
        sheet.cell(TOP + 1, REVIEW + 1, "扣两分")

    hand_in(campaign, book, words)
    assert set(codes(reviewed(campaign))) == {"FH16"}


def test_files_that_are_no_review_and_of_another_campaign(campaign: Campaign) -> None:
    drawn(campaign, ("张三",))
    folder = campaign.summary.parent / "复核" / "复核收回"
    folder.mkdir(exist_ok=True)
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 no")
    shutil.copy(next(campaign.inbox.glob("*.xlsx")), folder / "自评表.xlsx")
    book = openpyxl.load_workbook(books(campaign)[0])
    book["复核标识"]["A2"] = "另一个批次"
    book.save(folder / "别的.xlsx")
    assert codes(reviewed(campaign)) == ["FH11", "FH11", "FH12", "FH13"]


@pytest.mark.parametrize(("issued", "severity"), [(None, "提示"), ("1.5", "须改")])
def test_a_department_that_sent_another_file_meanwhile(campaign: Campaign, issued: str | None, severity: str) -> None:
    """The book was written from another return: with the same self-scores it counts, with others it does not."""
    drawn(campaign, ("张三",), include=("000001",))
    (book,) = books(campaign)
    hand_in(campaign, book)
    before = {item.id for item in reviewed(campaign).results}
    path = campaign.summary.parent / "复核" / "复核收回" / book.name
    opened = openpyxl.load_workbook(path)
    cell = opened["复核标识"]["A4"]
    unit = json.loads(cell.value)
    unit["version"] = "0" * 64
    if issued is not None:
        unit["lines"][0][1] = issued
        shown = next(sheet for sheet in opened.worksheets if sheet.title == unit["sheet"])
        shown.cell(TOP + 1, STATED + 1, float(issued))
    cell.value = json.dumps(unit)
    opened.save(path)
    review = reviewed(campaign)
    assert [(one.code, one.severity.value) for one in review.said] == [("FH19", severity)]
    assert before - {item.id for item in review.results} == (set() if issued is None else {unit["id"]})


def test_the_grade_follows_the_form_and_a_far_self_score_costs_more() -> None:
    form = form_by_id("hunan-2022")
    assert [grade_of(form, Decimal(n)) for n in ("90", "89.99", "80", "60", "59.9")] == ["优", "良", "良", "中", "差"]
    sichuan = form_by_id("sichuan-2022")
    assert grade_of(sichuan, Decimal(69)) == "差"
    policy = form.spec.review
    found = [penalty(policy, Decimal(95), Decimal(n)) for n in ("95", "90", "88", "60")]
    assert found == [0, 0, Decimal("1.00"), 5]
    assert penalty(policy, None, Decimal(60)) == 0


def test_damaged_results_are_said(campaign: Campaign) -> None:
    from xltool.campaign.review.kept import path_of

    path_of(campaign).parent.mkdir(parents=True, exist_ok=True)
    path_of(campaign).write_text(json.dumps({"format": 1, "reviewed": [{"department": 1}]}))
    with pytest.raises(CampaignError, match="复核结果"):
        kept(campaign)


@pytest.mark.slow
def test_a_hundred_departments(tmp_path: Path) -> None:
    folder = tmp_path / "百个部门"
    make(folder, 100, projects=1)
    campaign = open_campaign(folder)
    collect(campaign, quiet)
    drawn(campaign)
    for book in books(campaign):
        hand_in(campaign, book, take_off)
    review = reviewed(campaign)
    assert review.said == ()
    assert len(review.results) == len(read_list(open_collected(campaign))) >= 20
    ranks = [row for number, row in tables(campaign.summary)["复核结果"].rows.items() if number > 2]
    assert len(ranks) == len(review.results)
    assert list_path(open_collected(campaign)).is_file()


def test_a_list_without_projects_says_so(campaign: Campaign) -> None:
    collected = open_collected(campaign)
    path = plan(collected, "20230410").path
    book = openpyxl.load_workbook(path)
    book["抽查名单"].delete_rows(4, 100)
    book.save(path)
    with pytest.raises(CampaignError, match="里没有项目。请在名单里加上要复核的"):
        write_books(collected)
