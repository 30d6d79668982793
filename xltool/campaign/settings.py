"""The campaign folder and its ``xltool.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from xltool.files import write_atomic

FILE, ROSTER = "xltool.toml", "名册.xlsx"
LAST_YEAR = "last_year"
OFFICIAL = "official"
ACCEPT, REFUSE = "accept", "refuse"
OUTBOX, INBOX, RETURNED, SUMMARY = "下发", "收回", "退回", "汇总"

_TEMPLATE = """# 批次设置。改好后运行 xltool generate。
form = "{form}"          # 表样编号，xltool forms 可以列出
year = {year}                 # 评价年度
title = "{title}"  # 汇总表标题
deadline = "{deadline}"       # 报送截止日期
# last_year = "../上年批次"  # 上年的批次文件夹；写上后核对与上年的衔接
# official = "refuse"       # 只收下发的工作簿；不写就也收部门自己填的正式表和自评报告（Word、Excel、网页等）
"""


class CampaignError(Exception):
    """The campaign folder cannot be used as it is; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign folder with its settings. ``official``: whether official forms and reports are accepted, too."""

    folder: Path
    form: str
    year: int
    title: str
    deadline: str
    last_year: Path | None = None
    official: bool = True

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
    if not path.is_file():
        raise CampaignError(f"{folder} 不是批次文件夹（没有 {FILE}）。请先运行 xltool init 建立批次。")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CampaignError(f"{path} 写法有误：{error}") from None
    known = {"form": str, "year": int, "title": str, "deadline": str}
    for key in data:
        if key not in (*known, LAST_YEAR, OFFICIAL):
            raise CampaignError(f"{path}：不认识的设置“{key}”，可用的是 {'、'.join((*known, LAST_YEAR, OFFICIAL))}。")
    for key, kind in known.items():
        if not isinstance(data.get(key), kind):
            raise CampaignError(f"{path}：设置“{key}”没有写，或写法不对。")
    before = data.get(LAST_YEAR, "")
    if not isinstance(before, str):
        raise CampaignError(f"{path}：设置“{LAST_YEAR}”应是上年批次文件夹的路径。")
    last_year = folder / before if before else None
    if last_year is not None and not (last_year / FILE).is_file():
        raise CampaignError(f"{path}：设置“{LAST_YEAR}”指的 {last_year} 不是批次文件夹。")
    official = data.get(OFFICIAL, ACCEPT)
    if official not in (ACCEPT, REFUSE):
        raise CampaignError(f"{path}：设置“{OFFICIAL}”只能写“{ACCEPT}”（收）或“{REFUSE}”（不收）。")
    return Campaign(folder, data["form"], data["year"], data["title"], data["deadline"], last_year, official == ACCEPT)


def create(folder: Path, form: str, year: int, title: str, deadline: str) -> Campaign:
    """Make the folders and settings of a new campaign; refuses to touch an existing one.

    Raises:
        CampaignError: the folder already is a campaign.
    """
    if (folder / FILE).exists():
        raise CampaignError(f"{folder} 已经是批次文件夹，没有改动。")
    for name in (OUTBOX, INBOX, RETURNED, SUMMARY):
        (folder / name).mkdir(parents=True, exist_ok=True)
    text = _TEMPLATE.format(form=form, year=year, title=title, deadline=deadline)
    write_atomic(folder / FILE, text.encode("utf-8"))
    return open_campaign(folder)
