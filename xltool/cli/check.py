"""``xltool check``: examine single files."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, Command


@click.command(cls=Command, name="check", short_help="核对一个或几个回收文件")
@click.argument(
    "files", metavar="文件…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-C",
    "--campaign",
    "folder",
    metavar="批次",
    type=click.Path(path_type=Path),
    help="批次文件夹：与批次下发的内容（名称、批复的指标、预算数、签章）对照；不写则以文件自带的为准",
)
@click.option("--json", "as_json", is_flag=True, help="每个文件输出一行 JSON")
@click.option(
    "--out",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="把带“审核结果”的副本写到这个文件夹",
)
def command(files: tuple[Path, ...], folder: Path | None, as_json: bool, out: Path | None) -> int:
    """核对一个或几个回收文件，列出问题、位置、改法和得分。

    有“退回”或“须改”的问题时退出码是 1。

    \b
    例：xltool check 收回\\县教育局.xlsx
        xltool check 收回\\*.xlsx --out 审核
        xltool check 收回\\县教育局.xlsx -C 2022年自评
    """
    from xltool.campaign.outbox import issued
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.examine import examine_many, jobs_of
    from xltool.files import probe
    from xltool.findings import Severity
    from xltool.form import form_ids
    from xltool.report.annotate import hand_back
    from xltool.report.console import describe
    from xltool.report.json import to_json

    grave = False
    with plain_errors():
        campaign = open_campaign(folder) if folder is not None else None
        known = issued(campaign) if campaign is not None else None
        forms = (campaign.form,) if campaign is not None else form_ids()
        if out is not None:
            probe(out)
        jobs = jobs_of((path.name, path) for path in files)
        for job, outcome in examine_many(jobs, forms, known, workers=min(2, len(files))):
            grave |= any(finding.severity is not Severity.NOTICE for finding in outcome.findings)
            click.echo(to_json(outcome) if as_json else describe(outcome))
            if out is not None and not outcome.skipped and job.readable:
                target = hand_back(Path(job.name).stem, job.content(), outcome, out)
                click.echo(f"已写出 {target}", err=as_json)
    return FINDINGS if grave else FINE
