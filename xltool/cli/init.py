"""``xltool init``: a new campaign folder."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command
from xltool.cli.say import next_step, say, typed


@click.command(cls=Command, name="init", short_help="建立一个年度批次文件夹")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--form", "form_id", help="表样编号（见 xltool forms），或自己写的 form.yaml、它的文件夹")
@click.option("--year", type=click.IntRange(2000, 2100), help="评价年度，如 2022")
@click.option("--deadline", default="", help="报送截止日期，如 2023-03-31")
@click.option(
    "--from",
    "package",
    metavar="批次包",
    type=click.Path(path_type=Path),
    help="主管部门用：财政局给的批次包，代替上面两项",
)
def command(folder: Path, form_id: str | None, year: int | None, deadline: str, package: Path | None) -> int:
    """建立一个年度批次文件夹：设置、空白名册和下发、收回、退回、汇总四个文件夹。

    \b
    例：xltool init 2022年自评 --form hunan-2022 --year 2022
        xltool init 2024年自评 --form 表样/mycounty-2024 --year 2024
        xltool init 县教育局2024年自评 --from 县教育局_2024年绩效自评_批次包.zip
    """
    if package is not None:
        if form_id is not None or year is not None:
            raise click.UsageError("--from 的批次包里已经有表样和年度，不要再写 --form、--year。")
        return _from_package(folder, package, deadline)
    context = click.get_current_context()
    if form_id is None or year is None:
        missing = "form_id" if form_id is None else "year"
        parameter = next(one for one in context.command.params if one.name == missing)
        raise click.MissingParameter(ctx=context, param=parameter)
    from xltool.campaign.start import start
    from xltool.cli.errors import plain_errors

    with plain_errors():
        campaign, adopted = start(folder, form_id, year, deadline)
    say(f"已建立 {folder}")
    from xltool.campaign.kept_form import form_of
    from xltool.form.about import year_told

    if told := year_told(form_of(campaign), year):
        say(told, err=True)
    if adopted is not None:
        say(f"表样已放进 {adopted}；本批次要改表样，改这一份。")
    next_step(f"填写 {campaign.roster} 的〔部门〕〔项目〕，再运行  xltool generate -C {typed(folder)}")
    return 0


def _from_package(folder: Path, package: Path, deadline: str) -> int:
    from xltool.campaign.start import start_from
    from xltool.cli.errors import plain_errors
    from xltool.writing.text import for_screen

    with plain_errors():
        made = start_from(folder, package, deadline)
    bureau = made.above.bureau or "财政局"
    say(
        for_screen(
            f"{'已更新' if made.again else '已建立'} {folder}：{made.above.authority}，{made.units} 个单位；"
            f"{bureau}下发的表 {made.books} 个，在 {made.campaign.outbox}"
        )
    )
    say(
        f"下一步：把“下发”里的表发给各单位（xltool pack -C {typed(folder)}），收回的放进“收回”，运行  xltool collect -C {typed(folder)}",
        f"都通过以后，汇总报送：运行  xltool submit -C {typed(folder)}",
    )
    return 0
