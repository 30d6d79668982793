"""``xltool rules``: every finding the tool can report."""

from __future__ import annotations

import click

from xltool.cli import Command


@click.command(cls=Command, name="rules", short_help="列出全部核对规则")
@click.option("--form", "form_id", default="hunan-2022", show_default=True, help="表样编号，或一个 form.yaml 的路径")
def command(form_id: str) -> int:
    """列出全部核对规则：编号、级别、内容、依据。

    \b
    例：xltool rules --form hunan-2022
    """
    from xltool.cli.errors import plain_errors
    from xltool.examine.catalogue import catalogue
    from xltool.form import find_form

    with plain_errors():
        for entry in catalogue(find_form(form_id)):
            click.echo(f"{entry.code}  {entry.severity}  {entry.name}  （{entry.source}）")
    return 0
