"""Nobody is told that something is wrong before anything was typed: what is still to be filled in is said neutrally.

Computed by LibreOffice from workbooks as they are issued, with approved indicators and budgets and without.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit
from tests.kit import row
from tests.office import convert, needs_office
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.findings import Severity
from xltool.form import Form, Issue, Key, Value, form_by_id, form_ids
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.places import of_rule
from xltool.form.layout.workbook_layout import CHECKS, Role, column_letters
from xltool.generate import generate

YEAR = 2023
APPROVED = (
    ("数量指标", "培训教师人数", "≥", "500", "人"),
    ("质量指标", "培训合格率", "≥", "95", "%"),
    ("时效指标", "培训完成时间", "时限", f"{YEAR}-12-31", ""),
    ("成本指标", "人均培训成本", "≤", "1200", "元"),
    ("社会效益指标", "教学能力提升", "定性", "提升", ""),
    ("服务对象满意度指标", "教师满意度", "≥", "90", "%"),
)


def shape(form: Form, approved: bool, known: tuple[str, ...] = ("年初预算数", "全年预算数")) -> Issue:
    """A department with one project: some budgets known, and six indicators approved or none."""
    department = row(部门编码="101001", 部门名称="县教育局")
    budgets = {name: {"年初预算数": "100", "全年预算数": "120"}[name] for name in known}
    project = row(
        部门编码="101001", 项目编码="P1", 项目名称="教师培训", 主管部门="县教育局", 实施单位="进修学校", **budgets
    )
    names = ("二级指标", "三级指标", "性质", "指标值", "单位")
    indicators = [row(部门编码="101001", 项目编码="P1", **dict(zip(names, line, strict=True))) for line in APPROVED]
    roster = Roster((department,), (project,), tuple(indicators) if approved else ())
    return issue_for(form, roster, department, YEAR)


@needs_office
@pytest.mark.office
def test_an_untouched_template_is_calm(tmp_path: Path) -> None:
    """No ✘, no red cell, no grade; the cover counts nothing to correct. For every form."""
    made = {f"{ident}-{approved}": (ident, approved) for ident in form_ids() for approved in (True, False)}
    for name, (ident, approved) in made.items():
        form = form_by_id(ident)
        (tmp_path / f"{name}.xlsx").write_bytes(generate(form, shape(form, approved)))
    alarms: dict[str, list[str]] = {}
    for path in convert([tmp_path / f"{name}.xlsx" for name in made], tmp_path / "recalculated"):
        ident, approved = made[path.stem]
        form = form_by_id(ident)
        book = openpyxl.load_workbook(path, data_only=True)
        crosses = [
            f"{sheet.title}!{cell.coordinate}"
            for sheet in book
            if sheet.sheet_state == "visible"
            for line in sheet.iter_rows()
            for cell in line
            if isinstance(cell.value, str) and (cell.value.startswith("✘") or "须改 " in cell.value)
        ]
        red = []
        layout = layouts.build(form, shape(form, approved))
        for source in layout.inputs:
            sheet = book[source.title]
            for box in source.boxes:
                marks = str(sheet.cell(box.row + 1, source.hint_col + 2).value or "")
                value = sheet.cell(box.row + 1, box.col + 1).value
                if box.role is not Role.HINT and f"|{column_letters(box.col)}|" in marks and value not in (None, ""):
                    red.append(f"{source.title}!{column_letters(box.col)}{box.row + 1}")
        states = {str(line[4].value) for line in book[CHECKS].iter_rows(min_row=4)}
        grades = [
            f"{printed.title}!{cell.coordinate}"
            for printed in layout.prints
            for line in book[printed.title].iter_rows(max_col=len(printed.source.widths))
            for cell in line
            if cell.value in ("优", "良", "中", "差")
        ]
        alarms[path.stem] = [*crosses, *red, *grades, *sorted(states - {"✔", "待填", "—", "None"})]
    assert alarms == {name: [] for name in made}


@pytest.mark.parametrize("ident", form_ids())
@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("known", [("年初预算数", "全年预算数"), ("年初预算数",)])
def test_the_bureau_s_side_agrees(ident: str, approved: bool, known: tuple[str, ...]) -> None:
    """What is broken in an untouched template only says that something is still to be filled in."""
    form = form_by_id(ident)
    made = shape(form, approved, known)
    evaluation = Evaluation(form, from_values(form, made, {}))
    broken = {r.rule.code for r in form.rules for place in of_rule(form, r, made) if evaluation.fails(r, place)}
    still_open = {r.rule.code for r in form.rules if r.rule.open}
    assert broken - still_open == set()
    assert "BT01" in broken
    assert all(r.rule.severity is Severity.CORRECT for r in form.rules if r.rule.open)


@pytest.mark.parametrize("ident", form_ids())
def test_nobody_sees_a_low_total_or_grade_half_way(ident: str) -> None:
    """A right return typed cell by cell: no total and no grade lower than the one that comes out."""
    form = form_by_id(ident)
    made, scoring = kit.issue(form), form.spec.scoring
    layout, right = layouts.build(form, made), clean.values(form, made)
    names = [scoring.stated, form.spec.official.grade, *([scoring.overall.stated] if scoring.overall else [])]
    keys = [Key(int(form.fields[form.ids[name]].per_project), form.ids[name]) for name in names]

    def shown(count: int) -> list[Value]:
        evaluation = Evaluation(form, from_values(form, made, {key: right[key] for key in order[:count]}))
        return [evaluation.value(key) for key in keys]

    order = [key for key in layout.cells if key in right]
    complete = shown(len(order))
    assert "" not in complete
    seen = [zip(shown(count), complete, strict=True) for count in range(len(order))]
    assert [pair for pairs in seen for pair in pairs if pair[0] != "" and _lower(*pair)] == []


def _lower(early: Value, late: Value) -> bool:
    """By a point: where the rows share the points, each further row changes the others a little."""
    return early < late - 1 if isinstance(early, Decimal) and isinstance(late, Decimal) else early != late


def test_one_figure_typed_beside_the_budgets_asks_for_the_sources() -> None:
    """Total budgets without sources: quiet while nothing is typed, 须改 as soon as the executed amount stands there."""
    form = form_by_id(kit.FORM_ID)
    quiet = kit.evaluation(form, {"资金总额年初预算数": 100, "资金总额全年预算数": 120})
    typed = kit.evaluation(form, {"资金总额年初预算数": 100, "资金总额全年预算数": 120, "资金总额全年执行数": 90})

    def broken(evaluation: Evaluation) -> list[str]:
        rules = [rule for rule in form.rules if rule.rule.code in ("ZJ01", "ZJ02")]
        made = evaluation.filled.issue
        return [
            rule.rule.code for rule in rules for place in of_rule(form, rule, made) if evaluation.fails(rule, place)
        ]

    assert (broken(quiet), broken(typed)) == ([], ["ZJ01", "ZJ02"])


@pytest.mark.parametrize("ident", form_ids())
def test_no_year_stands_in_a_text(ident: str) -> None:
    """Examples of dates follow the campaign; the form's definition names no year of its own."""
    form = form_by_id(ident)
    texts = [*form.spec.instructions, *(item.text for item in form.spec.reminders)]
    texts += [text for rule in form.spec.rules for text in (rule.say, rule.do)]
    texts += [info.field.prompt for info in form.fields.values()]
    assert [text for text in texts if re.search(r"20[0-9]{2}[-年./]", text)] == []


