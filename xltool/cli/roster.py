"""``xltool roster``: the bureau's own list into the roster, and the roster checked."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command, VerbGroup
from xltool.cli.say import next_step, say, typed

_SHOWN = 30
_FOLDER = click.option(
    "-C", "folder", default=".", metavar="批次", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)


@click.group(cls=VerbGroup, name="roster", short_help="导入自己的单位、项目名单，检查名册")
def command() -> None:
    """把财政局自己的名单导入名册，随时检查名册，换成另一份名册。

    \b
    例：xltool roster import 预算单位名单.xls -C 2022年自评
        xltool roster replace 改好的名册.xlsx -C 2022年自评
        xltool roster check -C 2022年自评
    """


@command.command(cls=Command, name="import", short_help="把自己的单位、项目名单导入名册")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FOLDER
@click.option("--sheet", "only", default="", metavar="工作表", help="只导入这张工作表；默认每张认得出的都导入")
def take(file: Path, folder: Path, only: str) -> int:
    """把自己的单位名单、项目名单写进名册的〔部门〕〔项目〕。

    .xlsx、.xls、.ods、.csv 都可以；上面可以有标题行，表头可以占两行，合并的单元格按上面一格读。栏目按常见的说法认（单位编码、
    预算单位、联系电话……），认成什么、没有用到什么、哪些行没有导入，都列出来。名册里已有的部门、项目按编码找到，只改名单里写了的
    栏目；原来的名册另存为“名册_导入前.xlsx”。

    \b
    例：xltool roster import 预算单位名单.xls -C 2022年自评
        xltool roster import 项目库.xlsx -C 2022年自评 --sheet 2022年项目
    """
    from xltool.campaign.kept_form import current
    from xltool.campaign.roster.taking import take as take_list
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors

    with plain_errors():
        campaign = open_campaign(folder)
        taken = take_list(file, campaign.roster, current(campaign), only)
    for title in ("部门", "项目"):
        new, changed, same = taken.new.get(title, 0), taken.changed.get(title, 0), taken.same.get(title, 0)
        if new or changed or same:
            say(f"〔{title}〕新增 {new} 行，改动 {changed} 行，没有变化 {same} 行。")
    _list("认出的：", taken.told)
    _list("没有导入的：", taken.left)
    next_step(f"看一眼 {campaign.roster}，再运行  xltool roster check -C {typed(folder)}")
    return 0


@command.command(cls=Command, name="check", short_help="检查名册")
@_FOLDER
def check(folder: Path) -> int:
    """检查名册：要改的逐格列出；能用的，列出值得看一眼的（没有项目的单位、重名、主管部门对不上等）。

    \b
    例：xltool roster check -C 2022年自评
    """
    from xltool.campaign.kept_form import current
    from xltool.campaign.roster.advice import advice
    from xltool.campaign.roster.reading import read_roster
    from xltool.campaign.settings import open_campaign, unsaid
    from xltool.cli.errors import plain_errors

    with plain_errors():
        campaign = open_campaign(folder)
        form = current(campaign)
        roster = read_roster(campaign.roster, form)
    say(f"名册可以用：{roster.sizes}。")
    notes = [*roster.notes, *advice(roster, form)]
    if missing := unsaid(campaign):
        notes.append(f"xltool.toml 里还没有写{missing}，下发表上写作“见财政局通知”。")
    _list("请看一眼：", notes)
    next_step(f"生成下发表，运行  xltool generate -C {typed(folder)}")
    return 0


@command.command(cls=Command, name="replace", short_help="换成另一份名册，先检查")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FOLDER
def replace(file: Path, folder: Path) -> int:
    """把另一份名册.xlsx 换进批次：先像生成时那样检查，有要改的逐格列出，不换；原来的一份留作“名册_换下1.xlsx”。

    \b
    例：xltool roster replace 改好的名册.xlsx -C 2022年自评
    """
    from xltool.campaign.kept_form import current
    from xltool.campaign.roster.rewriting import replace_roster
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors

    with plain_errors():
        campaign = open_campaign(folder)
        made = replace_roster(file, campaign.roster, current(campaign))
    say(
        "与现在的名册相同，没有改动。" if made.same else f"已换成 {file.name}：{made.roster.sizes}。",
        *((f"原来的名册在 {made.kept}",) if made.kept else ()),
    )
    _list("请看一眼：", [*made.roster.notes])
    next_step(f"生成下发表，运行  xltool generate -C {typed(folder)}")
    return 0


def _list(head: str, lines: list[str]) -> None:
    from xltool.writing.text import for_screen

    if lines:
        say(head)
    for line in lines[:_SHOWN]:
        say(f"  {for_screen(line)}")
    if len(lines) > _SHOWN:
        say(f"  ……共 {len(lines)} 条")
