"""发送: who gets which workbooks, what the mail says, what the register keeps."""

from __future__ import annotations

import datetime
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from xltool.campaign.correspondence.packing import COLUMNS, MAIL, REGISTER, SHEET, pack
from xltool.campaign.issue.outbox import generate_all
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.settings import Campaign, CampaignError, create, open_campaign
from xltool.cli import main
from xltool.form import form_by_id

FORM = form_by_id("national-2020")
NOW = datetime.datetime(2026, 1, 5, 9, 30)
UNITS = {
    "101001": ("县教育局", "县教育局", "张三", "0734-5811234"),
    "101002": ("县第一中学", "县教育局", "李四", "13800000000"),
    "104001": ("县民政局", "", "", ""),
}
SETTINGS = 'bureau = "衡山县财政局绩效管理股"\ncontact = "赵六"\nphone = "0734-5810000"\nreturn_to = "邮箱 jx@example.gov.cn"\n'


def roster_of(names: dict[str, str] | None = None) -> Roster:
    units = [
        kit.row(部门编码=code, 部门名称=name, 主管部门=over, 联系人=who, 联系电话=phone)
        for code, (name, over, who, phone) in UNITS.items()
    ]
    titles = dict.fromkeys(UNITS, "专项") | (names or {})
    projects = [kit.row(部门编码=code, 项目编码=f"{code}-1", 项目名称=title) for code, title in titles.items()]
    return Roster(tuple(units), tuple(projects))


