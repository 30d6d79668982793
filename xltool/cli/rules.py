"""``xltool rules``: every finding the tool can report."""

from __future__ import annotations

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say


@click.command(cls=Command, name="rules", short_help="列出全部核对规则")
@click.option("--form", "form_id", default="", help="表样编号，或一个 form.yaml 的路径；不写就列全部表样的")
def command(form_id: str) -> int:
    """列出全部核对规则：编号、级别、内容、依据；不指定表样时，注明是哪些表样的规则。

    \b
    例：xltool rules --form hunan-2022
    """
    from xltool.cli.errors import plain_errors
    from xltool.examine.catalogue import everywhere
    from xltool.form import find_form, form_by_id, known_ids

    with plain_errors():
        forms = [find_form(form_id)] if form_id else [form_by_id(ident) for ident in known_ids()]
        for code, found in everywhere(forms).items():
            entry = found[0][1]
            line = f"{code}  {entry.severity}  {entry.name}  （{entry.source}）"
            say(line if len(found) == len(forms) else f"{line}  〔{'、'.join(form.id for form, _ in found)}〕")
    next_step("看一条规则的全文，运行  xltool explain 编号", err=True)
    return 0
