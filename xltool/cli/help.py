"""``xltool help``: the chapters of the manual."""

from __future__ import annotations

import click

from xltool.cli import FINE, USAGE, Command
from xltool.cli.say import next_step, say

_NEXT = "看别的章，运行  xltool help；一条命令的写法  xltool collect --help"


@click.command(cls=Command, name="help", short_help="在屏幕上看操作手册的一章")
@click.argument("topic", metavar="[主题]", default="")
def command(topic: str) -> int:
    """在屏幕上看操作手册：不写主题，列出各章；写章名，看这一章；写别的词，看说到它的地方。

    \b
    例：xltool help 收回
        xltool help 待认领
    """
    from xltool.cli.chapters import about, chapters, sections, told
    from xltool.writing.measure import pad

    known = chapters()
    if topic in known:
        say(*told(known[topic].read_text(encoding="utf-8")))
        next_step(_NEXT)
        return FINE
    found = list(sections(topic)) if topic else []
    for chapter, section in found:
        say(f"〔{chapter}〕", *told(section.rstrip()))
    if found:
        next_step(_NEXT)
        return FINE
    if topic:
        say(f"手册里没有“{topic}”这一章，也没有说到它的标题。各章是：", err=True)
    say(*(f"  {pad(name, 6)}{about(path)}" for name, path in known.items()), err=bool(topic))
    next_step("看一章，运行  xltool help 收回；一条命令的写法  xltool collect --help", err=bool(topic))
    return USAGE if topic else FINE
