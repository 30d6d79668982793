"""``xltool forms``: the forms in the library."""

from __future__ import annotations

import click

from xltool.cli import Command
from xltool.cli.say import say


@click.command(cls=Command, name="forms", short_help="列出可用的表样")
def command() -> int:
    """列出可用的表样，并检查每个表样的定义。

    \b
    例：xltool forms
    """
    from xltool.cli.errors import plain_errors
    from xltool.form import form_by_id, form_ids

    with plain_errors():
        for ident in form_ids():
            spec = form_by_id(ident).spec
            say(f"{ident}  第 {spec.version} 版  {spec.region}  {spec.title}（规则 {len(spec.rules)} 条）")
    return 0
