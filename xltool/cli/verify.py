"""``xltool verify``: which return the 校验码 on a paper belongs to."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, USAGE, Command
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="verify", short_help="查纸质表下方的校验码，看与收下的文件是否相同")
@click.argument("codes", metavar="校验码…", nargs=-1, required=True)
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
def command(codes: tuple[str, ...], folder: Path) -> int:
    """查纸质正式表下方的校验码：是哪个部门、哪个项目、第几版报送的，与计入汇总的一版是否相同。

    大小写、全角、横线和空格都不要紧；可以一次查几个。都与收下的相同，退出码是 0；有旧版的、没有找到的是 1。
    校验码能看出纸质与文件不是同一内容，不能代替签字盖章。

    \b
    例：xltool verify 7K3M-92QD -C 2022年自评
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.settings import open_campaign
    from xltool.campaign.verify_paper import PaperKind, impossible, told, unknown, verify
    from xltool.cli.errors import plain_errors
    from xltool.writing.text import one_line

    wrong = [line for line in map(impossible, codes) if line]
    if wrong:
        say(*wrong, err=True)
        return USAGE
    result = FINE
    with plain_errors():
        collected = open_collected(open_campaign(folder))
        for code in codes:
            exact, near = verify(collected, code)
            say(*(one_line(told(found)) for found in exact))
            if not exact:
                say(unknown(code))
                say(*(f"  只差一个字的有：{one_line(told(found))}" for found in near))
            if not any(found.paper is PaperKind.SAME for found in exact):
                result = FINDINGS
    if result == FINE:
        next_step("与收下的文件相同，可以归档。")
    else:
        next_step(f"请部门用收下的文件重新打印、签字盖章；收下的是哪一版，运行  xltool status -C {typed(folder)}")
    return result
