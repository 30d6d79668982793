"""``xltool check``: examine single files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltool.cli import FINDINGS, FINE, Command
from xltool.cli.given import FILES, given
from xltool.cli.say import next_step, say, say_json, say_text, typed

if TYPE_CHECKING:
    from xltool.examine import Desk
    from xltool.read.wanted import Official


@click.command(cls=Command, name="check", short_help="核对一个或几个回收文件")
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=FILES)
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
@click.option("--form", "wanted", metavar="表样", help="正式表按这个表样读取；不写就自动认")
def command(files: tuple[Path, ...], folder: Path | None, as_json: bool, out: Path | None, wanted: str | None) -> int:
    """核对一个或几个回收文件，列出问题、位置、改法和得分。

    下发的工作簿以外，也读各部门自己填的正式自评表和自评报告（Word、Excel、网页、PDF、文本）。
    给一个文件夹，就核对里面的全部文件。
    有“退回”或“须改”的问题时退出码是 1。

    \b
    例：xltool check 收回\\县教育局.xlsx
        xltool check 收回 --out 审核
        xltool check 自评报告.docx --form hunan-2022
        xltool check 收回\\县教育局.xlsx -C 2022年自评
    """
    from xltool.cli.errors import plain_errors
    from xltool.examine import Desk, Examining, Pool, jobs_of
    from xltool.examine.jobs import unchanged
    from xltool.files import DistinctNames, probe, write_atomic
    from xltool.findings import Severity
    from xltool.form import known_ids
    from xltool.report.console import describe

    grave, names = False, DistinctNames()
    with plain_errors():
        desk = Desk(known_ids(), official=_official(wanted)) if folder is None else _of_campaign(folder, wanted)
        named = given(files)
        if out is not None:
            probe(out)
        with Pool(lambda: desk) as pool:
            jobs = jobs_of(named, pool)
            copies: list[tuple[str, HandingBack]] = []
            for job, outcome in zip(jobs, pool.run(Examining(job, unchanged) for job in jobs), strict=True):
                grave |= any(finding.severity is not Severity.NOTICE for finding in outcome.findings)
                if as_json:
                    from xltool.report.json import to_json

                    say_json(to_json(outcome, desk.form_of(str(outcome.issue.form)) if outcome.issue else None))
                else:
                    say_text(describe(outcome))
                if out is not None and not outcome.skipped:
                    from xltool.report.marked_copy.annotate import HandingBack, copy_name

                    name = names(job.path.parent / Path(job.name).name)
                    copies.append((name, HandingBack(job, outcome)))
            handed = pool.run(task for _, task in copies)
            for (name, _), copy in zip(copies, handed, strict=True):
                target = Path(out or "") / copy_name(name, copy.suffix)
                write_atomic(target, copy.data)
                say(f"已写出 {target}", err=as_json)
    if not grave and not as_json:
        where = typed(folder) if folder is not None else "批次"
        next_step(f"没有要改的；放进批次的“收回”，运行  xltool collect -C {where}")
    if grave and not as_json:
        next_step(
            ("把写出的副本发回部门修改" if out else "加 --out 文件夹，得到标好问题、可以发回部门的副本")
            + "；编号的意思看  xltool explain 编号"
        )
    return FINDINGS if grave else FINE


def _official(wanted: str | None) -> Official:
    """How official forms are read: as the form that was asked for, or as any form."""
    from xltool.form import known_ids
    from xltool.read.wanted import Official

    if wanted is None:
        return Official(known_ids())
    from xltool.form import form_by_id  # whether there is one; otherwise this process reads none

    return Official((str(form_by_id(wanted).id),))


def _of_campaign(folder: Path, wanted: str | None) -> Desk:
    """What is accepted in a campaign, and official forms read as it reads them, or as the form that was asked for."""
    from xltool.campaign.collected import desk_of
    from xltool.campaign.issue.outbox import issued
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.roster.reading import read_roster
    from xltool.campaign.settings import open_campaign
    from xltool.examine import Desk
    from xltool.read.wanted import Official

    campaign = open_campaign(folder)
    own = form_of(campaign)
    if wanted is None:
        return desk_of(campaign, own, read_roster(campaign.roster, own))
    return Desk.of(own, issued(campaign), Official((wanted,)) if wanted == own.id else _official(wanted))
