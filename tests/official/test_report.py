"""Our own report, written as Word and read like anybody's: the same figures and texts come back, with no word of doubt."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import clean, kit
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import Form, Key, form_by_id, form_ids
from xltool.form.compiled.form import FieldInfo
from xltool.form.definition.paper import to_fill
from xltool.read.official import Official, Recognised, recognise
from xltool.read.tables.grid import Paragraph
from xltool.read.tables.open import open_document
from xltool.report.documents.official_table import Paper
from xltool.report.documents.report import write_report
from xltool.report.documents.report_template import report_template


def filled(ident: str, changes: dict[str, object]) -> Evaluation:
    form = form_by_id(ident)
    made = kit.issue(form)
    return Evaluation(form, from_values(form, made, clean.values(form, made, changes)))


def written(before: Evaluation, missing: frozenset[Key] = frozenset(), public: bool = False) -> bytes:
    return write_report(report_template(before.form), "自评报告.docx", Paper(before, missing), public=public)


def read(data: bytes, form: Form) -> Recognised:
    found = recognise(open_document(data, "报告.docx"), [form], Official((str(form.id),)), "报告.docx")
    assert found is not None
    return found


def shown(value: object, info: FieldInfo) -> object:
    if isinstance(value, Decimal):
        return round(value, 4 if info.field.unit == "%" else 2)
    return "" if value in ("—", "无") else str(value).rstrip("。")  # the last one is the sentence's


def differences(before: Evaluation, found: Recognised) -> list[tuple[str, object, object]]:
    """What a department fills in on the report's pages and reads otherwise, outside the table of indicators."""
    form = before.form
    after = Evaluation(form, found.filled)
    told = {key.id for key in found.places.cells} | found.places.told
    wrong = []
    for ident, info in form.fields.items():
        if info.table or not info.field.is_input or ident not in told:
            continue
        key = Key(int(info.per_project), ident)
        ours, theirs = shown(before.value(key), info), shown(after.value(key), info)
        if ours != theirs:
            wrong.append((str(info.field.name), ours, theirs))
    return wrong


@pytest.mark.parametrize("ident", form_ids())
def test_a_report_reads_as_what_it_was_written_from(ident: str) -> None:
    before = filled(ident, {})
    found = read(written(before), before.form)
    assert differences(before, found) == []
    after = Evaluation(before.form, found.filled)
    rows = [
        [e.value(Key(1, e.form.ids[name], row)) for name in ("三级指标", "实际数", "自评得分", "测算系数")]
        for e in (before, after)
        for row in range(1, len(e.filled.issue.rows(1, "indicators")) + 1)
        if e.value(Key(1, e.form.ids["三级指标"], row))
    ]
    half = len(rows) // 2
    assert half > 5
    assert rows[:half] == rows[half:]
    codes = [finding.code for finding in found.findings]
    assert codes[0] == "ZS01"
    # Fields of nobody: the line of the year, and the sums of points beside the blocks of 整体自评表.
    assert set(codes[1:]) <= {"ZS02"}
    unplaced = [text for f in found.findings for text in re.findall("“(.*?)”", f.message) if f.code == "ZS02"]
    assert set(unplaced) <= {"(2022年度)", "10", "20", "22", "30", "40", "60"}


DEPARTMENT = ("年初预算收入", "决算总收入", "基本支出决算数", "年中追加收入", "三公经费预算数", "公务用车购置费预算数",
              "公务用车运行费决算数", "公务接待费决算数", "采购工程支出", "资产总额", "净资产")  # fmt: skip
money = st.decimals(min_value=0, max_value=999999, places=2).map(str)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(dict.fromkeys(DEPARTMENT, money)),
    st.sampled_from(["hunan-2022", "hunan-department-2022"]),
)
def test_any_figures_come_back(changes: dict[str, str], ident: str) -> None:
    before = filled(ident, dict(changes))
    assert differences(before, read(written(before), before.form)) == []


def test_digits_beyond_cents_are_kept() -> None:
    before = filled("hunan-2022", {"决算总收入": "446.9512", "资产总额": "318.605"})
    after = Evaluation(before.form, read(written(before), before.form).filled)
    assert [str(after.value(Key(0, before.form.ids[name]))) for name in ("决算总收入", "资产总额")] == [
        "446.9512",
        "318.605",
    ]


def words(data: bytes) -> str:
    return "\n".join(
        item.text if isinstance(item, Paragraph) else "\n".join(cell.text for cell in item.cells)
        for item in open_document(data, "报告.docx").items
    )


def test_what_is_missing_is_named_and_highlighted_and_is_nothing_when_read() -> None:
    form = form_by_id("hunan-2022")
    before = filled(
        "hunan-2022",
        {"在职人数": "", "职能职责": "", "资产总额": "", "资金总额全年预算数": "", "其他需要说明的情况": ""},
    )
    owed = Key(1, form.ids["资金总额全年预算数"])
    data = written(before, frozenset((owed, Key(0, form.ids["资产总额"]))))
    text = words(data)
    assert f"在职人数{to_fill('在职人数')}人" in text
    assert text.count(to_fill("资产总额")) == 1
    assert text.count(to_fill("")) == 5  # 资产总额 in its table, 全年预算数 and 执行率 in both tables
    assert "其他需要说明的情况\n无" in text
    assert highlighted(data) == text.count("〔待补")
    found = read(data, form)
    assert owed not in {key for key, reading in found.filled.readings.items() if reading.value != ""}
    assert Key(0, form.ids["职能职责"]) not in found.filled.readings
    assert differences(before, found) == []


def highlighted(data: bytes) -> int:
    import io

    import docx

    runs = docx.Document(io.BytesIO(data)).element.body.iter(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}r"
    )
    marked = [run for run in runs if run.rPr is not None and run.rPr.highlight_val is not None]
    assert all(run.text.startswith("〔待补") and run.text.endswith("〕") for run in marked)
    return len(marked)


def test_the_public_version_leaves_out_what_is_internal() -> None:
    typed: dict[str, object] = {
        "联系电话": "0734-5810021",
        "填表人": "李梅花",
        "单位负责人": "周国强",
        "填报日期": "2023-03-15",
    }
    before = filled("hunan-department-2022", typed)
    own, public = words(written(before)), words(written(before, public=True))
    for internal in ("0734-5810021", "李梅花"):
        assert internal in own
        assert internal not in public
    room = "　" * 5
    line = f"填表人：李梅花{room}单位负责人（签字）：周国强{room}单位"
    assert len(re.findall(f"{line}（?盖章）?：{'　' * 8}2023-03-15", own)) == 2
    before = filled("review-2022", {"复核意见": "满意度没有问卷，扣 2 分。", "复核得分/1": "3"})
    own, public = words(written(before)), words(written(before, public=True))
    assert "满意度没有问卷，扣 2 分。" in own
    assert "满意度没有问卷" not in public
    assert "复核意见" not in public
