"""A city's paper from the command to a score: drafted, a campaign built on it, issued, filled in, collected, checked."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests import clean, kit
from tests.blank.papers import BLANKS, REFUSED
from tests.campaign.bureau import approved
from xltool.campaign.collect import collect
from xltool.campaign.issue.outbox import generate_all, issued
from xltool.campaign.kept_form import current, form_of
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import open_campaign
from xltool.cli import main
from xltool.findings import State
from xltool.form import form_by_id


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out + told.err


def paper(folder: Path, name: str) -> str:
    blank = {**BLANKS, **{key: value[0] for key, value in REFUSED.items()}}[name]
    path = folder / f"官方空表_{name}.{blank.kind}"
    path.write_bytes(blank.data())
    return str(path)


def test_a_city_s_paper_becomes_a_campaign_with_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, "form", "new", "mycity", "--from", paper(tmp_path, "city"), "--to", str(tmp_path / "表样"))
    assert code == 0, told
    assert "要人定的事 11 件（也写在 form.yaml 开头）：" in told
    source = tmp_path / "表样" / "mycity" / "form.yaml"
    code, told = run(capsys, "init", str(tmp_path / "批次"), "--form", str(source.parent), "--year", "2022")
    assert code == 0, told
    campaign = open_campaign(tmp_path / "批次")
    department = kit.row(部门编码="101", 部门名称="县教育局")
    project = kit.row(部门编码="101", 项目编码="101-1", 项目名称="校园安全", 年初预算数="60.00")
    lines = [
        {name: value.replace("2023", "2022") for name, value in line.items()}
        for line in approved(form_by_id("national-2020"))
    ]
    indicators = tuple(kit.row(项目编码="101-1", **line) for line in lines)
    write_roster(campaign.roster, Roster((department,), (project,), indicators), current(campaign))
    generate_all(campaign, current(campaign), read_roster(campaign.roster, current(campaign)), lambda *_: None)
    form = form_of(campaign)
    (one,) = issued(campaign).values()
    assert one.form == "mycity"
    filled = clean.values(
        form, one, {"项目负责人": "李老师", "项目类型": "延续", "合同金额": 1234.5, "存在的主要问题": "工期偏紧。"}
    )
    values = {key: value for key, value in filled.items() if key not in one.locked}
    (campaign.inbox / "县教育局.xlsx").write_bytes(kit.workbook(form, one, values))
    (receipt,) = collect(campaign, lambda *_: None).receipts
    outcome = kit.examined((campaign.inbox / "县教育局.xlsx").read_bytes(), form=form)
    assert [code for code in kit.codes(outcome) if not code.startswith("QZ05")] == []
    assert receipt.head.department == "101"
    assert (receipt.head.state, receipt.head.total) == (State.PASSED, Decimal("99.60"))


def test_what_is_refused_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "表样"
    code, told = run(capsys, "form", "new", "mine", "--from", paper(tmp_path, "transfer"), "--to", str(folder))
    assert code == 2
    assert "没有“得分”一栏" in told
    assert "（FP03）" in told
    assert not folder.exists()
    code, told = run(capsys, "form", "new", "mine", "--to", str(folder))
    assert (code, "请写 --extends 表样 或 --from 空表" in told) == (2, True)


def test_a_draft_that_does_not_pass_its_check_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same 二级 in two blocks: the language has no words for that."""
    from tests.blank.papers import national, written

    rows = [[text.replace("社会效益指标", "质量指标") for text in row] for row in national()]
    source = tmp_path / "空表.html"
    source.write_bytes(written("html", (), [rows]))
    code, told = run(capsys, "form", "new", "mine", "--from", str(source), "--to", str(tmp_path / "表样"))
    assert code == 2
    assert "“质量指标”在 levels 里写了两次" in told
    assert "（FP06）" in told
    assert not (tmp_path / "表样").exists()
