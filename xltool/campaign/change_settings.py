"""Settings of a campaign changed in its ``xltool.toml``: the command ``set`` and the page, by one function.

Imports ``campaign.settings``. Only the line of a setting is written anew; comments, order and what somebody added stay. That
nothing else changed is not trusted but compared: the new text is read and must say what the old one said, but for what was
asked. A newcomer would write the file anew and lose the officer's own comments.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xltool.campaign.settings import (
    ADDRESSEES,
    FILE,
    LAST_YEAR,
    LETTERS_TO,
    MOST_SPARE,
    OFFICIAL,
    SENDER,
    SPARE,
    TOML_BYTES,
    Campaign,
    CampaignError,
    open_campaign,
    read_toml,
    settled,
)
from xltool.files import own_text, write_atomic

FIXED = ("form", "year")
"""What a campaign is begun with; another of them is another campaign."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that may be changed: its name in the file, what it is called, what is to be known of it, its choices."""

    key: str
    name: str
    hint: str
    choices: tuple[str, ...] = ()
    printed: bool = False


SETTINGS = (
    Setting("title", "汇总表标题", "印在汇总表、通知上"),
    Setting("deadline", "报送截止日期", "写成 2023-03-31 这样的日期", printed=True),
    *(
        Setting(key, name, hint, printed=True)
        for key, name, hint in zip(
            SENDER,
            ("报给谁", "联系人", "电话", "收件方式"),
            ("如 ××县财政局绩效管理股", "如 张三", "如 0700-1234567", "如 邮箱、送到哪里"),
            strict=True,
        )
    ),
    Setting(LAST_YEAR, "上年批次", "上年批次的文件夹，如 ../2021年自评；写上后核对与上年的衔接"),
    Setting(LETTERS_TO, "通知和催报写给谁", "名册写了主管部门的，可以写给主管部门", ADDRESSEES),
    Setting(OFFICIAL, "部门自己填的正式表和报告", "accept 收，refuse 只收下发的工作簿", ("accept", "refuse")),
    Setting(
        SPARE,
        "每个二级指标多留的行数",
        f"0 到 {MOST_SPARE}，多留的可以空着",
        tuple(map(str, range(MOST_SPARE + 1))),
        printed=True,
    ),
)
"""In the order they are shown. ``printed``: it stands in the workbooks, which have to be generated again."""
BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


def key_of(word: str) -> str:
    """Return the name in the file of a setting that somebody calls by it, or as it is called; anything else as it is."""
    return next((setting.key for setting in SETTINGS if word == setting.name), word)


class SettingsError(CampaignError):
    """Nothing was changed; ``problems``: what is wrong, by the name of the setting."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("设置没有改：", tuple(problems.values()))
        self.problems = dict(problems)


def values_of(campaign: Campaign) -> dict[str, str]:
    """Return what the settings that may be changed say now, as ``change`` takes it; what is not written as it counts.

    Raises:
        CampaignError, UnusableFileError: the file cannot be read.
    """
    written = read_toml(campaign.folder / FILE)
    counted = {LETTERS_TO: campaign.letters_to, OFFICIAL: "accept" if campaign.official else "refuse", SPARE: "0"}
    return {setting.key: str(written.get(setting.key, counted.get(setting.key, ""))) for setting in SETTINGS}


def change(folder: Path, texts: Mapping[str, str]) -> tuple[Campaign, tuple[str, ...]]:
    """Change settings, all or none.

    Args:
        folder: the campaign's.
        texts: by the names of the file; an empty text is a setting that says nothing.

    Returns:
        The campaign as it is now, and the names of what is different from before.

    Raises:
        SettingsError: one of them cannot be; nothing was written.
        CampaignError, UnusableFileError: the file as it is cannot be read, or its line cannot be found.
        TargetLockedError: it cannot be written.
    """
    before = values_of(open_campaign(folder))
    path = folder / FILE
    data = dict(read_toml(path))
    problems = {key: _refused(key) for key in texts if key not in BY_KEY}
    wanted: dict[str, Any] = {}
    for key, text in texts.items():
        if key in BY_KEY and (text := text.strip()) != before[key]:
            wanted[key] = _valued(key, text)
    for key, value in wanted.items():
        if said := _wrong(folder, data, key, value):
            problems[key] = said
    if problems:
        raise SettingsError(problems)
    if not wanted:
        return open_campaign(folder), ()
    text = own_text(path, TOML_BYTES)
    for key, value in wanted.items():
        text = _written(text, key, value)
    if not _is(text, {**data, **wanted}):
        raise CampaignError(f"{path} 里的写法改不了：{'、'.join(wanted)}。请用记事本打开它，改好后保存。没有改动。")
    write_atomic(path, text.encode("utf-8"))
    return open_campaign(folder), tuple(wanted)


def _refused(key: str) -> str:
    if key in FIXED:
        word = {"form": "表样", "year": "评价年度"}[key]
        return f"“{key}”是{word}，建立批次时定下，不能改。要换的，请用 xltool init 另建一个批次。"
    return f"没有名为“{key}”的设置。可以改的是 {'、'.join(f'{one.key}（{one.name}）' for one in SETTINGS)}。"


def _valued(key: str, text: str) -> Any:
    return int(text) if key == SPARE and re.fullmatch(r"[0-9]{1,3}", text) else text


def _wrong(folder: Path, data: Mapping[str, Any], key: str, value: Any) -> str:
    """Why a value cannot be, in one sentence; an empty one if it can."""
    if value == "" and key not in ("deadline", LAST_YEAR, *SENDER):
        return f"“{BY_KEY[key].name}”（{key}）不能空着。"
    try:
        settled(folder, {**data, key: value})
    except CampaignError as error:
        return str(error).removeprefix(f"{folder / FILE}：")
    return ""


def _written(text: str, key: str, value: Any) -> str:
    """The text with one line written anew: the setting's own, else the sample of it in a comment, else a new one."""
    lines = text.split("\n")
    own = re.compile(rf"[ \t]*{key}[ \t]*=")
    sample = re.compile(rf"#[ \t]*{key}[ \t]*=")
    shown = f"{key} = {_toml(value)}"
    for begins in (own, sample):
        for number, line in enumerate(lines):
            if begins.match(line):
                bare = line.removesuffix("\r").lstrip("# \t")
                end = next(iter(_ends(bare)), None)
                if end is not None:
                    lines[number] = shown + bare[end:] + line[len(line.removesuffix("\r")) :]
                    return "\n".join(lines)
    ending = "\r\n" if "\r\n" in text else "\n"
    return text + ("" if not text or text.endswith("\n") else ending) + shown + ending


def _ends(line: str) -> Iterator[int]:
    """Where the value of a line is over and a comment may follow: the first place before which it is whole."""
    for found in re.finditer(r"[ \t]*#|[ \t]*\Z", line):
        try:
            tomllib.loads(line[: found.start()])
        except ValueError:
            continue
        yield found.start()


def _toml(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except (ValueError, RecursionError):
        return False
