"""``xltool waive``: an approved exception, added to 豁免.toml."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from xltool.cli import FINE, Command
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="waive", short_help="添加一条豁免：经批准不再要求修改的问题")
@click.argument("code", metavar="编号")
@click.option("--department", required=True, metavar="部门编码", help="对哪个部门；写 * 表示所有部门")
@click.option("--reason", required=True, metavar="理由", help="为什么")
@click.option("--approver", required=True, metavar="批准人", help="谁批准的")
@click.option("--until", required=True, metavar="日期", help="有效期至，如 2023-12-31")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
def command(code: str, department: str, reason: str, approver: str, until: str, folder: Path) -> int:
    """添加一条豁免，写进批次的“豁免.toml”；“豁免.xlsx”里写的同样有效，不改动。

    \b
    例：xltool waive SG01 --department 101001 --reason 专题会议同意 --approver 王局长 --until 2023-12-31
    """
    from xltool.campaign.intake.waivers import COLUMNS, TOML, add_waiver
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.roster.reading import read_roster
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.examine.catalogue import waivable

    with plain_errors():
        campaign = open_campaign(folder)
        form = form_of(campaign)
        departments = {row["部门编码"] for row in read_roster(campaign.roster, form).departments}
        texts = dict(zip(COLUMNS, (code, department, reason, approver, until), strict=True))
        added = add_waiver(campaign, texts, waivable(form), departments)
    say(f"已添加到 {campaign.folder / TOML}")
    if added.until < datetime.date.today():
        say(f"有效期 {added.until} 已经过了，这一条不起作用。要起作用的，请在 {TOML} 里改 until。", err=True)
    next_step(f"重新核对，运行  xltool collect -C {typed(folder)}")
    return FINE
