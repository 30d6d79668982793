"""What the summary makes of the scores: lights, uses, quadrants, grades by 主管部门, and one absurd rate that flattens nothing."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import clean, kit
from tests.report.factory import issue, project
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.examine.outcome import Figure, Outcome
from xltool.form import Key, form_by_id, load_form
from xltool.form.definition.result_policy import ResultPolicy
from xltool.form.definition.strict import DefinitionError
from xltool.report.json import to_json
from xltool.report.standing import Light, light
from xltool.report.summary.summary_book import Expected, SummaryData, write_summary
from xltool.score import ScoreSheet, score

FORM = form_by_id("national-2020")
# code, department, project, 主管部门, budget, total, grade, rate
PROJECTS = (
    ("P1", "甲局", "村道硬化", "县交通局", "8000", "72.5", "中", "0.9550"),
    ("P2", "甲局", "桥梁维修", "县交通局", "300", "95", "优", "0.9999"),
    ("P3", "乙局", "校舍维修", "县教育局", "20", "58", "差", "0.8000"),
    ("P4", "乙局", "营养餐", "县教育局", "900", "91", "优", "9437.5"),
)


def outcome(department: str) -> Outcome:
    own = [one for one in PROJECTS if one[1] == department]
    parts = tuple(project(name, total, grade, total, code=code) for code, _, name, _, _, total, grade, _ in own)
    figures = tuple(
        (Figure("资金总额全年预算数", "万元", Decimal(budget)), Figure("执行率", "%", Decimal(rate)))
        for *_, budget, _, _, rate in own
    )
    mean = sum((part.total or Decimal(0) for part in parts), Decimal(0)) / len(parts)
    scores = ScoreSheet(mean.quantize(Decimal("0.01")), "良" if mean >= 80 else "中", parts)
    made = issue(department, department, tuple(one[2] for one in own))
    return Outcome(f"{department}.xlsx", (), made, scores, project_figures=figures, title="表")


def data() -> SummaryData:
    outcomes = {name: outcome(name) for name in ("甲局", "乙局")}
    return SummaryData(
        "批",
        2022,
        "表",
        tuple(Expected(name, name) for name in outcomes),
        tuple(outcomes.values()),
        outcomes,
        execution_rate="执行率",
        amount="资金总额全年预算数",
        grades=FORM.spec.scoring.grades,
        results=FORM.spec.results,
        uses={str(use.grade): use for use in FORM.spec.review.uses},
        authorities={code: name for code, _, _, name, *_ in PROJECTS},
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("results") / "汇总.xlsx"
    write_summary(made, data())
    return made


def rows(path: Path, sheet: str, first: int = 4) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=first, values_only=True))


def test_lights_and_uses_stand_beside_the_scores_with_their_source(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book["项目排名"][3]]
    at = [heads.index(name) for name in ("项目", "全年预算数\n（万元）", "执行率\n（%）", "红黄灯", "结果应用")]
    assert [tuple(row[i] for i in at) for row in rows(path, "项目排名")] == [
        ("桥梁维修", 300, 0.9999, "绿灯", "优先保障"),
        ("营养餐", 900, 9437.5, "黄灯", "优先保障"),
        ("村道硬化", 8000, 0.955, "黄灯", "从紧安排，限期整改"),
        ("校舍维修", 20, 0.8, "红灯", "压减或取消"),
    ]
    note = book["项目排名"]["A2"].value
    assert "红灯：低于 60 分或执行率低于 60%；黄灯：低于 80 分、执行率低于 90% 或高于 100%（本表约定：" in note
    assert "结果应用按等次（本表约定：" in note
    assert "部门得分是各项目核定总分的平均。" in book["得分排名"]["A2"].value
    heads = [cell.value for cell in book["得分排名"][3]]
    at = [heads.index(name) for name in ("部门", "得分", "红黄灯", "结果应用")]
    assert [tuple(row[i] for i in at) for row in rows(path, "得分排名")] == [
        ("甲局", 83.75, "绿灯", "予以保留"),
        ("乙局", 74.5, "黄灯", "从紧安排，限期整改"),
    ]


def test_quadrants(path: Path) -> None:
    sheet = rows(path, "金额与得分", 1)
    assert sheet[1][0] == "横线是 80 分，竖线是全年预算数的中位数 600.00 万元。"
    assert [(row[0], row[3], row[4]) for row in sheet[3:7]] == [
        ("金额大、得分低", 8000, 1),
        ("金额小、得分低", 20, 1),
        ("金额大、得分高", 900, 1),
        ("金额小、得分高", 300, 1),
    ]
    assert [row[1:5] for row in sheet[9:13]] == [
        ("甲局", "村道硬化", 8000, 72.5),
        ("乙局", "校舍维修", 20, 58),
        ("乙局", "营养餐", 900, 91),
        ("甲局", "桥梁维修", 300, 95),
    ]
    (chart,) = charts(path, "scatterChart")
    assert len(re.findall("<c:ser>", chart)) == 6, "four quadrants and two lines"
    assert "<c:logBase" in chart
    assert "村道硬化" in chart
    assert "<c:plotVisOnly" not in chart, "the lines' ends stand in hidden columns"


def charts(path: Path, kind: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    return [text for text in texts if f"<c:{kind}>" in text]


def test_one_absurd_rate_flattens_nothing_and_is_named(path: Path) -> None:
    bars = next(text for text in charts(path, "barChart") if '<c:barDir val="bar"/>' in text)
    assert float(re.findall(r'<c:max val="([0-9.]+)"', bars)[0]) <= 1.8
    assert [float(value) for value in re.findall(r"<c:v>([0-9.]+)</c:v>", bars.split("<c:val>")[1])] == [
        0.8,
        0.955,
        0.9999,
        1.5,
    ]
    assert "943750.0% →" in bars
    said = [row[0] for row in rows(path, "概览", 1) if row[0] and "高于 150%" in str(row[0])]
    assert said == ["高于 150% 的：营养餐（乙局）943750.00%。图上只画到 150%，请核对是不是按“元”填的。"]


def test_grades_by_authority(path: Path, tmp_path: Path) -> None:
    assert [row[:10] for row in rows(path, "主管部门等次")][:2] == [
        (1, "县交通局", 2, 2, 83.75, 1, 0, 1, 0, 8300),
        (2, "县教育局", 2, 2, 74.5, 1, 0, 0, 1, 920),
    ]
    write_summary(tmp_path / "汇总.xlsx", replace(data(), authorities={}))
    assert "主管部门等次" not in openpyxl.load_workbook(tmp_path / "汇总.xlsx").sheetnames


def test_without_a_policy_nothing_is_said(tmp_path: Path) -> None:
    write_summary(tmp_path / "汇总.xlsx", replace(data(), results=ResultPolicy(), uses={}))
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    assert "金额与得分" not in book.sheetnames
    assert not {"红黄灯", "结果应用"} & {cell.value for cell in book["项目排名"][3]}


@pytest.mark.parametrize(
    ("total", "rate", "wanted"),
    [
        ("59.99", "1", Light.RED), ("60", "1", Light.YELLOW), ("80", "1", Light.GREEN), ("95", "0.5999", Light.RED),
        ("95", "0.8999", Light.YELLOW), ("95", "0.9", Light.GREEN), ("95", "1.0001", Light.YELLOW),
        (None, "0.95", Light.GREEN), ("95", None, Light.GREEN), (None, None, Light.NONE),
    ],
)  # fmt: skip
def test_light(total: str | None, rate: str | None, wanted: Light) -> None:
    known = [None if text is None else Decimal(text) for text in (total, rate)]
    assert light(FORM.spec.results, *known) is wanted


def own(folder: Path, text: str) -> Path:
    (folder / "mine").mkdir()
    path = folder / "mine" / "form.yaml"
    path.write_text(f'form: mine\nversion: "1"\n{text}', encoding="utf-8")
    return path


def test_the_departments_total_is_the_forms_policy(tmp_path: Path) -> None:
    """Mean, weighted by the budget, or the department-wide score; the sheet says which."""
    totals, base = {}, form_by_id("hunan-department-2022")
    for way in (1, 2, 3):
        text = f"extends: hunan-department-2022\nparameters:\n  - {{id: total_by, override: true, value: {way}}}\n"
        folder = tmp_path / str(way)
        folder.mkdir()
        form = load_form(own(folder, text))
        made = kit.issue(form, projects=2)
        one = clean.values(base, kit.issue(base), {})
        values = dict(one) | {key._replace(project=2): value for key, value in one.items() if key.project}
        values |= kit.keyed(form, {"自评得分/1": 0}, project=2)
        funds = {key: value for key, value in values.items() if key.project == 2 and key.id.startswith("funds.")}
        values |= {key: value * 3 for key, value in funds.items() if isinstance(value, Decimal)}
        evaluation = Evaluation(form, from_values(form, made, values))
        sheet = score(evaluation)
        first, second = (part.total for part in sheet.projects)
        assert first is not None
        assert second is not None
        assert sheet.overall is not None
        budget = [evaluation.value(Key(n, form.ids["资金总额全年预算数"])) for n in (1, 2)]
        assert all(isinstance(value, Decimal) for value in budget)
        weights = [Decimal(str(value)) for value in budget]
        wanted = {
            1: (first + second) / 2,
            2: (first * weights[0] + second * weights[1]) / sum(weights),
            3: sheet.overall.total,
        }[way]
        assert wanted is not None
        totals[way] = sheet.total
        assert sheet.total == wanted.quantize(Decimal("0.01"), "ROUND_HALF_UP")
        said = ("各项目核定总分的平均", "各项目核定总分按全年预算数的加权平均", "部门整体自评的核定总分")[way - 1]
        assert form.spec.results.note == f"部门得分是{said}"
    assert len(set(totals.values())) == 3
    # A form without a department-wide self-evaluation cannot take its score; lights that contradict each other are refused.
    with pytest.raises(DefinitionError, match="部门得分办法只能是 1 或 2"):
        load_form(own(tmp_path, "extends: national-2020\nparameters:\n  - {id: total_by, override: true, value: 3}\n"))
    (tmp_path / "x").mkdir()
    lights = "extends: national-2020\nresults:\n  red_score: {value: 90, source: 本地文件}\n"
    with pytest.raises(DefinitionError, match="第 5 行：results：red_score 应当不高于 yellow_score"):
        load_form(own(tmp_path / "x", lights))


def test_json_has_the_lights_of_the_summary(path: Path) -> None:
    """From one function: 汇总's 项目排名 and 得分排名, and the JSON of each return."""
    book, shown = openpyxl.load_workbook(path), {}
    for sheet, names in (("项目排名", ("部门", "项目")), ("得分排名", ("部门",))):
        heads = [cell.value for cell in book[sheet][3]]
        for row in rows(path, sheet):
            shown[(sheet, *(row[heads.index(name)] for name in names))] = row[heads.index("红黄灯")]
    told: dict[tuple[str, ...], str] = {}
    for name in ("甲局", "乙局"):
        scores = json.loads(to_json(outcome(name), FORM))["scores"]
        told[("得分排名", name)] = scores["light"]
        told |= {("项目排名", name, part["name"]): part["light"] for part in scores["projects"]}
    assert told == shown
    assert set(told.values()) == {"红灯", "黄灯", "绿灯"}
    bare = json.loads(to_json(outcome("甲局")))["scores"]
    assert {bare["light"], *(part["light"] for part in bare["projects"])} == {None}
