"""``xltool explain``: one finding in full."""

from __future__ import annotations

import click

from xltool.cli import Command


@click.command(cls=Command, name="explain", short_help="解释一条规则")
@click.argument("code", metavar="编号")
@click.option("--form", "form_id", default="hunan-2022", show_default=True, help="表样编号，或一个 form.yaml 的路径")
def command(code: str, form_id: str) -> int:
    """解释一条规则：查什么、怎样写成公式、提示文字、怎么改、依据。

    \b
    例：xltool explain SG01
    """
    from xltool.cli.errors import plain_errors
    from xltool.examine.catalogue import catalogue
    from xltool.form import find_form

    with plain_errors():
        entries = {entry.code: entry for entry in catalogue(find_form(form_id))}
    entry = entries.get(code.upper())
    if entry is None:
        raise click.UsageError(f"没有编号为 {code} 的规则，可用 xltool rules 查看全部编号")
    lines = [f"{entry.code}  {entry.name}（{entry.severity}）"]
    lines += [f"核对　　{entry.expect}"] if entry.expect else []
    lines += [f"适用　　{entry.when}"] if entry.when else []
    lines += [f"位置　　{entry.where}"] if entry.where else []
    lines += [f"说明　　{entry.say}", f"怎么改　{entry.do}", f"依据　　{entry.source}"]
    click.echo("\n".join(lines))
    return 0
