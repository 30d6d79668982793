"""Forms of one's own: where they are found, what a campaign keeps of them, what a file from outside cannot make us read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import clean, kit
from xltool.campaign.collect import collect
from xltool.campaign.issue.outbox import file_name, generate_all, issued
from xltool.campaign.kept_form import changed, current, form_of, kept_path
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign, CampaignError, open_campaign
from xltool.cli import main
from xltool.examine import Desk, examine
from xltool.form import (
    DefinitionError,
    composed_of,
    find_form,
    form_by_id,
    form_from,
    form_ids,
    known_ids,
    load_form,
    located,
)
from xltool.form.layout.issues import Issues
from xltool.generate import generate

FLOOR = "parameters:\n  - {id: execution_floor, override: true, value: 0.85, source: 某县财绩〔2024〕1号}\n"
Quiet = Callable[[int, int, str], None]


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        main(args)
    output = capsys.readouterr()
    return int(stopped.value.code or 0), output.out + output.err


def written(folder: Path, ident: str, base: str, region: str = "某县", more: str = "") -> Path:
    path = folder / ident / "form.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f'form: {ident}\nextends: {base}\nversion: "1.0"\ntitle: 自评表\nregion: {region}\nsource: 某县文件\n{more}'
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of forms, empty."""
    folder = tmp_path / "自己的表样"
    monkeypatch.setenv("XLTOOL_FORMS", str(folder))
    form_by_id.cache_clear()
    return folder


@pytest.mark.parametrize("ident", form_ids())
def test_a_composed_form_reads_back_the_same(ident: str) -> None:
    form = form_by_id(ident)
    again = form_from(composed_of(form))
    assert again.spec == form.spec
    assert composed_of(again) == composed_of(form)


def test_the_campaign_comes_first_then_the_user_then_the_library(tmp_path: Path, own: Path) -> None:
    first = tmp_path / "批次" / "表样"
    assert find_form("national-2020", [first]).spec.region != "用户县"
    written(own, "national-2020", "national-2020", "用户县")
    assert find_form("national-2020", [first]).spec.region == "用户县"
    written(first, "national-2020", "national-2020", "批次县")
    assert find_form("national-2020", [first]).spec.region == "批次县"
    written(own, "mycounty", "national-2020")
    assert set(known_ids()) == {*form_ids(), "mycounty"}


@pytest.mark.parametrize("ident", ["../外面", "..", "批次/../外面", "C:外面", "/etc", "_project", "", "外面/", "."])
def test_an_id_never_leads_out_of_the_folders(ident: str, tmp_path: Path) -> None:
    """There is a form at each of these ways; only an id that was listed is taken."""
    folder = tmp_path / "表样"
    written(tmp_path, "外面", "national-2020")
    written(folder, "里面", "national-2020")
    with pytest.raises(DefinitionError, match="没有编号为"):
        located(ident, [folder])
    desk = Desk.of(load_form(folder / "里面" / "form.yaml"))
    assert desk.form_of(ident) is None
    assert desk.form_of("里面") is not None


