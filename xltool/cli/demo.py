"""``xltool demo``: the whole job on the built-in example."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command


@click.command(cls=Command, name="demo", short_help="用内置示例走一遍：下发、填报、核对、汇总")
@click.argument("folder", metavar="[文件夹]", default="xltool示例", type=click.Path(path_type=Path))
def command(folder: Path) -> int:
    """用内置示例走一遍：建立批次、生成下发表、填报、核对、汇总。

    \b
    例：xltool demo
        xltool demo D:\\自评示例
    """
    from xltool.campaign.demo import build
    from xltool.cli.collect import report
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    with plain_errors(), ProgressBar("示例") as progress:
        collected = build(folder, progress)
    report(collected)
    return 0
