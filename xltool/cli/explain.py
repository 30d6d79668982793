"""``xltool explain``: one finding in full."""

from __future__ import annotations

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say


@click.command(cls=Command, name="explain", short_help="解释一条规则")
@click.argument("code", metavar="编号")
@click.option("--form", "form_id", default="", help="表样编号，或一个 form.yaml 的路径；不写就在全部表样里找")
def command(code: str, form_id: str) -> int:
    """解释一条规则：查什么、怎样写成公式、提示文字、怎么改、依据。

    各表样里写法不同的，逐个列出。

    \b
    例：xltool explain SG01
    """
    from xltool.cli.errors import plain_errors
    from xltool.examine.catalogue import CatalogueLine, everywhere
    from xltool.form import find_form, form_by_id, known_ids

    with plain_errors():
        forms = [find_form(form_id)] if form_id else [form_by_id(ident) for ident in known_ids()]
    found = everywhere(forms).get(code.upper())
    if found is None:
        raise click.UsageError(f"没有编号为 {code} 的规则，可用 xltool rules 查看全部编号")
    versions: dict[CatalogueLine, list[str]] = {}
    for form, entry in found:
        versions.setdefault(entry, []).append(form.id)
    for entry, idents in versions.items():
        lines = [f"{entry.code}  {entry.name}（{entry.severity}）"]
        lines += [f"表样　　{'、'.join(idents)}"] if len(forms) > 1 else []
        lines += [f"核对　　{entry.expect}"] if entry.expect else []
        lines += [f"适用　　{entry.when}"] if entry.when else []
        lines += [f"位置　　{entry.where}"] if entry.where else []
        lines += [f"说明　　{entry.say}", f"怎么改　{entry.do}", f"依据　　{entry.source}"]
        say(*lines)
    next_step(f"经批准不改的，运行  xltool waive {code.upper()} --help；全部规则  xltool rules", err=True)
    return 0