def made(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> Campaign:
    code, told = run(capsys, "init", str(folder), "--form", form, "--year", "2024")
    assert code == 0, told
    campaign = open_campaign(folder)
    department = kit.row(部门编码="101", 部门名称="县教育局")
    project = kit.row(部门编码="101", 项目编码="101-1", 项目名称="校园安全", 年初预算数="60.00")
    write_roster(campaign.roster, Roster((department,), (project,)), current(campaign))
    return campaign


def issue(campaign: Campaign, quiet: Quiet) -> None:
    form = current(campaign)
    generate_all(campaign, form, read_roster(campaign.roster, form), quiet)


@pytest.fixture
def quiet() -> Quiet:
    return lambda _done, _total, _name: None


def test_a_campaign_of_an_own_form_from_issue_to_finding(
    tmp_path: Path, quiet: Quiet, capsys: pytest.CaptureFixture[str]
) -> None:
    """The form travels to the processes that write and to those that read; afterwards it is changed, then gone."""
    source = written(tmp_path / "别处", "mycounty", "national-2020", more=FLOOR)
    campaign = made(tmp_path / "批次", capsys, str(source.parent))
    issue(campaign, quiet)
    form = form_of(campaign)
    (one,) = issued(campaign).values()
    blank = (campaign.outbox / file_name(one, form_of(campaign))).read_bytes()
    assert one.form == "mycounty"
    from xltool.campaign.issue.outbox import sender_of

    assert blank == generate(form, one, sender_of(campaign))
    values = clean.values(form, one)
    (campaign.inbox / "县教育局.xlsx").write_bytes(kit.workbook(form, one, values))
    result = collect(campaign, quiet)
    (receipt,) = result.receipts
    before = (receipt.head.department, receipt.head.state, receipt.head.total, result.tally.examined)
    assert before[0] == "101"
    assert before[3] == 1
    assert receipt.head.total is not None

    # Somebody changes the form afterwards: what was issued before still means what it meant.
    own = campaign.folder / "表样" / "mycounty" / "form.yaml"
    own.write_text(own.read_text(encoding="utf-8").replace("0.85", "0.99"), encoding="utf-8")
    assert changed(campaign, current(campaign))
    assert form_of(campaign).composed == form.composed
    assert collect(campaign, quiet).tally.examined == 0
    # One that is gone from every place is still with the campaign.
    own.unlink()
    source.unlink()
    assert collect(campaign, quiet).tally.examined == 0
    assert current(campaign).composed == form.composed
    code, told = run(capsys, "check", str(campaign.inbox / "县教育局.xlsx"), "-C", str(campaign.folder))
    assert "没有这个表样" not in told
    assert code in (0, 1)
    code, told = run(
        capsys, "migrate", str(campaign.inbox / "县教育局.xlsx"), "-C", str(campaign.folder), "--out", str(tmp_path)
    )
    assert "已转入" in told, told


def test_a_later_library_changes_nothing_silently(
    tmp_path: Path, quiet: Quiet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from xltool.form import load

    campaign = made(tmp_path / "批次", capsys, "national-2020")
    issue(campaign, quiet)
    before = form_of(campaign)
    later = tmp_path / "新版"
    for path in sorted(load.library().rglob("form.yaml")):
        copy = later / path.parent.name / "form.yaml"
        copy.parent.mkdir(parents=True)
        text = path.read_text(encoding="utf-8")
        copy.write_text(text.replace("id: execution_floor", "id: execution_bottom"), encoding="utf-8")
    monkeypatch.setattr(load, "library", lambda: later)
    monkeypatch.setattr("xltool.campaign.kept_form.library", lambda: later)
    form_by_id.cache_clear()
    assert form_of(campaign).spec == before.spec
    code, told = run(capsys, "generate", "-C", str(campaign.folder))
    form_by_id.cache_clear()
    assert code == 0
    assert "新增 0 个，有变化 0 个，没有变化 1 个" in told
    assert f"请删除 {kept_path(campaign)} 再生成" in told


def test_part_of_the_departments_never_gets_another_form(
    tmp_path: Path, quiet: Quiet, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = made(tmp_path / "批次", capsys, str(written(tmp_path / "别处", "mycounty", "national-2020", more=FLOOR)))
    roster = read_roster(campaign.roster, current(campaign))
    two = Roster((*roster.departments, kit.row(部门编码="102", 部门名称="县司法局")), roster.projects)
    generate_all(campaign, current(campaign), two, quiet)
    own = campaign.folder / "表样" / "mycounty" / "form.yaml"
    own.write_text(own.read_text(encoding="utf-8").replace("0.85", "0.99"), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in campaign.outbox.iterdir()}
    with pytest.raises(CampaignError, match="全部重新生成"):
        generate_all(campaign, current(campaign), two, quiet, only=("101",))
    assert {path.name: path.read_bytes() for path in campaign.outbox.iterdir()} == before


def test_a_kept_form_that_was_damaged_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = made(tmp_path / "批次", capsys, "national-2020")
    kept_path(campaign).write_bytes(b"\xff\xfe\x00")
    code, told = run(capsys, "generate", "-C", str(campaign.folder))
    assert (code, "读不出来。请从备份恢复" in told) == (2, True)
    kept_path(campaign).write_text(composed_of(form_by_id("hubei-2022")), encoding="utf-8")
    code, told = run(capsys, "collect", "-C", str(campaign.folder))
    assert (code, "里是表样“hubei-2022”，不是“national-2020”" in told) == (2, True)


def test_a_form_is_begun_in_each_of_the_places(tmp_path: Path, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args, folder in (
        ((), own),
        (("--to", str(tmp_path / "那里")), tmp_path / "那里"),
        (("-C", str(tmp_path / "批次")), tmp_path / "批次" / "表样"),
    ):
        code, told = run(capsys, "form", "new", "mycounty", "--extends", "hunan-2022", *args)
        assert code == 0, told
        path = folder / "mycounty" / "form.yaml"
        assert str(path) in told
        assert load_form(path).spec.parameters == form_by_id("hunan-2022").spec.parameters
        if args:
            continue
        text = (
            path.read_text(encoding="utf-8").replace("# parameters:", "parameters:").replace("#   - {id:", "  - {id:")
        )
        path.write_text(text, encoding="utf-8")
        form = load_form(path)  # every line that is offered can be taken as it stands
        values = {str(p.id): p.value for p in form.spec.parameters}
        assert values == {str(p.id): p.value for p in form_by_id("hunan-2022").spec.parameters}
    assert run(capsys, "form", "new", "mycounty", "--extends", "hunan-2022")[0] == 2
    # A base that no list of forms shows: a form without points begins with it.
    assert run(capsys, "form", "new", "transfer", "--extends", "_unscored", "--to", str(tmp_path / "新"))[0] == 0
    code, told = run(capsys, "form", "check", str(tmp_path / "新" / "transfer"))[:2]
    assert (code, "没有得分：各处不写得分、等次。" in told) == (0, True), told
    assert run(capsys, "form", "new", "other", "--extends", "../_unscored", "--to", str(tmp_path / "新"))[0] == 2
    for ident in ("../x", "_x", "a b", "2024", "a:b", "con/x", "con", "x.y"):
        code, told = run(capsys, "form", "new", ident, "--extends", "hunan-2022", "--to", str(tmp_path / "坏"))
        assert (code, "不能作编号" in told) == (2, True), ident
    assert not (tmp_path / "坏").exists()


def test_a_form_says_for_which_years_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "表样", "mycounty", "national-2020", more="years: {override: true, first: 2021, last: 2023}\n")
    path = str(tmp_path / "表样" / "mycounty" / "form.yaml")
    code, told = run(capsys, "form", "check", path)
    assert (code, "适用年度：2021—2023 年度" in told, "本批次" in told) == (0, True, False)
    code, told = run(capsys, "init", str(tmp_path / "批次"), "--form", path, "--year", "2024")
    said = "表样 mycounty（自评表）适用 2021—2023 年度，本批次是 2024 年度。"
    assert (code, said in told, (tmp_path / "批次" / "xltool.toml").is_file()) == (0, True, True), "told, not refused"
    code, told = run(capsys, "form", "check", str(tmp_path / "批次" / "表样" / "mycounty" / "form.yaml"))
    assert (code, f"提醒：{said}" in told) == (0, True)
    roster = Roster(
        (kit.row(部门编码="1", 部门名称="县教育局"),), (kit.row(部门编码="1", 项目编码="P1", 项目名称="一"),)
    )
    write_roster(tmp_path / "批次" / "名册.xlsx", roster)
    code, told = run(capsys, "generate", "-C", str(tmp_path / "批次"))
    assert (code, said in told) == (0, True)
    code, told = run(capsys, "init", str(tmp_path / "今年"), "--form", path, "--year", "2023")
    assert (code, "适用" in told) == (0, False)


@pytest.mark.parametrize("years", ["first: 20", "first: 2024, last: 2023", "last: 3000"])
def test_years_that_are_none_are_refused(years: str, tmp_path: Path) -> None:
    path = written(tmp_path, "mycounty", "_project", more=f"years: {{{years}}}\n")
    with pytest.raises(DefinitionError, match="years 的 first、last 要写成 2020 这样的年度"):
        load_form(path)


def test_a_form_of_ones_own_is_called_by_its_title(tmp_path: Path) -> None:
    path = written(tmp_path, "mycounty", "national-2020", more="")
    path.write_text(path.read_text(encoding="utf-8").replace("title: 自评表", "title: 某县自评表"), encoding="utf-8")
    form, other = load_form(path), form_by_id("hubei-2022")
    ours = kit.issue(form)
    data = kit.workbook(other, kit.issue(other), {})
    outcome = examine("回收表.xlsx", data, {"mycounty": form}.get, Issues.of(ours))
    assert [finding.message for finding in outcome.findings] == [
        f"这是“{other.spec.title}”，本次报送用的是“某县自评表”。"
    ]
