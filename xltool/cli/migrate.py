"""``xltool migrate``: an older filled workbook into the current template."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, Command
from xltool.cli.say import next_step, say


@click.command(cls=Command, name="migrate", short_help="把旧版表里填好的内容转入现在的表")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-C", "folder", metavar="批次", type=click.Path(path_type=Path), help="批次文件夹：用批次里最新下发的表")
@click.option(
    "--out",
    metavar="文件夹",
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
    help="写到哪里，默认当前文件夹",
)
def command(file: Path, folder: Path | None, out: Path) -> int:
    """把旧版表里填好的内容转入现在的表，列出没有转入的内容。

    部门自己填的正式表或自评报告（Word、Excel、网页等）也可以转入：写 -C，转入批次下发给这个部门的表。

    \b
    例：xltool migrate 县教育局旧表.xlsx -C 2022年自评 --out 新表
        xltool migrate 县水利局自评表.docx -C 2022年自评
    """
    from xltool.campaign.exchange.migrate import carried_by, migrate
    from xltool.campaign.exchange.take_over import take_over
    from xltool.campaign.issue.outbox import issued
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.roster.reading import read_roster
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.examine import Desk, Job, Opening, Pool
    from xltool.files import safe_name, write_atomic
    from xltool.findings import Finding
    from xltool.form import Form, form_by_id, known_ids
    from xltool.ooxml.refused import Refused
    from xltool.read.official.door import OTHERS
    from xltool.writing.text import for_screen

    def by_id(ident: str) -> Form | None:
        if own is not None and ident == own.id:
            return own
        return form_by_id(ident) if ident in known_ids() else None

    with plain_errors():
        campaign = open_campaign(folder) if folder else None
        own = form_of(campaign) if campaign is not None else None
        job = Job(file.name, file)
        with Pool(Desk) as pool:
            (found,) = pool.run([Opening(job, carried_by)])
        try:
            if not isinstance(found, Finding):
                result = migrate(*found, by_id, issued(campaign) if campaign else None)
            elif campaign is not None and own is not None and found.code in OTHERS:
                result = take_over(job, campaign, own, read_roster(campaign.roster, own))
            else:
                raise Refused(found)
        except Refused as refused:
            told = f"{file.name}：{refused.finding.message}{refused.finding.remedy}"
            raise click.ClickException(for_screen(told)) from None
        if result.outdated:
            raise click.ClickException("表样在最近一次下发以后改过。请先运行 xltool generate 重新下发，再转入。")
        target = out / f"{safe_name(file.stem)}_转入新表.xlsx"
        write_atomic(target, result.workbook)
    say(f"已转入 {result.moved} 格，没有转入 {len(result.left)} 格，写到 {target}")
    for cell in result.left:
        say(f"  没有转入〔{cell.address.sheet}〕{cell.address.a1}：{str(cell.value)[:60]}")
    for cell, lost in result.changed:
        say(f"  转入时改动〔{cell.address.sheet}〕{cell.address.a1}：{lost}")
    next_step("打开看一遍" + ("，补填没有转入的" if result.left else "") + "，再发给部门。")
    return FINDINGS if result.left else FINE
