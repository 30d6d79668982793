"""``xltool submit``: a 主管部门 hands up what its units returned."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from xltool.cli import FINE, Command
from xltool.cli.say import next_step, say

_SHOWN = 20


@click.command(cls=Command, name="submit", short_help="主管部门把核对过的自评表汇总报送财政局")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--to", metavar="文件", type=click.Path(path_type=Path), help="报送包写到哪里，默认批次的“报送”文件夹")
@click.option("--by", default="", metavar="姓名", help="经办人，写进报送清单；默认是 xltool.toml 的联系人")
def command(folder: Path, to: Path | None, by: str) -> int:
    """把已经通过的自评表原样放进一个报送包（zip），附签名的报送清单：各单位的核对结果、没有报的单位、什么时候、谁做的。

    批次要用财政局给的批次包建立（xltool init 文件夹 --from 批次包）。财政局收到后放进“收回”，运行 xltool collect，每一份重新核对。

    \b
    例：xltool submit -C 县教育局2022年自评
        xltool submit -C 县教育局2022年自评 --to D:/报送 --by 张三
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.exchange.submit import submit
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.writing.text import for_screen

    with plain_errors():
        made = submit(open_collected(open_campaign(folder)), datetime.datetime.now(), to, by)
    say(f"报送包：{made.path}", f"{made.authority} 汇总报送 {made.units} 个单位，没有放进包里的 {len(made.left)} 个。")
    if made.left:
        named = "、".join(f"{line.name}（{line.state.value}）" for line in made.left[:_SHOWN])
        more = f" 等 {len(made.left)} 个" if len(made.left) > _SHOWN else ""
        say(for_screen(f"没有放进包里的：{named}{more}。改好报来后再运行一次，报送包会更新。"))
    next_step("把报送包发给财政局。不要解开、改动或另外打包。")
    return FINE
