"""Last year's returns, as the bureau has them, fill in what this year asks of last year: from the command to the check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
from click.testing import CliRunner

from tests import clean, kit
from xltool.campaign.collect import collect
from xltool.campaign.compare.alerts import alerts
from xltool.campaign.compare.last_year import figures_before
from xltool.campaign.issue.outbox import issued
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import create, open_campaign
from xltool.cli import cli
from xltool.engine.filled import from_values
from xltool.findings import State
from xltool.form import form_by_id
from xltool.form.layout import workbook_layout as layouts
from xltool.generate.workbook import write

FORM = form_by_id("hunan-department-2022")
LAST = {
    "因公出国费": "因公出国费决算数",
    "公务用车购置费": "公务用车购置费决算数",
    "公务用车运行费": "公务用车运行费决算数",
    "公务接待费": "公务接待费决算数",
    "三公经费": "三公经费决算数",
    **{
        name: f"{name}本年决算数"
        for name in ("项目支出", "业务工作专项", "运行维护专项", "公用经费", "办公经费", "水电差旅费", "会议培训费", "政府采购金额")
    },
}  # fmt: skip


def campaign(folder: Path, year: int, last_year: str = "") -> Path:
    """A campaign with two departments; the second is new this year and has no past."""
    run("init", str(folder), "--form", FORM.id, "--year", str(year))
    departments = (
        kit.row(部门编码="101001", 部门名称="县教育局"),
        kit.row(部门编码="102001", 部门名称="县民政局"),
    )
    projects = (kit.row(部门编码="101001", 项目编码="P1", 项目名称="项目1"),)
    write_roster(open_campaign(folder).roster, Roster(departments, projects), FORM)
    if last_year:
        settings = folder / "xltool.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + f'\nlast_year = "{last_year}"\n', encoding="utf-8")
    said = run("generate", "-C", str(folder))
    assert ("其中 1 个部门的上年数取自上年的回收表" in said) is bool(last_year)
    return folder


def run(*args: str) -> str:
    done = CliRunner().invoke(cli, args, standalone_mode=False)
    assert done.exception is None, done.output
    return done.output


def returned(folder: Path, changes: Mapping[str, object]) -> None:
    """The first department fills in completely and rightly what the bureau has not, and some cells otherwise."""
    opened = open_campaign(folder)
    issue = next(issue for issue in issued(opened).values() if issue.department == "101001")
    changed = kit.keyed(FORM, changes)
    values = {key: value for key, value in clean.values(FORM, issue).items() if key not in issue.prefill} | changed
    data = write(layouts.build(FORM, issue), from_values(FORM, issue, dict(values)))
    (opened.inbox / "县教育局.xlsx").write_bytes(data)


def year_before() -> dict[str, Decimal]:
    """What the department must have returned last year for this year's example to fit it."""
    this = clean.named(FORM, kit.issue(FORM))
    typed = {"项目支出本年决算数": "项目支出决算数", "政府采购金额本年决算数": "政府采购支出合计"}
    figures = {name: this[f"{row}上年决算数"] for row, name in LAST.items()}
    figures |= {"三公经费预算数": this["上年三公经费预算数"], "年末结转结余": this["上年结转结余"]}
    return {typed.get(name, name): Decimal(value) for name, value in figures.items()}


def prefilled(folder: Path) -> dict[str, dict[str, object]]:
    """By department, what the workbooks of a campaign say beforehand about last year."""
    return {
        issue.department: {
            name: value for key, value in issue.prefill.items() if (name := FORM.fields[key.id].field.name) in EXPECTED
        }
        for issue in issued(open_campaign(folder)).values()
    }


def compared(folder: Path) -> list[str]:
    """What the check against last year says of figures; the texts of the example are the same in both years."""
    result = collect(open_campaign(folder), lambda *_: None)
    with result.open() as opened:
        return [alert.text for alert in alerts(result, opened) if "不等" in alert.text]


EXPECTED = {f"{row}上年决算数": name for row, name in LAST.items()} | {
    "上年三公经费预算数": "三公经费预算数",
    "上年结转结余": "年末结转结余",
}


def test_last_year_s_figures_stand_in_this_year_s_workbook(tmp_path: Path) -> None:
    """Return of 2021; 2022 issued with its figures; the department fills in the rest; nothing to correct or compare."""
    before = campaign(tmp_path / "2021 年", 2021)
    returned(before, year_before())
    old = collect(open_campaign(before), lambda *_: None)
    (receipt,) = old.receipts
    with old.open() as opened:
        figures = {item.name: item.value for item in opened.outcome(receipt).figures}

    now = campaign(tmp_path / "2022 年", 2022, "../2021 年")
    assert prefilled(now) == {
        "101001": {name: figures[there] for name, there in EXPECTED.items()},
        "102001": {},  # new this year
    }
    (file,) = open_campaign(now).outbox.glob("101001*.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(file.read_bytes()))["“三公”经费"]
    total = next(line for line in sheet.iter_rows(min_row=4) if line[1].value == "合计")
    assert Decimal(str(total[2].value)) == figures["三公经费决算数"]
    assert total[2].protection.locked is False  # the final accounts may have changed it

    returned(now, {})
    result = collect(open_campaign(now), lambda *_: None)
    with result.open() as opened:
        assert [finding.code for finding in opened.outcome(result.receipts[0]).findings] == []
    assert compared(now) == []


def test_a_figure_that_is_not_last_year_s_is_reported(tmp_path: Path) -> None:
    before = campaign(tmp_path / "2021 年", 2021)
    returned(before, year_before())
    collect(open_campaign(before), lambda *_: None)
    now = campaign(tmp_path / "2022 年", 2022, "../2021 年")
    was = year_before()["办公经费本年决算数"]
    returned(now, {"办公经费上年决算数": 99})
    assert compared(now) == [
        f"办公经费上年决算数 99.00，与上年的办公经费本年决算数 {was:.2f} 不等，差 {99 - was:.2f}。"
    ]


def test_a_figure_in_yuan_is_not_carried_into_this_year(tmp_path: Path) -> None:
    """Last year it was told, and not mended: the department should not find it printed in this year's workbook."""
    before = campaign(tmp_path / "2021 年", 2021)
    figures = year_before()
    wrong = {**figures, "办公经费本年决算数": figures["办公经费本年决算数"] * 10_000}
    returned(before, wrong)
    (receipt,) = collect(open_campaign(before), lambda *_: None).receipts
    assert receipt.state is State.TO_CORRECT
    now = create(tmp_path / "2022 年", FORM.id, 2022, "自评", "2023-03-31")
    carried = figures_before(replace(now, last_year=before), FORM)["101001"]
    assert "办公经费本年决算数" not in carried
    assert len(carried) == len(figures) - 1
