"""The generated pages in macros_docs are those the forms give today; the author's guide works as written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from xltool.examine.documents import documents
from xltool.form import form_by_id, form_ids, load_form

DOCS = Path(__file__).parents[2] / "macros_docs"


def test_rules_and_dictionaries_are_current() -> None:
    pages = documents([form_by_id(ident) for ident in form_ids()])
    stale = [
        name for name, text in pages.items() if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != text
    ]
    assert stale == [], "xltool form docs macros_docs"
    assert {path.name for path in (DOCS / "forms").glob("*.md")} == {f"{ident}.md" for ident in form_ids()}


def test_the_guides_example_is_a_form(tmp_path: Path) -> None:
    guide = (DOCS / "form-guide.md").read_text("utf-8")
    example = next(re.finditer(r"   ```yaml\n(.+?)   ```", guide, re.DOTALL)).group(1)
    path = tmp_path / "form.yaml"
    path.write_text(re.sub(r"(?m)^   ", "", example), encoding="utf-8")
    assert load_form(path).id == "mycounty-2024"


@pytest.mark.parametrize("ident", form_ids())
def test_every_parameter_the_guide_names_exists(ident: str) -> None:
    names = {str(parameter.name) for parameter in form_by_id(ident).spec.parameters}
    assert {"超额说明线", "执行率说明线", "得分小数位", "优起点", "总分随执行率封顶", "偏低记零线"} <= names


def test_check_and_preview(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(
        'form: mine\nextends: national-2020\nversion: "1"\nparameters:\n  - {id: w_output, override: true, value: 40}\n',
        encoding="utf-8",
    )
    code, _, errors = run(capsys, "form", "check", str(path))
    assert (code, "form.yaml 第 5 行：分值合计是 90，应当是 100" in errors) == (2, True), errors
    path.write_text(
        'form: mine\nextends: national-2020\nversion: "1"\nrules:\n  - {code: QZ05, remove: true}\n', encoding="utf-8"
    )
    code, output, _ = run(capsys, "form", "check", str(path))
    assert (code, "表样没有问题。" in output) == (0, True)
    target = tmp_path / "样表.xlsx"
    code, output, _ = run(capsys, "form", "preview", str(path), "--out", str(target), "--no-open")
    assert (code, target.read_bytes()[:2]) == (0, b"PK")


def test_a_base_is_checked_with_what_is_built_on_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A code that the base takes now may be taken already in a form further on."""
    rule = "  - {code: XX01, name: 甲, on: project, expect: 年初预算数 >= 0, at: 年初预算数, severity: 提示, say: 甲, do: 请改, source: 本县}\n"
    head, tail = 'form: {}\nextends: {}\nversion: "1"\n', "rules:\n" + rule.replace("年初预算数", "资金总额年初预算数")
    files = {name: tmp_path / name / "form.yaml" for name in ("base", "mine")}
    for path in files.values():
        path.parent.mkdir()
    files["base"].write_text(head.format("base", "national-2020"), encoding="utf-8")
    files["mine"].write_text(head.format("mine", "base") + tail, encoding="utf-8")
    assert run(capsys, "form", "check", str(files["base"]))[0] == 0
    assert run(capsys, "form", "check", str(files["mine"]))[0] == 0
    files["base"].write_text(head.format("base", "national-2020") + tail, encoding="utf-8")
    code, _, errors = run(capsys, "form", "check", str(files["base"]))
    assert (code, [line.strip() for line in errors.splitlines()[1:]]) == (
        2,
        ["mine/form.yaml 第 5 行：“XX01”在基础表样“base”里已有；要改写请加 override: true，要去掉请加 remove: true"],
    )


def test_docs_command_writes_the_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "form", "docs", str(tmp_path))[0] == 0
    assert (tmp_path / "rules.md").read_text("utf-8") == (DOCS / "rules.md").read_text("utf-8")
