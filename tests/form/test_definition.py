"""Broken definitions: one mistake each, and the message its author gets (line and text)."""

from __future__ import annotations

from pathlib import Path

import pytest

from xltool.form import DefinitionError, library, load_form

FORM = library() / "hunan-2022" / "form.yaml"

BROKEN = [
    (
        "不认识的键",
        "full_marks: 100\n",
        "full_marks: 100\nful_marks: 100\n",
        "不认识的键“ful_marks”，是否要写“full_marks”",
    ),
    ("重复的键", "full_marks: 100\n", "full_marks: 100\nfull_marks: 100\n", "键“full_marks”重复"),
    ("没加引号的版本", 'version: "1.0"\n', "version: 1.0\n", 'version 是文字，请加引号："1.0"'),
    ("没加引号的是否", "region: 湖南省（县级）\n", "region: true\n", 'region 是文字，请加引号："true"'),
    ("缺少必需的键", "title: 预算支出绩效自评表\n", "", "缺少键“title”"),
    (
        "未定义的名称",
        "expect: 编制总数 = 行政编制数 + 事业编制数",
        "expect: 编制总数 = 行政编制数 + 事业编制",
        "事业编制",
    ),
    ("数与文字比较", "expect: 在职人数 <= 编制总数", "expect: 在职人数 <= 填表人", "规则 RY02"),
    ("权重加不起来", "name: 产出分值, value: 50", "name: 产出分值, value: 40", "分值合计是 90，应当是 100"),
    ("编号重复", "  - code: RY02\n", "  - code: RY01\n", "规则编号 RY01 重复"),
    ("标记的格子不存在", "    at: 净资产\n", "    at: 净资产值\n", "at 里的“净资产值”不是本表的栏目"),
    (
        "级别写错",
        "    severity: 须改\n    say: 决算数合计",
        "    severity: 错误\n    say: 决算数合计",
        "severity 只能是 退回、须改、提示，现在是“错误”",
    ),
    (
        "单位没有定义",
        "unit: 万元, required: true}\n          - {id: budget_general",
        "unit: 亿元, required: true}\n          - {id: budget_general",
        "单位“亿元”没有在 units 里定义",
    ),
    ("清单没有定义", "choices: 等次", "choices: 等级", "清单“等级”没有在 lists 里定义"),
    ("公式成圈", "compute: ROUND(分值*测算系数, 2)'", "compute: ROUND(自评得分*测算系数, 2)'", "公式互相引用成了圈"),
    ("公式写不完", "expect: 净资产 = 资产总额 - 负债总额", "expect: 净资产 = (资产总额 - 负债总额", "规则 ZC01"),
    ("on 写错", "    on: indicators.level1\n", "    on: indicators.level3\n", "on 不认识“indicators.level3”"),
    ("数写成文字", "value: 1.3, source", "value: 三成, source", "value 应当是数，现在是“三成”"),
    ("YAML 缩进", "full_marks: 100\n", "full_marks: 100\n   x: 1\n", "不是有效的 YAML"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN, ids=[case[0] for case in BROKEN])
def test_broken_definition_says_where_and_what(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    text = FORM.read_text(encoding="utf-8")
    old = old.replace("compute: ROUND", "compute: 'ROUND")
    new = new.replace("compute: ROUND", "compute: 'ROUND")
    assert old in text, name
    path = tmp_path / "form.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(DefinitionError) as caught:
        load_form(path)
    told = [problem for problem in caught.value.problems if message in problem.message]
    assert told, str(caught.value)
    assert told[0].file == "form.yaml"
    assert abs(told[0].line - line) <= 12, f"{told[0]} — the mistake is at line {line}"


def test_the_library_form_is_sound_and_immutable() -> None:
    form = load_form(FORM)
    assert form.spec.full_marks == 100
    with pytest.raises(AttributeError):
        form.spec.title = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        form.fields["x"] = None  # type: ignore[index]
