"""``xltool report``: the 自评报告 as Word."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, USAGE, Command
from xltool.cli.given import FILES, given
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="report", short_help="写出各部门的自评报告（Word）")
@click.argument("files", metavar="文件", nargs=-1, type=FILES)
@click.option(
    "-C", "folder", metavar="批次", type=click.Path(path_type=Path), help="批次文件夹；不写文件时默认当前文件夹"
)
@click.option(
    "--out",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="写到哪里；批次默认“汇总/自评报告”，文件默认当前文件夹",
)
@click.option("--public", is_flag=True, help="公开的版本：没有联系方式、填表人、签字栏和财政局的意见")
@click.option("--template", is_flag=True, help="只在批次的“模板”里放好模板，供修改")
def command(files: tuple[Path, ...], folder: Path | None, out: Path | None, public: bool, template: bool) -> int:
    """按自评报告的提纲，用部门报送的数据和文字写出完整的自评报告：正文、数据表、正式的自评表，A4，带页码。

    没有填的用黄底的〔待补：…〕标出，不会写成 0。批次里收下的（不是退回的）各写一份。
    文字、标题和次序来自批次文件夹“模板”里的“自评报告.docx”，可以在 Word、WPS 里修改。

    \b
    例：xltool report -C 2022年自评
        xltool report -C 2022年自评 --public --out 公开
        xltool report 收回\\县教育局.xlsx --out 报告
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.correspondence.reports import ensure_template, report_files, reporting_desk, write_reports
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar
    from xltool.examine import Pool, jobs_of
    from xltool.files import probe

    with plain_errors(), ProgressBar("自评报告") as progress:
        campaign = open_campaign(folder or Path()) if folder or not files else None
        if template and campaign is not None:
            say(f"模板：{ensure_template(campaign, form_of(campaign))}")
            return FINE
        if out is not None:
            probe(out)
        if named := given(files):
            with Pool(lambda: reporting_desk(campaign)) as pool:
                jobs = jobs_of(named, pool)
                made = report_files(jobs, out or Path(), campaign, pool, progress, public=public)
        elif campaign is not None:
            made = write_reports(open_collected(campaign), out, progress, public=public)
    say(f"自评报告 {len(made.paths)} 份，在 {made.folder}")
    for name, count in made.owing:
        say(f"  {name}：有 {count} 处没有填，报告里标作〔待补：…〕")
    if not made.paths:
        next_step(
            "看下面没有写出的原因。"
            if made.left
            else "还没有收下的自评表；放进“收回”，先运行  xltool collect" + (f" -C {typed(folder)}" if folder else "")
        )
    else:
        next_step("用 Word 或 WPS 打开看一遍" + ("，补上黄底的〔待补：…〕。" if made.owing else "。"))
    say(*(f"没有写出 {line}" for line in made.left), *made.kept, *made.blocked, err=True)
    return USAGE if made.blocked else FINDINGS if made.left else FINE
