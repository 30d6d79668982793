"""``xltool collect``: everything in 收回."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltool.cli import FINDINGS, FINE, Command

if TYPE_CHECKING:
    from xltool.campaign.collect import Collected


@click.command(cls=Command, name="collect", short_help="核对“收回”里的全部文件并写出汇总")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--json", "as_json", is_flag=True, help="每个文件输出一行 JSON")
def command(folder: Path, as_json: bool) -> int:
    """核对“收回”里的全部文件，把需要修改的写到“退回”，写出“汇总/汇总.xlsx”。

    可以反复运行。有“退回”或“须改”的问题时退出码是 1。

    \b
    例：xltool collect -C 2022年自评
    """
    from xltool.campaign.collect import collect
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import Progress

    with plain_errors(), Progress("核对") as progress:
        collected = collect(open_campaign(folder), progress)
    if as_json:
        from xltool.report.json import to_json

        for outcome in collected.outcomes:
            click.echo(to_json(outcome))
    else:
        report(collected)
    return FINDINGS if collected.marked else FINE


def report(collected: Collected) -> None:
    """Print the table and where the results are."""
    from xltool.report.console import table

    campaign = collected.campaign
    click.echo(table(collected.chosen.values(), [name for _, name in collected.missing]))
    strangers = [outcome.file for outcome in collected.outcomes if outcome.shape is None and not outcome.skipped]
    if strangers:
        click.echo(f"认不出部门的文件 {len(strangers)} 个：{'、'.join(strangers)}")
    click.echo(
        f"\n应报 {len(collected.roster.departments)} 个部门，已报 {len(collected.chosen)} 个，未报 {len(collected.missing)} 个；"
        f"收到文件 {len(collected.outcomes)} 个，退回修改 {len(collected.marked)} 个。"
    )
    click.echo(f"汇总表：{campaign.summary}")
    click.echo(f"退回件：{campaign.returned}")
