"""``xltool forms``: the forms in the library."""

from __future__ import annotations

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say


@click.command(cls=Command, name="forms", short_help="列出可用的表样")
def command() -> int:
    """列出可用的表样。要检查表样的定义，请用 xltool form check。

    \b
    例：xltool forms
    """
    from xltool.cli.errors import plain_errors
    from xltool.form import known_ids, listed

    with plain_errors():
        for form in listed(known_ids()):
            say(f"{form.id}  第 {form.version} 版  {form.region}  {form.title}（规则 {form.rules} 条）")
    next_step("建批次，运行  xltool init 文件夹 --form 编号 --year 年度", err=True)
    return 0
