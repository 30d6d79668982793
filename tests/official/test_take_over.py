"""A Word file goes over into the workbook issued to its department, and goes on there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.official import paper
from tests.official.cases import cases
from xltool.campaign.issue.outbox import generate_all, issued
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, create
from xltool.cli import main
from xltool.form import Key, form_by_id
from xltool.read import read

FORM = "hunan-2022"


def row(**values: str) -> RosterRow:
    return RosterRow(2, values)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    made = create(tmp_path / "2022年自评", FORM, 2022, "2022年自评汇总", "2023-03-31")
    approved = [
        row(
            项目编码="219001-01",
            一级指标=first,
            二级指标=second,
            三级指标=name,
            性质="定性",
            指标值=target,
            分值=points,
        )
        for first, second, name, target, points in (
            ("产出指标", "质量指标", "经费支出合规性", "严格执行相关制度规定", "50"),
            ("效益指标", "社会效益指标", "对维护基建市场公平的影响程度", "效果明显", "30"),
            ("满意度指标", "服务对象满意度指标", "公众满意度", "满意", "10"),
        )
    ]
    roster = Roster(
        (row(部门编码="219001", 部门名称="池州市贵池区棠溪镇人民政府"),),
        (row(部门编码="219001", 项目编码="219001-01", 项目名称="委托业务项目"),),
        tuple(approved),
    )
    write_roster(made.roster, roster)
    generate_all(made, form_by_id(FORM), roster, lambda _done, _total, _name: None)
    return made


def run(campaign: Campaign, file: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(["migrate", str(file), "-C", str(campaign.folder), "--out", str(out)])
    told = capsys.readouterr()
    return int(stop.value.code or 0), told.out + told.err


def test_word_file_into_the_issued_workbook(
    campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = cases()["chizhou-2022"]
    file = tmp_path / "棠溪镇.docx"
    file.write_bytes(paper.to_docx(case.before, case.rows()))
    code, output = run(campaign, file, tmp_path, capsys)
    form = form_by_id(FORM)
    seen = read((tmp_path / "棠溪镇_转入新表.xlsx").read_bytes(), lambda _: form, issued(campaign))
    assert seen.filled is not None
    assert seen.findings == ()
    typed: dict[str, list[tuple[str, ...]]] = {}
    for number, line in enumerate(seen.filled.issue.rows(1, "indicators"), start=1):
        names = ("三级指标", "指标值", "实际完成值", "分值")
        cells = tuple(seen.filled.reading(Key(1, form.ids[name], number)).typed for name in names)
        if any(cells):
            typed.setdefault(line.level2, []).append(cells)
    assert typed["数量指标"] == [("基建工程委托业务项目数量", "50", "50", "8")]
    assert typed["质量指标"] == [
        ("经费支出合规性", "严格执行相关制度规定", "达成预期指标", "50"),
    ]
    reading = seen.filled.reading
    assert reading(Key(1, form.ids["财政拨款全年执行数"])).typed == "89.974"
    assert reading(Key(1, form.ids["预期目标"])).typed.startswith("本项目共申请预算资金90万元")
    # 批复的质量指标只有一行，另一行没有地方放：列出来，不丢
    assert code == 1
    assert "委托业务报告合格率" in output


def test_what_was_not_issued_is_said(campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "通知.docx"
    file.write_bytes(paper.to_docx(["会议通知"], [[["时间", "三月"]]]))
    code, output = run(campaign, file, tmp_path, capsys)
    assert code != 0
    assert "通知.docx" in output
