"""An older filled workbook goes over into the current template; nothing is lost silently."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from tests import kit
from xltool.campaign.exchange.migrate import migrate
from xltool.form import Form, Key, form_by_id, library, load_form
from xltool.form.layout.issues import Issues
from xltool.read import read
from xltool.read.returned.anchored import read_anchored

VALUES: dict[str, object] = {
    "填表人": "张三",
    "离退休人数": 3,
    "其他需要说明的情况": "无",
    "资金总额年初预算数": 24,
    "执行率自评得分": 8,
    "三级指标/3": "培训人次",
    "实际完成值/3": "≥3",
    "采购货物支出": "24万元",
}


def newer(tmp_path: Path) -> Form:
    """The next version: one field gone, one added above another, one block of indicators smaller."""
    folder = library() / kit.FORM_ID
    text = (folder / "form.yaml").read_text(encoding="utf-8").replace('version: "1.0"', 'version: "1.1"')
    changed = text.replace(
        "          - {id: other, name: 其他需要说明的情况, type: long, lines: 3}\n",
        "",
    ).replace(
        "          - {id: filler, name: 填表人, required: true}\n",
        "          - {id: fax, name: 传真}\n          - {id: filler, name: 填表人, required: true}\n",
    )
    path = tmp_path / "form.yaml"
    unread = "    - {id: other, headings: [其他需要说明的情况, 其他需要说明的问题], field: 其他需要说明的情况}\n"
    unsaid = "    - {id: other, before: signature, heading: 六、其他需要说明的情况, texts: [其他需要说明的情况]}\n"
    assert unread in changed
    assert unsaid in changed
    changed = changed.replace(unread, "").replace(unsaid, "").replace("“其他需要说明的情况”", "说明")
    path.write_text(changed, encoding="utf-8")
    return load_form(path)


def test_an_older_return_moves_into_the_new_version(tmp_path: Path) -> None:
    old = form_by_id(kit.FORM_ID)
    data = kit.workbook(old, kit.issue(old), dict(kit.keyed(old, VALUES)))
    form = newer(tmp_path)
    result = migrate(*read_anchored(data), lambda _: form)
    assert [(cell.key.id, cell.address.sheet, cell.value) for cell in result.left] == [("other", "绩效与问题", "无")]
    assert result.moved == 8  # the seven others, and the project's name that the bureau prefilled

    seen = read(result.workbook, lambda _: form)
    assert seen.findings == ()
    assert seen.filled is not None
    typed = {
        name: seen.filled.reading(key).typed
        for name, key in zip(VALUES, kit.keyed(old, VALUES), strict=True)
        if name != "其他需要说明的情况"
    }
    assert typed == {name: str(value) for name, value in VALUES.items() if name in typed}
    assert seen.filled.reading(Key(0, "filler")).address is not None
    assert seen.filled.reading(Key(0, "fax")).typed == ""


def test_the_campaign_s_own_shape_wins(tmp_path: Path) -> None:
    old = form_by_id(kit.FORM_ID)
    data = kit.workbook(old, kit.issue(old), dict(kit.keyed(old, VALUES)))
    form = newer(tmp_path)
    issued = kit.issue(form, projects=2)
    result = migrate(*read_anchored(data), lambda _: form, Issues.of(issued))
    seen = read(result.workbook, lambda _: form, Issues.of(issued))
    assert seen.identity is not None
    assert seen.identity.issue_id == issued.issue_id
    assert seen.layout is not None
    assert len(seen.layout.issue.projects) == 2


def test_rows_and_projects_are_found_by_what_they_are_not_by_their_number() -> None:
    """The bureau has approved indicators since and put another project first: entries follow block and project code."""
    form = form_by_id(kit.FORM_ID)
    old = kit.issue(form, projects=1)
    values: dict[str, object] = {
        "实际完成值/3": "96",  # 质量指标, its first row
        "实际完成值/4": "97",  # 质量指标, its second row: gone now
        "实际完成值/17": "99",  # 服务对象满意度指标
        "三级指标/17": "群众满意度",  # locked now
        "预期目标": "完成全年任务",
    }
    data = kit.workbook(form, old, dict(kit.keyed(form, values)))
    approved = tuple(
        kit.row(
            项目编码="P1", 一级指标=level1, 二级指标=level2, 三级指标=name, 性质="≥", 指标值="90", 单位="%", 分值="30"
        )
        for level1, level2, name in (
            ("产出指标", "质量指标", "合格率"),
            ("满意度指标", "服务对象满意度指标", "满意度"),
        )
    )
    issued = kit.issue(form, 1, approved)
    result = migrate(*read_anchored(data), lambda _: form, Issues.of(issued))
    seen = read(result.workbook, lambda _: form, Issues.of(issued))
    assert seen.filled is not None
    actual = form.field("实际完成值").id
    blocks = [row.level2 for row in issued.rows(1, "indicators")]
    assert (blocks.count("质量指标"), blocks.count("服务对象满意度指标")) == (1, 1)
    place = {block: number for number, block in enumerate(blocks, start=1)}
    typed = [seen.filled.reading(Key(1, actual, place[block])).typed for block in ("质量指标", "服务对象满意度指标")]
    assert typed == ["96", "99"]
    assert {(cell.address.a1, str(cell.value)) for cell in result.left} == {("I25", "97"), ("D38", "群众满意度")}


def test_last_year_s_return_does_not_overwrite_what_this_year_is_prefilled_with() -> None:
    """The bureau's figures of this year stay; what the old file said there is listed, if it is something else."""
    form = form_by_id(kit.FORM_ID)
    old, now = kit.issue(form), kit.issue(form)
    opening, name = Key(1, "funds.total.opening"), Key(1, "project_name")
    now = replace(now, year=2023, prefill=MappingProxyType({opening: Decimal(30), name: "项目1"}), locked=frozenset())
    data = kit.workbook(
        form, old, dict(kit.keyed(form, {"资金总额年初预算数": 24, "填表人": "张三", "项目名称": "项目1"}))
    )
    result = migrate(*read_anchored(data), lambda _: form, Issues.of(now))
    assert [(cell.key, cell.value) for cell in result.left] == [(opening, 24)]
    seen = read(result.workbook, lambda _: form)
    assert seen.filled is not None
    assert (seen.filled.reading(opening).value, seen.filled.reading(Key(0, "filler")).typed) == (Decimal(30), "张三")
