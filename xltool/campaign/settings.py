"""The campaign folder and its ``xltool.toml``."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xltool.files import TargetLockedError, own_text, write_atomic

FILE, ROSTER = "xltool.toml", "名册.xlsx"
LAST_YEAR = "last_year"
OFFICIAL = "official"
SPARE = "spare_rows"
MOST_SPARE = 10
LETTERS_TO = "letters_to"
UNIT, AUTHORITY, BOTH = ADDRESSEES = ("单位", "主管部门", "都写")
"""Whom letters and reminders go to: every unit, its 主管部门 with a list of its units, or both."""
SENDER = ("bureau", "contact", "phone", "return_to")
"""Settings that 填报说明 prints; each may be left out."""
NAMES = ("form", "year", "title", "deadline", LAST_YEAR, OFFICIAL, SPARE, LETTERS_TO, *SENDER)
"""Every setting there is."""
ACCEPT, REFUSE = "accept", "refuse"
OUTBOX, INBOX, RETURNED, SUMMARY = "下发", "收回", "退回", "汇总"

_LONGEST = 200  # characters of a setting
_NEAR = 5
TOML_BYTES = 1_000_000
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLACE = re.compile(r"at line (\d+), column (\d+)")

_TEMPLATE = """# 批次设置。改好后运行 xltool generate。
form = "{form}"          # 表样编号，xltool forms 可以列出
year = {year}                 # 评价年度
title = "{title}"  # 汇总表标题
deadline = "{deadline}"       # 报送截止日期
# bureau = "××县财政局绩效管理股"  # 以下四行印在下发表的“填报说明”上，可以不写：报给谁
# contact = "张三"          # 联系人
# phone = "0700-1234567"    # 电话
# return_to = "邮箱 jixiao@example.gov.cn；盖章件送县财政局 305 室"  # 收件方式
# last_year = "../上年批次"  # 上年的批次文件夹；写上后核对与上年的衔接
# spare_rows = 1            # 每个二级指标在批复的（或固定的）行以外多留几行，可以空着；改了要重新生成
# letters_to = "主管部门"   # 通知和催报写给主管部门，列明所属单位；"都写"是两样都写；不写就写给各单位
# official = "refuse"       # 只收下发的工作簿；不写就也收部门自己填的正式表和自评报告（Word、Excel、网页等）
"""


class CampaignError(Exception):
    """A campaign cannot be opened or used; the message says what to do, ``lines`` are what to show."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        self.lines = (message, *problems)
        super().__init__("\n  ".join(self.lines))


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign folder with its settings.

    ``official``: whether official forms and reports are accepted, too. ``letters_to``: one of ``ADDRESSEES``.
    ``spare_rows``: rows every 二级 has in the workbooks beyond those of the roster or the form.
    """

    folder: Path
    form: str
    year: int
    title: str
    deadline: str
    last_year: Path | None = None
    official: bool = True
    bureau: str = ""
    contact: str = ""
    phone: str = ""
    return_to: str = ""
    letters_to: str = UNIT
    spare_rows: int = 0

    @property
    def name(self) -> str:
        """What the campaign is called in letters: its title without the word for the summary."""
        return self.title.removesuffix("汇总")

    @property
    def roster(self) -> Path:
        """名册.xlsx."""
        return self.folder / ROSTER

    @property
    def outbox(self) -> Path:
        """下发/: the generated templates."""
        return self.folder / OUTBOX

    @property
    def inbox(self) -> Path:
        """收回/: whatever came back."""
        return self.folder / INBOX

    @property
    def returned(self) -> Path:
        """退回/: marked copies."""
        return self.folder / RETURNED

    @property
    def summary(self) -> Path:
        """汇总/汇总.xlsx."""
        return self.folder / SUMMARY / "汇总.xlsx"


def open_campaign(folder: Path) -> Campaign:
    """Read the settings of a campaign folder.

    Raises:
        CampaignError: not a campaign folder, or a setting is missing or of the wrong kind.
    """
    path = folder / FILE
    if not path.exists():
        raise CampaignError(_no_campaign(folder))
    return settled(folder, read_toml(path))


def _no_campaign(folder: Path) -> str:
    """What is to be done about a folder that is none: most often -C was forgotten, or its name mistyped."""
    near = folder if folder.is_dir() else folder.parent
    try:
        found = sorted(one.parent.name for one in near.glob(f"*/{FILE}"))[:_NEAR]
    except OSError:
        found = []
    here = (
        f"（{'这里' if near == folder else '旁边'}的批次：{'、'.join(f'“{name}”' for name in found)}）" if found else ""
    )
    what = "当前文件夹" if folder == Path() else f"“{folder}”"
    return (
        f"{what}不是批次文件夹（{f'没有 {FILE}' if folder.is_dir() else '没有这个文件夹'}）。"
        f"请在 -C 后面写批次文件夹的名称{here}；还没有批次的，先运行 xltool init 建立。"
    )


def settled(folder: Path, data: Mapping[str, Any]) -> Campaign:
    """Return the campaign that ``data``, the content of its settings, makes of a folder.

    Raises:
        CampaignError: a setting is missing or of the wrong kind.
    """
    path = folder / FILE
    known = {"form": str, "year": int, "title": str, "deadline": str}
    for key in data:
        if key not in NAMES:
            raise CampaignError(f"{path}：不认识的设置“{key}”，可用的是 {'、'.join(NAMES)}。")
    said = {key: data[key] for key in SENDER if key in data}
    for key, kind in {**known, **dict.fromkeys(said, str)}.items():
        if not isinstance(data.get(key), kind) or isinstance(data[key], bool):
            raise CampaignError(f"{path}：设置“{key}”没有写，或写法不对。")
        if kind is str and (len(data[key]) > _LONGEST or _CONTROL.search(data[key])):
            raise CampaignError(f"{path}：设置“{key}”太长（上限 {_LONGEST} 个字），或含有换行等控制字符。")
    if not 2000 <= data["year"] <= 2100:
        raise CampaignError(f"{path}：设置“year”是评价年度，请写成 2022 这样的四位数。")
    if data["deadline"].strip() and date_of(data["deadline"]) is None:
        raise CampaignError(
            f"{path}：设置“deadline”是报送截止日期，填的是“{data['deadline']}”，请写成 {data['year'] + 1}-03-31 这样的日期。"
        )
    before = data.get(LAST_YEAR, "")
    if not isinstance(before, str):
        raise CampaignError(f"{path}：设置“{LAST_YEAR}”应是上年批次文件夹的路径。")
    last_year = folder / before if before else None
    if "\0" in before or (last_year is not None and not (last_year / FILE).is_file()):
        raise CampaignError(f"{path}：设置“{LAST_YEAR}”指的 {last_year} 不是批次文件夹。")
    official = data.get(OFFICIAL, ACCEPT)
    if official not in (ACCEPT, REFUSE):
        raise CampaignError(f"{path}：设置“{OFFICIAL}”只能写“{ACCEPT}”（收）或“{REFUSE}”（不收）。")
    letters_to = data.get(LETTERS_TO, UNIT)
    if letters_to not in ADDRESSEES:
        raise CampaignError(f"{path}：设置“{LETTERS_TO}”是通知和催报写给谁，只能写“{UNIT}”“{AUTHORITY}”或“{BOTH}”。")
    spare = data.get(SPARE, 0)
    if not isinstance(spare, int) or isinstance(spare, bool) or not 0 <= spare <= MOST_SPARE:
        raise CampaignError(f"{path}：设置“{SPARE}”是每个二级指标多留的行数，请写 0 到 {MOST_SPARE} 的整数。")
    accepted = official == ACCEPT
    return Campaign(
        folder, data["form"], data["year"], data["title"], data["deadline"], last_year, accepted, **said,
        letters_to=letters_to, spare_rows=spare,
    )  # fmt: skip


_SAID = {
    "deadline": "报送截止日期（deadline）",
    "bureau": "财政局名称（bureau）",
    "contact": "联系人（contact）",
    "phone": "电话（phone）",
    "return_to": "收件方式（return_to）",
}


def unsaid(campaign: Campaign) -> str:
    """Return what the settings leave out of what departments are told, in words; ``""`` if nothing."""
    return "、".join(words for name, words in _SAID.items() if not getattr(campaign, name).strip())


def date_of(text: str) -> datetime.date | None:
    """Read 2023-03-31, 2023/3/31, 2023.3.31 and 2023年3月31日; None if it is no date."""
    found = _DATE.fullmatch(text.strip())
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a .toml file of the bureau says.

    Raises:
        UnusableFileError: it cannot be read as a text.
        CampaignError: it is written wrongly; says where.
    """
    text = own_text(path, TOML_BYTES)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise CampaignError(f'{path} 写法有误：括号套得太深。请按 名称 = "值" 的写法修改。') from None
    except ValueError as error:
        found = _PLACE.search(str(error))
        where = f"第 {found[1]} 行第 {found[2]} 列" if found else "文件末尾"
        raise CampaignError(
            f'{path} 写法有误：{where}附近。每行写成 名称 = "值"，文字要有英文引号，路径里的反斜杠改用 /。'
        ) from None


def create(folder: Path, form: str, year: int, title: str, deadline: str) -> Campaign:
    """Make the folders and settings of a new campaign; refuses to touch an existing one.

    Raises:
        CampaignError: the folder already is a campaign.
        TargetLockedError: it cannot be made, or is a file.
    """
    if (folder / FILE).exists():
        raise CampaignError(f"{folder} 已经是批次文件夹，没有改动。")
    if deadline.strip() and date_of(deadline) is None:
        raise CampaignError(f"截止日期“{deadline}”不是日期，请写成 {year + 1}-03-31 这样的日期。没有建立批次。")
    try:
        for name in (OUTBOX, INBOX, RETURNED, SUMMARY):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetLockedError(folder, error) from None
    title = title.replace("\\", "\\\\").replace('"', '\\"')
    text = _TEMPLATE.format(form=form, year=year, title=title, deadline=deadline)
    write_atomic(folder / FILE, text.encode("utf-8"))
    return open_campaign(folder)
