"""``xltool check``: examine single files."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, Command
from xltool.cli.say import say, say_json, say_text


@click.command(cls=Command, name="check", short_help="核对一个或几个回收文件")
@click.argument(
    "files", metavar="文件…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="每个文件输出一行 JSON")
@click.option(
    "--out",
    metavar="文件夹",
    type=click.Path(file_okay=False, path_type=Path),
    help="把带“审核结果”的副本写到这个文件夹",
)
def command(files: tuple[Path, ...], as_json: bool, out: Path | None) -> int:
    """核对一个或几个回收文件，列出问题、位置、改法和得分。

    有“退回”或“须改”的问题时退出码是 1。

    \b
    例：xltool check 收回\\县教育局.xlsx
        xltool check 收回\\*.xlsx --out 审核
    """
    from xltool.cli.errors import plain_errors
    from xltool.examine import Desk, Examining, Pool, jobs_of
    from xltool.examine.jobs import unchanged
    from xltool.files import DistinctNames, probe, write_atomic
    from xltool.findings import Severity
    from xltool.form import form_ids
    from xltool.report.console import describe
    from xltool.report.json import to_json

    grave, names = False, DistinctNames()
    with plain_errors():
        if out is not None:
            probe(out)
        with Pool(lambda: Desk(form_ids())) as pool:
            jobs = jobs_of(((path.name, path) for path in files), pool)
            copies = []
            for job, outcome in zip(jobs, pool.run(Examining(job, unchanged) for job in jobs), strict=True):
                grave |= any(finding.severity is not Severity.NOTICE for finding in outcome.findings)
                if as_json:
                    say_json(to_json(outcome))
                else:
                    say_text(describe(outcome))
                if out is not None and not outcome.skipped:
                    from xltool.report.annotate import HandingBack, copy_name

                    name = names(job.path.parent / Path(job.name).name)
                    copies.append((out / copy_name(name), HandingBack(job, outcome)))
            handed = pool.run(task for _, task in copies)
            for (target, _), copy in zip(copies, handed, strict=True):
                write_atomic(target, copy)
                say(f"已写出 {target}", err=as_json)
    return FINDINGS if grave else FINE
