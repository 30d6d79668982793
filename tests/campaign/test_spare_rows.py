"""spare_rows: every 二级 has rows beyond those of the roster; blank they mean nothing, filled in they count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests import clean, kit
from tests.campaign.bureau import approved
from xltool.campaign.issue.outbox import generate_all, issued
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.settings import CampaignError, create, open_campaign
from xltool.examine import Outcome
from xltool.form import Form, Issue, Key, Value, form_by_id

FORM = form_by_id("national-2020")
TABLE = next(iter(FORM.tables))
UNIT = kit.row(部门编码="101001", 部门名称="县教育局")
ROSTER = Roster(
    (UNIT,),
    (kit.row(部门编码="101001", 项目编码="P1", 项目名称="校舍维修"),),
    tuple(kit.row(项目编码="P1", **line) for line in approved(FORM)),
)


def values_of(form: Form, made: Issue) -> dict[Key, Value]:
    found = clean.values(form, replace(made, locked=frozenset()), None)
    return {key: value for key, value in found.items() if key not in made.locked}


def returned(made: Issue, more: dict[str, object] | None = None) -> Outcome:
    values = values_of(FORM, made) | kit.keyed(FORM, more or {})
    return kit.examined(kit.workbook(FORM, made, values), form=FORM)


def test_every_group_has_more_rows_and_blank_ones_change_nothing() -> None:
    plain, more = (issue_for(FORM, ROSTER, UNIT, 2023, spare=spare) for spare in (0, 2))
    rows = more.rows(1, TABLE)
    groups = [str(group.name) for level in FORM.tables[TABLE].levels for group in level.groups]
    kept = [row for row in rows if row.approved]
    assert kept == [row for row in plain.rows(1, TABLE) if row.approved]
    assert [sum(row.level2 == name and not row.approved for row in rows) for name in groups] == [2] * len(groups)
    one, other = returned(plain), returned(more)
    assert one.scores is not None
    assert other.scores is not None
    assert (one.scores.total, len(one.scores.parts[0].lines)) == (other.scores.total, len(other.scores.parts[0].lines))
    assert [finding.code for finding in one.findings] == [finding.code for finding in other.findings]


def test_an_indicator_of_the_unit_s_own_in_a_spare_row_is_read() -> None:
    made = issue_for(FORM, ROSTER, UNIT, 2023, spare=1)
    at = next(n for n, row in enumerate(made.rows(1, TABLE), start=1) if not row.approved)
    own = {f"三级指标/{at}": "教师培训人次", f"指标值/{at}": "≥100", f"单位/{at}": "人次", f"分值/{at}": "1"}
    outcome = returned(made, {**own, f"实际完成值/{at}": "120", f"自评得分/{at}": "1"})
    assert outcome.scores is not None
    assert [line.name for line in outcome.scores.parts[0].lines].count("教师培训人次") == 1
    assert any("合计" in finding.message for finding in outcome.findings), "the points no longer add up to 100"


def test_the_setting(tmp_path: Path) -> None:
    campaign = create(tmp_path / "批次", "national-2020", 2023, "汇总", "2024-03-31")
    path = campaign.folder / "xltool.toml"
    text = path.read_text(encoding="utf-8")
    for wrong in ("-1", "11", '"1"', "true", "1.5"):
        path.write_text(text + f"spare_rows = {wrong}\n", encoding="utf-8")
        with pytest.raises(CampaignError, match="0 到 10 的整数"):
            open_campaign(campaign.folder)
    path.write_text(text + "spare_rows = 1\n", encoding="utf-8")
    generate_all(open_campaign(campaign.folder), FORM, ROSTER, lambda *_: None)
    (made,) = issued(campaign).values()
    assert made == issue_for(FORM, ROSTER, UNIT, 2023, spare=1)
