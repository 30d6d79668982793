"""``xltool migrate``: an older filled workbook into the current template."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, Command


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

    \b
    例：xltool migrate 县教育局旧表.xlsx -C 2022年自评 --out 新表
    """
    from xltool.campaign.migrate import migrate
    from xltool.campaign.outbox import issued
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.files import safe_name, write_atomic
    from xltool.form import Form, form_by_id, form_ids
    from xltool.read.sniff import Refused

    def form_of(ident: str) -> Form | None:
        return form_by_id(ident) if ident in form_ids() else None

    with plain_errors():
        shapes = issued(open_campaign(folder)) if folder else None
        try:
            result = migrate(file.read_bytes(), form_of, shapes)
        except Refused as refused:
            raise click.ClickException(f"{file.name}：{refused.finding.message}{refused.finding.remedy}") from None
        if result.changed:
            raise click.ClickException("表样在最近一次下发以后改过。请先运行 xltool generate 重新下发，再转入。")
        target = out / f"{safe_name(file.stem)}_转入新表.xlsx"
        write_atomic(target, result.workbook)
    click.echo(f"已转入 {result.moved} 格，没有转入 {len(result.left)} 格，写到 {target}")
    for cell in result.left:
        click.echo(f"  没有转入〔{cell.address.sheet}〕{cell.address.a1}：{str(cell.value)[:60]}")
    return FINDINGS if result.left else FINE
