"""``xltool page``: the campaign in a browser on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINE, USAGE, Command
from xltool.cli.say import next_step, say, typed

_NEEDED = ("starlette", "uvicorn", "jinja2")
NO_PAGE = '这台电脑没有装页面要用的库。要用的话请运行：pip install "xltool[page]"。'


@click.command(cls=Command, name="page", short_help="在浏览器里办一个批次：拖入文件、看问题、写通知")
@click.option(
    "-C", "folder", metavar="批次", type=click.Path(path_type=Path), help="批次文件夹；不写就在当前文件夹里选择或新建"
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="端口", help="用哪个端口，默认任选一个空着的")
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只显示地址")
def command(folder: Path | None, port: int, no_browser: bool) -> int:
    """打开一个本机的页面：收件进度、把文件拖进来核对、问题、退回件和通知，都在浏览器里。

    页面只在这台电脑上，不联网；做的事和各个命令一样，两边可以同时用。按 Ctrl+C 或页面上的“关闭”结束。

    \b
    例：xltool page -C 2022年自评
        xltool page
    """
    import importlib.util

    if not all(map(importlib.util.find_spec, _NEEDED)):
        say(NO_PAGE, err=True)
        return USAGE
    from xltool.campaign.settings import FILE, open_campaign
    from xltool.cli import fault
    from xltool.cli.errors import plain_errors
    from xltool.page.server import PortTakenError, serve

    here = folder if folder is not None else Path()
    single = folder is not None or (here / FILE).is_file()
    if single:
        with plain_errors():
            open_campaign(here)

    def told(error: Exception) -> str:
        import datetime

        said = fault.of_the_machine(error) if isinstance(error, OSError) else ""
        return said or fault.tell(error, ["page"], datetime.datetime.now())

    def address(text: str) -> None:
        say(f"页面已打开：{text}", "只在这台电脑上能打开。按 Ctrl+C 结束。")

    try:
        serve(here.absolute(), single=single, port=port, browser=not no_browser, say=address, on_fault=told)
    except KeyboardInterrupt:  # how it is meant to end
        pass
    except PortTakenError:
        say(f"端口 {port} 已经被别的程序占用。请换一个，或者不写 --port。", err=True)
        return USAGE
    say("页面已关闭。")
    next_step("再打开，运行  xltool page" + (f" -C {typed(folder)}" if folder is not None else ""))
    return FINE
