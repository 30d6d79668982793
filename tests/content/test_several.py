"""Three repeated names or more are one finding with all rows; one or two are told one by one."""

from __future__ import annotations

import pytest

from tests import clean, kit
from xltool.form import form_by_id

FORM = form_by_id(kit.FORM_ID)
MADE = kit.issue(FORM)


def told(changes: dict[str, str], code: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Sheet, cells and message of a code's findings, after some indicators were renamed."""
    values = clean.values(FORM, MADE, changes)
    found = kit.examined(kit.workbook(FORM, MADE, values)).findings
    return [(finding.sheet, finding.cells, finding.message) for finding in found if finding.code == code]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"1": "培训场次", "2": "培训场次"}, [("D22", "D23")]),
        ({"1": "培训场次", "2": "培训场次", "3": "参训人次", "4": "参训人次"}, [("D22", "D23"), ("D24", "D25")]),
        (
            {"1": "培训场次", "2": "培训场次", "3": "参训人次", "4": "参训人次", "5": "发放教材", "6": "发放教材"},
            [("D22", "D23", "D24", "D25", "D26", "D27")],
        ),
    ],
)
def test_repeated_names_in_one_block(names: dict[str, str], expected: list[tuple[str, ...]]) -> None:
    changes = {f"三级指标/{row}": name for row, name in names.items()}
    found = told(changes, "ZB10")
    assert [cells for _, cells, _ in found] == expected
    if len(names) == 6:
        assert found[0][2] == "有 3 个指标在同一个一级指标下重复出现：“培训场次”、“参训人次”、“发放教材”。"
