"""The campaign is the truth: returns are held against the latest issue, and every output tells the same figures."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import clean, kit
from tests.campaign.bureau import UNITS, Bureau
from tests.cli.test_commands import run
from tests.page.conftest import Officer
from tests.page.markup import Parsed
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.province.merge import merge
from xltool.campaign.province.sources import find
from xltool.campaign.status import standings, write_list, write_reminders
from xltool.campaign.summarise import write_tables
from xltool.check import check
from xltool.check.kin import is_amount
from xltool.check.slips import slips
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.findings import Severity, State
from xltool.form import Key, form_by_id
from xltool.form.layout import workbook_layout as layouts

Progress = Callable[[int, int, str], None]
DAY = datetime.date(2024, 3, 20)
EDUCATION, HEALTH, FARMING, ROADS, CIVIL, CULTURE = UNITS
BIG = "42000000"


@pytest.fixture(scope="module")
def _issued(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """Issued, filled in by all six units."""
    bureau = Bureau(tmp_path_factory.mktemp("truth") / "2023年自评")
    bureau.issue()
    for unit in UNITS:
        bureau.fill(unit)
    return bureau


@pytest.fixture
def bureau(_issued: Bureau, tmp_path: Path) -> Bureau:
    folder = tmp_path / "2023年自评"
    shutil.copytree(_issued.folder, folder)
    return _issued.at(folder)


def told(result: Collected, name: str) -> list[tuple[str, str]]:
    with result.open() as opened:
        outcome = opened.outcome(next(r for r in result.receipts if r.head.path == name))
    return [(finding.code, finding.message) for finding in outcome.findings]


def states(result: Collected) -> dict[str, str]:
    return {line.code: line.state.value for line in standings(result, DAY).lines}


def table(bureau: Bureau, name: str, header: str) -> list[dict[str, object]]:
    """The rows of a sheet of 汇总 below its header."""
    rows = list(openpyxl.load_workbook(bureau.campaign.summary)[name].iter_rows(values_only=True))
    at = next(index for index, row in enumerate(rows) if header in row)
    heads = [str(head).replace("\n", "") for head in rows[at]]
    return [dict(zip(heads, row, strict=True)) for row in rows[at + 1 :]]


def test_what_was_changed_in_the_middle_is_told_and_not_scored(bureau: Bureau, quiet: Progress) -> None:
    assert set(states(collect(bureau.campaign, quiet)).values()) == {"通过"}
    bureau.add(EDUCATION, 4)
    bureau.indicators[f"{HEALTH}-1"][1]["指标值"] = "45"
    del bureau.projects[f"{FARMING}-2"]
    bureau.projects[f"{ROADS}-1"]["年初预算数"] = "61.00"
    made = bureau.issue()
    assert (made.new, made.changed) == ((), ("县教育局", "县卫生健康局", "县农业农村局", "县交通运输局"))
    result = collect(bureau.campaign, quiet)
    assert result.tally.examined == 4, "who was issued nothing new is not examined again"
    head = "这是较早下发的一份，财政局后来重新下发过："
    assert told(result, f"{EDUCATION}.xlsx") == [("WJ36", f"{head}增加了项目“教育专项4”。没有评分。")]
    changed = "项目“卫生专项1”指标“检查单位数”的指标值由 40 改为 45"
    assert told(result, f"{HEALTH}.xlsx") == [("WJ36", f"{head}{changed}。没有评分。")]
    assert told(result, f"{FARMING}.xlsx") == [("WJ36", f"{head}取消了项目“农业专项2”。没有评分。")]
    assert told(result, f"{ROADS}.xlsx") == [
        (
            "WJ37",
            "这是较早下发的一份，财政局后来改过：项目“交通专项1”的资金总额年初预算数由 60 改为 61；"
            "批复的指标没有变，照常核对，名册上的数按最近一次下发。",
        ),
        ("MC01", "财政局名册上的资金总额年初预算数是 61 万元，现在填的是 60 万元。"),
    ]
    wanted = dict(zip(UNITS, ["旧版", "旧版", "旧版", "通过", "通过", "通过"], strict=True))
    assert states(result) == wanted
    ranked = {row["部门"]: (row["名次"], row["得分"], row["说明"]) for row in table(bureau, "得分排名", "名次")}
    assert ranked["县教育局"] == (None, None, "旧版，不参加排名")
    assert ranked["县民政局"] == (1, 99.6, None)
    funds = table(bureau, "项目资金", "项目编码")
    sums = {row["部门"]: row["资金总额年初预算数（万元）"] for row in funds[-3:]}
    assert (sums["名册控制数"], sums["合计减控制数"], sums["名册中还没有计入的"]) == (181, -1, 60 * 4 + 60 * 2 + 60)
    bureau.fill(EDUCATION)
    again = collect(bureau.campaign, quiet)
    assert states(again)[EDUCATION] == "通过"
    assert len(again.chosen[EDUCATION].head.path) > 0


def test_an_issue_that_is_made_again_is_the_latest_again(bureau: Bureau, quiet: Progress) -> None:
    bureau.indicators[f"{CIVIL}-1"][1]["指标值"] = "45"
    bureau.issue()
    assert states(collect(bureau.campaign, quiet))[CIVIL] == "旧版"
    bureau.indicators[f"{CIVIL}-1"][1]["指标值"] = "40"
    bureau.issue()
    assert states(collect(bureau.campaign, quiet))[CIVIL] == "通过"


def test_a_table_of_last_year(bureau: Bureau, quiet: Progress, tmp_path: Path) -> None:
    last = Bureau(tmp_path / "2022", year=2022)
    last.issue()
    (bureau.campaign.inbox / f"{CIVIL}.xlsx").unlink()
    bureau.send("民政自评.xlsx", last.workbook(CIVIL, last.values(CIVIL)))
    result = collect(bureau.campaign, quiet)
    said = "这是 2022 年度的表（县民政局），本次报送 2023 年度。"
    assert told(result, "民政自评.xlsx") == [("WJ38", said)]
    line = next(line for line in standings(result, DAY).lines if line.code == CIVIL)
    assert (line.state, line.file) == (State.MISSING, "")
    assert line.remark == f"收到的“民政自评.xlsx”没有计入：{said.rstrip('。')}"


def test_another_form_of_ours(bureau: Bureau, quiet: Progress) -> None:
    form = form_by_id("hubei-2022")
    shape = replace(kit.issue(form), year=2023)
    bureau.send("湖北的.xlsx", kit.workbook(form, shape, {}))
    result = collect(bureau.campaign, quiet)
    said = f"这是“{form.spec.title}”，本次报送用的是“{bureau.form.spec.title}”。"
    assert told(result, "湖北的.xlsx") == [("WJ40", said)]


def test_another_unit_s_workbook_waits(bureau: Bureau, quiet: Progress) -> None:
    """县民政局's answers in the workbook issued to 县教育局: it must not replace 县教育局's own."""
    bureau.send(
        "县民政局2023年自评表.xlsx", bureau.workbook(EDUCATION, bureau.values(EDUCATION, {"实际完成值/1": "8"}))
    )
    result = collect(bureau.campaign, quiet)
    ((code, message),) = told(result, "县民政局2023年自评表.xlsx")[:1]
    assert code == "WJ32"
    assert "但文件名写的是“县民政局”" in message
    assert result.chosen[EDUCATION].head.path == f"{EDUCATION}.xlsx"


def test_a_blank_template_is_as_good_as_nothing(bureau: Bureau, quiet: Progress) -> None:
    (bureau.campaign.inbox / f"{CIVIL}.xlsx").unlink()
    bureau.send("空表.xlsx", bureau.workbook(CIVIL, {}))
    result = collect(bureau.campaign, quiet)
    assert told(result, "空表.xlsx") == [("WJ39", "这是没有填过的空表，没有一格是部门填的，视同未报。")]
    found = standings(result, DAY)
    assert (states(result)[CIVIL], found.counts.came, found.counts.missing, found.counts.rate) == ("空表", 5, 1, "83%")
    (reminder,) = write_reminders(bureau.campaign, found).paths
    assert "“空表.xlsx”是没有填过的空表" in reminder.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"资金总额全年执行数": BIG, "财政拨款全年执行数": BIG}, ["ZJ09"]),
        ({"资金总额全年执行数": BIG}, ["ZJ09"]),
        ({"资金总额年初预算数": BIG}, ["MC02"]),
        ({"资金总额年初预算数": BIG, "财政拨款年初预算数": BIG}, ["MC02"]),
        ({"资金总额全年预算数": BIG, "财政拨款全年预算数": BIG}, ["ZJ10"]),
        ({f"{source}{what}": BIG for source in ("资金总额", "财政拨款") for what in ("年初预算数", "全年预算数", "全年执行数")}, ["MC02"]),
        ({"实际完成值/6": BIG}, ["ZB21"]),
    ],
)  # fmt: skip
def test_yuan_for_ten_thousand_yuan_is_told_once(bureau: Bureau, changes: dict[str, str], codes: list[str]) -> None:
    data = bureau.workbook(CIVIL, bureau.values(CIVIL, changes))
    assert [finding.code for finding in kit.examined(data, form=bureau.form).findings] == codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("财政拨款年初预算数", "ZJ01"),
        ("财政拨款全年预算数", "ZJ02"),
        ("财政拨款全年执行数", "ZJ03"),
        ("项目支出预算数", "YS01"),
        ("年初预算收入", "YS02"),
        ("一般公共预算拨款", "YS03"),
        ("年中追加收入", "JS01"),
        ("决算总收入", "JS01"),
        ("公务接待费决算数", "SG02"),
        ("三公经费决算数", "SG02"),
        ("采购货物支出", "CG01"),
        ("负债总额", "ZC01"),
        ("固定资产原值", "ZC02"),
    ],
)
def test_one_part_in_yuan_is_told_by_the_sum_it_breaks(name: str, code: str) -> None:
    """The other amounts are right: one finding, and the figure is marked in every list."""
    form = form_by_id("hunan-2022")
    made = kit.issue(form)
    right = clean.values(form, made)
    (key,) = kit.keyed(form, {name: ""})
    amount = Decimal(right[key]) * 10_000
    outcome = kit.examined(kit.workbook(form, made, {**right, key: amount}))
    assert [finding.code for finding in outcome.findings] == [code]
    figures = (*outcome.figures, *(figure for figures in outcome.project_figures for figure in figures))
    assert [figure.doubtful for figure in figures if (figure.name, figure.value) == (name, amount)] == [True]
    assert {
        figure.name for figure in figures if figure.doubtful and figure.unit != "%" and figure.value != amount
    } == set()


def test_a_return_wholly_in_yuan_is_told_once_and_added_nowhere() -> None:
    """The roster shows it at two cells; nothing that only follows from it is asked, and no figure of it is added."""
    form = form_by_id("hunan-2022")
    made = kit.issue(form)
    (opening,) = kit.keyed(form, {"资金总额年初预算数": ""})
    made = replace(made, prefill={**made.prefill, opening: Decimal("60.00")})
    right = clean.values(
        form, made, {"大额项目绩效说明": "无50万元以上的项目", "资金偏差说明": "年中追加业务工作专项经费。"}
    )
    big = {
        key: value * 10_000 if isinstance(value, Decimal) and is_amount(form, key.id) else value
        for key, value in right.items()
    }
    outcome = kit.examined(kit.workbook(form, made, {**big, opening: right[opening] * 10_000}))
    assert [finding.code for finding in outcome.findings if finding.severity is Severity.CORRECT] == ["MC02"]
    counted = {figure.name: figure.doubtful for figure in outcome.figures if figure.unit == "万元" and figure.value}
    assert {name for name in ("决算总支出", "项目支出决算数", "年初预算收入") if not counted[name]} == set()


@pytest.mark.parametrize("ident", ["hunan-department-2022", "hunan-2022"])
def test_every_amount_in_yuan_is_told_once_and_marked(ident: str) -> None:
    """Any one amount ten thousand times too large is one finding, and it and its rates alone go into no total."""
    form = form_by_id(ident)
    made = kit.issue(form)
    right, layout, wrong = clean.values(form, made), layouts.build(form, made), {}
    amounts = [
        Key(int(info.per_project), name)
        for name, info in form.fields.items()
        if is_amount(form, name) and info.field.is_input and Decimal(right.get(Key(int(info.per_project), name)) or 0)
    ]
    for key in amounts:
        amount = Decimal(right[key]) * 10_000
        evaluation = Evaluation(form, from_values(form, made, {**right, key: amount}))
        codes, found = [finding.code for finding in check(layout, evaluation)], slips(layout, evaluation)
        doubtful = {
            evaluation.value(cell)
            for cell in layout.cells
            if form.fields[cell.id].field.unit != "%"
            and not cell.row
            and isinstance(value := evaluation.value(cell), Decimal)
            and found.doubts(cell, value, form.fields[cell.id].field.unit)
        }
        if len(codes) != 1 or doubtful != {amount}:
            wrong[form.fields[key.id].field.name] = (codes, doubtful)
    assert wrong == {}
    assert len(amounts) > 25


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"资产总额": "900000", "负债总额": "1", "净资产": "899999"}, []),
        (
            {"三公经费决算数": "5", "公务接待费决算数": "0.05", "公务用车运行费决算数": "0"},
            ["SG02"],
        ),  # one was left out
    ],
)
def test_an_amount_that_is_large_is_not_doubtful_for_that(values: dict[str, str], codes: list[str]) -> None:
    """Neither one that adds up nor the sum of which a part is missing was given in 元."""
    form = form_by_id("hunan-2022")
    made = kit.issue(form)
    outcome = kit.examined(kit.workbook(form, made, {**clean.values(form, made), **kit.keyed(form, values)}))
    assert [finding.code for finding in outcome.findings if finding.severity is Severity.CORRECT] == codes
    assert [figure.name for figure in outcome.figures if figure.doubtful] == []


def test_yuan_goes_into_no_total(bureau: Bureau, quiet: Progress, tmp_path: Path) -> None:
    bureau.fill(CIVIL, {"资金总额全年执行数": BIG, "财政拨款全年执行数": BIG})
    result = collect(bureau.campaign, quiet)
    (row,) = [row for row in table(bureau, "项目资金", "项目编码") if row["部门"] == "县民政局"]
    marked = "42,000,000.00（疑按元填，未计入）"
    assert (row["资金总额全年执行数（万元）"], row["财政拨款全年执行数（万元）"]) == (marked, marked)
    assert row["资金总额年初预算数（万元）"] == 60
    values = [
        cell
        for line in openpyxl.load_workbook(bureau.campaign.summary)["概览"].iter_rows(values_only=True)
        for cell in line
    ]
    assert max(value for value in values if isinstance(value, int | float)) < 2024
    write_tables(result)
    merge(find([f"甲县={bureau.folder}"]), tmp_path / "全市", "全市汇总")
    heads, *rows = list(
        openpyxl.load_workbook(tmp_path / "全市" / "汇总.xlsx")["项目资金"].iter_rows(values_only=True)
    )[2:]
    (merged,) = [dict(zip(heads, row, strict=True)) for row in rows if "县民政局" in row]
    assert (merged["资金总额全年执行数（万元）"], merged["执行率（%）"], merged["资金总额年初预算数（万元）"]) == (
        None,
        None,
        60,
    )
    assert merged["疑按元填，未计入"] == "资金总额全年执行数（万元）、财政拨款全年执行数（万元）、执行率（%）"


def test_weights_above_full_marks_have_no_rank(bureau: Bureau, quiet: Progress) -> None:
    bureau.indicators[f"{CIVIL}-1"] = []
    bureau.issue()
    bureau.fill(CIVIL, {"分值/1": "15", "自评得分/1": "15"})
    collect(bureau.campaign, quiet)
    (row,) = [row for row in table(bureau, "项目排名", "名次") if row["部门"] == "县民政局"]
    assert (row["名次"], row["核定总分"], row["产出指标"]) == (None, None, None)
    assert row["说明"] == "资料不全：分值合计 105 分，与满分不符，或项目没有实施，总分不能核定"
    assert max(float(str(row["得分"])) for row in table(bureau, "得分排名", "名次") if row["得分"]) <= 100


KINDS = ("没有", "填好", "须改", "空表", "旧版", "扫描件", "提示")


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bureau, dict[tuple[str, str], bytes]]:
    """A campaign issued twice, and for every unit one file of each kind."""
    bureau = Bureau(tmp_path_factory.mktemp("varied") / "2023年自评")
    bureau.issue()
    files = {(unit, "旧版"): bureau.workbook(unit, bureau.values(unit)) for unit in UNITS}
    for lines in bureau.indicators.values():
        lines[1]["指标值"] = "41"
    bureau.issue()
    low = {"实际完成值/8": "80", "偏差原因及改进措施/8": "偏远乡镇宣传场次不足；明年每个乡镇增加2场集中宣传。"}
    for number, unit in enumerate(UNITS):
        files[unit, "填好"] = bureau.workbook(unit, bureau.values(unit, {"填表人": f"陈志{unit[-1]}"}))
        files[unit, "须改"] = bureau.workbook(unit, bureau.values(unit, {"财政拨款全年执行数": str(50 + number)}))
        files[unit, "提示"] = bureau.workbook(unit, bureau.values(unit, {**low, "实际完成值/1": "7场"}))
        files[unit, "空表"] = bureau.workbook(unit, {})
        files[unit, "扫描件"] = b"%PDF-1.4\n% scanned pages " + unit.encode()
    return bureau, files


def figures(text: str, *patterns: str) -> list[str]:
    return [found[1] if (found := re.search(pattern, text)) else "" for pattern in patterns]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=len(UNITS), max_size=len(UNITS)))
def test_all_outputs_tell_the_same(
    varied: tuple[Bureau, dict[tuple[str, str], bytes]], capsys: pytest.CaptureFixture[str], kinds: list[str]
) -> None:
    """Console of collect and status, 汇总, 收件进度, 通报, letters, JSON and the page are read back and compared."""
    bureau, files = varied
    for path in bureau.campaign.inbox.iterdir():
        path.unlink()
    for unit, kind in zip(UNITS, kinds, strict=True):
        if kind != "没有":
            suffix = "pdf" if kind == "扫描件" else "xlsx"
            bureau.send(f"{unit}_{kind}.{suffix}", files[unit, kind])
    capsys.readouterr()
    _, console, _ = run(capsys, "collect", "-C", str(bureau.folder))
    _, status, _ = run(capsys, "status", "-C", str(bureau.folder), "--list", "--today", DAY.isoformat())
    _, told_as_json, _ = run(capsys, "collect", "-C", str(bureau.folder), "--json")
    lines = [json.loads(line) for line in told_as_json.splitlines() if line.startswith("{")]

    # By department: state and score.
    def listed(text: str) -> dict[str, tuple[str, str]]:
        rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.count("|") == 4]
        return {row[0]: (row[1], row[3]) for row in rows if row[0] != "部门"}

    told_by_collect = listed(console)
    expected = {
        "没有": "未报",
        "填好": "通过",
        "须改": "待修改",
        "空表": "空表",
        "旧版": "旧版",
        "扫描件": "未报",
        "提示": "通过",
    }
    names = {code: name for code, (name, _) in UNITS.items()}
    assert {name: state for name, (state, _) in told_by_collect.items()} == {
        names[unit]: expected[kind] for unit, kind in zip(UNITS, kinds, strict=True)
    }
    assert listed(status) == told_by_collect
    receipt = {row["部门名称"]: row["状态"] for row in table(bureau, "收件情况", "部门名称") if row["部门编码"] != "—"}
    ranked = {row["部门"]: row for row in table(bureau, "得分排名", "名次")}
    for name, (state, score) in told_by_collect.items():
        assert receipt[name] == state
        shown = ranked[name]["得分"]
        assert (f"{shown:.2f}" if shown is not None else "") == score
    by_file = {line["file"]: line["state"] for line in lines}
    for unit, kind in zip(UNITS, kinds, strict=True):
        if kind in ("填好", "须改", "提示", "空表", "旧版"):
            assert by_file[f"{unit}_{kind}.xlsx"] == expected[kind]

    # Counts, rate, mean, ranks.
    (sentence,) = re.findall(r"应报 .*?。", console)
    assert sentence in status
    officer = Officer(bureau.folder)
    with officer.client:
        page = Parsed(officer.open().get("/departments"))
    officer.site.end()
    assert sentence in page.text
    assert {
        row[1]: (row[2], row[6]) for row in page.rows if len(row) > 6 and row[1] in names.values()
    } == told_by_collect
    scores = {name: Decimal(score) for name, (_, score) in told_by_collect.items() if score}
    mean = (
        f"{(sum(scores.values(), Decimal(0)) / len(scores)).quantize(Decimal('0.01'), ROUND_HALF_UP)}"
        if scores
        else "—"
    )
    overview: dict[object, Any] = {
        row[0]: row for row in openpyxl.load_workbook(bureau.campaign.summary)["概览"].iter_rows(values_only=True)
    }
    assert overview["部门平均得分"][1] == (float(mean) if scores else None)
    assert f"已报 {overview['已报'][1]} 个（{overview['已报'][2]}）" in sentence
    for state in ("通过", "待修改", "旧版", "空表", "未报", "退回"):
        count = sum(found == state for found, _ in told_by_collect.values())
        assert int(overview.get(state, (state, 0))[1] or 0) == count
        if count:
            assert f"{state} {count} 个" in sentence
    for name, points in scores.items():
        assert ranked[name]["名次"] == 1 + sum(other > points for other in scores.values())
    grades = {row["等次"] for row in ranked.values() if row["得分"] is not None}
    collected = open_collected(bureau.campaign, DAY)
    assert write_list(bureau.campaign, standings(collected, DAY)).exists()
    progress = openpyxl.load_workbook(bureau.campaign.summary.parent / "收件进度.xlsx").worksheets[0]
    texts = [str(cell) for row in progress.iter_rows(values_only=True) for cell in row if cell is not None]
    assert any(sentence in text for text in texts)
    write_tables(collected)
    merge(find([f"甲县={bureau.folder}"]), bureau.folder.parent / "全市", "全市汇总")
    merged = openpyxl.load_workbook(bureau.folder.parent / "全市" / "汇总.xlsx")
    heads, whole = list(merged["批次一览"].iter_rows(values_only=True))[2:4]
    county = dict(zip(heads, whole, strict=True))
    assert (county["应报部门"], county["已报"], county["收到率"], county["平均得分"]) == (
        len(UNITS), overview["已报"][1], overview["已报"][2].removeprefix("收到率 "), float(mean) if scores else None
    )  # fmt: skip
    assert {row[3]: (row[0], row[4]) for row in list(merged["得分排名"].iter_rows(values_only=True))[3:]} == {
        name: (row["名次"], row["得分"]) for name, row in ranked.items() if name in names.values()
    }
    letters = write_letters(collected, DAY)
    document = docx.Document(str(letters.report))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    came, rate, scored, average = figures(
        text, r"已报 (\d+) 个", r"收到率 (\S+?)。", r"有得分的部门 (\d+) 个", r"平均得分 (\S+) 分"
    )
    assert (came, rate, scored, average) == (
        str(overview["已报"][1]), str(overview["已报"][2]).removeprefix("收到率 "), str(len(scores)), mean
    )  # fmt: skip
    assert sentence.split("：", 1)[1].rstrip("。") in text
    assert all(str(grade) in text for grade in grades)
    rows = {row.cells[1].text: (row.cells[2].text, row.cells[4].text) for row in document.tables[0].rows[1:]}
    assert rows == told_by_collect
    asked = {path.name.split("_")[0] for path in letters.notices}
    assert asked == {unit for unit, kind in zip(UNITS, kinds, strict=True) if expected[kind] in ("待修改", "旧版")}


def test_a_limit_in_words_and_a_column_that_does_not_add_up() -> None:
    """“未超预算” answers “不超预算”; what the points should add up to is not shown as what their first cell should hold."""
    form = form_by_id("hunan-2022")
    made = kit.issue(form)
    cost = next(key for key, value in clean.values(form, made).items() if value == "项目总成本")
    words = {f"三级指标/{cost.row}": "项目成本控制", f"性质/{cost.row}": "", f"单位/{cost.row}": ""}
    words |= {f"指标值/{cost.row}": "不超预算", f"实际完成值/{cost.row}": "未超预算"}
    kept = kit.examined(kit.workbook(form, made, clean.values(form, made, words)))
    assert [(f.code, f.seen) for f in kept.findings] == [("GF01", "未超预算")]
    short = kit.examined(kit.workbook(form, made, clean.values(form, made, {f"分值/{cost.row}": "5"})))
    (finding,) = [finding for finding in short.findings if finding.code == "QZ02"]
    assert (len(finding.cells) > 1, finding.expected) == (True, "")
    assert "47 分，应当是 50 分" in finding.message
