"""The 2022 report of one department as it lay on the web: every mistake in table and prose, nothing that is right.

The copy keeps every figure, sentence with figures and the table's dump as they are; long descriptions are shortened.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.findings import Finding
from xltool.form import form_by_id, form_ids
from xltool.read.official import Official, Recognised, recognise
from xltool.read.tables.open import open_document

REPORT = (Path(__file__).parent / "data" / "hengshan-2022.txt").read_text("utf-8")

ROWS = range(11, 29)

# 一行一个错处；正文按段里的字指，表按行列指。
PROSE = [
    ("RY05", "9个内设机构"),  # 按顿号分开只有八个名称
    ("RY03", "实有在职人数27人"),  # 27 = 24 + 退休 3
    ("JS03", "2022年决算总收入584.83"),  # 584.83 − 581.42 = 3.41 没有交代
    ("SG01", "经费预算数1.50万元"),  # 0 + 1.0 + 0.31 = 1.31
    ("BT02", "经费决算数1.31元"),
    ("ZC01", "资产总额162.43"),  # 差 8.14
    ("JX02", "严格控制在年初预算内"),
    ("JX01", "无50万元以上的项目"),
]
TABLE = [
    ("BT01", "1.2 2.2 2.4 9.2 9.3"),  # 项目名称、主管部门、实施单位、两个目标空白
    ("ZJ01", "4.3"),  # 24 没有资金来源
    ("ZJ04", "4.4"),  # 全年预算数空白
    ("ZJ06", "4.5 4.3"),  # 280.02 是 24 的 11.67 倍
    ("ZX01", "4.8"),  # 执行率空白，得分 10
    ("ZB04", " ".join(f"{row}.7" for row in ROWS)),  # 分值全空
    ("QZ03", " ".join(f"{row}.9" for row in range(11, 19))),  # 73 对 50
    ("QZ03", " ".join(f"{row}.9" for row in range(19, 27))),  # 73 对 30
    ("QZ03", "27.9 28.9"),  # 20 对 10
    ("DF01", "29.4"),  # 92 对 176
    ("DF11", "16.6 16.9 24.6 24.9"),  # 社会满意度没有完成值，得 7 分
    (
        "DF12",
        " ".join(f"{row}.{col}" for row in (17, 18, 25, 26) for col in (5, 6, 9)),
    ),  # 指标值、完成值都没有，得 7 分
    ("ZB05", "11.6 19.6"),  # ≥3
    ("ZB05", "13.6 21.6 27.6 28.6"),  # ≥99%
    ("ZB11", " ".join(f"{row}.4 {row + 8}.4" for row in range(11, 19))),  # 八个指标写了两遍，合成一条
    ("ZB10", "27.4 28.4"),  # 满意度写了两遍
    *(("ZB07", f"{row}.4") for row in (12, 14, 16, 17, 22, 24, 25)),  # 放错二级指标
]
NOTED = [("WD03", ""), ("ZS01", ""), ("ZS05", " ".join(f"{row}.9" for row in ROWS))]
FIGURES = [
    ("SG01", ("1.50", "1.31", "0.19")), ("BT02", ("1.31元",)), ("ZC01", ("162.43", "154.29", "8.14")),
    ("JS03", ("584.83", "581.42", "3.41")), ("ZJ06", ("24.00", "280.02", "11.67")), ("DF01", ("176", "92")),
    ("JX01", ("50", "280.02")), ("JX02", ("24.00", "280.02")),
]  # fmt: skip


def read(text: str = REPORT, form: str = "") -> Recognised:
    forms = [form_by_id(ident) for ident in ((form,) if form else form_ids())]
    document = open_document(text.encode("utf-8"), "自评报告.txt")
    found = recognise(document, forms, Official(tuple(str(item.id) for item in forms)))
    assert found is not None
    return found


def findings(found: Recognised) -> tuple[Finding, ...]:
    return (*check(found.places, Evaluation(found.places.form, found.filled)), *found.findings)


def short(finding: Finding) -> tuple[str, str]:
    """``27.4`` for 第27行第4列; a paragraph by its number."""
    return finding.code, " ".join(cell.replace("第", "").replace("行", ".").rstrip("列") for cell in finding.cells)


def paragraph(words: str) -> str:
    lines = [line for line in REPORT[: REPORT.index("\n\n\t")].split("\n") if line.strip()]
    (number,) = [number for number, line in enumerate(lines, start=1) if words in line]
    return f"{number}段"


def test_every_mistake_and_nothing_else() -> None:
    """One call without naming the form: the whole list of the published report."""
    found = findings(read())
    expected = [(code, paragraph(words)) for code, words in PROSE] + TABLE + NOTED
    assert sorted(map(short, found)) == sorted(expected)


@pytest.mark.parametrize(("code", "figures"), FIGURES)
def test_figures_as_written(code: str, figures: tuple[str, ...]) -> None:
    said = [finding.message for finding in findings(read()) if finding.code == code]
    assert any(all(figure in message for figure in figures) for message in said)


CLEAN = [
    ("年初预算收入", "306.37"), ("基本支出预算数", "282.37"), ("项目支出预算数", "24"), ("年中追加收入", "278.46"), ("决算总支出", "581.42"),
    ("基本支出占比", "0.5184"), ("项目支出占比", "0.4816"), ("编制总数", "38"), ("行政编制数", "20"), ("事业编制数", "18"),
    ("固定资产原值", "156.83"), ("在用固定资产", "156.83"), ("资产使用率", "1"), ("采购货物支出", "0"), ("公务用车购置费预算数", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), CLEAN)
def test_prose_is_read(name: str, value: str) -> None:
    """What is right in the report was read, not overlooked."""
    found = read()
    readings = {key.id: str(reading.value) for key, reading in found.filled.readings.items()}
    assert readings[found.places.form.ids[name]] == value


BROKEN = [
    ("282.37万元", "283.37万元", {"YS01"}),
    ("较预算增加278.46", "较预算增加287.46", {"JS01"}),
    ("基本支出301.4万元", "基本支出310.4万元", {"JS02"}),
    ("48.16%", "48.61%", {"JS04"}),
    ("编制38个", "编制39个", {"RY01"}),
    ("在用资产156.83", "在用资产146.83", {"ZC02"}),
    ("工程0万元", "工程1.20万元", {"CG01"}),
]


@pytest.mark.parametrize(("old", "new", "codes"), BROKEN)
def test_what_is_right_today_is_looked_at(old: str, new: str, codes: set[str]) -> None:
    """Every clean item of the report, when it is broken, is found: it was checked before, too."""
    assert REPORT.count(old) == 1
    before, after = map(findings, (read(), read(REPORT.replace(old, new))))
    new_ones = {f.code for f in after if f.message not in {b.message for b in before}}
    assert new_ones == codes


def test_missing_sentences_are_no_mistakes() -> None:
    """Without its prose the report has the mistakes of its table and no others."""
    start = REPORT.index("2022年度预算支出绩效自评表")
    found = findings(read("2022年度部门整体支出绩效自评报告\n" + REPORT[start:], "hunan-2022"))
    assert sorted(map(short, found)) == sorted(TABLE + NOTED)
