"""Fill in, print, read: for every form the same fields come back, as Word, web page and workbook."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import clean, kit
from tests.official import paper, printed
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import Form, Key, form_by_id, form_ids
from xltool.form.compiled.form import FieldInfo
from xltool.read.official import Official, OfficialPlaces, recognise
from xltool.read.tables.open import open_document

NATURE = "性质"


def evaluation(ident: str, changes: dict[str, object]) -> Evaluation:
    form = form_by_id(ident)
    made = kit.issue(form)
    return Evaluation(form, from_values(form, made, clean.values(form, made, changes)))


def read_back(before: Evaluation, kind: str) -> tuple[Evaluation, OfficialPlaces]:
    data = paper.WRITERS[kind]([], printed.tables(before))
    form = before.form
    found = recognise(open_document(data, f"自评表.{kind}"), [form], Official((str(form.id),)))
    assert found is not None
    return Evaluation(form, found.filled), found.places


def compare(before: Evaluation, kind: str) -> None:
    after, places = read_back(before, kind)
    form = before.form
    wrong = []
    for key in places.cells:
        info = form.fields[key.id]
        if not key.row and info.field.is_input:
            ours, theirs = shown(before.value(key), info), shown(after.value(key), info)
            if ours != theirs:
                wrong.append((info.field.name, ours, theirs))
    columns = [form.ids[name] for name in ("有效性质", "指标数", "实际数", "一级指标", "二级指标")]
    if not form.fields[form.ids["分值"]].field.assumed:  # else the points rest on a weight nobody wrote
        columns.append(form.ids["系统测算得分"])
    columns += sorted({key.id for key in places.cells if key.row and form.fields[key.id].field.name != NATURE})
    ours_rows, their_rows = filled(before), filled(after)
    assert len(ours_rows) == len(their_rows)
    for ours_row, their_row in zip(ours_rows, their_rows, strict=True):
        for ident in columns:
            info = form.fields[ident]
            ours = shown(before.value(Key(1, ident, ours_row)), info)
            theirs = shown(after.value(Key(1, ident, their_row)), info)
            if ours != theirs:
                wrong.append((f"{info.field.name}/{ours_row}", ours, theirs))
    assert wrong == []
    lost = printed_inputs(form) - {key.id for key in places.cells}
    # Of a sheet, a row of which nothing is filled in is no row at all.
    assert all(kind == "xlsx" and before.value(Key(int(form.fields[i].per_project), i)) == "" for i in lost)


def filled(evaluation: Evaluation) -> list[int]:
    """The rows with an indicator, in order: a sheet does not mention blank rows."""
    name = evaluation.form.ids["三级指标"]
    count = len(evaluation.filled.issue.rows(1, "indicators"))
    return [row for row in range(1, count + 1) if evaluation.value(Key(1, name, row)) != ""]


def shown(value: object, info: FieldInfo) -> object:
    if isinstance(value, Decimal):
        return round(value, 4 if info.field.unit == "%" else 2)
    return "" if value == "—" else value


def printed_inputs(form: Form) -> set[str]:
    """What a department fills in and the official form shows."""
    from xltool.read.official.plan import plan_of

    plan = plan_of(form)
    pieces = [piece for p in plan.prints for slot in (*p.slots, *p.table) for piece in slot.pieces]
    typed = {piece.field for piece in pieces if piece.field and form.fields[piece.field].field.is_input}
    return typed - {ident for ident in typed if form.fields[ident].field.type in ("level1", "level2")}


@pytest.mark.parametrize("kind", paper.WRITERS)
@pytest.mark.parametrize("ident", form_ids())
def test_clean_fill(ident: str, kind: str) -> None:
    compare(evaluation(ident, {}), kind)


money = st.decimals(min_value=0, max_value=99999, places=2).map(str)
count = st.integers(min_value=0, max_value=5000).map(str)
target = st.one_of(
    st.tuples(
        st.sampled_from(["≥", "≤", "="]), count, st.sampled_from(["个", "次", "人次", "万元", "场", "公里", "%", ""])
    ),
    st.tuples(st.just("定性"), st.sampled_from(["显著提升", "达标", "应保尽保", "逐步完善"]), st.just("")),
    st.tuples(st.just("区间"), st.sampled_from(["3-5", "10-20"]), st.sampled_from(["次", "天"])),
    st.tuples(st.just("时限"), st.sampled_from(["2022-11-30", "2022年12月底前"]), st.just("")),
)
actual = st.one_of(count, st.sampled_from(["达成", "部分达成", "未达成", "2022-11-20", ""]))
text = st.text(alphabet="一二三乡镇道路完成建设了、，。0123%（）", min_size=1, max_size=40).map(str.strip).filter(bool)


@st.composite
def changes(draw: st.DrawFn, rows: int) -> dict[str, object]:
    result: dict[str, object] = {
        name: draw(money)
        for name in ("资金总额全年预算数", "资金总额全年执行数", "财政拨款全年执行数", "其他资金全年预算数")
    }
    result |= {"预期目标": draw(text), "目标完成情况": draw(text)}
    for row in draw(st.sets(st.integers(min_value=1, max_value=rows), max_size=6)):
        nature, value, unit = draw(target)
        result |= {
            f"三级指标/{row}": f"指标{row}", f"性质/{row}": nature, f"指标值/{row}": value, f"单位/{row}": unit,
            f"实际完成值/{row}": draw(actual), f"自评得分/{row}": draw(count), f"偏差原因及改进措施/{row}": draw(text),
        }  # fmt: skip
    return result


@pytest.mark.parametrize("ident", form_ids())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), kind=st.sampled_from(sorted(paper.WRITERS)))
def test_any_fill(ident: str, kind: str, data: st.DataObject) -> None:
    rows = len(kit.issue(form_by_id(ident)).rows(1, "indicators"))
    compare(evaluation(ident, data.draw(changes(rows))), kind)
