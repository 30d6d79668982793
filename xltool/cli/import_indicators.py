"""``xltool import-indicators``: approved indicators from the platform into the roster."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="import-indicators", short_help="把一体化平台的指标表导入名册")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--project", default="", metavar="项目编码", help="表里没有项目编码时，指标归到这个项目")
def command(file: Path, folder: Path, project: str) -> int:
    """把预算管理一体化平台导出的指标表写进名册的〔指标〕。

    项目编码取“项目编码”一栏，没有这一栏就取工作表名，或用 --project 给出。名册里这些项目原有的指标
    会被换掉，原来的名册另存为“名册_导入前.xlsx”。名册里没有的项目编码、generate 不接受的内容，都不写入，逐条列出。

    \b
    例：xltool import-indicators 平台指标.xlsx -C 2022年自评
        xltool import-indicators 指标.xls --project 101001-1
    """
    from xltool.campaign.exchange.platform import add_to_roster, read_platform, refuse_unfit
    from xltool.campaign.kept_form import current
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors

    with plain_errors():
        campaign = open_campaign(folder)
        form = current(campaign)
        imported = read_platform(file, form, project)
        refuse_unfit(campaign.roster, form, imported.rows)
        replaced = add_to_roster(campaign.roster, imported.rows)
    projects = len({row["项目编码"] for row in imported.rows})
    say(f"已写入 {campaign.roster}：{projects} 个项目、{len(imported.rows)} 个指标，换掉原有 {replaced} 行。")
    for note in imported.notes:
        say(f"  提示 {note}")
    next_step(f"核对名册〔指标〕，再运行  xltool generate -C {typed(folder)}")
    return 0
