"""``xltool set``: a campaign's settings shown, or one of them changed."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="set", short_help="看批次的设置，或改一项")
@click.argument("key", metavar="[设置]", required=False, default="")
@click.argument("value", metavar="[值]", required=False, default=None)
@click.option(
    "-C", "folder", default=".", metavar="批次", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
def command(key: str, value: str | None, folder: Path) -> int:
    """看批次的设置；写了设置的名称和值的，改这一项。

    改的是批次文件夹里的 xltool.toml，别的行和注释不动；值写 "" 是不要这一项。表样和评价年度建立批次时定下，不能改。

    \b
    例：xltool set -C 2022年自评
        xltool set deadline 2023-04-15 -C 2022年自评
        xltool set 联系人 张三 -C 2022年自评
    """
    from xltool.campaign.change_settings import BY_KEY, change, key_of, values_of
    from xltool.campaign.issue.outbox import RECORD
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.writing.text import one_line

    key = key_of(key)
    with plain_errors():
        if value is not None:
            campaign, changed = change(folder, {key: value})
        else:
            campaign, changed = open_campaign(folder), ()
        if key and key not in BY_KEY:
            change(folder, {key: ""})  # says what can be changed
        now = values_of(campaign)
    for setting in (BY_KEY[key],) if key else BY_KEY.values():
        say(one_line(f"{setting.key}（{setting.name}）：{now[setting.key] or '（没有写）'}"))
    if value is None:
        next_step(f"要改一项，运行  xltool set 设置 值 -C {typed(folder)}", err=True)
        return 0
    say("已改好。" if changed else "与原来相同，没有改动。")
    if BY_KEY[key].printed and changed:
        again = "重新生成" if (campaign.outbox / RECORD).exists() else "改完后生成"
        next_step(f"下发表上印着这一项，{again}，运行  xltool generate -C {typed(folder)}")
    else:
        next_step(f"看进度，运行  xltool status -C {typed(folder)}")
    return 0
