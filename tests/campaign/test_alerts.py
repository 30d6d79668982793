"""Checks across departments and years, case by case."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.report import factory
from xltool.campaign.compare.alert import Alert, Facts, ProjectFacts
from xltool.campaign.compare.alerts import CHECKS
from xltool.campaign.compare.last_year import compare_years, lowered
from xltool.campaign.compare.similar_texts import Copies
from xltool.campaign.intake.rounds import compare
from xltool.campaign.intake.waivers import XLSX, read_waivers, write_waivers
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.settings import create
from xltool.examine.outcome import Entry, Figure, Outcome
from xltool.form import Key, form_by_id

FORM = form_by_id(kit.FORM_ID)
TEXT = "本年度围绕乡村道路养护和农村饮水安全两项重点工作，完成养护里程一百二十公里，受益群众三万余人，资金拨付及时，群众反映良好。"
GOAL = FORM.field("预期目标").id


def with_text(code: str, name: str, text: str) -> Outcome:
    entry = Entry(Key(1, GOAL), text, "项目1", "D18")
    return replace(factory.outcome(code, name), entries=(entry,))


def copied(*texts: str) -> list[Alert]:
    copies = Copies(FORM)
    for number, text in enumerate(texts, start=1):
        copies.add(with_text(f"30{number}", f"县{number}局", text))
    return list(copies.alerts())


def test_the_same_text_in_two_departments_names_both_places() -> None:
    (alert,) = copied(TEXT, TEXT.replace("，", ", "))
    assert (alert.code, alert.department, alert.place, alert.measure) == (
        "PL01",
        "301",
        "〔项目1〕D18 预期目标",
        "100%",
    )
    assert alert.text == "与县2局〔项目1〕D18 预期目标文字完全相同。"


def test_nearly_the_same_text_says_the_share() -> None:
    (alert,) = copied(TEXT, TEXT.replace("一百二十公里", "八十公里"))
    assert 70 <= int(alert.measure.rstrip("%")) < 100


@pytest.mark.parametrize("other", ["短文字雷同", TEXT[::-1], "与上面完全不同的一段文字。" * 6])
def test_other_and_short_texts_are_not_reported(other: str) -> None:
    assert copied(TEXT, other) == []


def facts(code: str, **more: object) -> Facts:
    values: dict[str, object] = {"name": f"县{code}局", "projects": (), "figures": {}, "rates": {}}
    return Facts(code=code, **{**values, **more})  # type: ignore[arg-type]


def project(name: str, **more: object) -> ProjectFacts:
    values: dict[str, object] = {
        "code": "P1",
        "indicators": None,
        "count": 9,
        "full": False,
        "figures": {},
        "rates": {},
    }
    return ProjectFacts(name=name, **{**values, **more})  # type: ignore[arg-type]


def found(everyone: list[Facts], roster: Roster | None = None) -> list[tuple[str, str, str]]:
    made = [alert for check in CHECKS for alert in check(everyone, roster or Roster(()), form_by_id(kit.FORM_ID))]
    return [(alert.code, alert.department, alert.measure) for alert in made]


def test_a_rate_far_from_all_others() -> None:
    everyone = [facts(str(n), rates={"资产使用率": Decimal("0.98")}) for n in range(9)]
    assert found([*everyone, facts("x", rates={"资产使用率": Decimal("0.40")})]) == [("PL04", "x", "40.00%")]
    assert found(everyone[:3]) == [], "too few to speak of an outlier"


def test_the_same_project_and_the_same_indicators_at_two_departments() -> None:
    one = facts("1", projects=(project("小型水库维修养护", indicators=7),))
    other = facts("2", projects=(project("小型水库维修养护 ", indicators=7), project("其他", indicators=7)))
    assert found([one, other]) == [("PL02", "1", "3"), ("PL06", "1", "2")]
    assert found([other]) == [], "inside one department nothing is said"


def test_everyone_full_marks() -> None:
    full = [facts(str(n), projects=(project(f"项目编号{n}", full=True),)) for n in range(3)]
    assert found(full)[0] == ("PL03", "", "100%")


def test_some_with_full_marks_are_named_only_themselves() -> None:
    mixed = [facts(str(n), projects=(project(f"项目编号{n}", full=n == 0),)) for n in range(9)]
    assert found(mixed) == [("PL03", "0", "满分")]
    assert found([facts("1", projects=(project("甲项目", full=True), project("乙项目")))]) == [], (
        "not all of its projects"
    )


def test_rates_that_differ_as_rates_do() -> None:
    assert found([facts(str(n), rates={"资产使用率": Decimal(90 + n) / 100}) for n in range(9)]) == []


def test_figures_as_on_the_roster() -> None:
    """Equal to the cent, or not on the roster at all."""
    roster = Roster(
        (kit.row(部门编码="1", 部门名称="甲", 在职人数="56"),),
        (kit.row(部门编码="1", 项目编码="P1", 项目名称="", 年初预算数="24", 全年预算数=""),),
    )
    same = project("甲项目", figures={"资金总额年初预算数": Decimal("24.00"), "资金总额全年预算数": Decimal(30)})
    assert found([facts("1", figures={"在职人数": Decimal(56)}, projects=(same,))], roster) == []


def test_figures_against_the_roster() -> None:
    roster = Roster(
        (kit.row(部门编码="1", 部门名称="甲", 在职人数="56"),),
        (kit.row(部门编码="1", 项目编码="P1", 项目名称="", 年初预算数="24", 全年预算数=""),),
    )
    made = facts(
        "1",
        figures={"在职人数": Decimal(58)},
        projects=(project("甲项目", figures={"资金总额年初预算数": Decimal("24.5")}),),
    )
    assert found([made], roster) == [("PL05", "1", "2.00"), ("PL05", "1", "0.50")]


def test_this_year_against_last_year() -> None:
    old = replace(with_text("301", "甲", TEXT), figures=(Figure("年末结转结余", "万元", Decimal(5)),))
    new = replace(with_text("301", "甲", TEXT), project_figures=((Figure("上年结转全年预算数", "万元", Decimal(8)),),))
    texts = [alert.text for alert in compare_years(FORM, old, new)]
    assert texts == ["上年结转全年预算数合计 8.00，多于上年的年末结转结余 5.00。", "与上年的文字完全相同。"]


@pytest.mark.parametrize(
    ("closing", "opening", "texts"),
    [
        ("5", "5.00", []),
        ("5", "8", ["上年结转结余 8.00，与上年的年末结转结余 5.00 不等，差 3.00。"]),
        ("5", "0", ["上年结转结余 0.00，与上年的年末结转结余 5.00 不等，差 -5.00。"]),
        (None, "8", []),
        ("5", None, []),
    ],
)
def test_opening_against_last_years_closing(closing: str | None, opening: str | None, texts: list[str]) -> None:
    def amount(name: str, text: str | None) -> tuple[Figure, ...]:
        return (Figure(name, "万元", Decimal(text) if text else None),)

    old = replace(factory.outcome("301", "甲"), figures=amount("年末结转结余", closing))
    new = replace(factory.outcome("301", "甲"), figures=amount("上年结转结余", opening))
    form = form_by_id("hunan-department-2022")  # the one that asks for what was carried in
    assert [alert.text for alert in compare_years(form, old, new)] == texts


def test_a_dropped_and_a_lowered_indicator() -> None:
    """Renaming counts as dropping; the same indicators again are nothing to report."""
    old = factory.outcome("301", "甲")
    assert old.scores is not None
    lines = old.scores.projects[0].lines
    fewer = (lines[0], replace(lines[1], target="≥8个"), *lines[3:])
    scores = replace(old.scores, projects=(replace(old.scores.projects[0], lines=fewer),))
    assert [alert.text for alert in compare_years(FORM, old, replace(old, scores=scores))] == [
        "指标“村级保洁覆盖村数”由上年的 ≥10个 降为 ≥8个。",
        "上年的指标“经费拨付及时率”（≥10个）今年没有了。",
    ]
    assert list(compare_years(FORM, old, old)) == []


def test_one_text_with_only_the_name_changed_in_a_hundred_departments() -> None:
    """More departments than a turn of phrase is allowed: still one group, told once."""
    (found,) = copied(*(TEXT + f"特此由第{number}局报告" for number in range(100)))
    assert "等 99 处约 " in found.text


def test_a_short_text_inside_a_long_one() -> None:
    words = random.Random(2)
    other = "".join(words.choices([chr(0x4E00 + number) for number in range(3000)], k=160))
    (alert,) = copied(TEXT, other + TEXT)
    assert alert.measure == "100%"


def test_ten_thousand_texts_are_compared_in_seconds() -> None:
    """Every text shares a turn of phrase with all others; two are copied. Never text against text."""
    copies, words = Copies(FORM), random.Random(1)
    common = "本年度认真贯彻落实县委县政府决策部署，"
    signs = [chr(0x4E00 + number) for number in range(3000)]
    for number in range(3000):
        copies.add(with_text(f"{number}", f"局{number}", common + "".join(words.choices(signs, k=150))))
    text = common + "".join(words.choices(signs, k=150))
    copies.add(with_text("a", "甲局", text))
    copies.add(with_text("b", "乙局", text[:150] + "完全不同的结尾文字若干"))
    begin = time.process_time()
    assert [(alert.department, alert.code) for alert in copies.alerts()] == [("a", "PL01")]
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    ("before", "after", "result"),
    [("≥30个", "≥20个", True), ("≥20个", "≥30个", False), ("≤5天", "≤9天", True), ("≥30个", "良好", False)],
)
def test_a_lowered_target(before: str, after: str, result: bool) -> None:
    line = factory.line("产出指标", "次数", "10", "10")
    assert lowered(replace(line, target=before), replace(line, target=after)) is result


def test_rows_that_moved_are_the_same_finding() -> None:
    before = factory.outcome(findings=(factory.finding(), factory.finding("ZB05", cells=("I22",), label="实际完成值")))
    after = factory.outcome(
        findings=(factory.finding("ZB05", cells=("I23",), label="实际完成值"), factory.finding("SG03"))
    )
    made = compare(FORM, before, after)
    assert [[f.code for f in group] for group in (made.closed, made.still, made.new)] == [["SG01"], ["ZB05"], ["SG03"]]


def test_exceptions_from_a_workbook(tmp_path: Path) -> None:
    campaign = create(tmp_path / "批次", kit.FORM_ID, 2022, "批次", "2023-03-31")
    path = campaign.folder / XLSX
    write_waivers(path)
    assert read_waivers(campaign, {"SG01"}, {"301"}, "2023-01-01").items == ()
    book = openpyxl.load_workbook(path)
    for column, value in enumerate(("sg01", "301", "合并核算", "王科长", "2023/12/31"), start=1):
        book.worksheets[0].cell(4, column).value = value
    book.save(path)
    (item,) = read_waivers(campaign, {"SG01"}, {"301"}, "2023-01-01").items
    assert (item.code, item.department, item.until.isoformat()) == ("SG01", "301", "2023-12-31")
