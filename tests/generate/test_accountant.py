"""The seed's department corrects what is left, at the keyboard, until the cover says 可以报送; the bureau agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kit, seed, told
from tests.accountant import Work, corrections, lost, type_in
from tests.desktop import Desktop, needs_desktop
from xltool.form.layout import workbook_layout as layouts

LAST = (
    "填表人", "联系电话", "单位负责人", "填报日期", "在职人数", "年末结转结余", "三公经费预算数", "净资产",
    "资金总额全年预算数", "实际完成值/3", "分值/3", "三级指标/4", "指标值/4", "实际完成值/4", "自评总分",
)  # fmt: skip
"""What is still wrong when the accountant sits down; the rest has been corrected before."""


@needs_desktop
@pytest.mark.office
def test_from_the_last_mistakes_to_ready(tmp_path: Path) -> None:
    form, issue, values = seed.seed()
    wanted = seed.corrections()
    before = seed.changed(form, values, {name: text for name, text in wanted.items() if name not in LAST})
    path = tmp_path / "seed.xlsx"
    path.write_bytes(kit.workbook(form, issue, before))
    assert told.verdict(path.read_bytes()).startswith("✘ 暂不能报送：还差必填 6 格，须改 ")

    work, changes = Work(), corrections(form, {name: wanted[name] for name in LAST})
    cell = told.verdict_cell(path.read_bytes())
    with Desktop(path) as desk:
        type_in(desk, layouts.build(form, issue), changes, work)
        assert desk.shows(cell).startswith("✔ 可以报送")
        desk.save()

    data = path.read_bytes()
    outcome = kit.examined(data)
    assert work.cells == len(LAST)
    assert lost(data, form, changes) == []
    assert told.verdict(data).startswith("✔ 可以报送"), kit.codes(outcome)
    assert told.agrees(data)
    assert [line for line in kit.codes(outcome) if not line.startswith("QZ05")] == []
    assert {finding.severity.value for finding in outcome.findings} == {"提示"}