def test_dates_of_examples_are_of_the_campaign_s_year(tmp_path: Path) -> None:
    form = form_by_id(kit.FORM_ID)
    path = tmp_path / "a.xlsx"
    path.write_bytes(generate(form, shape(form, True)))
    book = openpyxl.load_workbook(path)
    said = [str(cell.value) for line in book["填报说明"].iter_rows() for cell in line if cell.value]
    said += [check.prompt for sheet in book for check in sheet.data_validations.dataValidation if check.prompt]
    said += [str(line[7].value) for line in book[CHECKS].iter_rows(min_row=4)]
    years = sorted({year for text in said for year in re.findall(r"(20[0-9]{2})-[0-9]{2}-[0-9]{2}", text)})
    assert years == [str(YEAR), str(YEAR + 1)]


def test_a_quotient_prints_as_a_percentage_with_two_decimals() -> None:
    """30 of 31 typed as a formula: 96.77%, not 96.7741935483871%; what was typed short stays as typed."""
    form = form_by_id(kit.FORM_ID)
    row = {"三级指标/1": "培训合格率", "性质/1": "≥", "指标值/1": "95", "单位/1": "%"}

    def shown(actual: str) -> object:
        evaluation = kit.evaluation(form, {**row, "实际完成值/1": actual})
        key = next(key for key in kit.keyed(form, {"完成文本/1": "x"}))
        return evaluation.value(key)

    assert [shown("96.7741935483871"), shown("99.999"), shown("95.5")] == ["96.77%", "99.999%", "95.5%"]
    assert Decimal("96.77") == round(Decimal(30) / 31 * 100, 2)


COST_IS_A_BLOCK = {"national-cost-2021"}
"""There 成本指标 is a 一级指标 with points of its own: the bureau has not decided on it, and the rows for it are free."""


@pytest.mark.parametrize("ident", form_ids())
def test_a_block_the_bureau_left_out_is_not_asked_for(ident: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Approved indicators without any of 成本: nobody has to fill in one, and the rows for it stay free."""
    monkeypatch.setattr(f"{__name__}.APPROVED", tuple(line for line in APPROVED if line[0] != "成本指标"))
    form = form_by_id(ident)
    made = shape(form, approved=True)
    table = next(iter(form.tables))
    evaluation = Evaluation(form, from_values(form, made, {}))
    (rule,) = (rule for rule in form.rules if rule.rule.code == "QZ06")
    asked = [
        made.rows(1, table)[place.first - 1] for place in of_rule(form, rule, made) if evaluation.fails(rule, place)
    ]
    assert {row.level1 for row in asked} == ({"成本指标"} if ident in COST_IS_A_BLOCK else set())
    assert not any(row.approved for row in asked)
    assert any("成本" in row.level2 and not row.approved for row in made.rows(1, table))
