"""Broken definitions: one mistake per file of ``broken/``; its first line says what its author is told.

``# 第 5 行：…`` names the line, ``# 有一行：…`` where the place is in the form it extends.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
