"""``xltool pack``: what was generated, packed for whoever gets it."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from xltool.cli import FINE, USAGE, Command
from xltool.cli.say import next_step, say, typed

_SHOWN = 20


@click.command(cls=Command, name="pack", short_help="按主管部门或单位打包下发表，登记发给了谁")
@click.option(
    "-C", "folder", default=".", metavar="批次", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--by-unit", is_flag=True, help="每个单位一份；默认按名册的主管部门，没有主管部门的单独一份")
@click.option("--zip", "zipped", is_flag=True, help="每份打成一个压缩包")
@click.option(
    "--with-campaign", "bundled", is_flag=True, help="有下级单位的主管部门另给一个批次包，用来自己收表、核对、汇总报送"
)
def command(folder: Path, by_unit: bool, zipped: bool, bundled: bool) -> int:
    """把“下发”里的表按主管部门（或单位）放进“发送”，每份附一段邮件文字：截止日期、怎样填、报到哪里。

    “发送登记.xlsx”记下什么时候、发给谁、哪个文件；再运行一次，只登记新的和换过的，登记表里自己加的栏目和备注都在。本命令不发邮件。

    \b
    例：xltool pack -C 2022年自评
        xltool pack -C 2022年自评 --zip
        xltool pack -C 2022年自评 --by-unit
        xltool pack -C 2022年自评 --with-campaign
    """
    from xltool.campaign.correspondence.packing import pack
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.roster.reading import read_roster
    from xltool.campaign.settings import open_campaign, unsaid
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar
    from xltool.writing.text import for_screen

    with plain_errors(), ProgressBar("打包") as progress:
        campaign = open_campaign(folder)
        form = form_of(campaign)
        roster = read_roster(campaign.roster, form)
        bundles = form if bundled else None
        how = {"by_unit": by_unit, "zipped": zipped}
        made = pack(campaign, roster, datetime.datetime.now(), **how, bundles=bundles, progress=progress)
    say(f"已打包 {made.receivers} 份，在 {made.folder}")
    count = sum(number for _, number in made.fresh)
    if made.fresh:
        named = "、".join(f"{name}（{number} 个）" for name, number in made.fresh[:_SHOWN])
        more = f"等 {len(made.fresh)} 家" if len(made.fresh) > _SHOWN else ""
        say(for_screen(f"这次要发的：{named}{more}"), f"已登记 {count} 个文件，见 {made.register}")
    else:
        say("没有新的或换过的表，登记表没有变。")
    if made.lacking:
        say(for_screen(f"还没有下发表的：{'、'.join(made.lacking[:_SHOWN])}。请运行 xltool generate。"), err=True)
    if missing := unsaid(campaign):
        say(f"xltool.toml 里还没有写{missing}，邮件里写作“见通知”。", err=True)
    say(*made.kept, *made.blocked, err=True)
    if made.fresh:
        next_step(f"按“发送登记”发出；收到的放进“收回”，运行  xltool collect -C {typed(folder)}")
    else:
        next_step(f"没有要再发的；看收件进度，运行  xltool status -C {typed(folder)}")
    return USAGE if made.blocked else FINE
