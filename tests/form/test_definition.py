"""Broken definitions: one mistake per file of ``broken/``; its first line says what its author is told.

``# 第 5 行：…`` names the line, ``# 有一行：…`` where the place is in the form it extends.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from xltool.campaign.exchange.platform import read_platform
from xltool.form import DefinitionError, library, load_form

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_definition_says_where_and_what(path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    expected = re.match(r"# (?:第 (\d+) 行|有一行)：(.+)", first)
    assert expected, first
    line, message = expected.groups()
    with pytest.raises(DefinitionError) as caught:
        load_form(path)
    told = [problem for problem in caught.value.problems if message in problem.message]
    assert told, caught.value.problems
    if line:
        assert (told[0].file, told[0].line) == (path.name, int(line))


def test_a_mistake_in_the_base_names_the_base(tmp_path: Path) -> None:
    base = (library() / "_project" / "form.yaml").read_text(encoding="utf-8")
    for folder, text in (
        ("base", base.replace("value: 1.3,", "value: 三成,", 1)),
        ("own", 'form: own\nextends: base\nversion: "1"\n'),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "form.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_form(tmp_path / "own" / "form.yaml")
    line = base[: base.index("value: 1.3,")].count("\n") + 1
    assert [str(problem) for problem in caught.value.problems] == [
        f"base/form.yaml 第 {line} 行：value 应当是数，现在是“三成”"
    ]


def test_forms_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for folder, base in (("one", "two"), ("two", "one")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "form.yaml").write_text(f"form: {folder}\nextends: {base}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="互相引用成了圈"):
        load_form(tmp_path / "one" / "form.yaml")


def test_the_library_form_is_sound_and_immutable() -> None:
    form = load_form(library() / "hunan-2022" / "form.yaml")
    assert form.spec.full_marks == 100
    with pytest.raises(AttributeError):
        form.spec.title = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        form.fields["x"] = None  # type: ignore[index]


def test_a_countys_own_form_is_a_few_lines_of_yaml(tmp_path: Path) -> None:
    """The next year's or another county's form: no Python, and what is not written stays as it was."""
    (tmp_path / "form.yaml").write_text(
        """
form: mine-2024
extends: national-2020
version: "1.0"
title: 项目支出绩效自评表
parameters:
  - {id: execution_steps, override: true, value: 1, source: 某县〔2024〕1号 执行率分档得分}
rules:
  - {code: QZ05, remove: true}
""",
        encoding="utf-8",
    )
    form, base = load_form(tmp_path / "form.yaml"), load_form(library() / "national-2020" / "form.yaml")
    assert form.id == "mine-2024"
    assert {rule.rule.code for rule in base.rules} - {rule.rule.code for rule in form.rules} == {"QZ05"}
    changed = [p.name for p, q in zip(form.spec.parameters, base.spec.parameters, strict=True) if p != q]
    assert changed == ["执行率分档"]


def test_a_new_kind_of_indicator_is_data(tmp_path: Path) -> None:
    """Another 二级指标 with its own word for filing: in the workbook, the roster's check, the platform's import."""
    (tmp_path / "form.yaml").write_text(
        """
form: mine-2025
extends: national-2020
version: "1.0"
lists:
  数字用语: {words: [数字化, 上线], source: 某县〔2025〕1号 数字化指标}
sheets:
  - id: project
    override: true
    blocks:
      - table: indicators
        override: true
        levels:
          - name: 产出指标
            points: 产出分值
            groups: [{name: 数量指标}, {name: 质量指标}, {name: 时效指标}, {name: 成本指标}, {name: 数字化指标, required: false}]
          - name: 效益指标
            points: 效益分值
            groups: [{name: 社会效益指标}]
          - name: 满意度指标
            points: 满意度分值
            groups: [{name: 服务对象满意度指标}]
rules:
  - code: SZ01
    name: 数字化指标归类
    on: indicators
    when: CONTAINS(三级指标, 数字用语)
    expect: 二级指标 = "数字化指标"
    at: 三级指标
    severity: 提示
    say: “{三级指标}”说的是数字化，放在了{二级指标}。
    do: 请移到数字化指标。
    source: 某县〔2025〕1号
""",
        encoding="utf-8",
    )
    form = load_form(tmp_path / "form.yaml")
    made = kit.issue(form)
    rows = [row.level2 for row in made.rows(1, "indicators")]
    assert "数字化指标" in rows
    values = kit.keyed(form, {"三级指标/1": "系统上线率", f"三级指标/{rows.index('数字化指标') + 1}": "业务数字化率"})
    outcome = kit.examined(kit.workbook(form, made, values), form=form)
    assert [f"{finding.code} {finding.message}" for finding in outcome.findings if finding.code == "SZ01"] == [
        "SZ01 “系统上线率”说的是数字化，放在了数量指标。"
    ]
    book = openpyxl.load_workbook(BytesIO(kit.workbook(form, made, values)), data_only=True)
    assert any(cell.value == "数字化指标" for line in book["自评表1"].iter_rows() for cell in line)
    path = tmp_path / "平台.xlsx"
    table = openpyxl.Workbook()
    sheet = table.active
    assert sheet is not None
    sheet.append(["项目编码", "一级名称", "二级名称", "三级名称", "计算符号", "指标值", "计量单位", "分值"])
    sheet.append(["P1", "产出", "数字化", "业务数字化率", "≥", "90", "%", "10"])
    table.save(path)
    assert [row["二级指标"] for row in read_platform(path, form).rows] == ["数字化指标"]
