"""``xltool export-platform``: results of returns in the platform's columns."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, Command
from xltool.cli.given import FILES, given
from xltool.cli.say import next_step, say


@click.command(cls=Command, name="export-platform", short_help="按一体化平台的栏目导出结果")
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=FILES)
@click.option(
    "--out", required=True, metavar="文件", type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件"
)
@click.option(
    "-C", "folder", default=None, metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹：以下发记录为准"
)
def command(files: tuple[Path, ...], out: Path, folder: Path | None) -> int:
    """把回收表的指标、完成值和核定得分按预算管理一体化平台的栏目写出，每个项目一张工作表。

    读不了的文件和重复的项目不导出，会列出来，退出码是 1。

    \b
    例：xltool export-platform 收回 --out 平台导入.xlsx
    """
    from xltool.campaign.exchange.platform import export_platform, results_of
    from xltool.campaign.issue.outbox import issued
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar
    from xltool.examine import Desk, Job, Opening, Pool
    from xltool.form import known_ids
    from xltool.progress import followed

    with plain_errors(), ProgressBar("导出") as progress:
        named = given(files)
        campaign = open_campaign(folder) if folder is not None else None
        desk = Desk.of(form_of(campaign), issued(campaign)) if campaign is not None else Desk(known_ids())
        with Pool(lambda: desk) as pool:
            found = pool.run(Opening(Job(*one), results_of) for one in named)
            each = zip((name for name, _ in named), found, strict=True)
            count, left = export_platform(followed(each, len(named), progress, itemgetter(0)), out)
    if count:
        say(f"已写出 {out}：{count} 个项目。")
        next_step("打开核对一遍，再导入平台。")
    for line in left:
        say(f"  {line}", err=True)
    return FINDINGS if left or not count else FINE
