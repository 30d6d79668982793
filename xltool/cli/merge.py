"""``xltool merge``: the tables of many campaigns as one."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltool.cli import FINDINGS, FINE, Command
from xltool.cli.say import next_step, say

if TYPE_CHECKING:
    from xltool.campaign.province.clashes import Clash

_SHOWN = 20
_NAMED = 3


@click.command(cls=Command, name="merge", short_help="把许多批次（各区县）的数据表合成一套")
@click.argument("folders", metavar="批次…", nargs=-1, required=True)
@click.option(
    "--out", required=True, metavar="文件夹", type=click.Path(file_okay=False, path_type=Path), help="写到这个文件夹"
)
@click.option("--title", default="", metavar="标题", help="汇总表的标题，默认“… 个批次合并汇总”")
def command(folders: tuple[str, ...], out: Path, title: str) -> int:
    """把许多批次的数据表合成一套：一个汇总.xlsx 和“数据”里的 Parquet，每行写明区县和批次。

    每个批次先运行 xltool collect --tables。可以写批次文件夹，也可以写区县发来的“数据”文件夹；
    前面写“区县=”的用这个名称，不写的用文件夹的名称。重复的部门、
    相同的文件、不同的表样版本都列在“重复与不一致”，有的时候退出码是 1。

    \b
    例：xltool merge 各县/* --out 全市
        xltool merge 甲县=收到/甲 乙县=收到/乙 --out 全市 --title 2022年度全市自评汇总
    """
    from xltool.campaign.province.merge import FILE, merge
    from xltool.campaign.province.sources import find
    from xltool.campaign.summarise import DATA
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar
    from xltool.report.workbook.exports import NoParquetError
    from xltool.writing.text import one_line

    try:
        with plain_errors(), ProgressBar("合并") as progress:
            sources = find(folders)
            merged = merge(sources, out, title, progress)
    except NoParquetError as error:
        raise click.ClickException(str(error)) from None
    say(f"{len(sources)} 个批次，部门 {merged.departments} 个，已报 {merged.returned} 个。")
    say("、".join(f"{name} {count} 行" for name, count in merged.rows.items()))
    told: dict[tuple[str, str], list[Clash]] = {}
    for clash in merged.clashes:
        told.setdefault((clash.kind, clash.where), []).append(clash)
    for (kind, where), alike in islice(told.items(), _SHOWN):
        if len(alike) == 1:
            say(one_line(f"{kind} {alike[0].about}（{where}）：{alike[0].text}"))
        else:
            names = "、".join(clash.about for clash in alike[:_NAMED]) + (" 等" if len(alike) > _NAMED else "")
            say(one_line(f"{kind} {len(alike)} 处（{where}）：{names}"))
    if merged.clashes:
        say(f"共 {len(merged.clashes)} 处，都在“重复与不一致”里。")
    say(f"汇总表：{out / FILE}")
    say(f"数据表：{out / DATA}")
    if merged.clashes:
        next_step("打开汇总表的“重复与不一致”，请区县改好后再合一次。")
    else:
        next_step("打开汇总表看结果。")
    return FINDINGS if merged.clashes else FINE
