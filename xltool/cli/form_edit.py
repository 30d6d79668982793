"""``xltool form edit`` and ``xltool form take``: a form changed in Excel by people who own its rules."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say, typed

_SHOWN = 60
_YEAR = 2024
_CAMPAIGN = click.option(
    "-C", "campaign", metavar="批次", type=click.Path(path_type=Path), help="改这个批次用的表样，写进批次的“表样”"
)


@click.command(cls=Command, name="edit", short_help="把表样写成工作簿，在 Excel 里改")
@click.argument("ident", metavar="表样", required=False, default="")
@_CAMPAIGN
@click.option(
    "--out",
    metavar="文件",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到这个文件；默认 表样修改_编号.xlsx",
)
def edit(ident: str, campaign: Path | None, out: Path | None) -> int:
    """把表样的参数、清单、栏目的文字、规则写成一个工作簿，在 Excel 或 WPS 里改，再用 xltool form take 收回。

    表样写编号或路径；写了 -C 又不写表样的，是这个批次用的表样。改的是自己的表样，就写回它的 form.yaml；改的是随工具带的，收回时在
    批次的“表样”（写 -C 的）或自己的表样文件夹里写一个同名的，在它上面改，以后先用自己的。

    \b
    例：xltool form edit mycounty-2024
        xltool form edit -C 2024年自评
        xltool form edit 表样/mycounty-2024 --out 改规则.xlsx
    """
    from xltool.campaign.form_editing.edit_book import edit_book
    from xltool.campaign.kept_form import FOLDER
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.files import safe_name, write_atomic
    from xltool.form.edit.edited import opened

    if not ident and campaign is None:
        raise click.UsageError("请写表样的编号，或者写 -C 批次。")
    with plain_errors():
        settings = open_campaign(campaign) if campaign is not None else None
        asked = ident or (settings.form if settings is not None else "")
        editing = opened(asked, campaign / FOLDER if campaign is not None else None)
        target = out or Path(f"表样修改_{safe_name(editing.ident)}.xlsx")
        if target.exists():
            told = (
                f"已经有 {target}，里面可能有没有收回的改动，没有覆盖。请先收回，或者改名，或者用 --out 写到别的文件。"
            )
            raise click.ClickException(told)
        write_atomic(target, edit_book(editing))
    say(f"已写出 {target}：{len(editing.lines)} 行，浅黄色的格子可以改，“说明”里写着怎样改。")
    if editing.new:
        say(f"收回时写进 {editing.path}（在 {editing.ident} 上改，原来的不动）。")
    where = f" -C {typed(campaign)}" if campaign is not None else ""
    own = "" if ident in ("", editing.ident) else f" --form {typed(ident)}"
    next_step(f"改好、保存、关闭，运行  xltool form take {typed(target)}{where}{own}")
    return 0


@click.command(cls=Command, name="take", short_help="把在 Excel 里改过的表样收回来")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_CAMPAIGN
@click.option("--form", "asked", default="", metavar="表样", help="表样不在批次或自己的表样文件夹里的，写它的路径")
@click.option("--show", is_flag=True, help="只看改了什么、对不对，不写")
def take(file: Path, campaign: Path | None, asked: str, show: bool) -> int:
    """收回 xltool form edit 写出、改过的工作簿：列出改了什么（原来的 → 现在的），把改动后的表样整个检查一遍，再写进 form.yaml。

    有一处不对，就按工作表和单元格指出来，一处也不写。form.yaml 里的注释、次序和没有改的地方一个字不动；原来的一份另存为“form_改前.yaml”。

    \b
    例：xltool form take 表样修改_mycounty-2024.xlsx --show
        xltool form take 表样修改_mycounty-2024.xlsx
        xltool form take 表样修改_national-2020.xlsx -C 2024年自评
    """
    from xltool.campaign.form_editing.edit_taking import taken, write_taken
    from xltool.campaign.kept_form import FOLDER
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors

    with plain_errors():
        if campaign is not None:
            open_campaign(campaign)
        made = taken(file, asked, campaign / FOLDER if campaign is not None else None, _YEAR)
        for note in made.notes:
            say(f"提醒：{note}")
        if not made.told:
            say(f"没有改动，{made.editing.path} 没有写。")
            return 0
        say(f"改动 {len(made.told)} 处：", *(f"  {line}" for line in made.told[:_SHOWN]))
        if len(made.told) > _SHOWN:
            say(f"  ……共 {len(made.told)} 处")
        if show:
            say("改动后的表样没有问题。")
            next_step(f"要写进表样，运行  xltool form take {typed(file)}{_again(campaign, asked)}")
            return 0
        kept = write_taken(made)
    say(f"改动后的表样没有问题，已写进 {made.editing.path}", *([f"原来的一份：{kept}"] if kept else []))
    after = f"，再运行  xltool generate -C {typed(campaign)}  重新下发" if campaign is not None else ""
    next_step(f"看样子，运行  xltool form preview {typed(made.editing.path)}{after}")
    return 0


def _again(campaign: Path | None, asked: str) -> str:
    where = f" -C {typed(campaign)}" if campaign is not None else ""
    return where + (f" --form {typed(asked)}" if asked else "")
