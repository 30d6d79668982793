"""``xltool letters``: 退回修改通知, 回执 and 审核情况通报."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINE, USAGE, Command, day_of
from xltool.cli.addressee import ADDRESSEES, TO_HELP, addressed
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="letters", short_help="写出退回修改通知、回执和审核情况通报（Word）")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option(
    "--today", default="", metavar="日期", help="落款日期，也用来计算期限和豁免是否有效，如 2023-03-20，默认今天"
)
@click.option("--templates", is_flag=True, help="只在“模板”里放好模板，供修改")
@click.option("--to", "addressee", type=click.Choice(ADDRESSEES), metavar="对象", help=TO_HELP)
def command(folder: Path, today: str, templates: bool, addressee: str | None) -> int:
    """为需要修改的部门各写一份退回修改通知，为已接收的部门各写一份回执，另写一份审核情况通报，放在“汇总/通知”。

    回执写明收到时间、得分和每张正式表的校验码；收到纸质表后用 xltool verify 查校验码。
    文字和版式来自批次文件夹“模板”里的 Word 文件，可以自行修改。
    --to 主管部门 的，给每个主管部门写一份通知，列明所属单位哪些没有报、哪些要改。

    \b
    例：xltool letters -C 2022年自评
        xltool letters -C 2022年自评 --to 主管部门
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.correspondence.letters import ensure_templates, write_letters
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    day = day_of(today)
    with plain_errors(), ProgressBar("通知") as progress:
        campaign = addressed(open_campaign(folder), addressee)
        if templates:
            say("模板：" + "、".join(map(str, ensure_templates(campaign, form_of(campaign).spec.scoring.scored))))
            return FINE
        written = write_letters(open_collected(campaign, day), day, progress)
    say(f"退回修改通知 {len(written.notices)} 份，在 {written.report.parent}")
    if written.tiers:
        say(f"主管部门通知 {len(written.tiers)} 份，在 {written.report.parent}")
    say(f"回执 {len(written.receipts)} 份，在 {written.report.parent}")
    say(f"审核情况通报：{written.report}")
    if written.notices or written.tiers or written.receipts:
        next_step(
            f"看一遍，与“退回”里的文件一起发回部门；改好报来的放进“收回”，运行  xltool collect -C {typed(folder)}"
        )
    else:
        next_step(f"还没有收下的表；放进“收回”，先运行  xltool collect -C {typed(folder)}")
    say(*written.kept, *written.blocked, err=True)
    return USAGE if written.blocked else FINE
