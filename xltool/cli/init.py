"""``xltool init``: a new campaign folder."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="init", short_help="建立一个年度批次文件夹")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--form", "form_id", required=True, help="表样编号（见 xltool forms），或自己写的 form.yaml、它的文件夹")
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help="评价年度，如 2022")
@click.option("--deadline", default="", help="报送截止日期，如 2023-03-31")
def command(folder: Path, form_id: str, year: int, deadline: str) -> int:
    """建立一个年度批次文件夹：设置、空白名册和下发、收回、退回、汇总四个文件夹。

    \b
    例：xltool init 2022年自评 --form hunan-2022 --year 2022
        xltool init 2024年自评 --form 表样/mycounty-2024 --year 2024
    """
    from xltool.campaign.start import start
    from xltool.cli.errors import plain_errors

    with plain_errors():
        campaign, adopted = start(folder, form_id, year, deadline)
    say(f"已建立 {folder}")
    if adopted is not None:
        say(f"表样已放进 {adopted}；本批次要改表样，改这一份。")
    next_step(f"填写 {campaign.roster} 的〔部门〕〔项目〕，再运行  xltool generate -C {typed(folder)}")
    return 0
