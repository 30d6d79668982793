"""``xltool generate``: one workbook per department."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINE, USAGE, Command
from xltool.cli.say import next_step, say, typed

_SHOWN = 10


@click.command(cls=Command, name="generate", short_help="按名册为每个部门生成下发表")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--department", "only", multiple=True, metavar="部门编码", help="只生成这个部门的，可以写几次；默认全部")
@click.option("--leaflet", is_flag=True, help="另写一份“单位填报一页纸”（Word；装有 LibreOffice 的还有 PDF），随表下发")
def command(folder: Path, only: tuple[str, ...], leaflet: bool) -> int:
    """按名册为每个部门生成一个下发表，放在“下发”里。

    再运行一次，内容有变化的换成新的一份；用以前那一份报来的，收表时说明是旧版，不评分。

    xltool.toml 里写了 last_year 的，上年报送的数会预先填好（表样里写“prefill: 上年.栏目”的格子）。

    \b
    例：xltool generate -C 2022年自评
        xltool generate -C 2022年自评 --department 101001
        xltool generate -C 2022年自评 --leaflet
    """
    from xltool.campaign.compare.last_year import figures_before
    from xltool.campaign.issue.outbox import generate_all
    from xltool.campaign.kept_form import current, newer
    from xltool.campaign.roster.advice import units_without_projects
    from xltool.campaign.roster.reading import read_roster
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar
    from xltool.form.about import year_told
    from xltool.writing.text import for_screen

    with plain_errors(), ProgressBar("生成") as progress:
        campaign = open_campaign(folder)
        form = current(campaign)
        before = figures_before(campaign, form)
        roster = read_roster(campaign.roster, form)
        made = generate_all(campaign, form, roster, progress, before, only)
    same = len(made.paths) - len(made.new) - len(made.changed)
    told = f"新增 {len(made.new)} 个，有变化 {len(made.changed)} 个，没有变化 {same} 个"
    say(f"已生成 {len(made.paths)} 个下发表，在 {campaign.outbox}（{told}）")
    if made.changed:
        from xltool.writing.text import one_line

        names = "、".join(map(one_line, made.changed[:_SHOWN])) + (
            f" 等 {len(made.changed)} 个" if len(made.changed) > _SHOWN else ""
        )
        say(f"有变化的：{names}。请把新的下发表发给这些部门；以前的一份作废，已经填好的可以用 xltool migrate 转入。")
    if made.renewed:
        say(
            "签发密钥原来的一份不在了，已经重新签发：请把新的下发表发给各部门；"
            "以前下发的表报来后列为“待认领”，核实后把文件放进“收回”里的“认领”文件夹即可计入。"
        )
    if before:
        say(f"其中 {len(before)} 个部门的上年数取自上年的回收表，部门可以改。")
    bare = units_without_projects(roster, form)
    if bare:
        shown = "、".join(row["部门名称"] for row in bare[:_SHOWN]) + (
            f" 等 {len(bare)} 个" if len(bare) > _SHOWN else ""
        )
        say(for_screen(f"提示：{shown}在名册〔项目〕里没有项目，下发的表里没有项目表。"), err=True)
    for said in (newer(campaign), year_told(form, campaign.year)):
        if said:
            say(said, err=True)
    for line in roster.notes:
        say(f"名册{line}", err=True)
    for line in made.blocked:
        say(line, err=True)
    if leaflet:
        from xltool.campaign.correspondence.leaflet import write_leaflet

        with plain_errors():
            page = write_leaflet(campaign, form)
        say(
            f"单位填报一页纸：{page.document}"
            + (f"、{page.pdf.name}" if page.pdf else "（要 PDF 的，用 Word 或 WPS 另存）")
        )
    if not made.paths and not made.blocked:
        next_step(f"名册〔部门〕还没有部门，请先填写 {campaign.roster}")
    elif made.paths:
        next_step(f"把“下发”里的表发给各部门；收到后放进“收回”，再运行  xltool collect -C {typed(folder)}")
    return USAGE if made.blocked else FINE