@pytest.fixture(scope="module")
def _issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("发送") / "批次"
    create(folder, "national-2020", 2025, "2025年度项目支出绩效自评表汇总", "2026-03-31")
    path = folder / "xltool.toml"
    path.write_text(path.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    generate_all(open_campaign(folder), FORM, roster_of(), lambda *_: None)
    return folder


@pytest.fixture
def campaign(_issued: Path, tmp_path: Path) -> Campaign:
    import shutil

    shutil.copytree(_issued, tmp_path / "批次")
    return open_campaign(tmp_path / "批次")


def files(campaign: Campaign) -> list[str]:
    folder = campaign.folder / "发送"
    found = [str(path.relative_to(folder)).replace("\\", "/") for path in folder.rglob("*") if path.is_file()]
    return sorted(name for name in found if ".xltool" not in name)


def register(campaign: Campaign) -> list[tuple[str | None, ...]]:
    sheet = openpyxl.load_workbook(campaign.folder / "发送" / REGISTER)[SHEET]
    return [tuple(None if value is None else str(value) for value in row) for row in sheet.iter_rows(values_only=True)]


BOOKS = {code: f"{code}_{name}_2025年绩效自评表.xlsx" for code, (name, *_) in UNITS.items()}


def test_one_folder_for_every_superior(campaign: Campaign) -> None:
    made = pack(campaign, roster_of(), NOW)
    assert files(campaign) == sorted(
        [
            REGISTER,
            f"县教育局/{BOOKS['101001']}",
            f"县教育局/{BOOKS['101002']}",
            f"县教育局/{MAIL}",
            f"县民政局/{BOOKS['104001']}",
            f"县民政局/{MAIL}",
        ]
    )
    assert (made.receivers, made.fresh, made.lacking) == (2, [("县教育局", 2), ("县民政局", 1)], [])
    for code, name in BOOKS.items():
        over = UNITS[code][1] or UNITS[code][0]
        assert (campaign.folder / "发送" / over / name).read_bytes() == (campaign.outbox / name).read_bytes()
    head, *lines = register(campaign)
    assert head == (*COLUMNS, "签收、备注")
    assert [line[:7] for line in lines] == [
        ("2026-01-05 09:30", "县教育局", "张三", "0734-5811234", "101001", "县教育局", BOOKS["101001"]),
        ("2026-01-05 09:30", "县教育局", "张三", "0734-5811234", "101002", "县第一中学", BOOKS["101002"]),
        ("2026-01-05 09:30", "县民政局", None, None, "104001", "县民政局", BOOKS["104001"]),
    ]
    assert [line[9] for line in lines] == ["首次"] * 3


def test_the_mail_says_until_when_how_and_to_whom(campaign: Campaign) -> None:
    pack(campaign, roster_of(), NOW)
    data = (campaign.folder / "发送" / "县教育局" / MAIL).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in data.replace(b"\r\n", b"")
    text = data.decode("utf-8-sig")
    for said in (
        "主题：请于2026年3月31日前报送 2025年度项目支出绩效自评表",
        "现发去 2025 年度绩效自评表 2 份，请转发给各单位，每个单位用自己的那一份，请于2026年3月31日前报送。",
        f"  2. 县第一中学：{BOOKS['101002']}",
        "报送：邮箱 jx@example.gov.cn",
        "联系：赵六，电话 0734-5810000",
        "衡山县财政局绩效管理股",
    ):
        assert said in text.splitlines() or said in text.replace("\r\n", "\n").split("\n"), said
    single = (campaign.folder / "发送" / "县民政局" / MAIL).read_text(encoding="utf-8-sig")
    assert "转发" not in single


def test_only_what_is_new_is_noted_and_remarks_stay(campaign: Campaign) -> None:
    pack(campaign, roster_of(), NOW)
    path = campaign.folder / "发送" / REGISTER
    book = openpyxl.load_workbook(path)
    book[SHEET]["K2"], book[SHEET]["L1"], book[SHEET]["L2"] = "1月6日签收", "经手", "王"
    book.save(path)
    before = path.read_bytes()
    assert pack(campaign, roster_of(), NOW).fresh == []
    assert path.read_bytes() == before
    changed = roster_of({"101002": "专项（调整）"})
    generate_all(campaign, FORM, changed, lambda *_: None)
    later = pack(campaign, changed, NOW + datetime.timedelta(days=20))
    assert later.fresh == [("县教育局", 1)]
    lines = register(campaign)
    assert lines[1][10:] == ("1月6日签收", "王")
    assert len(lines) == 5
    assert (lines[4][0], lines[4][4], lines[4][9]) == ("2026-01-25 09:30", "101002", "更新")
    assert lines[4][7] != lines[2][7]
    text = (campaign.folder / "发送" / "县教育局" / MAIL).read_text(encoding="utf-8-sig")
    assert f"{BOOKS['101002']}（内容有更新，请用这一份）" in text
    assert "以前发过的旧表作废" in text


def test_by_unit_and_as_one_file_and_back(campaign: Campaign) -> None:
    pack(campaign, roster_of(), NOW)
    made = pack(campaign, roster_of(), NOW, by_unit=True, zipped=True)
    assert made.receivers == 3
    folder = campaign.folder / "发送"
    assert files(campaign) == sorted(
        [
            REGISTER,
            *(
                f"{name}/{part}"
                for name in ("县教育局", "县第一中学", "县民政局")
                for part in (MAIL, f"{name}_2025年绩效自评表.zip")
            ),
        ]
    )
    with zipfile.ZipFile(BytesIO((folder / "县第一中学" / "县第一中学_2025年绩效自评表.zip").read_bytes())) as archive:
        assert archive.namelist() == [BOOKS["101002"]]
        assert archive.read(BOOKS["101002"]) == (campaign.outbox / BOOKS["101002"]).read_bytes()
    assert made.fresh == [("县第一中学", 1)], "the others had theirs already, under the same name"
    (folder / "县第一中学" / "我的备注.txt").write_text("已电话通知", encoding="utf-8")
    pack(campaign, roster_of(), NOW)
    assert "县第一中学/我的备注.txt" in files(campaign), "what is not ours stays"
    assert "县第一中学/邮件.txt" not in files(campaign)


@pytest.mark.parametrize("name", ["../外面", "..", "con", "=cmd|' /C calc'!A1", "县/局:一"])
def test_a_name_is_never_a_way_out_or_a_formula(name: str, campaign: Campaign) -> None:
    units = (kit.row(部门编码="101001", 部门名称="县教育局", 主管部门=name),)
    pack(campaign, Roster(units), NOW)
    inside = campaign.folder / "发送"
    assert {path.parent.parent for path in inside.rglob(MAIL)} == {inside}
    assert sorted(path.name for path in campaign.folder.parent.iterdir()) == ["批次"]
    sheet = openpyxl.load_workbook(inside / REGISTER)[SHEET]
    assert (sheet["B2"].data_type, sheet["B2"].value) == ("s", name)


def test_what_is_lacking_or_damaged_is_told(campaign: Campaign, tmp_path: Path) -> None:
    (campaign.outbox / BOOKS["101002"]).unlink()
    more = Roster((*roster_of().departments, kit.row(部门编码="105", 部门名称="县司法局")))
    assert pack(campaign, more, NOW).lacking == ["县第一中学（101002）", "县司法局（105）"]
    path = campaign.folder / "发送" / REGISTER
    book = openpyxl.Workbook()
    book.save(path)
    with pytest.raises(CampaignError, match="里没有〔发送登记〕"):
        pack(campaign, more, NOW)
    empty = create(tmp_path / "空", "national-2020", 2025, "汇总", "2026-03-31")
    with pytest.raises(CampaignError, match="还没有下发表"):
        pack(empty, roster_of(), NOW)


def test_the_verb(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    from xltool.campaign.roster.sheet import write_roster

    write_roster(campaign.roster, roster_of())

    def run(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["pack", "-C", str(campaign.folder), *args])
        output = capsys.readouterr()
        return int(stopped.value.code or 0), output.out + output.err

    code, told = run()
    assert (code, "已打包 2 份" in told, "这次要发的：县教育局（2 个）、县民政局（1 个）" in told) == (0, True, True)
    assert "还没有写" not in told
    code, told = run("--zip")
    assert (code, "没有新的或换过的表，登记表没有变。" in told) == (0, True)
