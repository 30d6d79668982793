"""``xltool status``: who returned what, and who has to be reminded."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINE, USAGE, Command, day_of
from xltool.cli.addressee import ADDRESSEES, TO_HELP, addressed
from xltool.cli.say import next_step, say, say_text, typed


@click.command(cls=Command, name="status", short_help="看收件进度：通过、待修改、未报等，离截止还有几天")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--list", "as_list", is_flag=True, help="另写出“汇总/收件进度.xlsx”")
@click.option("--remind", is_flag=True, help="为未报和待修改的部门各写一份催报文字，放在“汇总/催报”")
@click.option("--to", "addressee", type=click.Choice(ADDRESSEES), metavar="对象", help=TO_HELP)
@click.option("--today", default="", metavar="日期", help="按这一天计算剩余天数，如 2023-03-20，默认今天")
def command(folder: Path, as_list: bool, remind: bool, addressee: str | None, today: str) -> int:
    """看收件进度。按最近一次 collect 的结果，不重新核对文件。

    \b
    例：xltool status -C 2022年自评
        xltool status -C 2022年自评 --list --remind
        xltool status -C 2022年自评 --remind --to 主管部门
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.settings import open_campaign
    from xltool.campaign.status import standings, write_list, write_reminders
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar
    from xltool.report.console import listing, standing_rows, tier_listing
    from xltool.writing.text import one_line

    day = day_of(today)
    with plain_errors(), ProgressBar("催报") as progress:
        campaign = addressed(open_campaign(folder), addressee)
        collected = open_collected(campaign, day)
        found = standings(collected, day)
        say_text(listing(standing_rows(found.lines), scored=found.scored))
        if found.tiers:
            say("")
            say_text(tier_listing(found.tiers, found.scored))
        say(
            "",
            f"截止日期 {found.deadline}，{found.term}。{found.counts.sentence()}",
        )
        say(*map(one_line, collected.packages_told))
        for line in found.lines:
            if line.remark:
                say(f"{one_line(line.name)}：{one_line(line.remark)}。")
        if as_list:
            say(f"收件进度表：{write_list(campaign, found)}")
        if remind:
            written = write_reminders(campaign, found, progress)
            where = f"，在 {written.paths[0].parent}" if written.paths else ""
            say(f"已写出催报文字 {len(written.paths)} 份{where}")
            say(*written.kept, *written.blocked, err=True)
            if written.blocked:
                return USAGE
    if not found.lines:
        next_step(f"还没有要报送的部门；填好 {campaign.roster}，运行  xltool generate -C {typed(folder)}")
    elif not any(line.state.open or not line.state.came for line in found.lines):
        next_step(f"都已收齐；抽查复核，运行  xltool review plan -C {typed(folder)}")
    elif remind:
        next_step(f"把催报文字发给各部门；收到的放进“收回”，运行  xltool collect -C {typed(folder)}")
    else:
        next_step(f"写催报文字，运行  xltool status -C {typed(folder)} --remind")
    return FINE
