"""Titles and headings with quotation marks, computed by LibreOffice. What Excel and WPS would trip over: ``tests/audit``."""

from __future__ import annotations

from pathlib import Path

from tests import kit
from tests.office import needs_office
from tests.parity import assert_same, random_values
from xltool.form import load_form

QUOTED = """\
form: quoted
extends: national-2020
version: "1"
sheets:
  - {id: cover, override: true, title: '封"面'}
  - {id: project, override: true, title: '项"目{n}'}
prints:
  - id: self_evaluation
    override: true
    title: '自"评"表{n}'
    rows:
      - id: table_head
        override: true
        cells:
          - {text: "绩\\"\\n效\\n指\\n标", rows: table}
          - {text: 一级"指标"}
          - {text: 二级指标}
          - {text: '三级"指标'}
          - {text: 年度指标值}
          - {text: '实际"完成值'}
          - {text: 分值}
          - {text: 得分}
          - {text: '偏差"原因"分析及改进措施'}
"""


@needs_office
def test_quotes_in_titles_and_headings(tmp_path: Path) -> None:
    """What the author of a form calls a sheet or a column stays a text in every formula."""
    (tmp_path / "form.yaml").write_text(QUOTED, encoding="utf-8")
    form = load_form(tmp_path / "form.yaml")
    made = kit.issue(form, projects=2)
    fills = [random_values(form, made, seed) for seed in (1, 2)]
    assert assert_same(form, made, fills, tmp_path) > 1000
